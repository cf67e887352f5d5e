//! log Z, what makes probabilities of energies: exact where that can be done, else estimates with their errors, and bounds.

pub mod annealing;
mod elimination;
mod enumeration;
mod integration;
mod mean_field;
mod moments;
mod trees;

#[cfg(test)]
mod tests;
