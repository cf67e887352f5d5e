//! `potts fit --start`: from a model that is there, the same optimum in fewer steps.

use crate::support::{Bench, part_of_planted, sha256};

/// A folder with `family.a2m`, and `start.h5` fitted to it under other penalties.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(10, 42));
    bench.works("fit family.a2m -o start.h5 --lambda-j 0.02x -q");
    bench
}

fn number(fit: &serde_json::Value, name: &str) -> f64 {
    fit["fit"][name].as_f64().unwrap()
}

#[test]
fn it_ends_where_a_cold_fit_does_in_fewer_evaluations() {
    let bench = bench();
    for method in ["plm", "plm-asymmetric"] {
        let fit = format!("fit family.a2m --method {method}");
        let cold = bench.json(&format!("{fit} -o cold.h5 --force"));
        let warm = bench.json(&format!("{fit} -o warm.h5 --force --start start.h5"));
        let objectives = [&cold, &warm].map(|fit| number(fit, "objective"));
        let evaluations = [&cold, &warm].map(|fit| number(fit, "evaluations"));
        let tolerance = number(&cold, "tolerance");
        assert!(
            (objectives[1] - objectives[0]).abs() < tolerance * objectives[0],
            "{method}: {objectives:?}"
        );
        assert!(evaluations[1] < evaluations[0], "{method}: {evaluations:?}");
        assert_eq!(warm["converged"], true);
    }
}

#[test]
fn the_record_names_it() {
    let bench = bench();
    let digest = sha256(&bench.path("start.h5"));
    for method in ["plm", "plm-asymmetric"] {
        bench.works(&format!(
            "fit family.a2m --method {method} --start start.h5 -o warm.h5 --force -q"
        ));
        let info = bench.json("info warm.h5");
        assert_eq!(info["fit"]["start_sha256"], digest.as_str());
        assert!(bench.works("info warm.h5").stdout.contains(&digest));
    }
    assert!(bench.json("info start.h5")["fit"]["start_sha256"].is_null());
}

#[test]
fn what_it_does_not_go_with_is_refused_by_name() {
    let bench = bench();
    let fit = "fit family.a2m -o x.h5 --start start.h5";
    for (options, code, words) in [
        (
            "--gaps state",
            1,
            &["start from", "--gaps missing", "--gaps state"][..],
        ),
        (
            "--method mean-field",
            2,
            &["--start has no effect", "--method mean-field"],
        ),
        (
            "--method independent",
            2,
            &["--start has no effect", "--method independent"],
        ),
        (
            "--optimizer argmin-lbfgs",
            2,
            &["--start", "--optimizer lbfgs"],
        ),
        (
            "--optimizer argmin-lbfgs --method plm-asymmetric",
            2,
            &["--start", "--optimizer lbfgs"],
        ),
    ] {
        bench.fails(&format!("{fit} {options}"), code, words);
    }
    bench.works("fit family.a2m -o independent.h5 --method independent -q");
    bench.fails(
        "fit family.a2m -o x.h5 --start independent.h5",
        1,
        &["start from a model", "need couplings", "independent"],
    );
    bench.write("rna.fa", ">a\nACGUACGU\n>b\nACGUACGA\n>c\nACCUACGA\n");
    bench.fails(
        "fit rna.fa -o x.h5 --start start.h5",
        1,
        &["start from", "ACDEFGHIKLMNPQRSTVWY", "ACGU"],
    );
    bench.works("fit family.fa --offset 500 -q");
    bench.fails(
        "fit family.a2m -o start.h5 --start start.h5 --force",
        2,
        &["would be written over"],
    );
    bench.fails("fit family.fa -o x.h5 --start none.h5", 1, &["none.h5"]);
    bench.fails("fit family.fa -o x.h5 --start family.fa", 3, &["family.fa"]);
}

/// Another numbering, another place in the file: the same sites.
#[test]
fn sites_are_matched_by_column_or_else_by_position() {
    let bench = bench();
    bench.works("fit family.a2m -o own.h5 -q");
    let end = bench.json("info own.h5")["fit"]["objective"].clone();
    let end = end.as_f64().unwrap();
    let begins_at = |fit: &str| {
        bench.works(&format!(
            "fit {fit} -o warm.h5 --force --max-iterations 1 -q"
        ));
        bench.model("warm.h5").record.unwrap().history[0].objective
    };
    let cold = begins_at("family.a2m");
    assert!(cold > 1.1 * end, "{cold} {end}");
    // The same columns under other numbers.
    let renumbered = begins_at("family.a2m --offset 900 --start own.h5");
    assert!((renumbered / end - 1.0).abs() < 1e-6, "{renumbered} {end}");
    // The same numbers in other columns.
    let moved = bench.read("family.a2m").replace('\n', "\n.");
    let moved = moved.replace(".>", ">");
    bench.write("moved.a2m", moved.trim_end_matches('.'));
    let moved = begins_at("moved.a2m --start own.h5");
    assert!((moved / end - 1.0).abs() < 1e-6, "{moved} {end}");
    // Fewer columns: what is left of them begins near its own end.
    let trimmed = "family.a2m --max-column-gap 0.04";
    let fit = bench.json(&format!("fit {trimmed} -o trimmed.h5"));
    let sites = fit["sites"].as_u64().unwrap();
    assert!((10..40).contains(&sites), "{sites}");
    let (cold, warm) = (
        begins_at(trimmed),
        begins_at(&format!("{trimmed} --start own.h5")),
    );
    let end = number(&fit, "objective");
    assert!(
        end <= warm && warm < 0.5 * (cold + end),
        "{end} {warm} {cold}"
    );
}

/// A state belongs to the model that its fit began at.
#[cfg(unix)]
#[test]
fn a_state_of_another_start_is_not_taken_up() {
    use crate::interruption::{SYMMETRIC, refused, stopped};

    let bench = stopped(bench(), &format!("{SYMMETRIC} --start start.h5"));
    let fit = format!("fit family.a2m -o m.h5 {SYMMETRIC}");
    bench.works("fit family.a2m -o other.h5 --lambda-j 0.03x -q");
    let digest = sha256(&bench.path("start.h5"));
    let said = refused(&bench, &format!("{fit} --start other.h5"), 2);
    let other = sha256(&bench.path("other.h5"));
    let words = format!("start: {digest} then, {other} now");
    assert!(
        said.contains(&words) && said.contains("--restart"),
        "{said}"
    );
    let said = refused(&bench, &fit, 2);
    assert!(said.contains(&format!("start: {digest} then, none now")));
    // By another name it is the same model.
    std::fs::rename(bench.path("start.h5"), bench.path("renamed.h5")).unwrap();
    let resumed = bench.works(&format!("{fit} --start renamed.h5"));
    assert!(resumed.stderr.contains("resumed"), "{}", resumed.stderr);
}
