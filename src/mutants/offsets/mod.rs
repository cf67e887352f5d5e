//! Which shift of the numbering makes mutants' wild-type letters those of the target.
//!
//! Tables number from a construct's start, a precursor's, or from 0. A single substitution fits somewhere nearly always; that
//! thousands fit with one and the same offset is no accident. [`OffsetHistogram`] counts, [`Judgement`] says what the counts mean.

mod evidence;
mod histogram;
mod judgement;
mod stretches;

pub use histogram::OffsetHistogram;
pub use judgement::{Judgement, Refusal};
pub use stretches::Stretch;

use super::notation::{Mutant, Substitution};
use crate::alignment::{Column, ColumnMap};
use crate::alphabet::{Alphabet, GAP_LETTER};
use crate::position::Chain;

/// Offsets further than this from the one applied are not proposed: it is longer than nearly every protein and keeps the
/// histogram small.
pub const MAX_OFFSET: i64 = 10_000;

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

    /// The share of the target's residues that have a letter.
    fn frequency(&self, letter: u8) -> f64 {
        self.positions[usize::from(letter)].len() as f64 / self.residues.len().max(1) as f64
    }

    /// First and last position.
    fn ends(&self) -> Option<(i64, i64)> {
        Some((self.residues.first()?.0, self.residues.last()?.0))
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
