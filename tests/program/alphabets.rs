//! Alphabets other than the twenty residues, through the program: RNA with planted base pairs, spins, and what is refused.

use crate::support::Bench;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write;

/// Base pairs (columns from 1) of the planted hairpin: a stem of five closed by a loop of six.
const STEM: [(usize, usize); 5] = [(1, 16), (2, 15), (3, 14), (4, 13), (5, 12)];

/// 400 RNA sequences of 16 columns whose stem holds Watson-Crick pairs, nine times out of ten; `u` is the letter of uracil.
fn hairpins(u: char) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let pairs = [('A', u), (u, 'A'), ('G', 'C'), ('C', 'G')];
    let letters = ['A', 'C', 'G', u];
    let mut text = String::new();
    for n in 0..400 {
        let mut row: Vec<char> = (0..16)
            .map(|_| letters[random.random_range(0..4)])
            .collect();
        for (i, j) in STEM {
            if random.random_range(0..10) > 0 {
                (row[i - 1], row[j - 1]) = pairs[random.random_range(0..4)];
            }
        }
        writeln!(text, ">s{n}\n{}", row.iter().collect::<String>()).unwrap();
    }
    text
}

fn column(line: &str, k: usize) -> &str {
    line.split('\t').nth(k).unwrap()
}

#[test]
fn the_stem_of_an_rna_is_found_without_any_option() {
    let bench = Bench::new();
    bench.write("rna.fa", hairpins('U'));
    let fit = bench.run("fit rna.fa");
    assert_eq!(fit.code, 0, "{}", fit.stderr);
    assert!(fit.stderr.contains("RNA, L = 16 sites, q = 4 states"));
    let table = bench.run("contacts rna.h5 --top 5").stdout;
    let found: Vec<(usize, usize)> = table
        .lines()
        .skip(1)
        .map(|line| {
            (
                column(line, 1).parse().unwrap(),
                column(line, 3).parse().unwrap(),
            )
        })
        .collect();
    assert!(STEM.iter().all(|pair| found.contains(pair)), "{table}");
    // Probabilities were calibrated on proteins: here the column is empty.
    assert!(table.lines().skip(1).all(|line| column(line, 9).is_empty()));
    bench.fails("contacts rna.h5 --format casp-rr", 1, &["proteins", "RNA"]);
}

#[test]
fn mutants_may_say_t_for_u() {
    let bench = Bench::new();
    bench.write("rna.fa", hairpins('U'));
    bench.write("dna.fa", hairpins('T'));
    for name in ["rna", "dna"] {
        assert_eq!(bench.run(&format!("fit {name}.fa -q --gaps state")).code, 0);
    }
    let family = hairpins('U');
    let target = family.lines().nth(1).unwrap().chars();
    let (site, wild_type) = target
        .enumerate()
        .find(|(_, letter)| *letter != 'U')
        .unwrap();
    let position = site + 1;
    let score = |model: &str, letter: char| {
        let run = bench.run(&format!(
            "score-mutants {model}.h5 {wild_type}{position}{letter}"
        ));
        assert_eq!(run.code, 0, "{}", run.stderr);
        column(run.stdout.lines().nth(1).unwrap(), 1).to_string()
    };
    let expected = score("rna", 'U');
    assert!(expected.parse::<f64>().unwrap() != 0.0);
    assert_eq!(score("rna", 'T'), expected);
    assert_eq!(score("dna", 'T'), expected);
    assert_eq!(score("dna", 'U'), expected);
}

/// The target may say T for U, too: its residues are the states of the model.
#[test]
fn a_target_may_say_t_for_u() {
    let bench = Bench::new();
    bench.write("t.fa", hairpins('T'));
    bench.write("u.fa", hairpins('U'));
    for name in ["t", "u"] {
        let fit = bench.run(&format!("fit {name}.fa -q --alphabet RNA"));
        assert_eq!(fit.code, 0, "{}", fit.stderr);
    }
    let singles = |model: &str| {
        bench
            .run(&format!("score-mutants {model} --all-single"))
            .stdout
    };
    assert_eq!(singles("t.h5"), singles("u.h5"));
    let target = hairpins('U').lines().nth(1).unwrap().find('U').unwrap() + 1;
    for model in ["t.h5", "u.h5"] {
        let run = bench.run(&format!(
            "score-mutants {model} T{target}A U{target}A T{target}U U{target}T"
        ));
        let rows: Vec<&str> = run.stdout.lines().skip(1).collect();
        let status: Vec<&str> = rows.iter().map(|row| column(row, 5)).collect();
        assert_eq!(status, ["scored", "scored", "synonymous", "synonymous"]);
        assert_eq!(column(rows[0], 1), column(rows[1], 1));
    }
    for arguments in ["u.h5 a.h5 --alignment t.fa", "t.h5 b.h5 --alignment u.fa"] {
        let run = bench.run(&format!("convert {arguments}"));
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let run = bench.run("convert t.h5 t.plmc");
    assert!(!run.stderr.contains("no residues"), "{}", run.stderr);
}

#[test]
fn the_letters_of_a_custom_alphabet_are_its_states() {
    let bench = Bench::new();
    let rows = ["AAB", "ABA", "BBA", "B-B", "AAA", "BBB"];
    let text: String = (0..)
        .zip(rows)
        .map(|(n, row)| format!(">{n}\n{row}\n"))
        .collect();
    bench.write("spins.fa", text);
    let fit = bench.run("fit spins.fa --alphabet -AB --gaps state --json");
    assert_eq!(fit.code, 0, "{}", fit.stderr);
    assert!(
        fit.stderr
            .contains("the letters AB, L = 3 sites, q = 3 states")
    );
    let summary: serde_json::Value = serde_json::from_str(&fit.stdout).unwrap();
    assert_eq!(summary["alphabet"], "AB-");
    let matrix = bench
        .run("score-mutants spins.h5 --all-single --format matrix")
        .stdout;
    assert!(matrix.starts_with("position\tletter\tA\tB\n"), "{matrix}");
}

#[test]
fn spins_may_be_written_in_digits() {
    let bench = Bench::new();
    let rows = ["001", "010", "110", "1-1", "000", "111"];
    let text = |with: fn(&str) -> String| -> String {
        let records = (0..)
            .zip(rows)
            .map(|(n, row)| format!(">{n}\n{}\n", with(row)));
        records.collect()
    };
    bench.write("digits.fa", text(str::to_owned));
    bench.write(
        "letters.fa",
        text(|row| row.replace('0', "A").replace('1', "B")),
    );
    bench.works("fit digits.fa --alphabet 01 -q");
    bench.works("fit letters.fa --alphabet AB -q");
    for command in ["contacts", "score-mutants --all-single", "sample -n 20"] {
        let (command, rest) = command.split_once(' ').unwrap_or((command, ""));
        let of = |model: &str| bench.works(&format!("{command} {model} {rest} -q")).stdout;
        assert_eq!(of("digits.h5"), of("letters.h5"), "{command}");
    }
}

#[test]
fn what_is_no_alphabet_or_not_wanted_is_said() {
    let bench = Bench::new();
    for (arguments, words) in [
        ("--alphabet 10", &["'10' is no alphabet", "spins"][..]),
        ("--alphabet AAB", &["distinct"]),
        ("--alphabet acgu", &["upper-case"]),
        ("--lambda-group 1", &["no group penalty", "--lambda-j"]),
        ("--lambdag 1", &["no group penalty"]),
        ("--scale 0.5", &["does not scale", "--lambda-h"]),
    ] {
        bench.fails(&format!("fit family.fa {arguments}"), 2, words);
    }
    bench.fails(
        "fit family.fa --alphabet rna",
        3,
        &["all 6 sequences", "read as RNA", "--alphabet"],
    );
}
