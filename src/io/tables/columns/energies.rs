//! The columns of energies of sequences.

use super::{Column, Table, push_optional};
use crate::energies::{EnergyRow, Fitted};
use crate::io::tables::numbers::{push_decimal, push_score, put};

/// Energies (`potts energy`).
pub struct EnergyTable;

/// A sequence, and what is said of it.
#[derive(Debug, Clone, Copy)]
pub struct EnergyOf<'r> {
    /// From 1, in the file.
    pub record: u64,
    /// Its whole name.
    pub name: &'r str,
    /// What is said of it.
    pub row: &'r EnergyRow,
    /// Whether it belongs, where that was asked.
    pub verdict: Option<Belongs>,
}

/// Whether a sequence belongs to a family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belongs {
    /// The share of the family that looks as little like it.
    pub p_value: f64,
    /// Whether that is more than the false alarms that were asked for.
    pub is_inside: bool,
}

impl Table for EnergyTable {
    type Row<'r> = EnergyOf<'r>;
}

/// Their columns.
pub const ENERGIES: [Column<EnergyTable>; 17] = [
    Column::number("record", "", "from 1, in the file", |of, line| {
        put(line, of.record);
    }),
    Column::text("name", "the whole name of the sequence", |of, line| {
        line.extend_from_slice(of.name.as_bytes());
    }),
    Column::number(
        "energy",
        "nats",
        "E(x) / T of the model over the positions that the sequence has; lower is more probable",
        |of, line| push_score(of.row.energy, line),
    ),
    Column::number(
        "independent_energy",
        "nats",
        "the same of positions on their own; empty where the model's file does not tell them",
        |of, line| push_optional(line, of.row.independent),
    ),
    Column::number(
        "difference",
        "nats",
        "energy - independent_energy: low where residues go together as they do in the family",
        |of, line| push_optional(line, of.row.difference()),
    ),
    Column::number(
        "log_probability",
        "nats",
        "log P(x) = -energy - log Z; empty where log Z is not known, or a position is missing",
        |of, line| push_optional(line, of.row.log_probability),
    ),
    Column::number(
        "perplexity",
        "",
        "exp(-log P / L): among how many residues the model wavers at a position, on the mean",
        |of, line| {
            if let Some(perplexity) = of.row.perplexity() {
                push_decimal(line, perplexity, 4);
            }
        },
    ),
    Column::number(
        "identity",
        "",
        "share of the modelled positions at which it is like the nearest sequence of the alignment; empty where the model holds no sequences",
        |of, line| push_share(of.row.identity, line),
    ),
    Column::number(
        "coverage",
        "",
        "share of the modelled positions at which it has a residue",
        |of, line| push_share(Some(of.row.coverage), line),
    ),
    Column::number(
        "percentile",
        "%",
        "share of the alignment's sequences, by weight, that are less probable over the positions that both have: 0 is less probable than all, 50 usual",
        |of, line| {
            if let Some(share) = of.row.share_above {
                push_decimal(line, 100.0 * share, 2);
            }
        },
    ),
    Column::word("aligned", "as given, or to the profile", |of, line| {
        line.extend_from_slice(match of.row.placed.fitted {
            Fitted::AsGiven => b"given",
            Fitted::ToProfile { .. } => b"profile",
        });
    }),
    Column::number(
        "profile_identity",
        "",
        "share of its residues at modelled positions that are the most frequent ones there",
        |of, line| push_share(of.row.placed.identity, line),
    ),
    Column::number(
        "insertions",
        "residues",
        "left out between two modelled positions where it was aligned to the profile",
        |of, line| {
            if let Fitted::ToProfile { inserted, .. } = of.row.placed.fitted {
                put(line, inserted);
            }
        },
    ),
    Column::number(
        "outside",
        "residues",
        "left out before the first and behind the last position that it has, where it was aligned to the profile",
        |of, line| {
            if let Fitted::ToProfile { outside, .. } = of.row.placed.fitted {
                put(line, outside);
            }
        },
    ),
    Column::number(
        "unknown",
        "residues",
        "letters at modelled positions that are no residue (X, B, *, ...): these positions count as missing",
        |of, line| put(line, of.row.placed.unknown),
    ),
    Column {
        on_request: true,
        ..Column::number(
            "p_value",
            "",
            "share of the family's sequences, as models see them that were not fitted to them, that look as little like it",
            |of, line| {
                if let Some(verdict) = of.verdict {
                    push_decimal(line, verdict.p_value, 5);
                }
            },
        )
    },
    Column {
        on_request: true,
        ..Column::word(
            "verdict",
            "inside the family, or outside: where p_value is at most the share of false alarms",
            |of, line| {
                line.extend_from_slice(match of.verdict {
                    Some(verdict) if verdict.is_inside => b"inside",
                    Some(_) => b"outside",
                    None => b"",
                });
            },
        )
    },
];

fn push_share(share: Option<f64>, line: &mut Vec<u8>) {
    if let Some(share) = share {
        push_decimal(line, share, 4);
    }
}
