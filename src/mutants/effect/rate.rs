//! How fast the sites of a family change: counted between each sequence and its nearest relative.
//!
//! Of at most 1500 rows, taken by weight, each is held against the nearest other that is less than 95 % and at least 30 % identical to it over their
//! common columns, which must be half of all. Between two rows that differ in a share d of their columns, a site that changes like the others differs
//! with the probability d. The rate of a site is how often it differed over how often it should have; two average sites are added to each.

use crate::kernels::common_columns::common_columns;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// Rows that are compared.
pub const MOST_ROWS: usize = 1500;

/// Nearer rows say nothing of rates, farther ones too much at once.
const TOO_NEAR: f64 = 0.95;
const TOO_FAR: f64 = 0.3;

/// Pairs of rows that are added to each site.
const PRIOR: f64 = 2.0;

/// The rate of each column of `states`, of which those below `residues` are residues; 1 everywhere where no two rows can be compared.
pub fn rates(states: ArrayView2<'_, u8>, weights: &[f64], residues: u8) -> Vec<f64> {
    let (rows, sites) = states.dim();
    let chosen = match rows > MOST_ROWS {
        true => by_weight(weights, MOST_ROWS),
        false => (0..rows).collect(),
    };
    let sample: Vec<u8> = chosen
        .iter()
        .flat_map(|&row| states.row(row).to_vec())
        .collect();
    let rows: Vec<&[u8]> = sample.chunks_exact(sites.max(1)).collect();
    let nearest: Vec<Option<usize>> = (0..rows.len())
        .into_par_iter()
        .map(|row| nearest(&rows, row, residues))
        .collect();
    let mut differing = vec![0.0; sites];
    let mut expected = vec![0.0; sites];
    for (&row, other) in rows.iter().zip(nearest) {
        let Some(other) = other.map(|other| rows[other]) else {
            continue;
        };
        let both: Vec<usize> = (0..sites)
            .filter(|&k| row[k] < residues && other[k] < residues)
            .collect();
        let differ = both.iter().filter(|&&k| row[k] != other[k]);
        let differ: Vec<usize> = differ.copied().collect();
        let share = differ.len() as f64 / sites as f64;
        both.iter().for_each(|&k| expected[k] += share);
        differ.iter().for_each(|&k| differing[k] += 1.0);
    }
    let all: f64 = expected.iter().sum();
    let mean = match all > 0.0 {
        true => differing.iter().sum::<f64>() / all,
        false => 1.0,
    };
    let of_site = differing.iter().zip(&expected);
    of_site
        .map(|(differing, expected)| (differing + PRIOR * mean) / (expected + PRIOR))
        .collect()
}

/// The nearest other row in the window, the first of several.
fn nearest(rows: &[&[u8]], row: usize, residues: u8) -> Option<usize> {
    let sites = rows[row].len();
    let mut best = (-1.0, None);
    for (other, letters) in rows.iter().enumerate() {
        if other == row {
            continue;
        }
        let (both, same) = common_columns(rows[row], letters, residues);
        let identity = same as f64 / both.max(1) as f64;
        if 2 * both >= sites && identity < TOO_NEAR && identity > best.0 {
            best = (identity, Some(other));
        }
    }
    best.1.filter(|_| best.0 >= TOO_FAR)
}

/// So many rows at equal steps of the sum of weights; none twice.
fn by_weight(weights: &[f64], count: usize) -> Vec<usize> {
    let mut sum = 0.0;
    let sums: Vec<f64> = weights
        .iter()
        .map(|weight| {
            sum += weight;
            sum
        })
        .collect();
    let mut rows: Vec<usize> = (0..count)
        .map(|k| (k as f64 + 0.5) / count as f64 * sum)
        .map(|at| sums.partition_point(|&sum| sum < at).min(weights.len() - 1))
        .collect();
    rows.dedup();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn sites_that_differ_between_relatives_are_fast() {
        // Ten columns; each row differs from the next in column 0 and one other.
        let states = Array2::from_shape_fn((6, 10), |(n, k)| match k {
            0 => n as u8,
            k if k == n => 7,
            _ => 1,
        });
        let rates = rates(states.view(), &[1.0; 6], 20);
        assert!(
            rates[0] > 1.9 * rates[1] && rates[9] < rates[1],
            "{rates:?}"
        );
        assert!((rates[8] - rates[9]).abs() < 1e-12);
    }

    #[test]
    fn copies_and_strangers_say_nothing() {
        let copies = Array2::from_elem((4, 12), 3);
        assert_eq!(rates(copies.view(), &[0.25; 4], 20), [1.0; 12]);
        let strangers = Array2::from_shape_fn((4, 12), |(n, _)| n as u8);
        assert_eq!(rates(strangers.view(), &[1.0; 4], 20), [1.0; 12]);
    }

    #[test]
    fn rows_are_taken_by_weight() {
        assert_eq!(by_weight(&[1.0, 1.0, 1.0, 1.0], 2), [0, 2]);
        assert_eq!(by_weight(&[0.1, 5.0, 0.1, 0.1], 3), [1]);
        assert_eq!(by_weight(&[1.0, 0.1, 0.1, 1.0], 4), [0, 3]);
    }
}
