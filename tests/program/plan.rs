//! `potts plan`: what it says of a family holds for the fit that follows.

use crate::support::{Bench, data};

#[test]
fn sizes_are_those_of_the_fit() {
    let bench = Bench::new();
    let family = data("planted.a2m").display().to_string();
    let json = |arguments: &str| bench.works(&format!("{arguments} --json {family}")).json();
    let plan = json("plan");
    for method in ["plm", "plm-asymmetric", "mean-field", "independent"] {
        let fit = json(&format!(
            "fit --method {method} -o {method}.h5 --max-iterations 3"
        ));
        let planned = &plan["methods"][method];
        // The plan has grown the trees, the fit foretells what they take before it does.
        let memory = planned["memory_bytes"].as_f64().unwrap();
        let predicted = fit["timings"]["predicted_bytes"].as_f64().unwrap();
        let limit = if method.starts_with("plm") { 0.1 } else { 0.0 };
        assert!(
            (memory / predicted - 1.0).abs() <= limit,
            "{method}: {memory} {predicted}"
        );
        let planned = planned["model_bytes"].as_f64().unwrap();
        let model = bench.path(&format!("{method}.h5"));
        let written = std::fs::metadata(model).unwrap().len() as f64;
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
    let bench = Bench::new();
    let family = data("planted.a2m").display().to_string();
    let plan = bench.works(&format!("plan --json --max-memory 47MB {family}"));
    assert_eq!(plan.json()["recommended"]["method"], "plm-asymmetric");
    let plan = format!("plan --max-memory 5MB {family}");
    assert_eq!(bench.run(&plan).code, 1);
    assert!(bench.run(&plan).stderr.contains("5.0 MB are available"));
}
