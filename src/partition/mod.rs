//! log Z, what makes probabilities of energies: exact where that can be done, else estimates with their errors, and bounds.

pub mod annealing;
mod elimination;
mod enumeration;
mod estimates;
mod integration;
mod mean_field;
mod moments;
mod reference;
mod trees;

pub use annealing::{AnnealingOptions, Watch};
pub use estimates::{Estimate, PartitionOptions, Standing, bytes, estimate};
pub use integration::IntegrationOptions;

#[cfg(test)]
mod tests;
