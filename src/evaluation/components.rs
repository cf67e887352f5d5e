//! Principal components of natural sequences, and where samples lie on them.
//!
//! A sequence is L x q numbers, 1 at the states that it has, less their frequencies; what is missing is nothing off. The components are the
//! eigenvectors of their weighted covariance, found by iterating a few vectors at once (subspace iteration; Rutishauser 1969), since the covariance has
//! (L q)^2 numbers and is never made.

use super::set::Set;
use crate::kernels::symmetric_eigen::symmetric_eigen;
use crate::random::Random;
use rayon::prelude::*;

/// Vectors that are iterated: more than are told, which makes these converge faster.
const VECTORS: usize = 12;

/// Components that are told.
pub const TOLD: usize = 2;

/// Iterations at most.
const ITERATIONS: usize = 200;

/// A change of the told eigenvalues by a smaller share than this ends them.
const NEGLIGIBLE: f64 = 1e-6;

/// Cells along a side of the plane of the first two.
const CELLS: usize = 12;

/// Principal components.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// f_i(a), L x q.
    mean: Vec<f64>,
    /// L x q rows of numbers, one a component.
    vectors: Vec<f64>,
    /// Number of components.
    count: usize,
    /// Share of the natural sequences' variance that each has.
    pub shares: Vec<f64>,
}

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0xc0f0_0000;

impl Components {
    /// Of a set; `None` if its sequences do not vary.
    pub fn of(set: &Set, seed: u64) -> Option<Self> {
        let mean = set.view().singles();
        let size = mean.len();
        let variance = variance(set, &mean);
        if variance <= 0.0 {
            return None;
        }
        let count = VECTORS.min(size);
        let mut random = Random::of(seed, STREAM, 0);
        let mut vectors: Vec<f64> = (0..size * count).map(|_| random.share() - 0.5).collect();
        orthonormalise(&mut vectors, count);
        let mut values = vec![0.0; count];
        for _ in 0..ITERATIONS {
            let before = values.clone();
            let mut images = image(set, &mean, &vectors, count);
            values = turn(&mut vectors, &mut images, count);
            let still = |k: usize| (values[k] - before[k]).abs() <= NEGLIGIBLE * values[0];
            let done = (0..TOLD.min(count)).all(still);
            if done {
                break;
            }
            vectors = images;
            orthonormalise(&mut vectors, count);
        }
        let told = TOLD.min(count);
        let vectors = vectors.chunks_exact(count);
        Some(Self {
            vectors: vectors.flat_map(|row| row[..told].to_vec()).collect(),
            count: told,
            shares: values[..told]
                .iter()
                .map(|v| (v / variance).max(0.0))
                .collect(),
            mean,
        })
    }

    /// Where sequences lie: for each as many numbers as components.
    pub fn project(&self, set: &Set) -> Vec<f64> {
        projections(set, &self.mean, &self.vectors, self.count)
    }

    /// Share of a set's variance that each component has.
    pub fn shares_of(&self, set: &Set) -> Vec<f64> {
        let own = set.view().singles();
        let total = variance(set, &own);
        let places = self.project(set);
        let weight: f64 = set.weights.iter().sum();
        let of = |k: usize| {
            let values = || places.iter().skip(k).step_by(self.count).zip(&set.weights);
            let mean = values().map(|(x, w)| x * w).sum::<f64>() / weight;
            let squares = values().map(|(x, w)| w * (x - mean) * (x - mean));
            squares.sum::<f64>() / weight / total
        };
        (0..self.count).map(of).collect()
    }
}

/// sum_n w_n |x_n|^2 / sum_n w_n.
fn variance(set: &Set, mean: &[f64]) -> f64 {
    let squares: Vec<f64> = mean
        .chunks_exact(set.states)
        .map(|row| row.iter().map(|m| m * m).sum())
        .collect();
    let total: f64 = set.weights.iter().sum();
    let of_row = |row: &[u8]| -> f64 {
        let sites = row.iter().enumerate();
        let known = sites.filter(|(_, state)| usize::from(**state) < set.states);
        known
            .map(|(site, &state)| {
                1.0 - 2.0 * mean[site * set.states + usize::from(state)] + squares[site]
            })
            .sum()
    };
    let rows = set.rows().zip(&set.weights);
    rows.map(|(row, weight)| weight * of_row(row)).sum::<f64>() / total
}

/// x_n times the vectors, for each sequence.
fn projections(set: &Set, mean: &[f64], vectors: &[f64], count: usize) -> Vec<f64> {
    let q = set.states;
    // What a site adds in all sequences that have a state there.
    let mut less = vec![0.0; set.sites * count];
    for (place, (share, vector)) in mean.iter().zip(vectors.chunks_exact(count)).enumerate() {
        let less = &mut less[place / q * count..][..count];
        less.iter_mut()
            .zip(vector)
            .for_each(|(sum, v)| *sum += share * v);
    }
    let of_row = |row: &[u8]| {
        let mut sums = vec![0.0; count];
        for (site, &state) in row.iter().enumerate() {
            let state = usize::from(state);
            if state < q {
                let vector = &vectors[(site * q + state) * count..][..count];
                let less = &less[site * count..][..count];
                for (sum, (v, less)) in sums.iter_mut().zip(vector.iter().zip(less)) {
                    *sum += v - less;
                }
            }
        }
        sums
    };
    let rows = set.rows.par_chunks_exact(set.sites).map(of_row);
    rows.collect::<Vec<Vec<f64>>>().concat()
}

/// The covariance times the vectors.
fn image(set: &Set, mean: &[f64], vectors: &[f64], count: usize) -> Vec<f64> {
    let (q, sites) = (set.states, set.sites);
    let places = projections(set, mean, vectors, count);
    let total: f64 = set.weights.iter().sum();
    let of_site = |site: usize| {
        let mut sums = vec![0.0; q * count];
        let mut all = vec![0.0; count];
        for (n, (place, weight)) in places.chunks_exact(count).zip(&set.weights).enumerate() {
            let state = usize::from(set.rows[n * sites + site]);
            if state < q {
                let own = &mut sums[state * count..][..count];
                for (k, z) in place.iter().enumerate() {
                    own[k] += weight * z;
                    all[k] += weight * z;
                }
            }
        }
        for (row, share) in sums.chunks_exact_mut(count).zip(&mean[site * q..]) {
            row.iter_mut()
                .zip(&all)
                .for_each(|(sum, all)| *sum = (*sum - share * all) / total);
        }
        sums
    };
    let sites = (0..sites).into_par_iter().map(of_site);
    sites.collect::<Vec<Vec<f64>>>().concat()
}

/// Makes columns orthonormal, the first first (Gram and Schmidt, twice); what is nothing without the others stays nothing.
fn orthonormalise(vectors: &mut [f64], count: usize) {
    for k in 0..count {
        for _ in 0..2 {
            for other in 0..k {
                let product = product(vectors, vectors, (k, other), count);
                for row in vectors.chunks_exact_mut(count) {
                    row[k] -= product * row[other];
                }
            }
        }
        let length = product(vectors, vectors, (k, k), count).sqrt();
        let scale = if length > 1e-150 { length.recip() } else { 0.0 };
        vectors
            .chunks_exact_mut(count)
            .for_each(|row| row[k] *= scale);
    }
}

fn product(one: &[f64], other: &[f64], (k, l): (usize, usize), count: usize) -> f64 {
    let rows = one.chunks_exact(count).zip(other.chunks_exact(count));
    rows.map(|(a, b)| a[k] * b[l]).sum()
}

/// Turns vectors and their images so that the vectors are as near eigenvectors as they can be (Rayleigh and Ritz), the largest first; returns the
/// eigenvalues.
fn turn(vectors: &mut [f64], images: &mut [f64], count: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; count * count];
    for k in 0..count {
        for l in 0..=k {
            let one = product(vectors, images, (k, l), count);
            let other = product(vectors, images, (l, k), count);
            matrix[k * count + l] = (one + other) / 2.0;
            matrix[l * count + k] = matrix[k * count + l];
        }
    }
    let (mut values, mut turning) = (vec![0.0; count], vec![0.0; count * count]);
    symmetric_eigen(&mut matrix, &mut values, &mut turning);
    for rows in [vectors, images] {
        for row in rows.chunks_exact_mut(count) {
            let turned = |k: usize| {
                (0..count)
                    .map(|l| row[l] * turning[l * count + count - 1 - k])
                    .sum()
            };
            let turned: Vec<f64> = (0..count).map(turned).collect();
            row.copy_from_slice(&turned);
        }
    }
    values.reverse();
    values
}

/// How far places of two sets in the plane of the first two components are the same: the sum of the smaller of both shares of all cells of a grid over the
/// extent of the first set, whose outermost cells have what is outside. 1 alike, 0 apart.
pub fn overlap(one: (&[f64], &[f64]), other: (&[f64], &[f64]), count: usize) -> f64 {
    let ends: Vec<(f64, f64)> = (0..count)
        .map(|k| {
            let values = one.0.iter().skip(k).step_by(count);
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                (low.min(*x), high.max(*x))
            })
        })
        .collect();
    let shares = |(places, weights): (&[f64], &[f64])| {
        let total: f64 = weights.iter().sum();
        let mut cells = vec![0.0; CELLS.pow(count as u32)];
        for (place, weight) in places.chunks_exact(count).zip(weights) {
            let cell = place.iter().zip(&ends).fold(0, |cell, (x, (low, high))| {
                let along = (x - low) / (high - low).max(1e-300) * CELLS as f64;
                cell * CELLS + (along.max(0.0) as usize).min(CELLS - 1)
            });
            cells[cell] += weight / total;
        }
        cells
    };
    let pairs = shares(one).into_iter().zip(shares(other));
    pairs.map(|(a, b): (f64, f64)| a.min(b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::symmetric_eigen::symmetric_eigen;
    use crate::kernels::testing::{Noise, family};
    use ndarray::Array2;

    #[test]
    fn shares_and_places_are_those_of_the_whole_covariance() {
        let mut noise = Noise::new(7);
        let (n, sites, q) = (80, 5, 4);
        let rows = family((n, sites), q, 4, &mut noise);
        let set = Set {
            weights: (0..n).map(|_| 0.2 + noise.uniform()).collect(),
            rows,
            sites,
            states: q,
        };
        let mean = set.view().singles();
        let size = sites * q;
        let total: f64 = set.weights.iter().sum();
        let mut covariance = Array2::<f64>::zeros((size, size));
        for (row, weight) in set.rows().zip(&set.weights) {
            let x: Vec<f64> = (0..size)
                .map(|place| match usize::from(row[place / q]) {
                    missing if missing >= q => 0.0,
                    state => f64::from(u8::from(state == place % q)) - mean[place],
                })
                .collect();
            for a in 0..size {
                for b in 0..size {
                    covariance[[a, b]] += weight * x[a] * x[b] / total;
                }
            }
        }
        let (mut matrix, _) = covariance.into_raw_vec_and_offset();
        let (mut values, mut vectors) = (vec![0.0; size], vec![0.0; size * size]);
        symmetric_eigen(&mut matrix, &mut values, &mut vectors);
        let trace: f64 = values.iter().sum();
        let found = Components::of(&set, 3).unwrap();
        for k in 0..TOLD {
            let expected = values[size - 1 - k] / trace;
            assert!(
                (found.shares[k] - expected).abs() < 1e-5,
                "{k}: {} {expected}",
                found.shares[k]
            );
            assert!((found.shares_of(&set)[k] - expected).abs() < 1e-4);
        }
        let places = found.project(&set);
        assert!(
            (overlap((&places, &set.weights), (&places, &set.weights), TOLD) - 1.0).abs() < 1e-12
        );
        let away = vec![1e3; places.len()];
        assert!(overlap((&places, &set.weights), (&away, &set.weights), TOLD) < 0.2);
    }

    #[test]
    fn one_sequence_has_no_components() {
        let set = Set::uniform(vec![0, 1, 0, 1], (2, 2));
        assert_eq!(Components::of(&set, 1), None);
    }
}
