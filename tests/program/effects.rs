//! The column of effects.

use super::support::{Bench, data};

fn effects(bench: &Bench, arguments: &str) -> Vec<f64> {
    let run = bench.works(arguments);
    let cells = run.column("effect_score");
    cells.iter().map(|cell| cell.parse().unwrap()).collect()
}

#[test]
fn a_mutant_of_several_has_the_sum_and_the_wild_type_none() {
    let bench = Bench::planted();
    let found = effects(&bench, "score-mutants m.h5 A24V L25P A24V:L25P wt");
    assert!(found[0] < 0.0 && found[1] < 0.0 && found[3] == 0.0);
    assert!((found[2] - found[0] - found[1]).abs() < 2e-6);
    let all = effects(&bench, "score-mutants m.h5 --all-single");
    assert_eq!(all.len(), 76 * 19);
    assert_eq!(all.iter().filter(|effect| **effect == 0.0).count(), 1);
}

#[test]
fn the_summary_says_what_effects_rest_on() {
    let bench = Bench::planted();
    let basis = |model: &str| {
        let json = bench.json(&format!("score-mutants {model} A24V -o s.tsv --force"));
        json["effect_from"].as_str().map(str::to_owned)
    };
    assert_eq!(basis("m.h5").as_deref(), Some("alignment"));
    // Another program's file has the frequencies, and no sequences.
    bench.works("convert m.h5 m.params");
    assert_eq!(basis("m.params").as_deref(), Some("frequencies"));
    // An alignment gives them back.
    let planted = data("planted.a2m").display().to_string();
    bench.works(&format!("convert m.params again.h5 --alignment {planted}"));
    assert_eq!(basis("again.h5").as_deref(), Some("alignment"));
    let scores = |model: &str| effects(&bench, &format!("score-mutants {model} --all-single"));
    assert_eq!(scores("again.h5"), scores("m.h5"));
    // What is known of proteins says nothing of other molecules.
    bench.write("rna.fa", ">T\nACGUACGUAC\n>b\nACGUACGAAC\n>c\nAGGUACGAAC\n");
    bench.works("fit rna.fa -o rna.h5 -q");
    assert_eq!(
        bench
            .works("score-mutants rna.h5 A1C")
            .column("effect_score"),
        [""]
    );
}

#[test]
fn sites_are_described_in_the_file() {
    let bench = Bench::planted();
    super::support::look(&bench.path("m.h5"), |file| {
        let rate: Vec<f32> = file.dataset("sites/rate").unwrap().read_raw().unwrap();
        assert!(rate.len() == 76 && rate.iter().all(|rate| *rate > 0.0));
        let singles = file.dataset("sites/single_scores").unwrap();
        assert_eq!(singles.shape(), [76, 20]);
        assert_eq!(file.dataset("sites/appearance").unwrap().shape(), [76, 20]);
        assert_eq!(file.dataset("sites/burial").unwrap().shape(), [76]);
    });
    // Without the group, as files of earlier versions are.
    super::support::edit(&bench.path("m.h5"), |file| file.unlink("sites").unwrap());
    let run = bench.works("score-mutants m.h5 A24V --json -o s.tsv");
    assert_eq!(run.json()["effect_from"], "frequencies");
}

#[test]
fn residues_that_no_sequence_has_tie_to_the_last_digit() {
    let bench = Bench::new();
    let planted = data("planted.a2m").display().to_string();
    for method in ["plm", "plm-asymmetric"] {
        bench.works(&format!(
            "fit {planted} -o m.h5 -q --force --tolerance 1e-3 --method {method}"
        ));
        let run = bench.works("score-mutants m.h5 --all-single");
        let (names, scores) = (run.column("mutant"), run.column("potts_score"));
        let mut of_position = std::collections::BTreeMap::new();
        let seen = run.column("seen");
        for ((name, score), _) in names
            .iter()
            .zip(scores)
            .zip(seen)
            .filter(|(_, seen)| seen.parse() == Ok(0.0))
        {
            let scores: &mut Vec<&str> = of_position.entry(&name[..name.len() - 1]).or_default();
            scores.push(score);
        }
        let several = of_position.values().filter(|scores| scores.len() > 1);
        assert!(several.clone().count() > 15, "{method}");
        let all_alike = |scores: &Vec<&str>| scores.iter().all(|score| *score == scores[0]);
        assert!(several.clone().all(all_alike), "{method}");
    }
}

#[test]
fn chains_told_later_have_their_own_effects() {
    let bench = Bench::new();
    // Rows without gaps are kept and weighted alike, chains or not.
    let family = std::fs::read_to_string(data("planted.a2m")).unwrap();
    let has_no_gap = |row: &&str| {
        row.split_once('\n')
            .is_some_and(|(_, letters)| !letters.contains('-'))
    };
    let whole = family[1..].split("\n>").filter(has_no_gap);
    let text: String = whole.map(|row| format!(">{}\n", row.trim())).collect();
    bench.write("whole.a2m", text);
    let chains = "--chains 40,38";
    bench.works("fit whole.a2m -o m.h5 -q --tolerance 1e-3");
    bench.works(&format!(
        "fit whole.a2m -o c.h5 -q --tolerance 1e-3 {chains}"
    ));
    bench.works(&format!(
        "convert m.h5 told.h5 {chains} --alignment whole.a2m"
    ));
    let rates = |model: &str| bench.works(&format!("positions {model}")).numbers("rate");
    assert_eq!(rates("told.h5"), rates("c.h5"));
    assert_ne!(rates("told.h5"), rates("m.h5"));
}
