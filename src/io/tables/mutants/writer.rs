//! Tables of scored mutants.

use super::layout::TAB;
use super::{Layout, Row};
use crate::calibration::Prediction;
use crate::io::tables::cells;
use crate::io::tables::columns::{self, Column};
use crate::io::tables::rows::ScoredRow;
use crate::mutants::Outcome;
use std::borrow::Cow;
use std::io::{self, Write};

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Results {
    /// Beside the user's own cells, as these are separated.
    AsInput,
    /// With another separator.
    Separated(u8),
    /// As objects of an array, whose brackets [`Lines`] puts.
    Json,
}

/// Makes lines out of rows: the user's own cells as they were, then the results. Lines are kept until [`Self::pour`], so that several
/// threads can each make some.
pub struct TableWriter {
    separator: u8,
    style: Results,
    /// Those of the results.
    columns: Vec<Column<columns::Results>>,
    /// Whether each of the user's columns is passed on, or replaced.
    keep: Vec<bool>,
    /// Names of the user's columns that are passed on, as keys.
    keys: Vec<String>,
    decimal_comma: bool,
    lines: Vec<u8>,
    note: String,
    wording: Wording,
    prediction: Option<Prediction>,
}

/// How a note is put to the user, whose settings may be flags.
pub type Wording = fn(&str) -> Cow<'_, str>;

impl TableWriter {
    /// For tables with these columns of results after those of an input of this layout; without one after a single column `mutant`, and
    /// separated by tabs unless `style` says otherwise.
    pub fn new(
        layout: Option<&Layout>,
        style: Results,
        columns: Vec<Column<columns::Results>>,
    ) -> Self {
        let keep = layout.map_or_else(|| vec![true], |layout| layout.kept(&columns));
        let keys = match layout {
            Some(layout) => {
                let kept = layout.names.iter().zip(&keep).filter(|(_, keep)| **keep);
                kept.map(|(name, _)| name.clone()).collect()
            }
            None => vec!["mutant".into()],
        };
        Self {
            separator: match style {
                Results::Separated(separator) => separator,
                Results::AsInput | Results::Json => layout.map_or(TAB, Layout::output_separator),
            },
            style,
            columns,
            keep,
            keys,
            decimal_comma: false,
            lines: Vec::new(),
            note: String::new(),
            wording: |note| Cow::Borrowed(note),
            prediction: None,
        }
    }

    /// The same, with notes put otherwise.
    #[must_use]
    pub fn worded(mut self, wording: Wording) -> Self {
        self.wording = wording;
        self
    }

    /// What a calibration predicts of the next row.
    pub fn predicted(&mut self, prediction: Option<Prediction>) {
        self.prediction = prediction;
    }

    /// From now on decimals have a comma, as the input's do.
    pub fn set_decimal_comma(&mut self) {
        self.decimal_comma = self.style == Results::AsInput;
    }

    /// The names of the columns: the user's own, if there is a layout with names.
    pub fn header(&mut self, layout: Option<&Layout>) {
        if self.style == Results::Json {
            return;
        }
        match layout.and_then(|layout| Some((layout, layout.header.as_ref()?))) {
            Some((layout, header)) => self.push_kept(&Row::new(header, layout)),
            None => self.lines.extend_from_slice(b"mutant"),
        }
        for name in columns::names(&self.columns) {
            self.lines.push(self.separator);
            self.lines.extend_from_slice(name.as_bytes());
        }
        self.lines.push(b'\n');
    }

    /// A row of a table that was read.
    pub fn row(&mut self, row: &Row, outcome: &Outcome) {
        if self.style == Results::Json {
            let cells: Vec<_> = row.kept(&self.keep).collect();
            self.object(cells.iter().map(|cell| &**cell), outcome, row.misfit());
            return;
        }
        self.push_kept(row);
        self.finish_row(outcome, row.misfit().as_deref());
    }

    /// A row with a mutant only.
    pub fn mutant(&mut self, mutant: &[u8], outcome: &Outcome) {
        if self.style == Results::Json {
            self.object(std::iter::once(mutant), outcome, None);
            return;
        }
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

    /// The user's own cells, to the byte where the separator stays.
    fn push_kept(&mut self, row: &Row) {
        if self.separator == row.layout.separator {
            row.push_kept(&self.keep, &mut self.lines);
            return;
        }
        for (k, cell) in row.kept(&self.keep).enumerate() {
            if k > 0 {
                self.lines.push(self.separator);
            }
            cells::push(&cell, self.separator, &mut self.lines);
        }
    }

    fn finish_row(&mut self, outcome: &Outcome, misfit: Option<&str>) {
        self.describe(outcome, misfit);
        let note = (self.wording)(&self.note);
        let row = ScoredRow::new(outcome, &note).predicted(self.prediction.take());
        for column in &self.columns {
            self.lines.push(self.separator);
            let start = self.lines.len();
            column.push_cell(&row, self.separator, &mut self.lines);
            if self.decimal_comma && column.is_number() {
                let points = self.lines[start..].iter_mut().filter(|byte| **byte == b'.');
                points.for_each(|byte| *byte = b',');
            }
        }
        self.lines.push(b'\n');
    }

    /// A row as an object, after a comma.
    fn object<'c>(
        &mut self,
        cells: impl Iterator<Item = &'c [u8]>,
        outcome: &Outcome,
        misfit: Option<String>,
    ) {
        self.describe(outcome, misfit.as_deref());
        let note = (self.wording)(&self.note);
        self.lines.extend_from_slice(b",\n{");
        for (key, cell) in self.keys.iter().zip(cells) {
            let text = String::from_utf8_lossy(cell);
            push_json(&mut self.lines, key);
            self.lines.push(b':');
            match serde_json::from_str::<serde_json::Number>(&text) {
                Ok(_) => self.lines.extend_from_slice(text.as_bytes()),
                Err(_) => push_json(&mut self.lines, &text),
            }
            self.lines.push(b',');
        }
        columns::push_members(
            &self.columns,
            &ScoredRow::new(outcome, &note).predicted(self.prediction.take()),
            &mut self.lines,
        );
        self.lines.push(b'}');
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

fn push_json(line: &mut Vec<u8>, text: &str) {
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(line, text);
}

/// Where lines of several writers go. Around objects it puts the brackets of an array; each comes after a comma, the first of which is left
/// out.
pub struct Lines<'w> {
    output: &'w mut dyn Write,
    brackets: bool,
    begun: bool,
}

impl<'w> Lines<'w> {
    /// To `output`, in the style of the writers.
    pub fn new(output: &'w mut dyn Write, style: Results) -> Self {
        Self {
            output,
            brackets: style == Results::Json,
            begun: false,
        }
    }

    /// After the last line.
    ///
    /// # Errors
    /// If writing fails.
    pub fn finish(self) -> io::Result<()> {
        match (self.brackets, self.begun) {
            (false, _) => Ok(()),
            (true, true) => self.output.write_all(b"\n]\n"),
            (true, false) => self.output.write_all(b"[\n]\n"),
        }
    }
}

impl Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.brackets || self.begun || bytes.is_empty() {
            return self.output.write(bytes);
        }
        self.output.write_all(b"[")?;
        self.begun = true;
        // The first comma.
        Ok(1)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
