//! The vectors of L-BFGS, those of the history in half the room.

use super::MEMORY;
use crate::kernels::eight::{Eight, LANES, flat_mut};

/// Eight numbers in half the room: the upper 16 bits of f32.
pub type Half = [u16; LANES];

/// The nearest number with 8 significant bits.
#[inline(always)]
pub(super) fn half(x: f32) -> u16 {
    ((x.to_bits() + 0x8000) >> 16) as u16
}

/// A half in full width.
#[inline(always)]
pub(super) fn wide(half: u16) -> f32 {
    f32::from_bits(u32::from(half) << 16)
}

/// Halves in full width.
#[inline(always)]
pub(super) fn widen(halves: &[Half], out: &mut [Eight]) {
    for (out, &half) in flat_mut(out).iter_mut().zip(halves.as_flattened()) {
        *out = wide(half);
    }
}

/// A combination of the gradient and the history.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Direction {
    /// Factor of the gradient.
    pub gradient: f32,
    /// Factors of the steps, zero for slots not in use.
    pub steps: [f32; MEMORY],
    /// Factors of the changes of the gradient.
    pub changes: [f32; MEMORY],
}

/// The vectors of L-BFGS for some variables.
#[derive(Debug)]
pub struct Vectors<'a> {
    /// The variables as couplings.
    pub x: &'a mut [Eight],
    /// The gradient by couplings, without that of the penalty.
    pub model_gradient: &'a [Eight],
    /// The gradient by scaled variables.
    pub gradient: &'a mut [Eight],
    /// Steps, then changes of the gradient, all in scaled variables; one may be longer than the others here.
    pub history: &'a mut [Half],
    /// From one vector of the history to the next.
    pub stride: usize,
}

impl Vectors<'_> {
    /// The vectors of some of the variables.
    pub fn part(&mut self, range: std::ops::Range<usize>) -> Vectors<'_> {
        Vectors {
            x: &mut self.x[range.clone()],
            model_gradient: &self.model_gradient[range.clone()],
            gradient: &mut self.gradient[range.clone()],
            history: &mut self.history[range.start..],
            stride: self.stride,
        }
    }

    pub(super) fn check(&self, count: usize) {
        assert_eq!((self.x.len(), self.gradient.len()), (count, count));
        assert_eq!(self.model_gradient.len(), count);
        assert!(self.history.len() >= (2 * MEMORY - 1) * self.stride + count);
    }

    #[inline(always)]
    pub(super) fn step(&mut self, slot: usize) -> &mut [Half] {
        &mut self.history[slot * self.stride..][..self.x.len()]
    }

    #[inline(always)]
    pub(super) fn change(&mut self, slot: usize) -> &mut [Half] {
        self.step(MEMORY + slot)
    }
}

/// What steps add to the sums of couplings over the profiles of neighbours.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldShifts {
    /// sum_b J(a, b) f_j(b) for each lane, q.
    pub lanes: Vec<Eight>,
    /// sum over lanes and a of J(a, b) f_i(a), q.
    pub site: Vec<f32>,
}

/// Sums of the products of vectors.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Products {
    /// Steps, then changes, with the new gradient.
    pub gradient: [f64; 2 * MEMORY],
    /// Steps, then changes, with the newest change.
    pub change: [f64; 2 * MEMORY],
    /// The new gradient with itself.
    pub square: f64,
}
