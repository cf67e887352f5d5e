//! A short trial that tells how fast a fit goes on this machine.
//!
//! The pseudolikelihood methods spend nearly all their time on the conditionals of groups of eight sites, some twenty times each. The
//! trial fits a few groups by themselves, on all threads at once: that gives the time of an evaluation, and how many it takes. The
//! symmetric fit does the same work for all groups together.

use super::cost::{self, GroupMeans, Trial};
use super::options::{AsymmetricOptions, FitOptions, Method, PlmOptions};
use super::problem::Problem;
use super::pseudolikelihood::{GroupTimes, try_group};
use super::watch::Watch;
use crate::alignment::{Alignment, SequenceWeights};
use crate::error::Result;
use crate::kernels::block_matrix::BlockMatrix;
use crate::kernels::f32x8::LANES;
use crate::state::Keeper;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Evaluations of a fit, where no group was fitted to the end.
const USUAL_EVALUATIONS: f64 = 21.0;

/// A trial takes at most so many times as long as it should.
const PATIENCE: u32 = 3;

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
    let settings = match options.method.minimisation() {
        Some(options) => options.clone(),
        None => PlmOptions::default(),
    };
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
    Ok(Trial {
        threads,
        ordering_seconds,
        tree_bytes: sequences.tree_bytes(),
        inverse_rate: inverse_rate(alignment.sites(), alignment.alphabet().residues()),
        groups: GroupMeans::of(&found.concat()),
    })
}

impl GroupMeans {
    fn of(times: &[GroupTimes]) -> Self {
        let converged: Vec<f64> = times
            .iter()
            .filter(|group| group.converged)
            .map(|group| group.evaluations as f64)
            .collect();
        let evaluations: f64 = times.iter().map(|group| group.evaluations as f64).sum();
        let an_evaluation = |seconds: fn(&GroupTimes) -> f64| {
            times.iter().map(seconds).sum::<f64>() / evaluations.max(1.0)
        };
        Self {
            setup_seconds: times.iter().map(|group| group.setup).sum::<f64>()
                / times.len().max(1) as f64,
            evaluating_seconds: an_evaluation(|group| group.evaluating),
            stepping_seconds: an_evaluation(|group| group.stepping),
            evaluations: match converged.len() {
                0 => USUAL_EVALUATIONS,
                count => converged.iter().sum::<f64>() / count as f64,
            },
            groups_fitted: converged.len(),
        }
    }
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
        method: Method::PlmAsymmetric(AsymmetricOptions {
            sites: Some(0..0),
            ..AsymmetricOptions::default()
        }),
        ..options.clone()
    };
    cost::check_memory(alignment, &small, threads)
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
