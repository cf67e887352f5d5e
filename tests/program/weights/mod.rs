//! `potts weights`, and `potts fit` with weights from a file.

mod peers;
mod refused;
mod sweep;

use crate::support::{Bench, Model, same_numbers, sha256};
use serde_json::Value;

/// Five columns: a tie at 0.8 between TARGET and b; d has an unknown letter, e covers two columns only.
const FAMILY: &str = "\
>TARGET/10-14 the target
ACDEF
>b
ACDEG
>c, or so
ACDEF
>d
ACXEF
>e
AC---
>f
GHIKL
";

/// A bench with this family.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("family.fa", FAMILY);
    bench
}

/// The weights of the sequences of a model.
fn weights(fitted: &Model) -> &[f64] {
    fitted.family.as_ref().unwrap().weights.as_slice()
}

#[test]
fn a_table_with_a_line_for_every_row() {
    let bench = bench();
    let run = bench.works("weights family.fa");
    let expected = "\
row\tname\tkept\tneighbours\tweight
1\tTARGET/10-14 the target\tyes\t3\t0.3333333333333333
2\tb\tyes\t3\t0.3333333333333333
3\tc, or so\tyes\t3\t0.3333333333333333
4\td\tunknown_letters\t\t0
5\te\tlow_coverage\t\t0
6\tf\tyes\t1\t1
";
    assert_eq!(run.stdout, expected);
    for word in [
        "6 read",
        "dropped 1 with unknown letters (X 1), 1 with too little coverage; 4 kept",
        "Neff = 2.0 effective sequences (identity >= 0.8), Neff/L = 0.40",
        "little data",
    ] {
        assert!(run.stderr.contains(word), "{word}:\n{}", run.stderr);
    }
    let quiet = bench.works("weights family.fa -q").stderr;
    assert!(quiet.starts_with("warning: 1 of 6") && quiet.lines().count() == 1);
}

#[test]
fn a_tie_is_a_matter_of_the_rule() {
    let bench = bench();
    for (rule, neighbours, said) in [
        ("0.8", ["3", "3", "3"], "identity >= 0.8"),
        (">=0.80", ["3", "3", "3"], "identity >= 0.8"),
        (">0.8", ["2", "1", "2"], "identity > 0.8"),
        (">ceil(0.7L)", ["2", "1", "2"], "identity > ceil(0.7 L)"),
        (">0.7", ["3", "3", "3"], "identity > 0.7"),
        (">1", ["1", "1", "1"], "identity > 1"),
        ("1", ["2", "1", "2"], "identity >= 1"),
    ] {
        let run = bench.works(&format!("weights family.fa --identity {rule}"));
        assert_eq!(run.column("neighbours")[..3], neighbours, "{rule}");
        assert!(run.stderr.contains(said), "{rule}: {}", run.stderr);
        bench.works(&format!("fit family.fa --identity {rule} --force -q"));
        let info = bench.works("info family.h5");
        assert!(info.stdout.contains(said), "{rule}: {}", info.stdout);
    }
}

#[test]
fn the_log_the_summary_and_the_model_say_the_rule() {
    let bench = bench();
    let run = bench.works("fit family.fa --identity >0.8 --json");
    assert!(run.stderr.contains("(identity > 0.8)"), "{}", run.stderr);
    assert_eq!(run.json()["identity"], 0.8);
    assert_eq!(run.json()["identity_rule"], ">");
    assert_eq!(run.json()["weights_file"], Value::Null);
    let info = bench.works("info family.h5 --json").json();
    assert_eq!(info["provenance"]["identity"], 0.8);
    assert_eq!(info["provenance"]["identity_rule"], ">");
}

#[test]
fn options_for_rows_and_columns_are_those_of_a_fit() {
    let bench = bench();
    let kept = |options: &str| {
        let run = bench.works(&format!("weights family.fa {options}"));
        let kept = run.column("kept").iter().filter(|k| **k == "yes").count();
        (kept, run.stderr)
    };
    assert_eq!(kept("--unknown gap").0, 5);
    assert_eq!(kept("--min-sequence-coverage 0").0, 5);
    assert_eq!(kept("--max-column-gap 0.1").0, 4);
    assert!(kept("--focus b --offset 3").1.contains("positions 4 to 8"));
    assert!(kept("--no-focus").1.contains("every column"));
}

#[test]
fn every_format_goes_back_into_a_fit() {
    let bench = bench();
    bench.works("fit family.fa -o own.h5 --identity >0.8 -q");
    let own = bench.model("own.h5");
    assert_eq!(weights(&own), [0.5, 1.0, 0.5, 1.0]);
    for format in ["tsv", "csv", "json", "plain", "evcouplings", "npy"] {
        for name in [format!("w.{format}"), format!("w.{format}.gz")] {
            let weigh = format!("weights family.fa --identity >0.8 --format {format} -o {name}");
            let run = bench.works(&weigh);
            assert_eq!(run.stdout, "");
            let model = format!("{name}.h5");
            let run = bench.works(&format!("fit family.fa --weights {name} -o {model}"));
            let said = format!("(weights of {name}), Neff/L = 0.60");
            assert!(run.stderr.contains(&said), "{}", run.stderr);
            assert!(!run.stderr.contains("note:"), "{}", run.stderr);
            let fitted = bench.model(&model);
            assert_eq!(weights(&fitted), weights(&own), "{name}");
            let origin = &fitted.provenance;
            assert_eq!(origin.weights_file.as_deref(), Some(&name[..]));
            assert_eq!((origin.identity, origin.identity_rule), (None, None));
        }
    }
    let same = |name: &str| same_numbers(&bench.model(name), &own);
    assert!(same("w.npy.h5") && same("w.plain.gz.h5"));
}

#[test]
fn the_model_remembers_the_file() {
    let bench = bench();
    bench.write("w.txt", "1\n2\n0.5\n0\n7\n1\n");
    let run = bench.works("fit family.fa --weights w.txt --json");
    assert_eq!(run.json()["neff"], 4.5);
    assert_eq!(run.json()["weights_file"], "w.txt");
    assert_eq!(run.json()["identity"], Value::Null);
    let note = "note: weights of rows that the fit drops are not used: 1";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let info = bench.works("info family.h5");
    assert!(
        info.stdout.contains("from the file w.txt"),
        "{}",
        info.stdout
    );
    assert!(info.stdout.contains("weights SHA-256"), "{}", info.stdout);
    let origin = bench.model("family.h5").provenance;
    assert_eq!(origin.weights_sha256, Some(sha256(&bench.path("w.txt"))));
    let input = "1\n2\n0.5\n0\n7\n1\n";
    let run = bench.run_with_input("fit family.fa --weights - --force", input);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let origin = bench.model("family.h5").provenance;
    assert_eq!(origin.weights_file.as_deref(), Some("standard input"));
}

#[test]
fn the_help_names_every_format_and_fate() {
    let help = |command: &str| {
        let help = bench().works(&format!("{command} --help")).stdout;
        help.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let text = help("weights");
    for word in ["Clustal", "low_coverage, copy"] {
        assert!(text.contains(word), "{text}");
    }
    // How files are packed is said where most begin.
    assert!(help("fit").contains("plain, gzip or zstd"));
}
