//! Designs as they are listed: names, scores, and whole sequences.

use super::order::Ordered;
use super::sets::Designed;
use super::whole::WholeSequence;
use crate::calibration::{Calibration, Prediction};
use crate::mutants::{Change, EffectTerms, MutantScorer, Score};

/// A mutant of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignRow {
    /// Its rank, from 1; singles and doubles have their own.
    pub number: usize,
    /// Its name, in the target's numbering.
    pub mutant: Vec<u8>,
    /// Number of substitutions.
    pub mutations: usize,
    /// All its scores, as of any mutant.
    pub score: Score,
    /// The share of all singles, or doubles, that score less.
    pub percentile: Option<f64>,
    /// What its effect is made of.
    pub why: Option<EffectTerms>,
    /// How likely it is a hit.
    pub hit: Option<f64>,
    /// What a calibration predicts, where one was given.
    pub prediction: Option<Prediction>,
    /// Differences to the nearest sequence of the alignment.
    pub novelty: Option<usize>,
    /// Whether it is proved the best of its rank.
    pub proved: bool,
    /// The target's whole sequence with the changes.
    pub sequence: Vec<u8>,
}

impl DesignRow {
    fn new(scorer: &MutantScorer, whole: &WholeSequence, changes: &[Change]) -> Self {
        Self {
            number: 1,
            mutant: name(scorer, changes),
            mutations: changes.len(),
            // The one place where the numbers of a mutant that is listed come from.
            score: scorer.score(changes),
            percentile: None,
            why: scorer.effect_terms(changes),
            hit: None,
            prediction: None,
            novelty: None,
            proved: false,
            sequence: whole.with(changes, scorer.letters()),
        }
    }

    /// What kind of mutant it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self.mutations {
            1 => "single",
            2 => "double",
            _ => "multiple",
        }
    }

    /// Of mutants to order.
    pub fn of_order(
        (scorer, whole): (&MutantScorer, &WholeSequence),
        listed: &[Ordered],
        calibration: Option<&Calibration>,
    ) -> Vec<Self> {
        let mut counts = [0, 0];
        let row = |ordered: &Ordered| {
            let count = &mut counts[usize::from(ordered.changes.len() > 1)];
            *count += 1;
            Self {
                number: *count,
                percentile: ordered.percentile,
                hit: ordered.hit,
                prediction: predicted(scorer, &ordered.changes, calibration),
                ..Self::new(scorer, whole, &ordered.changes)
            }
        };
        listed.iter().map(row).collect()
    }

    /// Of designs, with their `novelties` where these are known, and what a calibration predicts.
    pub fn of_designs(
        (scorer, whole): (&MutantScorer, &WholeSequence),
        designs: &[Designed],
        novelties: Option<&[usize]>,
        calibration: Option<&Calibration>,
    ) -> Vec<Self> {
        let row = |(k, design): (usize, &Designed)| Self {
            number: k + 1,
            novelty: novelties.map(|novelties| novelties[k]),
            prediction: predicted(scorer, &design.changes, calibration),
            proved: design.proved,
            ..Self::new(scorer, whole, &design.changes)
        };
        designs.iter().enumerate().map(row).collect()
    }
}

fn predicted(
    scorer: &MutantScorer,
    changes: &[Change],
    calibration: Option<&Calibration>,
) -> Option<Prediction> {
    calibration.map(|calibration| calibration.predict_changes(scorer, changes))
}

/// `A24V:R57I`; a chain stands before each substitution.
fn name(scorer: &MutantScorer, changes: &[Change]) -> Vec<u8> {
    let mut name = Vec::new();
    for (k, change) in changes.iter().enumerate() {
        if k > 0 {
            name.push(b':');
        }
        scorer.push_name(*change, &mut name);
    }
    name
}
