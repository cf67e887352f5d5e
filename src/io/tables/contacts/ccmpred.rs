//! The matrix of CCMpred.

use crate::io::files::numbers::push_c_exponential;
use crate::model::couplings::pair_index;
use std::cmp::Ordering;
use std::io::{self, Write};

/// `scores` of all pairs in packed order as a symmetric matrix with zero diagonal, a row a site, a tab after every number (the last
/// of a row too), as C's `%.20e` writes them.
///
/// # Errors
/// Those of `output`.
pub fn write_ccmpred(scores: &[f64], sites: usize, output: &mut dyn Write) -> io::Result<()> {
    let mut row = Vec::new();
    for i in 0..sites {
        row.clear();
        for j in 0..sites {
            let score = match i.cmp(&j) {
                Ordering::Less => scores[pair_index(sites, i, j)],
                Ordering::Equal => 0.0,
                Ordering::Greater => scores[pair_index(sites, j, i)],
            };
            push_c_exponential(score, &mut row);
            row.push(b'\t');
        }
        row.push(b'\n');
        output.write_all(&row)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test_support::written;
    use super::*;

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
