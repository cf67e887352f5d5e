//! One row of a table: its cells, and the mutant that they say.

use super::cell_forms::{is_insertion_code, is_number, joined, parts, without_fraction};
use super::layout::{Cells, Kind, Layout, Three};
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
            (_, Cells::Three(three)) => self.read_three(three, mutant)?,
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
        let is_zero = |column| self.cell(column).is_some_and(|count| *count == *b"0");
        if cell.is_empty() && self.layout.counts.is_some_and(is_zero) {
            return mutant.read(b"wt");
        }
        mutant.read(cell.strip_prefix(prefix).unwrap_or(&cell))?;
        if let Some(letter) = self.layout.chain_letter {
            mutant.leave_out_chain(letter);
        }
        if self.goes_on(column, mutant) {
            return Err(NotAMutant::InSeveralCells);
        }
        if self.layout.lists_isoforms && cell.contains(&b',') && has_alike(mutant) {
            return Err(NotAMutant::isoforms(&cell));
        }
        let code = self.layout.insertion.and_then(|column| self.cell(column));
        if code.is_some_and(|code| is_insertion_code(&code)) && !mutant.is_wild_type() {
            return Err(NotAMutant::code_beside(&cell));
        }
        match mutant.is_wild_type() && !self.layout.knows_wild_type_words {
            true => Err(NotAMutant::word_alone(&cell)),
            false => Ok(()),
        }
    }

    /// Whether another cell has another mutant, so that this one may be a part of it: `A42G,L57V` without quotes in a table separated by commas
    /// must not pass for A42G, nor `A42G + L57V` between blanks, nor a row whose second column of mutants was empty until now.
    fn goes_on(&self, column: usize, mutant: &Mutant) -> bool {
        let is_other = |k: usize| {
            let cell = self.cell(k).unwrap_or_default();
            let signs = cell.iter().take_while(|byte| b"+/&;|,-".contains(byte));
            let rest = &cell[signs.count()..];
            may_be_mutant(rest)
                && Mutant::parse(rest).is_ok_and(|other| {
                    let mut others = other.substitutions().iter();
                    others.any(|other| !mutant.substitutions().contains(other))
                })
        };
        match self.surplus() {
            // Blanks within a cell move those behind it.
            true if column > 0 && self.layout.separator == cells::BLANKS => true,
            true => (column + 1..self.record.cells.len()).any(is_other),
            false => self.layout.watched.iter().any(|&k| is_other(k)),
        }
    }

    /// Puts a mutant together whose position, wild type and residue stand in cells of their own; several of each are taken in turn.
    fn read_three(&self, three: Three, mutant: &mut Mutant) -> Result<(), NotAMutant> {
        let cell = |column| self.cell(column).unwrap_or_default();
        let (mut positions, residues) = (cell(three.position), cell(three.residue));
        let wild_types = three.wild_type.map(cell);
        let code = three.insertion.map(cell).unwrap_or_default();
        if is_insertion_code(&code) && is_number(&positions) {
            let number = without_fraction(&positions);
            positions = Cow::Owned([number, &*code].concat());
        }
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
        if self.has_second() {
            return Err(NotAMutant::InSeveralCells);
        }
        // Where blanks split cells, nobody knows which of them are whole.
        if self.layout.separator == cells::BLANKS && self.surplus() {
            return Err(as_written());
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
        let together = joined(wild_types.as_deref(), whole, &residues).ok_or_else(as_written)?;
        mutant.read(&together).map_err(|problem| match problem {
            NotAMutant::InsertionCode(_) => problem,
            _ => as_written(),
        })
    }

    /// Whether there is something in a column for a second mutant, beside that of which the parts stand in columns of their own.
    fn has_second(&self) -> bool {
        self.layout.watched.iter().any(|&column| {
            let cell = self.cell(column).unwrap_or_default();
            let is_nothing = matches!(&*cell, b"" | b"NA" | b"-" | b"." | b"nan" | b"None");
            !is_nothing && !Mutant::parse(&cell).is_ok_and(|m| m.is_wild_type())
        })
    }

    /// What is wrong with the number of cells.
    pub(super) fn misfit(&self) -> Option<String> {
        let (found, expected) = (self.record.cells.len(), self.layout.names.len());
        (found < expected || self.surplus())
            .then(|| format!("cells in this row: {found} (header: {expected})"))
    }

    /// Whether there are more cells than the header has, with something in them.
    pub fn surplus(&self) -> bool {
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

/// Whether two substitutions differ in nothing but their numbers, as one in two isoforms does.
fn has_alike(mutant: &Mutant) -> bool {
    let all = mutant.substitutions();
    let letters = |k: usize| (all[k].wild_type, all[k].mutant);
    (1..all.len()).any(|k| (0..k).any(|j| letters(j) == letters(k)))
}

/// Whether a cell begins as a mutant does and no number: a look that costs less than reading it.
fn may_be_mutant(cell: &[u8]) -> bool {
    cell.first().is_some_and(u8::is_ascii_alphabetic) && cell.iter().any(u8::is_ascii_digit)
}
