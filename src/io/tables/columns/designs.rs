//! The columns of mutants to order, and of designs.

use super::scores::{
    Scored, calibrated, calibrated_high, calibrated_low, confidence, coverage, effect, epistasis,
    error, potts, seen,
};
use super::{Column, Table};
use crate::calibration::Prediction;
use crate::design::DesignRow;
use crate::io::tables::numbers::{push_decimal, put};
use crate::mutants::Score;

/// Designs (`potts design`).
pub struct DesignTable;

impl Table for DesignTable {
    type Row<'r> = &'r DesignRow;
}

impl Scored for &DesignRow {
    fn score(&self) -> Option<Score> {
        Some(self.score)
    }

    fn prediction(&self) -> Option<Prediction> {
        self.prediction
    }
}

const fn mutant() -> Column<DesignTable> {
    Column::text(
        "mutant",
        "its substitutions in the target's numbering; A:G12D is in chain A",
        |row, line| line.extend_from_slice(&row.mutant),
    )
}

const fn sequence() -> Column<DesignTable> {
    Column::text(
        "sequence",
        "the target's whole sequence with the substitutions, residues that are not modelled too; chains with / between them",
        |row, line| line.extend_from_slice(&row.sequence),
    )
}

/// Of mutants to order.
pub const ORDERS: [Column<DesignTable>; 16] = [
    mutant(),
    Column::word("kind", "single or double", |row, line| {
        line.extend_from_slice(row.kind().as_bytes());
    }),
    effect(),
    potts(),
    epistasis(),
    Column::number(
        "percentile",
        "%",
        "share of all singles of the model, or of 20000 doubles by chance, that rank below",
        |row, line| {
            if let Some(share) = row.percentile {
                push_decimal(line, 100.0 * share, 2);
            }
        },
    ),
    Column::number(
        "hit_probability",
        "",
        "expected share of hits among mutants of this rank, as assays of fourteen proteins have them: at least as good as the wild type, less a tenth of the way to the worst; in one assay it may be far off",
        |row, line| {
            if let Some(hit) = row.hit {
                push_decimal(line, hit, 2);
            }
        },
    ),
    seen(),
    coverage(),
    calibrated(),
    calibrated_low(),
    calibrated_high(),
    error(),
    confidence(),
    Column::text(
        "why",
        "the largest terms of the effect, in standard deviations of the model's scores, above 0 where they speak for it: model, rate (how fast the site changes), burial, residue (what is borne anywhere), relatives (how early it appears among them), volume",
        |row, line| {
            if let Some(why) = row.why {
                line.extend_from_slice(why.to_string().as_bytes());
            }
        },
    ),
    sequence(),
];

/// Of designs.
pub const DESIGNS: [Column<DesignTable>; 16] = [
    Column::number("design", "", "its rank, from 1", |row, line| {
        put(line, row.number);
    }),
    mutant(),
    Column::number("mutations", "", "number of substitutions", |row, line| {
        put(line, row.mutations);
    }),
    potts(),
    epistasis(),
    effect(),
    seen(),
    coverage(),
    Column::number(
        "novelty",
        "",
        "at how many modelled positions it differs from the nearest sequence of the alignment; empty where the model holds no sequences",
        |row, line| {
            if let Some(novelty) = row.novelty {
                put(line, novelty);
            }
        },
    ),
    Column::word(
        "proved",
        "yes: none that is far enough from the designs before it scores better; no: the best that was found",
        |row, line| {
            line.extend_from_slice(if row.proved { b"yes" } else { b"no" });
        },
    ),
    calibrated(),
    calibrated_low(),
    calibrated_high(),
    error(),
    confidence(),
    sequence(),
];
