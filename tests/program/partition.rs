//! log Z of models.

use super::support::{Bench, data};

/// E = -(unlike neighbours) of three sites in a line, with 30 (n_B - 1)^2 written out: n_B^2 as a field of 30 and a coupling of 60, 30 of the constant
/// spread over the three sites.
const ALLOY: &str = "\
1 A -10\n1 B 20\n2 A -10\n2 B 20\n3 A -10\n3 B 20\n\
1 B 2 B -60\n1 B 3 B -60\n2 B 3 B -60\n\
1 A 2 B 1\n1 B 2 A 1\n2 A 3 B 1\n2 B 3 A 1\n";

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 2e-6
}

#[test]
fn a_model_by_hand_has_the_partition_function_of_its_sum() {
    let bench = Bench::new();
    bench.write("alloy.txt", ALLOY);
    bench.works("convert alloy.txt alloy.h5");
    let e = std::f64::consts::E;
    let exact = (2.0 * e + e * e).ln();
    for model in ["alloy.txt", "alloy.h5"] {
        let run = bench.works(&format!("partition {model}"));
        assert!(close(run.numbers("log_z")[0], exact), "{}", run.stdout);
        assert_eq!(run.column("standing"), ["exact"]);
        assert_eq!(run.column("standard_error"), ["0.000000"]);
    }
    // By temperature: 2 exp(1/T) + exp(2/T), and what belongs to other compositions is nothing.
    let curve = bench.works("partition alloy.h5 --temperature-curve 0.25:4:5 -q");
    let temperatures = curve.numbers("temperature");
    assert!(close(temperatures[2], 1.0), "{temperatures:?}");
    for (t, log_z) in temperatures.into_iter().zip(curve.numbers("log_z")).take(3) {
        let exact = (2.0 * (1.0 / t).exp() + (2.0 / t).exp()).ln();
        assert!(close(log_z, exact), "{t}: {log_z} {exact}");
    }
}

#[test]
fn every_way_is_gone_and_the_best_is_kept() {
    let bench = Bench::new();
    bench.write("alloy.txt", ALLOY);
    bench.works("convert alloy.txt alloy.h5");
    bench.fails("partition alloy.txt --store", 2, &["potts convert"]);
    bench.fails(
        "partition alloy.h5 --store --temperature 2",
        2,
        &["--store"],
    );
    bench.fails("partition alloy.h5 --temperature 0", 2, &["0.001 to 1000"]);
    bench.fails(
        "partition alloy.h5 --temperature-curve 1:2",
        2,
        &["0.5:2:16"],
    );
    bench.fails(
        "partition alloy.h5 --estimator mean-field --store",
        2,
        &["bounds"],
    );
    let run = bench.works("partition alloy.h5 --estimator all --store -q");
    let ways = run.column("estimator");
    for way in [
        "enumeration",
        "elimination",
        "annealing",
        "integration",
        "mean-field",
        "trees",
    ] {
        assert!(ways.contains(&way), "{ways:?}");
    }
    // Kept, and all else with it.
    let info = bench.works("info alloy.h5").stdout;
    assert!(info.contains("log Z"), "{info}");
    let again = bench.works("partition alloy.h5 --json -q");
    let summary: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(summary["estimates"][0]["standing"], "exact");
    assert_eq!(summary["stored"], false);
}

#[test]
fn annealing_gives_the_same_on_any_number_of_threads() {
    let bench = Bench::planted();
    std::fs::copy(data("planted.a2m"), bench.path("planted.a2m")).unwrap();
    let command = "partition m.h5 --steps 60 --chains 64 --seed 3";
    let one = bench.works(&format!("{command} -t 1"));
    let two = bench.works(&format!("{command} -t 2 -o z.csv"));
    assert!(two.stderr.contains("log Z ="), "{}", two.stderr);
    let written = std::fs::read_to_string(bench.path("z.csv")).unwrap();
    assert_eq!(written.replace(',', "\t"), one.stdout);
    assert!(one.numbers("log_z")[0].is_finite());
    bench.fails("partition m.h5 --estimator enumeration", 2, &["few sites"]);
    bench.fails(&format!("{command} -o z.csv"), 1, &["z.csv", "--force"]);
    bench.fails("partition planted.a2m", 3, &["an alignment, not a model"]);
}

#[test]
fn independent_positions_are_exact() {
    let bench = Bench::planted();
    std::fs::copy(data("planted.a2m"), bench.path("planted.a2m")).unwrap();
    bench.works("fit planted.a2m --method independent -o i.h5 -q");
    let run = bench.works("partition i.h5");
    assert_eq!(run.column("standing"), ["exact"]);
    assert!(run.stderr.contains("exact"), "{}", run.stderr);
}
