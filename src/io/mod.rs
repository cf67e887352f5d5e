//! placeholder
pub mod mutant_table;
pub mod output;
