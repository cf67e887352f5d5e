//! From the target to columns: which of its residues stands in which column, and what its number is.

use super::records::is_insertion;
use super::{AlignedRecords, Column, ColumnMap};
use crate::alphabet::{Alphabet, Symbol, is_gap};
use crate::error::{Error, Place, Result};
use crate::position::Position;
use std::ops::RangeInclusive;

/// All columns of the file, numbered from 1.
pub(super) fn every_column(records: &AlignedRecords, target: Option<usize>) -> ColumnMap {
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

/// The columns of the target's residues; its upper-case ones are modelled.
pub(super) fn focus_columns(
    records: &AlignedRecords,
    target: usize,
    alphabet: &Alphabet,
    offset: Option<i64>,
) -> Result<ColumnMap> {
    let name = &records.names()[target];
    let place = || Place::file(&records.file).record(name);
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
            chain: None,
            position,
            letter: byte.to_ascii_uppercase(),
            modelled: byte.is_ascii_uppercase()
                && matches!(alphabet.symbol(byte), Symbol::Residue(_)),
        });
    }
    ColumnMap::new(columns).map_err(|_| {
        Error::input(
            place(),
            "the target has no upper-case residue, so there is no column to model",
            "choose another target with --focus NAME, or model every column with --no-focus",
        )
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_read_from_the_name() {
        assert_eq!(start_in_name("DYR_ECOLI/5-159"), Some(5));
        assert_eq!(start_in_name("a/b/5-159 text"), Some(5));
        assert_eq!(start_in_name("a/5-"), None);
        assert_eq!(start_in_name("plain"), None);
    }
}
