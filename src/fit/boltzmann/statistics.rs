//! How alike the connected correlations of chains are to those of the family.
//!
//! C_ij(a, b) = f_ij(a, b) - f_i(a) f_j(b). What few chains show is noisy, and their Pearson correlation with anything is too small: it is divided by what
//! it would be of the noise alone, the root of the share of the chains' variance that two halves of them have in common (Spearman 1904).

use super::features::Features;
use crate::model::couplings::pair_sites;
use rayon::prelude::*;

/// What chains say of the connected correlations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Pearson correlation of C of the chains with C of the family, less what few chains take away; NaN where they show noise alone.
    pub pearson: f64,
    /// As it is, without that correction.
    pub observed: f64,
}

/// Frequencies of two halves of some chains.
pub struct Halves(pub [Features; 2]);

impl Halves {
    /// Of sequences, all of which count the same.
    pub fn of(sequences: &[u8], shape: (usize, usize)) -> Self {
        let middle = sequences.len() / shape.0 / 2 * shape.0;
        let (one, other) = sequences.split_at(middle);
        Self([one, other].map(|half| Features::frequencies(half, shape)))
    }

    /// Of all chains.
    pub fn mean(&self) -> Features {
        let mut mean = self.0[0].clone();
        mean.change(&self.0[1], |one, other| 0.5 * (one + other));
        mean
    }

    /// With the frequencies of the family.
    pub fn agreement(&self, family: &Features) -> Agreement {
        let (sites, states) = (family.sites(), family.states);
        let size = states * states;
        let of_pair = |(k, (i, j)): (usize, (usize, usize))| {
            let mut sums = Sums::default();
            let all = [family, &self.0[0], &self.0[1]];
            let connected = |which: &Features, a: usize, b: usize| {
                let product = f64::from(which.singles[i * states + a])
                    * f64::from(which.singles[j * states + b]);
                f64::from(which.pairs[k * size + a * states + b]) - product
            };
            for a in 0..states {
                for b in 0..states {
                    sums.add(all.map(|which| connected(which, a, b)));
                }
            }
            sums
        };
        let pairs: Vec<(usize, (usize, usize))> = pair_sites(sites).enumerate().collect();
        let parts: Vec<Sums> = pairs.into_par_iter().map(of_pair).collect();
        let mut sums = Sums::default();
        parts.iter().for_each(|part| sums.append(part));
        sums.agreement()
    }
}

/// Sums over couplings, of the family (0) and of both halves (1, 2).
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: f64,
    sums: [f64; 3],
    products: [[f64; 3]; 3],
}

impl Sums {
    fn add(&mut self, values: [f64; 3]) {
        self.count += 1.0;
        for (k, x) in values.into_iter().enumerate() {
            self.sums[k] += x;
            for (l, y) in values.into_iter().enumerate() {
                self.products[k][l] += x * y;
            }
        }
    }

    fn append(&mut self, other: &Self) {
        self.count += other.count;
        for k in 0..3 {
            self.sums[k] += other.sums[k];
            for l in 0..3 {
                self.products[k][l] += other.products[k][l];
            }
        }
    }

    fn covariance(&self, k: usize, l: usize) -> f64 {
        self.products[k][l] / self.count - self.sums[k] * self.sums[l] / (self.count * self.count)
    }

    fn agreement(&self) -> Agreement {
        let with = 0.5 * (self.covariance(0, 1) + self.covariance(0, 2));
        let family = self.covariance(0, 0);
        let common = self.covariance(1, 2);
        let all = 0.25 * (self.covariance(1, 1) + self.covariance(2, 2) + 2.0 * common);
        Agreement {
            pearson: with / (family * common).sqrt(),
            observed: with / (family * all).sqrt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Sequences of two states whose sites copy the one before.
    fn drawn(count: usize, sites: usize, seed: u64) -> Vec<u8> {
        let mut random = Random::of(seed, 0, 0);
        let mut rows = Vec::new();
        for _ in 0..count {
            let mut state = random.below(2) as u8;
            for _ in 0..sites {
                if random.share() < 0.4 {
                    state = random.below(2) as u8;
                }
                rows.push(state);
            }
        }
        rows
    }

    #[test]
    fn few_chains_are_made_up_for() {
        let shape = (12, 2);
        let family = Features::frequencies(&drawn(200_000, 12, 1), shape);
        let (mut corrected, mut observed) = (0.0, 0.0);
        for seed in 2..12 {
            let found = Halves::of(&drawn(100, 12, seed), shape).agreement(&family);
            corrected += found.pearson / 10.0;
            observed += found.observed / 10.0;
        }
        assert!(observed < 0.97, "{observed}");
        assert!((corrected - 1.0).abs() < 0.02, "{corrected}");
    }
}
