//! Temporary files in the making, so that a program that is told to stop can remove them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Those of this process.
static MAKING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A temporary file that is being made, as long as this is held.
#[derive(Debug)]
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    /// Notes the file.
    pub fn new(path: &Path) -> Self {
        with(|making| making.insert(path.to_owned()));
        Self(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        with(|making| making.remove(&self.0));
    }
}

fn with<T>(what: impl FnOnce(&mut BTreeSet<PathBuf>) -> T) -> T {
    what(&mut MAKING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Removes the temporary files of this process, which is about to end: whoever writes them fails from now on.
pub fn remove_all() {
    with(|making| {
        for path in std::mem::take(making) {
            // One that cannot be removed is only in the way.
            let _ = std::fs::remove_file(path);
        }
    });
}
