//! Weights in the formats of several tools.

use super::array;
use crate::alignment::RowFate;
use crate::io::tables::cells;
use crate::io::tables::columns::{WEIGHTS, write_delimited};
use crate::io::tables::rows::RowWeight;
use std::io::{self, Write};

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
