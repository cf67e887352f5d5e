//! All single substitutions of a target with their scores.

use crate::error::{Error, Result};
use crate::model::Model;
use crate::mutants::{Change, MutantScorer, Score};
use crate::position::Residue;
use ndarray::Array2;

/// One substitution.
#[derive(Debug, Clone)]
pub struct Single {
    /// What changes.
    pub change: Change,
    /// As it is written: A24V.
    pub name: Vec<u8>,
    /// Where it is.
    pub residue: Residue,
    /// What it scores.
    pub score: Score,
}

/// Which score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The model's score with what else is known of proteins.
    Effect,
    /// log P of the mutant over that of the wild type.
    Potts,
    /// The same without couplings.
    Independent,
}

impl Measure {
    /// The column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Effect => "effect_score",
            Self::Potts => "potts_score",
            Self::Independent => "independent_score",
        }
    }

    /// Of a mutant, where the model tells it.
    pub fn of(self, score: &Score) -> Option<f64> {
        match self {
            Self::Effect => score.effect,
            Self::Potts => Some(score.potts),
            Self::Independent => score.independent,
        }
    }
}

/// All of a target: positions rise, residues are in the alphabet's order.
pub struct Singles {
    /// Each of them.
    pub rows: Vec<Single>,
    /// The best score that the model tells.
    pub measure: Measure,
    sites: usize,
    residues: usize,
}

impl Singles {
    /// Of a model with a target, whose scorer is at hand.
    ///
    /// # Errors
    /// [`Error::Model`] if no position has a residue of the target.
    pub fn of(model: &Model, scorer: &MutantScorer<'_>) -> Result<Self> {
        let named = (0..model.sites()).flat_map(|site| scorer.named_changes(site));
        let rows: Vec<Single> = named
            .map(|(change, name)| Single {
                change,
                name,
                residue: scorer.columns().residue(change.site),
                score: scorer.score(&[change]),
            })
            .collect();
        if rows.is_empty() {
            return Err(Error::Model(
                "the model has no target, so there are no mutants of it\n  fit the alignment with a target (`focus` of potts fit)".into(),
            ));
        }
        let has_effects = scorer.effect_basis().is_some();
        Ok(Self {
            measure: if has_effects {
                Measure::Effect
            } else {
                Measure::Potts
            },
            sites: model.sites(),
            residues: model.alphabet.residues(),
            rows,
        })
    }

    /// A score of all, L x residues, not a number where there is none.
    pub fn scores(&self, measure: Measure) -> Array2<f64> {
        let mut scores = Array2::from_elem((self.sites, self.residues), f64::NAN);
        for row in &self.rows {
            let place = [row.change.site, usize::from(row.change.state)];
            if let (Some(cell), Some(score)) = (scores.get_mut(place), measure.of(&row.score)) {
                *cell = score;
            }
        }
        scores
    }

    /// Whether no sequence has the residue, L x residues.
    pub fn unseen(&self) -> Array2<bool> {
        let mut unseen = Array2::from_elem((self.sites, self.residues), false);
        for row in self.rows.iter().filter(|row| row.score.is_unseen()) {
            if let Some(cell) = unseen.get_mut([row.change.site, usize::from(row.change.state)]) {
                *cell = true;
            }
        }
        unseen
    }

    /// Share of the sequences with a residue, a site.
    pub fn coverage(&self) -> Vec<Option<f64>> {
        let mut coverage = vec![None; self.sites];
        for row in &self.rows {
            coverage[row.change.site] = row.score.support.and_then(|support| support.coverage);
        }
        coverage
    }
}

/// What the substitutions of two sites have together beyond the sum of theirs, residues of the first by residues of the second, in nats; 0 for the
/// target's own. Their couplings must be at hand.
pub fn interactions(
    model: &Model,
    scorer: &MutantScorer<'_>,
    (i, j): (usize, usize),
) -> Array2<f64> {
    let residues = model.alphabet.residues();
    let mut table = Array2::zeros((residues, residues));
    for double in scorer.doubles_of(i.min(j), i.max(j)) {
        let place = [
            usize::from(double.first.state),
            usize::from(double.second.state),
        ];
        if let Some(cell) = table.get_mut(place) {
            *cell = double.both.epistasis;
        }
    }
    match i < j {
        true => table,
        false => table.reversed_axes(),
    }
}
