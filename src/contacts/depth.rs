//! How many sequences speak of a pair.

use crate::model::Model;
use ndarray::Array2;

/// A spread of CN below this share of the mean FN is rounding: fits end about so far from their optimum, and families have a spread of a
/// tenth.
pub const ROUNDING: f64 = 1e-3;

/// Whose pairs: those within a chain, or of a model without chains, or between two chains. Chains by their place.
pub type Whose = (usize, usize);

/// How many effective sequences speak of a pair, as far as is known.
#[derive(Debug, Clone, Default)]
pub struct Depth<'m> {
    /// Of all pairs.
    pub(super) all: Option<f64>,
    /// Those that have each chain, and both of two.
    pub(super) of_chains: Option<&'m Array2<f64>>,
}

impl<'m> Depth<'m> {
    /// Of a model's pairs.
    pub fn of(model: &'m Model) -> Self {
        let family = model.family.as_ref();
        Self {
            all: model.neff(),
            of_chains: family.and_then(|family| family.chain_neff.as_ref()),
        }
    }

    /// The effective number of sequences that speak of these pairs.
    pub fn neff(&self, whose: Whose) -> Option<f64> {
        let of_chains = self.of_chains.and_then(|neff| neff.get(whose)).copied();
        of_chains.or(self.all)
    }
}
