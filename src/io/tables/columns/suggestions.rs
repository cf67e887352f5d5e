//! The columns of mutants to measure next.

use super::{Column, Table};
use crate::calibration::Prediction;
use crate::io::tables::numbers::push_measured;
use serde::{Serialize, Serializer};

/// Mutants to measure next (`potts calibrate --suggest`).
pub struct Suggestions;

/// A row of them.
#[derive(Debug, Clone, Serialize)]
pub struct SuggestionRow {
    /// The mutant.
    pub mutant: String,
    /// What is predicted of it.
    #[serde(flatten, serialize_with = "members")]
    pub prediction: Prediction,
    /// What is expected of it beyond the best.
    #[serde(rename = "expected_improvement")]
    pub improvement: f64,
    /// The target's whole sequence with it.
    pub sequence: String,
}

fn members<S: Serializer>(prediction: &Prediction, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;
    let mut map = serializer.serialize_map(Some(3))?;
    map.serialize_entry("calibrated", &prediction.value)?;
    map.serialize_entry("calibrated_low", &prediction.low)?;
    map.serialize_entry("calibrated_high", &prediction.high)?;
    map.end()
}

impl Table for Suggestions {
    type Row<'r> = SuggestionRow;
}

/// Their columns.
pub const SUGGESTIONS: [Column<Suggestions>; 6] = [
    Column::text(
        "mutant",
        "a single substitution that was not measured",
        |row, line| {
            line.extend_from_slice(row.mutant.as_bytes());
        },
    ),
    Column::number(
        "calibrated",
        "of the assay",
        "what the assay is predicted to measure",
        |row, line| push_measured(row.prediction.value, line),
    ),
    Column::number(
        "calibrated_low",
        "of the assay",
        "where the interval begins that holds 80 % of measured values",
        |row, line| push_measured(row.prediction.low, line),
    ),
    Column::number(
        "calibrated_high",
        "of the assay",
        "where it ends",
        |row, line| {
            push_measured(row.prediction.high, line);
        },
    ),
    Column::number(
        "expected_improvement",
        "of the assay",
        "by how much it is expected to be better than the best predicted of the measured mutants, once those above are measured",
        |row, line| push_measured(row.improvement, line),
    ),
    Column::text(
        "sequence",
        "the target's whole sequence with it, residues that are not modelled too",
        |row, line| line.extend_from_slice(row.sequence.as_bytes()),
    ),
];
