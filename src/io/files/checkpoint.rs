//! Checkpoint files: the state of long work, and what it is the state of.
//!
//! ```text
//! potts checkpoint 1      a line
//! {"identity":...}        a line of JSON: program, input and options, how far the work was, and its seconds so far
//! ...                     the state, as the work passes it
//! 32 bytes                SHA-256 of all before
//! ```

use super::input::open_regular;
use super::whole_file::WholeFile;
use crate::error::{Error, Place, Result};
use crate::state::Fingerprint;
use crate::state::{Persistent, Transfer};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The first line.
const FIRST: &str = "potts checkpoint 1\n";

/// Bytes of the digest at the end.
const DIGEST: u64 = 32;

/// The longest header that is read.
const MOST_HEADER: u64 = 1 << 20;

/// What to do about a file that cannot be read.
const ADVICE: &str = "`restart` discards it and begins anew";

/// What to do about a file that is none.
const OTHER: &str = "nothing is done to it: name another file for the state, with `checkpoint`";

/// Removes a checkpoint; nothing, if there is none.
///
/// # Errors
/// [`Error::Input`] if the file is something else, which stays; [`Error::Io`] if the system refuses.
pub fn remove(path: &Path) -> Result<()> {
    let mut start = Vec::new();
    let read = match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Ok(found) if !found.is_file() => return Err(foreign(path)),
        _ => File::open(path),
    };
    read.and_then(|file| file.take(FIRST.len() as u64).read_to_end(&mut start))
        .map_err(Error::io("read", path))?;
    // One that is cut short, too, is ours.
    if !FIRST.as_bytes().starts_with(&start) {
        return Err(foreign(path));
    }
    std::fs::remove_file(path).map_err(Error::io("remove", path))
}

fn foreign(path: &Path) -> Error {
    let place = Place::file(path.display().to_string());
    Error::input(place, "not a checkpoint of this program", OTHER)
}

/// What a checkpoint says of itself.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Header {
    /// The work that it belongs to.
    #[serde(rename = "identity")]
    pub fingerprint: Fingerprint,
    /// How far it was: "iteration 7".
    pub at: String,
    /// Seconds that it had taken.
    pub seconds: f64,
}

/// A checkpoint that is whole.
#[derive(Debug)]
pub struct Checkpoint {
    /// What it says of itself.
    pub header: Header,
    path: PathBuf,
    /// At the state.
    file: BufReader<File>,
    state_bytes: u64,
}

/// Writes a checkpoint to `path`, in place of one that is there: all of it, or nothing.
///
/// # Errors
/// [`Error::Io`] if it cannot be written.
pub fn write(path: &Path, header: &Header, state: &mut dyn Persistent) -> Result<()> {
    let target = WholeFile::new(path, true)?;
    fill(target.temporary(), header, state).map_err(Error::io("write", path))?;
    target.commit()
}

fn fill(path: &Path, header: &Header, state: &mut dyn Persistent) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    let mut output = Digesting {
        inner: BufWriter::with_capacity(1 << 20, file),
        digest: Sha256::new(),
    };
    output.write_all(FIRST.as_bytes())?;
    serde_json::to_writer(&mut output, header)?;
    output.write_all(b"\n")?;
    state.serialise(&mut Transfer::Save(&mut output))?;
    let Digesting { mut inner, digest } = output;
    inner.write_all(&digest.finalize())?;
    inner.flush()
}

/// Opens the checkpoint `path`; `None` if there is none.
///
/// # Errors
/// [`Error::Io`] if it cannot be read; [`Error::Input`] if it is no checkpoint, or damaged.
pub fn open(path: &Path) -> Result<Option<Checkpoint>> {
    let file = match open_regular(path, OTHER) {
        Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    // Asked before the digest: what is something else is not damaged.
    let mut start = Vec::new();
    (&file)
        .take(FIRST.len() as u64)
        .read_to_end(&mut start)
        .map_err(Error::io("read", path))?;
    if !FIRST.as_bytes().starts_with(&start) {
        return Err(foreign(path));
    }
    (&file).rewind().map_err(Error::io("read", path))?;
    check_digest(&file, path)?;
    let mut file =
        BufReader::with_capacity(1 << 20, File::open(path).map_err(Error::io("read", path))?);
    let mut first = String::new();
    let mut line = String::new();
    let mut beginning = (&mut file).take(MOST_HEADER);
    let read = beginning
        .read_line(&mut first)
        .and_then(|_| beginning.read_line(&mut line));
    if read.is_err() || first != FIRST {
        return Err(foreign(path));
    }
    let header: Header = serde_json::from_str(&line).map_err(|_| foreign(path))?;
    let all = file.get_ref().metadata().map_err(Error::io("read", path))?;
    let before = (first.len() + line.len()) as u64 + DIGEST;
    Ok(Some(Checkpoint {
        header,
        path: path.to_path_buf(),
        file,
        state_bytes: all.len().saturating_sub(before),
    }))
}

/// Compares a file with the digest at its end.
fn check_digest(file: &File, path: &Path) -> Result<()> {
    let reading = Error::io("read", path);
    let length = file.metadata().map(|found| found.len());
    let compared = length.and_then(|length| {
        let mut input = BufReader::with_capacity(1 << 20, file);
        let mut digest = Digesting {
            inner: io::sink(),
            digest: Sha256::new(),
        };
        io::copy(
            &mut (&mut input).take(length.saturating_sub(DIGEST)),
            &mut digest,
        )?;
        let mut stored = Vec::new();
        input.read_to_end(&mut stored)?;
        Ok(digest.digest.finalize().as_slice() == stored)
    });
    match compared.map_err(reading)? {
        true => Ok(()),
        false => Err(damaged(
            path,
            "a checkpoint that is damaged, or not a checkpoint",
        )),
    }
}

fn damaged(path: &Path, problem: &str) -> Error {
    Error::input(Place::file(path.display().to_string()), problem, ADVICE)
}

impl Checkpoint {
    /// Sets `state` to the one that was kept.
    ///
    /// # Errors
    /// [`Error::Input`] if it is the state of something else.
    pub fn restore(mut self, state: &mut dyn Persistent) -> Result<()> {
        let mut rest = (&mut self.file).take(self.state_bytes);
        let restored = state.serialise(&mut Transfer::Restore(&mut rest));
        let left = rest.limit();
        match restored {
            Ok(()) if left == 0 => Ok(()),
            Ok(()) => Err(damaged(
                &self.path,
                &format!("{left} bytes more than the state has"),
            )),
            Err(error) => Err(damaged(
                &self.path,
                &format!("not the state of this work: {error}"),
            )),
        }
    }
}

/// Takes the digest of what passes.
struct Digesting<W> {
    inner: W,
    digest: Sha256,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Numbers(Vec<f64>);

    impl Persistent for Numbers {
        fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
            state.numbers(&mut self.0)
        }
    }

    fn header() -> Header {
        Header {
            fingerprint: Fingerprint {
                program: "potts".into(),
                ..Fingerprint::default()
            },
            at: "iteration 3".into(),
            seconds: 1.25,
        }
    }

    #[test]
    fn a_state_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.h5.checkpoint");
        assert!(open(&path).unwrap().is_none());
        write(&path, &header(), &mut Numbers(vec![9.0])).unwrap();
        write(&path, &header(), &mut Numbers(vec![0.1, -0.0])).unwrap();
        let kept = open(&path).unwrap().unwrap();
        assert_eq!(kept.header, header());
        let mut numbers = Numbers(vec![7.0; 2]);
        kept.restore(&mut numbers).unwrap();
        assert_eq!(numbers.0[0], 0.1);
        assert!(numbers.0[1].is_sign_negative());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn any_changed_or_missing_byte_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c");
        write(&path, &header(), &mut Numbers(vec![1.0, 2.0])).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 4;
            std::fs::write(&path, &changed).unwrap();
            assert!(matches!(open(&path), Err(Error::Input { .. })), "byte {at}");
            std::fs::write(&path, &whole[..at]).unwrap();
            assert!(
                matches!(open(&path), Err(Error::Input { .. })),
                "cut at {at}"
            );
        }
    }

    #[test]
    fn the_state_of_another_fit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c");
        write(&path, &header(), &mut Numbers(vec![1.0, 2.0])).unwrap();
        let restore = |count| {
            open(&path)
                .unwrap()
                .unwrap()
                .restore(&mut Numbers(vec![0.0; count]))
        };
        assert!(restore(2).is_ok());
        for wrong in [0, 1, 3] {
            assert!(restore(wrong).is_err(), "{wrong}");
        }
    }
}
