//! temporary
pub mod score_mutants;
