//! What a mutant changes in a model.

/// A substitution at a site of the model: the site, and the state that replaces the target's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// The site, from 0.
    pub site: usize,
    /// The new state.
    pub state: u8,
}
