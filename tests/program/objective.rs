//! `potts objective`: what a fit says it ended at is what its model has, and other models are measured by the same measure.

use crate::support::{Bench, part_of_planted};
use std::fs;

/// The objective and its parts as `potts objective --json` prints them.
fn measured(bench: &Bench, arguments: &str) -> serde_json::Value {
    let run = bench.run(&format!("objective {arguments} --json"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn number(json: &serde_json::Value, name: &str) -> f64 {
    json[name].as_f64().unwrap()
}

#[test]
fn it_is_what_the_fit_ended_at() {
    let bench = Bench::new();
    bench.write("planted.a2m", part_of_planted(5, 42));
    let planted = "planted.a2m";
    for options in [
        "",
        "--like plmc --max-iterations 3",
        "--like ccmpred --max-iterations 3",
    ] {
        let fit = bench.run(&format!("fit {planted} -o m.h5 --force --json {options}"));
        assert_eq!(fit.code, 0, "{}", fit.stderr);
        let fit: serde_json::Value = serde_json::from_str(&fit.stdout).unwrap();
        let claimed = number(&fit["fit"], "objective");
        let options = options.split(" --max").next().unwrap();
        let measured = measured(&bench, &format!("m.h5 {planted} {options}"));
        let objective = number(&measured, "objective");
        assert!(
            (objective - claimed).abs() < 1e-6 * claimed,
            "{options}: {objective} {claimed}"
        );
        let parts = [
            "negative_log_pseudolikelihood",
            "field_penalty",
            "coupling_penalty",
        ];
        let sum: f64 = parts.iter().map(|part| number(&measured, part)).sum();
        assert!((objective - sum).abs() < 1e-9 * sum);
        assert!(number(&measured, "coupling_penalty") > 0.0);
    }
}

#[test]
fn the_optimum_is_the_lowest_and_couplings_tell_of_the_family() {
    let bench = Bench::new();
    bench.write("planted.a2m", part_of_planted(5, 42));
    let planted = "planted.a2m";
    bench.run(&format!("fit {planted} -o best.h5"));
    bench.run(&format!("fit {planted} -o early.h5 --max-iterations 2"));
    bench.run(&format!(
        "fit {planted} -o independent.h5 --method independent"
    ));
    let of = |model: &str| measured(&bench, &format!("{model} {planted}"));
    let (best, early, independent) = (of("best.h5"), of("early.h5"), of("independent.h5"));
    assert!(number(&best, "objective") < number(&early, "objective"));
    assert!(number(&best, "perplexity") < 0.9 * number(&independent, "perplexity"));
    assert_eq!(independent["coupling_penalty"].to_string(), "0.0");
    assert!(number(&independent, "perplexity") < 20.0);
}

#[test]
fn a_model_that_does_not_belong_is_refused_or_said() {
    let bench = Bench::new();
    bench.write("planted.a2m", part_of_planted(5, 42));
    let planted = "planted.a2m";
    bench.run("fit family.fa -o family.h5");
    let other = bench.run(&format!("objective family.h5 {planted}"));
    assert_eq!((other.code, other.stdout.as_str()), (1, ""));
    assert!(
        other.stderr.contains("the model has 8 sites of 20 states"),
        "{}",
        other.stderr
    );
    let text = fs::read_to_string(bench.path("family.fa")).unwrap();
    bench.write("moved.fa", text.replace("/10-17", "/20-27").as_bytes());
    let moved = bench.run("objective family.h5 moved.fa");
    assert_eq!(moved.code, 0, "{}", moved.stderr);
    assert!(
        moved
            .stderr
            .contains("position 10 of the model and 20 of the alignment"),
        "{}",
        moved.stderr
    );
}

#[test]
fn the_penalties_are_those_of_the_model_unless_others_are_given() {
    let bench = Bench::new();
    bench.write("planted.a2m", part_of_planted(5, 42));
    let fit = bench
        .works("fit planted.a2m -o m.h5 --lambda-h 1e3 --lambda-j 0.02x --json")
        .json();
    let claimed = number(&fit["fit"], "objective");
    let near = |found: f64, wanted: f64| (found - wanted).abs() < 1e-6 * wanted;
    let own = measured(&bench, "m.h5 planted.a2m");
    assert!(near(number(&own, "objective"), claimed), "{own} {claimed}");
    // One by one, both by a preset, and all conventions by another program's.
    let of = |options: &str, part: &str| {
        number(
            &measured(&bench, &format!("m.h5 planted.a2m {options}")),
            part,
        )
    };
    let fields = number(&own, "field_penalty");
    let couplings = number(&own, "coupling_penalty");
    assert!(near(of("--lambda-h 500", "field_penalty"), fields / 2.0));
    assert!(near(of("--lambda-h 500", "coupling_penalty"), couplings));
    assert!(near(
        of("--lambda-j 0.01x", "coupling_penalty"),
        couplings / 2.0
    ));
    assert!(near(of("--lambda-j 0.01x", "field_penalty"), fields));
    assert!(near(of("--preset balanced", "field_penalty"), fields / 1e3));
    assert!(near(
        of("--preset balanced", "coupling_penalty"),
        couplings * 0.75
    ));
    for like in ["plmc", "ccmpred"] {
        let fit =
            format!("fit planted.a2m -o like.h5 --force --json --max-iterations 3 --like {like}");
        let claimed = number(&bench.works(&fit).json()["fit"], "objective");
        // The rows, columns and weights are those of the other program, the penalties both its and the model's.
        let found = number(
            &measured(&bench, &format!("like.h5 planted.a2m --like {like}")),
            "objective",
        );
        assert!(near(found, claimed), "{like}: {found} {claimed}");
    }
    bench.works("fit planted.a2m -o mf.h5 --method mean-field -q");
    let said = bench.works("objective mf.h5 planted.a2m").stderr;
    assert!(said.contains("tells no penalties"), "{said}");
}
