//! One alignment and its options, ready for any method.

use super::checkpoint::Watch;
use super::independent::{self, IndependentFit};
use super::optimizer::Settings;
use super::options::{FieldOrigin, FitOptions, Penalties};
use super::part::model_of;
use super::pseudolikelihood::{Sequences, SiteFits, Start, fit_pairs, fit_sites};
use super::report::{FitReport, Phase};
use super::{FamilyData, FittedModel, PairInformation, Provenance, Weighting, mean_field};
use crate::alignment::{Alignment, Frequencies, IdentityThreshold, SequenceWeights};
use crate::error::Result;
use crate::model::PottsModel;
use crate::model::gauge::Gauge;
use ndarray::s;
use std::ops::Range;

/// What a method infers.
pub struct Inferred {
    pub model: PottsModel,
    pub gauge: Gauge,
    pub information: Option<PairInformation>,
    pub report: FitReport,
}

/// An alignment made ready for any method.
pub struct Problem<'a> {
    alignment: &'a Alignment,
    options: &'a FitOptions,
    states: usize,
    penalties: Penalties,
    pub frequencies: Frequencies,
    pub independent: IndependentFit,
    weights: &'a SequenceWeights,
}

impl<'a> Problem<'a> {
    pub fn new(
        alignment: &'a Alignment,
        weights: &'a SequenceWeights,
        options: &'a FitOptions,
    ) -> Self {
        let states = alignment.alphabet().states(options.gaps);
        let penalties = options.penalties(alignment.sites(), states);
        let frequencies = Frequencies::of(alignment, weights);
        let counts = frequencies
            .sites()
            .slice(s![.., ..states])
            .mapv(|f| f * frequencies.neff());
        Self {
            independent: independent::fit(&counts, penalties.lambda_h),
            alignment,
            options,
            states,
            penalties,
            frequencies,
            weights,
        }
    }

    pub fn sequences(&self) -> Sequences {
        let start = Start {
            fields: self.independent.fields.iter().copied().collect(),
            probabilities: self.independent.probabilities.iter().copied().collect(),
        };
        let penalties = (self.penalties, self.options.preset.field_origin());
        let (weights, states) = (self.weights, self.states);
        Sequences::new(
            self.alignment,
            weights,
            states,
            &self.frequencies,
            start,
            penalties,
        )
    }

    pub fn settings(&self) -> Settings {
        Settings {
            optimizer: self.options.optimizer,
            max_iterations: self.options.max_iterations,
            tolerance: self.options.tolerance,
        }
    }

    /// A report of this problem with the penalties in it.
    fn report(&self) -> FitReport {
        FitReport {
            penalties: Some(self.penalties),
            ..FitReport::closed_form(self.options)
        }
    }

    pub fn symmetric(&self, watch: &Watch) -> Result<Inferred> {
        watch.begin(Phase::Tree);
        let fit = fit_pairs(&self.sequences(), &self.settings(), watch)?;
        let (mut fields, minimum) = (fit.fields, fit.minimum);
        if self.options.preset.field_origin() == FieldOrigin::Gap {
            for mut site in fields.rows_mut() {
                let gap = site[self.states - 1];
                site -= gap;
            }
        }
        Ok(Inferred {
            model: PottsModel::new(fields, Some(fit.couplings))?,
            gauge: Gauge::Fitted,
            information: None,
            report: FitReport {
                optimizer: Some(self.options.optimizer),
                objective: Some(minimum.objective),
                evaluations: minimum.evaluations,
                iterations: minimum.iterations,
                stop_reason: minimum.stop_reason,
                history: minimum.history,
                ..self.report()
            },
        })
    }

    /// Zero-sum estimates of all sites.
    pub fn asymmetric(&self, watch: &Watch) -> Result<Inferred> {
        let (frame, fits) = self.sites(None, watch)?;
        let shape = (self.alignment.sites(), self.states);
        let (model, report) = model_of(frame.report, shape, &fits.ends, fits.estimates)?;
        Ok(Inferred {
            model,
            gauge: Gauge::ZeroSum,
            report,
            ..frame
        })
    }

    /// Estimates of some sites, and what a model would be without them.
    pub fn some_sites(&self, sites: Range<usize>, watch: &Watch) -> Result<(Inferred, SiteFits)> {
        self.sites(Some(sites), watch)
    }

    fn sites(&self, some: Option<Range<usize>>, watch: &Watch) -> Result<(Inferred, SiteFits)> {
        watch.begin(Phase::Tree);
        let fits = fit_sites(&self.sequences(), &self.settings(), watch, some)?;
        let frame = Inferred {
            report: FitReport {
                optimizer: Some(self.options.optimizer),
                ..self.report()
            },
            ..self.independent()?
        };
        Ok((frame, fits))
    }

    pub fn mean_field(&self, watch: &Watch) -> Result<Inferred> {
        let pseudocount = self.options.pseudocount;
        let (model, information) = mean_field::fit(
            self.alignment,
            self.weights,
            &self.frequencies,
            pseudocount,
            watch,
        )?;
        Ok(Inferred {
            model,
            gauge: Gauge::GapReference,
            information: Some(information),
            report: FitReport {
                penalties: None,
                pseudocount: Some(pseudocount),
                ..self.report()
            },
        })
    }

    pub fn independent(&self) -> Result<Inferred> {
        Ok(Inferred {
            model: PottsModel::new(self.independent.fields.mapv(|h| h as f32), None)?,
            gauge: Gauge::Fitted,
            information: None,
            report: FitReport {
                objective: Some(self.independent.objective),
                ..self.report()
            },
        })
    }

    /// What was inferred, with all that is known of the family. The provenance is left for the caller to fill in.
    pub fn into_fitted(self, inferred: Inferred) -> FittedModel {
        let alignment = self.alignment;
        FittedModel {
            model: inferred.model,
            independent_fields: Some(self.independent.fields.mapv(|h| h as f32)),
            alphabet: alignment.alphabet().clone(),
            gaps: self.options.gaps,
            gauge: inferred.gauge,
            columns: alignment.columns().clone(),
            target: alignment.target().map(str::to_owned),
            family: Some(FamilyData {
                weights: self.weights.clone(),
                kept: alignment.rows().kept(),
                frequencies: self.frequencies,
                pair_frequencies: None,
            }),
            information: inferred.information,
            report: Some(inferred.report),
            provenance: provenance(self.options),
        }
    }
}

/// What the options say about where a model comes from.
fn provenance(options: &FitOptions) -> Provenance {
    let (threshold, given) = match &options.weighting {
        Weighting::Identity(threshold) => (Some(*threshold), None),
        Weighting::None => (None, None),
        Weighting::Given(given) => (None, Some(given)),
    };
    Provenance {
        preset: options.preset.as_str().into(),
        identity: threshold.map(IdentityThreshold::as_f64),
        identity_rule: threshold.map(IdentityThreshold::rule),
        weights_file: given.map(|given| given.file.clone()),
        weights_sha256: given.map(|given| given.sha256.clone()),
        ..Provenance::default()
    }
}
