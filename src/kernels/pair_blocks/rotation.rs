//! Products of blocks with the eigenvectors of both sites, the eight sites' own a lane each.

use super::{Blocks, Scratch};
use crate::kernels::f32x8::F32x8;

/// Rows and columns of a product that are worked out together: their sums stay in registers.
const ROWS: usize = 4;
const COLUMNS: usize = 3;

/// U_i block U_j^T: of `[l][k]`, `[b][a]` in its place.
#[inline(always)]
pub fn to_model<const FUSED: bool>(blocks: &Blocks, scratch: &mut Scratch) {
    if blocks.plain {
        return;
    }
    let q = blocks.states();
    let Scratch { block, rotated, .. } = scratch;
    multiply::<FUSED, _>(q, block, &blocks.lanes.transposed, rotated);
    multiply::<FUSED, _>(q, &blocks.site.vectors, rotated, block);
}

/// U_i^T block U_j: of `[b][a]`, `[l][k]` in its place.
#[inline(always)]
pub fn to_scaled<const FUSED: bool>(blocks: &Blocks, scratch: &mut Scratch) {
    if blocks.plain {
        return;
    }
    let q = blocks.states();
    let Scratch { block, rotated, .. } = scratch;
    multiply::<FUSED, _>(q, block, &blocks.lanes.vectors, rotated);
    multiply::<FUSED, _>(q, &blocks.site.transposed, rotated, block);
}

/// A number of the left factor: a lane each, or the same for all.
trait Factor: Copy {
    fn lanes(self) -> F32x8;
}

impl Factor for F32x8 {
    #[inline(always)]
    fn lanes(self) -> F32x8 {
        self
    }
}

impl Factor for f32 {
    #[inline(always)]
    fn lanes(self) -> F32x8 {
        F32x8::splat(self)
    }
}

/// out(r, c) = sum_k left(r, k) right(k, c), all q x q.
#[inline(always)]
fn multiply<const FUSED: bool, T: Factor>(
    q: usize,
    left: &[T],
    right: &[F32x8],
    out: &mut [F32x8],
) {
    // With the number of states known, the compiler knows all distances: a step takes 7 % less time.
    match q {
        20 => multiply_all::<FUSED, T>(20, left, right, out),
        21 => multiply_all::<FUSED, T>(21, left, right, out),
        q => multiply_all::<FUSED, T>(q, left, right, out),
    }
}

#[inline(always)]
fn multiply_all<const FUSED: bool, T: Factor>(
    q: usize,
    left: &[T],
    right: &[F32x8],
    out: &mut [F32x8],
) {
    let (left, right, out) = (&left[..q * q], &right[..q * q], &mut out[..q * q]);
    let mut row = 0;
    while row + ROWS <= q {
        rows::<FUSED, T, ROWS>(q, &left[row * q..], right, &mut out[row * q..]);
        row += ROWS;
    }
    while row < q {
        rows::<FUSED, T, 1>(q, &left[row * q..], right, &mut out[row * q..]);
        row += 1;
    }
}

#[inline(always)]
fn rows<const FUSED: bool, T: Factor, const R: usize>(
    q: usize,
    left: &[T],
    right: &[F32x8],
    out: &mut [F32x8],
) {
    let left: [&[T]; R] = std::array::from_fn(|r| &left[r * q..][..q]);
    let mut column = 0;
    while column + COLUMNS <= q {
        tile::<FUSED, T, R, COLUMNS>(q, left, &right[column..], &mut out[column..]);
        column += COLUMNS;
    }
    while column < q {
        tile::<FUSED, T, R, 1>(q, left, &right[column..], &mut out[column..]);
        column += 1;
    }
}

/// R rows and C columns of the product, from the first column of `right` and `out`.
#[inline(always)]
fn tile<const FUSED: bool, T: Factor, const R: usize, const C: usize>(
    q: usize,
    left: [&[T]; R],
    right: &[F32x8],
    out: &mut [F32x8],
) {
    let mut sums = [[F32x8::ZERO; C]; R];
    for k in 0..q {
        let right: [F32x8; C] = std::array::from_fn(|c| right[k * q + c]);
        for (left, sums) in left.iter().zip(&mut sums) {
            let left = left[k].lanes();
            for (sum, &right) in sums.iter_mut().zip(&right) {
                *sum = left.mul_add::<FUSED>(right, *sum);
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        out[r * q..][..C].copy_from_slice(sums);
    }
}
