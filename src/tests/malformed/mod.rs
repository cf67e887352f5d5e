//! Malformed files: every one of them to every reader. An error that helps, or a sound result; never a panic, a hang, or more memory
//! than the file can account for.

mod bombs;
pub mod readers;

#[path = "../../../tests/common/malformed/mod.rs"]
mod files;

/// What the readers know as the library.
use crate as potts;

use super::support::{FAMILY, alone, family, fitted};
use crate::fit::FitOptions;
use crate::io::models::OutputFormat;
use crate::model::MethodName;
use bombs::bombs;
use files::{Malformed, OfKind, malformed};
use peak_alloc::PeakAlloc;
use readers::{READERS, Reader, check_error};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The longest that a reader may take.
const LONGEST: Duration = Duration::from_secs(20);

/// Memory that a reader may take for a file of so many bytes, unpacked: names and places of rows that have one letter each take the
/// most. Text of models that leaves out couplings may ask for 1 GiB of them whatever its size.
fn allowed(reader: &str, unpacked: usize) -> usize {
    const AT_LEAST: usize = 64 << 20;
    const A_BYTE: usize = 100;
    const PRUNED: usize = 1 << 30;
    let pruned = ["model", "convert", "gremlin", "adabmdca"].contains(&reader);
    AT_LEAST + A_BYTE * unpacked + if pruned { PRUNED } else { 0 }
}

/// What a reader did with a file.
struct Outcome {
    accepted: bool,
    time: Duration,
    peak: usize,
}

/// Reads on a thread of its own.
fn outcome(read: Reader, bytes: &Arc<Vec<u8>>) -> Result<Outcome, String> {
    let (sender, receiver) = channel();
    let bytes = Arc::clone(bytes);
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let start = Instant::now();
    std::thread::spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| match read(&bytes) {
            Ok(()) => true,
            Err(error) => {
                check_error(&error);
                false
            }
        }));
        let peak = ALLOCATOR.peak_usage();
        let panic = |panic: Box<dyn std::any::Any + Send>| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).into()))
                .unwrap_or_default()
        };
        let _ = sender.send((result.map_err(panic), peak));
    });
    let (result, peak) = receiver
        .recv_timeout(LONGEST)
        .map_err(|_| "takes too long".to_owned())?;
    Ok(Outcome {
        accepted: result?,
        time: start.elapsed(),
        peak: peak.saturating_sub(before),
    })
}

/// Every file to every reader; what went wrong, and a line on the largest figures.
fn cross(files: Vec<Malformed>, readers: &[(&str, Reader)]) -> (Vec<String>, String) {
    let mut wrong = Vec::new();
    let (mut accepted, mut longest, mut peak) =
        (0, (Duration::ZERO, String::new()), (0, String::new()));
    let count = files.len();
    for Malformed {
        name,
        bytes,
        unpacked,
    } in files
    {
        let bytes = Arc::new(bytes);
        for &(reader, read) in readers {
            let what = format!("{name} x {reader}");
            match outcome(read, &bytes) {
                Ok(outcome) => {
                    let most = allowed(reader, unpacked);
                    if outcome.peak > most {
                        wrong.push(format!(
                            "{what}: {} bytes of memory, {most} are allowed",
                            outcome.peak
                        ));
                    }
                    accepted += usize::from(outcome.accepted);
                    longest = longest.max((outcome.time, what.clone()));
                    peak = peak.max((outcome.peak, what));
                }
                Err(problem) => wrong.push(format!("{what}: {problem}")),
            }
        }
    }
    let figures = format!(
        "{count} files x {} readers: {accepted} accepted, at most {:.2?} ({}), {} MB ({})",
        readers.len(),
        longest.0,
        longest.1,
        peak.0 >> 20,
        peak.1
    );
    (wrong, figures)
}

/// A model of eight sites in every format that can be read.
fn models() -> Vec<OfKind> {
    let model = fitted(&family(), &FitOptions::with_method(MethodName::MeanField));
    let folder = tempfile::tempdir().unwrap();
    let file = |format: OutputFormat| {
        let path = folder.path().join("model");
        format.write(&model, &path, true).unwrap();
        std::fs::read(path).unwrap()
    };
    vec![
        ("h5", file(OutputFormat::Hdf5)),
        ("plmc", file(OutputFormat::Plmc)),
        ("raw", file(OutputFormat::CcmpredRaw)),
        ("mrf", file(OutputFormat::Gremlin)),
        ("dat", file(OutputFormat::AdabmDca)),
        ("integers", file(OutputFormat::AdabmDcaIntegers)),
        ("npz", file(OutputFormat::Npz)),
    ]
}

/// Alone, since memory is counted for the whole process.
#[test]
fn no_file_upsets_the_first_readers() {
    if alone("tests::malformed::no_file_upsets_the_first_readers") {
        upset(&READERS[..READERS.len() / 2]);
    }
}

/// The other half: both at once are done in less time.
#[test]
fn no_file_upsets_the_other_readers() {
    if alone("tests::malformed::no_file_upsets_the_other_readers") {
        upset(&READERS[READERS.len() / 2..]);
    }
}

fn upset(readers: &[(&str, Reader)]) {
    let files = malformed(models());
    assert!(files.len() >= 60, "{}", files.len());
    for files in [files, bombs()] {
        let (wrong, figures) = cross(files, readers);
        // Not println!, which the harness hides.
        writeln!(std::io::stderr(), "{figures}").unwrap();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
