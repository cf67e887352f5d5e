//! How many mutants each offset fits.

use super::{ChainSearch, MAX_OFFSET, OffsetSearch};
use crate::mutants::notation::Mutant;
use crate::position::Offsets;
use std::collections::HashMap;

/// How many mutants each offset fits: bounded memory, whatever the length of the table.
///
/// Chains are numbered each on its own: what a mutant has in each counts for itself, as a part of it.
#[derive(Debug, Clone)]
pub struct OffsetHistogram {
    pub(super) applied: Offsets,
    pub(super) chains: Vec<Counts>,
}

/// Counts of one chain.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    /// Mutants of several substitutions by the offsets that fit them, from `MAX_OFFSET` below the one applied on.
    several: Vec<u64>,
    /// What mutants say of the target. Only numbers that some offset brings to the target are kept, which bounds them.
    pub sites: HashMap<(i64, u8), Said>,
    pub mutants: u64,
}

/// How often a residue was said to have a number.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    /// In mutants of a single substitution.
    pub singles: u64,
    /// In all.
    pub all: u64,
}

impl OffsetHistogram {
    /// No mutants yet; `applied` are the offsets that they are scored with, in a model of `chains` chains (1 without).
    pub fn new(applied: Offsets, chains: usize) -> Self {
        let none = Counts {
            several: vec![0; 2 * MAX_OFFSET as usize + 1],
            sites: HashMap::new(),
            mutants: 0,
        };
        Self {
            applied,
            chains: vec![none; chains],
        }
    }

    /// Counts one mutant; the wild type has nothing to match, and what has no wild type of its own nothing to say.
    pub fn add(&mut self, search: &OffsetSearch, mutant: &Mutant) {
        for (place, (chain, counts)) in search.chains.iter().zip(&mut self.chains).enumerate() {
            counts.add(chain, mutant, self.applied.of(place));
        }
    }

    /// Adds the counts of another, of the same offsets and chains.
    pub fn merge(&mut self, other: &Self) {
        for (counts, more) in self.chains.iter_mut().zip(&other.chains) {
            counts.mutants += more.mutants;
            let several = counts.several.iter_mut().zip(&more.several);
            several.for_each(|(count, more)| *count += more);
            for (site, more) in &more.sites {
                let said = counts.sites.entry(*site).or_default();
                said.singles += more.singles;
                said.all += more.all;
            }
        }
    }
}

impl Counts {
    fn add(&mut self, chain: &ChainSearch, mutant: &Mutant, applied: i64) {
        let mut own = chain.own(mutant);
        if own.next().is_none() {
            return;
        }
        self.mutants += 1;
        let is_single = own.next().is_none();
        for s in chain.own(mutant) {
            if is_near(chain, s.number, applied) {
                let said = self.sites.entry((s.number, chain.letter(s.wild_type)));
                let said = said.or_default();
                said.singles += u64::from(is_single);
                said.all += 1;
            }
        }
        if !is_single {
            for offset in chain.fitting(mutant, applied) {
                self.several[(offset - applied + MAX_OFFSET) as usize] += 1;
            }
        }
    }

    /// Mutants, or parts, that each offset fits, from `MAX_OFFSET` below the one applied on.
    pub fn fitting(&self, chain: &ChainSearch, applied: i64) -> Vec<u64> {
        let mut fitting = self.several.clone();
        for (&(number, letter), said) in self.sites.iter().filter(|(_, said)| said.singles > 0) {
            for position in &chain.positions[usize::from(letter)] {
                let shift = position.saturating_sub(number).saturating_sub(applied);
                if let Some(count) = usize::try_from(shift.saturating_add(MAX_OFFSET))
                    .ok()
                    .and_then(|place| fitting.get_mut(place))
                {
                    *count += said.singles;
                }
            }
        }
        fitting
    }
}

/// Whether an offset that is looked at brings a number to the target.
fn is_near(chain: &ChainSearch, number: i64, applied: i64) -> bool {
    let number = number.saturating_add(applied);
    chain.ends().is_some_and(|(first, last)| {
        number >= first.saturating_sub(MAX_OFFSET) && number <= last.saturating_add(MAX_OFFSET)
    })
}
