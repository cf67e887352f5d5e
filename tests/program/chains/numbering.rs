//! Where chains begin and end, and how their residues are numbered.

use super::alignment;
use crate::support::Bench;

#[test]
fn numbering_is_by_name_by_offset_or_from_one() {
    let bench = Bench::new();
    bench.write("named.a2m", alignment("P1/5-29_P2/7-24"));
    bench.write("whole.a2m", alignment("P1_P2/1-43"));
    bench.write("odd.a2m", alignment("P1/5-29_P2/7-25"));
    for (arguments, words) in [
        (
            "named.a2m --chains 25,18",
            &["chains A 5 to 29, B 7 to 24"][..],
        ),
        (
            "named.a2m --chains H=25,L=18 --offset 0,-0",
            &["chains H 1 to 25, L 1 to 18"],
        ),
        (
            "whole.a2m --chains 25,18 --offset -0,100",
            &["chains A 1 to 25, B 101 to 118"],
        ),
        (
            "odd.a2m --chains 25,18",
            &[
                "A 1 to 25, B 1 to 18",
                "7-25, 19 residues, but chain B has 18",
            ],
        ),
        (
            "whole.a2m --no-focus --chains 25,18",
            &["numbered A 1 to 25, B 1 to 18"],
        ),
    ] {
        let run = bench.works(&format!("fit {arguments} --method independent --force"));
        for word in words {
            assert!(
                run.stderr.contains(word),
                "{arguments}: '{word}'\n{}",
                run.stderr
            );
        }
        assert_eq!(
            run.stderr.contains("warning"),
            arguments.starts_with("odd"),
            "{}",
            run.stderr
        );
    }
    let summary = bench
        .works("fit named.a2m --chains 25,18 --method independent --force --json -q")
        .stdout;
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["chains"][1]["first_position"], 7);
}

/// Rows of one protein alone are kept, and counted.
#[test]
fn unpaired_rows_are_told() {
    let bench = Bench::new();
    let rows = ">T\nACDEFGHIK\n>b\nACDEFWHIR\n>c\nACDDFG---\n>d\n---DFWHIK\n";
    bench.write("rows.fa", rows);
    let run = bench.works("fit rows.fa --chains 6,3");
    let words = "6 sites in A, 3 sites in B; 3 of 4 sequences have residues in each";
    assert!(run.stderr.contains(words), "{}", run.stderr);
}

/// A target with gaps: its residues count, or the columns, whatever the lengths add up to.
#[test]
fn lengths_are_of_residues_or_of_columns() {
    let bench = Bench::new();
    bench.write(
        "gaps.fa",
        ">T\nAC-DEF--GHIK\n>b\nACLDEFWYGHIR\n>c\nACLDDFWYGHIK\n>d\nTC-DEYWYGHIK\n",
    );
    for (chains, words) in [
        ("5,4", "A 1 to 5, B 1 to 4"),
        ("5,4", "lengths taken as residues of the target"),
        ("6,6", "A 1 to 5, B 1 to 4"),
        ("6,6", "lengths taken as columns of the alignment"),
    ] {
        let run = bench.works(&format!("fit gaps.fa --chains {chains} --force"));
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    bench.fails(
        "fit gaps.fa --chains 5,5 --force",
        2,
        &[
            "A=5,B=5",
            "10 residues",
            "'T' of gaps.fa has 9",
            "12 columns",
        ],
    );
    bench.fails(
        "fit gaps.fa --chains 5,4 --no-focus --force",
        2,
        &["9 columns", "has 12"],
    );
    let run = bench.run("fit gaps.fa --chains 5,4 --like plmc --force");
    assert_eq!(run.code, 2);
    assert!(!run.stderr.contains("--no-focus"), "{}", run.stderr);
    bench.fails(
        "fit gaps.fa --chains 6,2,4 --force",
        3,
        &["gaps.fa", "no residue in chain B"],
    );
    for wrong in ["9", "5,x", "5,-4", "0,9", "A=5,4", "A=5,A=4", "ab=5,c=4"] {
        bench.fails(
            &format!("fit gaps.fa --chains {wrong} --force"),
            2,
            &["--chains"],
        );
    }
    bench.fails(
        "fit gaps.fa --offset 1,2 --force",
        2,
        &["2 numbers", "no chains"],
    );
    bench.fails(
        "fit gaps.fa --chains 5,4 --offset -5 --force",
        2,
        &["chain A the number -4"],
    );
}

/// Without a target, the columns that are modelled are match columns, and so are the lengths.
#[test]
fn lengths_may_be_of_match_columns() {
    let bench = Bench::new();
    let rows = ["ACDe-FGHI", "ACDEyFGHK", "ACDDyFGHK", "TCDDyYGHI"];
    let lines: String = rows
        .iter()
        .zip('a'..)
        .map(|(row, name)| format!("{name} {row}\n"))
        .collect();
    let marks = "#=GC RF xxxx.xxx.";
    bench.write("m.sto", format!("# STOCKHOLM 1.0\n{lines}{marks}\n//\n"));
    let fit = "fit m.sto --columns reference --no-focus --force --chains";
    for (lengths, words) in [
        ("4,3", "lengths taken as match columns"),
        ("5,4", "lengths taken as columns of the alignment"),
    ] {
        let run = bench.works(&format!("{fit} {lengths}"));
        assert!(run.stderr.contains("A 1 to 4, B 1 to 3"), "{}", run.stderr);
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    bench.fails(
        &format!("{fit} 4,4"),
        2,
        &["8 match columns", "has 7 (in 9 columns)"],
    );
    bench.fails(&format!("{fit} 4,4,1"), 3, &["no match column in chain C"]);
}

#[test]
fn a_chain_of_which_nothing_is_left_is_told() {
    let bench = Bench::new();
    bench.write(
        "half.fa",
        ">T\nACDEFGHIKL\n>b\nACDEFGHI--\n>c\nACDEYGH-K-\n>d\nTCDEFGK--L\n",
    );
    let run = bench.works("fit half.fa --chains 7,3 --max-column-gap 0.4");
    let words = "warning: no column of chain B is modelled";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    let run = bench.works("contacts half.h5 --pairs inter");
    assert_eq!(run.stdout.lines().count(), 1);
    let words = "warning: only one chain has modelled positions";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    let run = bench.works("contacts half.h5 --min-separation 7");
    let words = "no two modelled positions are 7 or more apart (at most 6)";
    assert!(run.stderr.contains(words), "{}", run.stderr);
}
