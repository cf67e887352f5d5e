//! Minimisers on argmin's executor; the only folder that knows argmin.

mod lbfgs;
mod stock;

use super::objective::{Descent, Objective};
use super::options::Optimizer;
use super::report::{Iteration, Observer, Progress, StopReason};
use crate::error::{Error, Result};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// How to minimise.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Which minimiser.
    pub optimizer: Optimizer,
    /// Most iterations.
    pub max_iterations: u64,
    /// Relative decrease over five iterations below which it has converged.
    pub tolerance: f64,
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

/// Minimises a problem from where it stands; gives it back at the minimum.
///
/// # Errors
/// If the objective is not a number at the start.
pub fn minimize<P: Descent + Objective>(
    problem: P,
    settings: &Settings,
    observer: Option<Observer>,
) -> Result<(Minimum, P)> {
    match settings.optimizer {
        Optimizer::Lbfgs => lbfgs::minimize(problem, settings, observer),
        Optimizer::ArgminLbfgs => stock::minimize(problem, settings, observer),
    }
}

/// Relative decrease of the objective over `WINDOW` iterations is the measure of convergence.
const WINDOW: usize = 5;

/// Whether the objective fell by less than `tolerance` over the last [`WINDOW`] of `objectives`.
fn has_settled(objectives: &[f64], tolerance: f64) -> bool {
    let [.., last] = objectives else {
        return false;
    };
    objectives
        .len()
        .checked_sub(WINDOW + 1)
        .is_some_and(|k| objectives[k] - last <= tolerance * last.abs())
}

/// Records every iteration and passes it on.
#[derive(Clone)]
struct Recorder {
    start: Instant,
    history: Arc<Mutex<Vec<Iteration>>>,
    observer: Option<Observer>,
}

impl Recorder {
    fn new(observer: Option<Observer>) -> Self {
        Self {
            start: Instant::now(),
            history: Arc::default(),
            observer,
        }
    }

    fn record(&self, evaluations: u64, objective: f64, gradient_norm: f64) {
        let mut history = lock(&self.history);
        let iteration = Iteration {
            iteration: history.len() as u64,
            evaluations,
            objective,
            gradient_norm,
            seconds: self.start.elapsed().as_secs_f64(),
        };
        history.push(iteration);
        drop(history);
        if let Some(observer) = &self.observer {
            observer(Progress::Iteration(iteration));
        }
    }

    fn history(&self) -> Vec<Iteration> {
        lock(&self.history).clone()
    }
}

/// A lock that a panic elsewhere does not take away: what is behind it is only ever appended to.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// argmin's error as ours.
fn failed(error: &argmin::core::Error) -> Error {
    Error::Numerical(format!("the minimiser failed: {error}"))
}

#[cfg(test)]
mod tests;
