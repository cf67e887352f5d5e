//! `potts plan`: what it says of a family holds for the fit that follows.

mod common;

use common::data;
use std::process::Command;

fn json(arguments: &[&str]) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_potts"))
        .args(arguments)
        .arg(data("planted.a2m"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn sizes_are_those_of_the_fit() {
    let folder = tempfile::tempdir().unwrap();
    let plan = json(&["plan", "--json"]);
    for method in ["plm", "plm-asymmetric", "mean-field", "independent"] {
        let model = folder.path().join(method).with_extension("h5");
        let name = model.to_str().unwrap();
        let fit = json(&["fit", "--json", "--method", method, "-o", name]);
        let planned = &plan["methods"][method];
        assert_eq!(planned["memory_bytes"], fit["timings"]["predicted_bytes"]);
        let planned = planned["model_bytes"].as_f64().unwrap();
        let written = std::fs::metadata(&model).unwrap().len() as f64;
        assert!(
            (planned / written - 1.0).abs() < 0.1,
            "{method}: {planned} {written}"
        );
        for what in ["sites", "states", "neff"] {
            assert_eq!(plan[what], fit[what], "{what}");
        }
        assert_eq!(plan["sequences"], fit["sequences_kept"]);
    }
    // The planted family's groups take about as many evaluations as the whole.
    let evaluations = plan["trial"]["evaluations"].as_f64().unwrap();
    assert!((10.0..40.0).contains(&evaluations), "{evaluations}");
}

#[test]
fn too_little_memory_changes_the_method_or_is_refused() {
    let plan = json(&["plan", "--json", "--max-memory", "50MB"]);
    assert_eq!(plan["recommended"]["method"], "plm-asymmetric");
    let output = Command::new(env!("CARGO_BIN_EXE_potts"))
        .args(["plan", "--max-memory", "5MB"])
        .arg(data("planted.a2m"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("5.0 MB are available"));
}
