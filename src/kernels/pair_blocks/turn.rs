//! Products of blocks with the eigenvectors of both sites, the eight sites' own a lane each.

use super::{Blocks, Scratch};
use crate::kernels::eight::Eight;

/// Rows and columns of a product that are worked out together: their sums stay in registers.
const ROWS: usize = 5;
const COLUMNS: usize = 2;

/// U_i block U_j^T: of `[l][k]`, `[b][a]` in its place.
#[inline(always)]
pub fn to_model<const FUSED: bool>(blocks: &Blocks, scratch: &mut Scratch) {
    let q = blocks.states();
    let Scratch { block, turned, .. } = scratch;
    multiply::<FUSED>(q, |l, k| block[l * q + k], &blocks.lanes.transposed, turned);
    let vectors = &blocks.site.vectors[..q * q];
    multiply::<FUSED>(q, |b, l| Eight::splat(vectors[b * q + l]), turned, block);
}

/// U_i^T block U_j: of `[b][a]`, `[l][k]` in its place.
#[inline(always)]
pub fn to_scaled<const FUSED: bool>(blocks: &Blocks, scratch: &mut Scratch) {
    let q = blocks.states();
    let Scratch { block, turned, .. } = scratch;
    multiply::<FUSED>(q, |b, a| block[b * q + a], &blocks.lanes.vectors, turned);
    let vectors = &blocks.site.vectors[..q * q];
    multiply::<FUSED>(q, |l, b| Eight::splat(vectors[b * q + l]), turned, block);
}

/// out(r, c) = sum_k left(r, k) right(k, c), all q x q.
#[inline(always)]
fn multiply<const FUSED: bool>(
    q: usize,
    left: impl Fn(usize, usize) -> Eight,
    right: &[Eight],
    out: &mut [Eight],
) {
    let mut row = 0;
    while row < q {
        if row + ROWS <= q {
            rows::<FUSED, ROWS>(q, row, &left, right, out);
            row += ROWS;
        } else {
            rows::<FUSED, 1>(q, row, &left, right, out);
            row += 1;
        }
    }
}

#[inline(always)]
fn rows<const FUSED: bool, const R: usize>(
    q: usize,
    row: usize,
    left: &impl Fn(usize, usize) -> Eight,
    right: &[Eight],
    out: &mut [Eight],
) {
    let mut column = 0;
    while column < q {
        if column + COLUMNS <= q {
            tile::<FUSED, R, COLUMNS>(q, row, column, left, right, out);
            column += COLUMNS;
        } else {
            tile::<FUSED, R, 1>(q, row, column, left, right, out);
            column += 1;
        }
    }
}

#[inline(always)]
fn tile<const FUSED: bool, const R: usize, const C: usize>(
    q: usize,
    row: usize,
    column: usize,
    left: &impl Fn(usize, usize) -> Eight,
    right: &[Eight],
    out: &mut [Eight],
) {
    let mut sums = [[Eight::ZERO; C]; R];
    for (k, right) in right.chunks_exact(q).enumerate().take(q) {
        let right: [Eight; C] = std::array::from_fn(|c| right[column + c]);
        for (r, sums) in sums.iter_mut().enumerate() {
            let left = left(row + r, k);
            for (sum, &right) in sums.iter_mut().zip(&right) {
                *sum = left.mul_add::<FUSED>(right, *sum);
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        out[(row + r) * q + column..][..C].copy_from_slice(sums);
    }
}
