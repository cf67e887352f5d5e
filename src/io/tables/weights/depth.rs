//! The depth of an alignment at several thresholds.

use crate::io::tables::columns::{DEPTHS, write_delimited};
use crate::io::tables::rows::Depth;
use serde::Serialize;
use std::io::{self, Write};

/// A header and a line a threshold.
///
/// # Errors
/// Those of `output`.
pub fn write_depths(depths: &[Depth], separator: u8, output: &mut dyn Write) -> io::Result<()> {
    write_delimited(&DEPTHS, depths, separator, output)
}

/// An array of objects, one a line: of rows or of depths, their numbers in full.
///
/// # Errors
/// Those of `output`.
pub fn write_objects<T: Serialize>(rows: &[T], output: &mut dyn Write) -> io::Result<()> {
    output.write_all(b"[")?;
    for (k, row) in rows.iter().enumerate() {
        output.write_all(if k == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *output, row)?;
    }
    output.write_all(b"\n]\n")
}
