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

/// Times are of this machine now; what has to be there is, and a model that chains cannot forget in is told so.
#[test]
fn of_a_model_all_that_may_take_long_is_told() {
    let bench = Bench::planted();
    let plan = bench.json("plan m.h5");
    assert_eq!(plan["sites"].as_u64(), Some(76), "{plan}");
    assert!(plan["sequences"].as_u64() > Some(1000), "{plan}");
    let names = [
        "sample",
        "partition",
        "evaluate",
        "energy, aligned",
        "energy, unaligned",
        "energy --verdict",
    ];
    let commands = plan["commands"].as_array().unwrap();
    assert_eq!(commands.len(), names.len());
    for (command, name) in commands.iter().zip(names) {
        assert_eq!(command["command"], *name);
        assert!(
            command["memory_bytes"].as_u64().unwrap() > 22_000_000,
            "{command}"
        );
        assert!(command["seconds"].as_f64().unwrap() > 0.0, "{command}");
        let is_by_number = name == "sample" || name.starts_with("energy, ");
        assert_eq!(
            command["sequences_per_second"].as_f64().is_some(),
            is_by_number
        );
    }
    let few = bench.json("sample m.h5 -n 1000");
    let forgotten = &plan["chains"]["mixing_sweeps"];
    assert_eq!(few["mixing_sweeps"], *forgotten, "{few}");

    // Couplings that no chain gets over: spins of one direction.
    bench.write("frozen.tsv", frozen(12));
    let said = bench.works("plan frozen.tsv -q").stdout;
    assert!(said.contains("had not forgotten after"), "{said}");
    assert!(
        said.contains("sample               ") && said.contains("unknown"),
        "{said}"
    );
}

/// Spins that all couple with each other so that they hardly ever turn.
fn frozen(sites: usize) -> String {
    let mut table = String::new();
    for i in 1..=sites {
        for j in i + 1..=sites {
            for a in ["A", "B"] {
                table += &format!("{i}\t{a}\t{j}\t{a}\t8\n");
            }
        }
    }
    table
}
