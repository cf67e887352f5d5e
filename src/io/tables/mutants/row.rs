//! One row of a table: its cells, and the mutant that they say.

use super::cell_forms::{STOP, is_number, is_residue, parts, without_fraction};
use super::layout::{Cells, Kind, Layout};
use super::records::Record;
use crate::io::tables::cells;
use crate::mutants::{Mutant, NotAMutant};
use std::borrow::Cow;

/// One row of a table.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    record: &'t Record,
    pub(super) layout: &'t Layout,
}

/// What a row says of its mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written<'t> {
    /// The mutant, which is read.
    Mutant,
    /// A whole sequence, to be compared with the target.
    Sequence(Cow<'t, [u8]>),
    /// The residues at positions that are given.
    Letters(Cow<'t, [u8]>),
}

impl<'t> Row<'t> {
    pub(super) fn new(record: &'t Record, layout: &'t Layout) -> Self {
        Self { record, layout }
    }

    /// What a cell says, without its quotes; `None` if the row is too short.
    pub fn cell(&self, index: usize) -> Option<Cow<'t, [u8]>> {
        self.record.cell(index).map(cells::text)
    }

    /// What a cell says; of a row with more cells than the header all from there on, for nobody knows which of them is meant.
    pub fn whole_cell(&self, index: usize) -> Option<Cow<'t, [u8]>> {
        let range = self.record.cells.get(index)?;
        match self.surplus() {
            true => Some(Cow::Borrowed(self.record.bytes[range.start..].trim_ascii())),
            false => self.cell(index),
        }
    }

    /// Reads what the row says of its mutant, into `mutant` if it is one.
    ///
    /// # Errors
    /// If there is none.
    pub fn read(&self, mutant: &mut Mutant) -> Result<Written<'t>, NotAMutant> {
        match (self.layout.kind, self.layout.cells) {
            (
                _,
                Cells::Three {
                    position,
                    wild_type,
                    residue,
                },
            ) => self.read_three(position, wild_type, residue, mutant)?,
            (Kind::Sequences | Kind::Fasta, Cells::One(column)) => {
                return Ok(Written::Sequence(self.cell(column).unwrap_or_default()));
            }
            (Kind::Letters, Cells::One(column)) => {
                return Ok(Written::Letters(self.cell(column).unwrap_or_default()));
            }
            (_, Cells::One(column)) => self.read_one(column, mutant)?,
        }
        Ok(Written::Mutant)
    }

    /// Reads a mutant in a cell of its own.
    fn read_one(&self, column: usize, mutant: &mut Mutant) -> Result<(), NotAMutant> {
        let cell = self.cell(column).unwrap_or_default();
        let prefix = &self.layout.prefix[..];
        mutant.read(cell.strip_prefix(prefix).unwrap_or(&cell))?;
        // `A42G,L57V` without quotes in a table separated by commas must not pass for A42G.
        let next = self.cell(column + 1).filter(|next| may_be_mutant(next));
        if let Some(next) = next
            && (!self.layout.neighbour_is_called_mutant || self.surplus())
            && Mutant::parse(&next).is_ok_and(|next| next.substitutions() != mutant.substitutions())
        {
            return Err(NotAMutant::InSeveralCells);
        }
        match mutant.is_wild_type() && !self.layout.knows_wild_type_words {
            true => Err(NotAMutant::word_alone(&cell)),
            false => Ok(()),
        }
    }

    /// Puts a mutant together whose position, wild type and residue stand in cells of their own; several of each are taken in turn.
    fn read_three(
        &self,
        position: usize,
        wild_type: Option<usize>,
        residue: usize,
        mutant: &mut Mutant,
    ) -> Result<(), NotAMutant> {
        let cell = |column| self.cell(column).unwrap_or_default();
        let (positions, residues) = (cell(position), cell(residue));
        let wild_types = wild_type.map(cell);
        let as_written = || {
            let parts = [
                wild_types.as_deref().unwrap_or_default(),
                &positions,
                &residues,
            ];
            NotAMutant::in_three(&parts.join(&b' '))
        };
        if positions.is_empty() && residues.is_empty() {
            return Err(NotAMutant::Empty);
        }
        let mut filled = [
            wild_types.as_deref().unwrap_or_default(),
            &positions,
            &residues,
        ]
        .into_iter();
        if filled.all(|cell| cell.is_empty() || Mutant::parse(cell).is_ok_and(|m| m.is_wild_type()))
        {
            return mutant.read(b"wt");
        }
        // The comma of 25,0 separates nothing.
        let whole = match is_number(&positions) {
            true => without_fraction(&positions),
            false => &positions,
        };
        let count = parts(whole).count();
        let fits = |cell: &[u8]| parts(cell).count() == count;
        if !fits(&residues) || !wild_types.as_deref().is_none_or(fits) {
            return Err(as_written());
        }
        let mut wild_types_left = wild_types.as_deref().map(parts);
        let mut together = Vec::with_capacity(16);
        for (position, residue) in parts(whole).zip(parts(&residues)) {
            let wild_type = wild_types_left.as_mut().and_then(Iterator::next);
            if !is_number(position) || !is_residue(residue) || !wild_type.is_none_or(is_residue) {
                return Err(as_written());
            }
            if !together.is_empty() {
                together.push(b':');
            }
            together.extend_from_slice(wild_type.unwrap_or_default());
            together.extend_from_slice(without_fraction(position));
            match residue.eq_ignore_ascii_case(STOP) {
                true => together.push(b'*'),
                false => together.extend_from_slice(residue),
            }
        }
        mutant.read(&together).map_err(|_| as_written())
    }

    /// What is wrong with the number of cells.
    pub(super) fn misfit(&self) -> Option<String> {
        let (found, expected) = (self.record.cells.len(), self.layout.names.len());
        (found < expected || self.surplus())
            .then(|| format!("cells in this row: {found} (header: {expected})"))
    }

    /// Whether there are more cells than the header has, with something in them.
    fn surplus(&self) -> bool {
        let extra = self.record.cells.iter().skip(self.layout.names.len());
        let mut extra = extra.map(|range| &self.record.bytes[range.clone()]);
        extra.any(|cell| !cell.trim_ascii().is_empty())
    }

    /// What the cells of the columns that are kept say, as many as the header has: absent ones nothing, surplus ones with the last.
    pub(super) fn kept(&self, keep: &[bool]) -> impl Iterator<Item = Cow<'t, [u8]>> {
        let row = *self;
        let width = row.layout.names.len();
        let columns = (0..width).filter(|&k| keep[k]);
        columns.map(move |column| match row.record.cells.get(column) {
            Some(range) if column + 1 == width && row.surplus() => {
                Cow::Borrowed(&row.record.bytes[range.start..])
            }
            Some(range) => cells::text(&row.record.bytes[range.clone()]),
            None => Cow::Borrowed(&b""[..]),
        })
    }

    /// Appends the cells of the columns that are kept, as many as the header has: absent ones empty, surplus ones
    /// within the last one's quotes. Quotes that do not close are written anew, for they would swallow what follows.
    pub(super) fn push_kept(&self, keep: &[bool], line: &mut Vec<u8>) {
        let width = self.layout.names.len();
        let rewrite = self.record.quotes != cells::Quotes::Closed || self.layout.header.is_none();
        let mut first = true;
        for column in (0..width).filter(|&k| keep[k]) {
            if !std::mem::replace(&mut first, false) {
                line.push(self.layout.separator);
            }
            let Some(range) = self.record.cells.get(column) else {
                continue;
            };
            if column + 1 == width && self.surplus() {
                let rest = &self.record.bytes[range.start..];
                cells::push(rest, self.layout.separator, line);
            } else if rewrite {
                let cell = &self.record.bytes[range.clone()];
                cells::push(&cells::text(cell), self.layout.separator, line);
            } else {
                line.extend_from_slice(&self.record.bytes[range.clone()]);
            }
        }
    }
}

/// Whether a cell begins as a mutant does and no number: a look that costs less than reading it.
fn may_be_mutant(cell: &[u8]) -> bool {
    cell.first().is_some_and(u8::is_ascii_alphabetic) && cell.iter().any(u8::is_ascii_digit)
}
