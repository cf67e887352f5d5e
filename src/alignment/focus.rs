//! From the rows of a file to an alignment: the target, its numbering, and which columns and rows are kept.

use super::chains::ChainLengths;
use super::numbering::numbered_columns;
use super::target::target_row;
use super::{AlignedRecords, Alignment, ColumnMap, RowReport};
use crate::alphabet::{Alphabet, Symbol};
use crate::error::{Error, Place, Result};
use crate::position::Offsets;
use ndarray::Array2;
use std::collections::BTreeMap;

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
    /// The chains of a concatenated alignment: lengths in residues of the target, or in columns (without a target always).
    pub chains: Option<ChainLengths>,
    /// Added to the target's residue count to give its positions, in each chain; `None` takes it from `NAME/start-end`.
    pub offsets: Option<Offsets>,
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
            chains: None,
            offsets: None,
            min_sequence_coverage: 0.5,
            max_column_gap: 1.0,
            unknown: UnknownLetters::Drop,
        }
    }
}

/// Reduces `records` to the modelled columns and the rows that pass the filters.
///
/// # Errors
/// If the target is not there or has no residue, the chains are of another length, or nothing is left to model.
pub fn focus(
    records: &AlignedRecords,
    alphabet: &Alphabet,
    options: &FocusOptions,
) -> Result<Alignment> {
    let target = target_row(records, &options.focus)?;
    let columns = numbered_columns(records, target, alphabet, options)?;
    let rows = Rows::select(records, alphabet, options, &columns)?;
    let columns = close_gappy_columns(records, &rows, columns, options.max_column_gap)?;
    let states = rows.states(records, alphabet, &columns);
    let mut report = rows.report;
    report.target_row = target;
    Alignment::new(
        alphabet.clone(),
        states,
        columns,
        target.map(|n| records.names()[n].clone()),
        report,
    )
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
            Err(nothing_left(records, alphabet, &report))
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
        let kept: Vec<&Vec<u8>> = self.kept_rows(records).collect();
        Array2::from_shape_fn((kept.len(), source.len()), |(n, site)| {
            table[usize::from(kept[n][source[site]])]
        })
    }

    fn kept_rows<'a>(&'a self, records: &'a AlignedRecords) -> impl Iterator<Item = &'a Vec<u8>> {
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
fn nothing_left(records: &AlignedRecords, alphabet: &Alphabet, report: &RowReport) -> Error {
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
        format!(
            "read as {}: if it is something else, say --alphabet; else try --unknown gap or a smaller --min-sequence-coverage",
            alphabet.describe()
        ),
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
        let raw: Vec<Vec<u8>> = ["ACdEF-G", "ACdE--G", "-----G", "ACaxEF-G"]
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
            offsets: Some(99.into()),
            ..FocusOptions::default()
        };
        let alignment = focused(&FAMILY, &options).unwrap();
        assert_eq!(alignment.columns().position(0).get(), 100);
        let too_low = FocusOptions {
            offsets: Some((-5).into()),
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
    fn a_missing_name_is_answered_with_the_nearest() {
        let options = FocusOptions {
            focus: Focus::Named("BB".into()),
            ..FocusOptions::default()
        };
        let message = focused(&FAMILY, &options).unwrap_err().to_string();
        assert!(message.contains("'B/1-6'"), "{message}");
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
        let f = alignment.columns().at(crate::position::Residue {
            chain: None,
            position: crate::position::Position::new(14).unwrap(),
        });
        assert_eq!(f, super::super::columns::Occupant::NotModelled(b'F'));
    }
}
