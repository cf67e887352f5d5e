//! Numpy's `.npy`: an array of one dimension, float32 or float64.

use super::{Entry, foreign};
use crate::error::Result;
use npyz::{Deserialize, NpyFile, WriterBuilder};
use std::io::{self, Write};

/// How the file begins.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// The longest header: that of an array of one dimension has some hundred bytes. A parser of Python's syntax should not be given more
/// of a stranger's brackets.
const MOST_HEADER: usize = 1024;

/// Reads an array.
///
/// # Errors
/// If it has another type or shape, or ends too early.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<Entry>> {
    let wrong = |problem: String| foreign(file, None, problem);
    if header_length(bytes).is_none_or(|length| length > MOST_HEADER) {
        return Err(wrong("the header of this .npy array is broken".into()));
    }
    let array =
        NpyFile::new(bytes).map_err(|error| wrong(format!("a broken .npy array: {error}")))?;
    if array.shape().len() != 1 {
        return Err(wrong(format!(
            "a .npy array of shape {:?}, but weights have one dimension",
            array.shape()
        )));
    }
    let kind = array.dtype().descr();
    let numbers = match kind.trim_matches('\'').trim_start_matches(['<', '>']) {
        "f8" => numbers::<f64>(array),
        "f4" => numbers::<f32>(array),
        _ => {
            return Err(wrong(format!(
                "a .npy array of type {kind}, but weights are float32 or float64"
            )));
        }
    };
    let numbers = numbers.map_err(|error| wrong(format!("a broken .npy array: {error}")))?;
    let entry = |weight| Entry {
        weight,
        ..Entry::default()
    };
    Ok(numbers.into_iter().map(entry).collect())
}

/// The length that the file claims for its header, in versions 1 (two bytes) and 2 and 3 (four).
fn header_length(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.get(6)? {
        1 => bytes.get(8..10)?,
        _ => bytes.get(8..12)?,
    };
    Some(
        length
            .iter()
            .rev()
            .fold(0, |n, &byte| n << 8 | usize::from(byte)),
    )
}

/// One by one, since the file may claim more than it holds.
fn numbers<T: Deserialize + Into<f64>>(array: NpyFile<&[u8]>) -> io::Result<Vec<f64>> {
    let data = array.data::<T>().map_err(io::Error::other)?;
    data.map(|number| number.map(Into::into)).collect()
}

/// Writes a float64 array of one dimension.
///
/// # Errors
/// Those of `output`.
pub(super) fn write(weights: &[f64], output: &mut dyn Write) -> io::Result<()> {
    let mut writer = npyz::WriteOptions::new()
        .default_dtype()
        .shape(&[weights.len() as u64])
        .writer(output)
        .begin_nd()?;
    writer.extend(weights.iter().copied())?;
    writer.finish()
}
