//! What the rows of tables are made of.

use crate::alignment::{AlignedRecords, IdentityRule, IdentityThreshold, RowFate, RowReport};
use crate::mutants::{Outcome, Score};
use serde::Serialize;

/// What became of a mutant.
pub struct ScoredRow<'a> {
    pub(super) outcome: &'a Outcome,
    pub(super) score: Option<Score>,
    pub(super) note: &'a str,
}

impl<'a> ScoredRow<'a> {
    /// Of what became of a mutant, and a word on it.
    pub fn new(outcome: &'a Outcome, note: &'a str) -> Self {
        Self {
            score: outcome.score(),
            outcome,
            note,
        }
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
