//! What the name of an input file says: nothing about what is in it, but something for the names of outputs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Endings of compressed files.
const PACKED: [&str; 4] = ["gz", "bgz", "zst", "zstd"];

/// Whether the name says that the file is compressed.
pub fn is_packed(path: &Path) -> bool {
    let is = |ending: &OsStr| PACKED.iter().any(|p| ending.eq_ignore_ascii_case(p));
    path.extension().is_some_and(is)
}

/// The name of the file as it would be called without compression, without its folder; empty for a folder's.
pub fn unpacked(path: &Path) -> PathBuf {
    let mut name = PathBuf::from(path.file_name().unwrap_or_default());
    if is_packed(&name) {
        name.set_extension("");
    }
    name
}
