//! The columns of mutants to order, and of designs.

use super::{Column, Table, push_optional};
use crate::design::DesignRow;
use crate::io::tables::numbers::{push_decimal, put};

/// Designs (`potts design`).
pub struct DesignTable;

impl Table for DesignTable {
    type Row<'r> = &'r DesignRow;
}

const fn mutant() -> Column<DesignTable> {
    Column::text(
        "mutant",
        "its substitutions in the target's numbering; A:G12D is in chain A",
        |row, line| line.extend_from_slice(&row.mutant),
    )
}

const fn effect() -> Column<DesignTable> {
    Column::number(
        "effect_score",
        "",
        "as of potts score-mutants: 0 like the wild type, -1 as bad as the worst single; of several substitutions the sum",
        |row, line| push_optional(line, row.score.effect),
    )
}

const fn potts() -> Column<DesignTable> {
    Column::number(
        "potts_score",
        "nats",
        "log P(mutant) - log P(wild type): higher is better, the wild type has 0",
        |row, line| push_optional(line, Some(row.score.potts)),
    )
}

const fn epistasis() -> Column<DesignTable> {
    Column::number(
        "epistasis",
        "nats",
        "by how much the substitutions help (+) or hurt (-) one another: the part of potts_score that the singles do not add up to",
        |row, line| push_optional(line, Some(row.score.epistasis)),
    )
}

const fn seen() -> Column<DesignTable> {
    Column::number(
        "seen",
        "",
        "weighted share of the sequences that have the residue at its position; of several substitutions the smallest",
        |row, line| {
            if let Some(support) = row.score.support {
                push_decimal(line, support.seen, 6);
            }
        },
    )
}

const fn coverage() -> Column<DesignTable> {
    Column::number(
        "coverage",
        "",
        "weighted share of the sequences that have any residue at the position; of several the smallest",
        |row, line| {
            if let Some(coverage) = row.score.support.and_then(|support| support.coverage) {
                push_decimal(line, coverage, 4);
            }
        },
    )
}

const fn error() -> Column<DesignTable> {
    Column::number(
        "potts_se",
        "nats",
        "standard error of potts_score, by the replicates of the fit (`bootstrap` of potts fit); empty in a model without",
        |row, line| {
            if let Some(error) = row.score.error {
                push_decimal(line, error, 4);
            }
        },
    )
}

const fn confidence() -> Column<DesignTable> {
    Column::word(
        "confidence",
        "how far to trust the scores: high, medium or low, as of potts score-mutants",
        |row, line| {
            if let Some(confidence) = row.score.confidence {
                line.extend_from_slice(confidence.as_str().as_bytes());
            }
        },
    )
}

const fn value() -> Column<DesignTable> {
    Column {
        on_request: true,
        ..Column::number(
            "calibrated",
            "of the assay",
            "with a calibration: what the assay is predicted to measure",
            |row, line| push_optional(line, row.prediction.map(|p| p.value)),
        )
    }
}

const fn low() -> Column<DesignTable> {
    Column {
        on_request: true,
        ..Column::number(
            "calibrated_low",
            "of the assay",
            "with a calibration: where the interval of 80 % begins",
            |row, line| push_optional(line, row.prediction.map(|p| p.low)),
        )
    }
}

const fn high() -> Column<DesignTable> {
    Column {
        on_request: true,
        ..Column::number(
            "calibrated_high",
            "of the assay",
            "with a calibration: where it ends",
            |row, line| push_optional(line, row.prediction.map(|p| p.high)),
        )
    }
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
    value(),
    low(),
    high(),
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
    value(),
    low(),
    high(),
    error(),
    confidence(),
    sequence(),
];
