//! Fitting a model to an alignment.

pub mod boltzmann;
pub mod bootstrap;
pub mod cost;
pub mod independent;
pub mod mean_field;
pub mod membership;
pub mod objective;
pub mod optimizer;
pub mod options;
pub mod plan;
pub mod pseudolikelihood;
pub mod start;
pub mod trial;
pub mod validation;
pub mod watch;

mod inner_options;
mod part;
mod penalties;
mod problem;
mod ties;

pub use boltzmann::options::{Begin, BoltzmannOptions, Edges, Negative, Stop};
pub use inner_options::{BootstrapOptions, ValidationOptions};
pub use membership::membership;
pub use objective::{ObjectiveValue, objective};
pub use options::{
    AsymmetricOptions, FitOptions, GivenWeights, MeanFieldOptions, Method, PenaltyOptions,
    PenaltyScale, PlmOptions, Preset, Weighting,
};
pub use part::{FittedPart, Merger};
pub use start::Start;
pub use watch::{LearningStep, Observer, Phase, Progress, Watch};

use crate::alignment::{Alignment, Clusters, SequenceWeights};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::mutants::add_single_scores;
use crate::state::Fingerprint;
use problem::{Inferred, Problem};
use std::borrow::Cow;
use ties::tie_unseen;

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
) -> Result<Model> {
    if options.method.sites().is_some() {
        return Err(Error::Usage(
            "some sites are no model: they need `fit_part`".into(),
        ));
    }
    let mut validation = None;
    let mut options = Cow::Borrowed(options);
    if let Some(asked) = options.validation {
        check(alignment, &options)?;
        let found = validation::validate(&asked, alignment, weights, &options, watch)?;
        if let Some(factor) = found.chosen() {
            options.to_mut().penalties.lambda_j = PenaltyScale::Relative(factor);
        }
        validation = Some(found);
    }
    let options = &*options;
    if options.bootstrap.is_some() {
        bootstrap::check(&Clusters::of(alignment, weights))?;
    }
    let problem = begin(alignment, weights, options, watch)?;
    let tied = |inferred: Inferred| -> Result<Inferred> {
        let parameters = tie_unseen(inferred.parameters, problem.frequencies.sites())?;
        Ok(Inferred {
            parameters,
            ..inferred
        })
    };
    let mut sequences = None;
    let inferred = match &options.method {
        Method::Plm(method) => {
            let (inferred, fitted) = problem.symmetric(method, watch)?;
            sequences = options.bootstrap.as_ref().map(|asked| (asked, fitted));
            tied(inferred)?
        }
        Method::PlmAsymmetric(options) => tied(problem.asymmetric(options, watch)?)?,
        Method::MeanField(options) => problem.mean_field(options, watch)?,
        Method::Boltzmann(options) => problem.boltzmann(options, watch)?,
        Method::Independent => problem.independent()?,
    };
    let mut model = problem.into_model(inferred);
    add_single_scores(&mut model)?;
    if let Some((asked, sequences)) = sequences {
        let family = (alignment, weights);
        let found = bootstrap::replicates(asked, &model, family, sequences, watch)?;
        model.bootstrap = Some(found);
    }
    model.validation = validation;
    Ok(model)
}

/// Fits the sites that `options` name, otherwise as [`fit`].
///
/// # Errors
/// As [`fit`]; [`Error::Usage`] for a method that fits all sites together, and for sites that the alignment does not have.
pub fn fit_part(
    alignment: &Alignment,
    weights: &SequenceWeights,
    options: &FitOptions,
    fingerprint: Fingerprint,
    watch: &Watch,
) -> Result<FittedPart> {
    let Method::PlmAsymmetric(method) = &options.method else {
        return Err(Error::Usage(format!(
            "`sites` fits some sites by themselves, which `method={}` cannot: use `method=plm-asymmetric`",
            options.method.name().as_str()
        )));
    };
    let all = alignment.sites();
    let sites = method.sites.clone().unwrap_or(0..all);
    if sites.is_empty() || sites.end > all {
        return Err(Error::Usage(format!(
            "`sites={}-{}`, but the sites of this family are 1-{all}",
            sites.start + 1,
            sites.end
        )));
    }
    let problem = begin(alignment, weights, options, watch)?;
    let (inferred, fits) = problem.some_sites(method, sites.clone(), watch)?;
    Ok(FittedPart {
        frame: problem.into_model(inferred),
        fingerprint,
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
    check(alignment, options)?;
    watch.begin(Phase::Frequencies);
    Ok(Problem::new(alignment, weights, options))
}

fn check(alignment: &Alignment, options: &FitOptions) -> Result<()> {
    options.check()?;
    cost::check_memory(alignment, options, rayon::current_num_threads())
}
