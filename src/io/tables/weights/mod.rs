//! Sequence weights as files: written in the formats of several tools, read back whichever it is.
//!
//! | format | rows | content |
//! |---|---|---|
//! | TSV, CSV, JSON | all of the input | `row`, `name`, `kept`, `neighbours`, `weight` |
//! | plain | all of the input | one weight a line, 0 for a dropped row: plmc's file |
//! | EVcouplings | the kept ones | `id`, `num_cluster_members` = 1 / weight |
//! | npy | the kept ones | float64 array of one dimension, as EVE and ProteinGym have them |
//!
//! The content of a file decides what it is. A table needs a column `weight` or `num_cluster_members`; `row` and `name` (or `id`)
//! are compared with the alignment where they are given.

mod array;
mod depth;
mod json;
mod list;
mod matching;
mod table;
mod write;

pub use depth::{write_depths, write_objects};
pub use write::{write_evcouplings, write_npy, write_plain, write_rows};

use crate::error::{Error, Place, Result};
use crate::io::files::source::Source;
use std::ops::RangeInclusive;
use std::path::Path;

/// Weights that a fit in single precision can use; 1 / weight counts relatives, of which there are fewer than a milliard.
const RANGE: RangeInclusive<f64> = 1e-9..=1e9;

/// What to do about a file that is none of these.
const EXPECTED: &str = "weights are expected: a table with a column 'weight' or 'num_cluster_members', one number a line, or a .npy \
                        array; `potts weights ALIGNMENT` writes them";

/// A file of weights, before it is known which sequences they belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightsFile {
    /// The file, for messages.
    pub file: String,
    /// The format that was recognised, in words.
    pub format: &'static str,
    /// SHA-256 of the file as stored, in hexadecimal.
    pub sha256: String,
    entries: Vec<GivenWeight>,
}

/// One weight and what the file says about it.
#[derive(Debug, Clone, Default, PartialEq)]
struct GivenWeight {
    /// 1-based line, where the file has lines.
    line: Option<u64>,
    /// 1-based row of the alignment file.
    row: Option<u64>,
    name: Option<String>,
    weight: f64,
}

impl WeightsFile {
    /// Opens and reads a file, or standard input for `-`, with so many bytes of memory; those that are free where none are given.
    ///
    /// # Errors
    /// As [`Source::read_expecting`], and as [`Self::read`].
    pub fn open(path: &Path, available: Option<u64>) -> Result<Self> {
        Self::read(&Source::read_expecting(path, EXPECTED, available)?)
    }

    /// Reads weights in any of the formats, plain or gzip.
    ///
    /// # Errors
    /// If the file holds something else, or a weight that is neither a positive number nor 0, the mark of a dropped row.
    pub fn read(source: &Source) -> Result<Self> {
        let text = source.text()?;
        let (format, entries) = parse(&source.name, text.bytes())?;
        let file = Self {
            file: source.name.clone(),
            format,
            sha256: source.sha256(),
            entries,
        };
        file.check()?;
        Ok(file)
    }

    fn check(&self) -> Result<()> {
        if self.entries.is_empty() {
            return Err(foreign(&self.file, None, "there is no weight in this file"));
        }
        let usable = |entry: &GivenWeight| entry.weight == 0.0 || RANGE.contains(&entry.weight);
        match self.entries.iter().position(|entry| !usable(entry)) {
            None => Ok(()),
            Some(k) => Err(Error::input(
                self.place(k),
                format!(
                    "weight {} is {:?}, but weights are numbers between {:e} and {:e}, or 0 for a row that was dropped",
                    k + 1,
                    self.entries[k].weight,
                    RANGE.start(),
                    RANGE.end()
                ),
                "correct the file, or make it again with `potts weights ALIGNMENT`",
            )),
        }
    }

    /// Where weight `k` stands.
    fn place(&self, k: usize) -> Place {
        let entry = &self.entries[k];
        Place {
            file: self.file.clone(),
            line: entry.line,
            record: entry.name.clone(),
        }
    }
}

/// The format and the weights of a file, told by how it begins.
fn parse(file: &str, bytes: &[u8]) -> Result<(&'static str, Vec<GivenWeight>)> {
    match bytes.trim_ascii_start() {
        _ if bytes.starts_with(array::MAGIC) => Ok(("npy", array::read(file, bytes)?)),
        _ if bytes.starts_with(b"\x89HDF") => {
            Err(foreign(file, None, "this is an HDF5 file, perhaps a model"))
        }
        [b'[' | b'{', ..] => Ok(("JSON", json::read(file, bytes)?)),
        [b'>', ..] => Err(foreign(file, Some(1), "this is an alignment")),
        _ => parse_text(file, bytes),
    }
}

/// A list of numbers, or a table with a header.
fn parse_text(file: &str, bytes: &[u8]) -> Result<(&'static str, Vec<GivenWeight>)> {
    let lines: Vec<Line> = lines(bytes).collect();
    let Some(first) = lines.first() else {
        return Err(foreign(file, None, "there is no weight in this file"));
    };
    if list::number(first.bytes).is_some() {
        return Ok(("one weight a line", list::read(file, &lines)?));
    }
    table::read(file, &lines)
}

/// A line with something in it.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: u64,
    bytes: &'a [u8],
}

/// The lines without their ends; blank ones and comments (`#`) before the first other line are left out, as are blank ones after it.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    (1..)
        .zip(bytes.split(|&byte| byte == b'\n'))
        .map(|(number, bytes)| Line {
            number,
            bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes),
        })
        .filter(|line| !line.bytes.trim_ascii().is_empty())
        .skip_while(|line| line.bytes.trim_ascii_start().starts_with(b"#"))
}

/// The error for a file that holds something else.
fn foreign(file: &str, line: Option<u64>, problem: impl Into<String>) -> Error {
    let place = Place {
        file: file.to_owned(),
        line,
        record: None,
    };
    Error::input(place, problem, EXPECTED)
}

#[cfg(test)]
mod tests;
