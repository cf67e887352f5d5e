//! Whole sequences whose ends are others than the target's.

use super::super::{bench, scored, scores, target, with};
use crate::support::{Bench, Run};

/// Single mutants of the target, of which the ends are as they are.
const SINGLES: [(usize, char); 6] = [
    (46, 'A'),
    (51, 'D'),
    (61, 'S'),
    (75, 'M'),
    (88, 'V'),
    (53, 'G'),
];

const MUTANTS: &str = "S46A E51D T61S L75M I88V D53G";

/// What became of these and more sequences, each with other ends.
fn of_ends(bench: &Bench, ends: impl Fn(&str) -> String, more: &[String]) -> Run {
    let singles = SINGLES.map(|change| ends(&with(&[change])));
    let rows: Vec<String> = singles.iter().chain(more).cloned().collect();
    let run = scored(bench, format!("seq\n{}\n", rows.join("\n")), "");
    assert_eq!(
        run.column("potts_score")[..SINGLES.len()],
        scores(bench, MUTANTS),
        "{}",
        run.stderr
    );
    run
}

#[test]
fn a_row_with_a_deletion_takes_the_tag_from_none() {
    let bench = bench();
    let wild = target();
    let cut = |from: usize, to: usize| format!("{}{}", &wild[..from], &wild[to..]);
    for (before, after, deleted) in [
        ("MA", "", cut(3, 5)),
        ("", "G", cut(70, 71)),
        ("GSH", "LE", cut(30, 35)),
    ] {
        let tagged = |sequence: &str| format!("{before}{sequence}{after}");
        let run = of_ends(&bench, tagged, &[tagged(&deleted)]);
        assert_eq!(run.column("status")[6], "indel", "{}", run.stdout);
    }
    // Most end before the target does, one has a deletion.
    let shorter = |sequence: &str| sequence[..77].to_string();
    let run = of_ends(&bench, shorter, &[cut(72, 73)]);
    assert_eq!(run.column("status")[6], "indel", "{}", run.stdout);
    // One without the tag is the target itself.
    let tagged = |sequence: &str| format!("GSH{sequence}LE");
    let run = of_ends(&bench, tagged, &[wild.clone(), with(&[(35, 'A')])]);
    assert_eq!(run.column("status")[6..], ["wild_type", "scored"]);
    assert_eq!(run.column("potts_score")[7], scores(&bench, "E35A")[0]);
}

#[test]
fn a_tag_in_place_of_an_end_is_no_mutant() {
    let bench = bench();
    for (before, from, to, after) in [
        ("MGSSHHHHHHSSG", 10, 78, ""),
        ("", 0, 76, "LEHHHHHH"),
        ("M", 9, 78, ""),
        ("MA", 0, 77, "G"),
    ] {
        let construct = |sequence: &str| format!("{before}{}{after}", &sequence[from..to]);
        let run = of_ends(&bench, construct, &[]);
        assert!(run.stderr.contains("not looked at"), "{}", run.stderr);
    }
    // A change that all have elsewhere is one of each, and said.
    let rows = SINGLES.map(|change| with(&[(39, 'W'), change]));
    let run = scored(&bench, format!("seq\n{}\n", rows.join("\n")), "");
    assert_eq!(run.column("potts_score")[0], scores(&bench, "K39W:S46A")[0]);
    assert!(run.stderr.contains("differ from the target in K39W"));
}

#[test]
fn a_gap_is_a_deletion_unless_most_rows_have_it() {
    let bench = bench();
    let wild = target();
    let gap = |place: usize| format!("M{}-{}", &wild[..place], &wild[place + 1..]);
    let rows = [gap(20), gap(40)].join("\n");
    bench.write("t.txt", format!("seq\n{rows}\n"));
    let run = bench.run("score-mutants m.h5 --file t.txt");
    assert!(!run.stdout.contains("scored"), "{}", run.stdout);
    // A column of an alignment in which the target has a gap.
    let aligned = |sequence: &str| format!("{}--{}", &sequence[..20], &sequence[20..]);
    of_ends(&bench, aligned, &[]);
}
