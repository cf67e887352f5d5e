//! Which row of an alignment is the target.

use super::{AlignedRecords, Focus, FocusOptions, NameMatch};
use crate::error::{Error, Place, Result, shortened};
use bio::alignment::distance::levenshtein;

/// The row of the target, if there is to be one.
///
/// # Errors
/// If no row has the name asked for.
pub(super) fn target_row(
    records: &AlignedRecords,
    options: &FocusOptions,
) -> Result<Option<usize>> {
    match &options.focus {
        Focus::First | Focus::EveryColumn => Ok(Some(0)),
        Focus::None { target: None } => Ok(None),
        Focus::Named(name) | Focus::None { target: Some(name) } => {
            find_name(records, name, options.name_match).map(Some)
        }
    }
}

/// The first row called `name`: wholly, up to the first `/`, or in its beginning, as asked.
fn find_name(records: &AlignedRecords, name: &str, how: NameMatch) -> Result<usize> {
    let names = records.names();
    let matches = |full: &String| match how {
        NameMatch::Exact => full == name || full.split('/').next() == Some(name),
        NameMatch::Prefix => full.starts_with(name),
    };
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

    fn found(name: &str) -> Result<usize> {
        find_name(&records(), name, NameMatch::Exact)
    }

    #[test]
    fn the_beginning_of_a_name_is_enough_where_it_is_asked_for() {
        let prefix = find_name(&records(), "B/7", NameMatch::Prefix);
        assert_eq!(prefix.unwrap(), 2);
        assert!(found("B/7").is_err());
    }

    #[test]
    fn a_name_is_whole_or_ends_at_its_slash() {
        assert_eq!(found("B").unwrap(), 1);
        assert_eq!(found("B/7-9 again").unwrap(), 2);
    }

    #[test]
    fn a_missing_name_is_answered_with_the_nearest() {
        let message = found("BB").unwrap_err().to_string();
        assert!(message.contains("names are 'B/1-6', "), "{message}");
    }
}
