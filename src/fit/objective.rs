//! What a minimiser sees of a problem.

/// A smooth function to be minimised, in single precision variables with a double precision value.
pub trait Objective {
    /// Number of variables.
    fn dimension(&self) -> usize;

    /// The value at `x`, and the gradient there into `gradient`, in one pass. Both slices have [`Self::dimension`] numbers.
    fn value_and_gradient(&mut self, x: &[f32], gradient: &mut [f32]) -> f64;
}
