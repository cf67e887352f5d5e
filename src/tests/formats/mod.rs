//! Models in the formats of other programs: what goes in comes out, and the numbers are theirs.

mod energies;
mod recipes;

use super::support::{data, parameters};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::io::models::{ModelFormat, OutputFormat, detect, read, read_with};
use crate::model::{Gauge, MethodName, Model, Penalties, StopReason};
use flate2::read::MultiGzDecoder;
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const OTHERS: [(&str, &str, ModelFormat); 9] = [
    ("plmc_gap_state", "params", ModelFormat::Plmc),
    ("plmc_focus", "params", ModelFormat::Plmc),
    ("plmc_rna", "params", ModelFormat::Plmc),
    ("evcouplings_mean_field", "model", ModelFormat::Plmc),
    ("gremlin", "mrf", ModelFormat::Gremlin),
    ("gremlin_rna", "mrf", ModelFormat::Gremlin),
    ("ccmpred", "raw", ModelFormat::CcmpredRaw),
    ("adabmdca", "dat", ModelFormat::AdabmDca),
    ("adabmdca_sparse_rna", "dat", ModelFormat::AdabmDca),
];

fn other(name: &str, ending: &str) -> PathBuf {
    data("other_programs").join(format!("{name}.{ending}.gz"))
}

fn unzipped(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let stored = std::fs::read(path).unwrap();
    MultiGzDecoder::new(&stored[..])
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// Writes a model under a name that tells the format.
fn write(fitted: &Model, path: &Path) {
    let format = OutputFormat::of_name(path).unwrap();
    format.write(fitted, path, true).unwrap();
}

/// The model after a stay in a file of the given name.
fn through(fitted: &Model, folder: &TempDir, name: &str) -> Model {
    let path = folder.path().join(name);
    write(fitted, &path);
    read(&path).unwrap()
}

fn bytes(fitted: &Model, folder: &TempDir, name: &str) -> Vec<u8> {
    let path = folder.path().join(name);
    write(fitted, &path);
    std::fs::read(path).unwrap()
}

/// Without printing thousands of numbers where they differ.
fn assert_same(found: &[u8], expected: &[u8], what: &str) {
    let first = found.iter().zip(expected).position(|(a, b)| a != b);
    let lengths = (found.len(), expected.len());
    assert!(
        found == expected,
        "{what}: lengths {lengths:?}, the first difference at {first:?}"
    );
}

#[test]
fn files_of_other_programs_come_back_byte_for_byte() {
    let folder = TempDir::new().unwrap();
    for (name, ending, format) in OTHERS {
        let path = other(name, ending);
        assert_eq!(detect(&path), Some(format), "{name}");
        let fitted = read(&path).unwrap();
        let kept = through(&fitted, &folder, "kept.h5");
        assert_eq!(parameters(&kept), parameters(&fitted));
        assert_eq!(kept.record, fitted.record);
        assert_eq!(kept.family, fitted.family);
        assert!(
            kept.record
                .is_none_or(|record| record.method() == MethodName::MeanField
                    || record.stop_reason == StopReason::NotRecorded)
        );
        let back = bytes(&fitted, &folder, &format!("back.{ending}"));
        assert_same(&back, &unzipped(&path), name);
    }
}

#[test]
fn what_plmc_knows_is_kept() {
    let fitted = read(&other("plmc_focus", "params")).unwrap();
    assert_eq!(fitted.gaps, GapTreatment::Missing);
    assert_eq!(
        (0..3).map(|s| fitted.columns.letter(s)).collect::<Vec<_>>(),
        b"MKV"
    );
    assert_eq!(fitted.columns.position(0).get(), 7);
    assert_eq!(fitted.target, None);
    let record = fitted.record.unwrap();
    assert_eq!(record.method(), MethodName::Plm);
    let settings = record.inference.minimisation().unwrap();
    assert_eq!(
        settings.penalties,
        Some(Penalties {
            lambda_h: 0.01,
            lambda_j: 1.0
        })
    );
    assert_eq!(settings.lambda_group, Some(0.0));
    assert_eq!(settings.iteration_limit, Some(20));
    assert!(!record.converged());
    assert_eq!(record.known_to_converge(), None);
    assert_eq!(fitted.provenance.identity, Some(0.8));
    let family = fitted.family.unwrap();
    assert_eq!(family.kept.iter().filter(|kept| !**kept).count(), 1);
    assert!(!family.kept[9], "LRX is dropped");
    assert_eq!(family.weights.as_slice()[0], 0.5, "MKV twice");
    let rna = read(&other("plmc_rna", "params")).unwrap();
    assert_eq!(rna.alphabet, Alphabet::rna());
    let mean_field = read(&other("evcouplings_mean_field", "model")).unwrap();
    assert_eq!(
        mean_field.record.unwrap().inference.pseudocount(),
        Some(0.5)
    );
    assert_eq!(mean_field.provenance.identity, Some(0.8));
    assert_eq!(mean_field.family.unwrap().weights.as_slice()[0], 0.5);
    assert_eq!(mean_field.gauge, Gauge::Fitted, "its reference is Y");
}

#[test]
fn columns_that_gremlin_removed_are_missing() {
    let fitted = read(&other("gremlin_rna", "mrf")).unwrap();
    assert_eq!(fitted.alphabet, Alphabet::rna());
    let positions: Vec<u64> = (0..3).map(|s| fitted.columns.position(s).get()).collect();
    assert_eq!(positions, [1, 3, 4]);
    let dna = read_with(&other("gremlin_rna", "mrf"), Some(&Alphabet::dna())).unwrap();
    assert_eq!(dna.alphabet, Alphabet::dna());
    assert_eq!(parameters(&dna), parameters(&fitted));
}

#[test]
fn a_file_cut_off_anywhere_is_bad_input() {
    let folder = TempDir::new().unwrap();
    for (name, ending, _) in OTHERS {
        let whole = unzipped(&other(name, ending));
        let path = folder.path().join("cut");
        let step = (whole.len() / 60).max(1);
        for length in (1..whole.len()).step_by(step).chain([whole.len() - 1]) {
            std::fs::write(&path, &whole[..length]).unwrap();
            match read(&path) {
                // The fields alone are a model, too.
                Ok(model) => assert!(
                    ending == "mrf" && model.couplings().is_none(),
                    "{name} {length}"
                ),
                Err(error) => assert_eq!(error.exit_code(), 3, "{name} {length}: {error}"),
            }
        }
    }
}
