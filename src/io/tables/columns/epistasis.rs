//! The columns of what substitutions do together.

use super::scores::{Scored, confidence, coverage, effect, error, seen};
use super::{Column, Table, push_optional};
use crate::io::tables::numbers::{push_decimal, put};
use crate::mutants::Score;
use crate::mutants::epistasis::{Double, Partner};
use crate::position::Residue;

/// A mutant, as a whole.
#[derive(Debug, Clone, Copy)]
pub struct JointRow<'r> {
    /// As it was written.
    pub mutant: &'r str,
    /// Its score, if it has one.
    pub score: Option<Score>,
    /// Whether it has one, or why not.
    pub status: &'static str,
    /// What was wrong, in words.
    pub note: &'r str,
    /// Its pairs of substitutions and their interactions.
    pub pairs: &'r str,
}

/// Two substitutions.
#[derive(Debug, Clone, Copy)]
pub struct DoubleRow<'r> {
    /// Both.
    pub mutant: &'r str,
    /// The first.
    pub first: &'r str,
    /// The second.
    pub second: &'r str,
    /// Their scores.
    pub double: Double,
    /// Of their positions, in angstrom.
    pub distance: Option<f64>,
}

/// Two positions.
#[derive(Debug, Clone, Copy)]
pub struct PartnerRow<'r> {
    /// That which was asked about.
    pub position: Residue,
    /// The other.
    pub partner: Residue,
    /// The residue there.
    pub letter: u8,
    /// What they have together.
    pub interactions: Partner,
    /// The pair of substitutions with the highest interaction.
    pub highest: &'r str,
    /// The one with the lowest.
    pub lowest: &'r str,
    /// In angstrom.
    pub distance: Option<f64>,
}

impl Scored for JointRow<'_> {
    fn score(&self) -> Option<Score> {
        self.score
    }
}

impl Scored for DoubleRow<'_> {
    fn score(&self) -> Option<Score> {
        Some(self.double.both)
    }
}

/// Mutants as a whole (`potts epistasis MODEL MUTANT`, `--combine`).
pub struct Joint;

impl Table for Joint {
    type Row<'r> = JointRow<'r>;
}

/// Pairs of substitutions (`potts epistasis --positions`, `--partners A24V`, `--rescue`).
pub struct Doubles;

impl Table for Doubles {
    type Row<'r> = DoubleRow<'r>;
}

/// Pairs of positions (`potts epistasis --partners 24`).
pub struct Partners;

impl Table for Partners {
    type Row<'r> = PartnerRow<'r>;
}

const DISTANCE: &str = "angstrom";

fn push_distance(line: &mut Vec<u8>, distance: Option<f64>) {
    if let Some(distance) = distance {
        push_decimal(line, distance, 3);
    }
}

const fn on_request<T: Table>(column: Column<T>) -> Column<T> {
    Column {
        on_request: true,
        ..column
    }
}

/// Of mutants as a whole. Status and note are there where mutants were named.
pub const JOINT: [Column<Joint>; 12] = [
    Column::text("mutant", "its substitutions", |row, line| {
        line.extend_from_slice(row.mutant.as_bytes());
    }),
    Column::number(
        "joint",
        "nats",
        "score of all substitutions together: higher is better, 0 is the wild type",
        |row, line| push_optional(line, row.score.map(|s| s.potts)),
    ),
    Column::number(
        "additive",
        "nats",
        "sum of the scores of each substitution alone",
        |row, line| push_optional(line, row.score.map(|s| s.additive)),
    ),
    Column::number(
        "interaction",
        "nats",
        "joint - additive: above 0 they help one another, below 0 they hurt one another",
        |row, line| push_optional(line, row.score.map(|s| s.epistasis)),
    ),
    on_request(Column::word(
        "status",
        "scored, or why there is no score, as in score-mutants",
        |row, line| line.extend_from_slice(row.status.as_bytes()),
    )),
    on_request(Column::text(
        "note",
        "what was wrong, in words",
        |row, line| {
            line.extend_from_slice(row.note.as_bytes());
        },
    )),
    Column::text(
        "pairs",
        "of three substitutions or more: the pairs and their interactions, which add up to interaction, the strongest ten",
        |row, line| line.extend_from_slice(row.pairs.as_bytes()),
    ),
    seen(),
    coverage(),
    effect(),
    error(),
    confidence(),
];

/// Of pairs of substitutions. Recovery is there for rescues, the distance with a structure.
pub const DOUBLES: [Column<Doubles>; 14] = [
    Column::text("mutant", "both substitutions", |row, line| {
        line.extend_from_slice(row.mutant.as_bytes());
    }),
    Column::text("first", "the first of them", |row, line| {
        line.extend_from_slice(row.first.as_bytes());
    }),
    Column::text("second", "the second of them", |row, line| {
        line.extend_from_slice(row.second.as_bytes());
    }),
    Column::number(
        "first_score",
        "nats",
        "score of the first alone",
        |row, line| push_optional(line, Some(row.double.first_score)),
    ),
    Column::number(
        "second_score",
        "nats",
        "score of the second alone",
        |row, line| push_optional(line, Some(row.double.second_score)),
    ),
    Column::number("joint", "nats", "score of both together", |row, line| {
        push_optional(line, Some(row.double.both.potts));
    }),
    Column::number(
        "interaction",
        "nats",
        "joint - first_score - second_score: above 0 they help one another",
        |row, line| push_optional(line, Some(row.double.both.epistasis)),
    ),
    on_request(Column::number(
        "recovery",
        "nats",
        "joint - first_score: how much better both are than the first alone",
        |row, line| push_optional(line, Some(row.double.recovery())),
    )),
    seen(),
    coverage(),
    effect(),
    error(),
    confidence(),
    on_request(Column::number(
        "distance",
        DISTANCE,
        "between the two positions in the structure",
        |row, line| push_distance(line, row.distance),
    )),
];

/// Of pairs of positions. The distance is there with a structure.
pub const PARTNERS: [Column<Partners>; 9] = [
    Column::residue(
        "position",
        "that which was asked about, in the target's numbering",
        |row, line| put(line, row.position),
    ),
    Column::residue("partner", "the other position", |row, line| {
        put(line, row.partner);
    }),
    Column::text("residue", "the partner's residue", |row, line| {
        line.push(row.letter);
    }),
    Column::number(
        "rms",
        "nats",
        "root mean square of the interactions of all pairs of substitutions at the two",
        |row, line| push_optional(line, Some(row.interactions.rms)),
    ),
    Column::number(
        "highest",
        "nats",
        "the highest interaction: substitutions that help one another",
        |row, line| push_optional(line, Some(row.interactions.highest.interaction)),
    ),
    Column::text("highest_pair", "the two that have it", |row, line| {
        line.extend_from_slice(row.highest.as_bytes());
    }),
    Column::number(
        "lowest",
        "nats",
        "the lowest interaction: substitutions that hurt one another",
        |row, line| push_optional(line, Some(row.interactions.lowest.interaction)),
    ),
    Column::text("lowest_pair", "the two that have it", |row, line| {
        line.extend_from_slice(row.lowest.as_bytes());
    }),
    on_request(Column::number(
        "distance",
        DISTANCE,
        "between the two positions in the structure",
        |row, line| push_distance(line, row.distance),
    )),
];
