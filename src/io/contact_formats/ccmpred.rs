//! The matrix of CCMpred.

use crate::model::couplings::pair_index;
use std::cmp::Ordering;
use std::io::{self, Write};

/// `scores` of all pairs in packed order as a symmetric matrix with zero diagonal, a row a site, a tab after every number (the last
/// of a row too), as C's `%.20e` writes them.
///
/// # Errors
/// Those of `output`.
pub fn write_ccmpred(scores: &[f64], sites: usize, output: &mut dyn Write) -> io::Result<()> {
    for i in 0..sites {
        for j in 0..sites {
            let score = match i.cmp(&j) {
                Ordering::Less => scores[pair_index(sites, i, j)],
                Ordering::Equal => 0.0,
                Ordering::Greater => scores[pair_index(sites, j, i)],
            };
            write!(output, "{}\t", c_exponential(score))?;
        }
        output.write_all(b"\n")?;
    }
    Ok(())
}

/// A number as C's `%.20e` writes it: Rust writes the same digits, but `e-1` for `e-01`.
fn c_exponential(value: f64) -> String {
    let text = format!("{value:.20e}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return text; // not a number, or infinite
    };
    let (sign, magnitude) = match exponent.strip_prefix('-') {
        Some(magnitude) => ('-', magnitude),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{magnitude:0>2}")
}

#[cfg(test)]
mod tests {
    use super::super::test_support::written;
    use super::*;

    #[test]
    fn numbers_look_as_c_writes_them() {
        // printf("%.20e") of the same numbers.
        assert_eq!(c_exponential(0.1), "1.00000000000000005551e-01");
        assert_eq!(c_exponential(0.0), "0.00000000000000000000e+00");
        assert_eq!(c_exponential(-123.5), "-1.23500000000000000000e+02");
        assert_eq!(c_exponential(1e-300), "1.00000000000000002506e-300");
    }

    #[test]
    fn the_matrix_is_symmetric_with_a_tab_after_every_number() {
        let text = written(|out| write_ccmpred(&[0.5, -1.0, 2.0], 3, out));
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), 3);
        assert!(
            rows.iter()
                .all(|row| row.ends_with("e+00\t") || row.ends_with("e-01\t"))
        );
        let number = |i: usize, j: usize| rows[i].split('\t').nth(j).unwrap().parse::<f64>();
        for (i, j, score) in [(0, 1, 0.5), (0, 2, -1.0), (1, 2, 2.0), (1, 1, 0.0)] {
            assert_eq!(number(i, j), Ok(score));
            assert_eq!(number(j, i), Ok(score));
        }
    }
}
