//! Judging and scoring mutants of a model's target.
//!
//! With the wild type a at every site, a substitution a -> b at site i alone scores
//! s_i(b) = h_i(b) - h_i(a_i) + sum_{j != i} [J_ij(b, a_j) - J_ij(a_i, a_j)],
//! a table of L x q numbers made once. Several substitutions score the sum of theirs and, for each pair of them,
//! e_ij = J(b,b') - J(b,a') - J(a,b') + J(a,a'): k numbers and k(k-1)/2 pairs instead of two energies of L^2/2 terms.
//!
//! So a mutant needs the couplings of its own sites with all others, and the blocks of its pairs. A scorer of a model whose couplings
//! lie in a file fetches these, for as many mutants at a time as the caller has, and reads the whole file only where most of it is
//! needed.

use super::held::{Held, PATIENCE};
use super::notation::{Mutant, Substitution};
use super::offset::OffsetSearch;
use super::outcome::{NoSite, Outcome, Score};
use super::scoring_model::ScoringModel;
use super::singles::{Singles, relative_fields};
use crate::alignment::ColumnMap;
use crate::alignment::columns::Occupant;
use crate::alphabet::{Alphabet, GAP_LETTER, Symbol};
use crate::error::{Error, Result};
use crate::model::{PairBlocks, PottsModel};
use crate::position::{Chain, Offsets, Position, Residue};
use ndarray::Array2;
use std::hint::black_box;

/// A substitution at a site of the model: the site, and the state that replaces the target's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The site, from 0.
    pub site: usize,
    /// The new state.
    pub state: u8,
}

/// Scores mutants of the target of one model.
#[derive(Debug)]
pub struct MutantScorer<'m> {
    couplings: Option<Held<'m>>,
    columns: &'m ColumnMap,
    residues: u8,
    symbols: [Symbol; 256],
    target: Vec<u8>,
    singles: Singles<'m>,
    independent: Option<Array2<f64>>,
    offsets: OffsetSearch,
}

impl<'m> MutantScorer<'m> {
    /// A scorer of mutants of the target whose letters `columns` holds. It has nothing more to fetch.
    ///
    /// A site where the target has no residue (a model of all columns may have some) counts as a gap and has no mutants.
    ///
    /// # Errors
    /// If no letter of a target is known, or the shapes of model, fields and columns disagree.
    pub fn new(
        model: &'m PottsModel,
        independent_fields: Option<&Array2<f32>>,
        alphabet: &Alphabet,
        columns: &'m ColumnMap,
    ) -> Result<Self> {
        let couplings = model.couplings().map(|couplings| couplings as _);
        let mut scorer = Self::idle(
            model.fields(),
            couplings,
            independent_fields,
            alphabet,
            columns,
        )?;
        scorer.fetch_singles()?;
        Ok(scorer)
    }

    /// A scorer that has yet to [`Self::fetch`] what it is asked about.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn of(model: &'m ScoringModel) -> Result<Self> {
        Self::idle(
            &model.fields,
            model.couplings.as_deref().map(|couplings| couplings as _),
            model.independent_fields.as_ref(),
            &model.alphabet,
            &model.columns,
        )
    }

    fn idle(
        fields: &'m Array2<f32>,
        couplings: Option<&'m dyn PairBlocks>,
        independent_fields: Option<&Array2<f32>>,
        alphabet: &Alphabet,
        columns: &'m ColumnMap,
    ) -> Result<Self> {
        check_shapes(fields, couplings, independent_fields, alphabet, columns)?;
        let state = |site| match alphabet.symbol(columns.letter(site)) {
            Symbol::Residue(state) => state,
            Symbol::Gap | Symbol::Unknown => alphabet.gap_state(),
        };
        let target: Vec<u8> = (0..columns.sites()).map(state).collect();
        Ok(Self {
            couplings: couplings.map(Held::of),
            columns,
            residues: alphabet.gap_state(),
            symbols: alphabet.symbols(),
            singles: Singles::new(fields, &target, couplings.is_some()),
            independent: independent_fields.map(|fields| relative_fields(fields, &target)),
            target,
            offsets: OffsetSearch::new(columns, alphabet),
        })
    }

    /// Gets ready to [`Self::score`] these mutants, each a list of changes: reads the couplings that they need and that are not
    /// at hand yet. For many mutants call it with thousands at a time, since the file is then read in its order.
    ///
    /// # Errors
    /// If the couplings cannot be read, or are not finite.
    pub fn fetch<'c>(&mut self, mutants: impl IntoIterator<Item = &'c [Change]>) -> Result<()> {
        let Some(held) = &mut self.couplings else {
            return Ok(());
        };
        let mut unknown = vec![false; self.target.len()];
        for changes in mutants {
            for &Change { site, .. } in changes {
                unknown[site] = !self.singles.knows(site);
            }
            if held.is_partial() {
                for (one, other) in pairs_of(changes) {
                    let (i, j) = in_order(one.site, other.site);
                    held.want(i, j)?;
                }
            }
        }
        let mut sites: Vec<usize> = (0..unknown.len()).filter(|&site| unknown[site]).collect();
        let many = (self.singles.known() + sites.len()) * PATIENCE > unknown.len();
        if !sites.is_empty() && (many || !held.is_partial()) {
            self.singles.fill(held.source(), &self.target)?;
            sites.clear();
        }
        self.fetch_listed(&sites)
    }

    /// Gets ready for all single changes.
    ///
    /// # Errors
    /// As for [`Self::fetch`].
    pub fn fetch_singles(&mut self) -> Result<()> {
        match &self.couplings {
            Some(held) => self.singles.fill(held.source(), &self.target),
            None => Ok(()),
        }
    }

    /// Gets ready for all changes, by reading the model into memory.
    ///
    /// # Errors
    /// As for [`Self::fetch`].
    pub fn fetch_all(&mut self) -> Result<()> {
        if let Some(held) = &mut self.couplings {
            held.read_all()?;
        }
        self.fetch_singles()
    }

    /// Reads the blocks of all pairs of some sites, for their singles, and those wanted of other pairs, to be held.
    fn fetch_listed(&mut self, sites: &[usize]) -> Result<()> {
        let Some(held) = &mut self.couplings else {
            return Ok(());
        };
        let length = self.target.len();
        let all_of = |&site: &usize| {
            let others = (0..length).filter(move |&other| other != site);
            others.map(move |other| in_order(site, other))
        };
        let wanted = held.wanted();
        let mut listed = wanted.clone();
        listed.extend(sites.iter().flat_map(all_of));
        listed.sort_unstable();
        listed.dedup();
        sites.iter().for_each(|&site| self.singles.begin(site));
        let mut to_hold = wanted.iter().peekable();
        let mut fresh = Vec::new();
        held.source().visit(&listed, |i, j, block| {
            for site in [i, j] {
                if sites.binary_search(&site).is_ok() {
                    self.singles.add(site, (i, j), block, &self.target);
                }
            }
            if to_hold.next_if_eq(&&(i, j)).is_some() {
                fresh.extend_from_slice(block);
            }
        })?;
        held.hold(&fresh);
        sites
            .iter()
            .for_each(|&site| self.singles.finish(site, &self.target));
        Ok(())
    }

    /// What becomes of `mutant`, with `offsets` added to its positions. The model is not asked about more than one problem.
    /// Panics, as [`Self::score`] does, where couplings have not been fetched.
    pub fn evaluate(&self, mutant: &Mutant, offsets: impl Into<Offsets>) -> Outcome {
        let mut changes = Vec::new();
        let settled = self.judge(mutant, &offsets.into(), &mut changes);
        settled.unwrap_or_else(|| Outcome::Scored(self.score(&changes)))
    }

    /// The first half of [`Self::evaluate`]: what becomes of a mutant that has no score, or is the wild type. Of any other the
    /// changes, which are to be scored, are appended to `changes`.
    pub fn judge(
        &self,
        mutant: &Mutant,
        offsets: &Offsets,
        changes: &mut Vec<Change>,
    ) -> Option<Outcome> {
        let before = changes.len();
        match self.resolve(mutant, offsets, changes) {
            Some(problem) => {
                changes.truncate(before);
                Some(self.with_hint(problem, mutant, offsets))
            }
            None => (changes.len() == before).then_some(Outcome::WildType),
        }
    }

    /// The score of changes at distinct sites, where the target has a residue. Panics if they have not been fetched.
    pub fn score(&self, changes: &[Change]) -> Score {
        let mut score = Score {
            independent: self.independent.as_ref().map(|_| 0.0),
            ..Score::default()
        };
        for (k, &change) in changes.iter().enumerate() {
            let (site, state) = (change.site, usize::from(change.state));
            score.additive += self.singles.score(site, state);
            if let (Some(sum), Some(table)) = (&mut score.independent, &self.independent) {
                *sum += table[[site, state]];
            }
            if let Some(held) = &self.couplings {
                let partners = changes[k + 1..].iter();
                score.epistasis += partners
                    .map(|&partner| self.pair_term(held, change, partner))
                    .sum::<f64>();
            }
        }
        score.potts = score.additive + score.epistasis;
        score
    }

    /// Asks memory for what [`Self::score`] needs of the couplings, and does not wait for it: called for some tens of mutants before the
    /// first is scored, it has them wait together for a model that is larger than the processor's cache. Panics as `score` does.
    #[inline]
    pub fn touch(&self, changes: &[Change]) {
        let Some(held) = &self.couplings else {
            return;
        };
        for (one, other) in pairs_of(changes) {
            let near = in_order(one.site, other.site);
            let block = held.block(near.0, near.1);
            let first = if one.site < other.site { one } else { other };
            let rows = [first.state, self.target[first.site]].map(usize::from);
            let middle = self.singles.states() / 2;
            for row in rows {
                black_box(block[row * self.singles.states() + middle]);
            }
        }
    }

    /// All single changes of one site, in the order of the alphabet; none where the target has no residue.
    pub fn changes_of(&self, site: usize) -> impl Iterator<Item = Change> + use<> {
        let wild_type = self.target[site];
        let states = if wild_type < self.residues {
            0..self.residues
        } else {
            0..0
        };
        states
            .filter(move |&state| state != wild_type)
            .map(move |state| Change { site, state })
    }

    /// Columns, positions and letters of the target.
    pub fn columns(&self) -> &'m ColumnMap {
        self.columns
    }

    /// The search for the offset that a mutant's numbering needs.
    pub fn offsets(&self) -> &OffsetSearch {
        &self.offsets
    }

    /// Translates substitutions into changes, or finds the problem that counts.
    fn resolve(
        &self,
        mutant: &Mutant,
        offsets: &Offsets,
        changes: &mut Vec<Change>,
    ) -> Option<Outcome> {
        if let Some(again) = repeated(mutant.substitutions()) {
            return Some(Outcome::DuplicatePosition { again });
        }
        let mut worst: Option<Outcome> = None;
        for &substitution in mutant.substitutions() {
            match self.place(substitution, offsets) {
                Ok(change) => changes.extend(change),
                Err(problem) => {
                    if worst.as_ref().is_none_or(|w| problem.status() < w.status()) {
                        worst = Some(problem);
                    }
                }
            }
        }
        worst
    }

    /// The change that a substitution is: none if it changes nothing.
    fn place(
        &self,
        s: Substitution,
        offsets: &Offsets,
    ) -> std::result::Result<Option<Change>, Outcome> {
        for letter in [s.wild_type, s.mutant] {
            if self.symbols[usize::from(letter)] == Symbol::Unknown {
                return Err(Outcome::UnknownResidue { letter });
            }
        }
        let (residue, site, letter) = self.find(s, offsets)?;
        if letter == GAP_LETTER {
            return Err(not_modelled(
                residue,
                match site {
                    Some(_) => NoSite::TargetGap,
                    None => NoSite::NotModelled,
                },
            ));
        }
        // By their symbols, since T and U are one state of RNA.
        let [wild_type, mutant, target] =
            [s.wild_type, s.mutant, letter].map(|byte| self.symbols[usize::from(byte)]);
        if target != wild_type {
            return Err(Outcome::WtMismatch {
                residue,
                target: letter,
                claimed: s.wild_type,
                offset: None,
            });
        }
        match (site, mutant) {
            _ if mutant == wild_type => Ok(None),
            (Some(site), Symbol::Residue(state)) => Ok(Some(Change { site, state })),
            (Some(_), _) => Err(not_modelled(residue, NoSite::Deletion)),
            (None, _) => Err(not_modelled(residue, NoSite::NotModelled)),
        }
    }

    /// The residue that a substitution is about, its site if it is modelled, and the target's letter there.
    fn find(
        &self,
        s: Substitution,
        offsets: &Offsets,
    ) -> std::result::Result<(Residue, Option<usize>, u8), Outcome> {
        let place = self.columns.span_of(s.chain);
        let place = place.ok_or_else(|| Outcome::UnknownChain {
            substitution: s,
            chains: self.columns.chains().collect(),
        })?;
        let number = s.number.saturating_add(offsets.of(place));
        let out_of_range = || Outcome::OutOfRange {
            number,
            range: self.columns.spans()[place].ends(),
            offset: None,
        };
        let position = u64::try_from(number).ok().and_then(Position::new);
        let residue = Residue {
            chain: s.chain,
            position: position.ok_or_else(out_of_range)?,
        };
        match self.columns.at(residue) {
            Occupant::Site(site, letter) => Ok((residue, Some(site), letter)),
            Occupant::NotModelled(letter) => Ok((residue, None, letter)),
            Occupant::OutOfRange => Err(out_of_range()),
        }
    }

    fn with_hint(&self, problem: Outcome, mutant: &Mutant, offsets: &Offsets) -> Outcome {
        let chain = match &problem {
            Outcome::WtMismatch { residue, .. } => residue.chain,
            Outcome::OutOfRange { range, .. } => range.0.chain,
            _ => return problem,
        };
        problem.with_offset(self.offsets.nearest(mutant, chain, offsets))
    }

    /// e_ij of two changes: what they have together beyond the sum of their singles.
    #[inline]
    fn pair_term(&self, held: &Held, one: Change, other: Change) -> f64 {
        let (i, j) = (one.site, other.site);
        let (a, b) = (usize::from(self.target[i]), usize::from(one.state));
        let (c, d) = (usize::from(self.target[j]), usize::from(other.state));
        let q = self.singles.states();
        let (block, slow, fast) = match i < j {
            true => (held.block(i, j), q, 1),
            false => (held.block(j, i), 1, q),
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

fn not_modelled(residue: Residue, why: NoSite) -> Outcome {
    Outcome::PositionNotModelled { residue, why }
}

/// A substitution where there was one before. Few are compared pair by pair; sorting keeps a line of thousands from taking minutes.
fn repeated(substitutions: &[Substitution]) -> Option<Substitution> {
    const FEW: usize = 16;
    let place = |s: &Substitution| (s.chain.map(Chain::letter), s.number);
    if substitutions.len() <= FEW {
        let mut earlier = substitutions.iter().enumerate();
        let again = earlier.find(|(k, s)| {
            let before = &substitutions[..*k];
            before.iter().any(|t| place(t) == place(s))
        });
        return again.map(|(_, s)| *s);
    }
    let mut sorted = substitutions.to_vec();
    sorted.sort_unstable_by_key(place);
    let mut pairs = sorted.windows(2);
    pairs.find(|w| place(&w[0]) == place(&w[1])).map(|w| w[1])
}

fn check_shapes(
    fields: &Array2<f32>,
    couplings: Option<&dyn PairBlocks>,
    independent_fields: Option<&Array2<f32>>,
    alphabet: &Alphabet,
    columns: &ColumnMap,
) -> Result<()> {
    if !columns.has_target() {
        return Err(Error::Model(
            "the model does not know the letters of a target, so mutants have no wild type\n  \
             fit it again with --no-focus --target NAME, or with --focus NAME; to a model of another program, add them:\n  \
             potts convert MODEL MODEL.h5 --alignment MSA"
                .into(),
        ));
    }
    let shape = fields.dim();
    let coupled = couplings.map_or(shape, |blocks| (blocks.sites(), blocks.states()));
    let residues = alphabet.residues();
    let states_fit = (residues..=residues + 1).contains(&shape.1);
    let independent = independent_fields.map_or(shape, Array2::dim);
    if shape.0 != columns.sites() || !states_fit || independent != shape || coupled != shape {
        return Err(Error::Model(format!(
            "a model of {} sites and {} states, with {} modelled columns, {residues} residues, couplings of {coupled:?} and independent fields of {:?}",
            shape.0,
            shape.1,
            columns.sites(),
            independent
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
