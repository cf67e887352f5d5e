//! Contacts within chains and between them.

use super::{alignment, alignment_only, pairs_of, planted, rows, with_model};

#[test]
fn planted_pairs_between_chains_come_first() {
    let bench = alignment_only();
    let fit = bench.works("fit pair.a2m --chains 25,18").stderr;
    assert!(
        fit.contains("P1_P2 (the first sequence; --focus chooses another), chains A 1 to 25, B 1 to 18, 42 of its 43 residues modelled"),
        "{fit}"
    );
    assert!(
        fit.contains("24 sites in A, 18 sites in B; 1200 of 1200 sequences have residues in each"),
        "{fit}"
    );

    let inter = bench.works("contacts pair.h5 --pairs inter --top 5").stdout;
    assert_eq!(pairs_of(&inter), planted(true));
    assert!(
        rows(&inter)
            .iter()
            .all(|cells| cells[9].is_empty() && cells[8].parse::<f64>().unwrap() > 5.0)
    );
    // By couplings alone: the planted pairs make none of the patterns of a fold.
    let intra = bench
        .works("contacts pair.h5 --pairs intra --top 6 --score apc")
        .stdout;
    assert_eq!(pairs_of(&intra), planted(false));
    let by_pattern = bench.works("contacts pair.h5 --pairs intra --top all");
    assert!(
        by_pattern
            .column("pattern")
            .iter()
            .all(|cell| !cell.is_empty())
    );
    assert!(
        by_pattern.stderr.contains("ranked by pattern"),
        "{}",
        by_pattern.stderr
    );
    assert!(rows(&intra).iter().all(|cells| !cells[9].is_empty()));
    let both = bench.works("contacts pair.h5 --top 11");
    assert_eq!(pairs_of(&both.stdout), &planted(true) | &planted(false));
    let why = "ranked by score, not by pattern: pairs between chains have none";
    assert!(both.stderr.contains(why), "{}", both.stderr);
}

#[test]
fn pairs_between_chains_are_never_too_near() {
    let bench = alignment_only();
    bench.works("fit pair.a2m --chains 25,18 -q");
    // 24 x 18 pairs between chains, none of which a filter of separation takes away.
    for separation in [1, 6, 1000] {
        let run = bench.works(&format!(
            "contacts pair.h5 --pairs inter --top all --min-separation {separation}"
        ));
        assert_eq!(rows(&run.stdout).len(), 432, "{separation}");
        // None of these pairs has a probability.
        assert!(!run.stderr.contains("probabilities rest"), "{}", run.stderr);
    }
    let near = bench.works("contacts pair.h5 --pairs intra --min-separation 1000");
    let rest =
        "note: probabilities rest on Neff = 1200.0 with A, 1200.0 with B, 1200.0 with A and B";
    assert!(near.stderr.contains(rest), "{}", near.stderr);
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
    let table = bench
        .works("contacts pair.h5 --top all --min-separation 0")
        .stdout;
    assert_eq!(rows(&table).len(), 42 * 41 / 2);
    for cells in rows(&table) {
        assert_eq!(cells[2], letter(cells[1]).to_string());
        assert_eq!(cells[4], letter(cells[3]).to_string());
    }
    assert!(!table.contains("A:11\t"), "the inserted residue is no site");
    let map = bench.works("info pair.h5 --map").stdout;
    assert!(
        map.contains("\n11\tA\t11\tW\t0\n12\tA\t12\t") && map.contains("\n26\tB\t1\t"),
        "{map}"
    );
}

#[test]
fn formats_say_chains_as_they_can() {
    let bench = with_model();
    let json = bench
        .works("contacts pair.h5 --pairs inter --top 5 --format json")
        .stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json[0]["i"].as_str().unwrap().starts_with("A:"));
    assert!(json[0]["probability"].is_null());

    let run = bench.works("contacts pair.h5 --pairs inter --top 5 --format evcouplings");
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

    let run = bench.works("contacts pair.h5 --top 11 --format casp-rr");
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

    let matrix = bench.works("contacts pair.h5 --format ccmpred").stdout;
    assert_eq!(matrix.lines().count(), 42);
}
