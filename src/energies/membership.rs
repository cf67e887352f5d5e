//! Whether a sequence belongs to a family: a test at a stated false alarm.
//!
//! Neither energy nor energy minus independent energy tells all fakes: shuffled columns have usual energies, other families usual differences.
//! For each kind k of fake, Fisher's linear discriminant of traits z (energy, difference, coverage, stretches of gaps, the worst seam) between
//! sequences that a model was not fitted to and the same sequences made into fakes gives
//!
//! ```text
//! s_k = w_k.(z - (m_k + m)/2),  w_k = ((S_k + S)/2)^-1 (m_k - m),     s = log sum_k exp s_k
//! ```
//!
//! and p = the share of sequences left out with an s as large. Sequences that a model was fitted to have lower energies than others of the family, by
//! tens of nats, and tell nothing of the threshold.

use super::traits::{Traits, all};
use crate::error::{Error, Result};
use crate::kernels::positive_definite::solve;
use crate::state::{Persistent, Transfer};
use std::io;

/// Traits of a sequence without its seams.
const TRAITS: usize = 5;
type Numbers = [f64; TRAITS];

/// What shrinks correlations, so that traits that say the same do no harm.
const RIDGE: f64 = 1e-3;

/// Sequences that a model was not fitted to, with their weights, and fakes made of them.
#[derive(Debug, Clone, Default)]
pub struct LeftOut {
    /// Those of the family.
    pub naturals: Vec<(Traits, f64)>,
    /// Fakes, a list a kind.
    pub fakes: Vec<Vec<Traits>>,
}

impl LeftOut {
    /// With more of all kinds.
    pub fn add(&mut self, more: Self) {
        self.naturals.extend(more.naturals);
        self.fakes
            .resize(self.fakes.len().max(more.fakes.len()), Vec::new());
        for (all, more) in self.fakes.iter_mut().zip(more.fakes) {
            all.extend(more);
        }
    }
}

impl Persistent for LeftOut {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        let (mut naturals, mut weights): (Vec<Traits>, Vec<f64>) = self.naturals.drain(..).unzip();
        all(&mut naturals, state)?;
        state.list(&mut weights)?;
        self.naturals = naturals.into_iter().zip(weights).collect();
        let mut kinds = self.fakes.len() as u64;
        state.number(&mut kinds)?;
        // A damaged number must not become a large allocation.
        let kinds = usize::try_from(kinds).ok().filter(|&kinds| kinds < 256);
        self.fakes.resize(kinds.ok_or_else(damaged)?, Vec::new());
        self.fakes.iter_mut().try_for_each(|of| all(of, state))
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "that many kinds of fakes")
}

/// A test of what belongs to a family.
#[derive(Debug, Clone)]
pub struct Membership {
    /// Usual value and spread of each seam.
    seams: Vec<(f64, f64)>,
    mean: Numbers,
    spread: Numbers,
    /// Of each kind of fake w and what is taken off.
    kinds: Vec<(Numbers, f64)>,
    /// Of sequences left out s, falling, and the weight down to each.
    scores: Vec<(f64, f64)>,
    /// The weight of one of as many equal ones as they are worth.
    unit: f64,
}

impl Membership {
    /// From sequences left out.
    ///
    /// # Errors
    /// [`Error::Model`] where there are too few.
    pub fn of(left_out: &LeftOut) -> Result<Self> {
        let naturals = &left_out.naturals;
        let total: f64 = naturals.iter().map(|(_, weight)| weight).sum();
        let squares: f64 = naturals.iter().map(|(_, weight)| weight * weight).sum();
        if naturals.len() < FEWEST || total * total < FEWEST as f64 * squares {
            return Err(too_few());
        }
        let mut test = Self {
            seams: usual_seams(naturals),
            mean: [0.0; TRAITS],
            spread: [1.0; TRAITS],
            kinds: Vec::new(),
            scores: Vec::new(),
            unit: squares / total,
        };
        let all: Vec<(Numbers, f64)> = naturals
            .iter()
            .map(|(t, w)| (test.numbers(t), *w))
            .collect();
        let (mean, covariance) = moments(&all);
        test.mean = mean;
        test.spread = std::array::from_fn(|k| covariance[k][k].sqrt());
        let standard = |rows: &[(Numbers, f64)]| moments(&test.standard(rows));
        let own = standard(&all);
        let kinds = left_out.fakes.iter().filter(|fakes| fakes.len() >= FEWEST);
        let kinds = kinds.map(|fakes| {
            let rows: Vec<(Numbers, f64)> = fakes.iter().map(|t| (test.numbers(t), 1.0)).collect();
            discriminant(&own, &standard(&rows))
        });
        test.kinds = kinds.collect();
        let mut scores: Vec<(f64, f64)> =
            naturals.iter().map(|(t, w)| (test.score(t), *w)).collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut sum = 0.0;
        for score in &mut scores {
            sum += score.1;
            score.1 = sum;
        }
        test.scores = scores;
        Ok(test)
    }

    /// The share of the family's sequences that look as little like it.
    pub fn p_value(&self, traits: &Traits) -> f64 {
        let score = self.score(traits);
        let as_large = self.scores.partition_point(|pair| pair.0 >= score);
        let weight = as_large
            .checked_sub(1)
            .map_or(0.0, |last| self.scores[last].1);
        (weight + self.unit) / (self.total() + self.unit)
    }

    /// The smallest share that can be told.
    pub fn finest(&self) -> f64 {
        self.unit / (self.total() + self.unit)
    }

    /// As how many independent sequences those left out count.
    pub fn effective(&self) -> f64 {
        self.total() / self.unit
    }

    fn total(&self) -> f64 {
        self.scores.last().map_or(0.0, |last| last.1)
    }

    /// s: the larger, the less it belongs.
    fn score(&self, traits: &Traits) -> f64 {
        let z = self.standard(&[(self.numbers(traits), 1.0)])[0].0;
        let scores = self.kinds.iter().map(|(w, off)| dot(w, &z) - off);
        let scores: Vec<f64> = scores.collect();
        crate::model::energy::log_sum_exp(&scores)
    }

    /// The numbers that are compared.
    fn numbers(&self, traits: &Traits) -> Numbers {
        let pairs = traits.seams.iter().zip(&self.seams);
        let seam = pairs.map(|(&seam, (usual, spread))| (f64::from(seam) - usual) / spread);
        let worst = seam.fold(f64::NEG_INFINITY, f64::max);
        [
            traits.energy,
            traits.difference,
            traits.coverage,
            traits.gaps,
            if worst.is_finite() { worst } else { 0.0 },
        ]
    }

    /// With the mean 0 and the spread 1; what is the same for all is 0.
    fn standard(&self, rows: &[(Numbers, f64)]) -> Vec<(Numbers, f64)> {
        let row = |(numbers, weight): &(Numbers, f64)| {
            let z = std::array::from_fn(|k| match self.spread[k] > 1e-9 {
                true => (numbers[k] - self.mean[k]) / self.spread[k],
                false => 0.0,
            });
            (z, *weight)
        };
        rows.iter().map(row).collect()
    }
}

/// Sequences left out, at least.
const FEWEST: usize = 20;

/// The error where a family is too small.
pub fn too_few() -> Error {
    Error::Model(format!(
        "the family is too small for a verdict: fewer than {FEWEST} independent sequences could be left out to see what others are like\n  \
         fit a deeper alignment, or look at energies and percentiles instead"
    ))
}

/// Median and robust spread of each seam.
fn usual_seams(naturals: &[(Traits, f64)]) -> Vec<(f64, f64)> {
    let cuts = naturals.first().map_or(0, |(traits, _)| traits.seams.len());
    let median = |numbers: &mut Vec<f64>| {
        numbers.sort_by(f64::total_cmp);
        numbers[numbers.len() / 2]
    };
    let usual = |k: usize| {
        let mut own: Vec<f64> = naturals
            .iter()
            .map(|(t, _)| f64::from(t.seams[k]))
            .collect();
        let middle = median(&mut own);
        let mut off: Vec<f64> = own.iter().map(|x| (x - middle).abs()).collect();
        // 1.4826 makes a standard deviation of it.
        (middle, 1.4826 * median(&mut off) + 1e-3)
    };
    (0..cuts).map(usual).collect()
}

/// Weighted mean and covariance.
fn moments(rows: &[(Numbers, f64)]) -> (Numbers, [Numbers; TRAITS]) {
    let total: f64 = rows.iter().map(|row| row.1).sum();
    let mean: Numbers = std::array::from_fn(|k| {
        let terms = rows.iter().map(|(numbers, weight)| weight * numbers[k]);
        terms.sum::<f64>() / total
    });
    let covariance = std::array::from_fn(|k| {
        std::array::from_fn(|l| {
            let terms = rows
                .iter()
                .map(|(x, w)| w * (x[k] - mean[k]) * (x[l] - mean[l]));
            terms.sum::<f64>() / total
        })
    });
    (mean, covariance)
}

/// w and what is taken off, of a kind of fake.
fn discriminant(
    own: &(Numbers, [Numbers; TRAITS]),
    other: &(Numbers, [Numbers; TRAITS]),
) -> (Numbers, f64) {
    let entry = |place: usize| {
        let (k, l) = (place / TRAITS, place % TRAITS);
        let ridge = if k == l { RIDGE } else { 0.0 };
        0.5 * (own.1[k][l] + other.1[k][l]) + ridge
    };
    let matrix = (0..TRAITS * TRAITS).map(entry).collect();
    let right: Numbers = std::array::from_fn(|k| other.0[k] - own.0[k]);
    // With its ridge a covariance is positive definite, if its numbers are finite; else nothing tells fakes apart.
    let w = solve(matrix, &right).map_or([0.0; TRAITS], |w| std::array::from_fn(|k| w[k]));
    let middle: Numbers = std::array::from_fn(|k| 0.5 * (other.0[k] + own.0[k]));
    let off = dot(&w, &middle);
    (w, off)
}

fn dot(one: &Numbers, other: &Numbers) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn traits(random: &mut Random, energy: f64, difference: f64, coverage: f64) -> Traits {
        let mut noise = || (0..12).map(|_| random.share()).sum::<f64>() - 6.0;
        let common = noise();
        Traits {
            energy: energy + 10.0 * common + 2.0 * noise(),
            difference: difference + 5.0 * common + 2.0 * noise(),
            coverage: coverage + 0.05 * noise(),
            gaps: 1.0,
            seams: vec![noise() as f32; 3],
        }
    }

    fn test() -> (Membership, Random) {
        let mut random = Random::of(7, 0, 0);
        let naturals = (0..2000).map(|_| (traits(&mut random, 0.0, 0.0, 0.9), 1.0));
        let naturals = naturals.collect();
        let fakes = [(5.0, 12.0, 0.9), (-20.0, -10.0, 0.5)];
        let fakes =
            fakes.map(|(e, d, c)| (0..1000).map(|_| traits(&mut random, e, d, c)).collect());
        let left_out = LeftOut {
            naturals,
            fakes: fakes.into(),
        };
        (Membership::of(&left_out).unwrap(), random)
    }

    #[test]
    fn false_alarms_are_as_many_as_asked_for_and_fakes_are_found() {
        let (test, mut random) = test();
        let mut share = |e: f64, d: f64, c: f64| {
            let found = (0..4000).filter(|_| test.p_value(&traits(&mut random, e, d, c)) <= 0.05);
            found.count() as f64 / 4000.0
        };
        let false_alarms = share(0.0, 0.0, 0.9);
        assert!((false_alarms - 0.05).abs() < 0.015, "{false_alarms}");
        assert!(share(5.0, 12.0, 0.9) > 0.8);
        assert!(share(-20.0, -10.0, 0.5) > 0.95);
        assert!((test.finest() - 1.0 / 2001.0).abs() < 1e-9);
        assert!((test.effective() - 2000.0).abs() < 1e-6);
    }

    #[test]
    fn too_few_sequences_are_refused() {
        let mut random = Random::of(7, 0, 0);
        let mut some = |weights: &[f64]| LeftOut {
            naturals: weights
                .iter()
                .map(|w| (traits(&mut random, 0.0, 0.0, 1.0), *w))
                .collect(),
            fakes: Vec::new(),
        };
        assert!(Membership::of(&some(&[1.0; 19])).is_err());
        let mut weights = [1e-3; 100];
        weights[0] = 1.0;
        assert!(Membership::of(&some(&weights)).is_err());
    }
}
