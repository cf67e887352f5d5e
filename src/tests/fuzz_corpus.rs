//! Gives every file of the fuzz corpus to its reader, on stable Rust: what a fuzz target once found stays found.

use super::malformed::readers;
use super::support::checkout;
use std::fs;
use std::path::{Path, PathBuf};

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
