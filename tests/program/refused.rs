//! Alignments, models and tables that are none, and options that make no sense.

use crate::support::{Bench, FAMILY, edit, gzip};
use std::fs;

/// Files, and what is said of them.
const NO_ALIGNMENTS: [(&str, &str, &[&str]); 13] = [
    ("empty.fa", "", &["empty.fa", "empty"]),
    (
        "text.fa",
        "once upon a time\n",
        &["text.fa, line 1", "not an alignment", "once upon"],
    ),
    ("one.fa", ">a\nACD\n", &["only one sequence", "'a'"]),
    (
        "ragged.fa",
        ">a\nACD\n>b\nAC\n",
        &["line 3, record 'b'", "2 columns", "has 3"],
    ),
    (
        "hole.fa",
        ">a\nACD\n>b\n>c\nACD\n",
        &["line 3, record 'b'", "empty"],
    ),
    (
        "unknown.fa",
        ">a\nAXD\n>b\nAXD\n",
        &["all 2 sequences were dropped", "'X'", "--unknown gap"],
    ),
    (
        "gaps.fa",
        ">a\n---\n>b\nACD\n",
        &["record 'a'", "no upper-case residue", "--no-focus"],
    ),
    (
        "lower.fa",
        ">a\nacd\n>b\nAcd\n>c\nACD\n",
        &["no upper-case residue"],
    ),
    ("stockholm.sto", "# STOCKHOLM 1.0\n//\n", &["no sequence"]),
    (
        "clustal.aln",
        "CLUSTAL W\n\na ACD\nb AC\n",
        &["line 4, record 'b'", "2 columns", "has 3"],
    ),
    ("phylip.phy", "2 3\na ACD\nb AC\n", &["line 3", "PHYLIP"]),
    (
        "page.fa",
        "<!DOCTYPE html>\n<title>404</title>\n",
        &["web page"],
    ),
    ("wide.fa", "\u{feff}>\0a\0", &["wide.fa, line 1"]),
];

#[test]
fn alignments_that_are_none() {
    let bench = Bench::new();
    bench.fails("fit missing.fa", 1, &["missing.fa", "No such file"]);
    for (name, contents, words) in NO_ALIGNMENTS {
        bench.write(name, contents);
        // And advice.
        let words = [words, &["\n  "]].concat();
        bench.fails(&format!("fit {name}"), 3, &words);
        bench.fails(&format!("contacts {name}"), 3, &words);
    }
    bench.fails(
        "fit family.fa --focus TARGIT",
        3,
        &[
            "no sequence is called 'TARGIT'",
            "'TARGET/10-17 the target'",
        ],
    );
    bench.fails("fit .", 3, &["this is a folder"]);
}

#[test]
fn truncated_gzip() {
    let bench = Bench::new();
    let bytes = gzip(FAMILY.repeat(50));
    bench.write("cut.fa.gz", &bytes[..bytes.len() / 2]);
    bench.fails(
        "fit cut.fa.gz",
        3,
        &["cut.fa.gz", "gzip data are broken or end too early"],
    );
}

#[test]
fn impossible_options() {
    let bench = Bench::new();
    for (options, word) in [
        ("--lambda-h -1", "penalty"),
        ("--lambda-h NaN", "penalty"),
        ("--lambda-j -0.5", "penalty"),
        ("--lambda-j NaN", "penalty"),
        ("--lambda-j inf", "penalty"),
        ("--lambda-j 1e39", "single precision"),
        ("--lambda-h 1e300", "single precision"),
        ("--identity 1.5", "share"),
        ("--min-sequence-coverage 2", "share"),
        ("--tolerance 0", "tolerance"),
        ("--max-iterations 0", "max-iterations"),
        ("--threads 0", "threads"),
        ("--method magic", "mean-field"),
        ("--focus a --no-focus", "cannot be used with"),
        ("--method mean-field --gaps state", "gap"),
        ("--mehtod plm", "--method"),
        ("--bogus", "unexpected argument"),
        ("--offset -100", "positions start at 1"),
        ("--max-memory lots", "amount of memory"),
    ] {
        bench.fails(&format!("fit family.fa {options}"), 2, &[word]);
    }
    bench.fails("fit", 2, &["ALIGNMENT"]);
    bench.fails("contact family.h5", 2, &["contacts"]);
    bench.fails(
        "fit family.fa --max-memory 1k",
        1,
        &["1.0 kB are available"],
    );
}

#[test]
fn models_that_are_none() {
    let bench = Bench::with_model();
    let model = fs::read(bench.path("family.h5")).unwrap();
    bench.write("cut.h5", &model[..model.len() / 2]);
    bench.write("head.h5", &model[..8]);
    bench.write("empty.h5", "");
    let foreign = hdf5::File::create(bench.path("foreign.h5")).unwrap();
    foreign.new_dataset::<f32>().shape(3).create("x").unwrap();
    foreign.close().unwrap();
    fs::copy(bench.path("family.h5"), bench.path("newer.h5")).unwrap();
    edit(&bench.path("newer.h5"), |newer| {
        let version = newer.attr("schema_version").unwrap();
        version.write_scalar(&99u64).unwrap();
    });
    for command in ["contacts", "score-mutants", "info"] {
        let mutant = if command == "score-mutants" {
            "A10T"
        } else {
            ""
        };
        let fails = |file: &str, code, words: &[&str]| {
            bench.fails(&format!("{command} {file} {mutant}"), code, words)
        };
        fails("missing.h5", 1, &["missing.h5", "No such file"]);
        fails("cut.h5", 3, &["cut.h5"]);
        fails("head.h5", 3, &["head.h5"]);
        fails("empty.h5", 3, &["empty.h5"]);
        fails("foreign.h5", 3, &["foreign.h5"]);
        fails("newer.h5", 3, &["newer.h5", "99", "newer"]);
        if command != "contacts" {
            fails("family.fa", 3, &["family.fa"]);
        }
    }
}

#[test]
fn mutant_tables_that_are_none() {
    let bench = Bench::with_model();
    bench.write("no_column.csv", "name,score\nx,1\ny,2\n");
    bench.fails(
        "score-mutants family.h5 --file no_column.csv",
        3,
        &["no_column.csv", "name", "score", "--column"],
    );
    bench.write("nonsense.csv", "mutant,score\n???,1\n!!,2\n");
    let run = bench.run("score-mutants family.h5 --file nonsense.csv");
    assert_eq!(run.code, 3, "{}", run.stderr);
    bench.write("empty.csv", "");
    bench.fails(
        "score-mutants family.h5 --file empty.csv",
        3,
        &["empty.csv"],
    );
    bench.fails(
        "score-mutants family.h5 --file missing.csv",
        1,
        &["missing.csv", "No such file"],
    );
    bench.fails("score-mutants family.h5", 2, &["--all-single"]);
    bench.fails(
        "score-mutants family.h5 A10T --all-single",
        2,
        &["cannot be used with"],
    );
    bench.write("good.csv", "mutant,score\nA10T,1\n");
    bench.fails(
        "score-mutants family.h5 --file good.csv --against fitness",
        3,
        &["fitness", "score"],
    );
}

#[test]
fn options_without_effect_are_refused() {
    let bench = Bench::with_model();
    bench.fails(
        "fit family.fa --force --method mean-field --lambda-j 1",
        2,
        &["--lambda-j has no effect"],
    );
    bench.fails(
        "fit family.fa --force --pseudocount 0.3",
        2,
        &["--pseudocount has no effect"],
    );
    bench.fails("contacts family.h5 --score fn --apc 1", 2, &["--apc"]);
    bench.fails("contacts family.h5 --score mi", 1, &["mean-field"]);
    bench.fails("score-mutants A10T", 2, &["no model file 'A10T'"]);
}

#[test]
fn files_that_were_cut_packed_or_put_beside_mutants_are_named() {
    let bench = Bench::with_model();
    bench.write("cut.fa", ">a\nACDEFG\n>b\nACDEFG\n>c\nACD\n");
    bench.fails("weights cut.fa", 3, &["record 'c'", "cut off"]);
    bench.write("ragged.fa", ">a\nACDEFG\n>b\nACD\n>c\nACDEFG\n");
    bench.fails(
        "weights ragged.fa",
        3,
        &["record 'b'", "align the sequences first"],
    );
    let packed = gzip(fs::read(bench.path("family.h5")).unwrap());
    bench.write("packed.h5.gz", packed);
    for command in ["info", "contacts", "score-mutants --all-single"] {
        bench.fails(
            &format!("{command} packed.h5.gz"),
            3,
            &["packed with gzip", "gunzip"],
        );
    }
    bench.write("assay.csv", "mutant,score\nA10C,1\n");
    bench.fails(
        "score-mutants family.h5 A10C assay.csv",
        2,
        &["'assay.csv' is a file", "--file assay.csv"],
    );
}
