//! The measured rows of a table, for a fit.

use super::args::{Request, ScoreMutantsArgs};
use super::measured::Measured;
use super::reading::Reading;
use super::summary::Summary;
use super::{Job, numbering, rows};
use crate::calibration::Measurements;
use crate::error::{Error, Result};
use crate::io::tables::mutants::{MutantTable, open};
use crate::model::Model;
use crate::mutants::{Change, MutantScorer};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Write};
use std::path::Path;

/// Columns that are taken for the measured one where none is named.
const USUAL: [&str; 5] = ["score", "dms_score", "fitness", "value", "measured"];

/// Where measured rows go.
pub(super) struct Collected {
    /// The column of the values; empty until the table is open, where none is named.
    pub column: String,
    /// Further columns.
    pub with: Vec<String>,
    /// Whether there is a measured column; without one mutants alone are taken.
    pub has_values: bool,
    measurements: Measurements,
    dropped: Dropped,
}

/// Rows of an assay that a fit does not take.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Dropped {
    /// Of the wild type and synonymous.
    pub wild_type: u64,
    /// Without a number in a further column.
    pub without_column: u64,
    /// More rows of a mutant that stands in several: their values are averaged.
    pub repeated: u64,
}

/// The measured mutants of a table.
pub struct Assay {
    /// The different mutants and their values.
    pub measurements: Measurements,
    /// What was left out of the rows with a score and a number.
    pub dropped: Dropped,
    /// What became of all rows.
    pub summary: Summary,
    /// The column of the values.
    pub column: String,
}

/// Reads the measured mutants of the table that `args` name, with further columns.
///
/// # Errors
/// As for scoring the table, and if a column is missing.
pub fn measured(
    model: &Model,
    args: &ScoreMutantsArgs,
    with: &[String],
    messages: &mut dyn Write,
) -> Result<Assay> {
    let collected = Collected {
        column: args.against.clone().unwrap_or_default(),
        with: with.to_vec(),
        has_values: true,
        measurements: Measurements::default(),
        dropped: Dropped::default(),
    };
    collect((model, MutantScorer::of(model)?), args, collected, messages)
}

/// The mutants of a table that a scorer, of a target or of a background, has a score of, each by site.
///
/// # Errors
/// As for scoring the table.
pub fn mutants_of_table(
    (model, scorer): (&Model, MutantScorer),
    table: &Path,
    messages: &mut dyn Write,
) -> Result<BTreeSet<Vec<Change>>> {
    let args = ScoreMutantsArgs::of_table(Path::new(""), table);
    let collected = Collected {
        column: String::new(),
        with: Vec::new(),
        has_values: false,
        measurements: Measurements::default(),
        dropped: Dropped::default(),
    };
    let assay = collect((model, scorer), &args, collected, messages)?;
    Ok(assay.measurements.variants.into_iter().collect())
}

fn collect(
    (model, scorer): (&Model, MutantScorer),
    args: &ScoreMutantsArgs,
    collected: Collected,
    messages: &mut dyn Write,
) -> Result<Assay> {
    let request = Request::of(args)?;
    let Request::Table(path) = request else {
        return Err(Error::Usage("an assay is a table".into()));
    };
    let mut input = open(path)?;
    let mut job = Job {
        scorer,
        args,
        name: request.name(),
        offset: args.offset.given(),
        numbering: args.numbering.as_deref().map(numbering::read).transpose()?,
        chain_column: None,
        calibration: None,
        extras: Vec::new(),
        collected: Some(collected),
    };
    job.check_chains(&model.columns)?;
    let reading = Reading::of(&job, model)?;
    if job.has_values() {
        job.announce(model.target.as_deref(), messages);
    }
    let sink = &mut std::io::sink();
    let summary = rows::score_table(&mut job, &mut *input, reading, sink, messages)
        .map_err(|refusal| refusal.error)?;
    let collected = job.collected.take();
    let collected =
        collected.ok_or_else(|| Error::Numerical("the rows of the table are lost".into()))?;
    Ok(Assay {
        measurements: collected.measurements,
        dropped: collected.dropped,
        column: collected.column,
        summary,
    })
}

impl Job<'_> {
    /// Whether measured values are collected.
    fn has_values(&self) -> bool {
        self.collected.as_ref().is_some_and(|c| c.has_values)
    }

    /// Whether mutants are collected without values.
    pub(super) fn takes_mutants_alone(&self) -> bool {
        self.collected.as_ref().is_some_and(|c| !c.has_values)
    }
}

impl Collected {
    /// The place of the measured column.
    ///
    /// # Errors
    /// If it is not there, or none is named and none has a usual name.
    pub fn measured_column<R: BufRead>(&mut self, table: &MutantTable<R>) -> Result<usize> {
        if self.column.is_empty() {
            let names = table.layout().column_names();
            let usual = USUAL.iter().find_map(|usual| {
                let is_it = |name: &&String| name.eq_ignore_ascii_case(usual);
                names.iter().find(is_it)
            });
            self.column = usual.cloned().ok_or_else(|| {
                Error::Usage(
                    "which column holds the measured values? no column is called score, DMS_score, fitness, value or measured\n  name it with --against COLUMN".into(),
                )
            })?;
        }
        table.column(&self.column)
    }

    /// Takes the rows of a whole table, of mutants in several rows the mean.
    pub fn take(&mut self, measured: &Measured, separator: u8) {
        let extras = self.with.len();
        let mut found: BTreeMap<Vec<(usize, u8)>, usize> = BTreeMap::new();
        let mut counts: Vec<f64> = Vec::new();
        let all = &mut self.measurements;
        all.columns.clone_from(&self.with);
        for row in measured.rows(extras, separator) {
            if row.changes.is_empty() {
                self.dropped.wild_type += 1;
                continue;
            }
            if row.extras.iter().any(|value| value.is_nan()) {
                self.dropped.without_column += 1;
                continue;
            }
            let key = |c: &Change| (c.site, c.state);
            let key: Vec<(usize, u8)> = row.changes.iter().map(key).collect();
            let next = all.variants.len();
            let place = *found.entry(key).or_insert(next);
            if place == next {
                all.variants.push(row.changes);
                all.values.push(row.value);
                all.extras.push(row.extras.to_vec());
                counts.push(1.0);
                continue;
            }
            self.dropped.repeated += 1;
            counts[place] += 1.0;
            all.values[place] += (row.value - all.values[place]) / counts[place];
            for (mean, value) in all.extras[place].iter_mut().zip(row.extras) {
                *mean += (value - *mean) / counts[place];
            }
        }
    }
}
