//! The columns of the page that lists families.

use super::{Column, Table};
use crate::io::tables::numbers::{push_decimal, put};
use serde::{Deserialize, Serialize};

/// Families with a page each (`potts report` with a list).
pub struct Families;

impl Table for Families {
    type Row<'r> = &'r FamilyRow;
}

/// A family in a line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FamilyRow {
    /// The page; empty where there is none.
    #[serde(default)]
    pub page: String,
    /// Its name in the batch.
    #[serde(default)]
    pub name: String,
    /// The target.
    pub target: String,
    /// Modelled sites.
    pub sites: Option<usize>,
    /// Kept sequences.
    pub sequences: Option<usize>,
    /// Effective number of sequences.
    pub neff: Option<f64>,
    /// That a site.
    pub neff_per_site: Option<f64>,
    /// Whether the fit ended at an optimum.
    pub converged: Option<bool>,
    /// Probability of the surest pair.
    pub surest: Option<f64>,
    /// Share of the first L pairs that touch in the structure.
    pub precision: Option<f64>,
    /// Copies that the couplings hold together, where they do.
    pub copies: Option<usize>,
    /// Correlation with the assay.
    pub spearman: Option<f64>,
    /// In words; of a family without a page, why there is none.
    pub verdict: String,
}

/// Their columns.
pub const FAMILIES: [Column<Families>; 13] = [
    Column::text("page", "the page of the family", |row, line| {
        line.extend_from_slice(row.page.as_bytes())
    }),
    Column::text("name", "its name in the list", |row, line| {
        line.extend_from_slice(row.name.as_bytes())
    }),
    Column::text("target", "the name of the target", |row, line| {
        line.extend_from_slice(row.target.as_bytes())
    }),
    Column::number("sites", "", "modelled positions L", |row, line| {
        if let Some(value) = row.sites {
            put(line, value);
        }
    }),
    Column::number("sequences", "", "kept sequences", |row, line| {
        if let Some(value) = row.sequences {
            put(line, value);
        }
    }),
    Column::number(
        "neff",
        "sequences",
        "effective number of sequences",
        |row, line| {
            if let Some(value) = row.neff {
                push_decimal(line, value, 1);
            }
        },
    ),
    Column::number("neff_per_site", "sequences", "that over L", |row, line| {
        if let Some(value) = row.neff_per_site {
            push_decimal(line, value, 2);
        }
    }),
    Column::word(
        "converged",
        "whether the fit ended at an optimum",
        |row, line| {
            line.extend_from_slice(match row.converged {
                Some(true) => b"yes",
                Some(false) => b"NO",
                None => b"",
            });
        },
    ),
    Column::number(
        "surest",
        "",
        "probability of the first pair",
        |row, line| {
            if let Some(value) = row.surest {
                push_decimal(line, value, 4);
            }
        },
    ),
    Column::number(
        "precision",
        "",
        "share of the first L pairs that touch in the structure",
        |row, line| {
            if let Some(value) = row.precision {
                push_decimal(line, value, 4);
            }
        },
    ),
    Column::number(
        "copies",
        "",
        "copies of the chain that the couplings hold together, where they show an oligomer",
        |row, line| {
            if let Some(value) = row.copies {
                put(line, value);
            }
        },
    ),
    Column::number(
        "spearman",
        "",
        "rank correlation with the assay",
        |row, line| {
            if let Some(value) = row.spearman {
                push_decimal(line, value, 4);
            }
        },
    ),
    Column::text(
        "verdict",
        "what the depth of the alignment promises; of a family without a page, why there is none",
        |row, line| {
            line.extend_from_slice(row.verdict.as_bytes());
        },
    ),
];
