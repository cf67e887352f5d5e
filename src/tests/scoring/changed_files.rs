//! Files that are damaged, or change while they are read.

use super::{Kind, PROTEIN, fitted, scorer, written};
use crate::error::{Error, Result};
use crate::io::models::hdf5::{open, read};
use crate::model::Model;
use crate::mutants::{Mutant, MutantScorer};
use crate::tests::support::edit;
use ndarray::Array2;
use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn small() -> (TempDir, PathBuf, u64) {
    let (folder, path) = written(&fitted(
        Kind {
            sites: 9,
            ..PROTEIN
        },
        1,
    ));
    let start = start(&path);
    (folder, path, start)
}

/// Where the couplings of a file start, which is made one of before there were checksums.
fn start(path: &Path) -> u64 {
    edit(path, |_| ());
    let file = hdf5::File::open(path).unwrap();
    file.dataset("model/couplings").unwrap().offset().unwrap()
}

fn put(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

fn fetched(model: &Model, text: &str) -> Result<f64> {
    let mut scorer = MutantScorer::of(model)?;
    let mut changes = Vec::new();
    let mutant = Mutant::parse(text).unwrap();
    assert!(scorer.translate(&mutant, &0.into(), &mut changes).is_none());
    scorer.fetch([&changes[..]])?;
    Ok(scorer.score(&changes).potts)
}

/// A mutant of the site, as it is written.
fn mutant_of(model: &Model, site: usize) -> String {
    let wild_type = char::from(model.columns.letter(site));
    let other = if wild_type == 'A' { 'C' } else { 'A' };
    format!("{wild_type}{}{other}", site + 1)
}

fn refusal<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result.unwrap_err() {
        error @ Error::Input { .. } => error.to_string(),
        other => panic!("not about the contents: {other}"),
    }
}

#[test]
fn a_number_that_is_none_is_an_error_where_it_is_used() {
    let (_folder, path, start) = small();
    // J_01(A, A).
    put(&path, start, &f32::NAN.to_ne_bytes());
    let model = open(&path).unwrap();
    for site in [0, 1] {
        let message = refusal(fetched(&model, &mutant_of(&model, site)));
        assert!(
            message.contains("not a finite number") && message.contains("model.h5"),
            "{message}"
        );
        assert_eq!(message, refusal(read(&path).map(drop)));
    }
}

/// Sites enough that one of them does not take a pass over the whole file.
#[test]
fn a_number_that_is_never_used_is_not_looked_at() {
    let (_folder, path) = written(&fitted(PROTEIN, 1));
    let start = start(&path);
    put(&path, start, &f32::NAN.to_ne_bytes());
    let model = open(&path).unwrap();
    assert!(fetched(&model, &mutant_of(&model, 100)).is_ok());
    assert!(fetched(&model, &mutant_of(&model, 1)).is_err());
}

/// One pair is read with its neighbours of the same checksum, and they are compared with it.
#[test]
fn couplings_that_were_not_written_so_are_refused_where_they_are_used() {
    let fitted = fitted(PROTEIN, 1);
    let (_folder, path) = written(&fitted);
    let whole = fs::read(&path).unwrap();
    let at = start(&path);
    // The pair of the sites 4 and 9, the lowest bit of a number.
    let pair = crate::model::couplings::pair_index(130, 3, 8);
    let mut damaged = whole.clone();
    damaged[at as usize + pair * 1600 + 84] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let model = open(&path).unwrap();
    for site in [3, 8] {
        let message = refusal(fetched(&model, &mutant_of(&model, site)));
        assert!(message.contains("damaged"), "{message}");
        assert!(
            message.contains("couplings of the sites 4 and 9 to 4 and 10"),
            "{message}"
        );
        assert_eq!(message, refusal(read(&path).map(drop)));
    }
    assert!(fetched(&model, &mutant_of(&model, 100)).is_ok());
    fs::write(&path, &whole).unwrap();
    let model = open(&path).unwrap();
    let couplings = model.pairwise().unwrap().couplings;
    for (k, (i, j)) in crate::model::couplings::pair_sites(130).enumerate() {
        let mut block = vec![0.0; 400];
        couplings.read(k, &mut block).unwrap();
        assert_eq!(block, fitted.couplings().unwrap().block(i, j));
    }
}

#[test]
fn a_file_that_changes_is_an_error() {
    let (_folder, path, start) = small();
    let whole = fs::read(&path).unwrap();
    let changed = |change: &dyn Fn()| {
        fs::write(&path, &whole).unwrap();
        let model = open(&path).unwrap();
        // Times of files have steps of some milliseconds.
        std::thread::sleep(std::time::Duration::from_millis(50));
        change();
        fetched(&model, &mutant_of(&model, 4))
    };
    assert!(changed(&|| ()).is_ok());
    let edited = || put(&path, start, &[0; 4]);
    let cut = || fs::write(&path, &whole[..start as usize + 100]).unwrap();
    let emptied = || fs::write(&path, b"").unwrap();
    let changes: [&dyn Fn(); 3] = [&edited, &cut, &emptied];
    for change in changes {
        let message = refusal(changed(change));
        assert!(message.contains("changed while it was read"), "{message}");
    }
    // A file put in its place, as this program writes, is another file: the one that was opened is still there.
    let other = path.with_extension("new");
    let replaced = changed(&|| {
        fs::write(&other, &whole[..100]).unwrap();
        fs::rename(&other, &path).unwrap();
    });
    assert!(cfg!(not(unix)) || replaced.is_ok());
}

#[test]
fn couplings_stored_in_another_way_are_read_at_once() {
    let fitted = fitted(
        Kind {
            sites: 9,
            ..PROTEIN
        },
        4,
    );
    let couplings = fitted.couplings().unwrap();
    let values = Array2::from_shape_vec((36, 400), couplings.as_slice().to_vec()).unwrap();
    let values = values.into_shape_with_order((36, 20, 20)).unwrap();
    let (_folder, path) = written(&fitted);
    for doubles in [false, true] {
        edit(&path, |file| {
            file.unlink("model/couplings").unwrap();
            let builder = file.new_dataset_builder();
            let dataset = match doubles {
                true => builder
                    .with_data(&values.mapv(f64::from))
                    .create("model/couplings"),
                false => builder
                    .deflate(6)
                    .with_data(&values)
                    .create("model/couplings"),
            };
            dataset.unwrap();
        });
        let model = open(&path).unwrap();
        assert_eq!(model.couplings(), Some(couplings));
        let text = mutant_of(&model, 3);
        let expected = scorer(&fitted).evaluate(&Mutant::parse(&text).unwrap(), 0);
        assert_eq!(
            fetched(&model, &text).unwrap(),
            expected.score().unwrap().potts
        );
    }
}

/// What is wrong with a file is found in the same words, whether it is read or opened and then used.
#[test]
fn damage_is_found_as_in_reading_all() {
    let (_folder, path) = written(&fitted(
        Kind {
            sites: 4,
            letters: "ACD",
            ..PROTEIN
        },
        2,
    ));
    let whole = fs::read(&path).unwrap();
    let mut refused = 0;
    for byte in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[byte] ^= 1 << (byte % 8);
        fs::write(&path, &damaged).unwrap();
        let all = read(&path).map(drop).map_err(|error| error.to_string());
        let used = open(&path).and_then(|model| match model.pairwise() {
            Some(pairwise) => pairwise.all().map(drop),
            None => Ok(()),
        });
        assert_eq!(used.map_err(|error| error.to_string()), all, "byte {byte}");
        refused += usize::from(all.is_err());
    }
    assert!(refused > 100);
}
