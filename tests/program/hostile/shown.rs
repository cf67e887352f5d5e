//! What comes from outside as it is shown: names, cells, paths and arguments with bytes that a terminal would obey.

use crate::support::{Bench, PROGRAM};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::{Command, Output};

/// Whether a terminal would obey something of it.
fn obeyed(bytes: &[u8]) -> bool {
    let odd = |c: char| {
        c.is_control() && c != '\n' && c != '\t'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let in_text = bytes.utf8_chunks().any(|chunk| chunk.valid().contains(odd));
    in_text
        || bytes
            .iter()
            .any(|&b| b < b' ' && b != b'\n' && b != b'\t' || b == 0x7f)
}

/// Runs `potts` with any arguments; neither of its streams may hold anything that a terminal obeys.
fn run(bench: &Bench, arguments: &[&OsStr]) -> Output {
    let output = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(&bench.folder)
        .env("OPENBLAS_NUM_THREADS", "1")
        .output()
        .unwrap();
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(stream);
        assert!(
            !obeyed(stream),
            "{arguments:?}: {:?}",
            text.escape_debug().to_string()
        );
        assert!(!text.contains("panicked"), "{arguments:?}: {text}");
    }
    let code = output.status.code().expect("no signal");
    assert!([0, 1, 2, 3, 4].contains(&code), "{arguments:?}: {code}");
    output
}

/// Bytes of names, cells and paths, the worst of them often.
fn wild() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        &b"a"[..],
        b"B7",
        b"\x1b[31m",
        b"\x1b]0;x\x07",
        b"\r",
        b"\t",
        b"\"",
        b"'",
        b",",
        b";",
        b" ",
        b"\x7f",
        b"\x08",
        b"\xc2\x9b",
        b"\xe2\x80\xae",
        b"\xe2\x81\xa6",
        b"\xff",
        b"\xc3",
        b"\xe2\x80",
        b"\\",
        b"%",
        b"{}",
        b"$(x)",
        b"\xc3\xa9",
    ]);
    prop::collection::vec(pieces, 1..8).prop_map(|pieces| pieces.concat())
}

/// Checks a property of wild bytes, with a model whose target and an alignment whose rows are called by them.
fn with_wild(cases: u32, property: impl Fn(&Bench, &[u8])) {
    let bench = Bench::with_model();
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(
        config,
        prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    );
    let checked = runner.run(&wild(), |bytes| {
        property(&bench, &bytes);
        Ok(())
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
}

fn words<'a>(words: &[&'a str]) -> Vec<&'a OsStr> {
    let os = |word: &&'a str| OsStr::new(*word);
    words.iter().map(os).collect()
}

#[test]
fn wild_names_of_rows_and_targets_reach_no_terminal() {
    with_wild(8, |bench, name| {
        let mut alignment = Vec::new();
        for (k, row) in ["ACDEFGHI", "ACDEFGHV", "ACDKFGHI", "SCDEFGHI"]
            .iter()
            .enumerate()
        {
            alignment.push(b'>');
            alignment.extend_from_slice(name);
            alignment.extend_from_slice(format!("{k}\n{row}\n").as_bytes());
        }
        bench.write("wild.fa", &alignment);
        let fit = run(
            bench,
            &words(&["fit", "wild.fa", "-o", "wild.h5", "--force", "--json"]),
        );
        assert!(fit.status.success());
        serde_json::from_slice::<serde_json::Value>(&fit.stdout).unwrap();
        for command in [
            &["info", "wild.h5"][..],
            &["info", "wild.h5", "--json"],
            &["contacts", "wild.h5", "--min-separation", "1"],
            &["contacts", "wild.h5", "--format", "casp-rr"],
            &["score-mutants", "wild.h5", "A1C"],
            &["objective", "wild.h5", "wild.fa"],
            &["weights", "wild.fa", "--format", "evcouplings"],
            &["plan", "wild.fa"],
        ] {
            run(bench, &words(command));
        }
        for (format, separator) in [("tsv", b'\t'), ("csv", b',')] {
            let table = run(bench, &words(&["weights", "wild.fa", "--format", format]));
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(separator)
                .from_reader(&*table.stdout);
            assert_eq!(
                reader
                    .byte_records()
                    .map(|row| row.unwrap().len())
                    .collect::<Vec<_>>(),
                [5; 4]
            );
        }
        let json = run(bench, &words(&["weights", "wild.fa", "--format", "json"]));
        let rows: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(rows.as_array().unwrap().len(), 4);
    });
}

#[test]
fn wild_cells_of_tables_reach_no_terminal() {
    with_wild(8, |bench, cell| {
        // As it is, where it may spoil its row, and as the name of a mutant.
        let table = [b"mutant,remark\nA10C,", cell, b"\n", cell, b",1\n"].concat();
        bench.write("wild.csv", &table);
        for command in [
            "score-mutants family.h5 --file wild.csv",
            "score-mutants family.h5 --file wild.csv --format tsv",
            "score-mutants family.h5 --file wild.csv --format json",
            "score-mutants family.h5 --file wild.csv --against remark",
            "score-mutants family.h5 A10C --numbering wild.csv",
            "fit family.fa -o x.h5 --force --weights wild.csv",
            "fit wild.csv -o x.h5 --force",
            "info wild.csv",
            "fit --batch wild.csv --out-dir d",
        ] {
            let arguments: Vec<&str> = command.split(' ').collect();
            let output = run(bench, &words(&arguments));
            if command.ends_with("json") && output.status.success() {
                serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
            }
        }
        bench.script("rm -rf d");
    });
}

#[test]
fn rows_stay_rows_whatever_their_cells_hold() {
    with_wild(16, |bench, cell| {
        let mut table = csv::Writer::from_writer(Vec::new());
        for row in [
            [&b"mutant"[..], b"remark"],
            [b"A10C", cell],
            [b"C11E", cell],
        ] {
            table
                .write_byte_record(&csv::ByteRecord::from(row.to_vec()))
                .unwrap();
        }
        bench.write("wild.csv", table.into_inner().unwrap());
        for (format, separator) in [("csv", b','), ("tsv", b'\t'), ("table", b',')] {
            let command = [
                "score-mutants",
                "family.h5",
                "--file",
                "wild.csv",
                "--format",
                format,
            ];
            let output = run(bench, &words(&command));
            assert!(output.status.success());
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(separator)
                .from_reader(&*output.stdout);
            let columns = reader.headers().unwrap().len();
            let rows: Vec<csv::ByteRecord> = reader.byte_records().map(Result::unwrap).collect();
            assert_eq!((rows.len(), columns), (2, 13), "{format}");
            // A row of another length would have been an error; the first cell is the mutant still.
            assert_eq!([&rows[0][0], &rows[1][0]], [b"A10C", b"C11E"]);
        }
    });
}

#[test]
fn wild_paths_and_arguments_reach_no_terminal() {
    with_wild(6, |bench, bytes| {
        let wild = OsString::from_vec(bytes.iter().copied().filter(|b| *b != b'/').collect());
        let path = bench.folder.path().join(&wild);
        std::fs::copy(bench.path("family.fa"), &path).unwrap();
        let made = [wild.as_bytes(), b".h5"].concat();
        let made = OsStr::from_bytes(&made);
        let option = [b"--", wild.as_bytes()].concat();
        let option = OsStr::from_bytes(&option);
        let (dot, none) = (OsStr::new("./"), [b"none/", wild.as_bytes()].concat());
        let here = [dot.as_bytes(), wild.as_bytes()].concat();
        let (here, none) = (OsStr::from_bytes(&here), OsStr::from_bytes(&none));
        let with = |words: &[&str], rest: &[&OsStr]| {
            let all: Vec<&OsStr> = words
                .iter()
                .map(OsStr::new)
                .chain(rest.iter().copied())
                .collect();
            run(bench, &all)
        };
        with(
            &["fit"],
            &[here, OsStr::new("--force"), OsStr::new("-o"), made],
        );
        with(&["info"], &[here]);
        with(&["info"], &[none]);
        with(&["info", "--"], &[made]);
        with(&["fit"], &[none]);
        with(&["score-mutants", "family.h5", "--"], &[&wild]);
        with(
            &["score-mutants", "family.h5", "--all-single", "--chain"],
            &[&wild],
        );
        with(
            &["fit", "family.fa", "-o", "y.h5", "--force", "--focus"],
            &[&wild],
        );
        with(&["fit", "family.fa"], &[option]);
        with(&["fit", "family.fa", "--threads"], &[&wild]);
        with(&["contacts", "family.h5", "-o"], &[none]);
        with(&["batch-status"], &[none]);
        with(&[], &[&wild]);
        let mut list = here.as_bytes().to_vec();
        list.push(b'\n');
        bench.write("list", list);
        with(&["fit", "--batch", "list", "--out-dir", "d"], &[]);
        with(&["batch-status", "d"], &[]);
        with(&["batch-status", "d", "list", "--missing"], &[]);
        bench.script("rm -rf d");
        std::fs::remove_file(&path).unwrap();
    });
}
