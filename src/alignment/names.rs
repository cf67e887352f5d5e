//! Finding a sequence by its name.

use super::AlignedRecords;
use crate::error::{Error, Place, Result, shortened};
use bio::alignment::distance::levenshtein;

/// The first row called `name`, or whose name up to the first `/` is `name`.
pub(super) fn find_name(records: &AlignedRecords, name: &str) -> Result<usize> {
    let names = records.names();
    let matches = |full: &String| full == name || full.split('/').next() == Some(name);
    names.iter().position(matches).ok_or_else(|| {
        Error::input(
            Place::file(&records.file),
            format!("no sequence is called '{name}'"),
            format!(
                "the nearest names are {}; --focus takes a whole name or the part before '/'",
                nearest_names(names, name).join(", ")
            ),
        )
    })
}

/// The five names nearest to `name` by edit distance, quoted.
fn nearest_names(names: &[String], name: &str) -> Vec<String> {
    let distance = |full: &String| {
        let short = full.split('/').next().unwrap_or(full);
        let longest = 200;
        let cut = |s: &str| {
            s.bytes()
                .take(longest)
                .map(|b| b.to_ascii_lowercase())
                .collect::<Vec<_>>()
        };
        levenshtein(&cut(short), &cut(name)).min(levenshtein(&cut(full), &cut(name)))
    };
    let mut ranked: Vec<(u32, &String)> = names.iter().map(|n| (distance(n), n)).collect();
    ranked.sort_by_key(|(distance, _)| *distance);
    ranked.dedup_by_key(|(_, name)| *name);
    let nearest = ranked.iter().take(5);
    nearest
        .map(|(_, n)| format!("'{}'", shortened(n)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> AlignedRecords {
        let names = ["T/10-15", "B/1-6", "B/7-9 again"].map(str::to_owned);
        let rows = ["AC", "AC", "AC"].iter().collect();
        AlignedRecords::new("x.fa".into(), "FASTA", names.into(), rows, vec![1, 3, 5]).unwrap()
    }

    #[test]
    fn a_name_is_whole_or_ends_at_its_slash() {
        assert_eq!(find_name(&records(), "B").unwrap(), 1);
        assert_eq!(find_name(&records(), "B/7-9 again").unwrap(), 2);
    }

    #[test]
    fn a_missing_name_is_answered_with_the_nearest() {
        let message = find_name(&records(), "BB").unwrap_err().to_string();
        assert!(message.contains("names are 'B/1-6', "), "{message}");
    }
}
