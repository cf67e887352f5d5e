//! How HDF5 gets at files: by names that are text, and past locks of its own.

use std::fs::File;
use std::path::{Path, PathBuf};

/// A path by which HDF5 finds an open file: its own, or where that is no text, which HDF5 cannot take, that of its descriptor.
pub(super) fn path_for(path: &Path, file: &File) -> PathBuf {
    #[cfg(unix)]
    if path.to_str().is_none() {
        use std::os::fd::AsRawFd;
        return format!("/dev/fd/{}", file.as_raw_fd()).into();
    }
    let _ = file;
    path.to_path_buf()
}

/// Whether the user has HDF5 lock every file that it opens, whatever it is asked: then no other lock may be held on one.
pub(super) fn locks_are_forced() -> bool {
    let wish = std::env::var("HDF5_USE_FILE_LOCKING").unwrap_or_default();
    !matches!(wish.as_str(), "" | "0" | "FALSE")
}
