//! Bits that flip on a disk or on the way: a file is refused, or says what it said before.

use super::examples::{
    large_model, mean_field_model, model_of_two_chains, model_with_pair_frequencies, potts_model,
};
use crate::error::{Error, Result};
use crate::fit::FittedPart;
use crate::io::files::checkpoint::{self, Header};
use crate::io::models::hdf5::{open, read, read_part, write, write_part};
use crate::io::models::{self, OutputFormat};
use crate::model::Model;
use crate::model::couplings::pairs;
use crate::state::{Persistent, Transfer};
use crate::tests::parts::part;
use crate::tests::support::parameters;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::io::Write;
use std::path::Path;

/// Flips in each file, unless the variable POTTS_TEST_FLIPS says so: `.ci/long/flips.sh` asks for many more.
const FLIPS: u32 = 60;

/// What became of flipped bits.
#[derive(Debug, Default, PartialEq)]
struct Count {
    refused: u32,
    same: u32,
    passed: u32,
    /// The last byte that passed, to look into it.
    byte: Option<usize>,
}

/// Flips one bit after the other of a file; `same` reads it and tells whether it says what it said before.
fn flipped(path: &Path, same: impl Fn(&Path) -> Result<bool>) -> Count {
    let wanted = std::env::var("POTTS_TEST_FLIPS").map_or(FLIPS, |n| n.parse().unwrap());
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let whole = std::fs::read(path).unwrap();
    let mut count = Count::default();
    for _ in 0..wanted {
        let (byte, bit) = (
            random.random_range(0..whole.len()),
            random.random_range(0..8),
        );
        let mut damaged = whole.clone();
        damaged[byte] ^= 1 << bit;
        std::fs::write(path, &damaged).unwrap();
        match same(path) {
            Ok(true) => count.same += 1,
            Ok(false) => {
                count.passed += 1;
                count.byte = Some(byte);
            }
            Err(Error::Input { .. }) => count.refused += 1,
            Err(other) => panic!("byte {byte}, bit {bit}: {other}"),
        }
    }
    count
}

/// Not `println!`, which the test harness hides where a test passes.
fn tell(what: &str, count: &Count) {
    writeln!(std::io::stderr(), "flipped bits, {what}: {count:?}").unwrap();
}

fn same_model(a: &Model, b: &Model) -> bool {
    parameters(a) == parameters(b)
        && a.independent_fields == b.independent_fields
        && a.alphabet == b.alphabet
        && (a.gaps, a.gauge) == (b.gaps, b.gauge)
        && a.columns == b.columns
        && a.target == b.target
        && a.family == b.family
        && a.information == b.information
        && a.bootstrap == b.bootstrap
        && a.validation == b.validation
        && a.record == b.record
        && a.provenance == b.provenance
}

/// Whether a model that is opened, and read pair by pair, has the couplings of another.
fn same_pairs(path: &Path, expected: &Model) -> Result<bool> {
    let model = open(path)?;
    let Some(pairwise) = model.pairwise() else {
        return Ok(true);
    };
    let size = pairwise.couplings.block_size();
    let mut same = model.fields() == expected.fields() && model.columns == expected.columns;
    for pair in 0..pairs(model.sites()) {
        let mut block = vec![0.0; size];
        pairwise.couplings.read(pair, &mut block)?;
        let whole = expected.couplings().unwrap().as_slice();
        same &= block == whole[pair * size..][..size];
    }
    Ok(same)
}

#[test]
fn flips_in_models_are_found() {
    for (name, model) in [
        ("potts", potts_model()),
        ("mean field", mean_field_model()),
        ("sixty sites", large_model()),
        ("two chains", model_of_two_chains()),
        ("pair frequencies", model_with_pair_frequencies()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.h5");
        write(&model, &path, false).unwrap();
        assert!(same_pairs(&path, &model).unwrap());
        let read_well = |path: &Path| Ok(same_model(&read(path)?, &model));
        let count = flipped(&path, read_well);
        tell(&format!("model ({name})"), &count);
        assert!(count.passed == 0 && count.refused > 0, "{name}: {count:?}");
        write(&model, &path, true).unwrap();
        let count = flipped(&path, |path| same_pairs(path, &model));
        tell(&format!("model ({name}), by pairs"), &count);
        assert!(count.passed == 0 && count.refused > 0, "{name}: {count:?}");
    }
}

fn same_part(a: &FittedPart, b: &FittedPart) -> bool {
    same_model(&a.frame, &b.frame)
        && a.fingerprint == b.fingerprint
        && a.sites == b.sites
        && a.halves == b.halves
        && a.ends == b.ends
}

#[test]
fn flips_in_parts_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.h5");
    write_part(&part(), &path, false).unwrap();
    let part = read_part(&path).unwrap();
    let count = flipped(&path, |path| Ok(same_part(&read_part(path)?, &part)));
    tell("part", &count);
    assert!(count.passed == 0 && count.refused > 0, "{count:?}");
}

struct Numbers(Vec<f64>);

impl Persistent for Numbers {
    fn serialise(&mut self, state: &mut Transfer) -> std::io::Result<()> {
        state.numbers(&mut self.0)
    }
}

#[test]
fn flips_in_states_of_fits_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.h5.checkpoint");
    let header = Header {
        fingerprint: Default::default(),
        at: "iteration 3".into(),
        seconds: 1.25,
    };
    let numbers: Vec<f64> = (0..500).map(|k| f64::from(k) * 0.1).collect();
    checkpoint::write(&path, &header, &mut Numbers(numbers.clone())).unwrap();
    let count = flipped(&path, |path| {
        let kept = checkpoint::open(path)?.unwrap();
        let mut found = Numbers(vec![0.0; numbers.len()]);
        kept.restore(&mut found)?;
        Ok(found.0 == numbers)
    });
    tell("state of a fit", &count);
    assert!(count.passed == 0 && count.same == 0, "{count:?}");
}

/// Of other formats npz has checksums; what passes of the others is told.
#[test]
fn flips_in_other_formats_are_counted() {
    for format in [
        OutputFormat::Npz,
        OutputFormat::Plmc,
        OutputFormat::AdabmDca,
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model");
        format.write(&large_model(), &path, false).unwrap();
        let model = models::read(&path).unwrap();
        let count = flipped(&path, |path| Ok(same_model(&models::read(path)?, &model)));
        tell(&format!("{format:?}"), &count);
        // Of what plmc writes a flip is seen where it makes a number impossible.
        let seldom = format == OutputFormat::Plmc;
        assert!(seldom || count.refused > 0, "{format:?}");
        assert!(
            format != OutputFormat::Npz || count.passed == 0,
            "{count:?}"
        );
    }
}
