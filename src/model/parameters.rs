//! The kinds of model there are: one file and one arm each.

use super::energy::EnergyModel;
use super::kind::{Detail, Kind, Pairwise};
use super::{Couplings, IndependentModel, PottsModel, StoredPotts};
use crate::error::{Error, Result};
use ndarray::Array2;

/// Makes the names of the kinds: one list for who writes files and who reads them, so that no file is written that cannot be read.
macro_rules! names {
    ($($(#[$condition:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// The kinds as model files (`model_kind`) and users call them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum KindName {
            $($(#[$condition])* $name),+
        }

        impl KindName {
            pub fn as_str(self) -> &'static str {
                match self {
                    $($(#[$condition])* Self::$name => $word),+
                }
            }

            /// The kind that a file calls so.
            pub fn of_word(word: &str) -> Option<Self> {
                match word {
                    $($(#[$condition])* $word => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

names! {
    Independent = "independent",
    Potts = "potts",
    #[cfg(test)]
    Dense = "dense",
}

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

    fn named(&self) -> (KindName, &dyn Kind) {
        match self {
            Self::Independent(model) => (KindName::Independent, model),
            Self::Potts(model) => (KindName::Potts, model),
            Self::Stored(model) => (KindName::Potts, model),
            #[cfg(test)]
            Self::Dense(model) => (KindName::Dense, model),
        }
    }

    fn kind(&self) -> &dyn Kind {
        self.named().1
    }

    /// The word for the kind: "potts", "independent".
    pub fn name(&self) -> &'static str {
        self.named().0.as_str()
    }

    /// The convention of energies and scores, in words.
    pub fn sign(&self) -> String {
        let energy = self.kind().energy_in_words();
        format!("{energy}; score = E(wild type) - E(mutant), higher is better")
    }

    /// What else there is to say of the parameters than their shape.
    pub(crate) fn details(&self) -> Vec<Detail> {
        self.kind().details()
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
                "{what} need couplings, which a model of the kind '{}' does not have\n  models of fits by plm, plm-asymmetric, mean-field and bm have them",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_that_of_the_kind() {
        let fields = || Array2::zeros((2, 3));
        for (couplings, word) in [
            (None, "independent"),
            (Some(Couplings::zeros(2, 3)), "potts"),
        ] {
            let parameters = Parameters::of(fields(), couplings).unwrap();
            assert_eq!(parameters.name(), word);
            assert_eq!(KindName::of_word(word), Some(parameters.named().0));
        }
        assert_eq!(KindName::of_word("rbm"), None);
    }
}
