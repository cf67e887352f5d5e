//! One alignment and its options, ready for any method.

use super::independent::{self, IndependentFit};
use super::options::{FitOptions, Weighting};
use crate::alignment::chain_groups::chain_neff;
use crate::alignment::{Alignment, Frequencies, IdentityThreshold, SequenceWeights};
use crate::error::Result;
use crate::model::{
    FamilyData, FitRecord, Gauge, IndependentModel, Inference, Model, PairInformation, Parameters,
    Partition, Penalties, Provenance,
};
use crate::mutants::site_features;
use ndarray::s;

/// What a method infers.
pub struct Inferred {
    pub parameters: Parameters,
    pub gauge: Gauge,
    pub information: Option<PairInformation>,
    pub partition: Option<Partition>,
    pub record: FitRecord,
}

/// An alignment made ready for any method, each of which adds what it infers in a file of its own.
pub struct Problem<'a> {
    pub(super) alignment: &'a Alignment,
    pub(super) options: &'a FitOptions,
    pub(super) states: usize,
    pub(super) penalties: Penalties,
    pub(super) frequencies: Frequencies,
    pub(super) independent: IndependentFit,
    pub(super) weights: &'a SequenceWeights,
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

    /// Sites alone; for other methods the frame that they fill.
    pub fn independent(&self) -> Result<Inferred> {
        let fields = self.independent.fields.mapv(|h| h as f32);
        Ok(Inferred {
            parameters: IndependentModel::new(fields)?.into(),
            gauge: Gauge::Fitted,
            information: None,
            partition: None,
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
        let features = site_features(alignment, self.weights, self.frequencies.sites());
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
                chain_neff: chain_neff(alignment, self.weights.as_slice()),
                features,
                sequences: keep.then(|| alignment.shared_states()),
            }),
            information: inferred.information,
            bootstrap: None,
            validation: None,
            partition: inferred.partition,
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
