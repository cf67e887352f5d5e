//! The door for inputs: which files are read at all, and how much of them.
//!
//! A regular file is read, and a pipe that was handed over: standard input, or what a shell makes of `<(...)`. A folder, a device or a named
//! pipe is refused by its kind before it is opened: a device has no end, and a named pipe waits until somebody writes to it.

use crate::error::{Error, Place, Result};
use crate::machine::memory::available_memory;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;

/// What to do about a file that is none.
const GIVE_A_FILE: &str = "give the name of a file; what another program writes is read from standard input, or from the shell's <(...)";

/// What messages call standard input.
pub const STANDARD_INPUT: &str = "standard input";

/// Whether a path stands for standard input.
pub fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// The name of an input in messages.
pub fn name_of(path: &Path) -> String {
    match is_standard(path) {
        true => STANDARD_INPUT.into(),
        false => path.display().to_string(),
    }
}

/// Opens a file, or standard input for `-`.
///
/// # Errors
/// [`Error::Io`] if it cannot be opened; [`Error::Input`] if it is a folder, a device, or a pipe that nobody handed over.
pub fn open(path: &Path) -> Result<File> {
    if is_standard(path) {
        let file = standard_input().map_err(Error::io("read", Path::new(STANDARD_INPUT)))?;
        let found = file.metadata();
        check(path, &found.map_err(Error::io("read", path))?)?;
        return Ok(file);
    }
    // Asked first, for opening a pipe waits.
    let found = std::fs::metadata(path).map_err(Error::io("read", path))?;
    check(path, &found)?;
    File::open(path).map_err(Error::io("read", path))
}

/// Opens a file that is read more than once, or from places within it: a regular one.
///
/// # Errors
/// [`Error::Io`] if it cannot be opened; [`Error::Input`] with `advice` if it is anything else.
pub fn open_regular(path: &Path, advice: &str) -> Result<File> {
    let found = std::fs::metadata(path).map_err(Error::io("read", path))?;
    if !found.is_file() {
        let place = Place::file(path.display().to_string());
        let problem = format!("{}, not a regular file", kind(&found));
        return Err(Error::input(place, problem, advice));
    }
    File::open(path).map_err(Error::io("read", path))
}

/// Reads all of a file, or of standard input for `-`, if that takes no more than half of the memory that may be used: what is made of it takes
/// as much again.
///
/// # Errors
/// As [`open`]; [`Error::Memory`] if it is larger, of a regular file before anything is read.
pub fn read(path: &Path, available: Option<u64>) -> Result<Vec<u8>> {
    let file = open(path)?;
    let named = name_of(path);
    let failed = || Error::io("read", Path::new(&named));
    let found = file.metadata().map_err(failed())?;
    let available = available.or_else(available_memory);
    let most = most_of(available);
    let expected = if found.is_file() { found.len() } else { 0 };
    if expected > most {
        return Err(too_large(&named, expected, available));
    }
    let mut bytes = Vec::new();
    let room = usize::try_from(expected).map(|size| bytes.try_reserve_exact(size));
    if !matches!(room, Ok(Ok(()))) {
        return Err(too_large(&named, expected, available));
    }
    // One more, so that a file which has grown is told from one that just fits.
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(failed())?;
    match bytes.len() as u64 > most {
        true => Err(too_large(&named, bytes.len() as u64, available)),
        false => Ok(bytes),
    }
}

/// How much of an input may be in memory, where so much may be used; `None` where that is not known.
pub fn most_of(available: Option<u64>) -> u64 {
    available.map_or(u64::MAX, |bytes| bytes / 2)
}

fn too_large(name: &str, bytes: u64, available: Option<u64>) -> Error {
    Error::Memory {
        needed: bytes.saturating_mul(2),
        available: available.unwrap_or(bytes),
        remedy: format!(
            "reading {name} takes twice its size: give fewer sequences, or use a machine with more memory (`max_memory` tells how much may be used)"
        ),
    }
}

/// Refuses what is not read.
fn check(path: &Path, found: &Metadata) -> Result<()> {
    if found.is_file() || system::is_handed_over(path, found) {
        return Ok(());
    }
    let problem = format!("{}, not a file that can be read", kind(found));
    Err(Error::input(
        Place::file(name_of(path)),
        problem,
        GIVE_A_FILE,
    ))
}

/// What something is that is no regular file.
fn kind(found: &Metadata) -> &'static str {
    match found.is_dir() {
        true => "this is a folder",
        false => system::kind(found),
    }
}

#[cfg(unix)]
fn standard_input() -> std::io::Result<File> {
    use std::os::fd::AsFd;
    Ok(File::from(std::io::stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn standard_input() -> std::io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(File::from(
        std::io::stdin().as_handle().try_clone_to_owned()?,
    ))
}

#[cfg(unix)]
mod system {
    use std::fs::Metadata;
    use std::io::IsTerminal;
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    use std::path::Path;

    /// What is neither a file nor a folder.
    pub fn kind(found: &Metadata) -> &'static str {
        match found.file_type() {
            kind if kind.is_fifo() => "this is a named pipe",
            kind if kind.is_socket() => "this is a socket",
            _ => "this is a device",
        }
    }

    /// Whether somebody has opened it for this process: a pipe, the terminal where that is standard input, or the device that is empty.
    pub fn is_handed_over(path: &Path, found: &Metadata) -> bool {
        let kind = found.file_type();
        if kind.is_fifo() || kind.is_socket() {
            return is_descriptor(path);
        }
        let is_null =
            || std::fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == found.rdev());
        kind.is_char_device() && (is_null() || is_input(path) && std::io::stdin().is_terminal())
    }

    fn is_input(path: &Path) -> bool {
        let names = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];
        names.iter().any(|name| path == Path::new(name))
    }

    /// Whether a path names a file that is open already, as `/dev/fd/63` does.
    fn is_descriptor(path: &Path) -> bool {
        let is_number = |name: &std::ffi::OsStr| {
            let name = name.as_encoded_bytes();
            !name.is_empty() && name.iter().all(u8::is_ascii_digit)
        };
        let folder = path.parent().unwrap_or(Path::new(""));
        let is_folder =
            folder == Path::new("/dev/fd") || folder.starts_with("/proc") && folder.ends_with("fd");
        is_input(path) || is_folder && path.file_name().is_some_and(is_number)
    }
}

#[cfg(not(unix))]
mod system {
    use std::fs::Metadata;
    use std::path::Path;

    pub fn kind(_: &Metadata) -> &'static str {
        "this is a device or a pipe"
    }

    /// What is open already has no name there but that of standard input.
    pub fn is_handed_over(path: &Path, found: &Metadata) -> bool {
        super::is_standard(path) && !found.is_dir()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_devices_are_named() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            folder.path(),
            Path::new("/dev/zero"),
            Path::new("/dev/full"),
        ] {
            if path.exists() {
                for error in [
                    open(path).unwrap_err(),
                    open_regular(path, "x").unwrap_err(),
                ] {
                    assert_eq!(error.exit_code(), 3);
                    let said = error.to_string();
                    let is_named = ["this is a folder", "this is a device"];
                    assert!(is_named.iter().any(|kind| said.contains(kind)), "{said}");
                }
            }
        }
        assert_eq!(
            open(&folder.path().join("none")).unwrap_err().exit_code(),
            1
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_empty_device_is_an_empty_file() {
        assert!(read(Path::new("/dev/null"), None).unwrap().is_empty());
    }

    #[test]
    fn no_more_is_read_than_there_is_room_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, [b'x'; 100]).unwrap();
        assert_eq!(read(&path, Some(200)).unwrap().len(), 100);
        let error = read(&path, Some(199)).unwrap_err();
        assert_eq!(error.exit_code(), 1);
        let said = error.to_string();
        assert!(
            said.contains("200 bytes") && said.contains("199 bytes"),
            "{said}"
        );
    }
}
