//! Rows as a reader found them, on the way to an alignment.

use super::annotation::leave_out;
use super::dialect::Dialect;
use super::locate::{Layout, locate};
use super::stops::{Shape, columns, columns_agree, lengths_agree, without_final_stops};
use super::text::Text;
use crate::alignment::case::Case;
use crate::alignment::notes::Note;
use crate::alignment::records::is_insertion;
use crate::alignment::stray::{Stray, characters, has_odd};
use crate::alignment::{AlignedRecords, Rows};
use crate::error::{Error, Place, Result, shortened};
use std::collections::BTreeSet;

/// Named rows, not looked at so far.
pub struct Draft<'t> {
    /// What they were read from.
    pub text: &'t Text,
    /// How they stand in it.
    pub layout: Layout,
    /// The name of each.
    pub names: Vec<String>,
    /// The letters of each.
    pub rows: Rows,
    /// The line where each begins, counted from 1.
    pub lines: Vec<u64>,
    /// What the user should know of them.
    pub notes: Vec<Note>,
}

impl Draft<'_> {
    /// The alignment of a format in which every letter has a column; and which columns of the file are gone, counted from 0.
    ///
    /// # Errors
    /// As [`AlignedRecords::new`]; where rows differ in length, with the cause if there is one.
    pub fn aligned(
        mut self,
        format: &'static str,
        case: Case,
    ) -> Result<(AlignedRecords, BTreeSet<usize>)> {
        let removed = self.clean(Shape::Columns);
        self.build(format, Some(case))
            .map(|records| (records, removed))
    }

    /// The alignment of a file of headers and sequences; without a dialect it is A3M if that alone makes the rows equally long.
    ///
    /// # Errors
    /// As [`Self::aligned`].
    pub fn aligned_as(mut self, dialect: Option<Dialect>) -> Result<AlignedRecords> {
        let shape = match dialect {
            None => Shape::Either,
            Some(Dialect::A3m) => Shape::Insertions,
            Some(Dialect::Fasta | Dialect::A2m) => Shape::Columns,
        };
        self.clean(shape);
        let is_a3m = match dialect {
            Some(dialect) => dialect == Dialect::A3m,
            None => match shape.fits(&self.rows) {
                Some(found) => found == Shape::Insertions,
                None => self.unmask_first() || self.is_a3m_but_for_strays(),
            },
        };
        // Wanted for advice alone, which only a dialect that was asked for may need.
        let asked = dialect.map(|dialect| (dialect, self.rows.clone()));
        let records = match (is_a3m, dialect) {
            (true, _) => self.build("A3M", None),
            (false, Some(Dialect::Fasta)) => self.build("FASTA", Some(Case::Told)),
            (false, Some(_)) => self.build("A2M", Some(Case::Insertions)),
            (false, None) => {
                let format = recognised(&self.rows);
                self.build(format, Some(Case::Told))
            }
        };
        records.map_err(|error| match asked {
            Some((dialect, rows)) => match better_dialect(dialect, &rows) {
                Some(advice) => error.advise(advice),
                None => error,
            },
            None => error,
        })
    }

    /// Leaves out what is no sequence, and the stops at the ends: the columns that are gone.
    fn clean(&mut self, shape: Shape) -> BTreeSet<usize> {
        let left_out = leave_out(&mut self.names, &mut self.rows, &mut self.lines);
        if !left_out.is_empty() {
            self.notes.push(Note::NoSequences(left_out));
        }
        let stopped = without_final_stops(std::mem::take(&mut self.rows), shape);
        self.rows = stopped.rows;
        if stopped.count > 0 {
            self.notes.push(Note::FinalStops(stopped.count));
        }
        stopped.removed
    }

    /// Whether the rows without any character of another alphabet are those of an A3M, while others have some: these are then named as what they
    /// are, and not a length that they may not have.
    fn is_a3m_but_for_strays(&self) -> bool {
        let rows = || self.rows.iter().filter(|row| row.is_ascii());
        let agree = |length: fn(&[u8]) -> usize| {
            let mut lengths = rows().map(length);
            let first = lengths.next();
            lengths.all(|length| Some(length) == first)
        };
        let known = rows().count();
        let has_strays = known < self.rows.iter().count();
        has_strays && known > 1 && agree(|row| columns(row) as usize) && !agree(<[u8]>::len)
    }

    /// Where all rows but the first make an A3M, and the first would if its lower-case letters were residues, makes them so.
    fn unmask_first(&mut self) -> bool {
        let rows = &self.rows;
        let (Some(first), Some(second)) = (rows.get(0), rows.get(1)) else {
            return false;
        };
        let width = columns(second);
        let letters = first.iter().filter(|byte| **byte != b'.').count();
        let agree = rows.iter().skip(1).all(|row| columns(row) == width);
        if !agree || letters != width as usize || columns(first) == width {
            return false;
        }
        let upper = rows.iter().enumerate().map(|(n, row)| match n {
            0 => row.to_ascii_uppercase(),
            _ => row.to_vec(),
        });
        self.rows = upper.collect();
        self.notes.push(Note::SoftMasked(self.names[0].clone()));
        true
    }

    /// Without a case, lower-case letters have no columns (A3M).
    fn build(self, format: &'static str, case: Option<Case>) -> Result<AlignedRecords> {
        let length = |row: &[u8]| match case {
            Some(_) => row.len(),
            None => columns(row) as usize,
        };
        if let Some(error) = self.cause_of_lengths(length) {
            return Err(error);
        }
        let odd = self.rows.iter().position(has_odd);
        let stray = odd.and_then(|n| self.stray(n));
        let file = self.text.file.clone();
        let records = match case {
            Some(_) => AlignedRecords::new(file, format, self.names, self.rows, self.lines),
            None => AlignedRecords::from_a3m(file, self.names, self.rows, self.lines),
        };
        Ok(records?.read_with(case.unwrap_or(Case::Insertions), self.notes, stray))
    }

    fn stray(&self, n: usize) -> Option<Stray> {
        let (line, name) = (self.lines[n], &self.names[n]);
        locate(self.text, self.layout, line, name, &self.rows[n])
    }

    /// Where a row differs in length from the first and a character of either does not belong: that is the cause.
    fn cause_of_lengths(&self, length: impl Fn(&[u8]) -> usize) -> Option<Error> {
        let first = self.rows.get(0)?;
        let shown = |row: &[u8]| shown_length(row, length(row));
        let (width, shown_width) = (length(first), shown(first));
        // A character of several bytes must not make up for letters that are missing.
        let differs =
            |row: &[u8]| length(row) != width || !row.is_ascii() && shown(row) != shown_width;
        let n = self.rows.iter().position(differs)?;
        let stray = self.stray(n).or_else(|| self.stray(0))?;
        let place = Place::file(&self.text.file).line(stray.line);
        let problem = match shown(&self.rows[n]) {
            // They differ in bytes alone, which nobody sees.
            this if this == shown_width => stray.problem(),
            this => format!(
                "{}; '{}' has {this} columns, but the first ('{}') has {shown_width}",
                stray.problem(),
                shortened(&self.names[n]),
                shortened(&self.names[0]),
            ),
        };
        Some(Error::input(
            place.record(&stray.record),
            problem,
            stray.advice(),
        ))
    }
}

/// The length of a row of so many bytes that count, in characters: as the user sees it.
fn shown_length(row: &[u8], bytes: usize) -> usize {
    bytes - (row.len() - characters(row))
}

/// What to try where the rows do not agree in the dialect that was asked for, but would in another.
fn better_dialect(asked: Dialect, rows: &Rows) -> Option<&'static str> {
    let has_upper = rows
        .iter()
        .any(|row| row.iter().any(u8::is_ascii_uppercase));
    match (asked, lengths_agree(rows), columns_agree(rows)) {
        (Dialect::A3m, true, false) if !has_upper => Some(
            "in A3M only upper-case letters and '-' are columns, and there is no upper-case letter: leave `input_format` out, and case \
             is not asked",
        ),
        (Dialect::A3m, true, false) => Some(
            "in A3M only upper-case letters and '-' are columns, but all rows are equally long as they stand: this looks like A2M; \
             try `input_format=a2m`, or leave the option out",
        ),
        (Dialect::Fasta | Dialect::A2m, false, true) => Some(
            "without lower-case letters and '.' all rows are equally long: this looks like A3M; try `input_format=a3m`, or leave the \
             option out",
        ),
        _ => None,
    }
}

/// The name of the format of rows that are no A3M. Without a way out early, many letters are looked at in one step.
fn recognised(rows: &Rows) -> &'static str {
    let inserts = |row: &[u8]| {
        row.iter()
            .fold(false, |any, &byte| any | is_insertion(byte))
    };
    let has_upper = |row: &[u8]| row.iter().any(u8::is_ascii_uppercase);
    match rows.iter().any(inserts) && rows.iter().any(has_upper) {
        true => "A2M",
        false => "FASTA/A2M",
    }
}
