//! Contacts: which pairs of sites the couplings hold together.
//!
//! The way from a model to a ranked list:
//!
//! 1. [`ContactScores`]: one number a pair, the Frobenius norm FN_ij of its couplings in the zero-sum gauge over residues, and
//!    the average product correction of all of them;
//! 2. z = (cn - median) / (1.4826 MAD) over all pairs, comparable between families (`RobustScale`); in a complex over all pairs
//!    within chains for those, and over all between chains for those: the latter are weaker, and few of them are in contact;
//! 3. [`ContactProbability`]: what share of pairs with such a z, in a family of this depth and length, are in contact;
//! 4. [`Selection`]: which pairs are listed; [`list`] lists them.

pub mod evidence;
pub mod frobenius;
pub mod probability;
pub mod score;
pub mod selection;

pub use evidence::{Depth, Evidence};
pub use frobenius::Norm;
pub use probability::ContactProbability;
pub use score::{ContactScores, RankingScore};
pub use selection::{PairKind, Selection, Top};

use crate::alignment::ColumnMap;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::model::couplings::pair_sites;
use crate::position::Residue;
use rayon::slice::ParallelSliceMut;

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
    /// What the list is sorted by.
    pub score: f64,
    /// CN_ij in robust standard deviations from the median of all pairs; in a complex, of all pairs within chains, or between them. None
    /// without evidence.
    pub z: Option<f64>,
    /// Probability that the pair is in contact, as calibrated on families of this depth; none for pairs nearer than
    /// six positions and for pairs between chains, or where the family's depth is unknown, or there is no evidence. In a complex the
    /// length and the depth that it depends on are those of the chain.
    pub probability: Option<f64>,
}

/// How contacts are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContactOptions {
    /// The strength of a coupling.
    pub norm: Norm,
    /// What the list is sorted by.
    pub score: RankingScore,
    /// Whether probabilities are wanted, which hold for the default norm and for proteins.
    pub probabilities: bool,
    /// Which pairs are listed.
    pub selection: Selection,
}

impl Default for ContactOptions {
    fn default() -> Self {
        Self {
            norm: Norm::default(),
            score: RankingScore::default(),
            probabilities: true,
            selection: Selection::default(),
        }
    }
}

impl ContactOptions {
    /// Whether pairs of a model may have a probability by these options: the calibration was made on proteins and on the default norm.
    pub fn are_calibrated(&self, model: &Model) -> bool {
        self.probabilities && self.norm == Norm::default() && model.alphabet.is_protein()
    }
}

/// The contacts of a model: the selected pairs by falling score, ranked from 1; equal scores keep the order of (i, j).
///
/// # Errors
/// [`Error::Model`] if the model has no couplings, or not the scores that `options` ask for; [`Error::Usage`] for options out of range.
pub fn list(model: &Model, options: &ContactOptions) -> Result<Vec<Contact>> {
    list_of(model, &scores(model, options.norm)?, options)
}

/// The scores of all pairs of a model.
///
/// # Errors
/// As [`list`].
pub fn scores(model: &Model, norm: Norm) -> Result<ContactScores> {
    let scores = ContactScores::of(model, norm)?;
    match &model.information {
        Some(known) => scores.with_information(known.mutual.clone(), known.direct.clone()),
        None => Ok(scores),
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
    rank(
        scores,
        options.score,
        &model.columns,
        (&evidence, probabilities),
        &options.selection,
    )
}

/// The selected pairs by falling `score`.
///
/// The first evidence is that for z-scores, the second that for probabilities, which depend on its number of sequences: unknown, there is
/// none.
fn rank(
    scores: &ContactScores,
    ranked_by: RankingScore,
    columns: &ColumnMap,
    (evidence, probabilities): (&Evidence, Option<&Evidence>),
    selection: &Selection,
) -> Result<Vec<Contact>> {
    let sites = scores.sites();
    if columns.sites() != sites {
        return Err(Error::Model(format!(
            "contact scores of {sites} sites, but a column map of {}",
            columns.sites()
        )));
    }
    let ranked = scores.ranked_by(ranked_by)?;
    let corrected = scores.cn();
    let contact = |(above, &(index, (i, j))): (usize, &(usize, (usize, usize)))| {
        let residues = (columns.residue(i), columns.residue(j));
        let whose = evidence::whose(columns, (i, j));
        let z = evidence.scale(whose).map(|scale| scale.z(corrected[index]));
        let neff = probabilities.and_then(|evidence| evidence.neff(whose));
        let separation = residues.0.separation(residues.1);
        let calibrated = separation.filter(|&n| n >= probability::CALIBRATED_FROM);
        Contact {
            rank: above + 1,
            sites: (i, j),
            residues,
            letters: (columns.letter(i), columns.letter(j)),
            frobenius: scores.frobenius()[index],
            corrected: corrected[index],
            score: ranked[index],
            z,
            probability: z.zip(neff).zip(calibrated).map(|((z, neff), separation)| {
                ContactProbability::new(neff, columns.sites_beside(i)).of(z, separation)
            }),
        }
    };
    let order = best_first(&ranked, columns, selection);
    Ok(order.iter().enumerate().map(contact).collect())
}

/// The selected pairs, as (packed index, sites), the highest score first.
fn best_first(
    ranked: &[f64],
    columns: &ColumnMap,
    selection: &Selection,
) -> Vec<(usize, (usize, usize))> {
    let mut order: Vec<(usize, (usize, usize))> = pair_sites(columns.sites())
        .enumerate()
        .filter(|&(_, (i, j))| selection.admits(columns.residue(i), columns.residue(j)))
        .collect();
    // 0.0 is added because the order of bits puts -0.0 below 0.0, and the two must tie.
    let descending = |a: usize, b: usize| (ranked[b] + 0.0).total_cmp(&(ranked[a] + 0.0));
    // The index decides ties, so that no two pairs are equal and any number of threads gives one order.
    order.par_sort_unstable_by(|&(a, _), &(b, _)| descending(a, b).then(a.cmp(&b)));
    order.truncate(selection.top.count(columns.sites()));
    order
}

#[cfg(test)]
mod tests;
