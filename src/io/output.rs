//! Files that appear whole or not at all.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file in the making. It has a temporary name in its own folder until [`Self::commit`]; dropped before that, it leaves no trace.
///
/// A device or a pipe (`/dev/null`, a shell's `>(...)`) is written to as it is: renaming a file onto it would replace it.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    force: bool,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    Temporary(NamedTempFile),
    Direct(File),
}

impl OutputFile {
    /// A file that will be called `path`. A link is followed: its target is what gets replaced.
    ///
    /// # Errors
    /// If there is such a file and not `force`, or its folder cannot be written to.
    pub fn create(path: &Path, force: bool) -> Result<Self> {
        let existing = std::fs::metadata(path).ok();
        let sink = match &existing {
            Some(metadata) if metadata.is_dir() => {
                let source = std::io::ErrorKind::IsADirectory.into();
                return Err(Error::io("write", path)(source));
            }
            Some(metadata) if !metadata.is_file() => {
                let file = File::options().write(true).open(path);
                Sink::Direct(file.map_err(Error::io("write", path))?)
            }
            Some(_) if !force => return Err(Error::Exists(path.to_path_buf())),
            _ => Sink::Temporary(temporary_beside(path).map_err(Error::io("write", path))?),
        };
        Ok(Self {
            path: path.to_path_buf(),
            force,
            sink,
        })
    }

    /// Gives the file its name, after its contents have reached the disk.
    ///
    /// # Errors
    /// If writing fails, or without `force` somebody else has made such a file meanwhile.
    pub fn commit(mut self) -> Result<()> {
        self.flush().map_err(Error::io("write", &self.path))?;
        let Sink::Temporary(file) = self.sink else {
            return Ok(());
        };
        let synced = file.as_file().sync_all();
        synced.map_err(Error::io("write", &self.path))?;
        if self.force {
            let target = resolved(&self.path);
            let renamed = file.persist(target).map_err(|e| e.error);
            return renamed.map(drop).map_err(Error::io("write", &self.path));
        }
        match file.persist_noclobber(&self.path) {
            Ok(_) => Ok(()),
            Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(Error::Exists(self.path))
            }
            Err(e) => Err(Error::io("write", &self.path)(e.error)),
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.sink {
            Sink::Temporary(file) => file.write(bytes),
            Sink::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match &mut self.sink {
            Sink::Temporary(file) => file.flush(),
            Sink::Direct(file) => file.flush(),
        }
    }
}

/// The file behind a link; the path itself if there is none.
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// A temporary file in the folder of `path`, so that renaming never crosses a file system.
fn temporary_beside(path: &Path) -> std::io::Result<NamedTempFile> {
    let target = resolved(path);
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".potts-").suffix(".partial");
    // Temporary files are private by default; this one is to have the permissions of any other new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
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
