//! Numbers of the features of a pairwise model: one a state of a site, and one a pair of states of a pair of sites.
//!
//! Frequencies, gradients, steps and parameters are all of this form.

use crate::kernels::gibbs::Pairs;
use crate::kernels::pair_counts::{Counted, pair_counts};
use crate::model::couplings::{pairs, split_by_first_site};
use rayon::prelude::*;

/// Numbers of all features, in the order of fields and packed couplings.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// Number of states q.
    pub states: usize,
    /// L x q.
    pub singles: Vec<f32>,
    /// L (L - 1) / 2 x q x q.
    pub pairs: Vec<f32>,
}

impl Features {
    /// Zeros for so many sites and states.
    pub fn zeros(sites: usize, states: usize) -> Self {
        Self {
            states,
            singles: vec![0.0; sites * states],
            pairs: vec![0.0; pairs(sites) * states * states],
        }
    }

    /// Bytes of [`Self::zeros`].
    pub fn bytes(sites: usize, states: usize) -> u64 {
        (size_of::<f32>() * (sites * states + pairs(sites) * states * states)) as u64
    }

    /// Number of sites L.
    pub fn sites(&self) -> usize {
        self.singles.len() / self.states
    }

    /// Sums of weights of the sequences that have each feature, times `scale`. Weights may be of any sign.
    pub fn sums(sequences: &[u8], weights: &[f64], shape: (usize, usize), scale: f64) -> Self {
        let (sites, states) = shape;
        let counted = Counted {
            alignment: sequences,
            sites,
            states,
            weights,
        };
        let mut sums = Self::zeros(sites, states);
        let rows = sequences.chunks_exact(sites);
        let mut singles = vec![0.0; sites * states];
        for (row, weight) in rows.zip(weights) {
            for (site, &state) in row.iter().enumerate() {
                singles[site * states + usize::from(state)] += weight;
            }
        }
        for (place, sum) in sums.singles.iter_mut().zip(singles) {
            *place = (sum * scale) as f32;
        }
        let parts = split_by_first_site(&mut sums.pairs, sites, states * states);
        parts.into_par_iter().enumerate().for_each(|(i, part)| {
            pair_counts(&counted, i, i + 1..sites, |tables| {
                for j in tables.others() {
                    let block = &mut part[(j - i - 1) * states * states..][..states * states];
                    for (a, row) in block.chunks_exact_mut(states).enumerate() {
                        for (place, sum) in row.iter_mut().zip(tables.row(a, j)) {
                            *place = (sum * scale) as f32;
                        }
                    }
                }
            });
        });
        sums
    }

    /// Frequencies of features in sequences that all count the same.
    pub fn frequencies(sequences: &[u8], shape: (usize, usize)) -> Self {
        let count = sequences.len() / shape.0;
        Self::sums(sequences, &vec![1.0; count], shape, 1.0 / count as f64)
    }

    /// The mean of these, frequencies, and uniform ones, which have a total weight.
    pub fn add_uniform(&mut self, weight: f64) {
        let (single, pair) = (
            1.0 / self.states as f64,
            1.0 / (self.states * self.states) as f64,
        );
        let mixed = |f: &mut f32, uniform: f64| {
            *f = ((1.0 - weight) * f64::from(*f) + weight * uniform) as f32;
        };
        self.singles.iter_mut().for_each(|f| mixed(f, single));
        self.pairs.par_iter_mut().for_each(|f| mixed(f, pair));
    }

    /// Sets each number to a function of it and that of the same place of another.
    pub fn change(&mut self, other: &Self, number: impl Fn(f32, f32) -> f32 + Sync) {
        for (own, other) in self.singles.iter_mut().zip(&other.singles) {
            *own = number(*own, *other);
        }
        self.pairs
            .par_iter_mut()
            .zip(&other.pairs)
            .for_each(|(own, other)| *own = number(*own, *other));
    }

    /// The sum of products of all numbers, in their order.
    pub fn dot(&self, other: &Self) -> f64 {
        let sum = |one: &[f32], other: &[f32]| -> f64 {
            let both = one.iter().zip(other);
            both.map(|(&x, &y)| f64::from(x) * f64::from(y)).sum()
        };
        // Parts of one first site each, so that the order does not depend on threads.
        let size = self.pairs.len().div_ceil(PARTS).max(1);
        let parts: Vec<f64> = self
            .pairs
            .par_chunks(size)
            .zip(other.pairs.par_chunks(size))
            .map(|(one, other)| sum(one, other))
            .collect();
        sum(&self.singles, &other.singles) + parts.iter().sum::<f64>()
    }

    /// The sum over the features of each sequence: minus its energy, where these are parameters.
    pub fn of_each(&self, sequences: &[u8]) -> Vec<f64> {
        let pairs = self.as_pairs();
        let sequences = sequences.par_chunks_exact(self.sites());
        sequences.map(|x| -pairs.energy(x)).collect()
    }

    /// As parameters of a model.
    pub fn as_pairs(&self) -> Pairs<'_> {
        Pairs {
            states: self.states,
            fields: &self.singles,
            couplings: &self.pairs,
        }
    }

    /// Whether all are finite.
    pub fn are_finite(&self) -> bool {
        let mut all = self.singles.iter().chain(&self.pairs);
        all.all(|number| number.is_finite())
    }

    /// The state of the largest number at each site, the first of equals.
    pub fn commonest(&self) -> Vec<u8> {
        let of_site = |row: &[f32]| {
            let mut best = 0;
            for (state, value) in row.iter().enumerate() {
                if *value > row[best] {
                    best = state;
                }
            }
            best as u8
        };
        self.singles
            .chunks_exact(self.states)
            .map(of_site)
            .collect()
    }
}

/// Parts of a sum.
const PARTS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::{Noise, family};

    #[test]
    fn sums_and_products_are_those_of_the_features() {
        let (sites, states, count) = (5, 4, 30);
        let mut noise = Noise::new(3);
        let rows = family((count, sites), states - 1, 3, &mut noise);
        let weights: Vec<f64> = (0..count).map(|_| f64::from(noise.number())).collect();
        let sums = Features::sums(&rows, &weights, (sites, states), 0.5);
        let mut g = Features::zeros(sites, states);
        g.singles
            .iter_mut()
            .chain(&mut g.pairs)
            .for_each(|x| *x = noise.number());
        // g . sum_n w_n phi(x_n) / 2, in two ways.
        let of_each = g.of_each(&rows);
        let expected: f64 = of_each.iter().zip(&weights).map(|(x, w)| x * w).sum();
        assert!((g.dot(&sums) - 0.5 * expected).abs() < 1e-5);
        let mut frequencies = Features::frequencies(&rows, (sites, states));
        frequencies.add_uniform(0.25);
        let total: f32 = frequencies.pairs[..16].iter().sum();
        assert!((total - 1.0).abs() < 1e-6);
        assert!(frequencies.pairs[..16].iter().all(|f| *f >= 0.25 / 16.0));
    }
}
