//! Minimisers on argmin's executor; the only folder that knows argmin.

mod lbfgs;
mod stock;

use super::objective::Objective;
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
    /// Whether vector operations may use all threads; false where many problems are solved at once.
    pub parallel: bool,
}

/// The end of a minimisation.
#[derive(Debug)]
pub struct Minimum {
    /// The variables.
    pub x: Vec<f32>,
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

/// Minimises `objective` from `start`; gives the objective back.
///
/// # Errors
/// If the objective is not a number at the start.
pub fn minimize<O: Objective>(
    objective: O,
    start: Vec<f32>,
    settings: &Settings,
    observer: Option<Observer>,
) -> Result<(Minimum, O)> {
    match settings.optimizer {
        Optimizer::Lbfgs => lbfgs::minimize(objective, start, settings, observer),
        Optimizer::ArgminLbfgs => stock::minimize(objective, start, settings, observer),
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
mod tests {
    use super::*;

    /// sum_k c_k (x_k - k)^2 + (x_k - k)^4 with curvatures over three orders of magnitude.
    struct Bowl(usize);

    impl Objective for Bowl {
        fn dimension(&self) -> usize {
            self.0
        }

        fn value_and_gradient(&mut self, x: &[f32], gradient: &mut [f32]) -> f64 {
            let mut value = 1.0;
            for (k, (x, g)) in x.iter().zip(gradient).enumerate() {
                let curvature = 10f64.powf(3.0 * k as f64 / self.0 as f64);
                let d = f64::from(*x) - k as f64 / self.0 as f64;
                value += curvature * d * d + d.powi(4);
                *g = (2.0 * curvature * d + 4.0 * d.powi(3)) as f32;
            }
            value
        }
    }

    fn settings(optimizer: Optimizer, parallel: bool) -> Settings {
        Settings {
            optimizer,
            max_iterations: 500,
            tolerance: 1e-9,
            parallel,
        }
    }

    #[test]
    fn both_minimisers_find_the_bottom() {
        for optimizer in [Optimizer::Lbfgs, Optimizer::ArgminLbfgs] {
            let (minimum, _) =
                minimize(Bowl(50), vec![2.0; 50], &settings(optimizer, false), None).unwrap();
            assert!(minimum.stop_reason.converged(), "{optimizer:?}");
            assert!(
                (minimum.objective - 1.0).abs() < 1e-4,
                "{optimizer:?} {}",
                minimum.objective
            );
            assert_eq!(minimum.history.len() as u64, minimum.iterations + 1);
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let run = |parallel| {
            let settings = settings(Optimizer::Lbfgs, parallel);
            minimize(Bowl(30_000), vec![2.0; 30_000], &settings, None)
                .unwrap()
                .0
                .x
        };
        assert_eq!(run(true), run(false));
    }

    #[test]
    fn too_few_iterations_are_said() {
        let settings = Settings {
            max_iterations: 2,
            ..settings(Optimizer::Lbfgs, false)
        };
        let (minimum, _) = minimize(Bowl(50), vec![2.0; 50], &settings, None).unwrap();
        assert_eq!(minimum.stop_reason, StopReason::MaxIterations);
        assert_eq!(minimum.iterations, 2);
    }

    #[test]
    fn an_objective_settles_over_five_iterations() {
        assert!(!has_settled(&[1.0; 5], 1e-5));
        assert!(has_settled(&[1.0; 6], 1e-5));
        assert!(!has_settled(&[1.1, 1.0, 1.0, 1.0, 1.0, 1.0], 1e-5));
    }
}
