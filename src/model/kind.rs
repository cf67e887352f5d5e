//! What is asked of every kind of model.

use super::energy::EnergyModel;
use super::{Couplings, PairBlocks};
use crate::error::Result;
use ndarray::Array2;
use std::borrow::Cow;
use std::fmt::Debug;

/// What is asked of every kind of model.
pub(crate) trait Kind: Debug + Send + Sync {
    /// The word in model files (`model_kind`) and for users.
    fn name(&self) -> &'static str;

    /// Number of sites L and of states q.
    fn shape(&self) -> (usize, usize);

    /// Energies of sequences.
    ///
    /// # Errors
    /// If parameters are still in a file and cannot be read, or are not finite.
    fn energy_model(&self) -> Result<&dyn EnergyModel>;

    /// h_i(a), L x q, of a kind that has fields.
    fn fields(&self) -> Option<&Array2<f32>> {
        None
    }

    /// Fields and couplings, of a kind whose energy is a sum over sites and pairs of sites and nothing else.
    fn pairwise(&self) -> Option<Pairwise<'_>> {
        None
    }
}

/// Fields and couplings of a pairwise model, wherever the couplings are.
#[derive(Debug, Clone, Copy)]
pub struct Pairwise<'m> {
    /// h_i(a), L x q.
    pub fields: &'m Array2<f32>,
    /// J_ij(a, b).
    pub couplings: &'m dyn PairBlocks,
}

impl<'m> Pairwise<'m> {
    /// All couplings: where they are in memory, or read.
    ///
    /// # Errors
    /// As [`PairBlocks::read`].
    pub fn all(self) -> Result<Cow<'m, Couplings>> {
        match self.couplings.in_memory() {
            Some(couplings) => Ok(Cow::Borrowed(couplings)),
            None => self.couplings.read_all().map(Cow::Owned),
        }
    }
}
