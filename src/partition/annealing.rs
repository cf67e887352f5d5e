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
use crate::state::{Keeper, Persistent, Transfer};
use std::io;

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
    /// Variance of energies.
    pub variance: f64,
    /// log Z + mean energy, in nats.
    pub entropy: f64,
    /// Its standard error.
    pub entropy_error: f64,
}

impl Annealed {
    fn numbers(&self) -> [f64; 7] {
        let Self {
            log_z,
            standard_error,
            ess,
            energy,
            variance,
            entropy,
            entropy_error,
        } = *self;
        [
            log_z,
            standard_error,
            ess,
            energy,
            variance,
            entropy,
            entropy_error,
        ]
    }

    fn of_numbers(numbers: [f64; 7]) -> Self {
        let [
            log_z,
            standard_error,
            ess,
            energy,
            variance,
            entropy,
            entropy_error,
        ] = numbers;
        Self {
            log_z,
            standard_error,
            ess,
            energy,
            variance,
            entropy,
            entropy_error,
        }
    }
}

/// With fewer effective chains than this an estimate, and its error too, rest on a few chains.
pub const FEWEST: f64 = 30.0;

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0xa15_0000;

/// A chain where its way ends, or a stop on it.
#[derive(Debug, Clone, Copy)]
struct End {
    log_weight: f64,
    energy: f64,
}

/// Who watches chains on their way.
pub struct Watch<'w> {
    /// Told how many steps are done, and of how many; an error ends the work.
    pub tell: &'w mut dyn FnMut(usize, usize) -> Result<()>,
    /// Keeps their state.
    pub keeper: &'w dyn Keeper,
}

/// Chains on their way.
struct Way {
    ensemble: Ensemble,
    /// Steps that are done.
    step: u64,
    /// Logarithms of weights.
    weights: Vec<f64>,
    /// What stops said so far.
    found: Vec<Annealed>,
}

impl Persistent for Way {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        self.ensemble.serialise(state)?;
        state.number(&mut self.step)?;
        state.numbers(&mut self.weights)?;
        let mut numbers: Vec<[f64; 7]> = self.found.iter().map(Annealed::numbers).collect();
        state.list(&mut numbers)?;
        self.found = numbers.into_iter().map(Annealed::of_numbers).collect();
        Ok(())
    }
}

/// log Z of fields and couplings, from independent sites with the log-probabilities `reference`, L x q, each finite.
///
/// # Errors
/// Those of `watch`.
pub fn anneal(
    model: Pairs<'_>,
    reference: &[f64],
    options: &AnnealingOptions,
    watch: Watch<'_>,
) -> Result<Annealed> {
    let mut found = anneal_through(model, reference, &[1.0], options, watch)?;
    Ok(found.remove(0))
}

/// log of the sum of f_b at some b, ascending, above 0: what is told of the energy and the entropy is that of f_b as well.
///
/// # Errors
/// Those of `watch`.
pub fn anneal_through(
    model: Pairs<'_>,
    reference: &[f64],
    stops: &[f64],
    options: &AnnealingOptions,
    watch: Watch<'_>,
) -> Result<Vec<Annealed>> {
    let states = model.states;
    let mut tables = Tables::new(model, &modes(reference, states));
    let prior: Vec<f32> = reference.iter().map(|&p| p as f32).collect();
    tables.set_prior(&prior);
    let log_p0 = |sequence: &[u8]| log_probability(reference, states, sequence);
    let energy = |sequence: &[u8]| model.energy(sequence);
    let chains = options.chains.next_multiple_of(AT_ONCE);
    let begun = drawn(reference, states, (chains, options.seed));
    let moves = ((0..model.sites()).collect(), Rule::Gibbs);
    let mut ensemble = Ensemble::new(tables, (&begun, None), moves, (options.seed ^ STREAM, 0));
    ensemble.set_energies(&ensemble.of_each(energy));
    let mut way = Way {
        ensemble,
        step: 0,
        weights: vec![0.0; chains],
        found: Vec::new(),
    };
    watch.keeper.recall(&mut way)?;
    let path = path(stops, options.steps);
    while let Some(&(b, is_stop)) = path.get(way.step as usize) {
        let before = way.step.checked_sub(1).map_or(0.0, |k| path[k as usize].0);
        way.go_on((before, b), options.sweeps, &log_p0);
        if is_stop {
            way.look(b, &energy);
        }
        way.step += 1;
        (watch.tell)(way.step as usize, path.len())?;
        let at = format!("step {} of {}", way.step, path.len());
        watch.keeper.look(&|| at.clone(), &mut way)?;
    }
    Ok(way.found)
}

impl Way {
    /// Weighs chains for going from one b to the next, and goes there.
    fn go_on(
        &mut self,
        (before, b): (f64, f64),
        sweeps: u64,
        log_p0: &(dyn Fn(&[u8]) -> f64 + Sync),
    ) {
        let priors = self.ensemble.of_each(log_p0);
        let terms = self.ensemble.energies().zip(priors);
        for (weight, (energy, prior)) in self.weights.iter_mut().zip(terms) {
            *weight += (b - before) * (-energy - prior);
        }
        self.ensemble.set_weight(b as f32);
        self.ensemble.sweep(sweeps);
    }

    /// Sums up what chains say at a b.
    fn look(&mut self, b: f64, energy: &(dyn Fn(&[u8]) -> f64 + Sync)) {
        let energies = self.ensemble.of_each(energy);
        let ends = self.ensemble.energies().zip(energies).zip(&self.weights);
        let ends: Vec<End> = ends
            .map(|((counted, energy), weight)| End {
                log_weight: weight + b * (counted - energy),
                energy,
            })
            .collect();
        self.found.push(summed_up(&ends, b));
    }
}

/// All b on the way, and whether each is a stop: about `steps`, as dense everywhere as they can be with so many.
fn path(stops: &[f64], steps: usize) -> Vec<(f64, bool)> {
    let last = stops.last().copied().unwrap_or(1.0);
    let (mut before, mut path) = (0.0, Vec::new());
    for &stop in stops {
        let count = ((stop - before) / last * steps as f64).round().max(1.0) as usize;
        let width = (stop - before) / count as f64;
        path.extend((1..count).map(|k| (before + k as f64 * width, false)));
        path.push((stop, true));
        before = stop;
    }
    path
}

/// log p0(x).
pub(super) fn log_probability(reference: &[f64], states: usize, sequence: &[u8]) -> f64 {
    let rows = sequence.iter().zip(reference.chunks_exact(states));
    rows.map(|(&state, row)| row[usize::from(state)]).sum()
}

/// The likeliest state of each site, the first of equals.
pub(super) fn modes(reference: &[f64], states: usize) -> Vec<u8> {
    let mode = |row: &[f64]| {
        let states = (0u8..).zip(row);
        let best = states.max_by(|one, other| one.1.total_cmp(other.1).then(other.0.cmp(&one.0)));
        best.map_or(0, |(state, _)| state)
    };
    reference.chunks_exact(states).map(mode).collect()
}

/// Chains x L states, each site by itself.
pub(super) fn drawn(reference: &[f64], states: usize, (chains, seed): (usize, u64)) -> Vec<u8> {
    let of_chain = |chain: usize| {
        let mut random = Random::of(seed, STREAM, chain as u64);
        let rows = reference.chunks_exact(states);
        rows.map(|row| random.of_shares(row.iter().map(|p| p.exp())) as u8)
            .collect::<Vec<u8>>()
    };
    (0..chains).flat_map(of_chain).collect()
}

fn summed_up(ends: &[End], b: f64) -> Annealed {
    let count = ends.len() as f64;
    let log_weights = ends.iter().map(|end| end.log_weight);
    let top = log_weights.clone().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = log_weights.map(|weight| (weight - top).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let mean = |number: &dyn Fn(&End) -> f64| {
        let terms = weights.iter().zip(ends);
        terms.map(|(w, end)| w * number(end)).sum::<f64>() / sum
    };
    let energy = mean(&|end| end.energy);
    let variance = mean(&|end| (end.energy - energy) * (end.energy - energy));
    // The first order of each in the weights: w / sum - 1 / n of log Z, and w (E - <E>) / sum of the mean.
    let parts = weights.iter().zip(ends).map(|(w, end)| {
        let of_log_z = w / sum - 1.0 / count;
        (of_log_z, of_log_z + b * w / sum * (end.energy - energy))
    });
    let (of_log_z, of_entropy) = parts.fold((0.0, 0.0), |(one, other), (of_log_z, of_entropy)| {
        (one + of_log_z * of_log_z, other + of_entropy * of_entropy)
    });
    let spread = |squares: f64| (squares * count / (count - 1.0).max(1.0)).sqrt();
    let log_z = top + (sum / count).ln();
    Annealed {
        log_z,
        standard_error: spread(of_log_z),
        ess: sum * sum / squares,
        energy,
        variance,
        entropy: log_z + b * energy,
        entropy_error: spread(of_entropy),
    }
}
