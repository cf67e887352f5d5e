//! What is learnt from: the frequencies of a family, and penalties.

use super::features::Features;
use crate::model::Penalties;
use crate::random::Random;

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0xb017_2000;

/// The family's side of learning.
pub struct Task {
    /// Frequencies of the family, with a pseudocount, so that nothing is impossible.
    pub target: Features,
    /// The commonest state of each site.
    pub common: Vec<u8>,
    /// On parameters, a sequence.
    penalties: Penalties,
}

impl Task {
    /// Of the sequences of an alignment, L sites of q states, and their weights, with penalties on the log-likelihood of all.
    ///
    /// The pseudocount is of one sequence that has all states in equal shares, as if it had been seen in addition.
    pub fn of(
        sequences: &[u8],
        weights: &[f64],
        shape: (usize, usize),
        penalties: Penalties,
    ) -> Self {
        let neff: f64 = weights.iter().sum();
        let mut target = Features::sums(sequences, weights, shape, 1.0 / neff);
        target.add_uniform(1.0 / (1.0 + neff));
        Self {
            common: target.commonest(),
            target,
            penalties: Penalties {
                lambda_h: penalties.lambda_h / neff,
                lambda_j: penalties.lambda_j / neff,
            },
        }
    }

    /// L and q.
    pub fn shape(&self) -> (usize, usize) {
        (self.target.sites(), self.target.states)
    }

    /// The gradient of the mean log-likelihood less the penalties, by the frequencies of the model.
    pub fn gradient(&self, model: Features, parameters: &Features) -> Features {
        let mut gradient = model;
        gradient.change(&self.target, |model, target| target - model);
        let Penalties { lambda_h, lambda_j } = self.penalties;
        let pull = |lambda: f64, g: &mut f32, x: f32| *g -= (2.0 * lambda * f64::from(x)) as f32;
        if lambda_h > 0.0 {
            let both = gradient.singles.iter_mut().zip(&parameters.singles);
            both.for_each(|(g, h)| pull(lambda_h, g, *h));
        }
        if lambda_j > 0.0 {
            let both = gradient.pairs.iter_mut().zip(&parameters.pairs);
            both.for_each(|(g, j)| pull(lambda_j, g, *j));
        }
        gradient
    }

    /// What a step adds to the penalties by its square, a sequence.
    pub fn penalty(&self, step: &Features) -> f64 {
        let square = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>();
        let Penalties { lambda_h, lambda_j } = self.penalties;
        let mut sum = 0.0;
        if lambda_h > 0.0 {
            sum += lambda_h * square(&step.singles);
        }
        if lambda_j > 0.0 {
            sum += lambda_j * square(&step.pairs);
        }
        sum
    }

    /// The largest curvature of the penalties: without it in the damping, steps go too far where the chains say little.
    pub fn curvature(&self) -> f64 {
        2.0 * self.penalties.lambda_h.max(self.penalties.lambda_j)
    }

    /// log f_i(a), L x q.
    pub fn log_profile(&self) -> Vec<f64> {
        let singles = self.target.singles.iter();
        singles.map(|&f| f64::from(f).ln()).collect()
    }

    /// Sequences of independent sites; each depends on its number alone.
    pub fn drawn(&self, count: usize, seed: u64) -> Vec<u8> {
        let (sites, states) = self.shape();
        let mut drawn = Vec::with_capacity(count * sites);
        for chain in 0..count {
            let mut random = Random::of(seed, STREAM, chain as u64);
            let rows = self.target.singles.chunks_exact(states);
            drawn.extend(rows.map(|row| random.of_shares(row.iter().map(|&f| f64::from(f))) as u8));
        }
        drawn
    }

    /// The parameters of independent sites.
    pub fn independent(&self) -> Features {
        let (sites, states) = self.shape();
        let mut fields = Features::zeros(sites, states);
        for (field, f) in fields.singles.iter_mut().zip(&self.target.singles) {
            *field = f.ln();
        }
        fields
    }
}
