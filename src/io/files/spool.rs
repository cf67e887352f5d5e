//! Bytes that wait on the disk until work is done: a file without a name, which vanishes with the program.

use crate::error::{Error, Result};
use crate::state::{Persistent, Transfer};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes that pass at a time.
const PART: usize = 1 << 20;

/// Bytes behind one another.
#[derive(Debug)]
pub struct Spool {
    file: File,
    /// A file beside it, for errors.
    beside: PathBuf,
    bytes: u64,
}

impl Spool {
    /// None yet, in the folder of another file.
    ///
    /// # Errors
    /// [`Error::Io`] if no file can be made there.
    pub fn beside(path: &Path) -> Result<Self> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::tempfile_in(folder.unwrap_or(Path::new(".")));
        Ok(Self {
            file: file.map_err(Error::io("write beside", path))?,
            beside: path.to_owned(),
            bytes: 0,
        })
    }

    /// Adds some.
    ///
    /// # Errors
    /// [`Error::Io`] if they cannot be written.
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.file.seek(SeekFrom::Start(self.bytes));
        let written = written.and_then(|_| self.file.write_all(bytes));
        self.bytes += bytes.len() as u64;
        written.map_err(Error::io("write beside", &self.beside))
    }

    /// Passes all of them, `at_once` at a time and what is left at the end.
    ///
    /// # Errors
    /// [`Error::Io`] if they cannot be read; those of `take`.
    pub fn all(&mut self, at_once: usize, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let failed = || Error::io("read beside", &self.beside);
        self.file.rewind().map_err(failed())?;
        let mut left = self.bytes;
        let mut some = vec![0; at_once];
        while left > 0 {
            let part = usize::try_from(left).unwrap_or(at_once).min(at_once);
            self.file.read_exact(&mut some[..part]).map_err(failed())?;
            take(&some[..part])?;
            left -= part as u64;
        }
        Ok(())
    }
}

impl Persistent for Spool {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.number(&mut self.bytes)?;
        self.file.rewind()?;
        let (mut left, mut some) = (self.bytes, vec![0; PART]);
        while left > 0 {
            let part = left.min(PART as u64) as usize;
            if let Transfer::Save(_) = state {
                self.file.read_exact(&mut some[..part])?;
            }
            state.bytes(&mut some[..part])?;
            if let Transfer::Restore(_) = state {
                self.file.write_all(&some[..part])?;
            }
            left -= part as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_in_parts_and_through_a_state() {
        let folder = tempfile::tempdir().unwrap();
        let beside = folder.path().join("out");
        let mut spool = Spool::beside(&beside).unwrap();
        let wanted: Vec<u8> = (0..2_500_000u32).map(|k| (k % 251) as u8).collect();
        for part in wanted.chunks(700_001) {
            spool.add(part).unwrap();
        }
        let mut saved = Vec::new();
        spool.serialise(&mut Transfer::Save(&mut saved)).unwrap();
        // Goes on behind what is there, wherever it was read.
        spool.add(b"end").unwrap();
        let mut other = Spool::beside(&beside).unwrap();
        other
            .serialise(&mut Transfer::Restore(&mut &saved[..]))
            .unwrap();
        other.add(b"end").unwrap();
        for spool in [&mut spool, &mut other] {
            let mut found = Vec::new();
            let take = |some: &[u8]| {
                found.extend_from_slice(some);
                Ok(())
            };
            spool.all(4096, take).unwrap();
            assert!(found[..wanted.len()] == wanted && found.ends_with(b"end"));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
