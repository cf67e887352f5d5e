//! The scores of a mutant, in every table that has them, and what became of mutants.

use super::{Column, Table, push_optional};
use crate::calibration::Prediction;
use crate::io::tables::numbers::{push_decimal, push_measured};
use crate::io::tables::rows::ScoredRow;
use crate::mutants::Score;

/// A row of a mutant.
pub trait Scored {
    /// Its score, if it has one.
    fn score(&self) -> Option<Score>;

    /// What a calibration predicts of it.
    fn prediction(&self) -> Option<Prediction> {
        None
    }
}

impl Scored for ScoredRow<'_> {
    fn score(&self) -> Option<Score> {
        ScoredRow::score(self)
    }

    fn prediction(&self) -> Option<Prediction> {
        ScoredRow::prediction(self)
    }
}

/// log P of the mutant over that of the wild type.
pub const fn potts<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    Column::number(
        "potts_score",
        "nats",
        "log P(mutant) - log P(wild type): higher is better, the wild type has 0",
        |row, line| push_optional(line, row.score().map(|s| s.potts)),
    )
}

/// What substitutions do together.
pub const fn epistasis<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    Column::number(
        "epistasis",
        "nats",
        "by how much the substitutions help (+) or hurt (-) one another: the part of potts_score that the singles do not add up to",
        |row, line| push_optional(line, row.score().map(|s| s.epistasis)),
    )
}

/// What is borne.
pub const fn effect<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    Column::number(
        "effect_score",
        "",
        "the model's score together with what else is known of proteins (rates, burial, first appearance, letters; trained on assays): 0 like the wild type, -1 as bad as the worst single; of several substitutions the sum",
        |row, line| push_optional(line, row.score().and_then(|s| s.effect)),
    )
}

/// Sequences with the residue.
pub const fn seen<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    Column::number(
        "seen",
        "",
        "weighted share of the sequences that have the residue at its position: with 0 the score is that of all residues never seen there; of several substitutions the smallest",
        |row, line| {
            if let Some(support) = row.score().and_then(|s| s.support) {
                push_decimal(line, support.seen, 6);
            }
        },
    )
}

/// Sequences with a residue.
pub const fn coverage<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    Column::number(
        "coverage",
        "",
        "weighted share of the sequences that have any residue at the position: where it is small, a score says little; of several substitutions the smallest",
        |row, line| {
            if let Some(coverage) = row.score().and_then(|s| s.support?.coverage) {
                push_decimal(line, coverage, 4);
            }
        },
    )
}

/// The error of the score.
pub const fn error<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    Column::number(
        "potts_se",
        "nats",
        "standard error of the mutant's score, by the replicates of the fit (`bootstrap` of potts fit); empty in a model without",
        |row, line| {
            if let Some(error) = row.score().and_then(|s| s.error) {
                push_decimal(line, error, 4);
            }
        },
    )
}

/// The error in a word.
pub const fn confidence<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    Column::word(
        "confidence",
        "how far to trust the scores: high, medium or low, by coverage and, where there are replicates, potts_se; empty of deletions",
        |row, line| {
            if let Some(confidence) = row.score().and_then(|s| s.confidence) {
                line.extend_from_slice(confidence.as_str().as_bytes());
            }
        },
    )
}

/// A column of a calibration's predictions.
const fn predicted<T: Table>(
    name: &'static str,
    meaning: &'static str,
    push: for<'r> fn(&T::Row<'r>, &mut Vec<u8>),
) -> Column<T> {
    Column {
        on_request: true,
        ..Column::number(name, "of the assay", meaning, push)
    }
}

/// What is predicted.
pub const fn calibrated<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    predicted(
        "calibrated",
        "with a calibration: what the assay is predicted to measure; empty where there is no score, or a column that the prediction takes has no number",
        |row, line| push_value(line, row.prediction().map(|p| p.value)),
    )
}

/// Where the interval begins.
pub const fn calibrated_low<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    predicted(
        "calibrated_low",
        "with a calibration: where the interval of calibrated begins that holds 80 % of measured values",
        |row, line| push_value(line, row.prediction().map(|p| p.low)),
    )
}

/// Where it ends.
pub const fn calibrated_high<T: Table>() -> Column<T>
where
    for<'r> T::Row<'r>: Scored,
{
    predicted(
        "calibrated_high",
        "with a calibration: where it ends",
        |row, line| push_value(line, row.prediction().map(|p| p.high)),
    )
}

fn push_value(line: &mut Vec<u8>, value: Option<f64>) {
    if let Some(value) = value {
        push_measured(value, line);
    }
}

/// What became of mutants (`potts score-mutants`): after the input's own columns.
pub struct Results;

impl Table for Results {
    type Row<'r> = ScoredRow<'r>;
}

/// Their columns.
pub const RESULTS: [Column<Results>; 14] = [
    potts(),
    Column::number(
        "independent_score",
        "nats",
        "the same in the model of independent sites, without couplings",
        |row, line| push_optional(line, row.score().and_then(|s| s.independent)),
    ),
    Column::number(
        "additive_score",
        "nats",
        "sum of the single substitutions' potts_score",
        |row, line| push_optional(line, row.score().map(|s| s.additive)),
    ),
    epistasis(),
    Column::word(
        "status",
        "scored, or why there is no score: wild_type and synonymous (whose score is 0), duplicate_position, unknown_residue, unknown_chain, wt_mismatch, out_of_range, stop, indel, no_substitution, position_not_modelled, unparsable",
        |row, line| line.extend_from_slice(row.status().as_bytes()),
    ),
    Column::text("note", "what was wrong, in words", |row, line| {
        line.extend_from_slice(row.note().as_bytes());
    }),
    seen(),
    coverage(),
    effect(),
    error(),
    confidence(),
    calibrated(),
    calibrated_low(),
    calibrated_high(),
];

/// Those of them that a calibration adds.
pub const CALIBRATED: [&str; 3] = ["calibrated", "calibrated_low", "calibrated_high"];
