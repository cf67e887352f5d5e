//! The score `pattern`: what couplings say when they are read together.
//!
//! Contacts come in patterns (ladders of strands, periods of helices), the sign of a coupling matters (opposite charges, two hydrophobic
//! residues), and columns say what they are made of. A small network that was trained on families with known structures knows that: of a
//! pair it sees [161 numbers](features) taken from couplings and frequencies, and of the pairs around it what convolutions carry over.
//! What it was trained on and how much it gains stands in the book's chapter on contacts.
//!
//! Chains of a complex are scored one by one; pairs between chains have no score.

pub mod calibration;
mod chain;
pub mod features;
mod maps;
mod network;
mod residues;
mod weights;

use super::depth::{Depth, ROUNDING};
use crate::alignment::{ColumnMap, Frequencies};
use crate::error::{Error, Result};
use crate::model::couplings::{pair_index, pairs};
use crate::model::{Couplings, Model};
use crate::position::Position;
use chain::Chain;
pub use chain::SCORED_FROM;
use std::ops::Range;
use weights::Weights;

/// Families with known structures that the networks were trained on.
pub const TRAINING_FAMILIES: usize = 68;

/// Scores of the pairs of a model, and what they mean.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternScores {
    /// One a pair, in packed order; NaN of pairs without.
    scores: Vec<f64>,
    /// The probability of those pairs.
    probabilities: Vec<f64>,
    /// Whether the couplings of some chain differ by rounding only.
    uninformed: bool,
}

/// Why a model has no such scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// It is not of proteins.
    Alphabet,
    /// Frequencies or the effective number of sequences are not known.
    Family,
}

impl std::fmt::Display for Absence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Alphabet => "it was learnt from proteins",
            Self::Family => {
                "it needs the family's frequencies and Neff, which this model's file does not tell"
            }
        })
    }
}

/// Why `model` has no scores of this kind; `None` if it may.
pub fn absence(model: &Model) -> Option<Absence> {
    match () {
        () if !model.alphabet.is_protein() => Some(Absence::Alphabet),
        () if model.family.is_none() => Some(Absence::Family),
        () => None,
    }
}

impl PatternScores {
    /// Of a model's pairs.
    ///
    /// # Errors
    /// [`Error::Model`] of a model that is not of proteins, or without couplings, frequencies or Neff; [`Error::Memory`] if more than
    /// `max_memory` bytes were needed.
    pub fn of(model: &Model, max_memory: Option<u64>) -> Result<Self> {
        let family = match (absence(model), &model.family) {
            (None, Some(family)) => family,
            (reason, _) => {
                let reason = reason.unwrap_or(Absence::Family);
                return Err(Error::Model(format!(
                    "there is no score of patterns: {reason}\n  rank by `score=apc`"
                )));
            }
        };
        let Some(pairwise) = model.pairwise() else {
            return Err(Error::Model(
                "a model without couplings has no contacts to score".into(),
            ));
        };
        let weights = Weights::shipped()?;
        check_memory(&weights, &model.columns, max_memory)?;
        let couplings = pairwise.all()?;
        let count = pairs(couplings.sites());
        let mut all = Self {
            scores: vec![f64::NAN; count],
            probabilities: vec![f64::NAN; count],
            uninformed: false,
        };
        let depth = Depth::of(model);
        for (place, span) in model.columns.spans().iter().enumerate() {
            let Some(neff) = depth.neff((place, place)) else {
                continue;
            };
            let of_chain = ChainInput::new(
                model,
                &couplings,
                &family.frequencies,
                span.sites.clone(),
                neff,
            );
            all.add_chain(&weights, &of_chain);
        }
        Ok(all)
    }

    /// The score of the pair at this place among all; `None` of pairs between chains and of those nearer than [`SCORED_FROM`].
    pub fn score(&self, pair: usize) -> Option<f64> {
        Some(self.scores[pair]).filter(|score| !score.is_nan())
    }

    /// The probability that the pair is in contact, where it has a score; from [`calibration::LEAST_NEFF`] effective sequences on, or where
    /// couplings say nothing and it is that of any pair.
    pub fn probability(&self, pair: usize) -> Option<f64> {
        Some(self.probabilities[pair]).filter(|probability| !probability.is_nan())
    }

    /// Whether the couplings of some chain differ by rounding only, so that all of its pairs are as likely as any.
    pub fn is_uninformed(&self) -> bool {
        self.uninformed
    }

    fn add_chain(&mut self, weights: &Weights, input: &ChainInput<'_>) {
        let (first, sites, all_sites) = (
            input.sites.start,
            input.sites.len(),
            input.couplings.sites(),
        );
        let (scores, certain) = match input.chain() {
            Some(chain) => (network::scores(weights, &chain), None),
            None => {
                // Couplings say nothing: all pairs are as likely as any.
                self.uninformed = true;
                let base = calibration::base_rate(weights, sites);
                let scored = |pair: bool| {
                    if pair {
                        (base / (1.0 - base)).ln()
                    } else {
                        f64::NAN
                    }
                };
                (input.far_pairs().map(scored).collect(), Some(base))
            }
        };
        let mut scores = scores.into_iter();
        for i in 0..sites {
            for j in i + 1..sites {
                let Some(score) = scores.next() else {
                    return;
                };
                let pair = pair_index(all_sites, first + i, first + j);
                self.scores[pair] = score;
                let of_score = || calibration::probability(weights, score, input.neff);
                self.probabilities[pair] = match certain {
                    _ if score.is_nan() => f64::NAN,
                    Some(base) => base,
                    None => of_score().unwrap_or(f64::NAN),
                };
            }
        }
    }
}

/// A chain of a model.
struct ChainInput<'m> {
    model: &'m Model,
    couplings: &'m Couplings,
    frequencies: &'m Frequencies,
    sites: Range<usize>,
    positions: Vec<Position>,
    neff: f64,
}

impl<'m> ChainInput<'m> {
    fn new(
        model: &'m Model,
        couplings: &'m Couplings,
        frequencies: &'m Frequencies,
        sites: Range<usize>,
        neff: f64,
    ) -> Self {
        Self {
            model,
            couplings,
            frequencies,
            positions: sites
                .clone()
                .map(|site| model.columns.position(site))
                .collect(),
            sites,
            neff,
        }
    }

    /// `None` without evidence.
    fn chain(&self) -> Option<Chain> {
        Chain::new(
            self.couplings,
            &self.model.alphabet,
            self.frequencies,
            (self.sites.clone(), self.positions.clone()),
            self.neff,
            ROUNDING,
        )
    }

    /// Of each pair whether it is far enough apart to have a score.
    fn far_pairs(&self) -> impl Iterator<Item = bool> + '_ {
        let positions = &self.positions;
        positions.iter().enumerate().flat_map(move |(i, &own)| {
            positions[i + 1..]
                .iter()
                .map(move |&other| own.separation(other) >= SCORED_FROM)
        })
    }
}

fn check_memory(weights: &Weights, columns: &ColumnMap, max_memory: Option<u64>) -> Result<()> {
    let longest = columns.spans().iter().map(|span| span.sites.len()).max();
    let needed = network::bytes(weights, longest.unwrap_or(0));
    match max_memory {
        Some(available) if needed > available => Err(Error::Memory {
            needed,
            available,
            remedy: "`score=apc` ranks by couplings alone, which takes no more than they do".into(),
        }),
        _ => Ok(()),
    }
}

/// All features of the pairs of a model with one chain that have a score, for training: names, and row by row (i, j) with its features.
///
/// # Errors
/// As [`PatternScores::of`]; if the model has several chains, or its couplings say nothing.
#[cfg(feature = "internals")]
pub fn features_of_pairs(
    model: &Model,
    mut receive: impl FnMut((usize, usize), &[f32]),
) -> Result<Vec<String>> {
    let names = features::names();
    let (Some(family), None) = (&model.family, absence(model)) else {
        return Err(Error::Model("there are no features of patterns".into()));
    };
    let (Some(pairwise), [span], Some(neff)) =
        (model.pairwise(), model.columns.spans(), model.neff())
    else {
        return Err(Error::Model(
            "features are those of a model of one chain with couplings".into(),
        ));
    };
    let couplings = pairwise.all()?;
    let input = ChainInput::new(
        model,
        &couplings,
        &family.frequencies,
        span.sites.clone(),
        neff,
    );
    let Some(chain) = input.chain() else {
        return Err(Error::Model("couplings differ by rounding only".into()));
    };
    let features = features::Features::new(&chain);
    for i in 0..chain.sites {
        let first = chain.first_partner(i);
        let width = chain.sites - first;
        if width == 0 {
            continue;
        }
        let mut values = vec![0.0; names.len() * width];
        let rows = features::FeatureRows::new(&mut values, width, width);
        features.fill(&maps::Row { i, first, width }, rows);
        for k in 0..width {
            let own: Vec<f32> = values.iter().skip(k).step_by(width).copied().collect();
            receive((i, first + k), &own);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests;
