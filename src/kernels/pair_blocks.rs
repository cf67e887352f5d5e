//! The change of variables of the pair blocks of eight sites i, one a lane, with one site j, and the vector work of L-BFGS on them.
//!
//! With S_i = diag(f_i) - f_i f_i^T = U_i diag(d_i) U_i^T of the profile f_i, a block of couplings is J = U_i (sigma o Y) U_j^T in scaled
//! variables Y, where sigma(k, l) = 1 / sqrt(2 lambda_J + Neff d_i(k) d_j(l) (rho_i(k) + rho_j(l))) is the inverse root of its expected
//! curvature; rho is the share of a site's variance that its neighbours leave unexplained.
//!
//! Vectors that are only history are kept in 16 bits ([`Half`]). The work is fused: [`take_step`] and [`learn`] read each vector once.
//!
//! Layout of a block of eight sites with one: `[b][a]`, the state b of site j slow; in scaled variables `[l][k]`.

mod basis;
#[cfg(test)]
mod tests;
mod turn;

pub use basis::{LaneBasis, SiteBasis};

use super::eight::{Eight, LANES, widest};

/// Steps and gradient changes that are remembered, as many of each.
pub const MEMORY: usize = 3;

/// Eight numbers in half the room: the upper 16 bits of f32.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(C, align(16))]
pub struct Half(pub [u16; LANES]);

impl Half {
    /// The nearest numbers with 8 significant bits.
    #[inline(always)]
    pub fn of(x: Eight) -> Self {
        Self(x.0.map(|x| ((x.to_bits() + 0x8000) >> 16) as u16))
    }

    /// In full width.
    #[inline(always)]
    pub fn wide(self) -> Eight {
        Eight(self.0.map(|x| f32::from_bits(u32::from(x) << 16)))
    }
}

/// The blocks of eight sites with one, and how they are scaled.
#[derive(Debug, Clone, Copy)]
pub struct Blocks<'a> {
    /// Sites i.
    pub lanes: &'a LaneBasis,
    /// Site j.
    pub site: &'a SiteBasis,
    /// Which sites have a block with j.
    pub paired: [bool; LANES],
    /// Whether both conditionals of a pair see a block, or that of site i alone.
    pub symmetric: bool,
    /// 2 lambda_J.
    pub penalty: f32,
    /// Neff.
    pub neff: f32,
}

/// The smallest curvature assumed, where neither penalty nor data give any.
const LEAST_CURVATURE: f32 = 1e-3;

impl Blocks<'_> {
    fn states(&self) -> usize {
        self.lanes.states
    }

    fn size(&self) -> usize {
        self.states() * self.states()
    }

    /// 1 / sigma(l, k)^2.
    #[inline(always)]
    fn curvature(&self, l: usize, k: usize) -> Eight {
        let seen = self.lanes.variances[k] * Eight::splat(self.neff * self.site.variances[l]);
        let other = if self.symmetric {
            self.site.shares[l]
        } else {
            0.0
        };
        let shares = self.lanes.shares[k] + Eight::splat(other);
        (seen * shares + Eight::splat(self.penalty)).map(|c| c.max(LEAST_CURVATURE))
    }
}

/// Room for the blocks of eight sites with one.
#[derive(Debug)]
pub struct Scratch {
    block: Vec<Eight>,
    turned: Vec<Eight>,
}

impl Scratch {
    /// For q states.
    pub fn new(states: usize) -> Self {
        let room = || vec![Eight::ZERO; states * states];
        Self {
            block: room(),
            turned: room(),
        }
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
    fn check(&self, count: usize) {
        assert_eq!((self.x.len(), self.gradient.len()), (count, count));
        assert_eq!(self.model_gradient.len(), count);
        assert!(self.history.len() >= (2 * MEMORY - 1) * self.stride + count);
    }

    #[inline(always)]
    fn step(&mut self, slot: usize) -> &mut [Half] {
        &mut self.history[slot * self.stride..][..self.x.len()]
    }

    #[inline(always)]
    fn change(&mut self, slot: usize) -> &mut [Half] {
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

/// Takes a step: `direction` becomes the step of `slot` and is added to the couplings. Returns the sum of J^2 afterwards and the
/// products of the step with the changes of the gradient.
///
/// Panics if a length is wrong.
pub fn take_step(
    blocks: &Blocks,
    direction: &Direction,
    slot: usize,
    vectors: &mut Vectors,
    shifts: &mut FieldShifts,
    scratch: &mut Scratch,
) -> (f64, [f64; MEMORY]) {
    vectors.check(blocks.size());
    step_along(blocks, direction, slot, vectors, shifts, scratch)
}

widest! {
    fn step_along(
        blocks: &Blocks<'_>,
        direction: &Direction,
        slot: usize,
        vectors: &mut Vectors<'_>,
        shifts: &mut FieldShifts,
        scratch: &mut Scratch,
    ) -> (f64, [f64; MEMORY]) {
        let step = &mut scratch.block[..];
        for (step, gradient) in step.iter_mut().zip(&*vectors.gradient) {
            *step = *gradient * Eight::splat(direction.gradient);
        }
        for old in 0..MEMORY {
            let (by_step, by_change) = (direction.steps[old], direction.changes[old]);
            if (by_step, by_change) == (0.0, 0.0) {
                continue;
            }
            let (by_step, by_change) = (Eight::splat(by_step), Eight::splat(by_change));
            for (step, old) in step.iter_mut().zip(vectors.step(old)) {
                *step = old.wide().mul_add::<FUSED>(by_step, *step);
            }
            for (step, change) in step.iter_mut().zip(vectors.change(old)) {
                *step = change.wide().mul_add::<FUSED>(by_change, *step);
            }
        }
        for (step, kept) in step.iter_mut().zip(vectors.step(slot)) {
            *kept = Half::of(*step);
            *step = kept.wide();
        }
        let mut products = [0.0; MEMORY];
        for (old, product) in products.iter_mut().enumerate() {
            let mut sum = Eight::ZERO;
            for (step, change) in step.iter().zip(vectors.change(old)) {
                sum = change.wide().mul_add::<FUSED>(*step, sum);
            }
            *product = sum.sum();
        }
        (add_to_model::<FUSED>(blocks, vectors.x, shifts, scratch), products)
    }
}

widest! {
    /// Makes the step of `slot`, just taken, `ratio` times as long. Returns the sum of J^2 afterwards.
    pub fn shorten_step(
        blocks: &Blocks<'_>,
        ratio: f32,
        slot: usize,
        vectors: &mut Vectors<'_>,
        shifts: &mut FieldShifts,
        scratch: &mut Scratch,
    ) -> f64 {
        for (change, kept) in scratch.block.iter_mut().zip(vectors.step(slot)) {
            let before = kept.wide();
            *kept = Half::of(before * Eight::splat(ratio));
            *change = kept.wide() - before;
        }
        add_to_model::<FUSED>(blocks, vectors.x, shifts, scratch)
    }
}

widest! {
    /// The couplings `x` at the scaled variables `y`, and what they shift the fields by. Returns the sum of J^2.
    pub fn couplings_at(
        blocks: &Blocks<'_>,
        y: &[Eight],
        x: &mut [Eight],
        shifts: &mut FieldShifts,
        scratch: &mut Scratch,
    ) -> f64 {
        for (block, y) in scratch.block.iter_mut().zip(y) {
            *block = y.only(blocks.paired);
        }
        x.fill(Eight::ZERO);
        add_to_model::<FUSED>(blocks, x, shifts, scratch)
    }
}

/// Adds the scaled variables in `scratch.block` to the couplings; returns the sum of J^2.
#[inline(always)]
fn add_to_model<const FUSED: bool>(
    blocks: &Blocks,
    x: &mut [Eight],
    shifts: &mut FieldShifts,
    scratch: &mut Scratch,
) -> f64 {
    let q = blocks.states();
    for l in 0..q {
        for (k, y) in scratch.block[l * q..][..q].iter_mut().enumerate() {
            *y = *y * blocks.curvature(l, k).inverse_root();
        }
    }
    turn::to_model::<FUSED>(blocks, scratch);
    let mut squares = 0.0;
    for (b, (x, added)) in x
        .chunks_exact_mut(q)
        .zip(scratch.block.chunks_exact(q))
        .enumerate()
    {
        let profile = Eight::splat(blocks.site.profile[b]);
        let (mut square, mut to_site) = (Eight::ZERO, Eight::ZERO);
        for (a, (x, added)) in x.iter_mut().zip(added).enumerate() {
            *x = *x + *added;
            square = x.mul_add::<FUSED>(*x, square);
            shifts.lanes[a] = added.mul_add::<FUSED>(profile, shifts.lanes[a]);
            to_site = added.mul_add::<FUSED>(blocks.lanes.profile[a], to_site);
        }
        squares += square.sum();
        shifts.site[b] += to_site.sum() as f32;
    }
    squares
}

/// The gradients by the fields of the sites of some blocks, each site's sum zero.
#[derive(Debug, Clone, Copy)]
pub struct FieldGradients<'a> {
    /// Of sites i, q.
    pub lanes: &'a [Eight],
    /// Of site j, q.
    pub site: &'a [f32],
}

/// The gradient at the couplings becomes `vectors.gradient`, its change that of `slot`; returns the products with all of the history.
///
/// Panics if a length is wrong.
pub fn learn(
    blocks: &Blocks,
    fields: FieldGradients,
    slot: usize,
    vectors: &mut Vectors,
    scratch: &mut Scratch,
) -> Products {
    vectors.check(blocks.size());
    gradient_and_products(blocks, fields, slot, vectors, scratch)
}

widest! {
    fn gradient_and_products(
        blocks: &Blocks<'_>,
        fields: FieldGradients<'_>,
        slot: usize,
        vectors: &mut Vectors<'_>,
        scratch: &mut Scratch,
    ) -> Products {
        scaled_gradient::<FUSED>(blocks, fields, vectors.x, vectors.model_gradient, scratch);
        let mut square = Eight::ZERO;
        let new = &scratch.block[..];
        let old = vectors.gradient.iter();
        let kept = vectors.history[(MEMORY + slot) * vectors.stride..].iter_mut();
        for (((new, old), kept), change) in new.iter().zip(old).zip(kept).zip(&mut scratch.turned) {
            *kept = Half::of(*new - *old);
            *change = kept.wide();
            square = new.mul_add::<FUSED>(*new, square);
        }
        vectors.gradient.copy_from_slice(new);
        let mut products = Products {
            square: square.sum(),
            ..Products::default()
        };
        for k in 0..2 * MEMORY {
            let (mut with_gradient, mut with_change) = (Eight::ZERO, Eight::ZERO);
            let both = new.iter().zip(&scratch.turned);
            for (old, (gradient, change)) in vectors.step(k).iter().zip(both) {
                let old = old.wide();
                with_gradient = old.mul_add::<FUSED>(*gradient, with_gradient);
                with_change = old.mul_add::<FUSED>(*change, with_change);
            }
            products.gradient[k] = with_gradient.sum();
            products.change[k] = with_change.sum();
        }
        products
    }
}

widest! {
    /// The gradient by scaled variables, from the couplings and the gradient by them without that of the penalty.
    pub fn gradient_at(
        blocks: &Blocks<'_>,
        fields: FieldGradients<'_>,
        x: &[Eight],
        model_gradient: &[Eight],
        gradient: &mut [Eight],
        scratch: &mut Scratch,
    ) {
        scaled_gradient::<FUSED>(blocks, fields, x, model_gradient, scratch);
        gradient.copy_from_slice(&scratch.block);
    }
}

/// The gradient by scaled variables into `scratch.block`, from the couplings and the gradient by them.
#[inline(always)]
fn scaled_gradient<const FUSED: bool>(
    blocks: &Blocks,
    fields: FieldGradients,
    x: &[Eight],
    model_gradient: &[Eight],
    scratch: &mut Scratch,
) {
    let q = blocks.states();
    let penalty = Eight::splat(blocks.penalty);
    for b in 0..q {
        let (f_j, g_j) = (
            Eight::splat(blocks.site.profile[b]),
            Eight::splat(fields.site[b]),
        );
        for a in 0..q {
            let k = b * q + a;
            let mut g = x[k].mul_add::<FUSED>(penalty, model_gradient[k]);
            g = (-fields.lanes[a]).mul_add::<FUSED>(f_j, g);
            if blocks.symmetric {
                g = (-blocks.lanes.profile[a]).mul_add::<FUSED>(g_j, g);
            }
            scratch.block[k] = g.only(blocks.paired);
        }
    }
    turn::to_scaled::<FUSED>(blocks, scratch);
    for l in 0..q {
        for (k, g) in scratch.block[l * q..][..q].iter_mut().enumerate() {
            *g = *g * blocks.curvature(l, k).inverse_root();
        }
    }
}

widest! {
    /// Takes the history and the gradient from the scaling of `before` to that of `after`.
    pub fn rescale(before: &Blocks<'_>, after: &Blocks<'_>, vectors: &mut Vectors<'_>, scratch: &mut Scratch) {
        let q = before.states();
        for l in 0..q {
            for k in 0..q {
                // sigma before / sigma after.
                let ratio = after.curvature(l, k).zip(before.curvature(l, k), |new, old| new / old);
                scratch.block[l * q + k] = ratio.map(f32::sqrt);
                scratch.turned[l * q + k] = ratio.inverse_root();
            }
        }
        for (gradient, inverse) in vectors.gradient.iter_mut().zip(&scratch.turned) {
            *gradient = *gradient * *inverse;
        }
        for slot in 0..MEMORY {
            for (step, ratio) in vectors.step(slot).iter_mut().zip(&scratch.block) {
                *step = Half::of(step.wide() * *ratio);
            }
            for (change, inverse) in vectors.change(slot).iter_mut().zip(&scratch.turned) {
                *change = Half::of(change.wide() * *inverse);
            }
        }
    }
}

/// All inner products of the history and the gradient: steps, then changes, then the gradient.
pub type Gram = [[f64; 2 * MEMORY + 1]; 2 * MEMORY + 1];

widest! {
    /// All inner products.
    pub fn gram(vectors: &mut Vectors<'_>, scratch: &mut Scratch) -> Gram {
        let mut gram = Gram::default();
        let last = 2 * MEMORY;
        for k in 0..=last {
            for (n, wide) in scratch.block.iter_mut().enumerate() {
                *wide = if k == last { vectors.gradient[n] } else { vectors.history[k * vectors.stride + n].wide() };
            }
            for l in 0..=k {
                let mut sum = Eight::ZERO;
                for (n, wide) in scratch.block.iter().enumerate() {
                    let other = if l == last { vectors.gradient[n] } else { vectors.history[l * vectors.stride + n].wide() };
                    sum = wide.mul_add::<FUSED>(other, sum);
                }
                gram[k][l] = sum.sum();
                gram[l][k] = gram[k][l];
            }
        }
        gram
    }
}
