//! Tables of scored mutants.

use super::layout::TAB;
use super::{Layout, Row, cells};
use crate::io::files::decimals;
use crate::io::tables::columns::{self, RESULTS, ScoredRow};
use crate::mutants::Outcome;
use std::borrow::Cow;
use std::io::{self, Write};

/// Makes lines out of rows: the user's own cells as they were, then the results. Lines are kept until [`Self::pour`], so that several
/// threads can each make some.
pub struct TableWriter {
    separator: u8,
    lines: Vec<u8>,
    note: String,
    cell: Vec<u8>,
    wording: Wording,
}

/// How a note is put to the user, whose settings may be flags.
pub type Wording = fn(&str) -> Cow<'_, str>;

impl TableWriter {
    /// For tables with a single column `mutant` and the results, separated by tabs.
    pub fn of_list() -> Self {
        Self {
            separator: TAB,
            lines: Vec::new(),
            note: String::new(),
            cell: Vec::new(),
            wording: |note| Cow::Borrowed(note),
        }
    }

    /// The same, with notes put otherwise.
    #[must_use]
    pub fn worded(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self
    }

    /// For tables with the user's columns and the results.
    pub fn of_table(layout: &Layout) -> Self {
        Self {
            separator: layout.separator,
            ..Self::of_list()
        }
    }

    /// The names of the columns: the user's own, if there is a layout with names.
    pub fn header(&mut self, layout: Option<&Layout>) {
        match layout.and_then(|layout| Some((layout, layout.header.as_ref()?))) {
            Some((layout, header)) => Row::new(header, layout).push_kept(&mut self.lines),
            None => self.lines.extend_from_slice(b"mutant"),
        }
        for name in columns::names(&RESULTS) {
            self.lines.push(self.separator);
            self.lines.extend_from_slice(name.as_bytes());
        }
        self.lines.push(b'\n');
    }

    /// A row of a table that was read.
    pub fn row(&mut self, row: &Row, outcome: &Outcome) {
        row.push_kept(&mut self.lines);
        self.finish_row(outcome, row.misfit().as_deref());
    }

    /// A row with a mutant only.
    pub fn mutant(&mut self, mutant: &[u8], outcome: &Outcome) {
        cells::push(mutant, self.separator, &mut self.lines);
        self.finish_row(outcome, None);
    }

    /// Writes the lines made so far, and forgets them.
    ///
    /// # Errors
    /// If writing fails.
    pub fn pour(&mut self, output: &mut dyn Write) -> io::Result<()> {
        let written = output.write_all(&self.lines);
        self.lines.clear();
        written
    }

    fn finish_row(&mut self, outcome: &Outcome, misfit: Option<&str>) {
        self.describe(outcome, misfit);
        let note = (self.wording)(&self.note);
        let row = ScoredRow::new(outcome, &note);
        let [numbers @ .., note] = &RESULTS;
        for column in numbers {
            self.lines.push(self.separator);
            column.push(&row, &mut self.lines);
        }
        self.lines.push(self.separator);
        // Of these the note alone may need quotes.
        self.cell.clear();
        note.push(&row, &mut self.cell);
        cells::push(&self.cell, self.separator, &mut self.lines);
        self.lines.push(b'\n');
    }

    fn describe(&mut self, outcome: &Outcome, misfit: Option<&str>) {
        use std::fmt::Write;
        self.note.clear();
        // Writing to a string cannot fail.
        let _ = write!(self.note, "{outcome}");
        if let Some(misfit) = misfit {
            if !self.note.is_empty() {
                self.note.push_str(" / ");
            }
            self.note.push_str(misfit);
        }
    }
}

/// Appends a score with six decimals, and zero for what they show as zero: no `-0.000000`.
pub fn push_score(score: f64, line: &mut Vec<u8>) {
    let plain = if score.abs() < 5e-7 { 0.0 } else { score };
    decimals::push(plain, line);
}
