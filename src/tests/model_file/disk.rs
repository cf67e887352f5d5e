//! Files that cannot be written, or are there already.

use super::examples::{family, large_model, mean_field_model, potts_model};
use super::{assert_same, written};
use crate::Error;
use crate::alphabet::GapTreatment;
use crate::io::files::check_output;
use crate::io::models::hdf5::{read, write};
use crate::tests::support::{alone_in, is_alone};
use std::path::Path;

#[test]
fn what_could_not_be_read_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.h5");
    let mut fitted = potts_model();
    family(&mut fitted).kept.push(true);
    let refused = write(&fitted, &path, false);
    assert!(matches!(refused, Err(Error::Model(_))));
    fitted = potts_model();
    fitted.gaps = GapTreatment::State;
    let refused = write(&fitted, &path, false);
    assert!(matches!(refused, Err(Error::Model(_))));
    assert!(!path.exists());
}

#[test]
fn a_file_is_not_overwritten_without_force() {
    let (folder, path) = written(&potts_model());
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(check_output(&path, false), Err(Error::Exists(_))));
    let refused = write(&mean_field_model(), &path, false);
    assert!(matches!(refused, Err(Error::Exists(_))));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    check_output(&path, true).unwrap();
    write(&mean_field_model(), &path, true).unwrap();
    assert_same(&read(&path).unwrap(), &mean_field_model());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere").join("model.h5");
    for path in [&missing, folder.path(), Path::new("/dev/null")] {
        // A device takes a table, but no model.
        let is_device = path == Path::new("/dev/null");
        let checked = check_output(path, true);
        assert!(checked.is_ok() == is_device && matches!(checked, Ok(()) | Err(Error::Io { .. })));
        let refused = write(&potts_model(), path, true);
        assert!(matches!(refused, Err(Error::Io { .. })));
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_the_file_is_readable_by_others() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = written(&potts_model());
    let link = folder.path().join("link.h5");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    write(&mean_field_model(), &link, true).unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_same(&read(&path).unwrap(), &mean_field_model());
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "x").unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&plain));
}

#[cfg(target_os = "linux")]
const FULL_DISK: &str = "tests::model_file::disk::a_full_disk_leaves_nothing_behind";

/// Where the process of [`write_within`] is to write.
#[cfg(target_os = "linux")]
const TARGET: &str = "POTTS_TEST_TARGET";

/// Runs this test again in a process that may not write files beyond `blocks` of 1024 bytes.
#[cfg(target_os = "linux")]
fn write_within(blocks: usize, path: &Path) -> std::process::Output {
    let limited = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", limited, "bash"])
        .arg(blocks.to_string())
        .arg(std::env::current_exe().unwrap())
        .env(TARGET, path);
    alone_in(bash, FULL_DISK).output().unwrap()
}

/// The other side of [`write_within`]. Writes again after a failure, as a batch would.
#[cfg(target_os = "linux")]
fn write_in_vain(path: &Path) {
    let fitted = large_model();
    for _ in 0..3 {
        match write(&fitted, path, true).unwrap_err() {
            Error::Io { source, .. } => println!("refused: {source}"),
            other => panic!("{other}"),
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing_behind() {
    if is_alone(FULL_DISK) {
        let path = std::env::var_os(TARGET).unwrap();
        return write_in_vain(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.h5");
    // From "not even a superblock" to "all but the end": the file has 113 kB of couplings.
    for blocks in [0, 1, 2, 4, 8, 16, 32, 64, 100, 112] {
        let output = write_within(blocks, &path);
        let out = String::from_utf8_lossy(&output.stdout);
        let err = String::from_utf8_lossy(&output.stderr);
        let end = output.status;
        assert!(end.success(), "{blocks}: {end:?}\n{out}\n{err}");
        let refusals = out.matches("refused: File too large").count();
        assert_eq!(refusals, 3, "{blocks}: {out}");
        assert_eq!(err, "", "{blocks}");
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 0, "{blocks}");
    }
}
