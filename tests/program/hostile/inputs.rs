//! Folders, devices and pipes in the places of inputs; and inputs that are damaged or cut off.

use super::bench;
use crate::support::{Bench, FAMILY, gzip};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::time::{Duration, Instant};

/// Every place of every command where a file is read; the file is called INPUT.
const PLACES: [&str; 24] = [
    "fit INPUT -q -o new.h5",
    "fit family.fa -q -o new.h5 --weights INPUT",
    "fit family.fa -q -o new.h5 --start INPUT",
    "fit --batch INPUT --out-dir new",
    "plan INPUT",
    "plan family.fa --weights INPUT",
    "merge INPUT two.part -o new.h5",
    "merge one.part INPUT -o new.h5",
    "contacts INPUT -o new.tsv",
    "contacts --batch INPUT --out-dir new",
    "score-mutants INPUT A10C",
    "score-mutants family.h5 --file INPUT",
    "score-mutants family.h5 A10C --numbering INPUT",
    "score-mutants --batch INPUT --out-dir new --all-single",
    "weights INPUT",
    "objective INPUT family.fa",
    "objective family.h5 INPUT",
    "objective family.h5 family.fa --weights INPUT",
    "info INPUT",
    "convert INPUT new.model",
    "convert family.h5 new.model --alignment INPUT",
    "batch-status new INPUT",
    "batch-status INPUT",
    "fit family.fa -q -o new.h5 --checkpoint INPUT",
];

#[test]
fn what_is_no_file_is_refused_at_once_wherever_it_stands() {
    let bench = bench();
    bench.script("mkfifo pipe; mkdir folder");
    for place in PLACES {
        for input in ["/dev/urandom", "/dev/zero", "/dev/full", "pipe", "folder"] {
            // The folder of a batch is one.
            if place == "batch-status INPUT" && input == "folder" {
                continue;
            }
            let command = place.replace("INPUT", input);
            let begun = Instant::now();
            let output = bench.script(&format!("timeout -s KILL 10 potts {command} > /dev/null"));
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            // What is asked for below a device is no folder: the system says so.
            let codes: &[i32] = match place {
                "batch-status INPUT" => &[1, 2, 3],
                // It is written as well, and where that fails that is told first.
                _ if place.contains("--checkpoint") => &[1, 2, 3],
                _ => &[2, 3],
            };
            let code = output.status.code().unwrap_or(-1);
            assert!(codes.contains(&code), "{command}: {code} {said}");
            assert!(said.contains(input), "{command}: {said}");
            assert!(!said.contains("panicked"), "{command}: {said}");
            // A second, and what a machine with much else to do takes.
            assert!(begun.elapsed() < Duration::from_secs(5), "{command}");
            assert!(!bench.path("new.h5").exists(), "{command}");
            bench.script("rm -rf new");
        }
    }
}

#[test]
fn pipes_that_were_handed_over_are_read() {
    let bench = bench();
    bench.write("list", "family.fa\n");
    bench.write("weights", "1\n".repeat(6));
    let weights = bench.works("weights family.fa -q -o all.tsv");
    assert_eq!(weights.code, 0);
    for line in [
        "potts fit <(cat family.fa) -q -o new.h5",
        "cat family.fa | potts fit - -q -o new.h5",
        "cat family.fa | potts fit /dev/stdin -q -o new.h5",
        "potts fit /dev/stdin -q -o new.h5 < family.fa",
        "potts fit - -q -o new.h5 < family.fa",
        "cat family.fa | potts fit /proc/self/fd/0 -q -o new.h5",
        "potts fit family.fa -q -o new.h5 --weights <(cat all.tsv)",
        "potts fit --batch <(cat list) --out-dir new -q",
        "potts score-mutants family.h5 --file <(cat table.csv) -q",
        "potts score-mutants family.h5 --file - -q < table.csv",
        "potts weights <(gzip -c family.fa) -q",
        "potts convert family.h5 new.model --alignment <(cat family.fa)",
    ] {
        let output = bench.script(line);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{line}: {said}");
        bench.script("rm -rf new*");
    }
    for (line, words) in [
        ("potts fit /dev/null -q -o new.h5", "the file is empty"),
        ("potts weights - < /dev/zero", "this is a device"),
        ("potts weights - < .", "this is a folder"),
    ] {
        let output = bench.script(line);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{line}: {said}");
        assert!(said.contains(words), "{line}: {said}");
    }
}

#[test]
fn damaged_packed_inputs_are_bad_data_wherever_they_stand() {
    let bench = bench();
    let table = "mutant,y\n".to_owned() + &"A10C,1\nC11E,2\nA10D,3\n".repeat(200);
    let list = "family.fa\n".repeat(300);
    let weights = "1\n".repeat(500);
    for (text, command) in [
        (FAMILY, "fit INPUT -q -o new.h5"),
        (FAMILY, "weights INPUT -q"),
        (&table, "score-mutants family.h5 --file INPUT"),
        (&weights, "fit family.fa -q -o new.h5 --weights INPUT"),
        (&table, "score-mutants family.h5 A10C --numbering INPUT"),
        (&list, "fit --batch INPUT --out-dir new"),
    ] {
        let zstd = compress_to_vec(text.as_bytes(), CompressionLevel::Fastest);
        for (packing, whole) in [("gzip", gzip(text)), ("zstd", zstd)] {
            let mut damaged = whole.clone();
            // In the checksum of gzip, in the contents or the checksum of zstd.
            let at = damaged.len() - 6;
            damaged[at] ^= 0x55;
            let mut cases = vec![&whole[..whole.len() * 2 / 3], &whole[..whole.len() - 3]];
            if packing == "gzip" {
                cases.push(&damaged);
            }
            for bytes in cases {
                bench.write("packed", bytes);
                let run = format!("potts {} > /dev/null", command.replace("INPUT", "packed"));
                let output = bench.script(&run);
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert_eq!(
                    output.status.code(),
                    Some(3),
                    "{packing}, {command}: {said}"
                );
                assert!(
                    said.contains("packed") && said.contains(packing),
                    "{command}: {said}"
                );
            }
        }
    }
}

#[test]
fn a_stockholm_file_without_its_end_is_told() {
    let bench = Bench::new();
    let rows = "# STOCKHOLM 1.0\na/1-4 ACDE\nb ACDF\nc AC-E\n\na/1-4 AC\nb AD\nc AE\n";
    bench.write("whole.sto", format!("{rows}//\n"));
    bench.write("cut.sto", rows);
    bench.write("torn.sto", &rows[..rows.len() - 5]);
    bench.write("two.sto", format!("{rows}//\n{rows}"));
    let fit = |file: &str| {
        bench.run(&format!(
            "fit {file} -q -o new.h5 --force --method independent"
        ))
    };
    let whole = fit("whole.sto");
    assert!(
        whole.code == 0 && !whole.stderr.contains("'//'"),
        "{}",
        whole.stderr
    );
    let cut = fit("cut.sto");
    assert_eq!(cut.code, 0, "{}", cut.stderr);
    assert!(
        cut.stderr
            .contains("warning: cut.sto: the line '//' is missing"),
        "{}",
        cut.stderr
    );
    let torn = fit("torn.sto");
    assert_eq!(torn.code, 3, "{}", torn.stderr);
    let two = bench.run("fit two.sto --query 1 -q -o new.h5 --force --method independent");
    assert_eq!(two.code, 0, "{}", two.stderr);
}

#[test]
fn a_model_in_the_place_of_the_alignment_is_named() {
    let bench = Bench::with_model();
    let before = std::fs::read(bench.path("family.h5")).unwrap();
    bench.fails("fit family.h5", 3, &["family.h5: this is a model"]);
    bench.fails("fit family.h5 -o x.h5", 3, &["--start"]);
    assert_eq!(std::fs::read(bench.path("family.h5")).unwrap(), before);
}
