//! The columns of sequences that were drawn from a model.

use super::{Column, Table};
use crate::io::tables::numbers::{push_decimal, push_score, put};
use crate::sample::SampleRow;

/// Samples (`potts sample`).
pub struct Samples;

/// A sample, and how its differences from the target are written.
#[derive(Debug, Clone, Copy)]
pub struct Sampled<'r> {
    /// The sample.
    pub row: &'r SampleRow,
    /// Its substitutions.
    pub mutant: &'r [u8],
    /// As it is written: modelled positions alone, or all columns.
    pub sequence: &'r [u8],
}

impl Table for Samples {
    type Row<'r> = Sampled<'r>;
}

/// Their columns.
pub const SAMPLES: [Column<Samples>; 7] = [
    Column::number("sample", "", "its number, from 1", |sampled, line| {
        put(line, sampled.row.number);
    }),
    Column::number(
        "energy",
        "nats",
        "E(x) of the model; lower is more probable",
        |sampled, line| push_score(sampled.row.energy, line),
    ),
    Column::number(
        "identity",
        "",
        "share of the modelled positions at which it is like the nearest sequence of the alignment; empty where the model holds no sequences",
        |sampled, line| {
            if let Some(identity) = sampled.row.identity {
                push_decimal(line, identity, 4);
            }
        },
    ),
    Column::number(
        "temperature",
        "",
        "what it was drawn at",
        |sampled, line| {
            put(line, sampled.row.temperature);
        },
    ),
    Column {
        on_request: true,
        ..Column::number(
            "mutations",
            "",
            "number of substitutions in the target",
            |sampled, line| {
                if let Some(changes) = &sampled.row.changes {
                    put(line, changes.len());
                }
            },
        )
    },
    Column {
        on_request: true,
        ..Column::text(
            "mutant",
            "the substitutions, in the target's numbering",
            |sampled, line| line.extend_from_slice(sampled.mutant),
        )
    },
    Column::text(
        "sequence",
        "its letters at the modelled positions, - for a gap",
        |sampled, line| line.extend_from_slice(sampled.sequence),
    ),
];
