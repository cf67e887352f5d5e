//! Columns beside those of the mutants: others that hold mutants or parts of them, and those where none is expected.

use super::candidate::{Candidate, Found};
use super::header::texts;
use super::sample::Wish;
use crate::io::tables::mutants::column_names::{self, Part};
use crate::io::tables::mutants::layout::{Cells, Kind, Three};
use crate::mutants::Mutant;

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
        if column_names::rank(name).is_some()
            && !column_names::suggests_mutants(other_name)
            && !column_names::is_background(other_name)
            // Every row would seem to go on in the next column.
            && other != column + 1
        {
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
}
