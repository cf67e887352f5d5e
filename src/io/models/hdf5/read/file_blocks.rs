//! Couplings that stay in their file until they are asked for.

use super::fetch::{Found, Problem};
use crate::error::{Error, Place, Result};
use crate::model::PairBlocks;
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
    stamp: Stamp,
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
            stamp: ours,
        })
    }

    fn fill(&self, first: usize, blocks: &mut [f32]) -> io::Result<()> {
        const NUMBER: usize = size_of::<f32>();
        let mut at = self.start + (first * self.states * self.states * NUMBER) as u64;
        let mut bytes = vec![0; PIECE.min(blocks.len() * NUMBER)];
        for piece in blocks.chunks_mut(PIECE / NUMBER) {
            let bytes = &mut bytes[..piece.len() * NUMBER];
            read_exact_at(&self.file, bytes, at)?;
            for (number, &bytes) in piece.iter_mut().zip(bytes.as_chunks().0) {
                *number = f32::from_ne_bytes(bytes);
            }
            at += bytes.len() as u64;
        }
        Ok(())
    }

    fn damaged(&self, what: &str) -> Error {
        let problem = Problem::damaged(what.into());
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
        let filled = self.fill(first, blocks).and_then(|()| self.file.metadata());
        match filled {
            Ok(metadata) if Stamp::of(&metadata) != self.stamp => Err(self.damaged(CHANGED)),
            Ok(_) if all_finite(blocks) => Ok(()),
            Ok(_) => Err(self.damaged("a field or coupling is not a finite number")),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(self.damaged(CHANGED))
            }
            Err(error) => Err(Error::io("read", &self.path)(error)),
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
