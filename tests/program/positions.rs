//! What a model says of each position.

use super::support::{Bench, Run};

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 2e-4
}

#[test]
fn numbers_are_those_of_the_other_tables() {
    let bench = Bench::planted();
    let run = bench.works("positions m.h5");
    let positions = run.column("position");
    assert_eq!(positions.len(), 76);
    let singles = bench.works("score-mutants m.h5 --all-single");
    let pairs = bench.works("contacts m.h5 --top all --min-separation 1");
    let (effects, scores) = (
        singles.numbers("effect_score"),
        singles.numbers("potts_score"),
    );
    let norms = pairs.numbers("cn");
    let listed = bench.works("contacts m.h5");
    for (k, position) in positions.iter().enumerate() {
        let mean = |values: &[f64]| values[19 * k..][..19].iter().sum::<f64>() / 19.0;
        assert!(
            close(run.numbers("mean_effect")[k], mean(&effects)),
            "{position}"
        );
        assert!(
            close(run.numbers("mean_score")[k], mean(&scores)),
            "{position}"
        );
        let of_position = |pairs: &Run, row: usize| {
            let (i, j) = (
                pairs.column("i")[row].to_owned(),
                pairs.column("j")[row].to_owned(),
            );
            if i == *position {
                Some(j)
            } else if j == *position {
                Some(i)
            } else {
                None
            }
        };
        if k % 19 == 0 {
            let own = (0..norms.len()).filter(|&row| of_position(&pairs, row).is_some());
            let sum: f64 = own.map(|row| norms[row].max(0.0)).sum();
            assert!(close(run.numbers("coupling")[k], sum), "{position}");
            let partners = (0..152).filter_map(|row| of_position(&listed, row));
            let partners: Vec<String> = partners.take(5).collect();
            assert_eq!(run.column("partners")[k], partners.join(" "), "{position}");
            let seen = singles.numbers("coverage")[19 * k];
            assert!(close(run.numbers("coverage")[k], seen), "{position}");
        }
    }
    let borne = run.column("tolerated")[0];
    let best = (0..19)
        .max_by(|&a, &b| effects[a].total_cmp(&effects[b]))
        .unwrap();
    assert!(borne.is_empty() || singles.column("mutant")[best].ends_with(&borne[..1]));
    assert!(
        run.numbers("entropy")
            .iter()
            .all(|h| (0.0..=20f64.ln()).contains(h))
    );
    let burial = run.numbers("burial");
    assert!(burial.iter().sum::<f64>().abs() < 0.1);
}

#[test]
fn some_positions_in_any_format() {
    let bench = Bench::planted();
    let run = bench.works("positions m.h5 --positions 68,30-32");
    assert_eq!(run.column("position"), ["30", "31", "32", "68"]);
    let json = bench.works("positions m.h5 --positions 68 --format json");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&json[0]["position"], &json[0]["residue"]),
        (&68.into(), &"Q".into())
    );
    bench.works("positions m.h5 -o p.csv");
    assert!(
        bench
            .read("p.csv")
            .starts_with("position,residue,coverage,")
    );
    bench.fails("positions m.h5 -o p.csv", 1, &["p.csv"]);
    bench.fails("positions m.h5 -o m.h5 --force", 2, &["m.h5"]);
    bench.fails("positions m.h5 --positions 999", 2, &["999"]);
}

#[test]
fn what_a_model_does_not_hold_is_left_empty() {
    let bench = Bench::planted();
    bench.works("convert m.h5 m.mrf");
    let bare = bench.works("positions m.mrf");
    assert!(
        bare.column("mean_effect")
            .iter()
            .all(|cell| cell.is_empty())
    );
    assert!(bare.column("entropy").iter().all(|cell| cell.is_empty()));
    assert!(bare.numbers("coupling").iter().any(|sum| *sum > 0.0));
    bench.write("rna.fa", ">T\nACGUACGUAC\n>b\nACGUACGAAC\n>c\nAGGUACGAAC\n");
    bench.works("fit rna.fa -o rna.h5 -q --method independent");
    let rna = bench.works("positions rna.h5");
    assert!(rna.column("rate").iter().all(|cell| cell.is_empty()));
    assert!(rna.column("partners").iter().all(|cell| cell.is_empty()));
    assert!(close(rna.numbers("conservation")[0], 4f64.ln()));
}

#[test]
fn where_the_target_has_a_gap_nothing_is_said_of_its_residue() {
    let bench = Bench::new();
    bench.write(
        "gap.fa",
        ">T\nACD-FGHIKL\n>b\nACDEFGHIKM\n>c\nACEEFGHVKL\n>d\nGCDWFGHIRL\n",
    );
    bench.works("fit gap.fa --no-focus --target T -o t.h5 -q");
    let run = bench.works("positions t.h5");
    for column in ["rate", "burial", "mean_effect"] {
        let cells = run.column(column);
        let empty = (0..cells.len()).filter(|&k| cells[k].is_empty());
        assert_eq!(empty.collect::<Vec<_>>(), [3], "{column}");
    }
}
