//! What a fit will take, before it begins: memory, disk, and the time on this machine, from a short trial.
//!
//! The pseudolikelihood methods spend nearly all their time on the conditionals of groups of eight sites, some twenty times each. The
//! trial fits a few groups by themselves, on all threads at once: that gives the time of an evaluation, and how many it takes. The
//! symmetric fit does the same work for all groups together.

use super::checkpoint::{Keeper, Watch};
use super::memory;
use super::options::{FitOptions, Method};
use super::problem::Problem;
use super::pseudolikelihood::{GroupTimes, Layout, problem_bytes, try_group};
use crate::alignment::{Alignment, SequenceWeights};
use crate::error::Result;
use crate::kernels::block_matrix::BlockMatrix;
use crate::kernels::eight::LANES;
use crate::model::couplings::pairs;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a fit by one method takes.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Cost {
    /// The method.
    pub method: Method,
    /// Bytes of memory at the peak.
    pub memory_bytes: u64,
    /// Bytes of the model file.
    pub model_bytes: u64,
    /// Bytes of a checkpoint; 0 for methods without.
    pub checkpoint_bytes: u64,
    /// Seconds on the clock, with those that reading and weighing took; `None` without a trial.
    pub seconds: Option<f64>,
}

/// What a trial found.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Trial {
    /// Threads that worked at once.
    pub threads: usize,
    /// Seconds that ordering the sequences took.
    pub ordering_seconds: f64,
    /// Seconds to make room for a group of eight sites.
    pub setup_seconds: f64,
    /// Seconds of an evaluation of value and gradient of a group, on one of the threads.
    pub evaluating_seconds: f64,
    /// Seconds of the step before and of what is learnt after an evaluation.
    pub stepping_seconds: f64,
    /// Evaluations until a group converges.
    pub evaluations: f64,
    /// Groups that were fitted to the end.
    pub groups_fitted: usize,
    /// Floating point operations a second of the inverse of a matrix.
    pub inverse_rate: f64,
}

/// Evaluations of a fit, where no group was fitted to the end.
const USUAL_EVALUATIONS: f64 = 21.0;

/// Evaluations of the symmetric fit by those of a group: a little more, and where there are few sequences some 1.3 times as many
/// (measured on 43 families).
fn symmetric_evaluations(evaluations: f64, neff_per_site: f64) -> f64 {
    evaluations * (1.03 + 0.3 / (1.0 + neff_per_site))
}

/// A trial takes at most so many times as long as it should.
const PATIENCE: u32 = 3;

/// What the steps of a group take within the symmetric fit, by what they take alone: rather more than half, since two groups share the
/// blocks of their pairs; and as much again where a group alone, of so many `bytes`, stays in the processor's cache, in which all
/// groups together do not (measured on 43 families).
fn symmetric_stepping(bytes: u64) -> f64 {
    0.65 + 0.4 * (-(bytes as f64) / 10e6).exp()
}

/// Seconds a byte of the model for putting it in order and writing it, to a local disk (measured).
const SECONDS_A_BYTE: f64 = 2.5e-9;

/// Thread-seconds that mean field takes for a pair of sites besides the inverse, and for each sequence of it (measured).
const PAIR_SECONDS: f64 = 10e-6;
const PAIR_SEQUENCE_SECONDS: f64 = 1.1e-9;

/// How much faster a large matrix is inverted than that of the trial, by operations (measured).
const LARGE_MATRIX: f64 = 1.3;

/// Bytes that a model file has besides the model: a weight and a flag a sequence, columns, frequencies, descriptions.
fn file_bytes(model: u64, sequences: usize, sites: usize) -> u64 {
    model + 9 * sequences as u64 + 350 * sites as u64 + 12_000
}

/// Fits groups of `alignment` for about `time`, on all threads of the current rayon pool.
///
/// # Errors
/// As [`super::fit`]; [`crate::Error::Memory`] if there is not enough even for a trial.
pub fn trial(
    alignment: &Alignment,
    weights: &SequenceWeights,
    options: &FitOptions,
    time: Duration,
) -> Result<Trial> {
    options.check()?;
    let threads = rayon::current_num_threads();
    check_memory(alignment, options, threads)?;
    let started = Instant::now();
    let problem = Problem::new(alignment, weights, options);
    let sequences = problem.sequences();
    let ordering_seconds = started.elapsed().as_secs_f64();

    let groups = alignment.sites().div_ceil(LANES);
    let next = AtomicUsize::new(0);
    let stopwatch = Stopwatch(Instant::now() + time);
    // One group a thread may take longer: how many evaluations it takes is seen at its end only.
    let patient = Stopwatch(Instant::now() + PATIENCE * time);
    let watch = |stopwatch: Stopwatch| Watch {
        observer: None,
        keeper: Some(Arc::new(stopwatch)),
    };
    let settings = problem.settings();
    let found: Vec<Vec<GroupTimes>> = (0..threads)
        .into_par_iter()
        .with_max_len(1)
        .map(|_| {
            let mut times = Vec::new();
            loop {
                let k = next.fetch_add(1, Ordering::Relaxed);
                if k >= groups || (k >= threads && stopwatch.must_stop()) {
                    return Ok(times);
                }
                let watch = watch(if k < threads { patient } else { stopwatch });
                times.push(try_group(&sequences, &settings, &watch, spread(k, groups))?);
            }
        })
        .collect::<Result<_>>()?;
    let times = || found.iter().flatten();
    let converged: Vec<f64> = times()
        .filter(|group| group.converged)
        .map(|group| group.evaluations as f64)
        .collect();
    let evaluations: f64 = times().map(|group| group.evaluations as f64).sum();
    let an_evaluation =
        |seconds: fn(&GroupTimes) -> f64| times().map(seconds).sum::<f64>() / evaluations.max(1.0);
    Ok(Trial {
        threads,
        ordering_seconds,
        setup_seconds: times().map(|group| group.setup).sum::<f64>()
            / times().count().max(1) as f64,
        evaluating_seconds: an_evaluation(|group| group.evaluating),
        stepping_seconds: an_evaluation(|group| group.stepping),
        evaluations: match converged.len() {
            0 => USUAL_EVALUATIONS,
            count => converged.iter().sum::<f64>() / count as f64,
        },
        groups_fitted: converged.len(),
        inverse_rate: inverse_rate(alignment.sites(), alignment.alphabet().residues()),
    })
}

/// Of some groups the k-th to be tried, so that the first few lie far apart.
fn spread(k: usize, groups: usize) -> usize {
    // A step of about 0.618 of all that has no divisor in common with their number reaches each once.
    let common = |a: usize, b: usize| {
        let (mut a, mut b) = (a, b);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let first = (groups * 618 / 1000).max(1);
    let step = (first..)
        .find(|&step| common(step, groups) == 1)
        .unwrap_or(1);
    k * step % groups
}

/// Stops a fit when its time is up.
#[derive(Clone, Copy)]
struct Stopwatch(Instant);

impl Keeper for Stopwatch {
    fn must_stop(&self) -> bool {
        Instant::now() >= self.0
    }
}

/// A trial takes what an asymmetric fit takes, but for the model.
fn check_memory(alignment: &Alignment, options: &FitOptions, threads: usize) -> Result<()> {
    let small = FitOptions {
        method: Method::PlmAsymmetric,
        sites: Some(0..0),
        ..options.clone()
    };
    memory::check(alignment, &small, threads)
}

/// Floating point operations a second of the inverse of a matrix of some hundred rows.
fn inverse_rate(sites: usize, states: usize) -> f64 {
    const MOST_ROWS: usize = 1600;
    let sites = sites.min(MOST_ROWS / states).max(2);
    let best = (0..2).map(|_| {
        let mut matrix = BlockMatrix::identity(sites, states);
        let started = Instant::now();
        matrix.invert();
        started.elapsed().as_secs_f64()
    });
    let rows = (sites * states) as f64;
    rows.powi(3) / best.fold(f64::INFINITY, f64::min).max(1e-9)
}

/// What a fit of `alignment` by the method of `options` takes, with reading and weighing, which took `before` seconds.
pub fn cost(
    alignment: &Alignment,
    options: &FitOptions,
    neff: f64,
    before: f64,
    trial: Option<&Trial>,
    threads: usize,
) -> Cost {
    let (sites, sequences) = (alignment.sites(), alignment.sequences());
    let states = match options.method {
        Method::MeanField => alignment.alphabet().residues(),
        _ => alignment.alphabet().states(options.gaps),
    };
    let numbers = |blocks: usize| (blocks * states * states * size_of::<f32>()) as u64;
    let blocks = match &options.sites {
        Some(some) => some.len() * sites,
        None => pairs(sites),
    };
    let (model, checkpoint) = match options.method {
        Method::Plm => {
            let problem = problem_bytes(sites, states, Layout::Pairs);
            (numbers(blocks), problem / 6 * 5)
        }
        Method::PlmAsymmetric => (numbers(blocks), numbers(blocks)),
        // Mutual and direct information as well.
        Method::MeanField => (numbers(blocks) + 16 * pairs(sites) as u64, 0),
        Method::Independent => (0, 0),
    };
    let working = |trial: &Trial| {
        let groups = match &options.sites {
            Some(some) => super::pseudolikelihood::groups_of(some).len(),
            None => sites.div_ceil(LANES),
        };
        let threads = trial.threads as f64;
        // The last groups leave threads idle.
        let rounds = groups.div_ceil(trial.threads) * trial.threads;
        match options.method {
            Method::Plm => {
                let evaluations = symmetric_evaluations(trial.evaluations, neff / sites as f64);
                let alone = problem_bytes(sites, states, Layout::Group(0));
                let stepping = symmetric_stepping(alone);
                let evaluation = trial.evaluating_seconds * rounds as f64
                    + stepping * trial.stepping_seconds * groups as f64;
                trial.ordering_seconds + evaluations * evaluation / threads
            }
            Method::PlmAsymmetric => {
                let group = trial.evaluating_seconds + trial.stepping_seconds;
                let group = trial.setup_seconds + trial.evaluations * group;
                trial.ordering_seconds + rounds as f64 * group / threads
            }
            Method::MeanField => {
                let rows = (sites * alignment.alphabet().residues()) as f64;
                let pair = PAIR_SECONDS + PAIR_SEQUENCE_SECONDS * sequences as f64;
                rows.powi(3) / (LARGE_MATRIX * trial.inverse_rate)
                    + pairs(sites) as f64 * pair / threads
            }
            Method::Independent => 0.0,
        }
    };
    Cost {
        method: options.method,
        memory_bytes: memory::estimate(alignment, options, threads),
        model_bytes: file_bytes(model, sequences, sites),
        checkpoint_bytes: checkpoint,
        seconds: trial.map(|trial| before + working(trial) + SECONDS_A_BYTE * model as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_is_tried_once() {
        for groups in 1..60 {
            let mut order: Vec<usize> = (0..groups).map(|k| spread(k, groups)).collect();
            order.sort_unstable();
            assert!(order.into_iter().eq(0..groups), "{groups}");
        }
    }
}
