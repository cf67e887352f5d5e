//! Alphabets other than the twenty residues, through the program: RNA with planted base pairs, spins, and what is refused.

mod common;

use common::bench::Bench;
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
fn what_is_no_alphabet_or_not_wanted_is_said() {
    let bench = Bench::new();
    for (arguments, words) in [
        ("--alphabet 01", &["'01' is no alphabet", "spins"][..]),
        ("--alphabet AAB", &["distinct"]),
        ("--alphabet Rna", &["upper-case"]),
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
