//! One alignment and its options, ready for any method.

use super::independent::{self, IndependentFit};
use super::options::{AsymmetricOptions, FieldOrigin, FitOptions, MeanFieldOptions, PlmOptions};
use super::part::model_of;
use super::pseudolikelihood::{IndependentSites, Sequences, SiteFits, fit_pairs, fit_sites};
use super::watch::{Phase, Watch};
use super::{Weighting, mean_field};
use crate::alignment::{Alignment, Frequencies, IdentityThreshold, SequenceWeights};
use crate::error::Result;
use crate::model::{
    FamilyData, FitRecord, Gauge, IndependentModel, Inference, Minimisation, Model,
    PairInformation, Parameters, Penalties, PottsModel, Provenance,
};
use ndarray::s;
use std::ops::Range;

/// What a method infers.
pub struct Inferred {
    pub parameters: Parameters,
    pub gauge: Gauge,
    pub information: Option<PairInformation>,
    pub record: FitRecord,
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
        let penalties = options.penalties.resolve(alignment.sites(), states);
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
        let independent = IndependentSites {
            fields: self.independent.fields.iter().copied().collect(),
            probabilities: self.independent.probabilities.iter().copied().collect(),
        };
        let penalties = (self.penalties, self.options.penalties.origin);
        let (weights, states) = (self.weights, self.states);
        Sequences::new(
            self.alignment,
            weights,
            states,
            &self.frequencies,
            independent,
            penalties,
        )
    }

    fn minimisation(&self, options: &PlmOptions) -> Minimisation {
        Minimisation {
            optimizer: Some(options.optimizer),
            penalties: Some(self.penalties),
            tolerance: Some(options.tolerance),
            start_sha256: options.start.as_ref().map(|start| start.sha256.clone()),
            ..Minimisation::default()
        }
    }

    pub fn symmetric(&self, options: &PlmOptions, watch: &Watch) -> Result<Inferred> {
        watch.begin(Phase::Tree);
        let fit = fit_pairs(&self.sequences(), options, watch)?;
        let (mut fields, minimum) = (fit.fields, fit.minimum);
        if self.options.penalties.origin == FieldOrigin::Gap {
            for mut site in fields.rows_mut() {
                let gap = site[self.states - 1];
                site -= gap;
            }
        }
        Ok(Inferred {
            parameters: PottsModel::new(fields, fit.couplings)?.into(),
            gauge: Gauge::Fitted,
            information: None,
            record: FitRecord {
                inference: Inference::Plm(self.minimisation(options)),
                objective: Some(minimum.objective),
                evaluations: minimum.evaluations,
                iterations: minimum.iterations,
                stop_reason: minimum.stop_reason,
                history: minimum.history,
            },
        })
    }

    /// Zero-sum estimates of all sites.
    pub fn asymmetric(&self, options: &AsymmetricOptions, watch: &Watch) -> Result<Inferred> {
        let (frame, fits) = self.sites(options, None, watch)?;
        let shape = (self.alignment.sites(), self.states);
        let (model, record) = model_of(frame.record, shape, &fits.ends, fits.estimates)?;
        Ok(Inferred {
            parameters: model.into(),
            gauge: Gauge::ZeroSum,
            record,
            ..frame
        })
    }

    /// Estimates of some sites, and what a model would be without them.
    pub fn some_sites(
        &self,
        options: &AsymmetricOptions,
        sites: Range<usize>,
        watch: &Watch,
    ) -> Result<(Inferred, SiteFits)> {
        self.sites(options, Some(sites), watch)
    }

    fn sites(
        &self,
        options: &AsymmetricOptions,
        some: Option<Range<usize>>,
        watch: &Watch,
    ) -> Result<(Inferred, SiteFits)> {
        watch.begin(Phase::Tree);
        let minimisation = &options.minimisation;
        let fits = fit_sites(&self.sequences(), minimisation, watch, some)?;
        let inference = Inference::PlmAsymmetric(self.minimisation(minimisation));
        let mut frame = self.independent()?;
        frame.record.inference = inference;
        Ok((frame, fits))
    }

    pub fn mean_field(&self, options: &MeanFieldOptions, watch: &Watch) -> Result<Inferred> {
        let pseudocount = options.pseudocount;
        let (model, information) = mean_field::fit(
            self.alignment,
            self.weights,
            &self.frequencies,
            pseudocount,
            watch,
        )?;
        Ok(Inferred {
            parameters: model.into(),
            gauge: Gauge::GapReference,
            information: Some(information),
            record: FitRecord::closed_form(Inference::MeanField(Some(pseudocount))),
        })
    }

    pub fn independent(&self) -> Result<Inferred> {
        let fields = self.independent.fields.mapv(|h| h as f32);
        Ok(Inferred {
            parameters: IndependentModel::new(fields)?.into(),
            gauge: Gauge::Fitted,
            information: None,
            record: FitRecord {
                objective: Some(self.independent.objective),
                ..FitRecord::closed_form(Inference::Independent(Some(self.penalties)))
            },
        })
    }

    /// What was inferred, with all that is known of the family. The provenance is left for the caller to fill in.
    pub fn into_model(self, inferred: Inferred) -> Model {
        let alignment = self.alignment;
        let keep = self.options.keep_sequences;
        Model {
            parameters: inferred.parameters,
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
                sequences: keep.then(|| alignment.shared_states()),
            }),
            information: inferred.information,
            record: Some(inferred.record),
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
        preset: options.preset.into(),
        identity: threshold.map(IdentityThreshold::as_f64),
        identity_rule: threshold.map(IdentityThreshold::rule),
        weights_file: given.map(|given| given.file.clone()),
        weights_sha256: given.map(|given| given.sha256.clone()),
        ..Provenance::default()
    }
}
