//! Sequences that are left out of fits.

use super::support::{Bench, data};

#[test]
fn couplings_know_more_of_sequences_left_out_than_sites_alone() {
    let bench = Bench::new();
    let planted = data("planted.a2m").display().to_string();
    let fit = |model: &str, options: &str| {
        bench.works(&format!(
            "fit {planted} -o {model} --tolerance 1e-3 --json {options}"
        ))
    };
    let plain = fit("v.h5", "--validate --threads 1");
    let found = &plain.json()["validation"];
    let number = |value: &serde_json::Value, name: &str| value[name].as_f64().unwrap();
    assert!(number(found, "gain") > 0.05);
    assert!(number(found, "perplexity_potts") > 1.0);
    assert!(number(found, "perplexity_independent") < 20.0);
    assert_eq!(found["folds"].as_array().unwrap().len(), 1);
    let neff = plain.json()["neff"].as_f64().unwrap();
    let share = number(&found["folds"][0], "neff") / neff;
    assert!((0.15..=0.2).contains(&share), "{share}");
    assert!(plain.stderr.contains("left out"), "{}", plain.stderr);
    let folds = fit("w.h5", "--validate --folds 3 --threads 3");
    let found = folds.json()["validation"].clone();
    let all: f64 = (0..3).map(|k| number(&found["folds"][k], "neff")).sum();
    assert!((all - neff).abs() < 1e-6);
    assert!(number(&found, "gain_se") < number(&found, "gain"));
    // The fit itself uses all sequences.
    fit("plain.h5", "");
    for model in ["v.h5", "w.h5"] {
        assert!(super::support::same_numbers(
            &bench.model(model),
            &bench.model("plain.h5")
        ));
    }
    let info = bench.json("info w.h5");
    assert_eq!(info["validation"], found);
    assert!(bench.works("info w.h5").stdout.contains("perplexity"));
}

#[test]
fn a_penalty_is_chosen_by_what_is_left_out() {
    let bench = Bench::new();
    let planted = data("planted.a2m").display().to_string();
    let run = bench.works(&format!(
        "fit {planted} -o a.h5 --tolerance 1e-3 --json --lambda-j auto"
    ));
    let json = run.json();
    let found = &json["validation"];
    let tried = found["tried"].as_array().unwrap();
    let best = |a: &&serde_json::Value, b: &&serde_json::Value| {
        let number = |value: &serde_json::Value| value["potts"].as_f64().unwrap();
        number(a).total_cmp(&number(b))
    };
    let best = tried.iter().min_by(best).unwrap()["lambda_j_factor"]
        .as_f64()
        .unwrap();
    assert_eq!(found["lambda_j_factor"].as_f64(), Some(best));
    let lambda = json["fit"]["penalties"]["lambda_j"].as_f64().unwrap();
    assert!((lambda - best * 75.0 * 19.0).abs() < 1e-6 * lambda);
    assert!(
        run.stderr.contains("(L-1)(q-1), which suits"),
        "{}",
        run.stderr
    );
}

#[test]
fn too_few_clusters_and_other_commands_are_refused() {
    let bench = Bench::with_model();
    bench.write("three.fa", ">a\nACDEF\n>b\nCDEFA\n>c\nDEFAC\n");
    let run = bench.run("fit three.fa -o x.h5 --validate");
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("too few to leave some out"),
        "{}",
        run.stderr
    );
    let run = bench.run("objective family.h5 family.fa --lambda-j auto");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--lambda-j auto"), "{}", run.stderr);
}
