//! Fitting a model to an alignment.

pub mod complete;
pub mod independent;
pub mod judged;
pub mod mean_field;
pub mod objective;
pub mod optimizer;
pub mod options;
pub mod plan;
pub mod pseudolikelihood;
pub mod report;
pub mod tool;
pub mod watch;

pub mod memory;

mod identity;
mod part;
mod problem;

pub use watch::{Keeper, Watch};
pub use identity::{Difference, Identity};
pub use judged::{Judgement, judge};
pub use options::{
    FitOptions, GivenWeights, Method, Optimizer, Penalties, PenaltyScale, Preset, Weighting,
};
pub use part::{FittedPart, Merger};
pub use pseudolikelihood::GroupEnd;
pub use report::{FitReport, Iteration, Observer, Phase, Progress, Provenance, StopReason};
pub use tool::Tool;

use crate::alignment::{Alignment, ColumnMap, Frequencies, SequenceWeights};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::error::{Error, Result};
use crate::model::gauge::Gauge;
use crate::model::{Couplings, PairBlocks, PottsModel};
use crate::mutants::ScoringModel;
use ndarray::Array2;
use problem::Problem;

/// A model and everything that is known about how it came about: what a model file holds.
#[derive(Debug, Clone)]
pub struct FittedModel {
    /// Fields and couplings.
    pub model: PottsModel,
    /// Fields of the independent-site model on the same data, L x q: the baseline of every mutant score. `None` where
    /// another program's file did not tell what it takes.
    pub independent_fields: Option<Array2<f32>>,
    /// Residues and their states.
    pub alphabet: Alphabet,
    /// Whether the gap is a state of the model.
    pub gaps: GapTreatment,
    /// The gauge of `model`.
    pub gauge: Gauge,
    /// Columns, positions and letters of the target.
    pub columns: ColumnMap,
    /// Name of the target.
    pub target: Option<String>,
    /// What is kept of the alignment; `None` where another program's file did not tell.
    pub family: Option<FamilyData>,
    /// Mutual and direct information of all pairs, where the method gives them.
    pub information: Option<PairInformation>,
    /// What was fitted and how it ended; `None` where another program's file did not tell.
    pub report: Option<FitReport>,
    /// Where the model comes from.
    pub provenance: Provenance,
}

/// What a model keeps of the alignment that it was fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct FamilyData {
    /// Weights of the kept sequences, in the order of the input.
    pub weights: SequenceWeights,
    /// One flag a row of the input.
    pub kept: Vec<bool>,
    /// Weighted frequencies, gap last, and Neff. Of a model from a file that leaves out gaps: the shares of residues among
    /// residues, the gap 0.
    pub frequencies: Frequencies,
    /// f_ij(a, b) of all pairs in the packing and states of the couplings, where asked for: shares of all sequences, as the
    /// frequencies of sites are.
    pub pair_frequencies: Option<Couplings>,
}

/// Scores of all pairs i < j in packed order, in nats; only mean field gives them.
#[derive(Debug, Clone, PartialEq)]
pub struct PairInformation {
    /// Mutual information of the pair's frequencies (21 states, with pseudocount).
    pub mutual: Vec<f64>,
    /// Direct information: that of the pair's coupling alone.
    pub direct: Vec<f64>,
}

/// The sequence weights that `options` ask for; given ones are for the caller to match with the alignment.
pub fn sequence_weights(alignment: &Alignment, options: &FitOptions) -> SequenceWeights {
    match &options.weighting {
        Weighting::Identity(threshold) => SequenceWeights::by_identity(alignment, *threshold),
        Weighting::None => SequenceWeights::uniform(alignment.sequences()),
        Weighting::Given(given) => given.weights.clone(),
    }
}

/// Fits a model to `alignment` with the given sequence weights. Uses the threads of the current rayon pool; the result does not
/// depend on their number. The provenance is left for the caller to fill in.
///
/// # Errors
/// For options out of range, a fit that needs too much memory, or a matrix that cannot be inverted; [`crate::Error::Stopped`] where
/// the keeper of `watch` wants to stop, and what else it fails with.
pub fn fit(
    alignment: &Alignment,
    weights: &SequenceWeights,
    options: &FitOptions,
    watch: &Watch,
) -> Result<FittedModel> {
    if options.sites.is_some() {
        return Err(Error::Usage(
            "some sites are no model: they need `fit_part`".into(),
        ));
    }
    let problem = begin(alignment, weights, options, watch)?;
    let inferred = match options.method {
        Method::Plm => problem.symmetric(watch)?,
        Method::PlmAsymmetric => problem.asymmetric(watch)?,
        Method::MeanField => problem.mean_field(watch)?,
        Method::Independent => problem.independent()?,
    };
    Ok(problem.into_fitted(inferred))
}

/// Fits the sites that `options` name, otherwise as [`fit`].
///
/// # Errors
/// As [`fit`]; [`Error::Usage`] for sites that the alignment does not have.
pub fn fit_part(
    alignment: &Alignment,
    weights: &SequenceWeights,
    options: &FitOptions,
    identity: Identity,
    watch: &Watch,
) -> Result<FittedPart> {
    let all = alignment.sites();
    let sites = options.sites.clone().unwrap_or(0..all);
    if sites.is_empty() || sites.end > all {
        return Err(Error::Usage(format!(
            "--sites {}-{}, but the sites of this family are 1-{all}",
            sites.start + 1,
            sites.end
        )));
    }
    let problem = begin(alignment, weights, options, watch)?;
    let (inferred, fits) = problem.some_sites(sites.clone(), watch)?;
    Ok(FittedPart {
        frame: problem.into_fitted(inferred),
        identity,
        sites,
        halves: fits.estimates.into_numbers(),
        ends: fits.ends,
    })
}

/// Checks what can be checked, and prepares the rest.
fn begin<'a>(
    alignment: &'a Alignment,
    weights: &'a SequenceWeights,
    options: &'a FitOptions,
    watch: &Watch,
) -> Result<Problem<'a>> {
    options.check()?;
    memory::check(alignment, options, rayon::current_num_threads())?;
    watch.begin(Phase::Frequencies);
    Ok(Problem::new(alignment, weights, options))
}

impl FittedModel {
    /// A model of which nothing is known but its parameters, as another program's file has them.
    pub fn of_parameters(
        model: PottsModel,
        alphabet: Alphabet,
        gaps: GapTreatment,
        columns: ColumnMap,
    ) -> Self {
        Self {
            model,
            independent_fields: None,
            alphabet,
            gaps,
            gauge: Gauge::Fitted,
            columns,
            target: None,
            family: None,
            information: None,
            report: None,
            provenance: Provenance::default(),
        }
    }

    /// Neff, the sum of all sequence weights, where it is known.
    pub fn neff(&self) -> Option<f64> {
        self.family.as_ref().map(|family| family.frequencies.neff())
    }
}

impl From<FittedModel> for ScoringModel {
    fn from(fitted: FittedModel) -> Self {
        let (fields, couplings) = fitted.model.into_parts();
        Self {
            fields,
            couplings: couplings.map(|couplings| Box::new(couplings) as Box<dyn PairBlocks>),
            independent_fields: fitted.independent_fields,
            alphabet: fitted.alphabet,
            gaps: fitted.gaps,
            columns: fitted.columns,
            target: fitted.target,
            frequencies: fitted.family.map(|family| family.frequencies),
        }
    }
}
