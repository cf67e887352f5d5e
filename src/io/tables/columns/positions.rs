//! The columns of a model's positions.

use super::{Column, Table, push_optional};
use crate::io::tables::numbers::{push_decimal, put};
use crate::sites::SiteSummary;

/// Positions (`potts positions`).
pub struct Positions;

impl Table for Positions {
    type Row<'r> = &'r SiteSummary;
}

fn push_to(line: &mut Vec<u8>, value: Option<f64>, decimals: usize) {
    if let Some(value) = value {
        push_decimal(line, value, decimals);
    }
}

/// Their columns.
pub const POSITIONS: [Column<Positions>; 12] = [
    Column::residue(
        "position",
        "in the target's numbering; A:12 is position 12 of chain A",
        |row, line| put(line, row.residue),
    ),
    Column::text(
        "residue",
        "the target's residue; '-' without a target",
        |row, line| {
            line.push(row.letter);
        },
    ),
    Column::number(
        "coverage",
        "",
        "weighted share of the sequences that have any residue here",
        |row, line| push_to(line, row.coverage, 4),
    ),
    Column::number(
        "entropy",
        "nats",
        "of the residues: 0 where all sequences have the same",
        |row, line| push_to(line, row.entropy, 4),
    ),
    Column::number(
        "conservation",
        "nats",
        "relative entropy of the residues against those of all proteins (of RNA against equal shares): high where the family has few, or rare ones",
        |row, line| push_to(line, row.conservation, 4),
    ),
    Column::number(
        "rate",
        "",
        "how fast the position changes between near relatives, 1 on average",
        |row, line| push_to(line, row.rate, 3),
    ),
    Column::number(
        "burial",
        "",
        "how buried the position seems by its residues and its rate, in standard deviations from the mean: above 0 buried, a guess (correlation .68 with contact numbers)",
        |row, line| push_to(line, row.burial, 3),
    ),
    Column::number(
        "mean_effect",
        "",
        "mean effect_score of the 19 substitutions: near 0 where anything is borne, near -1 where nothing is",
        |row, line| push_to(line, row.mean_effect, 4),
    ),
    Column::number(
        "mean_score",
        "nats",
        "mean potts_score of the 19 substitutions",
        |row, line| push_optional(line, row.mean_score),
    ),
    Column::text(
        "tolerated",
        "residues whose effect is among those of the best third of all substitutions of the protein, the best first",
        |row, line| line.extend_from_slice(row.borne.as_bytes()),
    ),
    Column::number(
        "coupling",
        "",
        "sum of the positive cn of its pairs: how much the position depends on others",
        |row, line| push_to(line, row.coupling, 4),
    ),
    Column::text(
        "partners",
        "its partners among the first 2 L pairs of potts contacts, the likeliest first, at most five",
        |row, line| {
            for (k, partner) in row.partners.iter().enumerate() {
                if k > 0 {
                    line.push(b' ');
                }
                put(line, partner);
            }
        },
    ),
];
