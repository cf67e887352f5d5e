//! Writing a calibration.

use super::{Described, fill, scalar, seal, system_error, text};
use crate::calibration::Calibration;
use crate::error::{Error, Result};
use crate::io::files::whole_file::WholeFile;
use crate::io::models::hdf5::{CALIBRATION_FORMAT, CALIBRATION_SCHEMA, CalibrationOrigin};
use hdf5::File;
use std::path::Path;

/// Writes a calibration to `path`: all of it, or nothing.
///
/// # Errors
/// [`Error::Exists`] if there is a file and not `force`; [`Error::Io`] with the system's reason if writing fails.
pub fn write_calibration(
    calibration: &Calibration,
    origin: &CalibrationOrigin,
    path: &Path,
    force: bool,
) -> Result<()> {
    let target = WholeFile::new(path, force)?;
    fill(&target, |file| put(calibration, origin, file))
        .map_err(|error| Error::io("write", path)(system_error(error)))?;
    target.commit()
}

fn put(calibration: &Calibration, origin: &CalibrationOrigin, file: &File) -> hdf5::Result<()> {
    text(file, "format", CALIBRATION_FORMAT)?;
    scalar(file, "schema_version", CALIBRATION_SCHEMA)?;
    text(file, "model_sha256", &calibration.model_sha256)?;
    text(file, "created_by", &origin.created_by)?;
    text(file, "command_line", &origin.command_line)?;
    text(file, "input", &origin.input)?;
    text(file, "column", &origin.column)?;
    let (sites, residues) = calibration.shape();
    scalar(file, "sites", sites as u64)?;
    scalar(file, "residues", residues as u64)?;
    for (name, value) in [
        ("wild_type", calibration.wild_type),
        ("slope", calibration.slope),
        ("direction", calibration.direction),
        ("epistasis", calibration.epistasis),
        ("variance", calibration.variance),
        ("width", calibration.width),
        ("width_elsewhere", calibration.width_elsewhere),
    ] {
        scalar(file, name, value)?;
    }
    Described::new("bases", "site by residue: what the slope is multiplied with, summed over substitutions: effects, or scores of the model")
        .put(file, calibration.bases.view())?;
    Described::new("additions", "site by residue: what each substitution adds to the prediction beside the line, in the unit of the assay")
        .put(file, calibration.additions.view())?;
    Described::new(
        "variances",
        "site by residue: what each substitution adds to the variance, to which width belongs",
    )
    .put(file, calibration.variances.view())?;
    Described::new("measured", "1 for every site with measured mutants, else 0")
        .put_list(file, calibration.measured.iter().map(|&m| u8::from(m)))?;
    let columns = &calibration.columns;
    let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
    let names = serde_json::to_string(&names).map_err(|error| error.to_string())?;
    text(file, "columns", &names)?;
    Described::new(
        "column_slopes",
        "change of the prediction by one unit of each further column",
    )
    .put_list(file, columns.iter().map(|column| column.slope))?;
    Described::new(
        "column_means",
        "mean of each further column over the measured mutants",
    )
    .put_list(file, columns.iter().map(|column| column.mean))?;
    seal(file)
}
