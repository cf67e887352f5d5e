//! How well a calibration tells values that it has not seen.

use super::{COVERED, Fit, Measurements, STRENGTHS, coverage};
use crate::mutants::Score;
use crate::statistics::spearman;
use serde::Serialize;

/// What a calibration rests on, and how good it is. Correlations are Spearman's, over the values that strengths and intervals were found on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Different mutants with a value.
    pub used: usize,
    /// How many of them were each predicted by a fit without them.
    pub validated: usize,
    /// The positions that they are at.
    pub positions: usize,
    /// Each value predicted by a fit without it.
    pub random: Agreement,
    /// Each value predicted by a fit without any value at its positions; none where most mutants share positions with most others.
    pub by_position: Option<Agreement>,
    /// The share of each strength in the fit, with the strength.
    pub strengths: Vec<(f64, f64)>,
    /// Whether low values are taken for the good ones: the correlation with effects is negative beyond chance.
    pub low_is_good: bool,
}

/// How well the same values are told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Number of values.
    pub values: usize,
    /// Spearman's correlation of the predictions.
    pub calibrated: Option<f64>,
    /// That of the effects.
    pub effect_score: Option<f64>,
    /// That of the model's scores.
    pub potts_score: Option<f64>,
    /// The share of the values within the interval of 80 % that the other half of them tells.
    pub coverage: Option<f64>,
}

impl Fit<'_> {
    pub(super) fn report(&self, measured: &Measurements, scores: &[Score]) -> Report {
        let positions = self.measured.iter().filter(|&&is_measured| is_measured);
        let (alone, by_position) = &self.errors;
        let all: Vec<Option<f64>> = alone.iter().copied().map(Some).collect();
        let random = self.agreement(measured, scores, &all, &self.sizes.0);
        let grouped = self.agreement(measured, scores, by_position, &self.sizes.1);
        Report {
            used: measured.variants.len(),
            validated: self.validated.len(),
            positions: positions.count(),
            by_position: (2 * grouped.values >= random.values).then_some(grouped),
            random,
            strengths: STRENGTHS
                .into_iter()
                .zip(self.shares.iter().copied())
                .collect(),
            low_is_good: self.sign < 0.0,
        }
    }

    /// Over the values that have an error.
    fn agreement(
        &self,
        measured: &Measurements,
        scores: &[Score],
        errors: &[Option<f64>],
        sizes: &[f64],
    ) -> Agreement {
        let with_error = self.validated.iter().zip(errors);
        let known: Vec<(usize, f64)> = with_error
            .filter_map(|(&k, error)| Some((k, (*error)?)))
            .collect();
        let values: Vec<f64> = known.iter().map(|&(k, _)| measured.values[k]).collect();
        let correlated = |predicted: Option<Vec<f64>>| spearman(&predicted?, &values);
        let spread = self.scale.1;
        let calibrated = known.iter().map(|&(k, e)| measured.values[k] - spread * e);
        let calibrated = calibrated.collect();
        let potts = known.iter().map(|&(k, _)| scores[k].potts).collect();
        let effect = known.iter().map(|&(k, _)| scores[k].effect).collect();
        Agreement {
            values: known.len(),
            calibrated: correlated(Some(calibrated)),
            effect_score: correlated(effect),
            potts_score: correlated(Some(potts)),
            coverage: coverage(sizes, COVERED),
        }
    }
}
