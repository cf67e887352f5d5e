//! One weight a line: plmc's file, and numpy's `savetxt`.

use super::{GivenWeight, Line, foreign};
use crate::error::Result;

/// The number that is all of a line.
pub(super) fn number(line: &[u8]) -> Option<f64> {
    std::str::from_utf8(line).ok()?.trim().parse().ok()
}

/// Reads one number a line.
///
/// # Errors
/// If a line holds something else.
pub(super) fn read(file: &str, lines: &[Line]) -> Result<Vec<GivenWeight>> {
    let entry = |line: &Line| {
        let weight = number(line.bytes).ok_or_else(|| {
            let text = String::from_utf8_lossy(line.bytes);
            let seen: String = text.trim().chars().take(30).collect();
            let problem = format!("'{}' is not a number", seen.escape_debug());
            foreign(file, Some(line.number), problem)
        })?;
        Ok(GivenWeight {
            line: Some(line.number),
            weight,
            ..GivenWeight::default()
        })
    };
    lines.iter().map(entry).collect()
}
