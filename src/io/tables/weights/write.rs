//! Weights in the formats of several tools.

use super::array;
use crate::alignment::{AlignedRecords, RowFate, RowReport};
use crate::io::tables::cells;
use crate::io::tables::columns::{WEIGHTS, write_delimited};
use serde::Serialize;
use std::io::{self, Write};

/// A row of the input and its weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowWeight<'a> {
    /// From 1, in the alignment file.
    pub row: usize,
    /// The whole header.
    pub name: &'a str,
    /// Whether it was kept, or why it was dropped.
    pub kept: RowFate,
    /// How many sequences are its neighbours, itself included; `None` if it was dropped.
    pub neighbours: Option<u32>,
    /// 1 / neighbours, or 0 if it was dropped.
    pub weight: f64,
}

/// The rows of the input with the numbers of neighbours of the kept ones.
///
/// Panics if there are not as many numbers as kept rows.
pub fn row_weights<'a>(
    records: &'a AlignedRecords,
    rows: &RowReport,
    neighbours: &[u32],
) -> Vec<RowWeight<'a>> {
    let mut counts = neighbours.iter().copied();
    let weights: Vec<RowWeight> = (1..)
        .zip(records.names())
        .zip(&rows.fates)
        .map(|((row, name), &kept)| {
            let neighbours = if kept.is_kept() { counts.next() } else { None };
            RowWeight {
                row,
                name,
                kept,
                neighbours,
                weight: neighbours.map_or(0.0, |m| 1.0 / f64::from(m)),
            }
        })
        .collect();
    let kept = weights
        .iter()
        .filter(|row| row.neighbours.is_some())
        .count();
    assert_eq!(kept, neighbours.len(), "a number for each kept row");
    weights
}

/// A header and a line a row.
///
/// # Errors
/// Those of `output`.
pub fn write_rows(rows: &[RowWeight], separator: u8, output: &mut dyn Write) -> io::Result<()> {
    write_delimited(&WEIGHTS, rows, separator, output)
}

/// plmc's file, to the byte: one weight a line, `0.0` for a dropped row.
///
/// # Errors
/// Those of `output`.
pub fn write_plain(rows: &[RowWeight], output: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        match row.kept {
            RowFate::Kept => writeln!(output, "{}", scientific(row.weight))?,
            _ => writeln!(output, "0.0")?,
        }
    }
    Ok(())
}

/// A number as C's `%.16e` prints it.
fn scientific(value: f64) -> String {
    let text = format!("{value:.16e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// EVcouplings' table of inverse weights (`_inverse_sequence_weights.csv`), for the kept rows.
///
/// # Errors
/// Those of `output`.
pub fn write_evcouplings(rows: &[RowWeight], output: &mut dyn Write) -> io::Result<()> {
    output.write_all(b"id,num_cluster_members\n")?;
    for row in rows {
        if let Some(neighbours) = row.neighbours {
            // A float, as pandas writes it.
            let mut line = Vec::new();
            cells::push(row.name.as_bytes(), b',', &mut line);
            output.write_all(&line)?;
            writeln!(output, ",{neighbours}.0")?;
        }
    }
    Ok(())
}

/// A float64 `.npy` array of the weights of the kept rows.
///
/// # Errors
/// Those of `output`.
pub fn write_npy(rows: &[RowWeight], output: &mut dyn Write) -> io::Result<()> {
    let kept = rows.iter().filter(|row| row.kept.is_kept());
    let weights: Vec<f64> = kept.map(|row| row.weight).collect();
    array::write(&weights, output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_c_writes_them() {
        for (value, expected) in [
            (1.0, "1.0000000000000000e+00"),
            (1.0 / 3.0, "3.3333333333333331e-01"),
            (1.0 / 90.0, "1.1111111111111112e-02"),
            (1e-100, "1.0000000000000000e-100"),
        ] {
            assert_eq!(scientific(value), expected);
        }
    }
}
