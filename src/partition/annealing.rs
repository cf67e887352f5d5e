//! Annealed importance sampling (Neal 2001).
//!
//! Chains begin with draws from a law p0 of independent sites, whose sum is 1, and are led to the model along
//! f_b(x) = p0(x)^(1-b) exp(-b E(x)), b = 0 ... 1, by a sweep or some at each b that leave f_b as it is. With the weight of a chain
//! log w = sum_k (b_k - b_{k-1}) [-E(x_{k-1}) - log p0(x_{k-1})], the mean of w is Z, however well or badly chains follow; how well shows
//! in the effective number of chains, (sum w)^2 / sum w^2.
//!
//! Sweeps know couplings that are rounded. A last weight, E of the rounded couplings less E, makes it the Z of those that were given.

use crate::error::Result;
use crate::kernels::gibbs::{Pairs, Rule, Tables};
use crate::random::Random;
use crate::sample::ensemble::{AT_ONCE, Ensemble};

/// How chains are led.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnnealingOptions {
    /// Steps from the independent sites to the model.
    pub steps: usize,
    /// Sweeps at each.
    pub sweeps: u64,
    /// Number of chains, a multiple of eight.
    pub chains: usize,
    /// Of all random numbers.
    pub seed: u64,
}

impl Default for AnnealingOptions {
    fn default() -> Self {
        Self {
            steps: 1000,
            sweeps: 1,
            chains: 1024,
            seed: 1,
        }
    }
}

/// What chains at the end of their way say of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Annealed {
    /// log Z, in nats.
    pub log_z: f64,
    /// Its standard error, from the spread of the chains' weights.
    pub standard_error: f64,
    /// Effective number of chains.
    pub ess: f64,
    /// Mean energy of the model.
    pub energy: f64,
    /// log Z + mean energy, in nats.
    pub entropy: f64,
    /// Its standard error.
    pub entropy_error: f64,
}

/// With fewer effective chains than this an estimate, and its error too, rest on a few chains.
pub const FEWEST: f64 = 30.0;

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0xa15_0000;

/// The end of a chain's way.
#[derive(Debug, Clone, Copy)]
struct End {
    log_weight: f64,
    energy: f64,
}

/// log Z of fields and couplings, from independent sites with the log-probabilities `reference`, L x q, each finite.
/// `watch` is told how many steps are done, and of how many.
///
/// # Errors
/// Those of `watch`.
pub fn anneal(
    model: Pairs<'_>,
    reference: &[f64],
    options: &AnnealingOptions,
    watch: &mut dyn FnMut(usize, usize) -> Result<()>,
) -> Result<Annealed> {
    let states = model.states;
    let common: Vec<u8> = reference.chunks_exact(states).map(largest).collect();
    let mut tables = Tables::new(model, &common);
    let prior: Vec<f32> = reference.iter().map(|&p| p as f32).collect();
    tables.set_prior(&prior);
    let log_p0 = |sequence: &[u8]| -> f64 {
        let rows = sequence.iter().zip(reference.chunks_exact(states));
        rows.map(|(&state, row)| row[usize::from(state)]).sum()
    };
    let energy = |sequence: &[u8]| model.energy(sequence);
    let chains = options.chains.next_multiple_of(AT_ONCE);
    let begun = drawn(reference, states, (chains, options.seed));
    let moves = ((0..model.sites()).collect(), Rule::Gibbs);
    let mut ensemble = Ensemble::new(tables, (&begun, None), moves, (options.seed ^ STREAM, 0));
    ensemble.set_energies(&ensemble.of_each(energy));
    let mut weights = vec![0.0; chains];
    for step in 1..=options.steps {
        let priors = ensemble.of_each(log_p0);
        for ((weight, energy), prior) in weights.iter_mut().zip(ensemble.energies()).zip(priors) {
            *weight += (-energy - prior) / options.steps as f64;
        }
        ensemble.set_weight((step as f64 / options.steps as f64) as f32);
        ensemble.sweep(options.sweeps);
        watch(step, options.steps)?;
    }
    let energies = ensemble.of_each(energy);
    let counted = ensemble.energies().zip(energies);
    let ends: Vec<End> = counted
        .zip(weights)
        .map(|((counted, energy), weight)| End {
            log_weight: weight + counted - energy,
            energy,
        })
        .collect();
    Ok(summed_up(&ends))
}

/// Chains x L states, each site by itself.
fn drawn(reference: &[f64], states: usize, (chains, seed): (usize, u64)) -> Vec<u8> {
    let of_chain = |chain: usize| {
        let mut random = Random::of(seed, STREAM, chain as u64);
        let rows = reference.chunks_exact(states);
        rows.map(|row| random.of_shares(row.iter().map(|p| p.exp())) as u8)
            .collect::<Vec<u8>>()
    };
    (0..chains).flat_map(of_chain).collect()
}

/// The state of the largest number, the first of equals.
fn largest(row: &[f64]) -> u8 {
    let states = (0u8..).zip(row);
    let best = states.max_by(|one, other| one.1.total_cmp(other.1).then(other.0.cmp(&one.0)));
    best.map_or(0, |(state, _)| state)
}

fn summed_up(ends: &[End]) -> Annealed {
    let count = ends.len() as f64;
    let top = ends
        .iter()
        .map(|end| end.log_weight)
        .fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = ends
        .iter()
        .map(|end| (end.log_weight - top).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let energy = weights
        .iter()
        .zip(ends)
        .map(|(w, end)| w * end.energy)
        .sum::<f64>()
        / sum;
    // The first order of each in the weights: n w / sum - 1 of log Z, and w (E - <E>) / sum of the mean.
    let parts = weights.iter().zip(ends).map(|(w, end)| {
        let of_log_z = w / sum - 1.0 / count;
        (of_log_z, of_log_z + w / sum * (end.energy - energy))
    });
    let spread = |squares: f64| (squares * count / (count - 1.0).max(1.0)).sqrt();
    let (of_log_z, of_entropy) = parts.fold((0.0, 0.0), |(one, other), (of_log_z, of_entropy)| {
        (one + of_log_z * of_log_z, other + of_entropy * of_entropy)
    });
    let log_z = top + (sum / count).ln();
    Annealed {
        log_z,
        standard_error: spread(of_log_z),
        ess: sum * sum / squares,
        energy,
        entropy: log_z + energy,
        entropy_error: spread(of_entropy),
    }
}
