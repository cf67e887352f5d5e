//! Reading a calibration.

use super::fetch::{self, Found, Node, Problem};
use super::layout::Layout;
use super::{blame, matrix};
use crate::calibration::{Calibration, ExtraColumn};
use crate::error::Result;
use crate::io::models::hdf5::{CALIBRATION_FORMAT, CALIBRATION_SCHEMA, CalibrationOrigin, FORMAT};
use ndarray::Array2;
use std::path::Path;

/// Reads a calibration and checks everything that predictions rely on.
///
/// # Errors
/// [`crate::Error::Io`] if the file cannot be opened; [`crate::Error::Input`] if it is no calibration, incomplete, damaged or of a newer schema.
pub fn read_calibration(path: &Path) -> Result<Calibration> {
    let opened = fetch::open(path, |layout| *layout == Layout::Own)?;
    let found = opened.and_then(|opened| {
        let foreign = || Problem::foreign("not laid out as `potts calibrate` lays files out");
        calibration(opened.ok_or_else(foreign)?.0)
    });
    found.map_err(|problem| blame(path)(worded(problem)))
}

/// What a file holds, where it is a calibration, and how it came about; `None` where it is something else.
///
/// # Errors
/// As [`read_calibration`], of files that say that they are calibrations.
pub fn described_calibration(path: &Path) -> Result<Option<(Calibration, CalibrationOrigin)>> {
    let Ok(Ok(Some((root, _)))) = fetch::open(path, |layout| *layout == Layout::Own) else {
        return Ok(None);
    };
    let text = |name: &str| root.optional_text(name).ok().flatten();
    if text("format").as_deref() != Some(CALIBRATION_FORMAT) {
        return Ok(None);
    }
    let origin = CalibrationOrigin {
        created_by: text("created_by").unwrap_or_default(),
        command_line: text("command_line").unwrap_or_default(),
        input: text("input").unwrap_or_default(),
        column: text("column").unwrap_or_default(),
    };
    read_calibration(path).map(|calibration| Some((calibration, origin)))
}

/// The same of calibrations.
fn worded(problem: Problem) -> Problem {
    Problem {
        what: problem
            .what
            .replacen("incomplete model", "incomplete calibration", 1)
            .replacen("so not a model", "so not a calibration", 1),
        advice: "give a file as `potts calibrate` writes it, or calibrate again",
    }
}

fn calibration(root: Node) -> Found<Calibration> {
    let format = root.optional_text("format")?.unwrap_or_default();
    if format != CALIBRATION_FORMAT {
        return Err(Problem::foreign(match format == FORMAT {
            true => "a model, not a calibration of one",
            false => "an HDF5 file, but not a calibration",
        }));
    }
    let schema = root.count("schema_version")?;
    if schema != CALIBRATION_SCHEMA {
        return Err(Problem::foreign(
            "a calibration of another version of potts",
        ));
    }
    let root = root.with_checksums()?;
    let shape = (root.size("sites")?, root.size("residues")?);
    let table = |name: &str| -> Found<Array2<f64>> {
        let values = root.finite::<f64>(name, &[shape.0, shape.1])?;
        matrix(shape.0, shape.1, values)
    };
    let calibration = Calibration {
        model_sha256: root.text("model_sha256")?,
        wild_type: root.number("wild_type")?,
        slope: root.number("slope")?,
        direction: root.number("direction")?,
        bases: table("bases")?,
        additions: table("additions")?,
        epistasis: root.number("epistasis")?,
        columns: columns(&root)?,
        variance: root.number("variance")?,
        variances: table("variances")?,
        measured: root.flags("measured", shape.0)?,
        width: root.number("width")?,
        width_elsewhere: root.number("width_elsewhere")?,
    };
    let widths = [calibration.width, calibration.width_elsewhere];
    let mut sizes = calibration.variances.iter().chain(&widths);
    if calibration.direction.abs() != 1.0 {
        return Err(Problem::damaged("its direction is neither 1 nor -1".into()));
    }
    match calibration.variance > 0.0 && sizes.all(|&size| size >= 0.0) {
        true => Ok(calibration),
        false => Err(Problem::damaged("a variance is negative".into())),
    }
}

fn columns(root: &Node) -> Found<Vec<ExtraColumn>> {
    let names: Vec<String> = serde_json::from_str(&root.text("columns")?)
        .map_err(|error| Problem::damaged(format!("its columns: {error}")))?;
    let slopes = root.finite::<f64>("column_slopes", &[names.len()])?;
    let means = root.finite::<f64>("column_means", &[names.len()])?;
    let all = names.into_iter().zip(slopes).zip(means);
    let column = |((name, slope), mean)| ExtraColumn { name, slope, mean };
    Ok(all.map(column).collect())
}
