//! What to measure next: single mutants by expected improvement, not all at one position.

use super::{COVERED, Calibration, Fit, Measurements, Prediction, add_known};
use crate::choices::Allowed;
use crate::mutants::{Change, MutantScorer};
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// As many suggestions may be at one position.
const MOST_AT_A_POSITION: usize = 3;

/// A mutant to measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion {
    /// The substitution.
    pub change: Change,
    /// What is predicted of it.
    pub prediction: Prediction,
    /// By how much it is expected to be better than the best predicted of the measured mutants, in the unit of the assay.
    pub improvement: f64,
}

/// A mutant that may be suggested.
struct Candidate {
    change: Change,
    row: Vec<(u32, f64)>,
    prediction: Prediction,
}

/// The best of the single mutants that are allowed and were not measured. Each is chosen as if those before it had been measured as predicted: what they tell makes others like
/// them less uncertain.
pub fn suggest(
    scorer: &MutantScorer<'_>,
    calibration: &Calibration,
    fit: &Fit<'_>,
    measured: &Measurements,
    (count, allowed): (usize, &Allowed),
) -> Vec<Suggestion> {
    if count == 0 {
        return Vec::new();
    }
    let mut candidates = candidates(scorer, calibration, (fit, measured), allowed);
    let predicted = |changes: &Vec<Change>| calibration.predict_changes(scorer, changes).value;
    let best = measured.variants.iter().map(predicted);
    let best = best.map(|value| fit.sign * value).fold(f64::MIN, f64::max);
    let (mut known, mut chosen) = (fit.known.clone(), Vec::new());
    let mut at_site = vec![0; calibration.shape().0];
    while chosen.len() < count {
        let improvement = |candidate: &Candidate| {
            let deviation = fit.deviation(calibration, candidate, &known);
            expected_improvement(fit.sign * candidate.prediction.value - best, deviation)
        };
        let left = candidates.iter().enumerate();
        let left = left.filter(|(_, c)| at_site[c.change.site] < MOST_AT_A_POSITION);
        let valued = left.map(|(k, candidate)| (improvement(candidate), k));
        // The first of equal ones.
        let Some((improvement, k)) = valued.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
        else {
            break;
        };
        let candidate = candidates.remove(k);
        add_known(&mut known, &candidate.row, 1.0);
        at_site[candidate.change.site] += 1;
        chosen.push(Suggestion {
            change: candidate.change,
            prediction: candidate.prediction,
            improvement,
        });
    }
    chosen
}

fn candidates(
    scorer: &MutantScorer<'_>,
    calibration: &Calibration,
    (fit, measured): (&Fit<'_>, &Measurements),
    allowed: &Allowed,
) -> Vec<Candidate> {
    let singles = measured
        .variants
        .iter()
        .filter(|changes| changes.len() == 1);
    let mut seen: Vec<(usize, u8)> = singles.map(|c| (c[0].site, c[0].state)).collect();
    seen.sort_unstable();
    let new = allowed
        .changes()
        .filter(|c| seen.binary_search(&(c.site, c.state)).is_err());
    let candidate = |change: Change| Candidate {
        row: fit.row(&[change], 0.0, &[]),
        prediction: calibration.predict_changes(scorer, &[change]),
        change,
    };
    new.map(candidate).collect()
}

impl Fit<'_> {
    /// The standard deviation of what is predicted of a candidate, from the width of its interval; without the noise of a measurement.
    fn deviation(&self, calibration: &Calibration, candidate: &Candidate, known: &[f64]) -> f64 {
        let widths = Normal::standard().inverse_cdf(f64::midpoint(1.0, COVERED));
        let variance = self.variance_of(&candidate.row, known) - super::NOISE;
        calibration.half_width(&[candidate.change], variance.max(0.0)) / widths
    }
}

/// E max(0, gain) of a normal variable with mean `gain`.
fn expected_improvement(gain: f64, deviation: f64) -> f64 {
    if deviation <= 0.0 {
        return gain.max(0.0);
    }
    let (normal, z) = (Normal::standard(), gain / deviation);
    gain * normal.cdf(z) + deviation * normal.pdf(z)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn improvement_is_expected_of_what_is_better_or_less_known() {
        assert!((expected_improvement(0.0, 1.0) - 0.398_942_280_401).abs() < 1e-9);
        assert!(expected_improvement(-1.0, 2.0) > expected_improvement(-1.0, 1.0));
        assert!((expected_improvement(5.0, 0.1) - 5.0).abs() < 1e-9);
        assert_eq!(expected_improvement(-2.0, 0.0), 0.0);
    }
}
