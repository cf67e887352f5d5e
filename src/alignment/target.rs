//! Which row of an alignment is the target.

use super::name_ranges::identifier;
use super::notes::Note;
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
        Focus::Row(row) => Ok(Some(*row)),
        Focus::None { target: None } => Ok(None),
        Focus::Named(name) | Focus::None { target: Some(name) } => {
            find_name(records, name, options.name_match).map(Some)
        }
    }
}

/// The first row of this whole name, else the first that is called so up to its first blank or a `/`, else the first that has it as a
/// field between pipes; or that begins so, as asked.
fn find_name(records: &AlignedRecords, name: &str, how: NameMatch) -> Result<usize> {
    let names = records.names();
    let found = match how {
        NameMatch::Exact => {
            let first = |is_it: &dyn Fn(&str) -> bool| names.iter().position(|full| is_it(full));
            first(&|full| full == name)
                .or_else(|| first(&|full| short_names(full).contains(&name)))
                .or_else(|| first(&|full| fields(full).any(|field| field == name)))
        }
        NameMatch::Prefix => names.iter().position(|full| full.starts_with(name)),
    };
    let taken = match how {
        NameMatch::Exact => {
            "a name may be given whole, up to its first blank or '/', or by one of its fields between '|'"
        }
        NameMatch::Prefix => "the beginning of a name will do",
    };
    let is_left_out = |note: &Note| match note {
        Note::NoSequences(names) => names
            .iter()
            .any(|full| identifier(full) == identifier(name)),
        _ => false,
    };
    let left_out = match records.notes().iter().any(is_left_out) {
        true => {
            " (a row of this name was left out: it is annotation, by its name, and no sequence)"
        }
        false => "",
    };
    found.ok_or_else(|| {
        Error::input(
            Place::file(&records.file),
            format!("no sequence is called '{name}'{left_out}"),
            format!(
                "the nearest names are {}; {taken}",
                nearest_names(names, name).join(", ")
            ),
        )
    })
}

/// What a sequence is called for short: its name up to the first blank, and this or the whole up to a `/`.
fn short_names(full: &str) -> [&str; 3] {
    let id = identifier(full);
    [id, before_slash(id), before_slash(full)]
}

/// What stands between the pipes of names such as `sp|P12345|DYR_ECOLI/1-159`.
fn fields(full: &str) -> impl Iterator<Item = &str> {
    let id = before_slash(identifier(full));
    id.split('|').filter(move |field| field.len() < id.len())
}

fn before_slash(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// The five names nearest to `name`, quoted: those that contain it, then by edit distance.
fn nearest_names(names: &[String], name: &str) -> Vec<String> {
    let wanted = name.to_ascii_lowercase();
    let distance = |full: &String| {
        let longest = 200;
        let cut = |s: &str| {
            s.bytes()
                .take(longest)
                .map(|b| b.to_ascii_lowercase())
                .collect::<Vec<_>>()
        };
        let mut all = Vec::from(short_names(full));
        all.insert(0, full);
        all.dedup();
        all.extend(fields(full));
        let distances = all.iter().map(|own| levenshtein(&cut(own), &cut(name)));
        let contains = full.to_ascii_lowercase().contains(&wanted);
        (!contains, distances.min())
    };
    let mut ranked: Vec<((bool, Option<u32>), &String)> =
        names.iter().map(|n| (distance(n), n)).collect();
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
        let names = [
            "T/10-15",
            "B/1-6",
            "B/7-9 again",
            "C/1-6 kinase and/or ligase",
            "D of E",
            "D",
        ];
        let names: Vec<String> = names.map(str::to_owned).into();
        let (rows, lines) = (names.iter().map(|_| "AC").collect(), (1..7).collect());
        AlignedRecords::new("x.fa".into(), "FASTA", names, rows, lines).unwrap()
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
    fn a_name_may_end_at_its_first_blank() {
        assert_eq!(found("B/7-9").unwrap(), 2);
        assert_eq!(found("C").unwrap(), 3);
        assert_eq!(found("C/1-6").unwrap(), 3);
        assert_eq!(found("D").unwrap(), 5);
        assert_eq!(found("D of E").unwrap(), 4);
    }

    #[test]
    fn a_missing_name_is_answered_with_the_nearest() {
        let message = found("BB").unwrap_err().to_string();
        assert!(message.contains("names are 'B/1-6', "), "{message}");
        assert!(message.contains("up to its first blank"), "{message}");
        let message = found("E/1-6").unwrap_err().to_string();
        assert!(message.contains("'C/1-6 kinase"), "{message}");
        let prefix = find_name(&records(), "X", NameMatch::Prefix).unwrap_err();
        assert!(
            prefix.to_string().contains("the beginning of a name"),
            "{prefix}"
        );
    }
}
