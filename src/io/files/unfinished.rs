//! Temporary files, and folders of them, in the making, so that a program that is told to stop can remove them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

/// Those of this process.
static MAKING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Whether an output is whole, and gets its name or has it.
static NAMING: AtomicBool = AtomicBool::new(false);

/// From now on the command is better finished than stopped.
pub(super) fn naming_begins() {
    NAMING.store(true, Ordering::SeqCst);
}

/// Whether an output of this process is whole: stopped now, the command would say that it was not done, and find its own output in the way
/// when it is given again.
pub fn is_output_whole() -> bool {
    NAMING.load(Ordering::SeqCst)
}

/// A temporary file that is being made, or a folder, as long as this is held.
#[derive(Debug)]
pub(super) struct Unfinished(PathBuf);

/// A folder for temporary files, which vanishes with what is in it.
#[derive(Debug)]
pub struct TemporaryFolder {
    folder: TempDir,
    _noted: Unfinished,
}

impl TemporaryFolder {
    /// Where the system has its temporary files.
    ///
    /// # Errors
    /// If none can be made there.
    pub fn new() -> std::io::Result<Self> {
        let (folder, noted) = Unfinished::make(|| TempDir::with_prefix(".potts-"))?;
        Ok(Self {
            folder,
            _noted: noted,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Unfinished {
    /// Makes a file or folder and notes it: none is there without being noted, whenever the program is told to stop.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn make<T: AsRef<Path>>(
        make: impl FnOnce() -> std::io::Result<T>,
    ) -> std::io::Result<(T, Self)> {
        with(|making| {
            let made = make()?;
            let path = made.as_ref().to_owned();
            making.insert(path.clone());
            Ok((made, Self(path)))
        })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        with(|making| making.remove(&self.0));
    }
}

/// Does what would make a noted file again under its name, were it removed: it is done before the removal of all, or never.
pub(super) fn before_removal<T>(what: impl FnOnce() -> T) -> T {
    with(|_| what())
}

fn with<T>(what: impl FnOnce(&mut BTreeSet<PathBuf>) -> T) -> T {
    what(&mut MAKING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Removes the temporary files of this process, which is about to end: whoever writes them fails from now on, and whoever makes one waits for
/// the end.
pub fn remove_all() {
    let mut making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    for path in &std::mem::take(&mut *making) {
        // One that cannot be removed is only in the way. Into a folder another process may still be writing.
        let tries = (0..3).map(|_| match path.is_dir() {
            true => std::fs::remove_dir_all(path),
            false => std::fs::remove_file(path),
        });
        let _ = tries.take_while(std::io::Result::is_err).count();
    }
    std::mem::forget(making);
}
