//! What the tests share.
#![allow(dead_code)]

pub mod bench;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// A file of the reference values that lie beside the checkout, not in it; `None`, loudly, where they are absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(path);
    if file.exists() {
        return Some(file);
    }
    // Not eprintln!, which the test harness hides where a test passes.
    let said = writeln!(
        std::io::stderr(),
        "SKIPPED: {} is not there, so nothing was compared with it",
        file.display()
    );
    said.unwrap();
    None
}

/// The text of a file, gunzipped if its name says so.
pub fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::MultiGzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .unwrap();
        text
    } else {
        String::from_utf8(bytes).unwrap()
    }
}

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

/// A file of the project's own data.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(name)
}
