//! From the target to columns: which of its residues stands in which column, in which chain, and what its number is.

use super::column_rule::only_matches;
use super::records::is_insertion;
use super::{
    AlignedRecords, ChainLengths, ChainUnit, Column, ColumnMap, ColumnRule, Focus, FocusOptions,
    LowerCase,
};
use crate::alphabet::{Alphabet, Symbol, is_gap};
use crate::error::{Error, Place, Result, shortened};
use crate::position::Position;
use std::ops::RangeInclusive;

/// The columns that the target has a residue in, or all of them without focus, with chains and positions.
///
/// # Errors
/// If the chains are not as long as the target, a position would fall below 1, there are offsets but no residues to number, or no
/// column is modelled.
pub(super) fn numbered_columns(
    records: &AlignedRecords,
    target: Option<usize>,
    alphabet: &Alphabet,
    options: &FocusOptions,
) -> Result<ColumnMap> {
    let focus = numbering_row(records, target, alphabet, &options.focus);
    if focus.is_none() && options.offsets.is_some() {
        return Err(no_residue_to_number(records, target));
    }
    let matches = options.columns.matches(records)?;
    let mut columns = match focus {
        Some(row) => {
            // Conventions that count lower case as something else go on doing so.
            let plain = options.lower_case == LowerCase::Residue;
            let lower_too = plain && records.lower_case_of(row).are_residues();
            residue_columns(records, row, alphabet, matches.as_deref(), lower_too)
        }
        None => {
            let all = every_column(records, target, alphabet);
            match &matches {
                Some(matches) => only_matches(&all, matches),
                None => all,
            }
        }
    };
    if let Some(chains) = &options.chains {
        let unit = chain_unit(chains, columns.len(), records, focus.is_none());
        let unit = unit.ok_or_else(|| other_length(columns.len(), chains, records, focus))?;
        divide(&mut columns, chains, unit, records, focus)?;
    }
    if let Some(row) = focus {
        shift(&mut columns, &records.names()[row], options)?;
    }
    ColumnMap::new(columns).map_err(|_| no_site(records, focus, options.columns))
}

/// The target, if its residues are what is numbered; else columns are.
pub fn numbering_row(
    records: &AlignedRecords,
    target: Option<usize>,
    alphabet: &Alphabet,
    focus: &Focus,
) -> Option<usize> {
    target.filter(|&row| match focus {
        Focus::First | Focus::Named(_) => true,
        Focus::EveryColumn => is_whole(records.letters(row), alphabet),
        Focus::None { .. } => false,
    })
}

fn no_residue_to_number(records: &AlignedRecords, target: Option<usize>) -> Error {
    Error::Usage(match target {
        Some(row) => format!(
            "`offset` numbers the residues of the target, but every column is modelled and '{0}' does not have an upper-case residue in \
             each, so columns are numbered\n  leave `offset` out, or model the columns of its residues alone with `focus='{0}'`",
            shortened(identifier(&records.names()[row]))
        ),
        None => "`offset` numbers the residues of a target, and there is none: leave it out".into(),
    })
}

fn no_site(records: &AlignedRecords, focus: Option<usize>, rule: ColumnRule) -> Error {
    let place = Place::file(&records.file);
    match focus {
        Some(row) => rule.nothing_modelled(place.record(&records.names()[row])),
        None => Error::input(
            place,
            "there is no column to model",
            "check that this is an alignment",
        ),
    }
}

/// Whether a row is nothing but upper-case residues.
fn is_whole(row: &[u8], alphabet: &Alphabet) -> bool {
    row.iter().all(|&byte| {
        byte.is_ascii_uppercase() && matches!(alphabet.symbol(byte), Symbol::Residue(_))
    })
}

/// All columns of the file, counted from 1, with the letters of the target.
fn every_column(
    records: &AlignedRecords,
    target: Option<usize>,
    alphabet: &Alphabet,
) -> Vec<Column> {
    let mut columns = ColumnMap::unnumbered(records.width()).columns().to_vec();
    let letters = target.map_or(&[][..], |row| &records.rows()[row]);
    for (column, &letter) in columns.iter_mut().zip(letters) {
        column.letter = alphabet.canonical(letter);
    }
    columns
}

/// The columns of the target's residues, counted from 1; those in match columns are modelled or, where nothing marks these, the
/// upper-case ones; those of lower case too where case says nothing.
fn residue_columns(
    records: &AlignedRecords,
    target: usize,
    alphabet: &Alphabet,
    matches: Option<&[bool]>,
    lower_too: bool,
) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut alignment_column = 0;
    for &byte in records.letters(target) {
        if !(records.drops_insertions() && is_insertion(byte)) {
            alignment_column += 1;
        }
        let next = Position::new(columns.len() as u64 + 1);
        let Some(position) = next.filter(|_| !is_gap(byte)) else {
            continue;
        };
        columns.push(Column {
            // A residue without a column of its own stands after this one.
            alignment_column,
            chain: None,
            position,
            letter: alphabet.canonical(byte),
            modelled: matches!(alphabet.symbol(byte), Symbol::Residue(_))
                && match matches {
                    Some(matches) => matches[alignment_column as usize - 1],
                    None => lower_too || byte.is_ascii_uppercase(),
                },
        });
    }
    columns
}

/// What the lengths of chains count, in a map of so many columns: all of them, or those of a target's residues; `None` if they fit
/// nothing.
pub fn chain_unit(
    chains: &ChainLengths,
    columns: usize,
    records: &AlignedRecords,
    every_column: bool,
) -> Option<ChainUnit> {
    let width = records.width();
    let unit = chains.unit(columns as u64, width as u64)?;
    Some(match (unit, every_column) {
        (ChainUnit::Residues, true) if columns < width => ChainUnit::MatchColumns,
        (ChainUnit::Residues, true) => ChainUnit::Columns,
        (unit, _) => unit,
    })
}

/// Gives each column its chain, and counts from 1 in each.
fn divide(
    columns: &mut [Column],
    chains: &ChainLengths,
    unit: ChainUnit,
    records: &AlignedRecords,
    focus: Option<usize>,
) -> Result<()> {
    let mut counts = vec![0; chains.chains().len()];
    let letters: Vec<_> = chains.chains().collect();
    for (k, column) in columns.iter_mut().enumerate() {
        let place = chains.place_of(match unit {
            ChainUnit::Residues | ChainUnit::MatchColumns => k as u64,
            // Column 0 is that of what stands before the first.
            ChainUnit::Columns => column.alignment_column.saturating_sub(1),
        });
        counts[place] += 1;
        column.chain = Some(letters[place]);
        if let Some(position) = Position::new(counts[place]) {
            column.position = position;
        }
    }
    let Some(empty) = counts.iter().position(|&count| count == 0) else {
        return Ok(());
    };
    let place = Place::file(&records.file);
    Err(match focus {
        Some(_) => Error::input(
            place,
            format!("the target has no residue in chain {}", letters[empty]),
            "choose another target with `focus=NAME`, or check the lengths in `chains`",
        ),
        None => Error::input(
            place,
            format!("there is no match column in chain {}", letters[empty]),
            "check the lengths in `chains`",
        ),
    })
}

fn other_length(
    residues: usize,
    chains: &ChainLengths,
    records: &AlignedRecords,
    focus: Option<usize>,
) -> Error {
    let (file, width, total) = (&records.file, records.width(), chains.total());
    Error::Usage(match focus {
        Some(row) => format!(
            "the chains of `chains={chains}` have {total} residues together, but the target '{}' of {file} has {residues} (in {width} columns)\n  \
             give the length of each chain in residues of the target, its gaps not counted, or in columns of the alignment",
            records.names()[row]
        ),
        None if residues < width => format!(
            "the chains of `chains={chains}` have {total} match columns together, but {file} has {residues} (in {width} columns)\n  \
             give the length of each chain in match columns, or in columns of the alignment"
        ),
        None => format!(
            "the chains of `chains={chains}` have {total} columns together, but {file} has {width}\n  \
             the length of a chain is its number of columns here, because no target's residues are numbered"
        ),
    })
}

/// Moves the positions by the offsets asked for, or those in the target's name.
fn shift(columns: &mut [Column], name: &str, options: &FocusOptions) -> Result<()> {
    let given = options.chains.as_ref().map(|chains| chains.chains());
    let letters: Vec<_> = given.map_or_else(Vec::new, Iterator::collect);
    let offsets = match &options.offsets {
        Some(offsets) => offsets.clone(),
        None => {
            let chains = columns.chunk_by(|a, b| a.chain == b.chain);
            let lengths: Vec<u64> = chains.map(|chain| chain.len() as u64).collect();
            let starts = starts_in_name(name, !letters.is_empty(), &lengths);
            starts.into_iter().map(|start| start as i64 - 1).collect()
        }
    };
    offsets.check(letters.len().max(1))?;
    for column in columns {
        let place = letters.iter().position(|&c| Some(c) == column.chain);
        let offset = offsets.of(place.unwrap_or(0));
        column.position = column.position.shifted(offset).ok_or_else(|| {
            let number = i128::from(column.position.get()) + i128::from(offset);
            Error::Usage(format!(
                "`offset={offset}` gives {} residue of {} the number {number}; positions start at 1 and end at {}",
                if number < 1 { "the first" } else { "a" },
                column.chain.map_or_else(|| format!("'{name}'"), |chain| format!("chain {chain}")),
                Position::MAX
            ))
        })?;
    }
    Ok(())
}

/// The first position of each chain of these lengths, or of the whole, as a name such as `NAME/start-end` claims, else 1. With
/// chains it has to hold a range for each, and these have to be as long as the chains: one range over all is no numbering of theirs.
pub fn starts_in_name(name: &str, has_chains: bool, lengths: &[u64]) -> Vec<u64> {
    let ranges = claimed_ranges(name, has_chains);
    let fit = ranges.len() == lengths.len()
        && (!has_chains || ranges.iter().map(length).eq(lengths.iter().copied()));
    match fit {
        true => ranges.iter().map(|range| *range.start()).collect(),
        false => vec![1; lengths.len()],
    }
}

/// The range of a name that ends in `/start-end`, or those of a name such as `P1/5-124_P2/7-104`, one a chain; no more than are
/// there. A slash in the description is none of the numbering.
pub fn claimed_ranges(name: &str, has_chains: bool) -> Vec<RangeInclusive<u64>> {
    let parts = identifier(name).split('/').skip(1);
    match has_chains {
        true => parts.filter_map(leading_range).collect(),
        false => parts.last().and_then(parse_range).into_iter().collect(),
    }
}

/// What a name is before its first blank; a description follows.
pub fn identifier(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}

/// Number of positions in a range.
pub fn length(range: &RangeInclusive<u64>) -> u64 {
    range.end() - range.start() + 1
}

/// The range that a part such as `5-124_P2` begins with.
fn leading_range(part: &str) -> Option<RangeInclusive<u64>> {
    let end = part.find(|c: char| !c.is_ascii_digit() && c != '-');
    parse_range(&part[..end.unwrap_or(part.len())])
}

fn parse_range(text: &str) -> Option<RangeInclusive<u64>> {
    let (start, end) = text.split_once('-')?;
    // What does not fit is no position of a residue.
    let (start, end): (u32, u32) = (start.parse().ok()?, end.parse().ok()?);
    (1..=end)
        .contains(&start)
        .then_some(start.into()..=end.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::focus::focus;

    const ROWS: [&str; 3] = ["ACdEF-GHIK", "ACdEFLGHIK", "AC-DF-GHIR"];

    fn map(name: &str, options: &FocusOptions) -> Result<ColumnMap> {
        let rows: Vec<Vec<u8>> = ROWS.iter().map(|row| row.as_bytes().to_vec()).collect();
        let names = vec![name.into(), "b".into(), "c".into()];
        let records =
            AlignedRecords::new("x.a2m".into(), "A2M", names, rows.into(), vec![1, 3, 5])?;
        Ok(focus(&records, &Alphabet::protein(), options)?
            .columns()
            .clone())
    }

    /// The map with these chains and offsets.
    fn divided(name: &str, chains: &str, offsets: Option<&str>) -> Result<String> {
        let options = FocusOptions {
            chains: Some(chains.parse().unwrap()),
            offsets: offsets.map(|text| text.parse().unwrap()),
            ..FocusOptions::default()
        };
        map(name, &options).map(|map| map.ranges())
    }

    #[test]
    fn every_residue_of_the_target_counts_in_its_chain() {
        let options = FocusOptions {
            chains: "4,5".parse().ok(),
            ..FocusOptions::default()
        };
        let map = map("T", &options).unwrap();
        assert_eq!(map.ranges(), "A 1 to 4, B 1 to 5");
        let residues: Vec<String> = (0..map.sites())
            .map(|s| map.residue(s).to_string())
            .collect();
        assert_eq!(
            residues,
            ["A:1", "A:2", "A:4", "B:1", "B:2", "B:3", "B:4", "B:5"]
        );
        assert_eq!(map.columns()[2].letter, b'D');
    }

    #[test]
    fn lengths_are_residues_or_else_columns() {
        assert_eq!(divided("T", "6,3", None).unwrap(), "A 1 to 6, B 1 to 3");
        assert_eq!(divided("T", "6,4", None).unwrap(), "A 1 to 5, B 1 to 4");
        assert_eq!(
            divided("T", "H=5,L=2,A=3", None).unwrap(),
            "H 1 to 5, L 1 to 1, A 1 to 3"
        );
        let message = divided("T", "6,5", None).unwrap_err();
        assert_eq!(message.exit_code(), 2);
        for part in [
            "A=6,B=5",
            "11 residues",
            "'T' of x.a2m has 9",
            "in 10 columns",
        ] {
            assert!(message.to_string().contains(part), "{message}");
        }
        let message = divided("T", "5,1,4", None).unwrap_err().to_string();
        assert!(message.contains("no residue in chain B"), "{message}");
    }

    #[test]
    fn without_focus_columns_are_counted() {
        let options = |chains: &str| FocusOptions {
            focus: Focus::None {
                target: Some("T".into()),
            },
            chains: chains.parse().ok(),
            ..FocusOptions::default()
        };
        let map = |chains| map("T", &options(chains));
        assert_eq!(map("3,7").unwrap().ranges(), "A 1 to 3, B 1 to 7");
        let message = map("3,6").unwrap_err().to_string();
        assert!(
            message.contains("9 columns") && message.contains("has 10"),
            "{message}"
        );
    }

    #[test]
    fn offsets_without_residues_to_number_are_refused() {
        for focus in [Focus::None { target: None }, Focus::EveryColumn] {
            let options = FocusOptions {
                focus,
                offsets: Some(5.into()),
                ..FocusOptions::default()
            };
            let message = map("T", &options).unwrap_err();
            assert_eq!(message.exit_code(), 2);
            assert!(message.to_string().contains("`offset`"), "{message}");
        }
    }

    #[test]
    fn insertions_without_columns_are_of_the_chain_before() {
        let rows = ["ACdEFGHIK", "ACEFGHIK"].map(|row| row.as_bytes().to_vec());
        let names = vec!["T".into(), "b".into()];
        let records =
            AlignedRecords::from_a3m("x.a3m".into(), names, Vec::from(rows).into(), vec![1, 3]);
        let records = records.unwrap();
        let ranges = |chains: &str| {
            let options = FocusOptions {
                chains: chains.parse().ok(),
                ..FocusOptions::default()
            };
            let alignment = focus(&records, &Alphabet::protein(), &options).unwrap();
            alignment.columns().ranges()
        };
        assert_eq!(ranges("2,7"), "A 1 to 2, B 1 to 7");
        assert_eq!(ranges("2,6"), "A 1 to 3, B 1 to 6");
    }

    #[test]
    fn chains_are_shifted_each_on_its_own() {
        let ranges = |name, offsets| divided(name, "4,5", offsets);
        assert_eq!(ranges("T", Some("10,-0")).unwrap(), "A 11 to 14, B 1 to 5");
        assert_eq!(ranges("T", Some("3")).unwrap(), "A 4 to 7, B 4 to 8");
        let message = ranges("T", Some("0,-1")).unwrap_err().to_string();
        assert!(
            message.contains("first residue of chain B the number 0"),
            "{message}"
        );
        assert!(ranges("T", Some("1,2,3")).is_err());
        let several = FocusOptions {
            offsets: "1,2".parse().ok(),
            ..FocusOptions::default()
        };
        assert!(matches!(map("T", &several), Err(Error::Usage(_))));
    }

    #[test]
    fn a_name_numbers_chains_that_are_as_long() {
        let ranges = |name| divided(name, "4,5", None).unwrap();
        assert_eq!(ranges("P/5-8_Q/7-11 a pair"), "A 5 to 8, B 7 to 11");
        assert_eq!(ranges("P/5-8_Q/7-11 1/2-21"), "A 5 to 8, B 7 to 11");
        for other in [
            "P_Q/5-13",
            "P/5-8_Q/7-12",
            "P/5-8",
            "P/5-8_Q/7-11_R/1-2",
            "P/x_Q/7-11",
            "P_Q ranges/5-8_/7-11",
        ] {
            assert_eq!(ranges(other), "A 1 to 4, B 1 to 5", "{other}");
        }
    }

    #[test]
    fn a_start_is_read_from_the_name() {
        let start = |name| {
            claimed_ranges(name, false)
                .first()
                .map(|range| *range.start())
        };
        assert_eq!(start("DYR_ECOLI/5-159"), Some(5));
        assert_eq!(start("a/b/5-159 text"), Some(5));
        assert_eq!(
            start("sp|Q9|KIN_HUMAN/24-43 [subseq from] Serine/threonine"),
            Some(24)
        );
        assert_eq!(start("T/24-43 domain 1/2-21"), Some(24));
        assert_eq!(start("T domain 1/2-21"), None);
        assert_eq!(start("a/5-"), None);
        assert_eq!(start("plain"), None);
        assert_eq!(start("a/5-99999999999"), None);
    }
}
