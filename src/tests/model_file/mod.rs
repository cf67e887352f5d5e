//! The model file: what goes in comes out, and nothing that is not a model does.

mod damage;
mod disk;
mod examples;
mod flips;
#[cfg(feature = "cli")]
mod info;
mod round_trip;

use crate::Error;
use crate::io::models::hdf5::{read, write};
use crate::model::Model;
use crate::tests::support::parameters;
use std::path::{Path, PathBuf};

fn assert_same(a: &Model, b: &Model) {
    assert_eq!(parameters(a), parameters(b));
    assert_eq!(a.independent_fields, b.independent_fields);
    assert_eq!(a.alphabet, b.alphabet);
    assert_eq!(a.gaps, b.gaps);
    assert_eq!(a.gauge, b.gauge);
    assert_eq!(a.columns, b.columns);
    assert_eq!(a.target, b.target);
    assert_eq!(a.family, b.family);
    assert_eq!(a.information, b.information);
    assert_eq!(a.bootstrap, b.bootstrap);
    assert_eq!(a.validation, b.validation);
    assert_eq!(a.partition, b.partition);
    assert_eq!(a.provenance, b.provenance);
    assert_eq!(a.record, b.record);
}

/// A folder with a written model in it.
fn written(fitted: &Model) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.h5");
    write(fitted, &path, false).unwrap();
    (folder, path)
}

fn refusal(path: &Path) -> String {
    match read(path).unwrap_err() {
        error @ Error::Input { .. } => error.to_string(),
        other => panic!("not about the contents: {other}"),
    }
}

fn set<T: hdf5::H5Type>(file: &hdf5::File, attribute: &str, value: T) {
    if file.attr(attribute).is_ok() {
        file.delete_attr(attribute).unwrap();
    }
    let attribute = file.new_attr::<T>().create(attribute).unwrap();
    attribute.write_scalar(&value).unwrap();
}

fn set_text(file: &hdf5::File, attribute: &str, value: &str) {
    let value: hdf5::types::VarLenUnicode = value.parse().unwrap();
    set(file, attribute, value);
}
