//! `potts weights`, and `potts fit` with weights from a file.

mod common;

use assert_cmd::Command;
use common::{shared, text};
use potts::io::models::hdf5;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

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

/// A folder with `family.fa`, where the program runs.
struct Bench {
    folder: TempDir,
}

struct Run {
    code: i32,
    stdout: Vec<u8>,
    stderr: String,
}

impl Run {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap()
    }

    /// The cells of one column of a table with tabs.
    fn column(&self, name: &str) -> Vec<&str> {
        let mut lines = self.text().lines().map(|line| line.split('\t').collect());
        let header: Vec<&str> = lines.next().unwrap();
        let at = header.iter().position(|column| *column == name).unwrap();
        lines.map(|cells: Vec<&str>| cells[at]).collect()
    }
}

impl Bench {
    fn new() -> Self {
        let bench = Self {
            folder: TempDir::new().unwrap(),
        };
        bench.write("family.fa", FAMILY);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path(name), contents).unwrap();
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        let mut command = Command::cargo_bin("potts").unwrap();
        let output = command
            .current_dir(&self.folder)
            .args(arguments)
            .write_stdin(input)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{stderr}");
        Run {
            code: output.status.code().expect("not killed by a signal"),
            stdout: output.stdout,
            stderr,
        }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, "")
    }

    /// Runs a command that must succeed.
    fn works(&self, arguments: &[&str]) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "potts {arguments:?}\n{}", run.stderr);
        run
    }

    /// Runs a command that must fail with `code`, print nothing to standard output, and say all of `words`.
    fn fails(&self, arguments: &[&str], code: i32, words: &[&str]) {
        let run = self.run(arguments);
        assert_eq!(run.code, code, "potts {arguments:?}\n{}", run.stderr);
        assert_eq!(run.text(), "", "potts {arguments:?}");
        for word in words {
            let said = run.stderr.contains(word);
            assert!(said, "{arguments:?} does not say '{word}':\n{}", run.stderr);
        }
    }

    /// The weights and the provenance of a model.
    fn model(&self, name: &str) -> (Vec<f64>, potts::fit::Provenance) {
        let fitted = hdf5::read(&self.path(name)).unwrap();
        (
            fitted.family.unwrap().weights.as_slice().to_vec(),
            fitted.provenance,
        )
    }
}

#[test]
fn a_table_with_a_line_for_every_row() {
    let bench = Bench::new();
    let run = bench.works(&["weights", "family.fa"]);
    let expected = "\
row\tname\tkept\tneighbours\tweight
1\tTARGET/10-14 the target\tyes\t3\t0.3333333333333333
2\tb\tyes\t3\t0.3333333333333333
3\tc, or so\tyes\t3\t0.3333333333333333
4\td\tunknown_letters\t\t0
5\te\tlow_coverage\t\t0
6\tf\tyes\t1\t1
";
    assert_eq!(run.text(), expected);
    for word in [
        "6 read",
        "dropped 1 with unknown letters (X 1), 1 with too little coverage; 4 kept",
        "Neff = 2.0 effective sequences (identity >= 0.8), Neff/L = 0.40",
        "little data",
    ] {
        assert!(run.stderr.contains(word), "{word}:\n{}", run.stderr);
    }
    let quiet = bench.works(&["weights", "family.fa", "-q"]).stderr;
    assert!(quiet.starts_with("warning: 1 of 6") && quiet.lines().count() == 1);
}

#[test]
fn a_tie_is_a_matter_of_the_rule() {
    let bench = Bench::new();
    for (rule, neighbours, said) in [
        ("0.8", ["3", "3", "3"], "identity >= 0.8"),
        (">=0.80", ["3", "3", "3"], "identity >= 0.8"),
        (">0.8", ["2", "1", "2"], "identity > 0.8"),
        (">ceil(0.7L)", ["2", "1", "2"], "identity > ceil(0.7 L)"),
        (">0.7", ["3", "3", "3"], "identity > 0.7"),
        (">1", ["1", "1", "1"], "identity > 1"),
        ("1", ["2", "1", "2"], "identity >= 1"),
    ] {
        let run = bench.works(&["weights", "family.fa", "--identity", rule]);
        assert_eq!(run.column("neighbours")[..3], neighbours, "{rule}");
        assert!(run.stderr.contains(said), "{rule}: {}", run.stderr);
        bench.works(&["fit", "family.fa", "--identity", rule, "--force", "-q"]);
        let info = bench.works(&["info", "family.h5"]);
        assert!(info.text().contains(said), "{rule}: {}", info.text());
    }
}

#[test]
fn the_log_the_summary_and_the_model_say_the_rule() {
    let bench = Bench::new();
    let run = bench.works(&["fit", "family.fa", "--identity", ">0.8", "--json"]);
    assert!(run.stderr.contains("(identity > 0.8)"), "{}", run.stderr);
    assert_eq!(run.json()["identity"], 0.8);
    assert_eq!(run.json()["identity_rule"], ">");
    assert_eq!(run.json()["weights_file"], Value::Null);
    let info = bench.works(&["info", "family.h5", "--json"]).json();
    assert_eq!(info["provenance"]["identity"], 0.8);
    assert_eq!(info["provenance"]["identity_rule"], ">");
}

#[test]
fn options_for_rows_and_columns_are_those_of_a_fit() {
    let bench = Bench::new();
    let kept = |options: &[&str]| {
        let run = bench.works(&[&["weights", "family.fa"], options].concat());
        let kept = run.column("kept").iter().filter(|k| **k == "yes").count();
        (kept, run.stderr)
    };
    assert_eq!(kept(&["--unknown", "gap"]).0, 5);
    assert_eq!(kept(&["--min-sequence-coverage", "0"]).0, 5);
    assert_eq!(kept(&["--max-column-gap", "0.1"]).0, 4);
    assert!(
        kept(&["--focus", "b", "--offset", "3"])
            .1
            .contains("positions 4 to 8")
    );
    assert!(kept(&["--no-focus"]).1.contains("every column"));
}

#[test]
fn every_format_goes_back_into_a_fit() {
    let bench = Bench::new();
    bench.works(&[
        "fit",
        "family.fa",
        "-o",
        "own.h5",
        "--identity",
        ">0.8",
        "-q",
    ]);
    let (expected, _) = bench.model("own.h5");
    assert_eq!(expected, [0.5, 1.0, 0.5, 1.0]);
    for format in ["tsv", "csv", "json", "plain", "evcouplings", "npy"] {
        for name in [format!("w.{format}"), format!("w.{format}.gz")] {
            let run = bench.works(&[
                "weights",
                "family.fa",
                "--identity",
                ">0.8",
                "--format",
                format,
                "-o",
                &name,
            ]);
            assert_eq!(run.text(), "");
            let model = format!("{name}.h5");
            let run = bench.works(&["fit", "family.fa", "--weights", &name, "-o", &model]);
            let said = format!("(weights of {name}), Neff/L = 0.60");
            assert!(run.stderr.contains(&said), "{}", run.stderr);
            assert!(!run.stderr.contains("note:"), "{}", run.stderr);
            let (weights, provenance) = bench.model(&model);
            assert_eq!(weights, expected, "{name}");
            assert_eq!(provenance.weights_file.as_deref(), Some(&name[..]));
            assert_eq!(
                (provenance.identity, provenance.identity_rule),
                (None, None)
            );
        }
    }
    let same = |name: &str| {
        let own = hdf5::read(&bench.path("own.h5")).unwrap();
        hdf5::read(&bench.path(name)).unwrap().model.fields() == own.model.fields()
    };
    assert!(same("w.npy.h5") && same("w.plain.gz.h5"));
}

#[test]
fn the_model_remembers_the_file() {
    let bench = Bench::new();
    bench.write("w.txt", "1\n2\n0.5\n0\n7\n1\n");
    let run = bench.works(&["fit", "family.fa", "--weights", "w.txt", "--json"]);
    assert_eq!(run.json()["neff"], 4.5);
    assert_eq!(run.json()["weights_file"], "w.txt");
    assert_eq!(run.json()["identity"], Value::Null);
    let note = "note: weights of rows that the fit drops are not used: 1";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let info = bench.works(&["info", "family.h5"]);
    assert!(
        info.text().contains("from the file w.txt"),
        "{}",
        info.text()
    );
    assert!(info.text().contains("weights SHA-256"), "{}", info.text());
    let (_, provenance) = bench.model("family.h5");
    let source = potts::io::files::source::Source::read(&bench.path("w.txt")).unwrap();
    assert_eq!(provenance.weights_sha256, Some(source.sha256()));
    let input = "1\n2\n0.5\n0\n7\n1\n";
    let run = bench.run_with_input(&["fit", "family.fa", "--weights", "-", "--force"], input);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (_, provenance) = bench.model("family.h5");
    assert_eq!(provenance.weights_file.as_deref(), Some("standard input"));
}

#[test]
fn weights_that_do_not_fit_are_bad_input() {
    let bench = Bench::new();
    for (contents, words) in [
        ("", &["w", "empty", "'weight'"][..]),
        (
            "1\n1\n1\n",
            &[
                "3 weights",
                "family.fa has 6 rows",
                "4 are kept",
                "potts weights",
            ],
        ),
        ("1\n1\nNaN\n1\n", &["w, line 3", "NaN"]),
        ("1\n1\n-1\n1\n", &["w, line 3", "-1"]),
        (
            "1\n1\n0\n1\n",
            &["w, line 3", "row 3", "'c, or so'", "is 0"],
        ),
        ("1\none\n1\n1\n", &["w, line 2", "'one' is not a number"]),
        (
            "name,weight\nTARGET/10-14,1\nb,1\nx,1\nf,1\n",
            &["w, line 4, record 'x'", "'c, or so'"],
        ),
        ("row,weight\n1,1\n2,1\n3,1\n", &["row 6", "'f'"]),
        ("a\tb\n1\t2\n", &["w, line 1", "'a', 'b'"]),
        (FAMILY, &["w, line 1", "this is an alignment"]),
        ("\u{93}NUMPY", &["w, line 1"]),
    ] {
        bench.write("w", contents);
        let words = [words, &["error: w"]].concat();
        bench.fails(&["fit", "family.fa", "--weights", "w"], 3, &words);
    }
    bench.fails(
        &["fit", "family.fa", "--weights", "none"],
        1,
        &["none", "No such file"],
    );
    bench.fails(&["fit", "family.fa", "--weights", "."], 1, &["cannot read"]);
    assert!(!bench.path("family.h5").exists());
}

#[test]
fn options_that_contradict_each_other() {
    let bench = Bench::new();
    for (arguments, word) in [
        (
            &["fit", "family.fa", "--weights", "w", "--identity", "0.8"][..],
            "cannot be used with",
        ),
        (
            &["fit", "family.fa", "--weights", "w", "--no-reweighting"],
            "cannot be used with",
        ),
        (
            &["fit", "-", "--weights", "-", "-o", "m.h5"],
            "standard input",
        ),
        (
            &["fit", "family.fa", "--identity", ">1.5"],
            "share between 0 and 1",
        ),
        (
            &["fit", "family.fa", "--identity", "<0.8"],
            "'>=0.8' or '>0.8'",
        ),
        (
            &["weights", "family.fa", "--identity", "0"],
            "share between 0 and 1",
        ),
        (
            &["weights", "family.fa", "--sweep", "--identity", "0.8"],
            "cannot be used with",
        ),
        (
            &["weights", "--sweep", "family.fa"],
            "put the alignment before --sweep",
        ),
        (
            &["weights", "family.fa", "--sweep", "0.9:0.6:0.1"],
            "FROM:TO:STEP",
        ),
        (
            &["weights", "family.fa", "--sweep", "--format", "npy"],
            "--sweep gives a table",
        ),
        (
            &["weights", "family.fa", "--sweep", "--format", "plain"],
            "--sweep gives a table",
        ),
        (&["weights", "family.fa", "--format", "xlsx"], "evcouplings"),
        (&["weights"], "ALIGNMENT"),
    ] {
        bench.fails(arguments, 2, &[word]);
    }
    bench.fails(&["weights", "none.fa"], 1, &["none.fa", "No such file"]);
    bench.write("empty.fa", "");
    bench.fails(
        &["weights", "empty.fa"],
        3,
        &["alignment is expected, in FASTA"],
    );
    bench.write("w.tsv", "mine");
    bench.fails(
        &["weights", "family.fa", "-o", "w.tsv"],
        1,
        &["exists already", "--force"],
    );
    bench.works(&["weights", "family.fa", "-o", "w.tsv", "--force"]);
    let help = bench.works(&["weights", "--help"]);
    assert!(help.text().contains("potts weights family.a2m --sweep"));
}

#[test]
fn a_sweep_has_a_line_for_each_threshold() {
    let bench = Bench::new();
    let run = bench.works(&["weights", "family.fa", "--sweep"]);
    let shares = ["0.6", "0.65", "0.7", "0.75", "0.8", "0.85", "0.9", "0.95"];
    assert_eq!(run.column("identity"), shares);
    assert_eq!(run.column("rule"), [">="; 8]);
    assert_eq!(run.column("neff")[4..6], ["2.0000", "3.0000"]);
    assert_eq!(run.column("neff_per_site")[4], "0.4000");
    let strict = bench.works(&[
        "weights",
        "family.fa",
        "--sweep",
        ">0.7:1:0.1",
        "--format",
        "json",
    ]);
    let strict = strict.json();
    let neff: Vec<f64> = strict
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["neff"].as_f64().unwrap())
        .collect();
    assert_eq!(neff, [2.0, 3.0, 3.0, 4.0]);
    assert_eq!(strict[3]["rule"], ">");
    let csv = bench.works(&[
        "weights",
        "family.fa",
        "--sweep",
        "--format",
        "csv",
        "-o",
        "s.csv",
    ]);
    assert_eq!(csv.text(), "");
    let csv = fs::read_to_string(bench.path("s.csv")).unwrap();
    assert_eq!(csv, run.text().replace('\t', ","));
}

#[test]
fn a_sweep_without_a_rule_takes_that_of_the_tool() {
    let bench = Bench::new();
    let rule = |tool: &str, range: &str| {
        let run = bench.works(&["weights", "family.fa", "--like", tool, "--sweep", range]);
        run.column("rule")[0].to_owned()
    };
    assert_eq!(rule("gremlin", "0.8:0.8:1"), ">");
    assert_eq!(rule("ccmpred", "0.8:0.8:1"), ">ceil");
    assert_eq!(rule("plmc", "0.8:0.8:1"), ">=");
    assert_eq!(rule("gremlin", ">=0.8:0.8:1"), ">=");
}

#[test]
fn the_help_names_every_format_and_fate() {
    let help = Bench::new().works(&["weights", "--help"]);
    let text = help.text().split_whitespace().collect::<Vec<_>>().join(" ");
    for word in ["Clustal", "zstd", "low_coverage, copy"] {
        assert!(text.contains(word), "{text}");
    }
}

/// One pass gives, to the last bit, what a run for each threshold gives; with any number of threads.
#[test]
fn a_sweep_is_many_runs_in_one() {
    let bench = Bench::new();
    let planted = common::data("planted.a2m");
    let planted = planted.to_str().unwrap();
    let sweep = |threads: &str| {
        bench.works(&[
            "weights", planted, "--sweep", "--format", "json", "-t", threads,
        ])
    };
    let run = sweep("1");
    assert_eq!(run.stdout, sweep("3").stdout);
    for depth in run.json().as_array().unwrap() {
        let identity = depth["identity"].to_string();
        let single = bench.works(&["weights", planted, "--identity", &identity]);
        let weights = single.column("weight");
        let neff: f64 = weights.iter().map(|w| w.parse::<f64>().unwrap()).sum();
        assert_eq!(depth["neff"].as_f64(), Some(neff), "{identity}");
    }
}

/// plmc's file, byte for byte, and a fit with it.
fn same_as_plmc(name: &str, alignment: &str, options: &[&str]) {
    let (Some(alignment), Some(golden)) = (
        shared(&format!("data/alignments/{alignment}")),
        shared(&format!("golden/peers/{name}/plmc64.weights.gz")),
    ) else {
        return;
    };
    let bench = Bench::new();
    let (alignment, golden) = (alignment.to_str().unwrap(), golden.to_str().unwrap());
    let options = [options, &["--min-sequence-coverage", "0"]].concat();
    let plain = [&["weights", alignment, "--format", "plain"], &options[..]].concat();
    let run = bench.works(&plain);
    let expected = text(Path::new(golden));
    let rows = run.text().lines().count();
    if expected.lines().count() == rows {
        assert!(run.text() == expected, "{name} differs from plmc's file");
    } else {
        // plmc was given the rows without unknown letters only.
        let kept: Vec<&str> = run.text().lines().filter(|w| *w != "0.0").collect();
        assert!(kept.len() < rows && kept == expected.lines().collect::<Vec<_>>());
    }
    bench.write("own.txt", run.text());
    let fit = |weights: &str, model: &str| {
        let fit = [
            &[
                "fit",
                alignment,
                "--weights",
                weights,
                "-o",
                model,
                "--method",
                "independent",
            ],
            &options[..],
        ];
        bench.works(&fit.concat());
        bench.model(model).0
    };
    let by_identity = [
        &["fit", alignment, "-o", "own.h5", "--method", "independent"],
        &options[..],
    ];
    bench.works(&by_identity.concat());
    let expected = bench.model("own.h5").0;
    assert_eq!(fit(golden, "golden.h5"), expected);
    assert_eq!(fit("own.txt", "round.h5"), expected);
}

#[test]
fn dhfr_as_plmc_weighs_it() {
    same_as_plmc("DHFR", "DHFR.a2m.gz", &["--focus", "DYR_ECOLI"]);
}

#[test]
fn pf00014_as_plmc_weighs_it() {
    same_as_plmc("PF00014", "PF00014.fa.gz", &["--no-focus"]);
}

#[test]
fn vwa_1atza_as_plmc_weighs_it() {
    same_as_plmc("1atzA", "1atzA.aln.gz", &["--no-focus"]);
}
