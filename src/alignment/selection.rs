//! Which rows of a file are kept, and which columns have too many gaps.

use super::chain_groups::{chains_of, sites_of};
use super::focus_options::{ChainRows, Copies, FocusOptions, GapLimit, UnknownLetters};
use super::letters::symbols;
use super::{AlignedRecords, Column, ColumnMap, RowFate, RowReport, Span};
use crate::alphabet::{Alphabet, Symbol};
use crate::error::{Error, Place, Result};
use ndarray::{Array2, Axis};
use std::collections::{BTreeMap, HashSet};

/// The rows that are kept.
pub(super) struct KeptRows {
    pub(super) report: RowReport,
    symbols: [Symbol; 256],
    gap_state: u8,
}

impl KeptRows {
    /// Applies the rules for unknown letters and coverage.
    pub(super) fn select(
        records: &AlignedRecords,
        alphabet: &Alphabet,
        options: &FocusOptions,
        columns: &ColumnMap,
    ) -> Result<Self> {
        let symbols = symbols(alphabet, options.lower_case);
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
            let has_residue = |site: usize| {
                let byte = row[columns.column(site).alignment_column as usize - 1];
                matches!(symbols[usize::from(byte)], Symbol::Residue(_))
            };
            let drop_unknown = has_unknown && options.unknown == UnknownLetters::Drop;
            let drop_coverage = !covers(columns.spans(), options, has_residue);
            report.push(match (drop_unknown, drop_coverage) {
                (true, _) => RowFate::UnknownLetters,
                (false, true) => RowFate::LowCoverage,
                (false, false) => RowFate::Kept,
            });
        }
        report.unknown_letters = unknown
            .into_iter()
            .map(|(b, n)| (char::from(b), n))
            .collect();
        report
            .unknown_letters
            .sort_by_key(|&(_, n)| std::cmp::Reverse(n));
        if report.fates.contains(&RowFate::Kept) {
            Ok(Self {
                report,
                symbols,
                gap_state: alphabet.gap_state(),
            })
        } else {
            Err(nothing_left(records, alphabet, &report))
        }
    }

    /// States of the kept rows at the modelled columns; copies are marked as dropped if they are to be.
    pub(super) fn states(
        &mut self,
        records: &AlignedRecords,
        columns: &ColumnMap,
        copies: Copies,
    ) -> Array2<u8> {
        let table = self.symbols.map(|symbol| match symbol {
            Symbol::Residue(state) => state,
            Symbol::Gap | Symbol::Unknown => self.gap_state,
        });
        let source: Vec<usize> = (0..columns.sites())
            .map(|site| columns.column(site).alignment_column as usize - 1)
            .collect();
        let kept: Vec<&[u8]> = self.kept_rows(records).collect();
        let states = Array2::from_shape_fn((kept.len(), source.len()), |(n, site)| {
            table[usize::from(kept[n][source[site]])]
        });
        match copies {
            Copies::Keep => states,
            Copies::Drop => self.drop_copies(&states),
        }
    }

    /// The first of equal rows each.
    fn drop_copies(&mut self, states: &Array2<u8>) -> Array2<u8> {
        let rows: Vec<usize> = self.report.kept_rows().collect();
        let mut seen = HashSet::new();
        let mut first = Vec::new();
        for (n, sequence) in states.rows().into_iter().enumerate() {
            if seen.insert(sequence.to_vec()) {
                first.push(n);
            } else {
                self.report.mark_copy(rows[n]);
            }
        }
        states.select(Axis(0), &first)
    }

    fn kept_rows<'a>(&'a self, records: &'a AlignedRecords) -> impl Iterator<Item = &'a [u8]> {
        let fates = &self.report.fates;
        records
            .rows()
            .iter()
            .zip(fates)
            .filter(|(_, fate)| fate.is_kept())
            .map(|(row, _)| row)
    }
}

/// Whether a row has residues in enough of the sites: of all, or of those of the chains that it has.
fn covers(spans: &[Span], options: &FocusOptions, has_residue: impl Fn(usize) -> bool) -> bool {
    let chains = match options.chain_rows {
        ChainRows::ByTheirChains if spans.len() > 1 => chains_of(spans, &has_residue),
        _ => 0,
    };
    let sites = sites_of(spans, chains);
    let needed = options.min_sequence_coverage * sites.clone().count() as f64;
    let residues = sites.filter(|&site| has_residue(site)).count();
    // A share such as 0.7 of 10 columns must not ask for more than 7 because of rounding.
    residues as f64 >= needed - 1e-9
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
    if let Some(error) = dropped_by_a_character(records, report) {
        return error;
    }
    Error::input(
        Place::file(&records.file),
        format!(
            "all {} sequences were dropped: {} have letters outside the alphabet, {} cover too few of the modelled columns{seen}",
            records.len(),
            report.dropped_unknown,
            report.dropped_coverage
        ),
        format!(
            "read as {}: if it is something else, say `alphabet`; else try `unknown=gap` or a smaller `min_sequence_coverage`",
            alphabet.describe()
        ),
    )
}

/// The same, where a character that no sequence has is the cause: most rows were dropped for unknown letters, and nearly all of these
/// are such characters.
fn dropped_by_a_character(records: &AlignedRecords, report: &RowReport) -> Option<Error> {
    let stray = records.stray()?;
    let count = |of: fn(char) -> bool| -> u64 {
        let letters = report
            .unknown_letters
            .iter()
            .filter(|(letter, _)| of(*letter));
        letters.map(|(_, count)| count).sum()
    };
    let odd = count(|letter| !(letter.is_ascii_alphabetic() || letter == '*'));
    let all = count(|_| true);
    if 2 * report.dropped_unknown < records.len() || 2 * odd < all {
        return None;
    }
    Some(Error::input(
        Place::file(&records.file)
            .line(stray.line)
            .record(&stray.record),
        format!(
            "all {} sequences were dropped, {} of them for letters outside the alphabet; {}",
            records.len(),
            report.dropped_unknown,
            stray.problem()
        ),
        stray.advice(),
    ))
}

/// Marks columns with too many gaps among the kept rows as not modelled.
pub(super) fn close_gappy_columns(
    records: &AlignedRecords,
    rows: &KeptRows,
    map: ColumnMap,
    options: &FocusOptions,
) -> Result<ColumnMap> {
    let share = options.max_column_gap;
    if share >= 1.0 && options.gap_limit == GapLimit::AtMost {
        return Ok(map);
    }
    let has_residue = |row: &[u8], column: &Column| {
        let byte = row[column.alignment_column as usize - 1];
        matches!(rows.symbols[usize::from(byte)], Symbol::Residue(_))
    };
    let kept: Vec<(&[u8], u32)> = rows
        .kept_rows(records)
        .map(|row| {
            let here = |site| has_residue(row, map.column(site));
            (row, chains_of(map.spans(), here))
        })
        .collect();
    let mut columns = map.columns().to_vec();
    for column in columns.iter_mut().filter(|c| c.modelled) {
        // Rows that lack the chain say nothing of its columns.
        let chain = map.span_of(column.chain).unwrap_or(0);
        let own = kept.iter().filter(|(_, chains)| {
            options.chain_rows == ChainRows::ByAllColumns
                || map.spans().len() < 2
                || chains >> chain & 1 == 1
        });
        let (mut of, mut gaps) = (0.0, 0.0);
        for (row, _) in own {
            of += 1.0;
            gaps += f64::from(u8::from(!has_residue(row, column)));
        }
        let limit = share * of;
        column.modelled = match options.gap_limit {
            // A share such as 0.7 of 10 rows must not allow only 6 because of rounding.
            GapLimit::AtMost => gaps <= limit + 1e-9,
            GapLimit::Below => gaps < limit.floor(),
        };
    }
    ColumnMap::new(columns).map_err(|_| {
        Error::input(
            Place::file(&records.file),
            format!("every column has too large a share of gaps; at most {share} is allowed"),
            "choose a larger `max_column_gap`",
        )
    })
}
