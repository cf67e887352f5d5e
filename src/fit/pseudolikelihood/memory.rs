//! How many steps a problem remembers, and what it takes in memory.

use super::tiles::{self, TileSet};
use crate::kernels::conditionals::Workspace;
use crate::kernels::f32x8::{F32x8, LANES};
use crate::kernels::pair_blocks::{FieldShifts, KEPT_STEPS};

/// Share of lambda_J = (L - 1)(q - 1) from which on one step of history is as good as three.
const STRONG_PENALTY: f64 = 1e-3;

/// Steps that are remembered: where penalties are usual, more need the same evaluations to within one or two and take longer each; where
/// there is next to no penalty, one is not enough.
pub fn slots(lambda_j: f64, sites: usize, states: usize) -> usize {
    let usual = (sites.saturating_sub(1) * (states - 1)) as f64;
    match lambda_j >= STRONG_PENALTY * usual {
        true => 1,
        false => KEPT_STEPS,
    }
}

/// Bytes of a number of the model that are its state: of its coupling, and half as many of the gradient by scaled variables and of each
/// vector of the history.
fn bytes_a_number(lambda_j: f64, sites: usize, states: usize) -> u64 {
    let halves = 1 + 2 * slots(lambda_j, sites, states);
    (size_of::<f32>() + halves * size_of::<u16>()) as u64
}

/// Bytes of what a step finds of a column: products, and what it shifts fields by.
fn column_bytes(states: usize) -> usize {
    let shifts = states * (size_of::<F32x8>() + size_of::<f32>());
    shifts + size_of::<(f64, [f64; KEPT_STEPS], FieldShifts)>()
}

/// Bytes of a problem of L `sites` and q `states` with the penalty `lambda_j`.
pub fn problem_bytes(lambda_j: f64, sites: usize, states: usize, layout: TileSet) -> u64 {
    let gradient = numbers(sites, states, layout) * size_of::<f32>() as u64;
    let columns = layout.tiles(sites.div_ceil(LANES)).len() * LANES;
    state_bytes(lambda_j, sites, states, layout)
        + gradient
        + (columns * column_bytes(states)) as u64
}

/// Bytes of its state: all but the gradient by couplings, which an evaluation leaves and an update takes.
pub fn state_bytes(lambda_j: f64, sites: usize, states: usize, layout: TileSet) -> u64 {
    numbers(sites, states, layout) * bytes_a_number(lambda_j, sites, states)
}

/// Numbers of all tiles.
fn numbers(sites: usize, states: usize, layout: TileSet) -> u64 {
    let tiles = layout.tiles(sites.div_ceil(LANES)).len();
    (tiles * tiles::size(states) * LANES) as u64
}

/// Bytes that a thread needs besides.
pub fn buffer_bytes(sequences: usize, sites: usize, states: usize) -> u64 {
    let tile = (tiles::size(states) * size_of::<F32x8>()) as u64;
    Workspace::most_bytes(sequences, sites, states) + 2 * tile
}
