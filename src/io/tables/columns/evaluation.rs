//! The columns of an evaluation.

use super::{Column, Table, push_optional};
use crate::evaluation::Measure;

/// Samples against naturals (`potts evaluate`).
pub struct Measures;

impl Table for Measures {
    type Row<'r> = &'r Measure;
}

/// Their columns.
pub const MEASURES: [Column<Measures>; 4] = [
    Column::text("quantity", "what is told, by its name", |row, line| {
        line.extend_from_slice(row.quantity.as_bytes());
    }),
    Column::number(
        "value",
        "",
        "of the samples, or of these held against the naturals; empty where there is none",
        |row, line| push_optional(line, row.value),
    ),
    Column::number(
        "natural",
        "",
        "the same of the naturals; where two sets are held against each other, of two halves of the naturals, relatives together",
        |row, line| push_optional(line, row.natural),
    ),
    Column::number(
        "ceiling",
        "",
        "of correlations: what as many samples of the true law would reach, by how well two halves of the naturals agree",
        |row, line| push_optional(line, row.ceiling),
    ),
];
