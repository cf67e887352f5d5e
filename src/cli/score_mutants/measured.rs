//! A measured column of a table beside the scores of the same rows.

use super::summary::{Correlation, Summary};
use crate::mutants::Outcome;
use crate::statistics::spearman;

/// Measured values and scores of rows that have both.
#[derive(Debug)]
pub(super) struct Measured {
    values: Vec<f64>,
    potts: Vec<f64>,
    /// All of them, or none where the model has no baseline.
    independent: Option<Vec<f64>>,
    without_number: u64,
    decimal_comma: bool,
}

impl Default for Measured {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            potts: Vec::new(),
            independent: Some(Vec::new()),
            without_number: 0,
            decimal_comma: false,
        }
    }
}

impl Measured {
    /// Takes a row in if it has a score and, in its measured `cell`, a number.
    pub fn add(&mut self, cell: &[u8], outcome: &Outcome) {
        let Some(score) = outcome.score() else {
            return;
        };
        let text = std::str::from_utf8(cell).ok();
        let value = text.and_then(|text| match self.decimal_comma {
            true => text.replace(',', ".").parse().ok(),
            false => text.parse().ok(),
        });
        match value.filter(|v: &f64| v.is_finite()) {
            Some(value) => {
                self.values.push(value);
                self.potts.push(score.potts);
                self.independent = self.independent.take().and_then(|mut all| {
                    all.push(score.independent?);
                    Some(all)
                });
            }
            None => self.without_number += 1,
        }
    }

    /// Numbers have decimal commas from now on.
    pub fn set_decimal_comma(&mut self) {
        self.decimal_comma = true;
    }

    /// Takes in the rows of another, which is left without any.
    pub fn append(&mut self, later: &mut Self) {
        let decimal_comma = later.decimal_comma;
        let later = std::mem::replace(
            later,
            Self {
                decimal_comma,
                ..Self::default()
            },
        );
        self.values.extend(later.values);
        self.potts.extend(later.potts);
        self.independent = self
            .independent
            .take()
            .zip(later.independent)
            .map(|(mut all, more)| {
                all.extend(more);
                all
            });
        self.without_number += later.without_number;
    }

    /// The correlation with the column of this name, in a table with these counts.
    pub fn correlation(self, column: &str, counts: &Summary) -> Correlation {
        Correlation {
            used: self.values.len() as u64,
            without_number: self.without_number,
            not_scored: counts.not_scored(),
            potts_score: spearman(&self.values, &self.potts),
            independent_score: self
                .independent
                .and_then(|scores| spearman(&self.values, &scores)),
            column: column.into(),
        }
    }
}
