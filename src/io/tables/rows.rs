//! What the rows of tables are made of.

use crate::alignment::{AlignedRecords, IdentityRule, IdentityThreshold, RowFate, RowReport};
use crate::calibration::Prediction;
use crate::contacts::{Contact, Preferences};
use crate::mutants::{Outcome, Score};
use crate::structure::{Measured, Verdict};
use serde::Serialize;

/// A pair of a ranked list, with what else was asked for.
#[derive(Debug, Clone, Copy)]
pub struct ContactRow<'r> {
    /// The pair.
    pub contact: &'r Contact,
    /// The word for the score that the list is sorted by.
    pub ranked_by: &'static str,
    /// The residues that its coupling likes and dislikes, where they were asked for.
    pub preferences: Option<&'r Preferences>,
    /// What structures say of it, where there are some.
    pub seen: Option<&'r PairInStructures>,
}

/// What one or several structures say of a pair.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairInStructures {
    /// The smallest distance in a chain, of pairs of two chains between them, in angstrom.
    pub distance: Option<f64>,
    /// Whether that is below the cutoff.
    pub contact: Option<bool>,
    /// The smallest distance within a chain.
    pub within: Option<f64>,
    /// The smallest distance between chains or copies.
    pub between: Option<f64>,
    /// Whether the pair touches within a chain, only between chains, or not at all; none where no structure has both residues.
    pub verdict: Option<Verdict>,
    /// Whether both residues are predicted with confidence; none of measured structures.
    pub confident: Option<bool>,
    /// The structures that it touches in.
    pub touches_in: Vec<String>,
}

impl PairInStructures {
    /// Adds what one more structure says.
    pub fn add(
        &mut self,
        measured: &Measured<'_>,
        distance: Option<f64>,
        cutoff: f64,
        structure: &str,
    ) {
        let nearer = |one: Option<f64>, other: Option<f64>| match (one, other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.distance = nearer(self.distance, distance);
        self.contact = self.distance.map(|distance| distance < cutoff);
        self.within = nearer(self.within, measured.within_any);
        self.between = nearer(
            self.between,
            measured.between.map(|between| between.distance),
        );
        let both = [
            Some(measured.verdict).filter(|verdict| *verdict != Verdict::Unknown),
            self.verdict,
        ];
        let order = [Verdict::Within, Verdict::Between, Verdict::Neither];
        self.verdict = order
            .into_iter()
            .find(|verdict| both.contains(&Some(*verdict)));
        // One that is sure of both residues is enough.
        self.confident = match (self.confident, measured.is_confident) {
            (Some(one), Some(other)) => Some(one || other),
            (one, other) => one.or(other),
        };
        if matches!(measured.verdict, Verdict::Within | Verdict::Between) {
            self.touches_in.push(structure.to_owned());
        }
    }
}

/// What became of a mutant.
pub struct ScoredRow<'a> {
    outcome: &'a Outcome,
    score: Option<Score>,
    note: &'a str,
    prediction: Option<Prediction>,
}

impl<'a> ScoredRow<'a> {
    /// Of what became of a mutant, and a word on it.
    pub fn new(outcome: &'a Outcome, note: &'a str) -> Self {
        Self {
            score: outcome.score(),
            outcome,
            note,
            prediction: None,
        }
    }

    /// Its score, if it has one.
    pub(super) fn score(&self) -> Option<Score> {
        self.score
    }

    /// What a calibration predicts of it.
    pub(super) fn prediction(&self) -> Option<Prediction> {
        self.prediction
    }

    /// The word for it.
    pub(super) fn status(&self) -> &'static str {
        self.outcome.status().as_str()
    }

    /// What is said of it.
    pub(super) fn note(&self) -> &'a str {
        self.note
    }

    /// The same with what a calibration predicts of it, if there is one.
    #[must_use]
    pub fn predicted(self, prediction: Option<Prediction>) -> Self {
        Self { prediction, ..self }
    }
}

/// A row of the input and its weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowWeight<'a> {
    /// From 1, in the alignment file.
    pub row: usize,
    /// The whole header.
    pub name: &'a str,
    /// Whether it was kept, or why it was dropped.
    pub kept: RowFate,
    /// How many sequences are its neighbours, itself included; `None` if it was dropped.
    pub neighbours: Option<u32>,
    /// 1 / neighbours, or 0 if it was dropped.
    pub weight: f64,
}

/// The rows of the input with the numbers of neighbours of the kept ones.
///
/// Panics if there are not as many numbers as kept rows.
pub fn row_weights<'a>(
    records: &'a AlignedRecords,
    rows: &RowReport,
    neighbours: &[u32],
) -> Vec<RowWeight<'a>> {
    let mut counts = neighbours.iter().copied();
    let weights: Vec<RowWeight> = (1..)
        .zip(records.names())
        .zip(&rows.fates)
        .map(|((row, name), &kept)| {
            let neighbours = if kept.is_kept() { counts.next() } else { None };
            RowWeight {
                row,
                name,
                kept,
                neighbours,
                weight: neighbours.map_or(0.0, |m| 1.0 / f64::from(m)),
            }
        })
        .collect();
    let kept = weights
        .iter()
        .filter(|row| row.neighbours.is_some())
        .count();
    assert_eq!(kept, neighbours.len(), "a number for each kept row");
    weights
}

/// The effective number of sequences at one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Depth {
    /// The share of identical columns.
    pub identity: f64,
    /// How columns are held against it.
    pub rule: IdentityRule,
    /// The effective number of sequences.
    pub neff: f64,
    /// The same for each modelled site.
    pub neff_per_site: f64,
}

impl Depth {
    /// Neff at a threshold, over `sites` sites.
    pub fn new(threshold: IdentityThreshold, neff: f64, sites: usize) -> Self {
        Self {
            identity: threshold.as_f64(),
            rule: threshold.rule(),
            neff,
            neff_per_site: neff / sites as f64,
        }
    }
}
