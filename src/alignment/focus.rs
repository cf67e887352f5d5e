//! From the rows of a file to an alignment: the target, its numbering, and which columns and rows are kept.

use super::names::find_name;
use super::records::is_insertion;
use super::{AlignedRecords, Alignment, Column, ColumnMap, ColumnRule, RowReport, column_rule};
use crate::alphabet::{Alphabet, Symbol, is_gap};
use crate::error::{Error, Place, Result};
use crate::position::Position;
use ndarray::Array2;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Which sequence defines the modelled columns and the numbering.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Focus {
    /// The first sequence.
    #[default]
    First,
    /// A sequence by its whole name or the part before `/`.
    Named(String),
    /// None: every column is modelled and numbered from 1; the letters of a sequence may still be recorded, to score its mutants.
    None {
        /// The sequence whose letters are recorded.
        target: Option<String>,
    },
}

/// What happens to letters outside the alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownLetters {
    /// A sequence with one, in any column, is dropped (plmc's rule).
    #[default]
    Drop,
    /// They count as gaps (CCMpred's rule).
    Gap,
}

/// How rows of a file become an [`Alignment`].
#[derive(Debug, Clone, PartialEq)]
pub struct FocusOptions {
    /// The target.
    pub focus: Focus,
    /// Which columns are modelled.
    pub columns: ColumnRule,
    /// Added to the target's residue count to give its positions; `None` takes it from `NAME/start-end`.
    pub offset: Option<i64>,
    /// Smallest share of modelled columns in which a sequence has a residue.
    pub min_sequence_coverage: f64,
    /// Largest share of gaps in a modelled column.
    pub max_column_gap: f64,
    /// Letters outside the alphabet.
    pub unknown: UnknownLetters,
}

impl Default for FocusOptions {
    fn default() -> Self {
        Self {
            focus: Focus::First,
            columns: ColumnRule::Target,
            offset: None,
            min_sequence_coverage: 0.5,
            max_column_gap: 1.0,
            unknown: UnknownLetters::Drop,
        }
    }
}

/// Reduces `records` to the modelled columns and the rows that pass the filters.
///
/// # Errors
/// If the target is not there or has no residue, or nothing is left to model.
pub fn focus(
    records: &AlignedRecords,
    alphabet: &Alphabet,
    options: &FocusOptions,
) -> Result<Alignment> {
    let target = target_row(records, &options.focus)?;
    let matches = options.columns.matches(records)?;
    let columns = match (&options.focus, &matches) {
        (Focus::None { .. }, None) => every_column(records, target),
        (Focus::None { .. }, Some(matches)) => {
            column_rule::only_matches(&every_column(records, target), matches)?
        }
        _ => focus_columns(records, target.unwrap_or(0), alphabet, options, matches)?,
    };
    let rows = Rows::select(records, alphabet, options, &columns)?;
    let columns = close_gappy_columns(records, &rows, columns, options.max_column_gap)?;
    let states = rows.states(records, alphabet, &columns);
    let mut report = rows.report;
    report.target_kept = target.map(|n| report.kept[n]);
    Alignment::new(
        alphabet.clone(),
        states,
        columns,
        target.map(|n| records.names()[n].clone()),
        report,
    )
}

/// The row of the target, if there is to be one.
fn target_row(records: &AlignedRecords, focus: &Focus) -> Result<Option<usize>> {
    match focus {
        Focus::First => Ok(Some(0)),
        Focus::None { target: None } => Ok(None),
        Focus::Named(name) | Focus::None { target: Some(name) } => {
            find_name(records, name).map(Some)
        }
    }
}

/// All columns of the file, numbered from 1.
fn every_column(records: &AlignedRecords, target: Option<usize>) -> ColumnMap {
    let unnumbered = ColumnMap::unnumbered(records.width());
    let Some(target) = target else {
        return unnumbered;
    };
    let letters = &records.rows()[target];
    let mut columns = unnumbered.columns().to_vec();
    for (column, &letter) in columns.iter_mut().zip(letters) {
        if letter.is_ascii_alphabetic() {
            column.letter = letter.to_ascii_uppercase();
        }
    }
    ColumnMap::new(columns).unwrap_or(unnumbered)
}

/// The columns of the target's residues; those in match columns are modelled or, where nothing marks these, the upper-case ones.
fn focus_columns(
    records: &AlignedRecords,
    target: usize,
    alphabet: &Alphabet,
    options: &FocusOptions,
    matches: Option<Vec<bool>>,
) -> Result<ColumnMap> {
    let name = &records.names()[target];
    let offset = options.offset;
    let offset = offset.unwrap_or_else(|| start_in_name(name).map_or(0, |start| start as i64 - 1));
    let mut columns = Vec::new();
    let mut alignment_column = 0;
    for &byte in records.letters(target) {
        if !(records.drops_insertions() && is_insertion(byte)) {
            alignment_column += 1;
        }
        if is_gap(byte) {
            continue;
        }
        let number = columns.len() as i64 + 1 + offset;
        let position = u64::try_from(number).ok().and_then(Position::new).ok_or_else(|| {
            Error::Usage(format!(
                "--offset {offset} gives the first residue of '{name}' the number {number}; positions start at 1"
            ))
        })?;
        columns.push(Column {
            // A residue without a column of its own stands after this one.
            alignment_column,
            position,
            letter: byte.to_ascii_uppercase(),
            modelled: matches!(alphabet.symbol(byte), Symbol::Residue(_))
                && match &matches {
                    Some(matches) => matches[alignment_column as usize - 1],
                    None => byte.is_ascii_uppercase(),
                },
        });
    }
    let place = Place::file(&records.file).record(name);
    ColumnMap::new(columns).map_err(|_| options.columns.nothing_modelled(place))
}

/// `start` of a name that holds `/start-end`.
fn start_in_name(name: &str) -> Option<u64> {
    range_in_name(name).map(|range| *range.start())
}

/// The range of a name that holds `/start-end`.
pub fn range_in_name(name: &str) -> Option<RangeInclusive<u64>> {
    let (_, range) = name.rsplit_once('/')?;
    let range = range.split_whitespace().next()?;
    let (start, end) = range.split_once('-')?;
    let (start, end): (u64, u64) = (start.parse().ok()?, end.parse().ok()?);
    (1..=end).contains(&start).then_some(start..=end)
}

/// The rows that are kept.
struct Rows {
    report: RowReport,
}

impl Rows {
    /// Applies the rules for unknown letters and coverage.
    fn select(
        records: &AlignedRecords,
        alphabet: &Alphabet,
        options: &FocusOptions,
        columns: &ColumnMap,
    ) -> Result<Self> {
        let symbols = alphabet.symbols();
        let needed = options.min_sequence_coverage * columns.sites() as f64;
        let mut report = RowReport::default();
        let mut unknown = BTreeMap::<u8, u64>::new();
        for (n, row) in records.rows().iter().enumerate() {
            let mut has_unknown = false;
            for &byte in records.letters(n) {
                if symbols[usize::from(byte)] == Symbol::Unknown {
                    *unknown.entry(byte.to_ascii_uppercase()).or_default() += 1;
                    has_unknown = true;
                }
            }
            let residues = (0..columns.sites())
                .filter(|&site| {
                    let byte = row[columns.column(site).alignment_column as usize - 1];
                    matches!(symbols[usize::from(byte)], Symbol::Residue(_))
                })
                .count();
            let drop_unknown = has_unknown && options.unknown == UnknownLetters::Drop;
            // A share such as 0.7 of 10 columns must not ask for more than 7 because of rounding.
            let drop_coverage = !drop_unknown && (residues as f64) < needed - 1e-9;
            report.dropped_unknown += usize::from(drop_unknown);
            report.dropped_coverage += usize::from(drop_coverage);
            report.kept.push(!drop_unknown && !drop_coverage);
        }
        report.unknown_letters = unknown
            .into_iter()
            .map(|(b, n)| (char::from(b), n))
            .collect();
        report
            .unknown_letters
            .sort_by_key(|&(_, n)| std::cmp::Reverse(n));
        if report.kept.contains(&true) {
            Ok(Self { report })
        } else {
            Err(nothing_left(records, &report))
        }
    }

    /// States of the kept rows at the modelled columns.
    fn states(
        &self,
        records: &AlignedRecords,
        alphabet: &Alphabet,
        columns: &ColumnMap,
    ) -> Array2<u8> {
        let table: Vec<u8> = alphabet
            .symbols()
            .iter()
            .map(|symbol| match symbol {
                Symbol::Residue(state) => *state,
                Symbol::Gap | Symbol::Unknown => alphabet.gap_state(),
            })
            .collect();
        let source: Vec<usize> = (0..columns.sites())
            .map(|site| columns.column(site).alignment_column as usize - 1)
            .collect();
        let kept: Vec<&[u8]> = self.kept_rows(records).collect();
        Array2::from_shape_fn((kept.len(), source.len()), |(n, site)| {
            table[usize::from(kept[n][source[site]])]
        })
    }

    fn kept_rows<'a>(&'a self, records: &'a AlignedRecords) -> impl Iterator<Item = &'a [u8]> {
        let kept = &self.report.kept;
        records
            .rows()
            .iter()
            .zip(kept)
            .filter(|(_, kept)| **kept)
            .map(|(row, _)| row)
    }
}

/// The error for an alignment of which no row is left.
fn nothing_left(records: &AlignedRecords, report: &RowReport) -> Error {
    let letters: Vec<String> = report
        .unknown_letters
        .iter()
        .take(5)
        .map(|(letter, n)| format!("'{}' ({n} times)", letter.escape_default()))
        .collect();
    let seen = if letters.is_empty() {
        String::new()
    } else {
        format!("; unknown letters: {}", letters.join(", "))
    };
    Error::input(
        Place::file(&records.file),
        format!(
            "all {} sequences were dropped: {} have letters outside the alphabet, {} cover too few of the modelled columns{seen}",
            records.len(),
            report.dropped_unknown,
            report.dropped_coverage
        ),
        "try --unknown gap, a smaller --min-sequence-coverage, or check that this is a protein alignment",
    )
}

/// Marks columns with too many gaps among the kept rows as not modelled.
fn close_gappy_columns(
    records: &AlignedRecords,
    rows: &Rows,
    map: ColumnMap,
    max_gap: f64,
) -> Result<ColumnMap> {
    if max_gap >= 1.0 {
        return Ok(map);
    }
    let total = rows.kept_rows(records).count() as f64;
    let mut columns = map.columns().to_vec();
    for column in columns.iter_mut().filter(|c| c.modelled) {
        let index = column.alignment_column as usize - 1;
        let gaps = rows
            .kept_rows(records)
            .filter(|row| !row[index].is_ascii_alphabetic())
            .count();
        column.modelled = gaps as f64 <= max_gap * total + 1e-9;
    }
    ColumnMap::new(columns).map_err(|_| {
        Error::input(
            Place::file(&records.file),
            format!("every column has more than {max_gap} gaps"),
            "choose a larger --max-column-gap",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(rows: &[(&str, &str)]) -> AlignedRecords {
        AlignedRecords::new(
            "x.a2m".into(),
            "A2M",
            rows.iter().map(|r| r.0.to_string()).collect(),
            rows.iter().map(|r| r.1.as_bytes().to_vec()).collect(),
            (1..=rows.len() as u64).collect(),
        )
        .unwrap()
    }

    fn focused(rows: &[(&str, &str)], options: &FocusOptions) -> Result<Alignment> {
        focus(&records(rows), &Alphabet::protein(), options)
    }

    const FAMILY: [(&str, &str); 4] = [
        ("T/10-15", "AC.dEF-G"),
        ("B/1-6", "AC.dE-.G"),
        ("C", "------.G"),
        ("D", "ACaxEF-G"),
    ];

    #[test]
    fn every_residue_of_the_target_counts_and_upper_case_is_modelled() {
        let alignment = focused(&FAMILY, &FocusOptions::default()).unwrap();
        let map = alignment.columns();
        let positions: Vec<u64> = (0..map.sites()).map(|s| map.position(s).get()).collect();
        assert_eq!(positions, [10, 11, 13, 14, 15]);
        assert_eq!(map.letter(2), b'E');
        assert_eq!(map.columns()[2].letter, b'D');
        assert!(!map.columns()[2].modelled);
        assert_eq!(map.columns()[5].alignment_column, 8);
        assert_eq!(alignment.rows().kept, [true, true, false, false]);
        assert_eq!(alignment.rows().dropped_unknown, 1);
        assert_eq!(alignment.rows().dropped_coverage, 1);
        assert_eq!(alignment.sequence(1).to_vec(), [0, 1, 3, 20, 5]);
    }

    #[test]
    fn a3m_gives_the_positions_and_states_of_its_a2m() {
        let raw = ["ACdEF-G", "ACdE--G", "-----G", "ACaxEF-G"]
            .iter()
            .map(|row| row.as_bytes().to_vec())
            .collect();
        let names = FAMILY.iter().map(|r| r.0.to_string()).collect();
        let records =
            AlignedRecords::from_a3m("x.a3m".into(), names, raw, vec![1, 3, 5, 7]).unwrap();
        let options = FocusOptions::default();
        let a3m = focus(&records, &Alphabet::protein(), &options).unwrap();
        let a2m = focused(&FAMILY, &options).unwrap();
        assert_eq!(a3m.states(), a2m.states());
        assert_eq!(a3m.rows().kept, a2m.rows().kept);
        let positions = |a: &Alignment| -> Vec<(u64, u8, bool)> {
            let columns = a.columns().columns().iter();
            columns
                .map(|c| (c.position.get(), c.letter, c.modelled))
                .collect()
        };
        assert_eq!(positions(&a3m), positions(&a2m));
    }

    #[test]
    fn unknown_letters_may_count_as_gaps() {
        let options = FocusOptions {
            unknown: UnknownLetters::Gap,
            min_sequence_coverage: 0.0,
            ..FocusOptions::default()
        };
        let alignment = focused(&FAMILY, &options).unwrap();
        assert_eq!(alignment.sequences(), 4);
        assert_eq!(alignment.rows().unknown_letters, [('X', 1)]);
    }

    #[test]
    fn offset_overrides_the_name() {
        let options = FocusOptions {
            offset: Some(99),
            ..FocusOptions::default()
        };
        let alignment = focused(&FAMILY, &options).unwrap();
        assert_eq!(alignment.columns().position(0).get(), 100);
        let too_low = FocusOptions {
            offset: Some(-5),
            ..FocusOptions::default()
        };
        assert!(matches!(focused(&FAMILY, &too_low), Err(Error::Usage(_))));
    }

    #[test]
    fn without_focus_columns_are_numbered() {
        let options = FocusOptions {
            focus: Focus::None {
                target: Some("B".into()),
            },
            ..FocusOptions::default()
        };
        let alignment = focused(&FAMILY, &options).unwrap();
        assert_eq!(alignment.sites(), 8);
        assert_eq!(alignment.columns().position(7).get(), 8);
        assert_eq!(alignment.columns().letter(3), b'D');
        assert_eq!(alignment.columns().letter(2), b'-');
    }

    #[test]
    fn gappy_columns_stay_in_the_map() {
        let options = FocusOptions {
            max_column_gap: 0.4,
            min_sequence_coverage: 0.0,
            ..FocusOptions::default()
        };
        let alignment = focused(&FAMILY[..3], &options).unwrap();
        assert_eq!(alignment.sites(), 4);
        let f = alignment.columns().at(Position::new(14).unwrap());
        assert_eq!(f, super::super::columns::Occupant::NotModelled(b'F'));
    }

    #[test]
    fn a_start_is_read_from_the_name() {
        assert_eq!(start_in_name("DYR_ECOLI/5-159"), Some(5));
        assert_eq!(start_in_name("a/b/5-159 text"), Some(5));
        assert_eq!(start_in_name("a/5-"), None);
        assert_eq!(start_in_name("plain"), None);
    }
}
