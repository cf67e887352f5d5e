//! The vectors of L-BFGS, those of the history in half the room.

use super::KEPT_STEPS;
#[cfg(target_arch = "x86_64")]
use crate::kernels::f32x8::has_avx2;
use crate::kernels::f32x8::{F32x8, LANES, flat_mut};

/// Eight numbers in half the room: the upper 16 bits of f32.
pub type Bf16x8 = [u16; LANES];

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
pub(super) fn widen(halves: &[Bf16x8], out: &mut [F32x8]) {
    for (out, &half) in flat_mut(out).iter_mut().zip(halves.as_flattened()) {
        *out = wide(half);
    }
}

/// Inner products of one vector of the history with others, summed lane by lane in f32.
///
/// The halves are read once, and are nowhere written in full width.
#[inline(always)]
pub(super) fn dots<const FUSED: bool, const COUNT: usize>(
    halves: &[Bf16x8],
    others: [&[F32x8]; COUNT],
) -> [f64; COUNT] {
    let others = others.map(|other| &other[..halves.len()]);
    #[cfg(target_arch = "x86_64")]
    if FUSED && has_avx2() {
        // SAFETY: the processor has AVX2 and FMA, the only requirement of the function.
        return unsafe { dots_avx2(halves, others) };
    }
    let mut sums = [[F32x8::ZERO; 2]; COUNT];
    for (k, half) in halves.iter().enumerate() {
        let own = F32x8(half.map(wide));
        for (sums, other) in sums.iter_mut().zip(others) {
            sums[k % 2] = own.mul_add::<FUSED>(other[k], sums[k % 2]);
        }
    }
    sums.map(|[even, odd]| (even + odd).sum())
}

/// [`dots`] in the processor's own terms, for the reason that `f32x8::dot` has them.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn dots_avx2<const COUNT: usize>(halves: &[Bf16x8], others: [&[F32x8]; COUNT]) -> [f64; COUNT] {
    use std::arch::x86_64::{
        _mm_loadu_si128, _mm256_add_ps, _mm256_castsi256_ps, _mm256_cvtepu16_epi32,
        _mm256_fmadd_ps, _mm256_load_ps, _mm256_setzero_ps, _mm256_slli_epi32, _mm256_store_ps,
    };
    let widened = |half: &Bf16x8| {
        // SAFETY: a half is 16 bytes, which need not be aligned.
        let half = unsafe { _mm_loadu_si128(half.as_ptr().cast()) };
        _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(half)))
    };
    // SAFETY: an F32x8 is aligned to its 32 bytes.
    let load = |lanes8: &F32x8| unsafe { _mm256_load_ps(lanes8.0.as_ptr()) };
    let mut sums = [[_mm256_setzero_ps(); 2]; COUNT];
    let (pairs, rest) = halves.as_chunks::<2>();
    let others = others.map(|other| other.as_chunks::<2>());
    for (k, pair) in pairs.iter().enumerate() {
        let own = [widened(&pair[0]), widened(&pair[1])];
        for (sums, (other, _)) in sums.iter_mut().zip(&others) {
            for half in 0..2 {
                sums[half] = _mm256_fmadd_ps(own[half], load(&other[k][half]), sums[half]);
            }
        }
    }
    if let [last] = rest {
        for (sums, (_, other)) in sums.iter_mut().zip(&others) {
            sums[0] = _mm256_fmadd_ps(widened(last), load(&other[0]), sums[0]);
        }
    }
    sums.map(|[even, odd]| {
        let mut sum = F32x8::ZERO;
        // SAFETY: as above.
        unsafe { _mm256_store_ps(sum.0.as_mut_ptr(), _mm256_add_ps(even, odd)) };
        sum.sum()
    })
}

/// A combination of the gradient and the history.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Direction {
    /// Factor of the gradient.
    pub gradient: f32,
    /// Factors of the steps, zero for slots not in use.
    pub steps: [f32; KEPT_STEPS],
    /// Factors of the changes of the gradient.
    pub changes: [f32; KEPT_STEPS],
}

/// The vectors of L-BFGS for some variables.
#[derive(Debug)]
pub struct Vectors<'a> {
    /// The variables as couplings.
    pub x: &'a mut [F32x8],
    /// The gradient by couplings, without that of the penalty.
    pub model_gradient: &'a [F32x8],
    /// The gradient by scaled variables: like the history, it only says where to go next.
    pub gradient: &'a mut [Bf16x8],
    /// Steps, then changes of the gradient, all in scaled variables; one may be longer than the others here.
    pub history: &'a mut [Bf16x8],
    /// Steps of the history, [`KEPT_STEPS`] at most.
    pub slots: usize,
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
            slots: self.slots,
            stride: self.stride,
        }
    }

    pub(super) fn check(&self, count: usize) {
        assert_eq!((self.x.len(), self.gradient.len()), (count, count));
        assert_eq!(self.model_gradient.len(), count);
        assert!((1..=KEPT_STEPS).contains(&self.slots));
        assert!(self.history.len() >= (2 * self.slots - 1) * self.stride + count);
    }

    /// The step and the change of a slot.
    #[inline(always)]
    pub(super) fn both(&self, slot: usize) -> (&[Bf16x8], &[Bf16x8]) {
        let part = |k: usize| &self.history[k * self.stride..][..self.x.len()];
        (part(slot), part(self.slots + slot))
    }

    #[inline(always)]
    pub(super) fn step(&mut self, slot: usize) -> &mut [Bf16x8] {
        &mut self.history[slot * self.stride..][..self.x.len()]
    }

    #[inline(always)]
    pub(super) fn change(&mut self, slot: usize) -> &mut [Bf16x8] {
        self.step(self.slots + slot)
    }
}

/// What steps add to the sums of couplings over the profiles of neighbours.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldShifts {
    /// sum_b J(a, b) f_j(b) for each lane, q.
    pub lanes: Vec<F32x8>,
    /// sum over lanes and a of J(a, b) f_i(a), q.
    pub site: Vec<f32>,
}

/// Sums of the products of vectors.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Products {
    /// Steps, then changes, with the new gradient.
    pub gradient: [f64; 2 * KEPT_STEPS],
    /// Steps, then changes, with the newest change.
    pub change: [f64; 2 * KEPT_STEPS],
    /// The new gradient with itself.
    pub square: f64,
}
