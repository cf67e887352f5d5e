//! What was found, as one JSON object.

use super::EvaluateArgs;
use crate::evaluation::{Evaluation, Fitting, Likelihood, Measure};
use crate::model::Model;

/// What was found.
#[derive(Debug, serde::Serialize)]
pub struct Summary<'e> {
    /// The model file.
    model: String,
    /// The target's name.
    target: Option<&'e str>,
    /// Natural sequences, and their effective number.
    natural_sequences: usize,
    effective_sequences: f64,
    /// Whether the model was fitted to them.
    natural_are_fitted: bool,
    /// Whether gaps are missing data, so that residues alone are compared.
    residues_only: bool,
    /// Samples.
    samples: usize,
    /// What they were drawn at; null where they were given.
    sampled_at: Option<f64>,
    /// Of all random numbers.
    seed: u64,
    /// In words.
    verdict: Vec<String>,
    /// The rows of the table.
    measures: &'e [Measure],
    /// log P of naturals, where log Z is known.
    likelihood: Option<Likelihood>,
    /// The search for a temperature.
    temperature: Option<&'e Fitting>,
}

impl<'e> Summary<'e> {
    pub fn of(
        args: &EvaluateArgs,
        model: &'e Model,
        (found, measures): (&'e Evaluation, &'e [Measure]),
        sampled_at: Option<f64>,
    ) -> Self {
        Self {
            model: args.model.display().to_string(),
            target: model.target.as_deref(),
            natural_sequences: found.naturals,
            effective_sequences: found.neff,
            natural_are_fitted: found.are_own,
            residues_only: found.lack,
            samples: found.samples,
            sampled_at,
            seed: args.seed,
            verdict: found.verdict(),
            measures,
            likelihood: found.likelihood,
            temperature: found.temperature.as_ref(),
        }
    }
}
