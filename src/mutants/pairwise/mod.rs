//! Scores of mutants by fields and couplings.
//!
//! With the wild type a at every site, a substitution a -> b at site i alone scores
//! s_i(b) = h_i(b) - h_i(a_i) + sum_{j != i} [J_ij(b, a_j) - J_ij(a_i, a_j)],
//! a table of L x q numbers made once. Several substitutions score the sum of theirs and, for each pair of them,
//! e_ij = J(b,b') - J(b,a') - J(a,b') + J(a,a'): k numbers and k(k-1)/2 pairs instead of two energies of L^2/2 terms.
//!
//! So a mutant needs the couplings of its own sites with all others, and the blocks of its pairs. Of a model whose couplings lie in a
//! file these are fetched, for as many mutants at a time as the caller has, and the whole file is read only where most of it is needed.

mod cache;
mod singles;

use super::change::Change;
use crate::error::Result;
use crate::model::Pairwise;
use cache::{BlockCache, PATIENCE};
use singles::Singles;
use std::hint::black_box;

pub(super) use singles::relative_fields;

/// The couplings at hand, and the scores of the single substitutions that are known.
#[derive(Debug)]
pub(super) struct PairwiseScores<'m> {
    couplings: BlockCache<'m>,
    singles: Singles<'m>,
    target: Vec<u8>,
}

impl<'m> PairwiseScores<'m> {
    /// Nothing is fetched yet.
    pub fn new(model: Pairwise<'m>, target: &[u8]) -> Self {
        Self {
            couplings: BlockCache::of(model.couplings),
            singles: Singles::new(model.fields, target),
            target: target.to_vec(),
        }
    }

    /// Gets ready to [`Self::score`] these mutants, each a list of changes: reads the couplings that they need and that are not
    /// at hand yet. For many mutants call it with thousands at a time, since the file is then read in its order.
    ///
    /// # Errors
    /// If the couplings cannot be read, or are not finite.
    pub fn fetch<'c>(&mut self, mutants: impl IntoIterator<Item = &'c [Change]>) -> Result<()> {
        let cache = &mut self.couplings;
        let mut unknown = vec![false; self.target.len()];
        for changes in mutants {
            for &Change { site, .. } in changes {
                unknown[site] = !self.singles.knows(site);
            }
            if cache.is_partial() {
                for (one, other) in pairs_of(changes) {
                    let (i, j) = in_order(one.site, other.site);
                    cache.want(i, j)?;
                }
            }
        }
        let mut sites: Vec<usize> = (0..unknown.len()).filter(|&site| unknown[site]).collect();
        let many = (self.singles.known() + sites.len()) * PATIENCE > unknown.len();
        if !sites.is_empty() && (many || !cache.is_partial()) {
            self.singles.fill(cache.source(), &self.target)?;
            sites.clear();
        }
        self.fetch_listed(&sites)
    }

    /// Gets ready for all single changes.
    ///
    /// # Errors
    /// As for [`Self::fetch`].
    pub fn fetch_singles(&mut self) -> Result<()> {
        self.singles.fill(self.couplings.source(), &self.target)
    }

    /// Gets ready for all changes, by reading the model into memory.
    ///
    /// # Errors
    /// As for [`Self::fetch`].
    pub fn fetch_all(&mut self) -> Result<()> {
        self.couplings.read_all()?;
        self.fetch_singles()
    }

    /// Reads the blocks of all pairs of some sites, for their singles, and those wanted of other pairs, to be kept.
    fn fetch_listed(&mut self, sites: &[usize]) -> Result<()> {
        let cache = &mut self.couplings;
        let length = self.target.len();
        let all_of = |&site: &usize| {
            let others = (0..length).filter(move |&other| other != site);
            others.map(move |other| in_order(site, other))
        };
        let wanted = cache.wanted();
        let mut listed = wanted.clone();
        listed.extend(sites.iter().flat_map(all_of));
        listed.sort_unstable();
        listed.dedup();
        sites.iter().for_each(|&site| self.singles.begin(site));
        let mut to_hold = wanted.iter().peekable();
        let mut fresh = Vec::new();
        cache.source().visit(&listed, |i, j, block| {
            for site in [i, j] {
                if sites.binary_search(&site).is_ok() {
                    self.singles.add(site, (i, j), block, &self.target);
                }
            }
            if to_hold.next_if_eq(&&(i, j)).is_some() {
                fresh.extend_from_slice(block);
            }
        })?;
        cache.keep(&fresh);
        sites
            .iter()
            .for_each(|&site| self.singles.finish(site, &self.target));
        Ok(())
    }

    /// Sum of the single scores of some changes, and the rest. Panics if they have not been fetched.
    pub fn score(&self, changes: &[Change]) -> (f64, f64) {
        let (mut additive, mut epistasis) = (0.0, 0.0);
        for (k, &change) in changes.iter().enumerate() {
            additive += self.singles.score(change.site, usize::from(change.state));
            let partners = changes[k + 1..].iter();
            epistasis += partners
                .map(|&partner| self.pair_term(change, partner))
                .sum::<f64>();
        }
        (additive, epistasis)
    }

    /// Asks memory for what [`Self::score`] needs of the couplings, and does not wait for it: called for some tens of mutants before the
    /// first is scored, it has them wait together for a model that is larger than the processor's cache. Panics as `score` does.
    #[inline]
    pub fn touch(&self, changes: &[Change]) {
        let cache = &self.couplings;
        for (one, other) in pairs_of(changes) {
            let near = in_order(one.site, other.site);
            let block = cache.block(near.0, near.1);
            let first = if one.site < other.site { one } else { other };
            let rows = [first.state, self.target[first.site]].map(usize::from);
            let middle = self.singles.states() / 2;
            for row in rows {
                black_box(block[row * self.singles.states() + middle]);
            }
        }
    }

    /// e_ij of two changes: what they have together beyond the sum of their singles.
    #[inline]
    pub fn pair_term(&self, one: Change, other: Change) -> f64 {
        let (i, j) = (one.site, other.site);
        let (a, b) = (usize::from(self.target[i]), usize::from(one.state));
        let (c, d) = (usize::from(self.target[j]), usize::from(other.state));
        let (cache, q) = (&self.couplings, self.singles.states());
        let (block, slow, fast) = match i < j {
            true => (cache.block(i, j), q, 1),
            false => (cache.block(j, i), 1, q),
        };
        let coupling = |x, y| f64::from(block[x * slow + y * fast]);
        coupling(b, d) - coupling(b, c) - coupling(a, d) + coupling(a, c)
    }
}

/// All pairs of changes.
fn pairs_of(changes: &[Change]) -> impl Iterator<Item = (Change, Change)> {
    let with_later = |(k, &one): (usize, &Change)| changes[k + 1..].iter().map(move |&o| (one, o));
    changes.iter().enumerate().flat_map(with_later)
}

fn in_order(i: usize, j: usize) -> (usize, usize) {
    (i.min(j), i.max(j))
}
