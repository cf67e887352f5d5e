//! Files that are refused: named for what they are, with what does not belong and what to do.

use super::{named_rows, says, with_rows};
use crate::support::Bench;

#[test]
fn what_does_not_belong_is_named() {
    let bench = Bench::new();
    let second = |row: &str| with_rows(|n, own| if n == 1 { row.into() } else { own.into() });
    let dashes = with_rows(|_, row| format!("{}\u{2013}{}", &row[..2], &row[3..]));
    for (name, text, words) in [
        (
            "dash.fa",
            second("AC\u{2013}EFGHI"),
            &["line 4, ", "character 3", "U+2013", "gaps are"][..],
        ),
        (
            "hash.fa",
            second("ACDEFGHI # x"),
            &["line 4, ", "character 10", "'#'", "comments"],
        ),
        (
            "header.fa",
            second("ACDEFGHI>x"),
            &["character 9", "'>'", "line break"],
        ),
        (
            "colon.fa",
            second("ACDE:FGHI"),
            &["character 5", "':'", "--chains"],
        ),
        (
            "nul.fa",
            second("ACD\0EFGHI"),
            &["character 4", "NUL byte", "tr -d"],
        ),
        (
            "dashes.fa",
            dashes,
            &["line 2", "the target cannot be read", "U+2013", "gaps are"],
        ),
        (
            "ragged.fa",
            second("ACD"),
            &["record '", "has 3 columns", "align the sequences first"],
        ),
    ] {
        bench.write(name, &text);
        bench.fails(&format!("fit {name} -o x.h5"), 3, words);
    }
    bench.fails(
        "weights dashes.fa --no-focus",
        3,
        &[
            "line 2",
            "all 6 sequences were dropped",
            "U+2013",
            "gaps are",
        ],
    );
}

#[test]
fn files_that_are_not_read_are_named() {
    let bench = Bench::new();
    for (name, text, word) in [
        (
            "a.meg",
            "#mega\n!Title x;\n#a\nACD\n#b\nACD\n",
            "a MEGA file",
        ),
        ("a.slx", "#=ID x\na ACD\nb ACD\n", "a SELEX file"),
        ("b.slx", "# x\na AC_D\nb ACED\n", "SELEX"),
        (
            "a.hhr",
            "Query         q\nMatch_columns 100\n",
            "HHblits (.hhr)",
        ),
        (
            "a.m8",
            "q\ts\t98.1\t40\t1\t0\t1\t40\t1\t40\t1e-9\t90\n",
            "search hits (.m8",
        ),
        ("a.csv", "name,sequence\na,ACD\nb,ACD\n", "a table, CSV"),
        ("b.csv", "sequence\nACD\nACE\n", "a table of one column"),
        (
            "c.csv",
            "\"ACD\"\n\"ACE\"\n\"AC-\"\n",
            "a table of one column",
        ),
        (
            "a.ffindex",
            "PF1.a3m\t0\t120\nPF2.a3m\t120\t80\n",
            "an HH-suite database (.ffindex)",
        ),
        (
            "a.pssm",
            "\nLast position-specific scoring matrix computed\n  A R N\n 1 M -1 -2 -3\n",
            "a matrix of PSI-BLAST",
        ),
        ("a.ig", "; x\nname\nACD1\n", "IG (Stanford)"),
    ] {
        bench.write(name, text);
        bench.fails(&format!("fit {name} -o x.h5"), 3, &[name, "this is", word]);
    }
    bench.write("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0");
    bench.fails(
        "fit a.xls -o x.h5",
        3,
        &["this is an old office document (.xls", "as plain text"],
    );
    // What is advised for a column of sequences.
    bench.write("d.aln", "ACD\nACE\nAC-\n");
    bench.works("fit d.aln -o d.h5");
}

#[test]
fn a_pir_file_that_is_to_be_read_as_fasta_is_recognised() {
    let bench = Bench::new();
    bench.write(
        "a.pir",
        ">P1;a\nstructureX:a:1 :A:4 :A:::: \nACDE*\n>P1;b\nsequence:b:1 ::4 :::::\nAC-E*\n",
    );
    for format in ["fasta", "a2m", "a3m"] {
        bench.fails(
            &format!("fit a.pir --input-format {format} -o x.h5"),
            3,
            &["a.pir, line ", "looks like PIR", "--input-format pir"],
        );
    }
    bench.works("fit a.pir --input-format pir -o x.h5");
}

/// Letters are counted as they are seen, whatever bytes they take.
#[test]
fn lengths_are_told_in_characters() {
    let bench = Bench::new();
    let second = |row: &str| with_rows(|n, own| if n == 1 { row.into() } else { own.into() });
    bench.write("short.fa", second("AC\u{2013}EFG"));
    bench.fails(
        "fit short.fa -o x.h5",
        3,
        &["U+2013", "has 6 columns, but the first (", "has 8"],
    );
    let rows = named_rows("").replacen("ACDEFGHK", "AC\u{2013}EFGHK", 1);
    bench.write("dash.fa", second("AC\u{2013}EFGHI"));
    bench.write("dash.phy", format!(" 6 8\n{rows}"));
    for name in ["dash.fa", "dash.phy"] {
        let run = bench.run(&format!("fit {name} -o x.h5"));
        assert_eq!(run.code, 3, "{}", run.stderr);
        says(&run, &["U+2013"]);
        assert!(!run.stderr.contains("has 10"), "{}", run.stderr);
    }
}

#[test]
fn signs_that_may_be_gaps_are_answered_with_their_remedy() {
    let bench = Bench::with_model();
    for (sign, remedy) in [
        ('?', "sed '/^>/! s/?/-/g' FILE"),
        ('_', "sed '/^>/! s/_/-/g' FILE"),
    ] {
        let target = |row: &str| format!("{}{sign}{}", &row[..3], &row[4..]);
        bench.write(
            "sign.fa",
            with_rows(|n, row| if n == 0 { target(row) } else { row.into() }),
        );
        bench.fails(
            "fit sign.fa -o x.h5",
            3,
            &[
                "the target cannot be read",
                "if it stands for a gap",
                remedy,
            ],
        );
    }
    // The remedy works.
    #[cfg(unix)]
    {
        let gap = |sign: &str| {
            with_rows(|n, row| {
                if n == 0 {
                    row.replace('I', sign)
                } else {
                    row.into()
                }
            })
        };
        bench.write("marks.fa", gap("?"));
        bench.script("sed '/^>/! s/?/-/g' marks.fa > plain.fa");
        assert_eq!(bench.read("plain.fa"), gap("-"));
        bench.works("fit plain.fa -o plain.h5");
    }
}
