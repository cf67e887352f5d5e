//! Chains in formats that have none.

use super::{alignment, alignment_only, rows, with_model};
use crate::support::Bench;

/// Chain and position of each site.
fn numbering(bench: &Bench, model: &str) -> Vec<String> {
    let map = bench.works(&format!("info {model} --map")).stdout;
    rows(&map)
        .iter()
        .map(|cells| cells[1..].join(" "))
        .collect()
}

#[test]
fn letters_are_added_to_chains_that_a_model_has() {
    let bench = alignment_only();
    bench.works("fit pair.a2m --no-focus --chains 25,18 -o every.h5 -q --method independent");
    bench.works("convert every.h5 again.h5 --alignment pair.a2m --no-focus --target P1_P2");
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
    bench.works("fit pair.a2m --chains 25,18 -q --method independent");
    for format in ["plmc", "mrf", "dat", "raw"] {
        bench.works(&format!("convert pair.h5 pair.{format} -q"));
        let convert = format!("convert pair.{format} again.h5 --force --alignment pair.a2m");
        let run = bench.works(&convert);
        assert!(
            run.stderr.contains("a range for each of several chains")
                && run.stderr.contains("positions 1 to 43"),
            "{}",
            run.stderr
        );
        let run = bench.works(&format!("{convert} --chains 25,18"));
        assert!(!run.stderr.contains("warning"), "{}", run.stderr);
        assert_eq!(
            numbering(&bench, "again.h5"),
            numbering(&bench, "pair.h5"),
            "{format}"
        );
        bench.works(&format!("{convert} --chains H=25,L=18 --offset 0,-0"));
        assert!(numbering(&bench, "again.h5")[25].starts_with("L 1 "));
    }
    bench.fails("convert pair.h5 x.h5 --chains 25,18", 2, &["--alignment"]);
}

#[test]
fn pairs_are_handed_on_with_their_chains() {
    let bench = with_model();
    let of = |options: &str| {
        bench
            .works(&format!("contacts pair.h5 -q {options}"))
            .stdout
    };
    // Docking is between chains: the list has no others, and chains keep their names.
    let between = rows_of(&of("--top 6 --pairs inter"));
    let haddock = of("--top 6 --format haddock");
    let chai = of("--top 6 --format chai");
    for (k, (i, j)) in between.iter().enumerate() {
        let (a, b) = (&i[2..], &j[2..]);
        assert!(i.starts_with("A:") && j.starts_with("B:"));
        let restraint = format!(
            "assign ( resid {a} and segid A)\n       (\n        ( resid {b} and segid B)\n       )  2.0 2.0 0.0\n"
        );
        assert!(haddock.contains(&restraint), "{haddock}");
        let row: Vec<&str> = chai.lines().nth(k + 1).unwrap().split(',').collect();
        assert_eq!(
            (row[1], &row[2][1..], row[3], &row[4][1..]),
            ("A", a, "B", b)
        );
    }
    assert_eq!(haddock.matches("assign").count(), 6);
    assert_eq!(chai.lines().count(), 7);

    // A has 25 residues: a pose counts on, the input of Boltz begins anew.
    let rosetta = of("--top 6 --pairs inter --format rosetta");
    let boltz = of("--top 6 --pairs inter --format boltz");
    let cns = of("--top 6 --pairs inter --format cns");
    let pymol = of("--top 6 --pairs inter --format pymol");
    for (i, j) in &between {
        let (a, b): (usize, usize) = (i[2..].parse().unwrap(), j[2..].parse().unwrap());
        let constraint =
            |one: &str, other: &str| format!("AtomPair {one} {a} {other} {} SUMFUNC", b + 25);
        let atoms = ["CA", "CB"];
        let mut all = atoms
            .iter()
            .flat_map(|one| atoms.iter().map(|other| constraint(one, other)));
        assert!(
            all.any(|line| rosetta.contains(&line)),
            "{i} {j}: {rosetta}"
        );
        assert!(boltz.contains(&format!(
            "token1: [\"A\", {a}]\n      token2: [\"B\", {b}]\n"
        )));
        assert!(cns.contains(&format!("(resid {a} and name C")) && cns.contains("segid \"B\""));
        assert!(pymol.contains(&format!("first (chain A and resi {a} and name C")));
    }
    assert!(boltz.contains("id: \"A\"") && boltz.contains("id: \"B\""));
}

/// The two residues of each row.
fn rows_of(table: &str) -> Vec<(String, String)> {
    super::rows(table)
        .iter()
        .map(|cells| (cells[1].to_owned(), cells[3].to_owned()))
        .collect()
}
