//! Against exact values of small systems: full enumeration and high-precision optima by an independent program.

mod designs;
mod evaluations;
mod fits;
mod learning;
mod partitions;
mod samples;
mod systems;
mod weights;

use super::support::{checkout, text};
use serde_json::Value;

/// A file of reference values.
fn json(name: &str) -> Value {
    let path = checkout("tests/golden/exact")
        .join(name)
        .with_extension("json");
    serde_json::from_str(&text(&path)).unwrap()
}

/// All numbers of a nested array, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        other => vec![other.as_f64().unwrap()],
    }
}

fn states(value: &Value) -> Vec<Vec<u8>> {
    let row = |row: &Value| numbers(row).into_iter().map(|s| s as u8).collect();
    value.as_array().unwrap().iter().map(row).collect()
}

fn double(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&v| f64::from(v)).collect()
}
