//! The fit of one group of sites with a clock, to tell what a whole fit will take.

use super::Sequences;
use super::tiles::TileSet;
use super::variables::PairProblem;
use crate::error::{Error, Result};
use crate::fit::optimizer::descent::{
    Descent, Direction, Gram, KEPT_STEPS, Products, SmoothFunction,
};
use crate::fit::optimizer::minimize;
use crate::fit::options::PlmOptions;
use crate::fit::watch::Watch;
use crate::state::{Persistent, Transfer};
use std::cell::Cell;
use std::io;
use std::time::Instant;

/// What the fit of a group took, in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct GroupTimes {
    /// Making its buffers.
    pub setup: f64,
    /// Evaluations of value and gradient.
    pub evaluating: f64,
    /// Steps and changes of the gradient.
    pub stepping: f64,
    /// Evaluations.
    pub evaluations: u64,
    /// Whether the fit converged; otherwise it was stopped.
    pub converged: bool,
}

/// Fits the sites of one group until it has converged or the keeper of `watch` wants to stop.
///
/// # Errors
/// As [`minimize`], but for a stop.
pub fn try_group(
    sequences: &Sequences,
    options: &PlmOptions,
    watch: &Watch,
    group: usize,
) -> Result<GroupTimes> {
    let started = Instant::now();
    let (evaluating, evaluations) = (Cell::new(0.0), Cell::new(0));
    let problem = Timed {
        problem: PairProblem::new(sequences, TileSet::Group(group)),
        evaluating: &evaluating,
        evaluations: &evaluations,
    };
    let setup = started.elapsed().as_secs_f64();
    let converged = match minimize(problem, &options.into(), watch) {
        Ok(_) => true,
        Err(Error::Stopped { .. }) => false,
        Err(error) => return Err(error),
    };
    Ok(GroupTimes {
        setup,
        evaluating: evaluating.get(),
        stepping: started.elapsed().as_secs_f64() - setup - evaluating.get(),
        evaluations: evaluations.get(),
        converged,
    })
}

/// A problem whose evaluations are counted and timed.
struct Timed<'a> {
    problem: PairProblem<'a>,
    evaluating: &'a Cell<f64>,
    evaluations: &'a Cell<u64>,
}

impl Timed<'_> {
    fn time(&mut self, evaluate: impl FnOnce(&mut PairProblem) -> f64) -> f64 {
        let started = Instant::now();
        let value = evaluate(&mut self.problem);
        let seconds = started.elapsed().as_secs_f64();
        self.evaluating.set(self.evaluating.get() + seconds);
        self.evaluations.set(self.evaluations.get() + 1);
        value
    }
}

impl Persistent for Timed<'_> {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        self.problem.serialise(state)
    }
}

impl Descent for Timed<'_> {
    fn evaluate(&mut self, curvature: bool) -> f64 {
        self.time(|problem| problem.evaluate(curvature))
    }

    fn slots(&self) -> usize {
        self.problem.slots()
    }

    fn take_step(&mut self, direction: &Direction, slot: usize) -> [f64; KEPT_STEPS] {
        self.problem.take_step(direction, slot)
    }

    fn shorten_step(&mut self, ratio: f32, slot: usize) {
        self.problem.shorten_step(ratio, slot);
    }

    fn update(&mut self, slot: usize) -> Products {
        self.problem.update(slot)
    }

    fn largest_decrease(&mut self) -> Option<f64> {
        self.problem.largest_decrease()
    }

    fn rescale(&mut self) -> Gram {
        self.problem.rescale()
    }
}

impl SmoothFunction for Timed<'_> {
    fn start(&self) -> Vec<f32> {
        self.problem.start()
    }

    fn value_and_gradient(&mut self, x: &[f32], gradient: &mut [f32]) -> f64 {
        self.time(|problem| problem.value_and_gradient(x, gradient))
    }
}
