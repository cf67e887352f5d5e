//! Columns beside those of the mutants: others that hold mutants or parts of them, and those where none is expected.

use super::by_residues::bases_beside;
use super::candidate::{Candidate, Found};
use super::chain_letter;
use super::header::texts;
use super::sample::Wish;
use crate::error::Result;
use crate::io::tables::mutants::column_names::{self, Part};
use crate::io::tables::mutants::layout::{Cells, Kind, Three};
use crate::io::tables::mutants::refusals;
use crate::mutants::Mutant;

/// Columns beside that of the mutants.
pub(super) struct Beside {
    /// Those that hold mutants, too.
    pub others: Vec<usize>,
    /// Those of them that do not go with the target.
    pub misfits: Vec<usize>,
    /// Those in which no other mutant is expected.
    pub watched: Vec<usize>,
}

impl Candidate {
    /// Whether nothing but its cells speaks for a column of mutants.
    pub(super) fn is_unlikely(&self, column: usize) -> bool {
        let name = &self.names[column];
        column_names::rank(name).is_none() && !column_names::suggests_mutants(name)
    }

    /// Whether positions, wild types and residues are all called so.
    pub(super) fn are_called(&self, cells: Cells) -> bool {
        let Cells::Three(three) = cells else {
            return false;
        };
        let is = |part: Part, column: usize| part.rank(&self.names[column]).is_some();
        is(Part::Position, three.position)
            && is(Part::Residue, three.residue)
            && three
                .wild_type
                .is_some_and(|column| is(Part::WildType, column))
    }

    /// Whether two columns of mutants hold different ones, and neither is plainly the one that is meant.
    pub(super) fn contradict(&self, column: usize, other: usize) -> bool {
        let [name, other_name] = [column, other].map(|k| &self.names[k]);
        // Every row would seem to go on in the next column.
        let seems_to_go_on = other == column + 1 && self.is_regular();
        let is_called_other =
            !column_names::suggests_mutants(other_name) && !column_names::is_background(other_name);
        if column_names::rank(name).is_some() && is_called_other && !seems_to_go_on {
            return false;
        }
        let mut pairs = texts(&self.rows, column).zip(texts(&self.rows, other));
        pairs.any(
            |(one, other)| match (Mutant::parse(&*one), Mutant::parse(&*other)) {
                (Ok(one), Ok(other)) => one.substitutions() != other.substitutions(),
                _ => false,
            },
        )
    }

    /// Columns beside that of the mutants in which no mutants were seen though they may be meant for some: its neighbour, those that are called so,
    /// and those that were empty until now.
    pub(super) fn watched(&self, column: usize) -> Vec<usize> {
        let suggested = |k: usize| column_names::suggests_mutants(&self.names[k]);
        let is_watched = |&k: &usize| {
            let has_some = suggested(k) && self.columns[k].has_mutants();
            k != column
                && !has_some
                && (k == column + 1 || suggested(k) || self.columns[k].are_empty())
        };
        (0..self.names.len()).filter(is_watched).collect()
    }

    /// Columns that were empty until now, and by their names are for a second mutant beside this one, or for what it is made in.
    pub(super) fn watched_beside(&self, three: Three) -> Vec<usize> {
        let is_second = |k: usize| {
            let name = &self.names[k];
            let resembles = |used: usize| column_names::resembles(name, &self.names[used]);
            column_names::is_background(name)
                || column_names::suggests_mutants(name)
                || resembles(three.residue)
                || resembles(three.position)
        };
        let used = |k: usize| Cells::Three(three).columns().any(|used| used == k);
        (0..self.names.len())
            .filter(|&k| !used(k) && self.columns[k].are_empty() && is_second(k))
            .collect()
    }

    /// The column that has the numbers of substitutions of the mutants, and 0 where they have none.
    pub(super) fn counts(&self, found: &Found) -> Option<usize> {
        let (Kind::Column, Cells::One(column)) = (found.kind, found.cells) else {
            return None;
        };
        let are_counts = |k: usize| {
            let (mut filled, mut empty) = (0, 0);
            let mut pairs = texts(&self.rows, column).zip(texts(&self.rows, k));
            let are = pairs.all(|(text, count)| {
                let found = match text.is_empty() {
                    true => Some(0),
                    false => Mutant::parse(&*text).ok().map(|m| m.substitutions().len()),
                };
                filled += usize::from(!text.is_empty());
                empty += usize::from(text.is_empty());
                found.is_none_or(|found| *count == *found.to_string().as_bytes())
            });
            are && filled > 0 && empty > 0
        };
        (0..self.names.len()).find(|&k| k != column && are_counts(k))
    }

    /// A chain before every number of a column of mutants.
    pub(super) fn chain_letter(&self, cells: Cells, wish: &Wish) -> Option<u8> {
        let Cells::One(column) = cells else {
            return None;
        };
        let mutants = texts(&self.rows, column).filter_map(|text| Mutant::parse(&*text).ok());
        chain_letter::of(mutants, &wish.target.places)
    }

    /// Two columns that hold mutants, or parts of them, of which neither is plainly the one that is meant.
    pub(super) fn contradiction(
        &self,
        found: &Found,
        others: &[usize],
        wish: &Wish,
    ) -> Option<(usize, usize)> {
        let first = found.cells.columns().next()?;
        let other = others.iter().find(|&&other| self.contradict(first, other));
        if let Some(&other) = other {
            return Some((first, other));
        }
        let is_of_parts = wish.column.is_none() && found.kind != Kind::Column;
        let other = self.other_part(found.cells).filter(|_| is_of_parts)?;
        Some((found.cells.columns().last()?, other))
    }

    /// Another column with a part of the mutants that stand in columns of their parts or as sequences: what they are made in, or a second
    /// position and residue.
    pub(super) fn other_part(&self, cells: Cells) -> Option<usize> {
        let free = |k: &usize| cells.columns().all(|used| used != *k);
        let mut all = (0..self.names.len()).filter(free);
        let background = all.clone().find(|&k| {
            column_names::is_background(&self.names[k]) && self.columns[k].has_mutants()
        });
        let Cells::Three(three) = cells else {
            return background;
        };
        let resembles =
            |k: usize, used: usize| column_names::resembles(&self.names[k], &self.names[used]);
        let has_position = all
            .clone()
            .any(|k| self.columns[k].are_numbers() && resembles(k, three.position));
        let differs = |k: usize| {
            let mut pairs = texts(&self.rows, k).zip(texts(&self.rows, three.residue));
            pairs.any(|(one, other)| !one.eq_ignore_ascii_case(&other))
        };
        let second = all.find(|&k| {
            let (name, used) = (&self.names[k], &self.names[three.residue]);
            let is_second = name == used
                || column_names::are_counted(name, used)
                || has_position && resembles(k, three.residue);
            self.columns[k].are_residues() && is_second && differs(k)
        });
        background.or(second)
    }

    /// The columns beside that of the mutants.
    ///
    /// # Errors
    /// If one holds other mutants, and neither is plainly the one that is meant.
    pub(super) fn beside(&self, found: &Found, wish: &Wish, file: &str) -> Result<Beside> {
        let column = found.cells.columns().next().unwrap_or(0);
        let is_chosen = wish.column.is_some() || found.kind != Kind::Column;
        let are_others = |k: usize| {
            !is_chosen
                && self.columns[k].are_nearly_all_mutants()
                && !self.is_of_isoforms(column, k)
        };
        let others = (0..self.names.len()).filter(|&k| k != column && are_others(k));
        let mut others: Vec<usize> = others.collect();
        let mut misfits = self.misfits(found.cells, &others, wish);
        others.retain(|k| !misfits.contains(k));
        if let Some((one, other)) = self.contradiction(found, &others, wish) {
            let are_parts = matches!(found.cells, Cells::Three(_));
            let [one, other] = [one, other].map(|k| &self.names[k]);
            return Err(refusals::several(one, other, are_parts, file));
        }
        let mut watched = match (found.cells, is_chosen) {
            (Cells::Three(three), _) if wish.column.is_none() => self.watched_beside(three),
            (_, true) => Vec::new(),
            (_, false) => self.watched(column),
        };
        watched.retain(|k| !misfits.contains(k) && !self.is_of_isoforms(column, *k));
        if let (Cells::Three(three), None) = (found.cells, wish.column) {
            misfits.extend(bases_beside(self.table(wish), three));
        }
        Ok(Beside {
            others,
            misfits,
            watched,
        })
    }
}
