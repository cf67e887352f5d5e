//! What a list of contacts is ranked by, and which pairs it holds.

use super::support::{Bench, Run, data};
use serde_json::Value;

fn falls(values: &[f64]) -> bool {
    values.windows(2).all(|two| two[0] >= two[1])
}

/// A column by the pairs, which any ranking leaves as they are.
fn of_pairs<'r>(run: &'r Run, column: &str) -> Vec<((&'r str, &'r str), &'r str)> {
    let pairs = run.column("i").into_iter().zip(run.column("j"));
    let mut cells: Vec<_> = pairs.zip(run.column(column)).collect();
    cells.sort_unstable();
    cells
}

#[test]
fn patterns_rank_unless_something_else_was_asked_for() {
    let bench = Bench::planted();
    let usual = bench.works("contacts m.h5 --top all");
    assert!(falls(&usual.numbers("pattern")) && falls(&usual.numbers("probability")));
    assert!(!falls(&usual.numbers("score")));
    assert_eq!(usual.stderr.matches("ranked by pattern").count(), 1);
    assert_eq!(
        bench
            .works("contacts m.h5 --top all --score pattern")
            .stdout,
        usual.stdout
    );

    let apc = bench.works("contacts m.h5 --top all --score apc");
    assert!(falls(&apc.numbers("score")) && !falls(&apc.numbers("pattern")));
    assert!(!apc.stderr.contains("ranked by"), "{}", apc.stderr);
    // A pair has the same scores whatever the list is ranked by; not the same probability.
    for column in ["fn", "cn", "score", "z", "pattern"] {
        assert_eq!(of_pairs(&usual, column), of_pairs(&apc, column), "{column}");
    }
    assert_ne!(
        of_pairs(&usual, "probability"),
        of_pairs(&apc, "probability")
    );
    assert_eq!(
        bench.works("contacts m.h5 --top all --apc 1.1").stdout,
        apc.stdout
    );

    let near = bench.works("contacts m.h5 --top all --min-separation 1");
    assert!(falls(&near.numbers("score")));
    assert!(
        near.stderr
            .contains("ranked by score, not by pattern: pairs nearer than 6"),
        "{}",
        near.stderr
    );
    bench.fails(
        "contacts m.h5 --score pattern --min-separation 5",
        2,
        &["nearer than 6", "leave out"],
    );
}

#[test]
fn models_without_what_patterns_need_rank_as_ever() {
    let bench = Bench::planted();
    let usual = bench.works("contacts m.h5 --top all --score apc");
    bench.works("convert m.h5 m.mrf --to gremlin");
    let without = bench.works("contacts m.mrf --top all");
    assert!(without.column("pattern").iter().all(|cell| cell.is_empty()));
    assert!(falls(&without.numbers("score")));
    assert_eq!(usual.column("A_i").len(), without.column("A_i").len());
    assert_eq!(
        without
            .stderr
            .matches("pattern is empty: it needs the family's frequencies")
            .count(),
        1,
        "{}",
        without.stderr
    );
    bench.fails(
        "contacts m.mrf --score pattern",
        1,
        &["frequencies", "--score apc"],
    );

    let like = bench.works("contacts m.h5 --like ccmpred --top all");
    assert!(like.column("pattern").iter().all(|cell| cell.is_empty()));
    assert!(!like.stderr.contains("pattern"), "{}", like.stderr);
    bench.fails(
        "contacts m.h5 --like ccmpred --score pattern",
        2,
        &["leave --like"],
    );
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let bench = Bench::planted();
    let with = |threads: usize| {
        bench
            .works(&format!("contacts m.h5 --top all --threads {threads}"))
            .stdout
    };
    assert_eq!(with(1), with(2));
    assert_eq!(with(1), with(7));
}

#[test]
fn formats_name_the_score_whose_probability_they_hold() {
    let bench = Bench::planted();
    for (options, word) in [("", "pattern"), ("--score apc", "apc")] {
        let json = bench
            .works(&format!("contacts m.h5 --format json --top 3 {options}"))
            .stdout;
        let parsed: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(parsed[2]["ranked_by"], word);
        let table = bench.works(&format!("contacts m.h5 --top 3 {options}"));
        assert_eq!(
            parsed[2]["probability"].to_string().parse::<f64>().unwrap(),
            table.numbers("probability")[2]
        );
        let casp = bench
            .works(&format!("contacts m.h5 --format casp-rr --top 3 {options}"))
            .stdout;
        assert!(casp.contains(&format!("ranked by {word}")), "{casp}");
    }
    // The formats of other programs hold what these rank by.
    for format in ["evcouplings", "ccmpred"] {
        let usual = bench.works(&format!("contacts m.h5 --format {format} --top 20"));
        let apc = bench.works(&format!(
            "contacts m.h5 --format {format} --top 20 --score apc"
        ));
        assert_eq!(usual.stdout, apc.stdout);
    }
}

#[test]
fn a_summary_tells_how_many_pairs_are_expected_to_be_right() {
    let bench = Bench::planted();
    let run = bench.works("contacts m.h5 -o c.tsv --json");
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    let table = bench.works("contacts m.h5");
    let probabilities = table.numbers("probability");
    let sum = |some: &[f64]| some.iter().sum::<f64>();
    let of = |value: &Value| value.as_f64().unwrap();
    assert_eq!(summary["pairs"], probabilities.len());
    assert!((of(&summary["expected_true"]) - sum(&probabilities)).abs() < 0.01);
    assert_eq!(summary["top_l"]["pairs"], 76);
    assert!((of(&summary["top_l"]["expected_true"]) - sum(&probabilities[..76])).abs() < 0.01);
    assert_eq!(summary["ranked_by"], "pattern");
    let expected = format!(
        "expected in contact: {:.1} of the first 76 pairs",
        of(&summary["top_l"]["expected_true"])
    );
    assert!(run.stderr.contains(&expected), "{}", run.stderr);
    assert_eq!(
        std::fs::read_to_string(bench.path("c.tsv")).unwrap(),
        table.stdout
    );
    let alone = bench.works("contacts m.h5 --json");
    assert_eq!(alone.stdout, run.stdout);
}

#[test]
fn pairs_of_a_spread_list_do_not_crowd() {
    let bench = Bench::planted();
    let all = bench.works("contacts m.h5 --top all");
    let spread = bench.works("contacts m.h5 --top 30 --spread 4:2");
    let pairs = |run: &Run| -> Vec<(i64, i64)> {
        let position = |column: &str| run.numbers(column).into_iter().map(|n| n as i64);
        position("i").zip(position("j")).collect()
    };
    // Going down the whole list by hand.
    let mut expected: Vec<(i64, i64)> = Vec::new();
    for (i, j) in pairs(&all) {
        let near = expected
            .iter()
            .filter(|(k, l)| (i - k).abs() <= 4 && (j - l).abs() <= 4)
            .count();
        if near < 2 {
            expected.push((i, j));
        }
    }
    assert_eq!(pairs(&spread), expected[..30]);
    bench.fails("contacts m.h5 --spread 4:0", 2, &["W:K"]);
}

#[test]
fn all_partners_of_a_position_and_what_the_coupling_likes() {
    let bench = Bench::planted();
    let run = bench.works("contacts m.h5 --positions 68,28-29");
    let of = |column: &str| run.numbers(column);
    let (i, j) = (of("i"), of("j"));
    let named = |position: &f64| [68.0, 28.0, 29.0].contains(position);
    assert!(i.iter().zip(&j).all(|(i, j)| named(i) || named(j)));
    assert!(
        i.iter().zip(&j).any(|(i, j)| j - i < 6.0),
        "near partners are partners"
    );
    // 3 x 75 pairs, of which 3 are between the three: all of them, unless fewer are asked for.
    assert_eq!(i.len(), 3 * 75 - 3);
    let few = bench.works("contacts m.h5 --positions 68,28-29 --top L");
    assert_eq!(few.column("i").len(), 76);
    let likes = run.column("likes");
    let best: f64 = likes[0].split([' ', ';']).nth(1).unwrap().parse().unwrap();
    assert!(
        best > 0.0 && likes[0].matches(';').count() == 3,
        "{}",
        likes[0]
    );
    assert!(run.column("dislikes")[0].contains(" -"));
    assert!(!bench.works("contacts m.h5").stdout.contains("likes"));
    bench.fails(
        "contacts m.h5 --positions 1",
        2,
        &["no site at 1", "24 to 101"],
    );
    bench.fails("contacts m.h5 --positions A:68", 2, &["A:68"]);
    bench.fails(
        "contacts m.h5 --positions 68-",
        2,
        &["'68-'", "such as 54-56"],
    );
}

#[test]
fn weak_and_unlikely_pairs_can_be_left_out() {
    let bench = Bench::planted();
    let all = bench.works("contacts m.h5 --top all");
    for (option, column, least) in [
        ("--min-probability 0.3", "probability", 0.3),
        ("--min-z 4", "z", 4.0),
    ] {
        let run = bench.works(&format!("contacts m.h5 --top all {option}"));
        let kept = all
            .numbers(column)
            .into_iter()
            .filter(|value| *value >= least)
            .count();
        assert!(kept > 0 && kept < all.numbers(column).len());
        assert_eq!(run.column("rank").len(), kept);
        assert!(run.numbers(column).iter().all(|value| *value >= least));
    }
    bench.fails("contacts m.h5 --min-probability 2", 2, &["from 0 to 1"]);
}

/// The fold of the planted family: chain A, and an operator that makes it a dimer.
fn fold(bench: &Bench, name: &str) -> String {
    std::fs::copy(data(name), bench.path(name)).unwrap();
    name.to_owned()
}

#[test]
fn a_structure_says_which_pairs_touch() {
    let bench = Bench::planted();
    let pdb = fold(&bench, "planted.pdb");
    let run = bench.works(&format!(
        "contacts m.h5 --top all --score apc --structure {pdb}"
    ));
    // The fold's CB are nearer than 8 A in the planted contacts, and in no other pairs.
    let planted = std::fs::read_to_string(data("planted_contacts.tsv")).unwrap();
    let planted: std::collections::BTreeSet<(&str, &str)> = planted
        .lines()
        .skip(1)
        .map(|line| line.split_once('\t').unwrap())
        .map(|(i, rest)| (i, rest.split('\t').next().unwrap()))
        .collect();
    let pairs = run.column("i").into_iter().zip(run.column("j"));
    let mut right = 0;
    for (pair, (contact, distance)) in pairs.zip(
        run.column("contact")
            .into_iter()
            .zip(run.column("distance")),
    ) {
        assert_eq!(contact == "1", planted.contains(&pair), "{pair:?}");
        assert_eq!(contact == "1", distance.parse::<f64>().unwrap() < 8.0);
        right += usize::from(contact == "1");
    }
    assert!(
        run.stderr.contains("chain A: 100 % identical"),
        "{}",
        run.stderr
    );
    assert!(right > 80, "{right}");
}

#[test]
fn a_summary_tells_how_many_pairs_are_right() {
    let bench = Bench::planted();
    let pdb = fold(&bench, "planted.pdb");
    let run = bench.works(&format!(
        "contacts m.h5 --top all --score apc --structure {pdb}"
    ));
    let right = run
        .column("contact")
        .iter()
        .filter(|contact| **contact == "1")
        .count();
    let summary = bench.json(&format!(
        "contacts m.h5 --score apc --structure {pdb} --quiet"
    ));
    let seen = &summary["structures"][0];
    assert_eq!(seen["precision"][0]["contacts"], right);
    let top = &seen["precision"][0]["top"][3];
    assert_eq!((&top["list"], &top["pairs"]), (&"L".into(), &76.into()));
    let first = run.column("contact")[..76]
        .iter()
        .filter(|contact| **contact == "1")
        .count();
    assert_eq!(top["right"], first);
    assert!(
        top["precision"].as_f64().unwrap() > 0.8
            && seen["precision"][0]["auc"].as_f64().unwrap() > 0.95
    );
}

#[test]
fn structures_say_the_same_in_every_format() {
    let bench = Bench::planted();
    let (pdb, cif) = (fold(&bench, "planted.pdb"), fold(&bench, "planted.cif"));
    let run = bench.works(&format!(
        "contacts m.h5 --top all --score apc --structure {pdb}"
    ));
    // Both formats say the same, and gzip changes nothing.
    bench.write(
        "packed.pdb.gz",
        super::support::gzip(std::fs::read(data("planted.pdb")).unwrap()),
    );
    for file in [cif.as_str(), "packed.pdb.gz"] {
        let other = bench.works(&format!(
            "contacts m.h5 --top all --score apc --structure {file}"
        ));
        for column in ["contact", "verdict"] {
            assert_eq!(other.column(column), run.column(column), "{file}");
        }
    }
    let two = bench.works(&format!(
        "contacts m.h5 --top 9 --structure {pdb} --structure {cif}"
    ));
    // Called alike, but for their endings.
    let both_files = &format!("{pdb};{cif}")[..];
    for (touches, verdict) in two
        .column("touches_in")
        .into_iter()
        .zip(two.column("verdict"))
    {
        let both = matches!(verdict, "within" | "between");
        assert_eq!(touches, if both { both_files } else { "" });
    }
}

#[test]
fn numbers_of_a_structure_do_not_matter_but_its_sequence_does() {
    let bench = Bench::planted();
    let text = std::fs::read_to_string(data("planted.pdb")).unwrap();
    let atoms = |change: &dyn Fn(&str) -> String| -> String {
        let lines = text.lines().map(|line| match line.starts_with("ATOM") {
            true => change(line) + "\n",
            false => String::new(),
        });
        lines.collect()
    };
    let usual = bench.works(&format!(
        "contacts m.h5 --structure {}",
        fold(&bench, "planted.pdb")
    ));
    // Residue numbers are columns 23 to 26: one further, and ten times.
    let renumbered = atoms(&|line| {
        let number: i64 = line[22..26].trim().parse().unwrap();
        format!("{}{:>4}{}", &line[..22], 10 * number - 777, &line[26..])
    });
    bench.write("renumbered.pdb", renumbered);
    let other = bench.works("contacts m.h5 --structure renumbered.pdb");
    assert_eq!(other.column("distance"), usual.column("distance"));
    // All alanine: another protein.
    bench.write(
        "other.pdb",
        atoms(&|line| format!("{}ALA{}", &line[..17], &line[20..])),
    );
    bench.fails(
        "contacts m.h5 --structure other.pdb",
        3,
        &["other.pdb", "identical", "chain A"],
    );
    bench.fails("contacts m.h5 --structure m.h5", 3, &["m.h5"]);
    bench.fails("contacts m.h5 --structure no.pdb", 1, &["no.pdb"]);
    bench.fails(
        "contacts m.h5 --structure renumbered.pdb --structure-chain B",
        2,
        &["B"],
    );
    bench.fails("contacts m.h5 --cutoff 7", 2, &["--structure"]);
    bench.fails(
        "contacts m.h5 --structure renumbered.pdb --cutoff -1",
        2,
        &["above 0"],
    );
}

#[test]
fn the_structure_that_is_read_is_not_written_over() {
    let bench = Bench::planted();
    std::fs::copy(data("planted.pdb"), bench.path("st.pdb")).unwrap();
    let before = bench.read("st.pdb");
    let refused = bench.run("contacts m.h5 --structure st.pdb -o st.pdb --force");
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert_eq!(bench.read("st.pdb"), before);
    let fit = bench.run("weights m.h5 -o st.pdb --force --focus-structure st.pdb");
    assert_eq!((fit.code, bench.read("st.pdb")), (2, before));
}

#[test]
fn files_of_one_name_are_told_apart_by_their_folders() {
    let bench = Bench::planted();
    for folder in ["apo", "holo"] {
        std::fs::create_dir(bench.path(folder)).unwrap();
        std::fs::copy(data("planted.pdb"), bench.path(&format!("{folder}/x.pdb"))).unwrap();
    }
    let run = bench.works("contacts m.h5 --top 1 --structure apo/x.pdb --structure holo/x.pdb");
    assert_eq!(run.column("touches_in"), ["apo/x.pdb;holo/x.pdb"]);
}

#[test]
fn limits_that_no_pair_reaches_are_named() {
    let bench = Bench::planted();
    let run = bench.works("contacts m.h5 --min-probability 0.99999");
    assert!(
        run.stderr
            .contains("no pair reaches --min-probability 0.99999"),
        "{}",
        run.stderr
    );
    bench.fails("contacts m.h5 --min-z nan", 2, &["--min-z"]);
    // As wide as a number can be: one pair is left.
    let spread = bench.works("contacts m.h5 --spread 18446744073709551615");
    assert_eq!(spread.column("rank"), ["1"]);
    bench.fails(
        "contacts m.h5 --score pattern --like ccmpred",
        2,
        &["ccmpred", "--like"],
    );
}

#[test]
fn partners_of_a_position_stand_as_in_the_whole_list() {
    let bench = Bench::planted();
    let whole = bench.works("contacts m.h5 --top all");
    let partners = bench.works("contacts m.h5 --top all --positions 68");
    let (whole, of_68) = (
        of_pairs(&whole, "probability"),
        of_pairs(&partners, "probability"),
    );
    let mut far = of_68.iter().filter(|(_, cell)| !cell.is_empty());
    assert!(far.all(|pair| whole.contains(pair)));
    let probabilities = partners.column("probability");
    let known = probabilities.iter().filter(|cell| !cell.is_empty());
    let known: Vec<f64> = known.map(|cell| cell.parse().unwrap()).collect();
    assert!(known.len() > 60 && known.len() < of_68.len() && falls(&known));
    // Those too near to have a pattern stand among the others as high as by their scores, and not all behind.
    let is_near = |cell: &&str| cell.is_empty();
    assert!(probabilities[..40].iter().any(is_near));
    let scores = partners.numbers("score");
    let near = scores.iter().zip(&probabilities);
    let near = near.filter(|(_, cell)| cell.is_empty());
    assert!(falls(&near.map(|(score, _)| *score).collect::<Vec<_>>()));
}
