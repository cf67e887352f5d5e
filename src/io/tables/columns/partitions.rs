//! The columns of partition functions.

use super::{Column, Table, push_optional};
use crate::io::tables::numbers::{push_decimal, push_score, put};
use crate::partition::Estimate;

/// Partition functions (`potts partition`).
pub struct Partitions;

impl Table for Partitions {
    type Row<'r> = &'r Estimate;
}

/// Natural logarithm of ten.
const TEN: f64 = std::f64::consts::LN_10;

/// Their columns.
pub const PARTITIONS: [Column<Partitions>; 11] = [
    Column::number(
        "temperature",
        "",
        "T of P(x) ~ exp(-E(x) / T)",
        |row, line| {
            put(line, row.temperature);
        },
    ),
    Column::word("estimator", "how log Z was found", |row, line| {
        line.extend_from_slice(row.estimator.as_str().as_bytes());
    }),
    Column::word(
        "standing",
        "what log_z is: exact, estimate, lower bound or upper bound",
        |row, line| line.extend_from_slice(row.standing.as_str().as_bytes()),
    ),
    Column::number(
        "log_z",
        "nats",
        "log of the sum of exp(-E(x) / T) over all sequences",
        |row, line| push_score(row.log_z, line),
    ),
    Column::number(
        "standard_error",
        "nats",
        "of log_z; 0 where it is exact, empty of bounds",
        |row, line| push_optional(line, row.standard_error),
    ),
    Column::number("free_energy", "nats", "F = -T log_z", |row, line| {
        push_score(-row.temperature * row.log_z, line)
    }),
    Column::number(
        "energy",
        "nats",
        "mean energy E of the sequences of the model",
        |row, line| push_optional(line, row.energy),
    ),
    Column::number("specific_heat", "", "dE/dT = Var(E) / T^2", |row, line| {
        push_optional(line, row.specific_heat())
    }),
    Column::number("entropy", "nats", "S = log_z + E / T", |row, line| {
        push_optional(line, row.entropy.map(|(entropy, _)| entropy))
    }),
    Column::number(
        "log10_sequences",
        "",
        "S / log 10: as many sequences, in powers of ten, as if all had the same probability",
        |row, line| {
            if let Some((entropy, _)) = row.entropy {
                push_decimal(line, entropy / TEN, 3);
            }
        },
    ),
    Column::number(
        "effective_chains",
        "",
        "chains that stand behind an estimate by annealing; below 30 neither it nor its error can be trusted",
        |row, line| {
            if let Some(ess) = row.ess {
                push_decimal(line, ess, 1);
            }
        },
    ),
];
