//! Predictions of a calibration beside the scores.

use super::Job;
use super::args::{Format, Request, ScoreMutantsArgs};
use super::decimals::{self, Reading};
use crate::calibration::{Calibration, Prediction};
use crate::error::{Error, Place, Result};
use crate::io::files::source::file_sha256;
use crate::io::models::hdf5::read_calibration;
use crate::io::tables::mutants::{MutantTable, Row};
use crate::model::Model;
use crate::mutants::{Change, Outcome};
use std::io::BufRead;
use std::path::Path;

/// Characters of a digest that are shown.
const SHOWN: usize = 12;

/// The calibration that is asked for, if one is: it must be that of the model's file.
///
/// # Errors
/// If it cannot be read or is of another model, or what is asked for has no place for it.
pub(super) fn read(
    model: &Model,
    args: &ScoreMutantsArgs,
    request: &Request,
) -> Result<Option<Calibration>> {
    let Some(path) = &args.calibration else {
        return Ok(None);
    };
    if let Request::AllSingle(Some(Format::Evcouplings)) = request {
        return Err(Error::Usage(
            "--calibration adds columns to a table, and --format evcouplings has no place for them"
                .into(),
        ));
    }
    let calibration = of_model(path, model, &args.model)?;
    if !calibration.columns.is_empty() && !matches!(request, Request::Table(_)) {
        let names: Vec<&str> = calibration.columns.iter().map(|c| &*c.name).collect();
        return Err(Error::Usage(format!(
            "the calibration takes the column{} {} of a table\n  give a table that has it with --file TABLE",
            if names.len() > 1 { "s" } else { "" },
            names.join(", ")
        )));
    }
    Ok(Some(calibration))
}

/// The calibration in a file, which must be that of the model of another.
///
/// # Errors
/// If it cannot be read or is of another model.
pub fn of_model(path: &Path, model: &Model, model_path: &Path) -> Result<Calibration> {
    let calibration = read_calibration(path)?;
    let own = file_sha256(model_path)?;
    let shape = (model.sites(), model.alphabet.residues());
    if calibration.model_sha256 == own && calibration.shape() == shape {
        return Ok(calibration);
    }
    let short = |digest: &str| digest.chars().take(SHOWN).collect::<String>();
    Err(Error::input(
        Place::file(path.display().to_string()),
        format!(
            "a calibration of another model: of the file with SHA-256 {}..., and {} has {}...",
            short(&calibration.model_sha256),
            model_path.display(),
            short(&own)
        ),
        format!(
            "give the model that it was made of, or make one of this: potts calibrate {} --assay TABLE -o CAL.h5",
            model_path.display()
        ),
    ))
}

impl Job<'_> {
    /// Finds the further columns in a table.
    ///
    /// # Errors
    /// If one is missing.
    pub(super) fn find_extras<R: BufRead>(&mut self, table: &MutantTable<R>) -> Result<()> {
        let names: Vec<&str> = match (&self.collected, &self.calibration) {
            (Some(collected), _) => collected.with.iter().map(String::as_str).collect(),
            (None, Some(calibration)) => calibration.columns.iter().map(|c| &*c.name).collect(),
            (None, None) => Vec::new(),
        };
        self.extras = names
            .into_iter()
            .map(|name| table.column(name))
            .collect::<Result<_>>()?;
        Ok(())
    }

    /// The further columns of a row.
    pub(super) fn extras(&self, row: &Row) -> Vec<Option<f64>> {
        let value = |&column: &usize| {
            let cell = row.cell(column).unwrap_or_default();
            match decimals::read(&cell) {
                _ if row.surplus() => None,
                Reading::Number(value)
                | Reading::WithPoint(value)
                | Reading::WithComma { value, .. } => Some(value),
                _ => None,
            }
        };
        self.extras.iter().map(value).collect()
    }

    /// What is predicted of a row; nothing without a calibration, a score, or a number in each further column.
    pub(super) fn prediction(
        &self,
        outcome: &Outcome,
        changes: &[Change],
        row: Option<&Row>,
    ) -> Option<Prediction> {
        let calibration = self.calibration.as_ref()?;
        let score = outcome.score()?;
        if !calibration.covers(changes) {
            return None;
        }
        let extras = row.map_or(Some(Vec::new()), |row| {
            self.extras(row).into_iter().collect()
        })?;
        Some(calibration.predict(changes, &score, &extras))
    }
}
