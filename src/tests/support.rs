//! What the tests share.

#[path = "../../tests/common/files.rs"]
mod files;

pub use files::{FAMILY, checkout, data, part_of_planted, shared, text};

use crate::alignment::{Alignment, FocusOptions, focus};
use crate::alphabet::Alphabet;
use crate::fit::{FitOptions, fit, sequence_weights};
use crate::io::alignments;
use crate::io::files::source::Source;
use crate::model::{Couplings, Model};
use ndarray::Array2;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// The largest absolute difference of two equally long sequences of numbers.
pub fn largest_difference(
    a: impl IntoIterator<Item = f64>,
    b: impl IntoIterator<Item = f64>,
) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = (a.into_iter().collect(), b.into_iter().collect());
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(&b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max)
}

/// All parameters of a model with fields that is in memory, with the word for its kind, to compare.
pub fn parameters(model: &Model) -> (&'static str, Array2<f32>, Option<Couplings>) {
    let fields = model.fields().unwrap().clone();
    (model.parameters.name(), fields, model.couplings().cloned())
}

/// An alignment of proteins, as `options` model it.
pub fn focused(source: &Source, options: &FocusOptions) -> Alignment {
    let records = alignments::read(source).unwrap();
    focus::focus(&records, &Alphabet::protein(), options).unwrap()
}

/// The project's own family.
pub fn planted() -> Alignment {
    let source = Source::read(&data("planted.a2m")).unwrap();
    focused(&source, &FocusOptions::default())
}

/// The same with 300 sequences, in all of its 76 sites.
pub fn fewer_planted() -> Alignment {
    let source = Source::from_bytes("planted.a2m", part_of_planted(10, 100).into());
    focused(&source, &FocusOptions::default())
}

/// The small family.
pub fn family() -> Alignment {
    let source = Source::from_bytes("family.fa", FAMILY.into());
    focused(&source, &FocusOptions::default())
}

/// A model of an alignment.
pub fn fitted(alignment: &Alignment, options: &FitOptions) -> Model {
    let weights = sequence_weights(alignment, options);
    fit(alignment, &weights, options, &Default::default()).unwrap()
}

/// Changes an HDF5 file with the library itself, as a user's script would.
pub fn edit(path: &Path, change: impl FnOnce(&hdf5::File)) {
    // Without a lock: a test that starts a process at this moment hands it every open file, and the lock with it.
    let mut options = hdf5::File::with_options();
    options.access_plist().file_locking(false);
    let file = options.open_rw(path).unwrap();
    change(&file);
    without_checksums(&file);
    file.close().unwrap();
}

/// Makes a file one of before there were checksums, which whoever changes it cannot know.
fn without_checksums(file: &hdf5::File) {
    let Ok(minor) = file.attr("schema_minor") else {
        return;
    };
    if minor.read_scalar::<u64>().unwrap() == 3 {
        minor.write_scalar(&2u64).unwrap();
    }
}

/// Set in a process that [`alone`] starts: the test that it runs.
const ALONE: &str = "POTTS_TEST_ALONE";

/// Whether this process runs the test of this name and no other; if not, runs it in one of its own, which must succeed, and shows what it
/// says. For tests of what a whole process shares: memory, settings of libraries.
pub fn alone(test: &str) -> bool {
    if is_alone(test) {
        return true;
    }
    let output = alone_in(Command::new(std::env::current_exe().unwrap()), test)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{out}\n{err}");
    assert!(out.contains("1 passed"), "{test} is no test\n{out}");
    // Not eprintln!, which the test harness hides where a test passes.
    write!(std::io::stderr(), "{err}").unwrap();
    false
}

/// Whether this process was started for the test of this name.
pub fn is_alone(test: &str) -> bool {
    std::env::var_os(ALONE).is_some_and(|name| name == test)
}

/// `command`, which runs these tests, made to run one of them.
pub fn alone_in(mut command: Command, test: &str) -> Command {
    let arguments = ["--exact", test, "--nocapture", "--test-threads", "1"];
    command.args(arguments).env(ALONE, test);
    command
}
