//! Two proteins in one alignment: planted couplings come back with their chains, from `potts fit --chains` to every table.

mod common;

use common::bench::{Bench, Run};
use std::collections::BTreeSet;
use std::fmt::Write;

const LETTERS: &[u8; 20] = b"ACDEFGHIKLMNPQRSTVWY";

/// Sites of the two chains.
const LENGTHS: [usize; 2] = [24, 18];

/// The target has an inserted residue after this site of the first chain, which counts.
const INSERT_AFTER: usize = 10;

/// Planted pairs, by chain and site from 1. Every site has at most one partner, so that pairs can be drawn one by one.
/// Two inter-chain pairs have close numbers, and one joins the end of A to the beginning of B: none is near in a chain.
const PAIRS: [((usize, usize), (usize, usize)); 12] = [
    ((0, 1), (0, 9)),
    ((0, 2), (0, 16)),
    ((0, 4), (0, 22)),
    ((0, 6), (0, 19)),
    ((0, 11), (0, 13)),
    ((1, 2), (1, 17)),
    ((1, 4), (1, 13)),
    ((0, 5), (1, 5)),
    ((0, 8), (1, 9)),
    ((0, 24), (1, 1)),
    ((0, 15), (1, 12)),
    ((0, 20), (1, 7)),
];

/// Numbers in [0, 1) that look random.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }
}

/// Index of a site through both chains.
fn index((chain, site): (usize, usize)) -> usize {
    LENGTHS[..chain].iter().sum::<usize>() + site - 1
}

/// `A:12`: the inserted residue of the target counts.
fn name((chain, site): (usize, usize)) -> String {
    let number = site + usize::from(chain == 0 && site > INSERT_AFTER);
    format!("{}:{number}", ["A", "B"][chain])
}

/// A row: partners go together in three of four rows, and each site has six residues to choose from.
fn row(dice: &mut Dice) -> Vec<u8> {
    let sites = LENGTHS.iter().sum();
    let mut states: Vec<usize> = (0..sites).map(|_| dice.below(6)).collect();
    for (i, j) in PAIRS {
        if dice.uniform() < 0.75 {
            states[index(j)] = (states[index(i)] * 5 + index(i)) % 6;
        }
    }
    states
        .iter()
        .enumerate()
        .map(|(k, s)| LETTERS[(k + 3 * s) % 20])
        .collect()
}

/// The alignment in A2M: the target with its insert, then rows without.
fn alignment(name: &str) -> String {
    let mut dice = Dice(7);
    let mut text = String::new();
    for n in 0..1200 {
        let row = String::from_utf8(row(&mut dice)).unwrap();
        let (before, after) = row.split_at(INSERT_AFTER);
        let (header, insert) = if n == 0 {
            (name.to_owned(), 'w')
        } else {
            (format!("r{n}"), '.')
        };
        writeln!(text, ">{header}\n{before}{insert}{after}").unwrap();
    }
    text
}

/// A folder with `pair.a2m`.
fn alignment_only() -> Bench {
    let bench = Bench::new();
    bench.write("pair.a2m", alignment("P1_P2"));
    bench
}

/// The same with `pair.h5`.
fn with_model() -> Bench {
    let bench = alignment_only();
    ok(&bench, "fit pair.a2m --chains 25,18 -q");
    bench
}

fn ok(bench: &Bench, arguments: &str) -> Run {
    let run = bench.run(arguments);
    assert_eq!(run.code, 0, "potts {arguments}\n{}", run.stderr);
    run
}

/// The cells of each row below the header.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect())
        .collect()
}

fn pairs_of(table: &str) -> BTreeSet<(String, String)> {
    rows(table)
        .iter()
        .map(|cells| (cells[1].into(), cells[3].into()))
        .collect()
}

/// The planted pairs between chains, or within them and far enough apart.
fn planted(between: bool) -> BTreeSet<(String, String)> {
    let of_kind = PAIRS.iter().filter(|(i, j)| (i.0 != j.0) == between);
    of_kind
        .filter(|(i, j)| i.0 != j.0 || j.1 - i.1 >= 6)
        .map(|&(i, j)| (name(i), name(j)))
        .collect()
}

#[test]
fn planted_pairs_between_chains_come_first() {
    let bench = alignment_only();
    let fit = ok(&bench, "fit pair.a2m --chains 25,18").stderr;
    assert!(
        fit.contains("P1_P2, chains A 1 to 25, B 1 to 18, 42 of its 43 residues modelled"),
        "{fit}"
    );
    assert!(
        fit.contains("24 sites in A, 18 sites in B; 1200 of 1200 sequences have residues in each"),
        "{fit}"
    );

    let inter = ok(&bench, "contacts pair.h5 --pairs inter --top 5").stdout;
    assert_eq!(pairs_of(&inter), planted(true));
    assert!(
        rows(&inter)
            .iter()
            .all(|cells| cells[9].is_empty() && cells[8].parse::<f64>().unwrap() > 5.0)
    );
    let intra = ok(&bench, "contacts pair.h5 --pairs intra --top 6").stdout;
    assert_eq!(pairs_of(&intra), planted(false));
    assert!(rows(&intra).iter().all(|cells| !cells[9].is_empty()));
    let all = ok(&bench, "contacts pair.h5 --top 11").stdout;
    assert_eq!(pairs_of(&all), &planted(true) | &planted(false));

    // 24 x 18 pairs between chains, none of which a filter of separation takes away.
    for separation in [1, 6, 1000] {
        let run = ok(
            &bench,
            &format!("contacts pair.h5 --pairs inter --top all --min-separation {separation}"),
        );
        assert_eq!(rows(&run.stdout).len(), 432, "{separation}");
        assert_eq!(run.stderr, "");
    }
    let near = ok(
        &bench,
        "contacts pair.h5 --pairs intra --min-separation 1000",
    );
    assert!(
        near.stderr.contains("1000 or more apart (at most 24)"),
        "{}",
        near.stderr
    );
}

#[test]
fn the_letters_of_the_target_are_those_of_its_residues() {
    let bench = with_model();
    let target = alignment("x").lines().nth(1).unwrap().to_uppercase();
    let letter = |residue: &str| {
        let (chain, number) = residue.split_once(':').unwrap();
        let start = if chain == "A" { 0 } else { 25 };
        target[start + number.parse::<usize>().unwrap() - 1..]
            .chars()
            .next()
            .unwrap()
    };
    let table = ok(&bench, "contacts pair.h5 --top all --min-separation 0").stdout;
    assert_eq!(rows(&table).len(), 42 * 41 / 2);
    for cells in rows(&table) {
        assert_eq!(cells[2], letter(cells[1]).to_string());
        assert_eq!(cells[4], letter(cells[3]).to_string());
    }
    assert!(!table.contains("A:11\t"), "the inserted residue is no site");
    let map = ok(&bench, "info pair.h5 --map").stdout;
    assert!(
        map.contains("\n11\tA\t11\tW\t0\n12\tA\t12\t") && map.contains("\n26\tB\t1\t"),
        "{map}"
    );
}

#[test]
fn formats_say_chains_as_they_can() {
    let bench = with_model();
    let json = ok(
        &bench,
        "contacts pair.h5 --pairs inter --top 5 --format json",
    )
    .stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json[0]["i"].as_str().unwrap().starts_with("A:"));
    assert!(json[0]["probability"].is_null());

    let run = ok(
        &bench,
        "contacts pair.h5 --pairs inter --top 5 --format evcouplings",
    );
    let (i, j) = (11 + 5, 25 + 12); // A:16 with B:12
    assert!(
        run.stdout
            .lines()
            .any(|l| l.starts_with(&format!("{i} ")) && l.contains(&format!(" {j} "))),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("A 1 to 25, B 26 to 43"),
        "{}",
        run.stderr
    );

    let run = ok(&bench, "contacts pair.h5 --top 11 --format casp-rr");
    assert!(
        run.stdout.contains("\nA25 B1 0 8 0.0000\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("\nB2 B17 0 8 0."), "{}", run.stdout);
    assert!(
        run.stderr.contains("no calibrated probability"),
        "{}",
        run.stderr
    );

    let matrix = ok(&bench, "contacts pair.h5 --format ccmpred").stdout;
    assert_eq!(matrix.lines().count(), 42);
}

#[test]
fn mutants_name_their_chain() {
    let bench = with_model();
    let target = alignment("x").lines().nth(1).unwrap().to_uppercase();
    let (a, b) = (&target[23..24], &target[25..26]); // A:24 and B:1
    let other = |letter: &str| if letter == "G" { "H" } else { "G" };
    let first = format!("A:{a}24{}", other(a));
    let second = format!("B:{b}1{}", other(b));
    let bare = &second[2..];
    let run = ok(
        &bench,
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
        "unparsable",
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
    let named = ok(&bench, &format!("score-mutants pair.h5 --chain B {bare}")).stdout;
    assert_eq!(self::rows(&named)[0][1..], rows[1][1..]);

    let singles = ok(&bench, "score-mutants pair.h5 --all-single").stdout;
    assert_eq!(singles.lines().count(), 1 + 42 * 19);
    assert!(
        singles
            .lines()
            .any(|line| line.split('\t').next() == Some(&second))
    );
    let matrix = ok(&bench, "score-mutants pair.h5 --all-single --format matrix").stdout;
    assert!(
        matrix
            .lines()
            .nth(25)
            .unwrap()
            .starts_with(&format!("B:1\t{b}\t")),
        "{matrix}"
    );

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
    let small = ok(&bench, &format!("score-mutants pair.h5 --chain b {bare}")).stdout;
    assert_eq!(small, named);
    let alone = format!("score-mutants pair.h5 A:{second} {second}");
    let alone = ok(&bench, &alone).stdout;
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
    let run = ok(
        &bench,
        "score-mutants pair.h5 --file assay.csv --chain-column protein",
    );
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
    let small = ok(
        &bench,
        "score-mutants pair.h5 --file small.csv --chain-column protein",
    );
    assert_eq!(
        small.stdout.to_uppercase(),
        run.stdout.to_uppercase(),
        "{}",
        small.stdout
    );
    let run = ok(
        &bench,
        "score-mutants pair.h5 --file assay.csv --chain-column protein --offset -100,0 --json",
    );
    let summary: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(summary["offset"], serde_json::json!([-100, 0]));
    let count = |status: &str| summary["statuses"][status].as_u64().unwrap();
    assert_eq!(count("scored") + count("wild_type"), 16);
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
        let run = ok(
            &bench,
            &format!("fit {arguments} --method independent --force"),
        );
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
    let summary = ok(
        &bench,
        "fit named.a2m --chains 25,18 --method independent --force --json -q",
    )
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
    let run = ok(&bench, "fit rows.fa --chains 6,3");
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
        let run = ok(&bench, &format!("fit gaps.fa --chains {chains} --force"));
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
        let run = ok(&bench, &format!("{fit} {lengths}"));
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
        ">T\nACDEFGHIKL\n>b\nACDEFGH---\n>c\nACDEYGH---\n>d\nTCDEFGK---\n",
    );
    let run = ok(&bench, "fit half.fa --chains 7,3 --max-column-gap 0.5");
    let words = "warning: no column of chain B is modelled";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    let run = ok(&bench, "contacts half.h5 --pairs inter");
    assert_eq!(run.stdout.lines().count(), 1);
    let words = "warning: only one chain has modelled positions";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    let run = ok(&bench, "contacts half.h5 --min-separation 7");
    let words = "no two modelled positions are 7 or more apart (at most 6)";
    assert!(run.stderr.contains(words), "{}", run.stderr);
}

#[test]
fn models_without_chains_say_so() {
    let bench = alignment_only();
    ok(&bench, "fit pair.a2m -q");
    bench.fails(
        "contacts pair.h5 --pairs inter",
        1,
        &["no chains", "--chains 120,98"],
    );
    let all = ok(&bench, "contacts pair.h5").stdout;
    assert_eq!(ok(&bench, "contacts pair.h5 --pairs intra").stdout, all);
    let run = ok(&bench, "score-mutants pair.h5 B:A1G");
    assert!(
        run.stdout
            .contains("unknown_chain\tchain B is named, but the model has no chains"),
        "{}",
        run.stdout
    );
    bench.fails(
        "score-mutants pair.h5 A1G --chain A",
        2,
        &["fitted without --chains"],
    );
}

/// Chain and position of each site.
fn numbering(bench: &Bench, model: &str) -> Vec<String> {
    let map = ok(bench, &format!("info {model} --map")).stdout;
    rows(&map)
        .iter()
        .map(|cells| cells[1..].join(" "))
        .collect()
}

#[test]
fn letters_are_added_to_chains_that_a_model_has() {
    let bench = alignment_only();
    ok(
        &bench,
        "fit pair.a2m --no-focus --chains 25,18 -o every.h5 -q --method independent",
    );
    ok(
        &bench,
        "convert every.h5 again.h5 --alignment pair.a2m --no-focus --target P1_P2",
    );
    let (before, after) = (numbering(&bench, "every.h5"), numbering(&bench, "again.h5"));
    assert_eq!(after[25][..4], *"B 1 ");
    let bare = |row: &String| row.rsplitn(3, ' ').last().unwrap().to_owned();
    assert!(before.iter().map(bare).eq(after.iter().map(bare)));
    assert!(before[0].contains('-') && !after[0].contains('-'));
}

#[test]
fn chains_come_back_where_a_format_has_none() {
    let bench = Bench::new();
    bench.write("pair.a2m", alignment("P1/5-29_P2/7-24"));
    ok(
        &bench,
        "fit pair.a2m --chains 25,18 -q --method independent",
    );
    for format in ["plmc", "mrf", "dat", "raw"] {
        ok(&bench, &format!("convert pair.h5 pair.{format} -q"));
        let convert = format!("convert pair.{format} again.h5 --force --alignment pair.a2m");
        let run = ok(&bench, &convert);
        assert!(
            run.stderr.contains("a range for each of several chains")
                && run.stderr.contains("positions 1 to 43"),
            "{}",
            run.stderr
        );
        let run = ok(&bench, &format!("{convert} --chains 25,18"));
        assert!(!run.stderr.contains("warning"), "{}", run.stderr);
        assert_eq!(
            numbering(&bench, "again.h5"),
            numbering(&bench, "pair.h5"),
            "{format}"
        );
        ok(
            &bench,
            &format!("{convert} --chains H=25,L=18 --offset 0,-0"),
        );
        assert!(numbering(&bench, "again.h5")[25].starts_with("L 1 "));
    }
    bench.fails("convert pair.h5 x.h5 --chains 25,18", 2, &["--alignment"]);
}

#[test]
fn segments_are_called_as_evcouplings_calls_them() {
    let bench = with_model();
    let table = ok(
        &bench,
        "score-mutants pair.h5 --all-single --format evcouplings",
    )
    .stdout;
    assert!(table.contains("\nA_1,") && table.contains("\nB_1,"));
    assert!(!table.contains("\nA,"));
}
