//! Weights that do not belong, and options that do not.

use super::{FAMILY, bench};

#[test]
fn weights_that_do_not_fit_are_bad_input() {
    let bench = bench();
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
        bench.fails("fit family.fa --weights w", 3, &words);
    }
    bench.fails("fit family.fa --weights none", 1, &["none", "No such file"]);
    bench.fails("fit family.fa --weights .", 3, &["this is a folder"]);
    assert!(!bench.path("family.h5").exists());
}

#[test]
fn options_that_contradict_each_other() {
    let bench = bench();
    for (arguments, word) in [
        (
            "fit family.fa --weights w --identity 0.8",
            "cannot be used with",
        ),
        (
            "fit family.fa --weights w --no-reweighting",
            "cannot be used with",
        ),
        ("fit - --weights - -o m.h5", "standard input"),
        ("fit family.fa --identity >1.5", "share between 0 and 1"),
        ("fit family.fa --identity <0.8", "'>=0.8' or '>0.8'"),
        ("weights family.fa --identity 0", "share between 0 and 1"),
        (
            "weights family.fa --sweep --identity 0.8",
            "cannot be used with",
        ),
        (
            "weights --sweep family.fa",
            "put the alignment before --sweep",
        ),
        ("weights family.fa --sweep 0.9:0.6:0.1", "FROM:TO:STEP"),
        (
            "weights family.fa --sweep --format npy",
            "--sweep gives a table",
        ),
        (
            "weights family.fa --sweep --format plain",
            "--sweep gives a table",
        ),
        ("weights family.fa --format xlsx", "evcouplings"),
        ("weights", "ALIGNMENT"),
    ] {
        bench.fails(arguments, 2, &[word]);
    }
    bench.fails("weights none.fa", 1, &["none.fa", "No such file"]);
    bench.write("empty.fa", "");
    bench.fails("weights empty.fa", 3, &["alignment is expected, in FASTA"]);
    bench.write("w.tsv", "mine");
    bench.fails(
        "weights family.fa -o w.tsv",
        1,
        &["exists already", "--force"],
    );
    bench.works("weights family.fa -o w.tsv --force");
    let help = bench.works("weights --help");
    assert!(help.stdout.contains("potts weights family.a2m --sweep"));
}
