//! Tables and lists of mutants: read in chunks of rows, in constant memory, written with the results beside the user's own columns.
//!
//! The first line tells what the file is. A mutant starts a plain list, one a line; anything else is the header of a table,
//! separated by tabs, commas or semicolons. Lines that start with `#` and empty lines are left out. The bytes of a cell need not
//! be UTF-8 and pass unchanged. A row with too few or too many cells stays a row of its own.

mod chunk;
mod layout;
mod records;
mod writer;

pub use chunk::Chunk;
pub use layout::Layout;
pub use writer::{Lines, Results, TableWriter};

use super::cells;
use crate::error::{Error, Place, Result};
use crate::io::files::compression::Compression;
use crate::io::files::source::Source;
use crate::mutants::{Mutant, NotAMutant};
use flate2::bufread::MultiGzDecoder;
use records::{Record, Records};
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Cursor};
use std::path::Path;
use std::sync::Arc;

/// A table of mutants that is being read.
pub struct MutantTable<R> {
    records: Records<R>,
    layout: Layout,
    file: String,
    first: Record,
    /// Whether `first` is a row still to be given, as in a list.
    first_is_row: bool,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    record: &'t Record,
    layout: &'t Layout,
}

/// Bytes read at a time.
const BUFFER: usize = 1 << 16;

/// Opens a table, plain or compressed with gzip or zstd; `-` is standard input. A zstd file is unpacked into memory.
///
/// # Errors
/// If the file cannot be read, or its zstd data are damaged or too large.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let mut reader: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        let file = std::fs::File::open(path).map_err(Error::io("read", path))?;
        Box::new(BufReader::with_capacity(BUFFER, file))
    };
    let start = reader.fill_buf().map_err(Error::io("read", path))?;
    match Compression::of(start) {
        None => Ok(reader),
        Some(Compression::Gzip) => {
            let decoder = MultiGzDecoder::new(reader);
            Ok(Box::new(BufReader::with_capacity(BUFFER, decoder)))
        }
        Some(Compression::Zstd) => {
            let mut bytes = Vec::new();
            let read = reader.read_to_end(&mut bytes);
            read.map_err(Error::io("read", path))?;
            let contents = Source::from_bytes(path.display().to_string(), bytes).contents()?;
            Ok(Box::new(Cursor::new(Arc::unwrap_or_clone(contents))))
        }
    }
}

impl<R: BufRead> MutantTable<R> {
    /// Reads the first line of `file` (its name in messages) and finds the mutants in `column`, or by the column's usual names.
    ///
    /// # Errors
    /// If there is no such column or nothing to read.
    pub fn new(input: R, file: &str, column: Option<&str>) -> Result<Self> {
        let mut records = Records::new(input);
        let mut record = Record::default();
        let found = records.next_line(&mut record);
        if !found.map_err(Error::io("read", Path::new(file)))? {
            return Err(Error::input(
                Place::file(file),
                "there is nothing in it but empty lines and comments",
                "a table has a header and a row for each mutant; a list has a mutant on each line",
            ));
        }
        if record.bytes.starts_with(b"\xff\xfe") || record.bytes.starts_with(b"\xfe\xff") {
            return Err(Error::input(
                Place::file(file),
                "this is text in UTF-16",
                "save it as UTF-8 (in a spreadsheet: CSV UTF-8)",
            ));
        }
        let layout = Layout::of(record.clone(), file, column)?;
        Ok(Self {
            first_is_row: layout.header.is_none(),
            records,
            layout,
            file: file.to_string(),
            first: record,
        })
    }

    /// Reads up to `rows` rows into `chunk`, in place of those it had; none at the end of the table.
    ///
    /// # Errors
    /// If reading fails; the rows before are in the chunk then.
    pub fn read(&mut self, rows: usize, chunk: &mut Chunk) -> Result<()> {
        chunk.clear();
        if rows > 0 && std::mem::take(&mut self.first_is_row) {
            *chunk.free() = self.first.clone();
            chunk.add(&self.layout);
        }
        while chunk.has_room(rows) {
            let (record, separator) = (chunk.free(), self.layout.separator);
            let more = match self.layout.header {
                None => self.records.next_line(record),
                Some(_) => self
                    .records
                    .next(separator, self.layout.names.len(), record),
            };
            match more.map_err(Error::io("read", Path::new(&self.file)))? {
                true => chunk.add(&self.layout),
                false => break,
            }
        }
        Ok(())
    }

    /// Columns and separator.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The place of a column among the cells of each row.
    ///
    /// # Errors
    /// If there is no column of this name.
    pub fn column(&self, name: &str) -> Result<usize> {
        self.layout.column(name, &self.file)
    }

    /// Lines left out so far because they start with `#`.
    pub fn comments(&self) -> u64 {
        self.records.comments
    }
}

impl<'t> Row<'t> {
    fn new(record: &'t Record, layout: &'t Layout) -> Self {
        Self { record, layout }
    }

    /// What a cell says, without its quotes; `None` if the row is too short.
    pub fn cell(&self, index: usize) -> Option<Cow<'t, [u8]>> {
        self.record.cell(index).map(cells::text)
    }

    /// Reads the row's mutant.
    ///
    /// # Errors
    /// If there is none.
    pub fn read_mutant(&self, mutant: &mut Mutant) -> std::result::Result<(), NotAMutant> {
        let index = self.layout.mutant;
        // `A42G,L57V` without quotes in a table separated by commas must not pass for A42G.
        if let Some(next) = self.cell(index + 1).filter(|_| self.surplus())
            && mutant.read(&next).is_ok()
        {
            return Err(NotAMutant::InSeveralCells);
        }
        mutant.read(&self.cell(index).unwrap_or_default())
    }

    /// What is wrong with the number of cells.
    fn misfit(&self) -> Option<String> {
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
    fn kept(&self, keep: &[bool]) -> impl Iterator<Item = Cow<'t, [u8]>> {
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
    fn push_kept(&self, keep: &[bool], line: &mut Vec<u8>) {
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

#[cfg(test)]
mod tests;
