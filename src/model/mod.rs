//! The model: parameters of some kind, and everything that is known about how they came about.

pub mod blocks;
pub mod bootstrap;
pub mod couplings;
pub mod energy;
pub mod family;
pub mod gauge;
pub mod independent;
pub mod kind;
pub mod method;
pub mod parameters;
pub mod partition;
pub mod potts;
pub mod record;
pub mod site_features;
pub mod stored;
pub mod validation;
pub mod verdict;

#[cfg(test)]
pub(crate) mod dense;

pub use blocks::PairBlocks;
pub use bootstrap::{Bootstrap, TargetReplicates};
pub use couplings::Couplings;
pub use energy::EnergyModel;
pub use family::{FamilyData, PairInformation};
pub use gauge::Gauge;
pub use independent::IndependentModel;
pub use kind::Pairwise;
pub use method::MethodName;
pub use parameters::Parameters;
pub use partition::{Estimator, Partition};
pub use potts::PottsModel;
pub use record::{
    FitRecord, Inference, Iteration, Learning, Minimisation, Optimizer, Penalties, Provenance,
    StopReason,
};
pub use site_features::SiteFeatures;
pub use stored::StoredPotts;
pub use validation::{Fold, TriedPenalty, Validation};
pub use verdict::Verdict;

use crate::alignment::ColumnMap;
use crate::alphabet::{Alphabet, GapTreatment};
use crate::error::{Error, Result};
use ndarray::Array2;

/// A model and everything that is known about how it came about: what a model file holds.
#[derive(Debug, Clone)]
pub struct Model {
    /// Fields and couplings, or what else its kind has.
    pub parameters: Parameters,
    /// Fields of the independent-site model on the same data, L x q: the baseline of every mutant score. `None` where
    /// another program's file did not tell what it takes.
    pub independent_fields: Option<Array2<f32>>,
    /// Residues and their states.
    pub alphabet: Alphabet,
    /// Whether the gap is a state of the model.
    pub gaps: GapTreatment,
    /// The gauge of the parameters.
    pub gauge: Gauge,
    /// Columns, positions and letters of the target.
    pub columns: ColumnMap,
    /// Name of the target.
    pub target: Option<String>,
    /// What is kept of the alignment; `None` where another program's file did not tell.
    pub family: Option<FamilyData>,
    /// Mutual and direct information of all pairs, where the method gives them.
    pub information: Option<PairInformation>,
    /// What fits to resampled sequences say of its errors, where they were asked for.
    pub bootstrap: Option<Bootstrap>,
    /// How well such fits know sequences that they have not seen, where that was asked for.
    pub validation: Option<Validation>,
    /// Its partition function, where that was worked out.
    pub partition: Option<Partition>,
    /// What was fitted and how it ended; `None` where another program's file did not tell.
    pub record: Option<FitRecord>,
    /// Where the model comes from.
    pub provenance: Provenance,
}

impl Model {
    /// A model of which nothing is known but its parameters, as another program's file has them.
    pub fn of_parameters(
        parameters: impl Into<Parameters>,
        alphabet: Alphabet,
        gaps: GapTreatment,
        columns: ColumnMap,
    ) -> Self {
        Self {
            parameters: parameters.into(),
            independent_fields: None,
            alphabet,
            gaps,
            gauge: Gauge::Fitted,
            columns,
            target: None,
            family: None,
            information: None,
            bootstrap: None,
            validation: None,
            partition: None,
            record: None,
            provenance: Provenance::default(),
        }
    }

    /// Number of sites L.
    pub fn sites(&self) -> usize {
        self.parameters.shape().0
    }

    /// Number of states q.
    pub fn states(&self) -> usize {
        self.parameters.shape().1
    }

    /// Energies of sequences.
    ///
    /// # Errors
    /// If parameters are still in a file, [`Error::Io`](crate::Error::Io) and [`Error::Input`](crate::Error::Input) as for reading it.
    pub fn energy_model(&self) -> Result<&dyn EnergyModel> {
        self.parameters.energy_model()
    }

    /// Fields and couplings; `None` of a kind that is not pairwise.
    pub fn pairwise(&self) -> Option<Pairwise<'_>> {
        self.parameters.pairwise()
    }

    /// h_i(a), L x q; `None` of a kind without fields.
    pub fn fields(&self) -> Option<&Array2<f32>> {
        self.parameters.fields()
    }

    /// J_ij(a, b); `None` of a kind that is not pairwise, and of couplings that are still in their file.
    pub fn couplings(&self) -> Option<&Couplings> {
        self.pairwise()?.couplings.in_memory()
    }

    /// Neff, the sum of all sequence weights, where it is known.
    pub fn neff(&self) -> Option<f64> {
        self.family.as_ref().map(|family| family.frequencies.neff())
    }

    /// Neff / L, where it is known.
    pub fn neff_per_site(&self) -> Option<f64> {
        self.neff().map(|neff| neff / self.sites() as f64)
    }

    /// The kind of inference, where it is known.
    pub fn method(&self) -> Option<MethodName> {
        self.record.as_ref().map(FitRecord::method)
    }
}

/// Parameters are finite numbers, whatever the kind.
fn check_finite<'a>(mut numbers: impl Iterator<Item = &'a f32>) -> Result<()> {
    match numbers.all(|number| number.is_finite()) {
        true => Ok(()),
        false => Err(Error::Model(
            "a field or coupling is not a finite number".into(),
        )),
    }
}
