//! The columns of all single mutants, as a page has them.

use super::scores::{Scored, confidence, coverage, effect, error, potts, seen};
use super::{Column, Table, push_optional};
use crate::io::tables::numbers::{push_measured, put};
use crate::mutants::Score;
use crate::position::Residue;

/// Single mutants of a target.
pub struct Singles;

/// A single mutant.
#[derive(Debug, Clone, Copy)]
pub struct SingleRow<'r> {
    /// As it is written.
    pub name: &'r [u8],
    /// Where it is.
    pub residue: Residue,
    /// What it scores.
    pub score: Score,
    /// What was measured of it.
    pub measured: Option<f64>,
}

impl Table for Singles {
    type Row<'r> = SingleRow<'r>;
}

impl Scored for SingleRow<'_> {
    fn score(&self) -> Option<Score> {
        Some(self.score)
    }
}

const fn mutant() -> Column<Singles> {
    Column::text(
        "mutant",
        "the substitution, in the target's numbering",
        |row, line| {
            line.extend_from_slice(row.name);
        },
    )
}

const fn independent() -> Column<Singles> {
    Column::number(
        "independent_score",
        "nats",
        "the same in the model of independent sites, without couplings",
        |row, line| push_optional(line, row.score.independent),
    )
}

/// Their columns: numbers are those of `potts score-mutants`.
pub const SINGLES: [Column<Singles>; 10] = [
    mutant(),
    Column::residue(
        "position",
        "in the target's numbering; A:12 is position 12 of chain A",
        |row, line| {
            put(line, row.residue);
        },
    ),
    effect(),
    potts(),
    independent(),
    error(),
    confidence(),
    seen(),
    coverage(),
    Column {
        on_request: true,
        ..Column::number(
            "measured",
            "of the assay",
            "what was measured, where a table was given",
            |row, line| {
                if let Some(value) = row.measured {
                    push_measured(value, line);
                }
            },
        )
    },
];

/// Measured mutants beside their scores.
pub struct Assay;

/// How a mutant is written, what was measured, and its scores.
pub type AssayRow = (Vec<u8>, f64, Score);

impl Table for Assay {
    type Row<'r> = AssayRow;
}

impl Scored for AssayRow {
    fn score(&self) -> Option<Score> {
        Some(self.2)
    }
}

/// Their columns.
pub const ASSAY: [Column<Assay>; 4] = [
    Column::text(
        "mutant",
        "its substitutions, in the target's numbering",
        |row, line| line.extend_from_slice(&row.0),
    ),
    Column::number(
        "measured",
        "of the assay",
        "the value in the table",
        |row, line| push_measured(row.1, line),
    ),
    effect(),
    potts(),
];
