//! Numpy's `.npy`: an array of one dimension, float32 or float64.

use super::{GivenWeight, foreign};
use crate::error::Result;
use crate::io::files::npy::{Header, number, write_header};
use std::io::{self, Write};

/// How the file begins.
pub(super) use crate::io::files::npy::MAGIC;

/// Reads an array.
///
/// # Errors
/// If it has another type or shape, or ends too early.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<GivenWeight>> {
    let wrong = |problem: String| foreign(file, None, problem);
    let header = Header::read(&mut &bytes[..])
        .map_err(|error| wrong(format!("a broken .npy array: {error}")))?;
    let &[length] = &header.shape[..] else {
        return Err(wrong(format!(
            "a .npy array of shape {:?}, but weights have one dimension",
            header.shape
        )));
    };
    let size = match header.kind.trim_start_matches(['<', '>']) {
        "f8" => 8,
        "f4" => 4,
        _ => {
            return Err(wrong(format!(
                "a .npy array of type '{}', but weights are float32 or float64",
                header.kind
            )));
        }
    };
    let numbers = &bytes[header.bytes as usize..];
    if length.checked_mul(size as u64) != Some(numbers.len() as u64) {
        return Err(wrong(format!(
            "a broken .npy array: {} bytes for {length} numbers",
            numbers.len()
        )));
    }
    let entry = |bytes: &[u8]| GivenWeight {
        weight: number(&header.kind, bytes).unwrap_or(f64::NAN),
        ..GivenWeight::default()
    };
    Ok(numbers.chunks_exact(size).map(entry).collect())
}

/// Writes a float64 array of one dimension.
///
/// # Errors
/// Those of `output`.
pub(super) fn write(weights: &[f64], output: &mut dyn Write) -> io::Result<()> {
    write_header(output, "<f8", &[weights.len()])?;
    weights
        .iter()
        .try_for_each(|weight| output.write_all(&weight.to_le_bytes()))
}
