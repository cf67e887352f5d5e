//! The array of objects that `potts weights --format json` writes.

use super::{GivenWeight, foreign};
use crate::error::Result;

/// The keys of an object that matter.
#[derive(serde::Deserialize)]
struct Object {
    row: Option<u64>,
    name: Option<String>,
    weight: f64,
}

/// Reads an array of objects with a key `weight`.
///
/// # Errors
/// If the file is not that.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<GivenWeight>> {
    let objects: Vec<Object> = serde_json::from_slice(bytes).map_err(|error| {
        let line = error.line() as u64;
        let problem = format!("not an array of objects with weights: {error}");
        foreign(file, Some(line).filter(|&line| line > 0), problem)
    })?;
    let entry = |object: Object| GivenWeight {
        line: None,
        row: object.row,
        name: object.name,
        weight: object.weight,
    };
    Ok(objects.into_iter().map(entry).collect())
}
