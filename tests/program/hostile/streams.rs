//! Standard output and error that are full, closed, or have lost their reader.

use super::{CODES, COMMANDS, bench, temporary};
use crate::support::Bench;

/// Runs a line of bash; the exit code of its first program, and what it said.
fn line(bench: &Bench, line: &str) -> (i32, String) {
    let output = bench.script(&format!(
        "timeout -s KILL 20 potts {line}; exit ${{PIPESTATUS[0]}}"
    ));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{line}: {said}");
    (output.status.code().unwrap_or(-1), said)
}

/// What a command makes, which is then removed.
fn made(bench: &Bench) -> Vec<String> {
    assert!(temporary(bench).is_empty());
    let new = bench
        .files()
        .into_iter()
        .filter(|name| name.starts_with("new"));
    let new: Vec<String> = new.collect();
    for name in &new {
        std::fs::remove_file(bench.path(name)).unwrap();
    }
    new
}

#[test]
fn a_log_without_a_reader_never_changes_a_command() {
    let bench = bench();
    for command in COMMANDS {
        let expected = line(&bench, &format!("{command} > expected 2>/dev/null"));
        assert_eq!(expected.0, 0, "{command}");
        let files = made(&bench);
        let expected = std::fs::read(bench.path("expected")).unwrap();
        for log in [
            "2>/dev/full",
            "2>&-",
            "2> >(true)",
            "2> >(head -n 1 >/dev/null)",
        ] {
            let found = line(&bench, &format!("{command} {log} > found"));
            assert_eq!(found.0, 0, "{command} {log}: {}", found.1);
            assert_eq!(made(&bench), files, "{command} {log}");
            // Times differ from run to run.
            if !command.contains("--json") && !command.starts_with("plan") {
                let found = std::fs::read(bench.path("found")).unwrap();
                assert!(found == expected, "{command} {log}");
            }
        }
    }
    for (command, code) in [("info none.h5", 1), ("fit none.fa", 1), ("contacts", 2)] {
        assert_eq!(line(&bench, &format!("{command} 2>/dev/full")).0, code);
    }
}

#[test]
fn output_that_cannot_be_written_is_told_and_loses_no_file() {
    let bench = bench();
    for command in COMMANDS {
        line(&bench, &format!("{command} > expected 2>/dev/null"));
        let files = made(&bench);
        let prints = std::fs::metadata(bench.path("expected")).unwrap().len() > 0;
        let (code, said) = line(&bench, &format!("{command} > /dev/full"));
        assert_eq!(code, i32::from(prints), "{command}: {said}");
        assert_eq!(said.contains("cannot write"), prints, "{command}: {said}");
        assert_eq!(made(&bench), files, "{command}");
        // A reader that has seen enough, or is not there, is no failure.
        for reader in ["true", "head -c 1"] {
            let (code, said) = line(&bench, &format!("{command} 2>said | {reader} >/dev/null"));
            assert_eq!(
                code,
                0,
                "{command} | {reader}: {said}{}",
                bench.read("said")
            );
            assert_eq!(made(&bench), files, "{command} | {reader}");
        }
        let (code, said) = line(&bench, &format!("{command} >&-"));
        assert!(CODES.contains(&code), "{command}: {code} {said}");
        assert_eq!(made(&bench), files, "{command} >&-");
    }
}

#[test]
fn a_batch_without_a_reader_goes_on() {
    let bench = bench();
    for k in 1..=4 {
        std::fs::copy(bench.path("family.fa"), bench.path(&format!("f{k}.fa"))).unwrap();
    }
    bench.write("list", "f1.fa\nf2.fa\nf3.fa\nf4.fa\n");
    for (folder, log) in [
        ("a", "2>/dev/full"),
        ("b", "2> >(head -n 1 > /dev/null)"),
        ("c", "2>&-"),
    ] {
        let run = format!("fit --batch list --out-dir {folder} --threads 1 -v {log}");
        assert_eq!(line(&bench, &run).0, 0, "{log}");
        bench.works(&format!("batch-status {folder} list"));
    }
}
