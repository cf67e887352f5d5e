//! Text files that appear whole or not at all.

use super::harmless::harmless;
use super::whole_file::{WholeFile, is_device};
use crate::error::{Error, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file in the making. It has a temporary name in its own folder until [`Self::commit`]; dropped before that, it leaves no trace.
///
/// A device or a pipe (`/dev/null`, a shell's `>(...)`) is written to as it is: renaming a file onto it would replace it.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    file: File,
    /// What the file will become; none for a device.
    target: Option<WholeFile>,
}

impl OutputFile {
    /// A file that will be called `path`. A link is followed: its target is what gets replaced.
    ///
    /// # Errors
    /// If there is such a file and not `force`, or its folder cannot be written to.
    pub fn create(path: &Path, force: bool) -> Result<Self> {
        let target = if is_device(path) {
            None
        } else {
            Some(WholeFile::new(path, force)?)
        };
        let place = target.as_ref().map_or(path, WholeFile::temporary);
        let file = File::options().write(true).open(place);
        Ok(Self {
            path: path.to_path_buf(),
            file: file.map_err(Error::io("write", path))?,
            target,
        })
    }

    /// Gives the file its name, after its contents have reached the disk.
    ///
    /// # Errors
    /// If writing fails, or without `force` somebody else has made such a file meanwhile.
    pub fn commit(mut self) -> Result<()> {
        self.flush().map_err(Error::io("write", &self.path))?;
        self.target.map_or(Ok(()), WholeFile::commit)
    }
}

/// Writes the file `path` whole or not at all, by what `contents` writes; gzip if the name ends in `.gz`.
///
/// # Errors
/// As [`OutputFile`], and those of `contents`.
pub fn write_file<T>(
    path: &Path,
    force: bool,
    contents: impl FnOnce(&mut dyn Write) -> Result<T>,
) -> Result<T> {
    let mut file = BufWriter::new(OutputFile::create(path, force)?);
    let (result, written) = if path.extension().is_some_and(|e| e == "gz") {
        let mut encoder = GzEncoder::new(file, Compression::default());
        (contents(&mut encoder)?, encoder.finish())
    } else {
        (contents(&mut file)?, Ok(file))
    };
    let file = written.and_then(|file| file.into_inner().map_err(|e| e.into_error()));
    file.map_err(Error::io("write", path))?.commit()?;
    Ok(result)
}

/// Writes the file `path`, or without one to standard output, where a reader that stops early is no error.
///
/// # Errors
/// As [`write_file`].
pub fn write_output(
    path: Option<&Path>,
    force: bool,
    contents: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    if let Some(path) = path {
        return write_file(path, force, contents);
    }
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    let flush = |out: &mut dyn Write| {
        let flushed = out.flush();
        flushed.map_err(Error::io("write", Path::new("standard output")))
    };
    unless_closed(contents(&mut stdout).and_then(|()| flush(&mut stdout)))
}

/// Writes a text to standard output, without what a terminal would obey; a reader that stops early is no error.
///
/// # Errors
/// [`Error::Io`] if it cannot be written.
pub fn to_stdout(contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    write_output(None, false, |out| {
        harmless(out, |out| {
            contents(out).map_err(Error::io("write", Path::new("standard output")))
        })
    })
}

/// A reader that has seen enough, such as `head`, is no failure.
///
/// # Errors
/// Any but that of a closed pipe.
pub fn unless_closed(result: Result<()>) -> Result<()> {
    match result {
        Err(Error::Io {
            action: "write",
            source,
            ..
        }) if source.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Seek for OutputFile {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(folder: &Path) -> usize {
        std::fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_file_appears_at_commit_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tsv");
        let mut file = OutputFile::create(&path, false).unwrap();
        file.write_all(b"whole").unwrap();
        assert!(!path.exists());
        file.commit().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(entries(folder.path()), 1);
    }

    #[test]
    fn a_file_that_is_dropped_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = OutputFile::create(&folder.path().join("a"), false).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(entries(folder.path()), 0);
    }

    #[test]
    fn only_force_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let late = OutputFile::create(&path, false).unwrap();
        std::fs::write(&path, "old").unwrap();
        assert!(matches!(late.commit(), Err(Error::Exists(_))));
        assert!(matches!(
            OutputFile::create(&path, false),
            Err(Error::Exists(_))
        ));
        let mut file = OutputFile::create(&path, true).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        file.commit().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_closed_pipe_is_no_failure_but_a_full_disk_is() {
        let failed = |kind: ErrorKind| {
            unless_closed(Err(Error::io("write", Path::new("standard output"))(
                kind.into(),
            )))
        };
        assert!(failed(ErrorKind::BrokenPipe).is_ok());
        assert!(failed(ErrorKind::StorageFull).is_err());
    }

    #[test]
    fn a_folder_or_a_missing_folder_is_an_error_with_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let message = |path: &Path| OutputFile::create(path, true).unwrap_err().to_string();
        assert!(message(folder.path()).starts_with("cannot write /"));
        assert!(message(&folder.path().join("no/a")).ends_with("no/a"));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_survive_and_permissions_are_ordinary() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (plain, path, link) = (
            folder.path().join("plain"),
            folder.path().join("a"),
            folder.path().join("link"),
        );
        std::fs::write(&plain, "").unwrap();
        OutputFile::create(&path, false).unwrap().commit().unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));

        symlink(&path, &link).unwrap();
        let mut file = OutputFile::create(&link, true).unwrap();
        file.write_all(b"through").unwrap();
        file.commit().unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&path).unwrap(), b"through");

        let null = Path::new("/dev/null");
        OutputFile::create(null, true).unwrap().commit().unwrap();
        let kind = std::fs::metadata(null).unwrap().file_type();
        assert!(kind.is_char_device());
    }
}
