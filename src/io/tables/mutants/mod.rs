//! Tables and lists of mutants: read in chunks of rows, in constant memory, written with the results beside the user's own columns.
//!
//! The first lines tell what the file is ([`recognition`]): a plain list, one mutant a line; a table with a header, its cells separated by tabs,
//! commas, semicolons or blanks; or sequences in FASTA format. Lines that start with `#`, empty lines and rows of empty cells are left out.
//! The bytes of a cell need not be UTF-8 and pass unchanged. A row with too few or too many cells stays a row of its own.

mod cell_forms;
mod chunk;
mod column_names;
mod layout;
mod recognition;
mod records;
mod refusals;
mod row;
mod text_lines;
mod writer;

pub use chunk::Chunk;
pub use layout::{Kind, Layout};
pub use recognition::{Target, Wish};
pub use row::{Row, Written};
pub use writer::{Lines, Results, TableWriter};

use crate::error::{Error, Place, Result};
use crate::io::files::compression::{Compression, Gunzip};
use crate::io::files::input;
use crate::io::files::source::Source;
use crate::machine::memory::available_memory;
use recognition::Recognised;
use records::Records;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use text_lines::TooLong;

/// A table of mutants that is being read.
pub struct MutantTable<R> {
    records: Records<R>,
    layout: Layout,
    file: String,
}

/// Lines that are looked at to see what a file is.
const LOOKED_AT: usize = 1100;

/// Bytes read at a time.
const BUFFER: usize = 1 << 16;

/// Opens a table, plain or compressed with gzip or zstd; `-` is standard input. A zstd file is unpacked into memory.
///
/// # Errors
/// As [`input::open`]; if its zstd data are damaged or too large.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let mut reader = BufReader::with_capacity(BUFFER, input::open(path)?);
    let start = reader.fill_buf().map_err(Error::io("read", path))?;
    match Compression::of(start) {
        None => Ok(Box::new(reader)),
        Some(Compression::Gzip) => {
            let contents = Gunzip::new(reader);
            Ok(Box::new(BufReader::with_capacity(BUFFER, contents)))
        }
        Some(Compression::Zstd) => {
            let most = input::most_of(available_memory());
            let mut bytes = Vec::new();
            let read = reader.take(most).read_to_end(&mut bytes);
            read.map_err(Error::io("read", path))?;
            let contents = Source::from_bytes(path.display().to_string(), bytes).contents()?;
            Ok(Box::new(Cursor::new(Arc::unwrap_or_clone(contents))))
        }
    }
}

/// What it means that no more of a file can be read: its contents are at fault, or the system is.
fn unreadable(file: &str, error: io::Error) -> Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error.kind() {
        InvalidData if error.get_ref().is_some_and(|cause| cause.is::<TooLong>()) => Error::input(
            Place::file(file),
            error.to_string(),
            "give one mutant a line, or a table with one a row: this is not a table of mutants, or its line ends were lost",
        ),
        InvalidData | InvalidInput | UnexpectedEof => Error::input(
            Place::file(file),
            format!("the gzip data are broken or end too early ({error})"),
            "the file was probably cut off or damaged while it was copied or downloaded: fetch it again, and see what 'gzip -t' says",
        ),
        _ => Error::io("read", Path::new(file))(error),
    }
}

impl<R: BufRead> MutantTable<R> {
    /// Reads the first lines of `file` (its name in messages) and finds where it says what the mutants are, as far as `wish` does not.
    ///
    /// # Errors
    /// If there is no such place or nothing to read.
    pub fn new(mut input: R, file: &str, wish: &Wish) -> Result<Self> {
        let start = input.fill_buf().map_err(|error| unreadable(file, error))?;
        if let Some(error) = refusals::binary(start, file) {
            return Err(error);
        }
        let mut records = Records::new(input);
        let ahead = records.ahead(LOOKED_AT);
        if ahead.is_empty() {
            records.failure().map_err(|error| unreadable(file, error))?;
            return Err(refusals::nothing(file));
        }
        let Recognised { layout, skipped } = recognition::recognise(&ahead, wish, file)?;
        let above = ahead[..skipped].iter().enumerate();
        let comments =
            above.filter(|(k, line)| line.starts_with(b"#") && k + 1 != layout.header_line);
        let comments = comments.count() as u64;
        records.skip(skipped, comments);
        Ok(Self {
            records,
            layout,
            file: file.to_string(),
        })
    }

    /// Reads up to `rows` rows into `chunk`, in place of those it had; none at the end of the table.
    ///
    /// # Errors
    /// If reading fails; the rows before are in the chunk then.
    pub fn read(&mut self, rows: usize, chunk: &mut Chunk) -> Result<()> {
        chunk.clear();
        while chunk.has_room(rows) {
            let (record, separator) = (chunk.free(), self.layout.separator);
            let more = match self.layout.kind {
                Kind::List => self.records.next_line(record),
                Kind::Fasta => self.records.next_sequence(separator, record),
                _ => self
                    .records
                    .next(separator, self.layout.names.len(), record),
            };
            match more.map_err(|error| unreadable(&self.file, error))? {
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

    /// Rows left out so far because all of their cells are empty.
    pub fn empty_rows(&self) -> u64 {
        self.records.empty_rows
    }
}

#[cfg(test)]
mod tests;
