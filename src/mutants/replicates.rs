//! Standard errors of mutants' scores, by the replicates of the fit.
//!
//! The singles of a mutant are added up within each replicate, so that what their errors have in common counts in full. Replicates keep no couplings:
//! the error of an interaction is that which interactions of the pair have on average, and comes on top as if it were independent.

use super::change::Change;
use crate::model::couplings::pair_index;
use crate::model::{Model, TargetReplicates};
use ndarray::{Array3, Axis, s};

/// The replicates of a model, ready for mutants.
#[derive(Debug)]
pub struct Replicates<'m> {
    /// Scores of singles, L x residues x K.
    single_scores: Array3<f32>,
    of_target: &'m TargetReplicates,
    /// Sites in which the background of the mutants differs from the target.
    background: Vec<usize>,
}

impl<'m> Replicates<'m> {
    /// Of a model; `None` where it has none, or no target.
    pub fn of(model: &'m Model) -> Option<Self> {
        let of_target = model.bootstrap.as_ref()?.of_target.as_ref()?;
        Some(Self::new(of_target))
    }

    fn new(of_target: &'m TargetReplicates) -> Self {
        let scores = of_target.single_scores.view().permuted_axes([1, 2, 0]);
        let scores = scores.mapv(f32::from);
        Self {
            single_scores: scores.as_standard_layout().into_owned(),
            of_target,
            background: Vec::new(),
        }
    }

    /// For mutants of a background, given as states as the target is; `None` where a residue of it is deleted.
    pub fn against(mut self, target: &[u8], background: &[u8]) -> Option<Self> {
        let states = target.iter().zip(background).enumerate();
        for (site, (own, other)) in states.filter(|(_, (own, other))| own != other) {
            let mut scores = self.single_scores.index_axis_mut(Axis(0), site);
            let (own, other) = (usize::from(*own), usize::from(*other));
            if own.max(other) >= scores.nrows() {
                return None;
            }
            let reference = scores.row(other).to_owned();
            scores -= &reference;
            self.background.push(site);
        }
        Some(self)
    }

    /// The standard error of the score of changes at distinct sites, in nats: what replicates spread by and, of the target's own mutants, what their
    /// mean is away from the model's own sum over the singles, `additive`. `None` where a residue is deleted, of which replicates say nothing.
    pub fn standard_error(&self, changes: &[Change], additive: f64) -> Option<f64> {
        let (_, residues, count) = self.single_scores.dim();
        let mut sums = vec![0.0f64; count];
        for &Change { site, state } in changes {
            let state = usize::from(state);
            if state >= residues {
                return None;
            }
            let own = self.single_scores.slice(s![site, state, ..]);
            for (sum, &score) in sums.iter_mut().zip(own) {
                *sum += f64::from(score);
            }
        }
        let mean = sums.iter().sum::<f64>() / count as f64;
        let squares: f64 = sums.iter().map(|sum| (sum - mean).powi(2)).sum();
        let away = match self.background.is_empty() {
            true => mean - additive,
            // The sum has interactions with the background, which replicates do not tell.
            false => 0.0,
        };
        let of_singles = squares / (count as f64 - 1.0) + away.powi(2);
        Some((of_singles + self.of_interactions(changes)).sqrt())
    }

    /// Variance of all interactions of changes at distinct sites, among themselves and with the background.
    fn of_interactions(&self, changes: &[Change]) -> f64 {
        let sites = self.single_scores.len_of(Axis(0));
        let variance = |one: usize, other: usize| {
            let pair = pair_index(sites, one.min(other), one.max(other));
            f64::from(self.of_target.interaction_sd[pair]).powi(2)
        };
        let mut sum = 0.0;
        for (k, one) in changes.iter().enumerate() {
            let rest = changes[k + 1..].iter().map(|change| change.site);
            let others = rest.chain(self.background.iter().copied());
            let others = others.filter(|other| *other != one.site);
            sum += others.map(|other| variance(one.site, other)).sum::<f64>();
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
        let replicates = Replicates::new(&of_target);
        let mean = |changes: &[Change]| -> f64 {
            let of_state = |state: u8| if state == 0 { 2.0 } else { -2.0 };
            let signs = changes
                .iter()
                .map(|c| if c.site == 0 { 2.0 } else { of_state(c.state) });
            signs.sum()
        };
        let error = |changes: &[Change]| replicates.standard_error(changes, mean(changes)).unwrap();
        assert_eq!(error(&[]), 0.0);
        let away = replicates.standard_error(&[change(0, 0)], 1.0).unwrap();
        assert!((away - 3f64.sqrt()).abs() < 1e-12);
        assert!((error(&[change(0, 0)]) - 2f64.sqrt()).abs() < 1e-12);
        assert!((error(&[change(0, 0), change(1, 0)]) - 8.25f64.sqrt()).abs() < 1e-12);
        assert!((error(&[change(1, 1), change(0, 0)]) - 0.5).abs() < 1e-12);
        assert_eq!(replicates.standard_error(&[change(0, 2)], 0.0), None);
        // In a background with the state 0 at the second site, that site's state 1 errs twice over, and against the first.
        let in_background = replicates.against(&[1, 1], &[1, 0]).unwrap();
        let error = |changes: &[Change]| in_background.standard_error(changes, 9.0).unwrap();
        assert!((error(&[change(1, 1)]) - 8f64.sqrt()).abs() < 1e-12);
        assert!((error(&[change(0, 0)]) - 2.25f64.sqrt()).abs() < 1e-12);
    }
}
