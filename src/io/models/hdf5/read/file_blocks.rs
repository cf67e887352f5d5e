//! Couplings that stay in their file until they are asked for.

use super::fetch::{Found, Problem};
use crate::error::{Error, Place, Result};
use crate::io::models::hdf5::checksums::OfBlocks;
use crate::io::models::plausible;
use crate::model::PairBlocks;
use crate::model::couplings::pairs;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Bytes read at a time; they and the numbers that they become stay in the processor's cache.
const PIECE: usize = 1 << 16;

/// Couplings in one piece of a file, read from where they lie: without the library, which has one lock for all threads, and without
/// mapping, since a file that shrinks under a mapping ends the process.
#[derive(Debug)]
pub(super) struct FileBlocks {
    path: PathBuf,
    file: File,
    start: u64,
    sites: usize,
    states: usize,
    /// Checked wherever a part of what one covers is read; none of a file from before there were any.
    checksums: Option<OfBlocks>,
    stamp: Stamp,
}

/// Why couplings were not read.
enum Failed {
    Read(io::Error),
    /// Which are not those that were written.
    Differ(String),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

/// What changes when somebody writes to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &std::fs::Metadata) -> Self {
        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

impl FileBlocks {
    /// Blocks of (sites, states) that start at the byte `start` of `file`, which was found at `path`.
    pub fn new(
        path: &Path,
        file: File,
        start: u64,
        (sites, states): (usize, usize),
        checksums: Option<OfBlocks>,
    ) -> Found<Self> {
        let stamp = |metadata: io::Result<std::fs::Metadata>| match metadata {
            Ok(metadata) => Ok(Stamp::of(&metadata)),
            Err(error) => Err(Problem::damaged(error.to_string())),
        };
        // The library opened the path once more: it must have found the same file.
        let (ours, theirs) = (stamp(file.metadata())?, stamp(std::fs::metadata(path))?);
        if ours != theirs {
            return Err(Problem::damaged(CHANGED.into()));
        }
        Ok(Self {
            path: path.to_path_buf(),
            file,
            start,
            sites,
            states,
            checksums,
            stamp: ours,
        })
    }

    /// Whether somebody has written to the file since it was opened.
    fn is_changed(&self) -> bool {
        let metadata = self.file.metadata();
        metadata.is_ok_and(|metadata| Stamp::of(&metadata) != self.stamp)
    }

    /// Reads whole blocks of a checksum, and hands on those pairs of them that are wanted.
    fn fill(&self, first: usize, blocks: &mut [f32]) -> std::result::Result<(), Failed> {
        const NUMBER: usize = size_of::<f32>();
        let size = self.states * self.states;
        let (all, wanted) = (pairs(self.sites), first..first + blocks.len() / size);
        let unit = self.checksums.as_ref().map_or(1, |sums| sums.pairs);
        let step = (PIECE / (size * NUMBER) / unit).max(1).saturating_mul(unit);
        let mut bytes = Vec::new();
        let mut from = first / unit * unit;
        while from < wanted.end {
            let end = wanted.end.div_ceil(unit).saturating_mul(unit).min(all);
            let until = from.saturating_add(step).min(end);
            bytes.resize((until - from) * size * NUMBER, 0);
            let at = self.start + (from * size * NUMBER) as u64;
            read_exact_at(&self.file, &mut bytes, at)?;
            self.compare(from, &bytes)?;
            let part = from.max(wanted.start)..until.min(wanted.end);
            let read = &bytes[(part.start - from) * size * NUMBER..];
            let numbers = (part.start - first) * size..(part.end - first) * size;
            for (number, &bytes) in blocks[numbers].iter_mut().zip(read.as_chunks().0) {
                *number = f32::from_ne_bytes(bytes);
            }
            from = until;
        }
        Ok(())
    }

    /// Compares whole blocks, which begin with the pair `from`, with their checksums.
    fn compare(&self, from: usize, bytes: &[u8]) -> std::result::Result<(), Failed> {
        let Some(sums) = &self.checksums else {
            return Ok(());
        };
        let pair = self.states * self.states * size_of::<f32>();
        match sums.differing(from / sums.pairs, bytes, pair) {
            Some(block) => Err(Failed::Differ(sums.describe(block, self.sites))),
            None => Ok(()),
        }
    }

    /// A number that no fit gives; where checksums tell what was written, it may be anything.
    fn odd(&self, blocks: &[f32]) -> Option<f32> {
        let mut numbers = match self.checksums {
            Some(_) => [].iter(),
            None => blocks.iter(),
        };
        numbers.find(|number| !plausible::can_be(**number)).copied()
    }

    fn damaged(&self, what: &str) -> Error {
        self.wrong(Problem::damaged(what.into()))
    }

    fn wrong(&self, problem: Problem) -> Error {
        let place = Place::file(self.path.display().to_string());
        Error::input(place, problem.what, problem.advice)
    }
}

const CHANGED: &str = "the file changed while it was read";

impl PairBlocks for FileBlocks {
    fn sites(&self) -> usize {
        self.sites
    }

    fn states(&self) -> usize {
        self.states
    }

    fn read(&self, first: usize, blocks: &mut [f32]) -> Result<()> {
        let filled = self
            .fill(first, blocks)
            .and_then(|()| Ok(self.file.metadata()?));
        match filled {
            Ok(metadata) if Stamp::of(&metadata) != self.stamp => Err(self.damaged(CHANGED)),
            Ok(_) if !all_finite(blocks) => {
                Err(self.damaged("a field or coupling is not a finite number"))
            }
            Ok(_) => match self.odd(blocks) {
                Some(number) => Err(self.damaged(&plausible::describe(number))),
                None => Ok(()),
            },
            Err(Failed::Read(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(self.damaged(CHANGED))
            }
            Err(Failed::Read(error)) => Err(Error::io("read", &self.path)(error)),
            Err(Failed::Differ(_)) if self.is_changed() => Err(self.damaged(CHANGED)),
            Err(Failed::Differ(what)) => Err(self.wrong(Problem::differs(&what))),
        }
    }
}

/// Whether all are finite; a loop without a way out early, which the compiler turns into wide instructions.
fn all_finite(numbers: &[f32]) -> bool {
    numbers
        .iter()
        .fold(true, |so_far, number| so_far & number.is_finite())
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

/// Never called: elsewhere all is read at once.
#[cfg(not(unix))]
fn read_exact_at(_: &File, _: &mut [u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
