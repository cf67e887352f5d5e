//! What the counts of offsets mean: that the one in use is right, that another is, that several are, or that none is.

use super::histogram::{Counts, OffsetHistogram};
use super::stretches::{Stretch, stretches};
use super::{ChainSearch, MAX_OFFSET, OffsetSearch};
use crate::position::{Chain, Offsets};

/// An offset is proposed where fewer than so many would be expected to fit as well by chance.
const PROPOSED: f64 = 0.05;

/// The same, where it is taken without asking, or nothing is written because of it.
const CERTAIN: f64 = 1e-3;

/// Mutants that it takes for that.
const ENOUGH: u64 = 20;

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
            match chain.verdict() {
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
                _ if chain.is_certain(best) => Ok(best),
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

/// The counts of one chain beside its target.
pub(super) struct Evidence<'a> {
    pub search: &'a ChainSearch,
    pub counts: &'a Counts,
    pub applied: i64,
    fitting: Vec<u64>,
    /// What was said of the target: number, letter, and how often, by rising number.
    pub said: Vec<(i64, u8, u64)>,
    /// The share of matches that chance gives.
    chance: f64,
}

/// How an offset fits what was said of the target.
struct Fit {
    /// Different residues at different numbers that it brings to the target, and of these those that match.
    inside: usize,
    matching: usize,
    /// The share of matches among all that was said of residues that it brings to the target.
    share: f64,
}

impl<'a> Evidence<'a> {
    fn new(search: &'a ChainSearch, counts: &'a Counts, applied: i64) -> Self {
        let sites = counts.sites.iter();
        let mut said: Vec<_> = sites
            .map(|(&(n, letter), said)| (n, letter, said.all))
            .collect();
        said.sort_unstable();
        let frequencies = said.iter().map(|&(_, letter, _)| search.frequency(letter));
        Self {
            chance: frequencies.sum::<f64>() / said.len().max(1) as f64,
            fitting: counts.fitting(search, applied),
            search,
            counts,
            applied,
            said,
        }
    }

    /// Mutants that match with an offset.
    pub fn rows(&self, offset: i64) -> u64 {
        let place = offset
            .saturating_sub(self.applied)
            .saturating_add(MAX_OFFSET);
        let place = usize::try_from(place).ok();
        place
            .and_then(|place| self.fitting.get(place))
            .copied()
            .unwrap_or(0)
    }

    /// The offset that fits most mutants, among equals the one nearest to that in use.
    pub fn best(&self) -> i64 {
        let counts = self.fitting.iter().zip(-MAX_OFFSET..);
        let best = counts.max_by_key(|&(&count, shift)| (count, -shift.abs(), shift));
        self.applied
            .saturating_add(best.map_or(0, |(_, shift)| shift))
    }

    /// Another offset that fits nearly all mutants, too: repeats have several.
    fn runner_up(&self, best: i64) -> Option<i64> {
        let counts = self.fitting.iter().zip(-MAX_OFFSET..);
        let mut others = counts.filter(|&(&count, shift)| {
            self.applied.saturating_add(shift) != best && self.is_nearly_all(count)
        });
        others
            .next()
            .map(|(_, shift)| self.applied.saturating_add(shift))
    }

    /// 95 %.
    fn is_nearly_all(&self, count: u64) -> bool {
        count * 20 >= self.counts.mutants * 19 && count > 0
    }

    fn fit(&self, offset: i64) -> Fit {
        let (first, last) = self.search.ends().unwrap_or((1, 0));
        let (mut inside, mut matching, mut said_inside, mut said_matching) = (0, 0, 0, 0);
        for &(number, letter, often) in &self.said {
            let position = number.saturating_add(offset);
            if (first..=last).contains(&position) {
                inside += 1;
                said_inside += often;
                if self.search.letter_at(position) == Some(letter) {
                    matching += 1;
                    said_matching += often;
                }
            }
        }
        Fit {
            inside,
            matching,
            share: said_matching as f64 / said_inside.max(1) as f64,
        }
    }

    /// How many of the offsets tried would be expected to fit as well by chance, at most: letters of the target match with the share that
    /// they have in it, and what several rows say of one residue is said once (Chernoff's bound of the binomial distribution's tail).
    fn expected(&self, fit: &Fit, tried: usize) -> f64 {
        let (n, k) = (fit.inside as f64, fit.matching as f64);
        let (share, chance) = (k / n.max(1.0), self.chance.clamp(1e-6, 1.0 - 1e-6));
        if share <= chance {
            return tried as f64;
        }
        let term = |x: f64, y: f64| if x > 0.0 { x * (x / y).ln() } else { 0.0 };
        let divergence = term(share, chance) + term(1.0 - share, 1.0 - chance);
        tried as f64 * (-n * divergence).exp()
    }

    /// Offsets that bring something to the target.
    pub fn tried(&self) -> usize {
        let numbers = match (self.said.first(), self.said.last()) {
            (Some(first), Some(last)) => last.0.abs_diff(first.0),
            _ => 0,
        };
        let length = self
            .search
            .ends()
            .map_or(0, |(first, last)| last.abs_diff(first));
        numbers
            .saturating_add(length)
            .min(2 * MAX_OFFSET.unsigned_abs()) as usize
            + 1
    }

    /// Whether an offset leaves no doubt.
    fn is_certain(&self, offset: i64) -> bool {
        self.counts.mutants >= ENOUGH
            && self.is_nearly_all(self.rows(offset))
            && self.expected(&self.fit(offset), self.tried()) < CERTAIN
            && self.runner_up(offset).is_none()
    }

    fn verdict(&self) -> Verdict {
        let (now, best) = (self.fit(self.applied), self.best());
        if self.said.is_empty() || now.share >= RIGHT && self.expected(&now, 1) < PROPOSED {
            return Verdict::Nothing;
        }
        let (fit, tried) = (self.fit(best), self.tried());
        let is_fitting = self.expected(&fit, tried) < PROPOSED;
        let is_more = best != self.applied && self.rows(best) > self.rows(self.applied);
        let is_now_poor = now.share < 0.5 || self.expected(&now, 1) >= PROPOSED;
        let is_other = |least: f64| is_fitting && is_more && fit.share >= least && is_now_poor;
        let other = || {
            let is_wrong = self.rows(self.applied) * 5 < self.counts.mutants;
            Verdict::Other(best, is_wrong && self.is_certain(best))
        };
        if is_other(RIGHT) {
            return other();
        }
        if let Some(found) = stretches(self, best) {
            return Verdict::Several(found);
        }
        if is_other(MOST) {
            return other();
        }
        let is_now_fitting = self.expected(&now, 1) < CERTAIN;
        match is_fitting || is_now_fitting || self.said.len() < FEW {
            true => Verdict::Nothing,
            false => Verdict::Chance,
        }
    }
}

#[cfg(test)]
mod tests;
