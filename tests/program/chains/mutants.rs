//! Mutants of several chains.

use super::{alignment, alignment_only, rows, with_model};
use std::fmt::Write;

/// The target's letters at A:24 and B:1, and a mutant of each.
fn at_the_border() -> ([String; 2], [String; 2]) {
    let target = alignment("x").lines().nth(1).unwrap().to_uppercase();
    let letters = [23, 25].map(|k| target[k..=k].to_owned());
    let other = |letter: &str| if letter == "G" { "H" } else { "G" };
    let [a, b] = &letters;
    let mutants = [
        format!("A:{a}24{}", other(a)),
        format!("B:{b}1{}", other(b)),
    ];
    (letters, mutants)
}

#[test]
fn mutants_name_their_chain() {
    let bench = with_model();
    let ([a, _], [first, second]) = at_the_border();
    let bare = &second[2..];
    let run = bench.works(
        &format!(
            "score-mutants pair.h5 {first} {second} {first}:{second} {first},{second} {bare} C{second} A:W11G B:{a}99A"
        ),
    );
    let rows = rows(&run.stdout);
    let status: Vec<&str> = rows.iter().map(|cells| cells[5]).collect();
    let expected = [
        "scored",
        "scored",
        "scored",
        "scored",
        "unknown_chain",
        // CB is a name, which is not looked at.
        "unknown_chain",
        "position_not_modelled",
        "out_of_range",
    ];
    assert_eq!(status, expected, "{}", run.stdout);
    assert!(
        rows[4][6].contains(&format!(
            "write A:{bare}, or name it with --chain (there are A, B)"
        )),
        "{}",
        rows[4][6]
    );
    assert_eq!(rows[2][1..], rows[3][1..]);
    let number = |row: usize, cell: usize| rows[row][cell].parse::<f64>().unwrap();
    assert!((number(2, 3) - number(0, 1) - number(1, 1)).abs() < 2e-6);
    let named = bench
        .works(&format!("score-mutants pair.h5 --chain B {bare}"))
        .stdout;
    assert_eq!(self::rows(&named)[0][1..], rows[1][1..]);
    let small = bench.works(&format!("score-mutants pair.h5 --chain b {bare}"));
    assert_eq!(small.stdout, named);
}

#[test]
fn all_singles_name_their_chain() {
    let bench = with_model();
    let ([_, b], [_, second]) = at_the_border();
    let singles = bench.works("score-mutants pair.h5 --all-single").stdout;
    assert_eq!(singles.lines().count(), 1 + 42 * 19);
    assert!(
        singles
            .lines()
            .any(|line| line.split('\t').next() == Some(&second))
    );
    let matrix = bench
        .works("score-mutants pair.h5 --all-single --format matrix")
        .stdout;
    assert!(
        matrix
            .lines()
            .nth(25)
            .unwrap()
            .starts_with(&format!("B:1\t{b}\t")),
        "{matrix}"
    );
}

#[test]
fn chains_that_there_are_not_are_told() {
    let bench = with_model();
    let (_, [first, second]) = at_the_border();
    let bare = &second[2..];
    bench.fails(
        &format!("score-mutants pair.h5 --chain C {bare}"),
        2,
        &["no chain C", "chains A 1 to 25, B 1 to 18"],
    );
    bench.fails(
        &format!("score-mutants pair.h5 --chain 1 {bare}"),
        2,
        &["a letter from A to Z"],
    );
    let alone = format!("score-mutants pair.h5 A:{second} {second}");
    let alone = bench.works(&alone).stdout;
    assert!(alone.contains("unparsable\t'A:' names a chain"), "{alone}");
    bench.fails(
        &format!("score-mutants pair.h5 --offset 1,2,3 {first}"),
        2,
        &["3 numbers", "2 chains"],
    );
}

#[test]
fn tables_may_have_a_column_of_chains_and_numbers_of_their_own() {
    let bench = with_model();
    let target = alignment("x").lines().nth(1).unwrap().to_uppercase();
    let mut table = String::from("mutant,protein\n");
    for k in 1..9 {
        let (a, b) = (&target[k - 1..k], &target[24 + k..25 + k]);
        writeln!(table, "{a}{}G,A\n{b}{}G,B", k + 100, k).unwrap();
    }
    table.push_str("A1G,\nA1G,both\n");
    let small = table.replace(",B\n", ",b\n");
    bench.write("assay.csv", &table);
    let run = bench.works("score-mutants pair.h5 --file assay.csv --chain-column protein");
    assert!(
        run.stderr.contains("1 unknown_chain, 1 unparsable"),
        "{}",
        run.stderr
    );
    assert!(
        run.stdout.contains("'both' is not a chain"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains(
            "with --offset -100,0, 16 of 16 parts of mutants, one a chain, would match the target's residues (8 do now)"
        ),
        "{}",
        run.stderr
    );
    bench.write("small.csv", small);
    let small = bench.works("score-mutants pair.h5 --file small.csv --chain-column protein");
    assert_eq!(
        small.stdout.to_uppercase(),
        run.stdout.to_uppercase(),
        "{}",
        small.stdout
    );
    let run = bench.works(
        "score-mutants pair.h5 --file assay.csv --chain-column protein --offset -100,0 --json",
    );
    let summary: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(summary["offset"], serde_json::json!([-100, 0]));
    let count = |status: &str| summary["statuses"][status].as_u64().unwrap();
    assert_eq!(count("scored") + count("synonymous"), 16);
    bench.fails(
        "score-mutants pair.h5 --file assay.csv --chain-column x",
        3,
        &["'x'", "protein"],
    );
    bench.fails(
        "score-mutants pair.h5 A:A1G --chain-column x",
        2,
        &["--chain-column names a column"],
    );
}

#[test]
fn models_without_chains_say_so() {
    let bench = alignment_only();
    bench.works("fit pair.a2m -q");
    bench.fails(
        "contacts pair.h5 --pairs inter",
        1,
        &["no chains", "--chains 120,98"],
    );
    let all = bench.works("contacts pair.h5").stdout;
    assert_eq!(bench.works("contacts pair.h5 --pairs intra").stdout, all);
    let run = bench.run("score-mutants pair.h5 B:A1G");
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("chain B is named, but the model has no chains"),
        "{}",
        run.stderr
    );
    bench.fails(
        "score-mutants pair.h5 A1G --chain A",
        2,
        &["fitted without --chains"],
    );
}

#[test]
fn segments_are_called_as_evcouplings_calls_them() {
    let bench = with_model();
    let table = bench
        .works("score-mutants pair.h5 --all-single --format evcouplings")
        .stdout;
    assert!(table.contains("\nA_1,") && table.contains("\nB_1,"));
    assert!(!table.contains("\nA,"));
}
