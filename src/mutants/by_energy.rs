//! Scores of mutants of any model, by its energies: of one change after the other.
//!
//! s(x -> x') = E(x) - E(x'). The sum of the singles' scores is the additive part, what is left is epistasis.

use super::change::Change;
use crate::model::EnergyModel;
use std::fmt;
use std::sync::OnceLock;

/// A model's energies, and the scores of single substitutions as far as they have been asked for.
pub(super) struct EnergyScores<'m> {
    model: &'m dyn EnergyModel,
    target: Vec<u8>,
    /// For each site the scores of all its states.
    singles: Vec<OnceLock<Vec<f64>>>,
}

impl fmt::Debug for EnergyScores<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnergyScores of {} sites", self.target.len())
    }
}

impl<'m> EnergyScores<'m> {
    pub fn new(model: &'m dyn EnergyModel, target: &[u8]) -> Self {
        Self {
            model,
            target: target.to_vec(),
            singles: vec![OnceLock::new(); target.len()],
        }
    }

    /// Sum of the single scores of some changes, and the rest.
    pub fn score(&self, changes: &[Change]) -> (f64, f64) {
        let additive = changes.iter().fold(0.0, |sum, &c| sum + self.single(c));
        let Some((first, others)) = changes
            .split_first()
            .filter(|(_, others)| !others.is_empty())
        else {
            return (additive, 0.0);
        };
        let mut sequence = self.target.clone();
        let mut all = self.single(*first);
        let mut previous = first;
        for change in others {
            sequence[previous.site] = previous.state;
            all -= self.model.change(&sequence, change.site, change.state);
            previous = change;
        }
        (additive, all - additive)
    }

    fn single(&self, Change { site, state }: Change) -> f64 {
        let scores = self.singles[site].get_or_init(|| {
            let states = 0..self.model.states() as u8;
            let change = |state| self.model.change(&self.target, site, state);
            // The score of no change is 0 and not -0.
            states.map(|state| 0.0 - change(state)).collect()
        });
        scores[usize::from(state)]
    }
}
