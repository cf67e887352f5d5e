//! Sequences drawn from a model: chains, temperatures, and when they have forgotten where they began.

mod course;
pub mod ensemble;
mod ladder;
pub mod mixing;
pub mod moments;
mod options;
mod rows;
mod sampler;
mod space;
mod stage;
mod start;
pub mod trial;

#[cfg(test)]
mod tests;

pub use crate::kernels::gibbs::Rule;
pub use ensemble::AT_ONCE;
pub use mixing::Mean;
pub use options::{SampleOptions, Scheme};
pub use rows::{SampleRow, rows};
pub use sampler::{Progress, Sampler, couplings};
pub use space::Space;
pub use start::Start;
