//! Boltzmann learning: the maximum of the likelihood itself, by sequences drawn from the model (Ackley, Hinton and Sejnowski 1985).
//!
//! The mean log-likelihood of the family less the penalties, sum_n w_n log P(x_n) / Neff - (lambda_h sum h^2 + lambda_J sum J^2) / Neff, has the gradient
//! `<phi>_family` - `<phi>_model` - 2 lambda theta / Neff, phi being the features ([`features`]) of a sequence: frequencies of states and of pairs of them, of the
//! family (the positive phase) and of the model (the negative phase). Those of the model are counted in chains that go on from update to update.
//!
//! | file | |
//! |---|---|
//! | `natural.rs` | the step, by the natural gradient in the space of samples |
//! | `trust.rs` | how much of it is taken |
//! | `learner.rs` | one update after the other |
//! | `course.rs` | stages, looks at fresh chains and left out sequences, and going back from where learning went astray |
//! | `held_out.rs` | which sequences are left out, and their likelihood |
//! | `decimation.rs` | taking couplings away |

mod course;
mod decimation;
mod features;
mod held_out;
mod inference;
mod learner;
mod memory;
mod natural;
pub mod options;
mod saturation;
mod state;
mod statistics;
mod task;
#[cfg(test)]
mod tests;
mod trust;

pub use memory::{bytes, seconds, state_bytes};
