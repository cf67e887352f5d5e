//! Files that are written whole or not at all, and never over one another.

use crate::support::{Bench, part_of_planted};
use std::path::Path;

/// A limit on the size of files stands for a full disk: every write beyond it fails.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let bench = Bench::with_model();
    let before = bench.files();
    for arguments in [
        "fit family.fa -o big.h5 -q",
        "score-mutants family.h5 --all-double -o big.tsv -q",
    ] {
        let script = format!("trap '' XFSZ; ulimit -f 8; exec potts {arguments}");
        let output = bench.script(&script);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(
            stderr.contains("cannot write") && stderr.contains("File too large"),
            "{stderr}"
        );
        assert_eq!(bench.files(), before);
    }
}

#[test]
fn folders_that_cannot_be_written_to() {
    let bench = Bench::with_model();
    bench.fails(
        "fit family.fa -o nowhere/model.h5",
        1,
        &["nowhere/model.h5", "no folder nowhere"],
    );
    bench.fails(
        "fit family.fa -o family.fa/model.h5",
        1,
        &["family.fa/model.h5"],
    );
    bench.fails(
        "score-mutants family.h5 --all-single -o nowhere/table.tsv",
        1,
        &["nowhere"],
    );
    assert!(Path::new("/proc/version").exists() || cfg!(not(target_os = "linux")));
    #[cfg(target_os = "linux")]
    bench.fails("fit family.fa -o /proc/model.h5", 1, &["/proc/model.h5"]);
}

#[cfg(unix)]
#[test]
fn a_reader_that_stops_early_is_no_error() {
    let bench = Bench::new();
    bench.write("family.fa", part_of_planted(10, 20));
    bench.works("fit family.fa -q");
    for arguments in [
        "score-mutants family.h5 --all-double",
        "contacts family.h5 --top all --min-separation 1",
        "info family.h5 --map",
    ] {
        let script = format!("potts {arguments} -q | head -n 1; exit ${{PIPESTATUS[0]}}");
        let output = bench.script(&script);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(output.stderr, b"");
    }
}

/// Neither an input nor another output is lost, by whatever path it is named.
#[test]
fn no_command_writes_over_its_own_files() {
    let bench = Bench::with_model();
    bench.write("table.csv", "mutant\nA10G\n");
    bench.write("weights.txt", bench.run("weights family.fa -q").stdout);
    for arguments in [
        "fit family.fa -o family.fa",
        "fit family.fa -o weights.txt --weights weights.txt",
        "fit family.fa -o one --write-alignment one",
        "fit family.fa -o one --write-alignment ./one",
        "fit family.fa -o one --write-alignment ./family.fa",
        "contacts family.h5 -o ./family.h5",
        "weights family.fa -o family.fa",
        "score-mutants family.h5 A10G -o family.h5",
        "score-mutants family.h5 --file table.csv -o table.csv",
        "convert family.h5 family.h5",
        "convert family.h5 family.fa --to npz --alignment family.fa",
    ] {
        for force in ["", " --force"] {
            let words = ["would be written over", "choose another name"];
            bench.fails(&format!("{arguments}{force}"), 2, &words);
        }
    }
    // A fit that fails leaves no alignment in the way of the next.
    let fit = "fit family.fa -o m.h5 --write-alignment m.a2m";
    bench.fails(&format!("{fit} --max-memory 10"), 1, &["memory"]);
    assert_eq!(bench.run(fit).code, 0);
    bench.fails(fit, 1, &["m.h5 exists already", "choose another name"]);
}
