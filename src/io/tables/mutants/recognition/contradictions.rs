//! A column of mutants beside something else in the table that names other ones, where nothing tells which is meant.

use super::candidate::{Candidate, Found};
use super::fit::Level;
use super::header::texts;
use super::name_prefix;
use super::sample::Wish;
use crate::error::Result;
use crate::io::tables::cells;
use crate::io::tables::mutants::cell_forms::{joined, parts};
use crate::io::tables::mutants::column_names::Part;
use crate::io::tables::mutants::layout::{Cells, Kind};
use crate::io::tables::mutants::records::Record;
use crate::io::tables::mutants::refusals;
use crate::mutants::Mutant;
use crate::position::Chain;
use std::borrow::Cow;
use std::collections::HashMap;

impl Candidate {
    /// What was found, if it is no column of mutants, or nothing contradicts it.
    ///
    /// # Errors
    /// If something does: residues, with positions that may be called anything; mutants behind a name; or whole sequences.
    pub(super) fn uncontradicted(&self, found: Found, wish: &Wish, file: &str) -> Result<Found> {
        let Cells::One(column) = found.cells else {
            return Ok(found);
        };
        let is_asked = wish.column.is_some() || wish.kind.is_some() || wish.positions > 0;
        if is_asked || found.kind != Kind::Column || !found.prefix.is_empty() {
            return Ok(found);
        }
        let other = self
            .contradicting_parts(column)
            .map(|other| (other, true))
            .or_else(|| Some((self.contradicting_names(column)?, false)))
            .or_else(|| Some((self.contradicting_sequences(column, wish)?, false)));
        match other {
            Some((other, are_parts)) => {
                let names = [column, other].map(|k| &self.names[k]);
                Err(refusals::several(names[0], names[1], are_parts, file))
            }
            None => Ok(found),
        }
    }

    /// A column of residues that is called so, if they are neither those that the column's mutants put in nor those that they replace.
    fn contradicting_parts(&self, column: usize) -> Option<usize> {
        let called = |&k: &usize| {
            let contents = &self.columns[k];
            Part::Residue.rank(&self.names[k]).is_some() && contents.are_residues_in_part()
        };
        let mut called = (0..self.names.len()).filter(called);
        called.find(|&k| {
            let of_row = |row: usize| residues(&self.rows[row], k);
            self.has_other_letters(column, letters, of_row)
                && self.has_other_letters(column, wild_types, of_row)
        })
    }

    /// A column with other mutants, behind a name that all of them have.
    fn contradicting_names(&self, column: usize) -> Option<usize> {
        let mut others = (0..self.names.len()).filter(|&k| k != column);
        others.find(|&k| {
            let cells: Vec<Cow<[u8]>> = texts(&self.rows, k).collect();
            let prefix = name_prefix::of_any(cells.iter().map(|cell| &**cell));
            prefix.is_some_and(|prefix| {
                self.has_other_letters(column, letters, |row| {
                    let text = cells::text(self.rows[row].cell(k).unwrap_or_default());
                    Mutant::parse(text.strip_prefix(&prefix[..])?).ok()
                })
            })
        })
    }

    /// A column of sequences, if all columns of them say something else than the mutants do.
    fn contradicting_sequences(&self, column: usize, wish: &Wish) -> Option<usize> {
        let sequences = (0..self.names.len())
            .filter(|&k| self.columns[k].are_sequences() && !self.columns[k].are_all_one);
        let sequences: Vec<usize> = sequences.collect();
        let contradict = |&k: &usize| self.contradicts_sequences(column, k, wish);
        sequences.iter().all(contradict).then_some(())?;
        sequences.first().copied()
    }

    /// Whether most mutants of a column lack, among their letters of one kind, residues that those of `other` put in.
    fn has_other_letters(
        &self,
        column: usize,
        own: impl Fn(&Mutant) -> Vec<u8>,
        other: impl Fn(usize) -> Option<Mutant>,
    ) -> bool {
        let (mut compared, mut different) = (0, 0);
        for (row, text) in texts(&self.rows, column).enumerate() {
            let (Ok(one), Some(other)) = (Mutant::parse(&*text), other(row)) else {
                continue;
            };
            compared += 1;
            let mut own = own(&one);
            different += usize::from(!letters(&other).iter().all(|letter| {
                let place = own.iter().position(|one| one == letter);
                place.map(|place| own.remove(place)).is_some()
            }));
        }
        2 * different > compared
    }

    /// Whether most sequences that are as long as the target replace something else in it than a column says: other letters, or the same
    /// elsewhere. Where the mutants go with the target, their numbers are its own; else one offset may explain them.
    pub(super) fn contradicts_sequences(
        &self,
        column: usize,
        sequences: usize,
        wish: &Wish,
    ) -> bool {
        let (mut compared, mut different, mut changes) = (0, 0, 0);
        // How many changes each offset explains, chain by chain.
        let mut offsets = HashMap::<Option<Chain>, HashMap<i64, u32>>::new();
        let are_own = self.fit(column, wish).level() == Level::Well;
        let mut in_place = None;
        for (text, sequence) in texts(&self.rows, column).zip(texts(&self.rows, sequences)) {
            let (Ok(mutant), Some(replaced)) =
                (Mutant::parse(&*text), wish.target.differences(&sequence))
            else {
                continue;
            };
            compared += 1;
            let found: Vec<u8> = sorted(replaced.iter().map(|&(_, letter)| letter));
            if letters(&mutant) != found {
                different += 1;
                continue;
            }
            let mut numbers: Vec<_> = mutant.substitutions().iter().collect();
            numbers.sort_unstable_by_key(|s| s.number);
            for (substitution, (place, _)) in numbers.iter().zip(&replaced) {
                changes += 1;
                if let Some(own) = wish.target.number(*place).filter(|_| are_own) {
                    *in_place.get_or_insert(0) += u32::from(own == substitution.number);
                }
                let of_chain = offsets.entry(substitution.chain).or_default();
                *of_chain
                    .entry(substitution.number - *place as i64)
                    .or_default() += 1;
            }
        }
        let most = offsets.values().filter_map(|counts| counts.values().max());
        2 * different > compared || 2 * in_place.unwrap_or_else(|| most.sum::<u32>()) < changes
    }
}

/// The residues of a cell as a mutant that puts them in, wherever.
fn residues(row: &Record, column: usize) -> Option<Mutant> {
    let cell = cells::text(row.cell(column).unwrap_or_default());
    let numbers = vec!["1"; parts(&cell).count()].join(":");
    Mutant::parse(joined(None, numbers.as_bytes(), &cell)?).ok()
}

fn sorted(items: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut items: Vec<u8> = items.collect();
    items.sort_unstable();
    items
}

/// The residues that a mutant puts in, in alphabetical order.
fn letters(mutant: &Mutant) -> Vec<u8> {
    sorted(mutant.substitutions().iter().map(|s| s.mutant))
}

/// Those that it replaces.
fn wild_types(mutant: &Mutant) -> Vec<u8> {
    sorted(mutant.substitutions().iter().map(|s| s.wild_type))
}
