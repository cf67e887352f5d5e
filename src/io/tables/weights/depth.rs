//! The depth of an alignment at several thresholds.

use super::write::write_line;
use crate::alignment::{IdentityRule, IdentityThreshold};
use serde::Serialize;
use std::io::{self, Write};

/// Headings of the table, and keys of the objects.
const COLUMNS: [&str; 4] = ["identity", "rule", "neff", "neff_per_site"];

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
    write_line(&COLUMNS.map(str::to_owned), separator, output)?;
    for depth in depths {
        let fields = [
            depth.identity.to_string(),
            depth.rule.as_str().to_owned(),
            format!("{:.4}", depth.neff),
            format!("{:.4}", depth.neff_per_site),
        ];
        write_line(&fields, separator, output)?;
    }
    Ok(())
}

/// An array of objects, one a line: of rows or of depths.
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
