//! What a calibration says of itself (`potts info`).

use crate::calibration::Calibration;
use crate::io::models::hdf5::CalibrationOrigin;
use crate::io::tables::push_measured;
use crate::report::words::Group;
use serde_json::{Value, json};

/// Sites with measured mutants.
fn measured(calibration: &Calibration) -> usize {
    let measured = calibration.measured.iter();
    measured.filter(|&&is_measured| is_measured).count()
}

/// A number in any unit.
fn shown(value: f64) -> String {
    let mut text = Vec::new();
    push_measured(value, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// In words.
pub fn calibration_groups(calibration: &Calibration, origin: &CalibrationOrigin) -> [Group; 2] {
    let (sites, residues) = calibration.shape();
    let good = match calibration.direction < 0.0 {
        true => "low values are the good ones",
        false => "high values are the good ones",
    };
    let columns: Vec<&str> = calibration.columns.iter().map(|c| &*c.name).collect();
    let mut facts = vec![
        (
            "of the model",
            format!("SHA-256 {}", calibration.model_sha256),
        ),
        (
            "shape",
            format!(
                "{sites} sites, {residues} residues; {} sites with measured mutants",
                measured(calibration)
            ),
        ),
        (
            "wild type",
            format!(
                "{} in the unit of the assay{}",
                shown(calibration.wild_type),
                match columns.is_empty() {
                    true => "",
                    false => ", further columns at their means",
                }
            ),
        ),
        (
            "slope",
            format!(
                "{} by a unit of the effect; {good}",
                shown(calibration.slope)
            ),
        ),
        (
            "epistasis",
            format!("{} by a nat", shown(calibration.epistasis)),
        ),
    ];
    if !columns.is_empty() {
        facts.push(("columns", columns.join(", ")));
    }
    let origin = vec![
        (
            "assay",
            format!("{}, column {}", origin.input, origin.column),
        ),
        ("program", origin.created_by.clone()),
        ("command", origin.command_line.clone()),
    ];
    [("Calibration", facts), ("Origin", origin)]
}

/// For programs.
pub fn calibration_json(calibration: &Calibration, origin: &CalibrationOrigin) -> Value {
    let (sites, residues) = calibration.shape();
    let column = |c: &crate::calibration::ExtraColumn| json!({"name": c.name, "slope": c.slope, "mean": c.mean});
    let columns: Vec<Value> = calibration.columns.iter().map(column).collect();
    json!({
        "calibration": true,
        "model_sha256": calibration.model_sha256,
        "sites": sites,
        "residues": residues,
        "measured_sites": measured(calibration),
        "wild_type": calibration.wild_type,
        "slope": calibration.slope,
        "low_is_good": calibration.direction < 0.0,
        "epistasis": calibration.epistasis,
        "columns": columns,
        "input": origin.input,
        "column": origin.column,
        "created_by": origin.created_by,
        "command_line": origin.command_line,
    })
}
