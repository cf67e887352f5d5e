//! The change of variables of the pair blocks of eight sites i, one a lane, with one site j, and the vector work of L-BFGS on them.
//!
//! With S_i = diag(f_i) - f_i f_i^T = U_i diag(d_i) U_i^T of the profile f_i, a block of couplings is J = U_i (sigma o Y) U_j^T in scaled
//! variables Y, where sigma(k, l) = 1 / sqrt(2 lambda_J + Neff d_i(k) d_j(l) (rho_i(k) + rho_j(l))) is the inverse root of its expected
//! curvature; rho is the share of a site's variance that its neighbours leave unexplained.
//!
//! Where the penalty is more than the data can curve in any direction, blocks stay **plain**: they are not turned, and sigma is one number.
//!
//! Vectors that only say where to go next, the last gradient and the history, are kept in 16 bits ([`Bf16x8`]). The work is fused: [`take_step`] and [`update`] read each vector once.
//!
//! Layout of a block of eight sites with one: `[b][a]`, the state b of site j slow; in scaled variables `[l][k]`.

mod basis;
#[cfg(any(test, feature = "internals"))]
mod plain;
mod rotation;
#[cfg(test)]
mod tests;
mod vectors;

pub use basis::{LaneBasis, SiteBasis};
#[cfg(any(test, feature = "internals"))]
pub use plain::{couplings_plain, gradient_plain};
pub use vectors::{Bf16x8, Direction, FieldShifts, Products, Vectors};

use super::f32x8::{F32x8, LANES, dot, flat, flat_mut, mul_add, widest};
use vectors::{dots, half, wide, widen};

/// The most steps and gradient changes that are remembered, as many of each.
pub const KEPT_STEPS: usize = 3;

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
    /// Whether the blocks stay as they are, but for one factor: see [`Self::is_plain`].
    pub plain: bool,
}

/// Share of the penalty's curvature that the data's may reach where blocks stay plain.
const PLAIN_BELOW: f32 = 1.0;

/// The smallest curvature assumed, where neither penalty nor data give any.
const LEAST_CURVATURE: f32 = 1e-3;

impl Blocks<'_> {
    fn states(&self) -> usize {
        self.lanes.states
    }

    fn size(&self) -> usize {
        self.states() * self.states()
    }

    /// Whether the penalty is so much of the curvature in every direction of the blocks that turning them is not worth its time.
    pub fn is_plain(&self) -> bool {
        let of_lanes = flat(&self.lanes.variances).iter().copied();
        let of_site = self.site.variances.iter().copied();
        let largest = of_lanes.fold(0.0, f32::max) * of_site.fold(0.0, f32::max);
        2.0 * self.neff * largest <= PLAIN_BELOW * self.penalty
    }

    /// The curvature of plain blocks: that of the penalty, and the mean of what is expected from the data.
    #[inline(always)]
    fn plain_curvature(&self) -> F32x8 {
        let share = 1.0 / self.states() as f32;
        let sum = |sum, &variance| sum + variance;
        let lanes = self.lanes.variances.iter().fold(F32x8::ZERO, sum);
        let site: f32 = self.site.variances.iter().sum();
        let seen_by = if self.symmetric { 2.0 } else { 1.0 };
        lanes.map(|lane| {
            let seen = seen_by * self.neff * (lane * share) * (site * share);
            (self.penalty + seen).max(LEAST_CURVATURE)
        })
    }

    /// Multiplies variables `[l][k]` by sigma(l, k).
    #[inline(always)]
    fn scale<const FUSED: bool>(&self, block: &mut [F32x8]) {
        if self.plain {
            let sigma = self.plain_curvature().map(inverse_root::<FUSED>);
            block.iter_mut().for_each(|x| *x = *x * sigma);
            return;
        }
        let width = self.states() * LANES;
        let rows = flat_mut(block).chunks_exact_mut(width).enumerate();
        let variances = &flat(&self.lanes.variances)[..width];
        let shares = &flat(&self.lanes.shares)[..width];
        for (l, row) in rows {
            let (seen, other) = self.seen(l);
            for k in 0..width {
                let curvature =
                    mul_add::<FUSED>(seen * variances[k], shares[k] + other, self.penalty);
                row[k] *= inverse_root::<FUSED>(curvature.max(LEAST_CURVATURE));
            }
        }
    }

    /// 1 / sigma(l, k)^2 of all variables.
    #[inline(always)]
    fn curvature<const FUSED: bool>(&self, out: &mut [F32x8]) {
        if self.plain {
            out.fill(self.plain_curvature());
            return;
        }
        let width = self.states() * LANES;
        let variances = &flat(&self.lanes.variances)[..width];
        let shares = &flat(&self.lanes.shares)[..width];
        for (l, row) in flat_mut(out).chunks_exact_mut(width).enumerate() {
            let (seen, other) = self.seen(l);
            for k in 0..width {
                let curvature =
                    mul_add::<FUSED>(seen * variances[k], shares[k] + other, self.penalty);
                row[k] = curvature.max(LEAST_CURVATURE);
            }
        }
    }

    /// Neff d_j(l), and the share of it that site j's conditional sees.
    #[inline(always)]
    fn seen(&self, l: usize) -> (f32, f32) {
        let other = if self.symmetric {
            self.site.shares[l]
        } else {
            0.0
        };
        (self.neff * self.site.variances[l], other)
    }
}

/// 1 / sqrt(x) to 5e-6, twice as fast as the processor's root and quotient: a scale may be any number near the best, if only it is the
/// same for variables and gradient. Bit arithmetic gives 4 % (Lomont 2003), each of two steps of Newton's method squares the error.
#[inline(always)]
fn inverse_root<const FUSED: bool>(x: f32) -> f32 {
    let mut y = f32::from_bits(0x5f37_5a86 - (x.to_bits() >> 1));
    for _ in 0..2 {
        y *= mul_add::<FUSED>(-0.5 * x * y, y, 1.5);
    }
    y
}

/// Room for the blocks of eight sites with one.
#[derive(Debug)]
pub struct Scratch {
    block: Vec<F32x8>,
    rotated: Vec<F32x8>,
}

impl Scratch {
    /// For q states.
    pub fn new(states: usize) -> Self {
        let room = || vec![F32x8::ZERO; states * states];
        Self {
            block: room(),
            rotated: room(),
        }
    }
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
) -> (f64, [f64; KEPT_STEPS]) {
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
    ) -> (f64, [f64; KEPT_STEPS]) {
        let step = flat_mut(&mut scratch.block);
        for (step, &gradient) in step.iter_mut().zip(vectors.gradient.as_flattened()) {
            *step = wide(gradient) * direction.gradient;
        }
        for old in 0..vectors.slots {
            let (by_step, by_change) = (direction.steps[old], direction.changes[old]);
            if (by_step, by_change) == (0.0, 0.0) {
                continue;
            }
            let (steps, changes) = vectors.both(old);
            let both = steps.as_flattened().iter().zip(changes.as_flattened());
            for (step, (&old, &change)) in step.iter_mut().zip(both) {
                let sum = mul_add::<FUSED>(wide(old), by_step, *step);
                *step = mul_add::<FUSED>(wide(change), by_change, sum);
            }
        }
        for (step, kept) in step.iter_mut().zip(vectors.step(slot).as_flattened_mut()) {
            *kept = half(*step);
            *step = wide(*kept);
        }
        let mut products = [0.0; KEPT_STEPS];
        for (old, product) in products[..vectors.slots].iter_mut().enumerate() {
            [*product] = dots::<FUSED, 1>(vectors.change(old), [&scratch.block]);
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
        let changes = flat_mut(&mut scratch.block).iter_mut();
        for (change, kept) in changes.zip(vectors.step(slot).as_flattened_mut()) {
            let before = wide(*kept);
            *kept = half(before * ratio);
            *change = wide(*kept) - before;
        }
        add_to_model::<FUSED>(blocks, vectors.x, shifts, scratch)
    }
}

widest! {
    /// The couplings `x` at the scaled variables `y`, and what they shift the fields by. Returns the sum of J^2.
    pub fn couplings_at(
        blocks: &Blocks<'_>,
        y: &[F32x8],
        x: &mut [F32x8],
        shifts: &mut FieldShifts,
        scratch: &mut Scratch,
    ) -> f64 {
        for (block, y) in scratch.block.iter_mut().zip(y) {
            *block = y.only(blocks.paired);
        }
        x.fill(F32x8::ZERO);
        add_to_model::<FUSED>(blocks, x, shifts, scratch)
    }
}

/// Adds the scaled variables in `scratch.block` to the couplings; returns the sum of J^2.
#[inline(always)]
fn add_to_model<const FUSED: bool>(
    blocks: &Blocks,
    x: &mut [F32x8],
    shifts: &mut FieldShifts,
    scratch: &mut Scratch,
) -> f64 {
    let (q, width) = (blocks.states(), blocks.states() * LANES);
    blocks.scale::<FUSED>(&mut scratch.block);
    rotation::to_model::<FUSED>(blocks, scratch);
    for (x, added) in flat_mut(x).iter_mut().zip(flat(&scratch.block)) {
        *x += added;
    }
    let lanes = &mut flat_mut(&mut shifts.lanes)[..width];
    for (added, &profile) in flat(&scratch.block)
        .chunks_exact(width)
        .zip(&blocks.site.profile)
    {
        for (shift, &added) in lanes.iter_mut().zip(added) {
            *shift = mul_add::<FUSED>(added, profile, *shift);
        }
    }
    for (shift, added) in shifts.site.iter_mut().zip(scratch.block.chunks_exact(q)) {
        *shift += dot::<FUSED>(added, &blocks.lanes.profile) as f32;
    }
    dot::<FUSED>(x, x)
}

/// The gradients by the fields of the sites of some blocks, each site's sum zero.
#[derive(Debug, Clone, Copy)]
pub struct FieldGradients<'a> {
    /// Of sites i, q.
    pub lanes: &'a [F32x8],
    /// Of site j, q.
    pub site: &'a [f32],
}

/// The gradient at the couplings becomes `vectors.gradient`, its change that of `slot`; returns the products with all of the history.
///
/// Panics if a length is wrong.
pub fn update(
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
        let change = (vectors.slots + slot) * vectors.stride;
        let kept = vectors.history[change..][..vectors.gradient.len()].as_flattened_mut();
        let both = vectors.gradient.as_flattened_mut().iter_mut().zip(flat(&scratch.block));
        for (((old, new), kept), change) in both.zip(kept).zip(flat_mut(&mut scratch.rotated)) {
            *kept = half(*new - wide(*old));
            *change = wide(*kept);
            *old = half(*new);
        }
        let mut products = Products {
            square: dot::<FUSED>(&scratch.block, &scratch.block),
            ..Products::default()
        };
        for k in 0..2 * vectors.slots {
            let others = [&scratch.block[..], &scratch.rotated[..]];
            let place = place_of(k, vectors.slots);
            [products.gradient[place], products.change[place]] =
                dots::<FUSED, 2>(vectors.step(k), others);
        }
        products
    }
}

widest! {
    /// The gradient by scaled variables, from the couplings and the gradient by them without that of the penalty.
    pub fn gradient_at(
        blocks: &Blocks<'_>,
        fields: FieldGradients<'_>,
        x: &[F32x8],
        model_gradient: &[F32x8],
        gradient: &mut [F32x8],
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
    x: &[F32x8],
    model_gradient: &[F32x8],
    scratch: &mut Scratch,
) {
    let width = blocks.states() * LANES;
    let (g_i, f_i) = (
        &flat(fields.lanes)[..width],
        &flat(&blocks.lanes.profile)[..width],
    );
    let rows = flat_mut(&mut scratch.block).chunks_exact_mut(width);
    let rows = rows.zip(
        flat(x)
            .chunks_exact(width)
            .zip(flat(model_gradient).chunks_exact(width)),
    );
    for (b, (out, (x, g))) in rows.enumerate() {
        let f_j = -blocks.site.profile[b];
        let g_j = if blocks.symmetric {
            -fields.site[b]
        } else {
            0.0
        };
        for k in 0..width {
            let penalised = mul_add::<FUSED>(x[k], blocks.penalty, g[k]);
            out[k] = mul_add::<FUSED>(g_i[k], f_j, mul_add::<FUSED>(f_i[k], g_j, penalised));
        }
    }
    if blocks.paired != [true; LANES] {
        for lanes in &mut scratch.block {
            *lanes = lanes.only(blocks.paired);
        }
    }
    rotation::to_scaled::<FUSED>(blocks, scratch);
    blocks.scale::<FUSED>(&mut scratch.block);
}

widest! {
    /// Takes the history and the gradient from the scaling of `before` to that of `after`.
    pub fn rescale(before: &Blocks<'_>, after: &Blocks<'_>, vectors: &mut Vectors<'_>, scratch: &mut Scratch) {
        after.curvature::<FUSED>(&mut scratch.block);
        before.curvature::<FUSED>(&mut scratch.rotated);
        // sigma before / sigma after, and its inverse.
        let both = flat_mut(&mut scratch.block).iter_mut();
        for (ratio, inverse) in both.zip(flat_mut(&mut scratch.rotated)) {
            let square = *ratio / *inverse;
            *ratio = square.sqrt();
            *inverse = 1.0 / *ratio;
        }
        let (ratio, inverse) = (flat(&scratch.block), flat(&scratch.rotated));
        for (gradient, inverse) in vectors.gradient.as_flattened_mut().iter_mut().zip(inverse) {
            *gradient = half(wide(*gradient) * inverse);
        }
        for slot in 0..vectors.slots {
            for (step, ratio) in vectors.step(slot).as_flattened_mut().iter_mut().zip(ratio) {
                *step = half(wide(*step) * ratio);
            }
            for (change, inverse) in vectors.change(slot).as_flattened_mut().iter_mut().zip(inverse) {
                *change = half(wide(*change) * inverse);
            }
        }
    }
}

/// Where a vector of a history of so many steps stands in a [`Gram`] matrix, whose places are those of the longest history.
#[inline(always)]
fn place_of(k: usize, slots: usize) -> usize {
    match k / slots {
        0 => k,
        1 => KEPT_STEPS + k - slots,
        _ => 2 * KEPT_STEPS,
    }
}

/// All inner products of the history and the gradient: steps, then changes, then the gradient.
pub type Gram = [[f64; 2 * KEPT_STEPS + 1]; 2 * KEPT_STEPS + 1];

widest! {
    /// All inner products.
    pub fn gram(vectors: &mut Vectors<'_>, scratch: &mut Scratch) -> Gram {
        let mut gram = Gram::default();
        let (slots, last) = (vectors.slots, 2 * vectors.slots);
        let mut load = |k: usize, out: &mut [F32x8]| match k {
            k if k == last => widen(vectors.gradient, out),
            k => widen(vectors.step(k), out),
        };
        let pairs = (0..=last).flat_map(|k| (0..=k).map(move |l| (k, l)));
        for (k, l) in pairs {
            if l == 0 {
                load(k, &mut scratch.block);
            }
            load(l, &mut scratch.rotated);
            let product = dot::<FUSED>(&scratch.block, &scratch.rotated);
            let (k, l) = (place_of(k, slots), place_of(l, slots));
            gram[k][l] = product;
            gram[l][k] = product;
        }
        gram
    }
}
