//! Standard errors of mutants' scores, by the replicates of the fit.
//!
//! The singles of a mutant are added up within each replicate, so that what their errors have in common counts in full. Replicates keep no couplings:
//! the error of an interaction is that which interactions of the pair have on average, and comes on top as if it were independent.

use super::change::Change;
use crate::model::couplings::pair_index;
use crate::model::{Model, TargetReplicates};
use ndarray::{Array3, Axis};

/// The replicates of a model, ready for mutants.
#[derive(Debug)]
pub struct Replicates<'m> {
    /// Scores of singles, L x residues x K.
    single_scores: Array3<f32>,
    of_target: &'m TargetReplicates,
}

impl<'m> Replicates<'m> {
    /// Of a model; `None` where it has none, or no target.
    pub fn of(model: &'m Model) -> Option<Self> {
        let of_target = model.bootstrap.as_ref()?.of_target.as_ref()?;
        let scores = of_target.single_scores.view().permuted_axes([1, 2, 0]);
        let scores = scores.mapv(f32::from);
        Some(Self {
            single_scores: scores.as_standard_layout().into_owned(),
            of_target,
        })
    }

    /// The standard error of the score of changes at distinct sites, in nats: what replicates spread by, and what their mean is away from the
    /// model's own sum over the singles, `additive`.
    pub fn standard_error(&self, changes: &[Change], additive: f64) -> f64 {
        let count = self.single_scores.len_of(Axis(2));
        let mut sums = vec![0.0f64; count];
        for change in changes {
            let own =
                self.single_scores
                    .slice(ndarray::s![change.site, usize::from(change.state), ..]);
            for (sum, &score) in sums.iter_mut().zip(own) {
                *sum += f64::from(score);
            }
        }
        let mean = sums.iter().sum::<f64>() / count as f64;
        let squares: f64 = sums.iter().map(|sum| (sum - mean).powi(2)).sum();
        let of_singles = squares / (count as f64 - 1.0) + (mean - additive).powi(2);
        (of_singles + self.of_interactions(changes)).sqrt()
    }

    /// Variance of all interactions of changes at distinct sites.
    fn of_interactions(&self, changes: &[Change]) -> f64 {
        let sites = self.single_scores.len_of(Axis(0));
        let mut sum = 0.0;
        for (k, one) in changes.iter().enumerate() {
            for other in &changes[k + 1..] {
                let (i, j) = (one.site.min(other.site), one.site.max(other.site));
                let sd = self.of_target.interaction_sd[pair_index(sites, i, j)];
                sum += f64::from(sd).powi(2);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use half::f16;

    fn change(site: usize, state: u8) -> Change {
        Change { site, state }
    }

    #[test]
    fn singles_are_added_within_replicates_and_interactions_on_top() {
        let of_target = TargetReplicates {
            // The two sites err together at state 0, and against each other at state 1.
            single_scores: ndarray::array![[[1.0, 1.0], [1.0, -1.0]], [[3.0, 3.0], [3.0, -3.0]],]
                .mapv(f16::from_f64),
            interaction_sd: vec![0.5],
        };
        let scores = of_target.single_scores.view().permuted_axes([1, 2, 0]);
        let replicates = Replicates {
            single_scores: scores.mapv(f32::from).as_standard_layout().into_owned(),
            of_target: &of_target,
        };
        let mean = |changes: &[Change]| -> f64 {
            let of_state = |state: u8| if state == 0 { 2.0 } else { -2.0 };
            let signs = changes
                .iter()
                .map(|c| if c.site == 0 { 2.0 } else { of_state(c.state) });
            signs.sum()
        };
        let error = |changes: &[Change]| replicates.standard_error(changes, mean(changes));
        assert_eq!(error(&[]), 0.0);
        let away = replicates.standard_error(&[change(0, 0)], 1.0);
        assert!((away - 3f64.sqrt()).abs() < 1e-12);
        assert!((error(&[change(0, 0)]) - 2f64.sqrt()).abs() < 1e-12);
        assert!((error(&[change(0, 0), change(1, 0)]) - 8.25f64.sqrt()).abs() < 1e-12);
        assert!((error(&[change(1, 1), change(0, 0)]) - 0.5).abs() < 1e-12);
    }
}
