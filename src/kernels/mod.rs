//! The hot loops: slices in, caller's buffers out.
//!
//! Contract of every kernel here: it knows no type of the rest of the crate and returns no error; sizes are
//! checked by assertions; the result depends on its arguments only, never on the number of threads; it has a slow,
//! obvious twin next to it and a property test against that twin, and a bench in `benches/`.
//! `unsafe` is allowed in this folder only.

pub mod block_matrix;
pub mod combinations;
pub mod common_columns;
pub mod conditionals;
pub mod convolution;
pub mod dense_layer;
pub mod direct_information;
pub mod f32x8;
pub mod gibbs;
pub mod identity;
pub mod nearest;
pub mod pair_blocks;
pub mod pair_counts;
pub mod pair_kernel;
pub mod positive_solve;
pub mod symmetric_eigen;
pub mod tree;

#[cfg(test)]
pub(crate) mod testing;
