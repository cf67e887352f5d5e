//! Tables of contacts, mutants, designs and sequence weights.

pub mod allowed;
pub mod columns;
pub mod contacts;
pub mod mutants;
pub mod weights;

mod cells;
mod numbers;
pub mod rows;
mod style;

pub use numbers::{push_measured, push_score};
pub use rows::ContactRow;
pub use style::Style;
