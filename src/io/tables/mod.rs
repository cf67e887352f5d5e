//! Tables of contacts, mutants and sequence weights.

pub mod columns;
pub mod contacts;
pub mod mutants;
pub mod weights;

mod cells;
mod style;

pub use style::Style;
