//! Sequences that are left out of learning, and how likely the model makes them.

use super::features::Features;
use super::task::Task;
use crate::alignment::{Alignment, Clusters, SequenceWeights};
use crate::error::{Error, Result};
use crate::partition::Watch;
use crate::partition::annealing::{Annealed, AnnealingOptions, anneal};
use crate::random::Random;
use crate::state::Unkept;

/// The share of the weight that is left out.
const LEFT_OUT: f64 = 0.1;

/// Fewer clusters than these cannot be divided.
const FEWEST_CLUSTERS: usize = 10;

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0xb017_3000;

/// Chains and steps by which log Z is looked at while learning: the error is some hundredths of a nat a sequence.
const LOOK: (usize, usize) = (512, 200);

/// The same at the end.
const END: (usize, usize) = (1024, 500);

/// Which sequences are left out.
pub struct Division {
    /// Weights of the others, 0 of those left out.
    pub kept: Vec<f64>,
    /// The sequences that are left out, one row after the other.
    pub left_out: Vec<u8>,
}

impl Division {
    /// Leaves out whole clusters of similar sequences, in a random order, until they have a tenth of the weight.
    ///
    /// # Errors
    /// [`Error::Model`] where there are too few clusters.
    pub fn of(alignment: &Alignment, weights: &SequenceWeights, seed: u64) -> Result<Self> {
        let clusters = Clusters::of(alignment, weights);
        let count = clusters.count();
        if count < FEWEST_CLUSTERS {
            return Err(Error::Model(format!(
                "{count} clusters of similar sequences (at {:.0} % identity) are too few to leave some out\n  \
                 say when learning is to end: `stop=updates:30`, or fit a deeper alignment",
                100.0 * clusters.identity
            )));
        }
        let neff: f64 = clusters.weights.iter().sum();
        let mut is_out = vec![false; count];
        let mut left = LEFT_OUT * neff;
        for cluster in Random::of(seed, STREAM, 0).order(count) {
            let weight = clusters.weights[cluster];
            if weight <= left {
                is_out[cluster] = true;
                left -= weight;
            }
        }
        let mut left_out = Vec::new();
        let rows = alignment.as_slice().chunks_exact(alignment.sites());
        let known = rows.zip(weights.as_slice()).zip(&clusters.of_sequence);
        let kept = known.map(|((row, weight), &cluster)| {
            if is_out[cluster as usize] {
                left_out.extend_from_slice(row);
                return 0.0;
            }
            *weight
        });
        Ok(Self {
            kept: kept.collect(),
            left_out,
        })
    }
}

/// Mean log-likelihood of sequences that all count the same, in nats a sequence, from log Z.
pub fn log_likelihood(parameters: &Features, sequences: &[u8], log_z: f64) -> f64 {
    let minus_energies = parameters.of_each(sequences);
    minus_energies.iter().sum::<f64>() / minus_energies.len() as f64 - log_z
}

/// How well log Z is to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// For a look while learning.
    Look,
    /// For the model.
    End,
}

/// log Z of parameters. `watch` is called at each step.
///
/// # Errors
/// Those of `watch`.
pub fn log_z(
    task: &Task,
    parameters: &Features,
    (effort, seed): (Effort, u64),
    watch: &mut dyn FnMut(usize, usize) -> Result<()>,
) -> Result<Annealed> {
    let (chains, steps) = match effort {
        Effort::Look => LOOK,
        Effort::End => END,
    };
    let options = AnnealingOptions {
        steps,
        chains,
        seed,
        ..AnnealingOptions::default()
    };
    let watch = Watch {
        tell: watch,
        keeper: &Unkept,
    };
    anneal(parameters.as_pairs(), &task.log_profile(), &options, watch)
}
