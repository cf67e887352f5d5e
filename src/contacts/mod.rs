//! Contacts: which pairs of sites the couplings hold together.
//!
//! The way from a model to a ranked list:
//!
//! 1. [`ContactScores`]: one number a pair, the Frobenius norm FN_ij of its couplings in the zero-sum gauge over residues, and
//!    the average product correction of all of them;
//! 2. z = (cn - median) / (1.4826 MAD) over all pairs, comparable between families (`RobustScale`); in a complex over all pairs
//!    within chains for those, and over all between chains for those: the latter are weaker, and few of them are in contact;
//! 3. [`PatternScores`]: what the couplings of neighbouring pairs, their signs and the columns' composition add to that, of proteins whose
//!    frequencies are known;
//! 4. the probability of a contact that goes with the score that the list is ranked by: that of the patterns, or [`ContactProbability`],
//!    what share of pairs with such a z, in a family of this depth and length, are in contact;
//! 5. [`Selection`]: which pairs are listed; [`list`] lists them.

mod depth;
pub mod evidence;
pub mod frobenius;
mod listing;
pub mod pattern;
pub mod positions;
pub mod precision;
pub mod preferences;
pub mod probability;
mod ranking;
pub mod score;
pub mod selection;
pub mod spread;

pub use depth::Depth;
pub use evidence::Evidence;
pub use frobenius::Norm;
pub use pattern::PatternScores;
pub use positions::Positions;
pub use preferences::Preferences;
pub use probability::ContactProbability;
pub use ranking::{NoPatterns, Ranking};
pub use score::{ContactScores, RankingScore};
pub use selection::{PairKind, Selection, Top};
pub use spread::Spread;

use crate::error::Result;
use crate::model::Model;
use crate::model::couplings::pair_index;
use crate::position::Residue;
pub use listing::first_pairs;
use listing::rank;

/// One pair of sites i < j in a ranked list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// From 1, within the list.
    pub rank: usize,
    /// The sites, from 0.
    pub sites: (usize, usize),
    /// Their positions in the target's numbering, and their chains in a complex.
    pub residues: (Residue, Residue),
    /// The target's letters there; `-` without a target.
    pub letters: (u8, u8),
    /// FN_ij: Frobenius norm of the coupling over residues in the zero-sum gauge.
    pub frobenius: f64,
    /// CN_ij: FN_ij minus its average product correction, over all pairs whatever their chains.
    pub corrected: f64,
    /// What the list is sorted by; where that is the score of patterns, FN_ij minus 1.1 times its correction, by which it would be without.
    pub score: f64,
    /// The score of patterns. None of pairs that have none, and where it was not asked for.
    pub pattern: Option<f64>,
    /// CN_ij in robust standard deviations from the median of all pairs; in a complex, of all pairs within chains, or between them. None
    /// without evidence.
    pub z: Option<f64>,
    /// Probability that the pair is in contact, as calibrated for the score that the list is ranked by on families of this depth; none for
    /// pairs nearer than six positions and for pairs between chains, or where the family's depth is unknown, or, but for patterns, there is
    /// no evidence. In a complex the length and the depth that it depends on are those of the chain.
    pub probability: Option<f64>,
    /// What replicates of the fit say of CN, where the model has some and the norm is the default.
    pub replicated: Option<Replicated>,
}

/// What replicates of a fit say of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replicated {
    /// Standard error of CN: what replicates spread by, and what their mean is away from CN, which a fit to few sequences is about as far away
    /// from one to many.
    pub cn_se: f64,
    /// Share of the replicates in which the pair is one of the first L.
    pub support: f64,
}

/// How contacts are found.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactOptions {
    /// The strength of a coupling.
    pub norm: Norm,
    /// What the list is sorted by; `None` for the best that there is: patterns, and where these don't rank, the
    /// norm less 1.1 times its average product correction.
    pub score: Option<RankingScore>,
    /// Whether patterns and probabilities are wanted, which hold for the default norm and for proteins.
    pub probabilities: bool,
    /// Which pairs are listed.
    pub selection: Selection,
    /// The most bytes that patterns may take; `None` for no limit.
    pub max_memory: Option<u64>,
}

impl Default for ContactOptions {
    fn default() -> Self {
        Self {
            norm: Norm::default(),
            score: None,
            probabilities: true,
            selection: Selection::default(),
            max_memory: None,
        }
    }
}

impl ContactOptions {
    /// The same, ranked by each coupling alone: FN less 1.1 times its average product correction.
    #[must_use]
    pub fn by_coupling_alone(self) -> Self {
        Self {
            score: Some(RankingScore::default()),
            ..self
        }
    }

    /// The same for pairs at least so many positions apart.
    #[must_use]
    pub fn from_separation(mut self, least: u64) -> Self {
        self.selection.min_separation = least;
        self
    }

    /// The same for so many of the best pairs.
    #[must_use]
    pub fn first(mut self, count: usize) -> Self {
        self.selection.top = Top::Count(count);
        self
    }

    /// Whether pairs of a model may have a probability by these options: the calibration was made on proteins and on the default norm.
    pub fn are_calibrated(&self, model: &Model) -> bool {
        self.probabilities && self.norm == Norm::default() && model.alphabet.is_protein()
    }
}

/// The contacts of a model: the selected pairs by falling score, ranked from 1; equal scores keep the order of (i, j).
///
/// # Errors
/// [`crate::Error::Model`] if the model has no couplings, or not the scores that `options` ask for; [`crate::Error::Usage`] for options out of range.
pub fn list(model: &Model, options: &ContactOptions) -> Result<Vec<Contact>> {
    list_of(model, &scores(model, options)?, options)
}

/// The scores of all pairs of a model, with those of patterns where it has them and they are wanted.
///
/// # Errors
/// As [`list`].
pub fn scores(model: &Model, options: &ContactOptions) -> Result<ContactScores> {
    let mut scores = ContactScores::of(model, options.norm)?;
    if let Some(known) = &model.information {
        scores = scores.with_information(known.mutual.clone(), known.direct.clone())?;
    }
    match options.are_calibrated(model) && pattern::absence(model).is_none() {
        true => Ok(scores.with_patterns(PatternScores::of(model, options.max_memory)?)),
        false => Ok(scores),
    }
}

/// [`list`], of scores that are there.
///
/// # Errors
/// As [`list`].
pub fn list_of(
    model: &Model,
    scores: &ContactScores,
    options: &ContactOptions,
) -> Result<Vec<Contact>> {
    let evidence = Evidence::of(scores, &model.columns, Depth::of(model));
    let probabilities = options.are_calibrated(model).then_some(&evidence);
    let mut list = rank(
        scores,
        Ranking::of(model, options).score,
        &model.columns,
        (&evidence, probabilities),
        &options.selection,
    )?;
    if let (Some(bootstrap), Norm::ZeroSum) = (&model.bootstrap, options.norm) {
        for contact in &mut list {
            let (i, j) = contact.sites;
            let pair = pair_index(model.sites(), i, j);
            let shift = f64::from(bootstrap.cn_mean[pair]) - contact.corrected;
            contact.replicated = Some(Replicated {
                cn_se: f64::from(bootstrap.cn_sd[pair]).hypot(shift),
                support: f64::from(bootstrap.support[pair]),
            });
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests;
