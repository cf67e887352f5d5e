//! The `*` at the end of translated sequences, which is no residue.

use crate::alignment::Rows;
use crate::alignment::records::is_insertion;
use crate::alphabet::{GAP_LETTER, is_gap};
use std::collections::BTreeSet;

/// Rows without the final `*`.
pub struct Stopped {
    /// The rows.
    pub rows: Rows,
    /// How many of them had one.
    pub count: usize,
    /// Columns that held nothing else and are gone, counted from 0.
    pub removed: BTreeSet<usize>,
}

/// What the letters of rows are, for which of them have columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Every letter has a column.
    Columns,
    /// Lower-case letters and `.` have none.
    Insertions,
    /// As makes the rows equally long.
    Either,
}

impl Shape {
    /// Whether rows are equally long, in one way or the other.
    pub fn fits(self, rows: &Rows) -> Option<Self> {
        let columns = self != Self::Insertions && lengths_agree(rows);
        let insertions = self != Self::Columns && !columns && columns_agree(rows);
        match (columns, insertions) {
            (true, _) => Some(Self::Columns),
            (_, true) => Some(Self::Insertions),
            _ => None,
        }
    }

    /// Whether a letter has a column.
    fn has_column(self, byte: u8) -> bool {
        self != Self::Insertions || !is_insertion(byte)
    }
}

/// Whether all rows are equally long, and not empty.
pub fn lengths_agree(rows: &Rows) -> bool {
    let width = rows.get(0).map_or(0, <[u8]>::len);
    width > 0 && rows.iter().all(|row| row.len() == width)
}

/// Whether all rows have the same number of upper-case letters and gaps, and any at all.
pub fn columns_agree(rows: &Rows) -> bool {
    let width = rows.get(0).map_or(0, columns);
    width > 0 && rows.iter().all(|row| columns(row) == width)
}

/// Letters of a row of A3M that have columns.
pub fn columns(row: &[u8]) -> u32 {
    row.iter().map(|b| u32::from(!is_insertion(*b))).sum()
}

/// The row up to the `*` that only gaps follow, without it; nothing if there is none.
fn before_stop(row: &[u8]) -> Option<usize> {
    let gaps = row.iter().rev().take_while(|byte| is_gap(**byte)).count();
    let letters = &row[..row.len() - gaps];
    let stops = letters.iter().rev().take_while(|b| **b == b'*').count();
    (stops > 0).then_some(letters.len() - stops)
}

/// Drops the final `*` of every row: where the rows are then equally long it is cut off, else it becomes a gap, and a column that
/// holds nothing but these and gaps is removed.
pub fn without_final_stops(mut rows: Rows, shape: Shape) -> Stopped {
    let mut ends: Vec<Option<usize>> = rows.iter().map(before_stop).collect();
    let count = ends.iter().flatten().count();
    let mut removed = BTreeSet::new();
    if count == 0 {
        return Stopped {
            rows,
            count,
            removed,
        };
    }
    if shape.fits(&rows).is_none() {
        for (n, end) in ends.iter_mut().enumerate() {
            if let Some(length) = end.take_if(|_| rows[n].ends_with(b"*")) {
                rows.shorten(n, length);
            }
        }
    }
    if let Some(found) = shape.fits(&rows)
        && ends.iter().any(Option::is_some)
    {
        removed = columns_of_stops(&rows, &ends, found);
        rows = match cut(&rows, &removed) {
            Some(shorter) => shorter,
            None => {
                let pairs = rows.iter().zip(&ends);
                let row = |(row, end)| rewritten(row, end, found, &removed);
                pairs.map(row).collect()
            }
        };
    }
    Stopped {
        rows,
        count,
        removed,
    }
}

/// The columns of final stops where every row has one of its own or a gap.
fn columns_of_stops(rows: &Rows, ends: &[Option<usize>], shape: Shape) -> BTreeSet<usize> {
    let mut columns = BTreeSet::new();
    for (row, end) in rows.iter().zip(ends) {
        if let Some(end) = *end {
            let placed = places(row, shape).filter(|&(k, _)| k >= end);
            columns.extend(
                placed
                    .filter(|&(k, _)| row[k] == b'*')
                    .map(|(_, column)| column),
            );
        }
    }
    for (row, end) in rows.iter().zip(ends) {
        let Some(&first) = columns.first() else {
            break;
        };
        let residues = places(row, shape).filter(|&(k, column)| {
            column >= first && !is_gap(row[k]) && end.is_none_or(|end| k < end)
        });
        for (_, column) in residues {
            columns.remove(&column);
        }
    }
    columns
}

/// Index and column of every letter that has one.
fn places(row: &[u8], shape: Shape) -> impl Iterator<Item = (usize, usize)> {
    let letters = row.iter().enumerate();
    let with_column = letters.filter(move |(_, byte)| shape.has_column(**byte));
    with_column.enumerate().map(|(column, (k, _))| (k, column))
}

/// The rows without their last columns, where these are the ones to remove and every stop stands there: then nothing is copied.
fn cut(rows: &Rows, removed: &BTreeSet<usize>) -> Option<Rows> {
    let first = *removed.first()?;
    let last_columns = lengths_agree(rows) && first + removed.len() == rows[0].len();
    let elsewhere = |row: &[u8]| before_stop(row).is_some_and(|end| end < first);
    if !last_columns || rows.iter().any(elsewhere) {
        return None;
    }
    let mut rows = rows.clone();
    for n in 0..rows.len() {
        rows.shorten(n, first);
    }
    Some(rows)
}

/// A row with a gap for its final stops, without the removed columns.
fn rewritten(row: &[u8], end: &Option<usize>, shape: Shape, removed: &BTreeSet<usize>) -> Vec<u8> {
    let mut column = 0;
    let mut letters = Vec::with_capacity(row.len());
    for (k, &byte) in row.iter().enumerate() {
        let has_column = shape.has_column(byte);
        if !(has_column && removed.contains(&column)) {
            let is_stop = byte == b'*' && end.is_some_and(|end| k >= end);
            letters.push(if is_stop { GAP_LETTER } else { byte });
        }
        column += usize::from(has_column);
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stopped(rows: &[&str], shape: Shape) -> (Vec<String>, usize, Vec<usize>) {
        let stopped = without_final_stops(rows.iter().collect(), shape);
        let rows = stopped.rows.iter();
        let rows = rows.map(|row| String::from_utf8(row.to_vec()).unwrap());
        (
            rows.collect(),
            stopped.count,
            stopped.removed.into_iter().collect(),
        )
    }

    #[test]
    fn a_final_stop_is_no_residue_and_no_column() {
        for (rows, expected, count, removed) in [
            (&["ACD*", "AED*"][..], &["ACD", "AED"][..], 2, &[3][..]),
            (&["ACD*", "AED-", "AE*-"], &["ACD", "AED", "AE-"], 2, &[3]),
            (
                &["ACD*-", "AED-*", "A-D--"],
                &["ACD", "AED", "A-D"],
                2,
                &[3, 4],
            ),
            (&["ACD*", "AEDF"], &["ACD-", "AEDF"], 1, &[]),
            (&["ACD*", "AED", "A-D"], &["ACD", "AED", "A-D"], 1, &[]),
            (&["ACD*", "AED", "A*-"], &["ACD", "AED", "A--"], 2, &[]),
            (&["ACD**", "AED*-"], &["ACD", "AED"], 2, &[3, 4]),
            (&["AC*D", "AEDF"], &["AC*D", "AEDF"], 0, &[]),
            (&["A*D*", "AED-"], &["A*D", "AED"], 1, &[3]),
            (&["ACD*--EF", "AEDGGGEF"], &["ACD*--EF", "AEDGGGEF"], 0, &[]),
            (&["ACD*..", "AEDGGG"], &["ACD-..", "AEDGGG"], 1, &[]),
            (&["----*", "ACDEF"], &["-----", "ACDEF"], 1, &[]),
        ] {
            let expected = expected.iter().map(|row| (*row).to_owned()).collect();
            let found = stopped(rows, Shape::Columns);
            assert_eq!(found, (expected, count, removed.to_vec()), "{rows:?}");
        }
    }

    #[test]
    fn insertions_have_no_columns() {
        for (rows, expected) in [
            (["ACD*", "AggED-", "A-Dt*"], ["ACD", "AggED", "A-Dt"]),
            (["ACD*", "AggED-", "A-DE"], ["ACD-", "AggED-", "A-DE"]),
            (["ACD*", "AggED", "A-Dt*"], ["ACD", "AggED", "A-Dt"]),
            (["ACD*", "AggED-tt", "A-D-"], ["ACD", "AggEDtt", "A-D"]),
        ] {
            assert_eq!(stopped(&rows, Shape::Either).0, expected);
            assert_eq!(stopped(&rows, Shape::Insertions).0, expected);
        }
    }
}
