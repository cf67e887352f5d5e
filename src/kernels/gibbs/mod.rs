//! Gibbs and Metropolis sweeps of many chains of a pairwise model.
//!
//! P(x) ~ exp(sum_i f_i(x_i)), with weight b on the model and 1 - b on a prior of independent sites:
//! f_i(a) = b (h_i(a) + sum_{j != i} J_ij(a, x_j)) + (1 - b) p_i(a). A sweep goes once through a list of sites; at each all chains
//! draw a new state given their others.
//!
//! What makes it fast: most sites of most chains have their commonest state, so the couplings to a sequence of commonest states are summed
//! up beforehand, and a chain adds one row of a table for each of its other states only. Rows are 16-bit integers; the part of the table that comes next
//! is brought near while the present one is read; and nothing branches on what a chain draws.
//!
//! **Rounding**: couplings are rounded to a multiple of a power of two before anything else is done with them, so that what is sampled is exactly
//! the model of the rounded couplings, seen alike from all sites. It is the finest with which no sum can leave 16 bits; where that would be coarser
//! than 2^-8 nats, tables hold f32 and nothing is rounded.

mod chains;
#[cfg(any(test, feature = "internals"))]
mod plain;
mod sweep;
mod tables;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use chains::{Chains, Limit, RANDOM_STATE};
#[cfg(any(test, feature = "internals"))]
pub use plain::sweep_plain;
pub use sweep::{Rule, sweep};
pub use tables::{Pairs, Tables};
