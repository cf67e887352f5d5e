//! What was said of a chain of the target, and how offsets fit it.

use super::histogram::Counts;
use super::{ChainSearch, MAX_OFFSET};

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
pub(super) struct Fit {
    /// Different residues at different numbers that it brings to the target, and of these those that match.
    pub inside: usize,
    pub matching: usize,
    /// The share of matches among all that was said of residues that it brings to the target.
    pub share: f64,
}

/// 95 %.
pub(super) fn is_nearly_all(count: u64, all: u64) -> bool {
    count * 20 >= all * 19 && count > 0
}

impl<'a> Evidence<'a> {
    /// That of a chain, with the offset in use.
    pub fn new(search: &'a ChainSearch, counts: &'a Counts, applied: i64) -> Self {
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

    /// Mutants of this one substitution.
    pub fn singles(&self, number: i64, letter: u8) -> u64 {
        let said = self.counts.sites.get(&(number, letter));
        said.map_or(0, |said| said.singles)
    }

    /// The offset that fits most mutants, among equals the one nearest to that in use.
    pub fn best(&self) -> i64 {
        let counts = self.fitting.iter().zip(-MAX_OFFSET..);
        let best = counts.max_by_key(|&(&count, shift)| (count, -shift.abs(), shift));
        self.applied
            .saturating_add(best.map_or(0, |(_, shift)| shift))
    }

    /// Another offset that fits nearly as many mutants: repeats have several.
    pub fn runner_up(&self, best: i64) -> Option<i64> {
        let most = self.rows(best);
        let counts = self.fitting.iter().zip(-MAX_OFFSET..);
        let mut others = counts.filter(|&(&count, shift)| {
            self.applied.saturating_add(shift) != best && is_nearly_all(count, most)
        });
        others
            .next()
            .map(|(_, shift)| self.applied.saturating_add(shift))
    }

    /// How an offset fits it.
    pub fn fit(&self, offset: i64) -> Fit {
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
    pub fn expected(&self, fit: &Fit, tried: usize) -> f64 {
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
}
