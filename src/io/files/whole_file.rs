//! Files that appear whole or not at all: a temporary file beside the final name, renamed once it is whole.

use super::unfinished::{Unfinished, before_removal, naming_begins};
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tempfile::{NamedTempFile, TempPath};

/// Checks that a file could be written to `path`, before hours go into its contents.
///
/// # Errors
/// [`Error::Usage`] if the name is `-` or asks for a packing that is not written; [`Error::Exists`] if there is a file and not `force`;
/// [`Error::Io`] if `path` is no regular file or nothing can be
/// created in its folder.
pub fn check_output(path: &Path, force: bool) -> Result<()> {
    refuse_pictures(path)?;
    check_picture(path, force)
}

/// The same for a picture, whose name may end as those of pictures do.
///
/// # Errors
/// As [`check_output`].
pub fn check_picture(path: &Path, force: bool) -> Result<()> {
    match is_device(path) {
        true => check_name(path),
        false => WholeFile::new(path, force).map(drop),
    }
}

/// Whether a path is that of a device or a pipe (`/dev/null`, a shell's `>(...)`), which is written to as it is: renaming a file onto it would
/// replace it.
pub(super) fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Refuses an output that is also another file of the same command: an input would be lost, and of two outputs the first.
///
/// # Errors
/// [`Error::Usage`] if `path` and one of `others` are one file, there or yet to be made.
pub fn check_apart<'a>(path: &Path, others: impl IntoIterator<Item = &'a Path>) -> Result<()> {
    // A terminal may be both input and output.
    let is_device = std::fs::metadata(path).is_ok_and(|found| !found.is_file());
    let mut others = others.into_iter();
    let same = others.find(|other| !is_device && resolved(other) == resolved(path));
    match same {
        Some(other) => Err(Error::Usage(format!(
            "{} would be written over {}, which this command reads or writes as well: choose another name",
            path.display(),
            other.display()
        ))),
        None => Ok(()),
    }
}

/// The one path of a file, by whatever path it is named; it need not be there.
fn resolved(path: &Path) -> PathBuf {
    let in_folder = || {
        let folder = std::fs::canonicalize(folder(path)).ok()?;
        Some(folder.join(path.file_name()?))
    };
    let there = std::fs::canonicalize(path).ok().or_else(in_folder);
    there.unwrap_or_else(|| path.to_path_buf())
}

/// A temporary file that gets its final name or, if anything fails, vanishes.
#[derive(Debug)]
pub(crate) struct WholeFile {
    path: PathBuf,
    force: bool,
    temporary: TempPath,
    /// Locked while somebody works on it, so that what a killed program left can be told from it.
    held: File,
    /// Noted, so that a program that is told to stop removes it.
    _noted: Unfinished,
}

impl WholeFile {
    /// Reserves a temporary name beside `path`.
    pub(crate) fn new(path: &Path, force: bool) -> Result<Self> {
        check_name(path)?;
        refuse_existing(path, force)?;
        sweep(folder(path));
        // A rename would replace a symbolic link instead of the file that it stands for.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let made = Unfinished::make(|| temporary_beside(&path));
        let (temporary, noted) = made.map_err(Error::io("write", &path))?;
        let (held, temporary) = temporary.into_parts();
        // Where there are no locks, what a killed program left stays.
        let _ = held.try_lock();
        Ok(Self {
            path,
            force,
            temporary,
            held,
            _noted: noted,
        })
    }

    /// The temporary file.
    pub(crate) fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Has a library create the temporary file anew by its name, which it does not once the program has been told to stop.
    pub(crate) fn created_by<T>(&self, create: impl FnOnce(&Path) -> T) -> T {
        before_removal(|| create(&self.temporary))
    }

    /// The temporary file, open.
    pub(crate) fn held(&self) -> &File {
        &self.held
    }

    /// Lets go of the lock, for somebody else to lock the file while it is written.
    pub(crate) fn unlock(&self) {
        // Where there are no locks, there was none.
        let _ = self.held.unlock();
    }

    /// Brings the temporary file to the disk and gives it its name.
    pub(crate) fn commit(self) -> Result<()> {
        let Self {
            path,
            force,
            temporary,
            held: _held,
            _noted,
        } = self;
        File::open(&temporary)
            .and_then(|file| file.sync_all())
            .map_err(Error::io("write", &path))?;
        naming_begins();
        let renamed = if force {
            temporary.persist(&path)
        } else {
            temporary.persist_noclobber(&path)
        };
        match renamed {
            Ok(()) => sync_folder(&path).map_err(Error::io("write", &path)),
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Error::Exists(path))
            }
            Err(refused) => Err(Error::io("rename a temporary file to", &path)(
                refused.error,
            )),
        }
    }
}

/// Endings of packed files that this program does not write, of which it would give the name only.
const NOT_WRITTEN: [&str; 5] = ["bgz", "zst", "zstd", "bz2", "xz"];

/// Endings of what people look for, and would find a table or a model in.
const NOT_MADE: [&str; 12] = [
    "xlsx", "xls", "ods", "parquet", "feather", "pkl", "rds", "zip", "docx", "jpg", "jpeg", "eps",
];

/// Endings of the pictures that `potts plot` makes.
const PICTURES: [&str; 3] = ["pdf", "png", "svg"];

/// A table or a model in a picture's name.
fn refuse_pictures(path: &Path) -> Result<()> {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    match PICTURES.iter().any(|e| ending.eq_ignore_ascii_case(e)) {
        true => Err(Error::Usage(format!(
            "{}: no .{ending} is made here; tables are .csv (Excel opens these), .tsv or .json, and potts plot draws pictures",
            path.display()
        ))),
        false => Ok(()),
    }
}

fn check_name(path: &Path) -> Result<()> {
    if path == Path::new("-") {
        return Err(Error::Usage(
            "the output needs a file name: '-' is none".into(),
        ));
    }
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let is_among = |endings: &[&str]| endings.iter().any(|e| ending.eq_ignore_ascii_case(e));
    let problem = if is_among(&NOT_WRITTEN) {
        format!("files are written plain or, if the name ends in .gz, with gzip, not as .{ending}")
    } else if is_among(&NOT_MADE) {
        format!("no .{ending} is made here; tables are .csv (Excel opens these), .tsv or .json")
    } else {
        return Ok(());
    };
    Err(Error::Usage(format!("{}: {problem}", path.display())))
}

/// With `force`, only regular files may be replaced: a rename onto `/dev/null` would be a surprise.
fn refuse_existing(path: &Path, force: bool) -> Result<()> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match path.is_symlink() && !force {
                // A link that leads nowhere is in the way all the same.
                true => Err(Error::Exists(path.to_path_buf())),
                false => Ok(()),
            }
        }
        Err(error) => Err(Error::io("write", path)(error)),
        Ok(found) if found.is_dir() => Err(Error::io("write", path)(io::Error::other(
            "it is a folder: name a file in it",
        ))),
        Ok(found) if !found.is_file() => Err(Error::io("write", path)(io::Error::other(
            "it exists and is not a regular file",
        ))),
        Ok(_) if force => Ok(()),
        Ok(_) => Err(Error::Exists(path.to_path_buf())),
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// How the names of all temporary files begin and end.
const START: &str = ".potts-";
const END: &str = ".partial";

/// How the names of temporary files of `path` begin.
fn temporary_start(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // With the rest, a name may have 255 bytes.
    let start: String = name.chars().take(50).collect();
    format!("{START}{start}-")
}

/// A file that somebody has just made may not be locked yet.
const YOUNG: Duration = Duration::from_secs(10);

/// Folders that have been swept by this process.
static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Removes, once in a process, the temporary files that programs which were killed have left in a folder.
fn sweep(folder: &Path) {
    let is_new = SWEPT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(folder.to_owned());
    if is_new {
        remove_abandoned(folder);
    }
}

fn remove_abandoned(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with(START) && name.ends_with(END)) {
            continue;
        }
        let changed = entry.metadata().and_then(|found| found.modified());
        let is_old = changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > YOUNG));
        let is_free = || File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_old && is_free() {
            // If it cannot be removed, it is only in the way.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let start = temporary_start(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&start).suffix(END);
    // Temporary files are private by default; this one is to be an ordinary file, so the user's umask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // Asked first, because the system's word about a temporary name means nothing to a user.
    std::fs::read_dir(folder(path)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let folder = folder(path).display();
            io::Error::new(
                error.kind(),
                format!("there is no folder {folder}: make it first"),
            )
        }
        _ => error,
    })?;
    builder
        .tempfile_in(folder(path))
        .map_err(|error| error.kind().into())
}

/// The new name survives a power cut only once the folder is on the disk; a folder that cannot be opened is no reason to fail.
fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(folder(path)) {
        Ok(folder) if cfg!(unix) => folder.sync_all().or(Ok(())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_works_on_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let old = |name: &str| {
            let file = File::create(path(name)).unwrap();
            let long_ago = std::time::SystemTime::now() - 2 * YOUNG;
            file.set_modified(long_ago).unwrap();
        };
        let working = WholeFile::new(&path("m.h5"), false).unwrap();
        let held = working.temporary().file_name().unwrap().to_owned();
        old(held.to_str().unwrap());
        old(".potts-m.h5-abandoned.partial");
        old(".potts-other.h5-abandoned.partial");
        File::create(path(".potts-m.h5-young.partial")).unwrap();
        old(".potts-mine.partial.txt");
        remove_abandoned(folder.path());
        assert!(working.temporary().exists());
        assert!(!path(".potts-m.h5-abandoned.partial").exists());
        assert!(!path(".potts-other.h5-abandoned.partial").exists());
        assert!(path(".potts-mine.partial.txt").exists());
        assert!(path(".potts-m.h5-young.partial").exists());
        working.commit().unwrap();
        assert!(path("m.h5").exists());
    }

    #[test]
    fn one_file_has_many_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("sub")).unwrap();
        std::fs::write(path("there"), "").unwrap();
        let same = |a: &str, b: &str| check_apart(&path(a), [path(b).as_path()]).is_err();
        assert!(same("there", "sub/../there") && same("not", "sub/../not"));
        assert!(!same("there", "not") && !same("not", "sub/not"));
        let terminal = Path::new("/dev/null");
        assert!(check_apart(terminal, [terminal]).is_ok());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(path("there"), path("link")).unwrap();
            assert!(same("link", "there"));
        }
    }
}
