//! The depth of an alignment at several thresholds.

use crate::alignment::{IdentityRule, IdentityThreshold};
use crate::io::tables::columns::{DEPTHS, write_delimited};
use serde::Serialize;
use std::io::{self, Write};

/// The effective number of sequences at one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Depth {
    /// The share of identical columns.
    pub identity: f64,
    /// How columns are held against it.
    pub rule: IdentityRule,
    /// The effective number of sequences.
    pub neff: f64,
    /// The same for each modelled site.
    pub neff_per_site: f64,
}

impl Depth {
    /// Neff at a threshold, over `sites` sites.
    pub fn new(threshold: IdentityThreshold, neff: f64, sites: usize) -> Self {
        Self {
            identity: threshold.as_f64(),
            rule: threshold.rule(),
            neff,
            neff_per_site: neff / sites as f64,
        }
    }
}

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
