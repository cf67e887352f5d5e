//! What the counts of offsets mean: that the one in use is right, that another is, that several are, or that none is.

use super::OffsetSearch;
use super::evidence::{Evidence, is_nearly_all};
use super::histogram::OffsetHistogram;
use super::stretches::{Stretch, stretches};
use crate::position::{Chain, Offsets};

/// An offset is proposed where fewer than so many would be expected to fit as well by chance.
const PROPOSED: f64 = 0.05;

/// The same, where it is taken without asking, or nothing is written because of it.
const CERTAIN: f64 = 1e-3;

/// Mutants that it takes for that.
const ENOUGH: u64 = 20;

/// The share of what it brings to the target, where it brings less than all.
const NEARLY_ALL: f64 = 0.95;

/// An offset that fits so large a share of what it brings to the target is right, and nothing is proposed in its place.
const RIGHT: f64 = 0.9;

/// One that is proposed fits at least so large a share.
const MOST: f64 = 0.8;

/// Fewer residues than this say nothing where no offset fits them.
const FEW: usize = 10;

/// What the mutants of a table say about its numbering.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Mutants with something to match; in a complex their parts, one a chain.
    pub mutants: u64,
    /// Those that match with the offsets in use.
    pub matching_now: u64,
    /// Other offsets that fit much better, and how many mutants.
    pub better: Option<(Offsets, u64)>,
    /// Whether these leave no doubt, and the ones in use are wrong.
    pub is_contradicted: bool,
    /// Where no single offset fits a chain: which numbers fit which.
    pub stretches: Vec<Stretch>,
    /// Where no offset fits a chain more than any would: the most that some offset fits, and of how many.
    pub by_chance: Option<(u64, u64)>,
}

/// Why no offset can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The chain, where there are several.
    pub chain: Option<Chain>,
    /// The offset that fits most.
    pub offset: i64,
    /// How many mutants it fits.
    pub matching: u64,
    /// Of how many.
    pub mutants: u64,
    /// Another that fits nearly as many.
    pub other: Option<i64>,
}

impl OffsetHistogram {
    /// What the counts mean for the target of `search`, which they were made with.
    pub fn judge(&self, search: &OffsetSearch) -> Judgement {
        let chains: Vec<Evidence> = self.evidence(search).collect();
        let now = |chain: &Evidence| chain.rows(chain.applied);
        let mut judgement = Judgement {
            mutants: chains.iter().map(|chain| chain.counts.mutants).sum(),
            matching_now: chains.iter().map(now).sum(),
            better: None,
            is_contradicted: false,
            stretches: Vec::new(),
            by_chance: None,
        };
        for (place, chain) in chains.iter().enumerate() {
            match verdict(chain) {
                Verdict::Nothing => {}
                Verdict::Other(offset, is_certain) => {
                    let more = chain.rows(offset) - now(chain);
                    let better = judgement.better.take();
                    let (offsets, matching) =
                        better.unwrap_or_else(|| (self.applied.clone(), judgement.matching_now));
                    let offsets = offsets.with(place, chains.len(), offset);
                    judgement.better = Some((offsets, matching + more));
                    judgement.is_contradicted |= is_certain;
                }
                Verdict::Several(found) => judgement.stretches.extend(found),
                Verdict::Chance => {
                    let (best, all) = (chain.rows(chain.best()), chain.counts.mutants);
                    let (most, of) = judgement.by_chance.unwrap_or((0, 0));
                    judgement.by_chance = Some((most + best, of + all));
                }
            }
        }
        judgement
    }

    /// The offsets that leave no doubt, one a chain; that in use for a chain without mutants.
    ///
    /// # Errors
    /// If the evidence for one is not strong enough.
    pub fn choose(&self, search: &OffsetSearch) -> Result<Offsets, Refusal> {
        let chosen = self.evidence(search).map(|chain| {
            let best = chain.best();
            match chain.counts.mutants {
                0 => Ok(chain.applied),
                _ if is_certain(&chain, best) => Ok(best),
                mutants => Err(Refusal {
                    chain: chain.search.chain,
                    offset: best,
                    matching: chain.rows(best),
                    mutants,
                    other: chain.runner_up(best),
                }),
            }
        });
        chosen.collect()
    }

    fn evidence<'a>(&'a self, search: &'a OffsetSearch) -> impl Iterator<Item = Evidence<'a>> {
        let chains = search.chains.iter().zip(&self.chains).enumerate();
        chains
            .map(|(place, (search, counts))| Evidence::new(search, counts, self.applied.of(place)))
    }
}

/// What is to be said of one chain.
enum Verdict {
    Nothing,
    Other(i64, bool),
    Several(Vec<Stretch>),
    Chance,
}

/// Whether an offset leaves no doubt: it fits nearly all mutants, or most, and nearly all that it brings to the target. An assay of a whole
/// protein has many outside the domain that is modelled.
fn is_certain(evidence: &Evidence, offset: i64) -> bool {
    let (fit, rows, mutants) = (
        evidence.fit(offset),
        evidence.rows(offset),
        evidence.counts.mutants,
    );
    let is_of_domain = fit.share >= NEARLY_ALL && 2 * rows >= mutants;
    rows >= ENOUGH
        && (is_nearly_all(rows, mutants) || is_of_domain)
        && evidence.expected(&fit, evidence.tried()) < CERTAIN
        && evidence.runner_up(offset).is_none()
}

fn verdict(evidence: &Evidence) -> Verdict {
    let (now, best) = (evidence.fit(evidence.applied), evidence.best());
    if evidence.said.is_empty() || now.share >= RIGHT && evidence.expected(&now, 1) < PROPOSED {
        return Verdict::Nothing;
    }
    let (fit, tried) = (evidence.fit(best), evidence.tried());
    let is_fitting = evidence.expected(&fit, tried) < PROPOSED;
    let is_more = best != evidence.applied && evidence.rows(best) > evidence.rows(evidence.applied);
    let is_now_poor = now.share < 0.5 || evidence.expected(&now, 1) >= PROPOSED;
    let is_other = |least: f64| is_fitting && is_more && fit.share >= least && is_now_poor;
    let other = || {
        let is_wrong = evidence.rows(evidence.applied) * 5 < evidence.counts.mutants;
        Verdict::Other(best, is_wrong && is_certain(evidence, best))
    };
    if is_other(RIGHT) {
        return other();
    }
    if let Some(found) = stretches(evidence, best) {
        return Verdict::Several(found);
    }
    if is_other(MOST) {
        return other();
    }
    let is_now_fitting = evidence.expected(&now, 1) < CERTAIN;
    match is_fitting || is_now_fitting || evidence.said.len() < FEW {
        true => Verdict::Nothing,
        false => Verdict::Chance,
    }
}
#[cfg(test)]
mod tests;
