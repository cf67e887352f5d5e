//! The list itself: the selected pairs, the best first.

use super::evidence::{self, Evidence};
use super::score::DEFAULT_APC_FACTOR;
use super::spread::Crowd;
use super::{
    Contact, ContactProbability, ContactScores, PatternScores, RankingScore, Selection, probability,
};
use crate::alignment::ColumnMap;
use crate::error::{Error, Result};
use crate::model::couplings::pair_sites;
use rayon::slice::ParallelSliceMut;
use std::cmp::Ordering;

/// What is known of every pair.
struct Known<'a> {
    scores: &'a ContactScores,
    columns: &'a ColumnMap,
    evidence: &'a Evidence<'a>,
    /// What probabilities by z rest on, if there are any.
    probabilities: Option<&'a Evidence<'a>>,
    /// The patterns, where these rank.
    ranking_patterns: Option<&'a PatternScores>,
    /// CN.
    corrected: Vec<f64>,
    /// The column of scores.
    shown: Vec<f64>,
}

impl Known<'_> {
    /// The pair at this place among all; its rank is not known yet.
    fn contact(&self, pair: usize, (i, j): (usize, usize)) -> Contact {
        let columns = self.columns;
        let residues = (columns.residue(i), columns.residue(j));
        let whose = evidence::whose(columns, (i, j));
        let scale = self.evidence.scale(whose);
        let z = scale.map(|scale| scale.z(self.corrected[pair]));
        let by_z = || {
            let neff = self.probabilities?.neff(whose)?;
            let separation = residues.0.separation(residues.1)?;
            let family = ContactProbability::new(neff, columns.sites_beside(i));
            let z = z.filter(|_| separation >= probability::CALIBRATED_FROM)?;
            Some(family.of(z, separation))
        };
        Contact {
            rank: 0,
            sites: (i, j),
            residues,
            letters: (columns.letter(i), columns.letter(j)),
            frobenius: self.scores.frobenius()[pair],
            corrected: self.corrected[pair],
            score: self.shown[pair],
            pattern: self
                .scores
                .patterns()
                .and_then(|patterns| patterns.score(pair)),
            z,
            probability: match self.ranking_patterns {
                Some(patterns) => patterns.probability(pair),
                None => by_z(),
            },
            replicated: None,
        }
    }
}

/// The selected pairs by falling score.
///
/// The first evidence is that for z-scores, the second that for probabilities by z, which depend on its number of sequences: unknown, there
/// is none.
pub fn rank(
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
    let mut ranked = scores.ranked_by(ranked_by)?;
    let by_patterns = ranked_by == RankingScore::Pattern;
    let score = match by_patterns {
        true => scores.apc(DEFAULT_APC_FACTOR),
        false => Vec::new(),
    };
    if by_patterns && selection.positions.is_some() {
        place_by_score(&mut ranked, &score);
    }
    let order = best_first(&ranked, &score, columns, selection);
    let known = Known {
        scores,
        columns,
        evidence,
        probabilities,
        ranking_patterns: scores.patterns().filter(|_| by_patterns),
        corrected: scores.cn(),
        shown: if by_patterns { score } else { ranked },
    };
    let mut crowd = selection.spread.map(Crowd::new);
    let mut stays = |contact: &Contact| {
        let (i, j) = contact.residues;
        crowd.as_mut().is_none_or(|crowd| crowd.admits(i, j))
    };
    let list = order
        .into_iter()
        .map(|(pair, sites)| known.contact(pair, sites))
        .filter(|contact| selection.is_reached_by(contact.probability, contact.z))
        .filter(|contact| stays(contact))
        .take(selection.top.count(sites));
    let numbered = list
        .zip(1..)
        .map(|(contact, rank)| Contact { rank, ..contact });
    Ok(numbered.collect())
}

/// Gives pairs without a pattern that of the pair which stands as high among the others by its pattern as they do by `score`.
fn place_by_score(patterns: &mut [f64], score: &[f64]) {
    let known: Vec<usize> = (0..score.len())
        .filter(|&k| patterns[k].is_finite())
        .collect();
    let falling = |values: &[f64]| {
        let mut sorted: Vec<f64> = known.iter().map(|&k| values[k]).collect();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        sorted
    };
    let (by_pattern, by_score) = (falling(patterns), falling(score));
    let Some(last) = known.len().checked_sub(1) else {
        return;
    };
    for (pattern, own) in patterns.iter_mut().zip(score) {
        if !pattern.is_finite() {
            let above = by_score.partition_point(|other| other > own);
            *pattern = by_pattern[above.min(last)];
        }
    }
}

/// The first `count` of the selected pairs by a score of all pairs, as packed indices; equal scores keep the order of pairs.
pub fn first_pairs(
    scores: &[f64],
    columns: &ColumnMap,
    selection: &Selection,
    count: usize,
) -> Vec<usize> {
    let order = best_first(scores, &[], columns, selection);
    order
        .into_iter()
        .take(count)
        .map(|(pair, _)| pair)
        .collect()
}

/// The selected pairs, as (packed index, sites), the highest score first; of those as good the highest of `second`, where there are such.
fn best_first(
    ranked: &[f64],
    second: &[f64],
    columns: &ColumnMap,
    selection: &Selection,
) -> Vec<(usize, (usize, usize))> {
    let mut order: Vec<(usize, (usize, usize))> = pair_sites(columns.sites())
        .enumerate()
        .filter(|&(_, (i, j))| selection.admits(columns.residue(i), columns.residue(j)))
        .collect();
    // 0.0 is added because the order of bits puts -0.0 below 0.0, and the two must tie.
    let descending = |a: usize, b: usize| {
        let seconds = second.get(b).zip(second.get(a));
        let by_second = seconds.map_or(Ordering::Equal, |(b, a)| (b + 0.0).total_cmp(&(a + 0.0)));
        (ranked[b] + 0.0)
            .total_cmp(&(ranked[a] + 0.0))
            .then(by_second)
    };
    // The index decides ties, so that no two pairs are equal and any number of threads gives one order.
    order.par_sort_unstable_by(|&(a, _), &(b, _)| descending(a, b).then(a.cmp(&b)));
    order
}
