//! Gives every file of the fuzz corpus to its reader, on stable Rust: what a fuzz target once found stays found.

use super::malformed::readers;
use super::support::checkout;
use crate::kernels::testing::Noise;
use rayon::prelude::*;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The target of whole commands, whose corpus `tests/program` replays.
const COMMANDS: &str = "commands";

fn corpus() -> PathBuf {
    checkout("tests/fuzz/corpus")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn the_corpus_is_read_without_a_panic() {
    let mut files = 0;
    for folder in entries(&corpus()) {
        let target = folder.file_name().unwrap().to_str().unwrap();
        if target == COMMANDS {
            continue;
        }
        for file in entries(&folder) {
            eprintln!("{}", file.display());
            if let Err(error) = readers::read(target, &fs::read(&file).unwrap()) {
                readers::check_error(&error);
            }
            files += 1;
        }
    }
    assert!(files > 20, "{files}");
}

/// How many seconds of changed files each reader gets, if this is set; one otherwise.
const SECONDS: &str = "POTTS_TEST_FUZZ_SECONDS";

/// Those of HDF5 files, whose library crashes on damaged files of other layouts; flips in ours have tests of their own.
const IN_HDF5: [&str; 2] = ["hdf5", "model"];

/// A file with some bytes changed, left out, put in, said twice, or from another file.
fn changed(file: &[u8], other: &[u8], noise: &mut Noise) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..=noise.below(4) {
        let at = noise.below(bytes.len() + 1);
        let end = (at + 1 + noise.below(12)).min(bytes.len());
        match noise.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << noise.below(8),
            1 if at < bytes.len() => bytes[at] = b"\0\t\n\r ,;:>#*-/.01A\xff"[noise.below(18)],
            2 => drop(bytes.drain(at.min(end)..end)),
            3 => drop(bytes.splice(at..at, bytes[at.min(end)..end].to_vec())),
            4 => bytes.truncate(at),
            _ => {
                let from = noise.below(other.len() + 1);
                let until = (from + noise.below(200)).min(other.len());
                bytes.splice(at..at, other[from..until].to_vec());
            }
        }
    }
    bytes
}

/// What a target of the package finds in minutes is for a tool that sees which code a file reaches; what any change of a file brings about, for this.
#[test]
fn changed_files_of_the_corpus_are_read_without_a_panic() {
    let seconds = std::env::var(SECONDS).map_or(1.0, |text| text.parse().unwrap());
    let folders = entries(&corpus());
    let name = |folder: &Path| folder.file_name().unwrap().to_str().unwrap().to_owned();
    let is_read = |target: &str| target != COMMANDS && !IN_HDF5.contains(&target);
    folders.par_iter().for_each(|folder| {
        let target = name(folder);
        if !is_read(&target) {
            return;
        }
        let files: Vec<Vec<u8>> = entries(folder)
            .iter()
            .map(|file| fs::read(file).unwrap())
            .collect();
        let (begun, mut noise) = (Instant::now(), Noise::new(1));
        while begun.elapsed() < Duration::from_secs_f64(seconds) {
            let [one, other] = [(); 2].map(|()| &files[noise.below(files.len())][..]);
            let file = changed(one, other, &mut noise);
            let read = || {
                readers::read(&target, &file)
                    .err()
                    .iter()
                    .for_each(readers::check_error)
            };
            if catch_unwind(AssertUnwindSafe(read)).is_err() {
                let kept = std::env::temp_dir().join(format!("potts-found-{target}"));
                fs::write(&kept, &file).unwrap();
                panic!("{target}: see {}", kept.display());
            }
        }
    });
}

/// Every target of the package but that of whole commands calls a reader, and has files to begin with.
#[test]
fn every_target_has_a_reader_and_a_corpus() {
    let manifest = fs::read_to_string(corpus().with_file_name("Cargo.toml")).unwrap();
    let names = manifest.split("[[bin]]\nname = \"").skip(1);
    let targets: Vec<&str> = names.filter_map(|name| name.split('"').next()).collect();
    assert!(targets.len() > 10, "{targets:?}");
    for target in targets {
        assert!(
            target == COMMANDS || readers::READERS.iter().any(|(known, _)| *known == target),
            "{target}"
        );
        assert!(!entries(&corpus().join(target)).is_empty(), "{target}");
    }
}
