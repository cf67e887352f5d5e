//! Which shift of the numbering makes a mutant's wild-type letters those of the target.
//!
//! Tables number from a construct's start, a precursor's, or from 0. A single substitution fits somewhere nearly always; that
//! thousands fit with one and the same offset is no accident.

use super::notation::{Mutant, Substitution};
use crate::alignment::{Column, ColumnMap};
use crate::alphabet::{Alphabet, GAP_LETTER};
use crate::position::{Chain, Offsets};

/// Offsets further than this from the one applied are not proposed: it is longer than nearly every protein and keeps the
/// histogram small.
pub const MAX_OFFSET: i64 = 10_000;

/// Fewer mutants than this agree on some offset by chance.
const LEAST_AGREEMENT: u64 = 3;

/// The target's residues, chain by chain.
#[derive(Debug, Clone)]
pub struct OffsetSearch {
    /// One a chain, a single one without.
    chains: Vec<ChainSearch>,
}

/// The residues of a chain, by position and by letter.
#[derive(Debug, Clone)]
struct ChainSearch {
    chain: Option<Chain>,
    /// The letter that stands for each byte: T and U are one.
    canonical: [u8; 256],
    residues: Vec<(i64, u8)>,
    /// Rising positions of each letter.
    positions: Vec<Vec<i64>>,
}

impl OffsetSearch {
    /// A search in the target of `columns`.
    pub fn new(columns: &ColumnMap, alphabet: &Alphabet) -> Self {
        let canonical = std::array::from_fn(|byte| alphabet.canonical(byte as u8));
        let spans = columns.spans().iter();
        let mut chains: Vec<ChainSearch> = spans
            .map(|span| ChainSearch::new(span.chain, canonical))
            .collect();
        for column in columns.columns() {
            let chain = chains.iter_mut().find(|c| c.chain == column.chain);
            if let Some(chain) = chain.filter(|_| column.letter != GAP_LETTER) {
                chain.add(column);
            }
        }
        Self { chains }
    }

    /// Number of chains, 1 where there are none.
    pub fn chains(&self) -> usize {
        self.chains.len()
    }
}

impl ChainSearch {
    fn new(chain: Option<Chain>, canonical: [u8; 256]) -> Self {
        Self {
            chain,
            canonical,
            residues: Vec::new(),
            positions: vec![Vec::new(); 256],
        }
    }

    fn add(&mut self, column: &Column) {
        if let Ok(position) = i64::try_from(column.position.get()) {
            let letter = self.letter(column.letter);
            self.residues.push((position, letter));
            self.positions[usize::from(letter)].push(position);
        }
    }

    fn letter(&self, byte: u8) -> u8 {
        self.canonical[usize::from(byte)]
    }

    /// The substitutions of a mutant in this chain.
    fn own<'a>(&self, mutant: &'a Mutant) -> impl Iterator<Item = &'a Substitution> + use<'a> {
        let chain = self.chain;
        let all = mutant.substitutions().iter();
        all.filter(move |s| s.chain == chain && !s.lacks_wild_type())
    }

    /// Where the target has a substitution's wild-type letter.
    fn places(&self, s: &Substitution) -> &[i64] {
        &self.positions[usize::from(self.letter(s.wild_type))]
    }

    /// All offsets within [`MAX_OFFSET`] of `applied` with which every wild-type letter of `mutant` in this chain matches, rising.
    fn fitting<'a>(&'a self, mutant: &'a Mutant, applied: i64) -> impl Iterator<Item = i64> + 'a {
        let rarest = self.own(mutant).min_by_key(|s| self.places(s).len());
        rarest.into_iter().flat_map(move |rarest| {
            let same =
                |s: &Substitution| (s.number, s.wild_type) == (rarest.number, rarest.wild_type);
            let other = self.own(mutant).find(|s| !same(s));
            let candidates = self.places(rarest).iter();
            let candidates = candidates.filter_map(|position| position.checked_sub(rarest.number));
            candidates
                .filter(move |offset| offset.abs_diff(applied) <= MAX_OFFSET.unsigned_abs())
                // One of the others is enough to rule out nearly all.
                .filter(move |&offset| other.is_none_or(|s| self.matches(s, offset)))
                .filter(move |&offset| self.own(mutant).all(|s| self.matches(s, offset)))
        })
    }

    /// Whether the target has the wild-type letter.
    fn matches(&self, s: &Substitution, offset: i64) -> bool {
        self.letter_at(s.number.saturating_add(offset)) == Some(self.letter(s.wild_type))
    }

    /// The letter at a position. Where there are no holes, as in nearly all targets, it need not be searched for: a long table asks
    /// some fifty times a mutant.
    fn letter_at(&self, position: i64) -> Option<u8> {
        let first = self.residues.first()?.0;
        let straight = usize::try_from(position.checked_sub(first)?).ok()?;
        match self.residues.get(straight) {
            Some(&(found, letter)) if found == position => Some(letter),
            _ => {
                let found = self.residues.binary_search_by_key(&position, |r| r.0);
                found.ok().map(|k| self.residues[k].1)
            }
        }
    }
}

/// How many mutants each offset fits: constant memory, whatever the length of the table.
///
/// Chains are numbered each on its own: what a mutant has in each counts for itself, as a part of it.
#[derive(Debug, Clone)]
pub struct OffsetHistogram {
    applied: Offsets,
    chains: Vec<Counts>,
}

/// Counts of one chain.
#[derive(Debug, Clone)]
struct Counts {
    /// Of the offsets from `MAX_OFFSET` below the one applied on.
    fitting: Vec<u64>,
    mutants: u64,
}

impl OffsetHistogram {
    /// No mutants yet; `applied` are the offsets that they are scored with, in a model of `chains` chains (1 without).
    pub fn new(applied: Offsets, chains: usize) -> Self {
        let none = Counts {
            fitting: vec![0; 2 * MAX_OFFSET as usize + 1],
            mutants: 0,
        };
        Self {
            applied,
            chains: vec![none; chains],
        }
    }

    /// Counts one mutant; the wild type has nothing to match.
    pub fn add(&mut self, search: &OffsetSearch, mutant: &Mutant) {
        for (place, (chain, counts)) in search.chains.iter().zip(&mut self.chains).enumerate() {
            let applied = self.applied.of(place);
            counts.mutants += u64::from(chain.own(mutant).next().is_some());
            for offset in chain.fitting(mutant, applied) {
                counts.fitting[(offset - applied + MAX_OFFSET) as usize] += 1;
            }
        }
    }

    /// Adds the counts of another, of the same offsets and chains.
    pub fn merge(&mut self, other: &Self) {
        for (counts, more) in self.chains.iter_mut().zip(&other.chains) {
            counts.mutants += more.mutants;
            let fitting = counts.fitting.iter_mut().zip(&more.fitting);
            fitting.for_each(|(count, more)| *count += more);
        }
    }

    /// Mutants counted; in a complex, their parts, one a chain.
    pub fn mutants(&self) -> u64 {
        self.chains.iter().map(|counts| counts.mutants).sum()
    }

    /// Mutants, or parts, that fit with the offsets applied.
    pub fn fitting_now(&self) -> u64 {
        self.chains.iter().map(Counts::now).sum()
    }

    /// The offsets that fit most mutants, in each chain the one nearest to that applied among equals, and how many they fit.
    /// `None` if no other fits more than the one applied, or too few agree to mean anything.
    pub fn better(&self) -> Option<(Offsets, u64)> {
        let mut found = None;
        for (place, counts) in self.chains.iter().enumerate() {
            if let Some((shift, count)) = counts.better() {
                let (offsets, fitting) =
                    found.unwrap_or_else(|| (self.applied.clone(), self.fitting_now()));
                let offset = self.applied.of(place).saturating_add(shift);
                found = Some((
                    offsets.with(place, self.chains.len(), offset),
                    fitting + count - counts.now(),
                ));
            }
        }
        found
    }
}

impl Counts {
    fn now(&self) -> u64 {
        self.fitting[MAX_OFFSET as usize]
    }

    /// The shift that fits most mutants, and how many.
    fn better(&self) -> Option<(i64, u64)> {
        let counts = self.fitting.iter().zip(-MAX_OFFSET..);
        let (&count, shift) = counts.max_by_key(|&(&n, shift)| (n, -shift.abs(), shift))?;
        (count >= LEAST_AGREEMENT && count > self.now()).then_some((shift, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::testing::{columns, complex};

    #[test]
    fn the_best_offset_is_the_one_that_most_agree_on() {
        let search = OffsetSearch::new(&columns(11, "ACDAWY"), &Alphabet::protein());
        let histogram = |applied| {
            let mut histogram = OffsetHistogram::new(Offsets::from(applied), search.chains());
            for text in ["A1G", "C2G", "D3G", "W5A", "wt", "A11C"] {
                histogram.add(&search, &Mutant::parse(text).unwrap());
            }
            assert_eq!(histogram.mutants(), 5);
            let better = histogram.better().map(|(offsets, n)| (offsets.of(0), n));
            (better, histogram.fitting_now())
        };
        assert_eq!(histogram(0), (Some((10, 4)), 1));
        assert_eq!(histogram(10), (None, 4));
        assert_eq!(histogram(-11_000), (None, 0));
        assert_eq!(histogram(i64::MAX), (None, 0));
        assert_eq!(histogram(i64::MIN), (None, 0));
    }

    #[test]
    fn chains_are_shifted_each_on_its_own() {
        let map = complex(&[(b'A', 11, "ACDA"), (b'B', 1, "WYF")]);
        let search = OffsetSearch::new(&map, &Alphabet::protein());
        let mut histogram = OffsetHistogram::new(Offsets::default(), search.chains());
        for text in ["A:A1G", "A:C2G", "A:D3G:B:Y2A", "B:W1A", "A:A11G", "G12D"] {
            histogram.add(&search, &Mutant::parse(text).unwrap());
        }
        assert_eq!((histogram.mutants(), histogram.fitting_now()), (6, 3));
        assert_eq!(histogram.better(), Some(("10,0".parse().unwrap(), 5)));
    }
}
