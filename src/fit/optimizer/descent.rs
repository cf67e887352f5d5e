//! What minimisers see of a problem.

use crate::state::Persistent;

pub use crate::kernels::pair_blocks::{Direction, Gram, KEPT_STEPS, Products};

/// A smooth function to be minimised, in single precision variables with a double precision value.
pub trait SmoothFunction {
    /// The variables to start from.
    fn start(&self) -> Vec<f32>;

    /// The value at `x`, and the gradient there into `gradient`, as long, in one pass.
    fn value_and_gradient(&mut self, x: &[f32], gradient: &mut [f32]) -> f64;
}

/// A smooth function that holds its point, its gradient and the history of L-BFGS itself, so that vectors of the size of a model
/// are read and written as seldom as can be. The minimiser decides by inner products only.
///
/// The history has [`Self::slots`] slots, [`KEPT_STEPS`] at most, each for a step and for the change of the gradient along it.
pub trait Descent: Persistent {
    /// Slots of the history.
    fn slots(&self) -> usize;

    /// The value at the point; with `curvature`, [`Self::rescale`] may follow once the step is accepted.
    fn evaluate(&mut self, curvature: bool) -> f64;

    /// Moves the point by a combination of the gradient and the history, and keeps this step in `slot`. Returns the step's products
    /// with the changes of the gradient in all slots.
    fn take_step(&mut self, direction: &Direction, slot: usize) -> [f64; KEPT_STEPS];

    /// Makes the step in `slot`, the last one, `ratio` times as long and moves the point accordingly; with 0 it goes back.
    fn shorten_step(&mut self, ratio: f32, slot: usize);

    /// The gradient at the last evaluation becomes the gradient; its change is kept in `slot`.
    fn update(&mut self, slot: usize) -> Products;

    /// A bound on what the value can still fall by, from the gradient at the last evaluation, if one is known.
    fn largest_decrease(&mut self) -> Option<f64>;

    /// Chooses variables anew by the curvature of the last evaluation that asked for it. Returns all inner products in them.
    fn rescale(&mut self) -> Gram;
}
