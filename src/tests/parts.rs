//! Parts of a model in their files.

use super::support::fewer_planted;
use crate::Error;
use crate::fit::{AsymmetricOptions, FitOptions, FittedPart, Method, fit_part, sequence_weights};
use crate::io::models::hdf5::{read_part, write_part};
use crate::state::Fingerprint;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Two of 76 sites.
pub fn part() -> FittedPart {
    let alignment = fewer_planted();
    let options = FitOptions::with_method(Method::PlmAsymmetric(AsymmetricOptions {
        sites: Some(2..4),
        ..AsymmetricOptions::default()
    }));
    let weights = sequence_weights(&alignment, &options);
    let fingerprint = Fingerprint::default();
    fit_part(
        &alignment,
        &weights,
        &options,
        fingerprint,
        &Default::default(),
    )
    .unwrap()
}

#[test]
fn a_part_that_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.h5");
    let part = part();
    write_part(&part, &path, false).unwrap();
    let back = read_part(&path).unwrap();
    assert_eq!(back.sites, part.sites);
    assert!(back.halves == part.halves && back.halves.iter().any(|&half| half != 0.0));
    assert_eq!(back.ends, part.ends);
    assert_eq!(back.fingerprint, part.fingerprint);
    assert!(back.frame.family == part.frame.family);
    assert_eq!(back.frame.record, part.frame.record);
}

#[test]
fn a_damaged_part_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.h5");
    write_part(&part(), &path, false).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut refused = 0;
    for round in 0..400 {
        let mut bytes = whole.clone();
        match round % 4 {
            0 => bytes.truncate(random.random_range(0..whole.len())),
            // Most of the file are numbers; what they lie in stands in front.
            1 => bytes[random.random_range(0..8192)] = random.random(),
            _ => bytes[random.random_range(0..whole.len())] ^= 1 << random.random_range(0..8),
        }
        std::fs::write(&path, bytes).unwrap();
        match read_part(&path) {
            Err(Error::Input { .. }) => refused += 1,
            Err(other) => panic!("{other}"),
            Ok(part) => assert!(part.sites.end <= 76 && !part.sites.is_empty()),
        }
    }
    assert!(refused > 100, "{refused}");
}
