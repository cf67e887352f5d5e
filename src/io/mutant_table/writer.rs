//! Tables of scored mutants.

use super::layout::{RESULT_COLUMNS, TAB};
use super::{Layout, Row, cells};
use crate::mutants::{Outcome, Score};
use std::io::{self, Write};

/// Writes rows as they come: the user's own cells as they were, then the results.
pub struct TableWriter<W> {
    output: W,
    separator: u8,
    line: Vec<u8>,
    note: String,
}

impl<W: Write> TableWriter<W> {
    /// A table with a single column `mutant` and the results, separated by tabs.
    ///
    /// # Errors
    /// If writing fails.
    pub fn of_list(output: W) -> io::Result<Self> {
        let mut writer = Self::new(output, TAB);
        writer.line.extend_from_slice(b"mutant");
        writer.finish_header()?;
        Ok(writer)
    }

    /// A table with the user's columns and the results.
    ///
    /// # Errors
    /// If writing fails.
    pub fn of_table(output: W, layout: &Layout) -> io::Result<Self> {
        let Some(header) = &layout.header else {
            return Self::of_list(output);
        };
        let mut writer = Self::new(output, layout.separator);
        Row::new(header, layout).push_kept(&mut writer.line);
        writer.finish_header()?;
        Ok(writer)
    }

    fn new(output: W, separator: u8) -> Self {
        Self {
            output,
            separator,
            line: Vec::new(),
            note: String::new(),
        }
    }

    /// A row of a table that was read.
    ///
    /// # Errors
    /// If writing fails.
    pub fn row(&mut self, row: &Row, outcome: &Outcome) -> io::Result<()> {
        self.line.clear();
        row.push_kept(&mut self.line);
        self.finish_row(outcome, row.misfit().as_deref())
    }

    /// A row with a mutant only.
    ///
    /// # Errors
    /// If writing fails.
    pub fn mutant(&mut self, mutant: &[u8], outcome: &Outcome) -> io::Result<()> {
        self.line.clear();
        cells::push(mutant, self.separator, &mut self.line);
        self.finish_row(outcome, None)
    }

    /// Hands on what is buffered.
    ///
    /// # Errors
    /// If writing fails.
    pub fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn finish_header(&mut self) -> io::Result<()> {
        for name in RESULT_COLUMNS {
            self.line.push(self.separator);
            self.line.extend_from_slice(name.as_bytes());
        }
        self.line.push(b'\n');
        self.output.write_all(&self.line)
    }

    fn finish_row(&mut self, outcome: &Outcome, misfit: Option<&str>) -> io::Result<()> {
        self.push_score(outcome.score())?;
        self.line.push(self.separator);
        self.line
            .extend_from_slice(outcome.status().as_str().as_bytes());
        self.line.push(self.separator);
        self.push_note(outcome, misfit);
        self.line.push(b'\n');
        self.output.write_all(&self.line)
    }

    fn push_score(&mut self, score: Option<Score>) -> io::Result<()> {
        let values = score.map_or([None; 4], |s| {
            let (potts, additive, epistasis) = (s.potts, s.additive, s.epistasis);
            [Some(potts), s.independent, Some(additive), Some(epistasis)]
        });
        for value in values {
            self.line.push(self.separator);
            if let Some(value) = value {
                write!(self.line, "{:.6}", plain_zero(value))?;
            }
        }
        Ok(())
    }

    fn push_note(&mut self, outcome: &Outcome, misfit: Option<&str>) {
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
        cells::push(self.note.as_bytes(), self.separator, &mut self.line);
    }
}

/// Zero for what six decimals show as zero: no `-0.000000`.
pub fn plain_zero(value: f64) -> f64 {
    if value.abs() < 5e-7 { 0.0 } else { value }
}
