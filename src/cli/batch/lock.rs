//! Locks between processes: files that whoever is at work holds, and that are gone once nobody is.

use crate::error::{Error, Result};
use std::fs::{File, Metadata, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A lock file, held until it is dropped, which also removes it.
///
/// The lock belongs to the open file and not to the process: it lasts as long as anybody has a duplicate of it.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: File,
}

/// What became of the wish for a lock.
#[derive(Debug)]
pub enum Wish {
    /// It is ours.
    Granted(Lock),
    /// Somebody else has it.
    Held,
    /// The file system has no locks.
    Unsupported,
}

impl Lock {
    /// Takes the lock of the file `path`, which is made if need be, without waiting for it.
    ///
    /// # Errors
    /// [`Error::Io`] if the file can be neither made nor opened; [`Error::Usage`] if it is something else.
    pub fn wish(path: &Path) -> Result<Wish> {
        loop {
            let mut options = File::options();
            options.write(true).create(true).truncate(false);
            let file = options.open(path).map_err(Error::io("write", path))?;
            let found = file.metadata().map_err(Error::io("read", path))?;
            if !is_of_lock(&found) {
                return Err(Error::Usage(format!(
                    "{} is no lock of this program, whose name it has: move it",
                    path.display()
                )));
            }
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(Wish::Held),
                Err(TryLockError::Error(error)) if has_no_locks(&error) => {
                    // Nobody on this file system can hold it.
                    let _ = std::fs::remove_file(path);
                    return Ok(Wish::Unsupported);
                }
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
            }
            // Between opening and locking its holder may have removed it: then it is no longer the one that others will find.
            if is_still_at(&file, path).map_err(Error::io("lock", path))? {
                let path = path.to_path_buf();
                return Ok(Wish::Granted(Self { path, file }));
            }
        }
    }

    /// A duplicate, which keeps the lock for as long as it is open.
    ///
    /// # Errors
    /// [`Error::Io`] if the system has no room for another open file.
    pub fn duplicate(&self) -> Result<File> {
        self.file.try_clone().map_err(Error::io("lock", &self.path))
    }
}

/// The lock of an item of a batch.
pub fn path_of(folder: &Path, item: &str) -> PathBuf {
    folder.join(format!(".{item}.lock"))
}

/// Removes the locks of these items in `folder` that nobody holds: a program that was killed has left them. Any other file stays.
pub fn remove_abandoned<'n>(folder: &Path, items: impl Iterator<Item = &'n str>) {
    for item in items {
        let path = path_of(folder, item);
        if std::fs::symlink_metadata(&path).is_ok_and(|found| is_of_lock(&found)) {
            // Who gets a lock removes its file at the end.
            drop(Lock::wish(&path));
        }
    }
}

/// Whether a file may be a lock: these have nothing in them.
fn is_of_lock(found: &Metadata) -> bool {
    found.is_file() && found.len() == 0
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still held, so that nobody else's file is removed.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Waits for the lock of an open file, which lasts until that is closed; on a file system without locks there is nothing to wait for.
///
/// # Errors
/// Whatever else the system says.
pub(super) fn wait_for(file: &File) -> io::Result<()> {
    match file.lock() {
        Err(error) if !has_no_locks(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Whether an error means that the file system has no locks (`ENOLCK` has no kind of its own).
fn has_no_locks(error: &io::Error) -> bool {
    const ENOLCK: i32 = 37;
    let no_locks = cfg!(target_os = "linux") && error.raw_os_error() == Some(ENOLCK);
    no_locks || error.kind() == ErrorKind::Unsupported
}

fn is_still_at(file: &File, path: &Path) -> io::Result<bool> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(same_file(&file.metadata()?, &found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Elsewhere an open file cannot be removed.
#[cfg(not(unix))]
fn same_file(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_holds_it_and_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".a.lock");
        let Wish::Granted(lock) = Lock::wish(&path).unwrap() else {
            panic!("a lock of one's own is free");
        };
        assert!(matches!(Lock::wish(&path).unwrap(), Wish::Held));
        drop(lock);
        assert!(!path.exists());
        assert!(matches!(Lock::wish(&path).unwrap(), Wish::Granted(_)));
    }

    #[test]
    fn a_duplicate_keeps_it_and_a_file_left_behind_is_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".a.lock");
        // As of a holder that was killed: its end is closed, the file stays.
        let killed = File::create(&path).unwrap();
        killed.try_lock().unwrap();
        let duplicate = killed.try_clone().unwrap();
        drop(killed);
        assert!(matches!(Lock::wish(&path).unwrap(), Wish::Held));
        drop(duplicate);
        assert!(matches!(Lock::wish(&path).unwrap(), Wish::Granted(_)));
        assert!(!path.exists());
    }

    #[test]
    fn only_locks_that_nobody_holds_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let Ok(Wish::Granted(held)) = Lock::wish(&path(".held.lock")) else {
            panic!("a new lock is free");
        };
        std::fs::write(path(".left.lock"), "").unwrap();
        std::fs::write(path(".full.lock"), "important").unwrap();
        std::fs::write(path(".other.lock"), "").unwrap();
        remove_abandoned(folder.path(), ["held", "left", "full", "none"].into_iter());
        assert!(path(".held.lock").exists() && path(".other.lock").exists());
        assert!(path(".full.lock").exists() && !path(".none.lock").exists());
        assert!(matches!(
            Lock::wish(&path(".full.lock")),
            Err(Error::Usage(_))
        ));
        assert!(!path(".left.lock").exists());
        drop(held);
    }

    #[test]
    fn two_never_hold_it_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".a.lock");
        let (inside, granted) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        if let Wish::Granted(lock) = Lock::wish(&path).unwrap() {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            granted.fetch_add(1, Ordering::SeqCst);
                            inside.fetch_sub(1, Ordering::SeqCst);
                            drop(lock);
                        }
                    }
                });
            }
        });
        assert!(granted.into_inner() > 0);
        assert!(!path.exists());
    }
}
