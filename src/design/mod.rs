//! What to make: singles and doubles to order, and sets of substitutions that score best.
//!
//! [`order`] ranks what [`Allowed`](crate::choices::Allowed) leaves, with few mutants at a position. [`designs`] takes a
//! [`Problem`], the substitutions and what they are worth, alone and in pairs, and finds the best sets of at most so many: branch and bound, which
//! proves them, and annealing where that would take too long.

mod annealing;
mod hits;
mod novelty;
mod order;
mod problem;
mod ranks;
mod rows;
mod search;
mod sets;
mod whole;

#[cfg(test)]
mod tests;

pub use novelty::novelties;
pub use order::{OrderOptions, order};
pub use problem::{Function, Problem};
pub use ranks::Ranking;
pub use rows::DesignRow;
pub use search::Wanted;
pub use sets::{Certificate, DesignOptions, designs};
#[cfg(test)]
pub use sets::{Designed, Designs};
pub use whole::{NotTheTarget, WholeSequence};
