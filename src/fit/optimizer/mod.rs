//! Minimisers on argmin's executor; the only folder that knows argmin.

pub mod descent;
mod lbfgs;
mod stock;

use super::options::PlmOptions;
use super::watch::{Observer, Progress, Watch};
use crate::error::{Error, Result};
use crate::model::{Iteration, Optimizer, StopReason};
use crate::state::{Persistent, Transfer};
use descent::{Descent, SmoothFunction};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// How to minimise.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Which minimiser.
    pub optimizer: Optimizer,
    /// Most iterations.
    pub max_iterations: u64,
    /// Distance from the optimum, as a share of the objective, below which it has converged.
    pub tolerance: f64,
}

impl From<&PlmOptions> for Settings {
    fn from(options: &PlmOptions) -> Self {
        Self {
            optimizer: options.optimizer,
            max_iterations: options.max_iterations,
            tolerance: options.tolerance,
        }
    }
}

/// The end of a minimisation.
#[derive(Debug)]
pub struct Minimum {
    /// The objective there.
    pub objective: f64,
    /// Evaluations of value and gradient.
    pub evaluations: u64,
    /// Iterations.
    pub iterations: u64,
    /// Why it stopped.
    pub stop_reason: StopReason,
    /// Every iteration.
    pub history: Vec<Iteration>,
}

/// Minimises a problem from where it stands, or from where an earlier run left it; gives it back at the minimum.
///
/// # Errors
/// If the objective is not a number at the start; [`Error::Stopped`] if the keeper wants to stop; those of the keeper.
pub fn minimize<P: Descent + SmoothFunction>(
    problem: P,
    settings: &Settings,
    watch: &Watch,
) -> Result<(Minimum, P)> {
    match settings.optimizer {
        Optimizer::Lbfgs => lbfgs::minimize(problem, settings, watch),
        Optimizer::ArgminLbfgs => stock::minimize(problem, settings, watch.observer.clone()),
    }
}

/// The least share of the distance from the optimum that an estimate of it is taken to be: over 66 families its median was .68, and all fits
/// ended at .09 to .9 of the tolerance. Where the objective is flat it may be less (one of the families), but there a bound holds the fit.
const LEAST_ESTIMATE: f64 = 0.35;

/// Whether a point is an optimum as far as `tolerance`, a share of its objective, asks, by an estimate of what the objective can still fall by.
fn is_optimum(estimate: f64, objective: f64, tolerance: f64) -> bool {
    estimate <= LEAST_ESTIMATE * tolerance * objective.abs()
}

/// The error that a point may have at most, in tolerances, where a bound on it is known.
const LARGEST_ERROR: f64 = 10.0;

/// Whether a bound on what the objective can still fall by, if there is one, holds the error small. Where penalties are weak, the objective
/// is so flat along most directions that the gradient by scaled variables says little.
fn is_bounded(bound: Option<f64>, objective: f64, tolerance: f64) -> bool {
    bound.is_none_or(|bound| bound <= LARGEST_ERROR * tolerance * objective.abs())
}

/// A fit can go no further where so many iterations neither lower the objective, but for rounding, nor halve the norm of the gradient.
const PATIENCE: usize = 50;

/// Relative error of the objective that comes from single precision.
const OBJECTIVE_NOISE: f64 = 1e-8;

/// Whether a fit can go no further, by its objectives and squared norms; asked once in [`PATIENCE`] iterations.
fn has_stalled(objectives: &[f64], squared_norms: &[f64]) -> bool {
    let least = |numbers: &[f64]| numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let Some(k) = objectives.len().checked_sub(PATIENCE) else {
        return false;
    };
    if k == 0 || !k.is_multiple_of(PATIENCE) {
        return false;
    }
    let (before, now) = (least(&objectives[..k]), least(&objectives[k..]));
    let is_lower = now < before - OBJECTIVE_NOISE * before.abs();
    !is_lower && least(&squared_norms[k..]) > 0.25 * least(&squared_norms[..k])
}

/// Records every iteration and passes it on. Clones share what they record.
#[derive(Clone)]
struct Recorder {
    record: Arc<Mutex<Recorded>>,
    observer: Option<Observer>,
}

struct Recorded {
    start: Instant,
    /// Seconds of earlier runs.
    before: f64,
    history: Vec<Iteration>,
}

impl Recorder {
    fn new(observer: Option<Observer>) -> Self {
        Self {
            record: Arc::new(Mutex::new(Recorded {
                start: Instant::now(),
                before: 0.0,
                history: Vec::new(),
            })),
            observer,
        }
    }

    fn record(&self, evaluations: u64, objective: f64, gradient_norm: f64) {
        let mut record = lock(&self.record);
        let iteration = Iteration {
            iteration: record.history.len() as u64,
            evaluations,
            objective,
            gradient_norm,
            seconds: record.before + record.start.elapsed().as_secs_f64(),
        };
        record.history.push(iteration);
        drop(record);
        self.tell(Progress::Iteration(iteration));
    }

    fn tell(&self, progress: Progress) {
        if let Some(observer) = &self.observer {
            observer(progress);
        }
    }

    fn history(&self) -> Vec<Iteration> {
        lock(&self.record).history.clone()
    }
}

impl Persistent for Recorder {
    fn serialise(&mut self, state: &mut Transfer) -> std::io::Result<()> {
        let mut record = lock(&self.record);
        let as_numbers = |k: &Iteration| {
            let (iteration, evaluations) = (k.iteration as f64, k.evaluations as f64);
            [
                iteration,
                evaluations,
                k.objective,
                k.gradient_norm,
                k.seconds,
            ]
        };
        let mut history: Vec<[f64; 5]> = record.history.iter().map(as_numbers).collect();
        state.list(&mut history)?;
        let as_iteration = |k: [f64; 5]| Iteration {
            iteration: k[0] as u64,
            evaluations: k[1] as u64,
            objective: k[2],
            gradient_norm: k[3],
            seconds: k[4],
        };
        if let Transfer::Restore(_) = state {
            record.history = history.into_iter().map(as_iteration).collect();
            record.before = record.history.last().map_or(0.0, |last| last.seconds);
            record.start = Instant::now();
        }
        Ok(())
    }
}

/// A lock that a panic elsewhere does not take away: what is behind it is whole between any two changes.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// argmin's error as ours, which it may have carried.
fn failed(error: argmin::core::Error) -> Error {
    let foreign = |error| Error::Numerical(format!("the minimiser failed: {error}"));
    error.downcast().unwrap_or_else(foreign)
}

#[cfg(test)]
mod tests;
