//! What is asked of every kind of model.

use super::energy::EnergyModel;
use super::{Couplings, PairBlocks};
use crate::error::{Result, human_bytes};
use crate::model::couplings::pairs;
use ndarray::Array2;
use std::borrow::Cow;
use std::fmt::Debug;

/// What is asked of every kind of model.
pub(crate) trait Kind: Debug + Send + Sync {
    /// Number of sites L and of states q.
    fn shape(&self) -> (usize, usize);

    /// Energies of sequences.
    ///
    /// # Errors
    /// If parameters are still in a file and cannot be read, or are not finite.
    fn energy_model(&self) -> Result<&dyn EnergyModel>;

    /// The energy in words, as a model file says it: "E = -(fields + couplings)".
    fn energy_in_words(&self) -> &'static str;

    /// What else there is to say of its parameters than their shape.
    fn details(&self) -> Vec<Detail> {
        Vec::new()
    }

    /// h_i(a), L x q, of a kind that has fields.
    fn fields(&self) -> Option<&Array2<f32>> {
        None
    }

    /// Fields and couplings, of a kind whose energy is a sum over sites and pairs of sites and nothing else.
    fn pairwise(&self) -> Option<Pairwise<'_>> {
        None
    }
}

/// A fact about the parameters of a kind, for who looks at a model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Detail {
    /// In a list for people: "couplings".
    pub label: &'static str,
    /// The value there, in words.
    pub words: String,
    /// In JSON: "coupling_bytes".
    pub name: &'static str,
    /// The value there.
    pub value: serde_json::Value,
}

impl Detail {
    /// How many couplings there are; `None` of a kind that has fields alone.
    pub fn of_couplings(couplings: Option<&dyn PairBlocks>) -> Self {
        let count = |c: &dyn PairBlocks| (pairs(c.sites()) * c.block_size()) as u64;
        let numbers = couplings.map(count);
        let bytes = numbers.map(|numbers| numbers * size_of::<f32>() as u64);
        Self {
            label: "couplings",
            words: match (numbers, bytes) {
                (Some(numbers), Some(bytes)) => {
                    format!("{numbers} numbers, {} in memory", human_bytes(bytes))
                }
                _ => "none".into(),
            },
            name: "coupling_bytes",
            value: bytes.into(),
        }
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
