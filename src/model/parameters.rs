//! The kinds of model there are: one file and one arm each.

use super::energy::EnergyModel;
use super::kind::{Kind, Pairwise};
use super::{Couplings, IndependentModel, PottsModel, StoredPotts};
use crate::error::{Error, Result};
use ndarray::Array2;

/// The parameters of a model, by its kind.
///
/// What the rest of the library needs of a kind it asks here, of [`Kind`]; only who reads and writes parameters looks at the arms.
#[derive(Debug, Clone)]
pub enum Parameters {
    /// Fields only.
    Independent(IndependentModel),
    /// Fields and couplings in memory.
    Potts(PottsModel),
    /// The same, the couplings still in their file.
    Stored(StoredPotts),
    /// A kind of the tests, to show what a new kind takes.
    #[cfg(test)]
    Dense(super::dense::DenseEnergy),
}

impl Parameters {
    /// Of fields, L x q, and couplings, if there are any.
    ///
    /// # Errors
    /// If shapes disagree or a number is not finite.
    pub fn of(fields: Array2<f32>, couplings: Option<Couplings>) -> Result<Self> {
        match couplings {
            Some(couplings) => PottsModel::new(fields, couplings).map(Self::Potts),
            None => IndependentModel::new(fields).map(Self::Independent),
        }
    }

    fn kind(&self) -> &dyn Kind {
        match self {
            Self::Independent(model) => model,
            Self::Potts(model) => model,
            Self::Stored(model) => model,
            #[cfg(test)]
            Self::Dense(model) => model,
        }
    }

    /// The word for the kind: "potts", "independent".
    pub fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// Number of sites L and of states q.
    pub fn shape(&self) -> (usize, usize) {
        self.kind().shape()
    }

    /// Energies of sequences.
    ///
    /// # Errors
    /// If couplings are still in a file and cannot be read, or are not finite.
    pub fn energy_model(&self) -> Result<&dyn EnergyModel> {
        self.kind().energy_model()
    }

    /// h_i(a), L x q; `None` of a kind without fields.
    pub fn fields(&self) -> Option<&Array2<f32>> {
        self.kind().fields()
    }

    /// Fields and couplings; `None` of a kind that is not pairwise.
    pub fn pairwise(&self) -> Option<Pairwise<'_>> {
        self.kind().pairwise()
    }

    /// [`Self::pairwise`], for those who cannot do without.
    ///
    /// # Errors
    /// [`Error::Model`], saying what needs couplings: "contacts".
    pub fn needs_pairwise(&self, what: &str) -> Result<Pairwise<'_>> {
        self.pairwise().ok_or_else(|| {
            Error::Model(format!(
                "{what} need couplings, which a model of the kind '{}' does not have",
                self.name()
            ))
        })
    }
}

impl From<PottsModel> for Parameters {
    fn from(model: PottsModel) -> Self {
        Self::Potts(model)
    }
}

impl From<IndependentModel> for Parameters {
    fn from(model: IndependentModel) -> Self {
        Self::Independent(model)
    }
}
