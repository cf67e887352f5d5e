//! Rows that were read ahead, for several threads to work on.

use super::records::Record;
use super::{Layout, Row};
use std::ops::Range;

/// A chunk ends early after so many bytes: long lines must not fill the memory.
const MOST_BYTES: usize = 1 << 24;

/// Rows longer than this leave no memory behind for those of the next chunk.
const LONG_ROW: usize = 1 << 10;

/// Some rows of a table, one after the other.
#[derive(Default)]
pub struct Chunk {
    /// The first `rows` are read, the others are room for more.
    records: Vec<Record>,
    rows: usize,
    bytes: usize,
}

impl Chunk {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The rows of a range, in a table of this layout.
    pub fn rows<'t>(
        &'t self,
        layout: &'t Layout,
        range: Range<usize>,
    ) -> impl Iterator<Item = Row<'t>> {
        let records = self.records[..self.rows][range].iter();
        records.map(move |record| Row::new(record, layout))
    }

    /// Whether decimals have a comma: some number has one, and none a point, in cells that commas do not separate.
    pub fn has_decimal_commas(&self, layout: &Layout) -> bool {
        let rows = self.records[..self.rows].iter();
        let cells = rows.flat_map(|record| {
            record
                .cells
                .iter()
                .map(|range| &record.bytes[range.clone()])
        });
        let (mut commas, mut points) = (0, 0);
        for cell in cells {
            let text = crate::io::tables::cells::text(cell);
            commas += u64::from(is_decimal(&text, b','));
            points += u64::from(is_decimal(&text, b'.'));
        }
        layout.separator != b',' && commas > 0 && points == 0
    }

    pub(super) fn clear(&mut self) {
        self.rows = 0;
        self.bytes = 0;
    }

    pub(super) fn has_room(&self, rows: usize) -> bool {
        self.rows < rows && self.bytes < MOST_BYTES
    }

    /// Where the next row may be read to.
    pub(super) fn free(&mut self) -> &mut Record {
        if self.rows == self.records.len() {
            self.records.push(Record::default());
        }
        let record = &mut self.records[self.rows];
        if record.bytes.capacity() > LONG_ROW {
            *record = Record::default();
        }
        record
    }

    /// Takes in the row that was read. One of a list is a cell as a whole.
    pub(super) fn add(&mut self, layout: &Layout) {
        let record = &mut self.records[self.rows];
        if layout.header.is_none() {
            record.cells.clear();
            record.cells.push(0..record.bytes.len());
        }
        self.bytes += record.bytes.len();
        self.rows += 1;
    }
}

/// Whether a cell is a number with digits on both sides of `mark`.
fn is_decimal(text: &[u8], mark: u8) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let are_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let mut parts = digits.splitn(2, |&byte| byte == mark);
    let (whole, rest) = (parts.next().unwrap_or_default(), parts.next());
    rest.is_some_and(|rest| are_digits(whole) && are_digits(rest))
}
