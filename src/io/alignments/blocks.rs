//! Rows that a file writes in blocks, one under the other: Stockholm, Clustal and MSF.

use super::draft::Draft;
use super::locate::Layout;
use super::text::{Text, name};
use crate::error::{Error, Place, Result};
use std::collections::HashMap;

/// Rows as they grow from block to block. A name that a block has twice stands for two sequences: its k-th line belongs to the
/// k-th row of that name.
pub struct Blocks<'a> {
    text: &'a Text,
    namesakes: HashMap<&'a [u8], Namesakes>,
    names: Vec<&'a [u8]>,
    rows: Vec<Vec<u8>>,
    /// The line where each row begins.
    lines: Vec<u64>,
    block: usize,
    in_block: bool,
}

/// The rows of one name.
#[derive(Default)]
struct Namesakes {
    rows: Vec<usize>,
    /// The block that they were last continued in, and how many of them were.
    block: usize,
    continued: usize,
}

impl Namesakes {
    /// The row that the next line of this name belongs to; `None` for a new one.
    fn next(&mut self, block: usize) -> Option<usize> {
        if self.block != block {
            (self.block, self.continued) = (block, 0);
        }
        self.continued += 1;
        self.rows.get(self.continued - 1).copied()
    }
}

impl<'a> Blocks<'a> {
    /// No rows yet.
    pub fn new(text: &'a Text) -> Self {
        Self {
            text,
            namesakes: HashMap::new(),
            names: Vec::new(),
            rows: Vec::new(),
            lines: Vec::new(),
            block: 0,
            in_block: false,
        }
    }

    /// Continues the row called `name`, or begins one, with what stands in this line.
    pub fn add<'s>(
        &mut self,
        name: &'a [u8],
        line: u64,
        letters: impl IntoIterator<Item = &'s u8>,
    ) {
        self.in_block = true;
        let namesakes = self.namesakes.entry(name).or_default();
        let row = namesakes.next(self.block).unwrap_or_else(|| {
            namesakes.rows.push(self.rows.len());
            self.names.push(name);
            self.rows.push(Vec::new());
            self.lines.push(line);
            self.rows.len() - 1
        });
        self.rows[row].extend(letters.into_iter().filter(|b| !b.is_ascii_whitespace()));
    }

    /// What follows is the next block, if there is something before it.
    pub fn end_block(&mut self) {
        self.block += usize::from(self.in_block);
        self.in_block = false;
    }

    /// The rows.
    ///
    /// # Errors
    /// If the blocks are not told apart.
    pub fn finish(mut self) -> Result<Draft<'a>> {
        self.end_block();
        if self.block == 1
            && let Some(period) = period(&self.names)
        {
            return Err(self.unseparated(period));
        }
        Ok(Draft {
            text: self.text,
            layout: Layout::Named,
            names: self.names.iter().map(|bytes| name(bytes)).collect(),
            rows: self.rows.into(),
            lines: self.lines,
            notes: Vec::new(),
        })
    }

    fn unseparated(&self, period: usize) -> Error {
        Error::input(
            Place::file(&self.text.file)
                .line(self.lines[period])
                .record(name(self.names[period])),
            format!(
                "the same {period} names are repeated here, without a blank line before: a new block, or other sequences?"
            ),
            "put a blank line between blocks; give different sequences different names",
        )
    }
}

/// After how many names, more than one, all of them are repeated in the same order.
fn period(names: &[&[u8]]) -> Option<usize> {
    let first = names.first()?;
    let period = 1 + names[1..].iter().position(|name| name == first)?;
    let repeats = names.iter().zip(&names[period..]).all(|(a, b)| a == b);
    (period > 1 && names.len().is_multiple_of(period) && repeats).then_some(period)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::AlignedRecords;
    use crate::alignment::case::Case;
    use std::sync::Arc;

    fn joined(text: &str) -> Result<AlignedRecords> {
        let empty = Text::new("x", Arc::default());
        let mut blocks = Blocks::new(&empty);
        for (number, line) in text.lines().enumerate() {
            match line.split_once(' ') {
                Some((name, row)) => blocks.add(name.as_bytes(), number as u64 + 1, row.as_bytes()),
                None => blocks.end_block(),
            }
        }
        let (records, _) = blocks.finish()?.aligned("blocks", Case::Told)?;
        Ok(records)
    }

    #[test]
    fn rows_are_joined_over_blocks() {
        let records = joined("a AC\nb D E\n\n\na FG\nb HI\n\n").unwrap();
        assert_eq!(records.names(), ["a", "b"]);
        assert_eq!(*records.rows(), ["ACFG", "DEHI"]);
    }

    #[test]
    fn a_name_twice_in_a_block_is_two_rows() {
        let records = joined("a AC\nb DE\na FG\n\na AA\nb CC\na DD\n").unwrap();
        assert_eq!(records.names(), ["a", "b", "a"]);
        assert_eq!(*records.rows(), ["ACAA", "DECC", "FGDD"]);
        assert_eq!(joined("a AC\na AD\n").unwrap().len(), 2);
    }

    #[test]
    fn blocks_without_a_blank_line_are_an_error() {
        let error = joined("a AC\nb DE\na FG\nb HI\n").unwrap_err().to_string();
        assert!(error.contains("x, line 3, record 'a'"), "{error}");
        assert!(error.contains("same 2 names"), "{error}");
        assert_eq!(joined("a AC\nb DE\na FG\nb HI\nc AC\n").unwrap().len(), 5);
    }

    #[test]
    fn a_row_that_lacks_a_block_is_named() {
        let error = joined("a AC\nb DE\n\na FG\n").unwrap_err().to_string();
        assert!(
            error.contains("line 2, record 'b': this row has 2"),
            "{error}"
        );
    }
}
