//! What substitutions do together, and mutants of a background.

use super::support::{Bench, Run, data, text};

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 3e-6
}

/// A number of a run by the mutant of its row.
fn of(run: &Run, mutant: &str, column: &str) -> f64 {
    let row = run.column("mutant").iter().position(|m| *m == mutant);
    let row = row.unwrap_or_else(|| panic!("no row of {mutant}"));
    run.column(column)[row].parse().unwrap()
}

/// The target of the planted family, positions 24 to 101.
fn target() -> String {
    let planted = text(&data("planted.a2m"));
    let lines = planted
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with('>'));
    let letters = lines
        .flat_map(str::chars)
        .filter(|c| c.is_ascii_alphabetic());
    letters.map(|c| c.to_ascii_uppercase()).collect()
}

#[test]
fn named_mutants_have_the_numbers_of_score_mutants() {
    let bench = Bench::planted();
    let mutants = "A24V A24V:R57I A24V:R57I:K49F 24V:R57I A24G:C24D x9";
    let run = bench.works(&format!("epistasis m.h5 {mutants}"));
    let scored = bench.works(&format!("score-mutants m.h5 {mutants}"));
    for (own, other) in [
        ("joint", "potts_score"),
        ("additive", "additive_score"),
        ("interaction", "epistasis"),
        ("status", "status"),
        ("note", "note"),
        ("seen", "seen"),
        ("coverage", "coverage"),
        ("effect_score", "effect_score"),
    ] {
        assert_eq!(run.column(own), scored.column(other), "{own}");
    }
    let pairs = run.column("pairs");
    assert_eq!((pairs[0], pairs[1], pairs[4]), ("", "", ""));
    let terms: Vec<(&str, f64)> = pairs[2]
        .split(' ')
        .map(|term| term.split_once('=').unwrap())
        .map(|(pair, number)| (pair, number.parse().unwrap()))
        .collect();
    assert_eq!(terms.len(), 3);
    assert!(terms.windows(2).all(|w| w[0].1.abs() >= w[1].1.abs()));
    let sum: f64 = terms.iter().map(|(_, term)| term).sum();
    assert!(close(sum, of(&run, "A24V:R57I:K49F", "interaction")));
    let rows = bench.works("epistasis m.h5 A24V:R57I:K49F --pairs");
    for (pair, term) in terms {
        // Rows are named by position.
        let by_position = if pair == "R57I:K49F" {
            "K49F:R57I"
        } else {
            pair
        };
        assert!(close(of(&rows, by_position, "interaction"), term), "{pair}");
    }
    bench.fails(
        "epistasis m.h5 A24G:A24C C24D",
        3,
        &["no mutant has a score", "A24G:A24C"],
    );
    bench.fails("epistasis m.h5", 2, &["--partners", "--combine"]);
}

#[test]
fn positions_give_all_pairs_of_substitutions() {
    let bench = Bench::planted();
    let run = bench.works("epistasis m.h5 --positions 24,57,60");
    assert_eq!(run.column("mutant").len(), 3 * 361);
    let scored = bench.works("score-mutants m.h5 A24V:R57I A24V R57I");
    let numbers = scored.numbers("potts_score");
    for (column, expected) in [
        ("joint", numbers[0]),
        ("first_score", numbers[1]),
        ("second_score", numbers[2]),
        ("interaction", numbers[0] - numbers[1] - numbers[2]),
    ] {
        assert!(close(of(&run, "A24V:R57I", column), expected), "{column}");
    }
    let matrix = bench.works("epistasis m.h5 --positions 24,57 --format matrix");
    let lines: Vec<Vec<&str>> = matrix
        .stdout
        .lines()
        .map(|l| l.split('\t').collect())
        .collect();
    assert_eq!(
        (lines.len(), lines[0].len(), lines[0][0]),
        (21, 21, "A24\\R57")
    );
    let row = lines.iter().find(|line| line[0] == "V").unwrap();
    let place = lines[0].iter().position(|letter| *letter == "I").unwrap();
    let interaction = of(&run, "A24V:R57I", "interaction");
    assert!(close(row[place].parse().unwrap(), interaction));
    assert!(
        lines[1][1..].iter().all(|cell| *cell == "0.000000"),
        "A is the target's"
    );
    let json = bench.works("epistasis m.h5 --positions 24,57 --format json");
    assert_eq!(json.json().as_array().unwrap().len(), 361);
    bench.works("epistasis m.h5 --positions 24,57 -o p.csv");
    assert!(
        bench
            .read("p.csv")
            .starts_with("mutant,first,second,first_score,")
    );
    bench.fails("epistasis m.h5 --positions 24,57 -o p.csv", 1, &["p.csv"]);
    bench.fails(
        "epistasis m.h5 --positions 24",
        2,
        &["two positions", "--partners"],
    );
    bench.fails("epistasis m.h5 --positions 24,999", 2, &["999"]);
    bench.fails(
        "epistasis m.h5 --positions 24,57,60 --format matrix",
        2,
        &["two"],
    );
    bench.fails(
        "epistasis m.h5 --partners 24 --format matrix",
        2,
        &["--positions"],
    );
}

#[test]
fn partners_of_a_position_and_of_a_substitution() {
    let bench = Bench::planted();
    let run = bench.works("epistasis m.h5 --partners 68 --top all");
    assert_eq!(run.column("partner").len(), 75);
    let rms = run.numbers("rms");
    assert!(rms.windows(2).all(|w| w[0] >= w[1]));
    let partner = run.column("partner")[0].to_owned();
    let pairs = bench.works(&format!("epistasis m.h5 --positions 68,{partner}"));
    let all = pairs.numbers("interaction");
    let expected = (all.iter().map(|e| e * e).sum::<f64>() / 361.0).sqrt();
    assert!(close(rms[0], expected));
    let highest = all.iter().copied().fold(f64::MIN, f64::max);
    assert!(close(run.numbers("highest")[0], highest));
    let by_largest = bench.works("epistasis m.h5 --partners 68 --top all --by largest");
    let largest: Vec<f64> = by_largest
        .numbers("highest")
        .into_iter()
        .zip(by_largest.numbers("lowest"))
        .map(|(highest, lowest)| highest.abs().max(lowest.abs()))
        .collect();
    assert!(largest.windows(2).all(|w| w[0] >= w[1]));
    let contacts = bench.works("contacts m.h5 --positions 68 --score fn --min-separation 1");
    let first = (contacts.column("i")[0], contacts.column("j")[0]);
    let near: Vec<&str> = run.column("partner")[..10].to_vec();
    assert!(
        near.contains(&first.0) || near.contains(&first.1),
        "{first:?} {near:?}"
    );

    let run = bench.works("epistasis m.h5 --partners A24V --top 7");
    let strength: Vec<f64> = run.numbers("interaction").iter().map(|e| e.abs()).collect();
    assert!(strength.len() == 7 && strength.windows(2).all(|w| w[0] >= w[1]));
    assert!(run.column("first").iter().all(|first| *first == "A24V"));
    bench.fails(
        "epistasis m.h5 --partners A24G:R57I",
        2,
        &["2 substitutions"],
    );
    bench.fails(
        "epistasis m.h5 --partners V24A",
        2,
        &["--partners V24A", "the target has A at 24"],
    );
    bench.fails("epistasis m.h5 --partners 24,57", 2, &["2 positions"]);
    bench.fails("epistasis m.h5 --partners 24 A24V", 2, &["--partners"]);
}

#[test]
fn a_structure_tells_the_distance() {
    let bench = Bench::planted();
    let structure = data("planted.pdb").display().to_string();
    let run = bench.works(&format!(
        "epistasis m.h5 --partners 68 --top 5 --structure {structure}"
    ));
    let contacts = bench.works(&format!(
        "contacts m.h5 --positions 68 --min-separation 1 --structure {structure}"
    ));
    let of_pair = |partner: &str| {
        let rows = contacts.column("i").into_iter().zip(contacts.column("j"));
        let row = rows
            .into_iter()
            .position(|(i, j)| i == partner || j == partner)
            .unwrap();
        contacts.column("distance")[row].to_owned()
    };
    for (partner, distance) in run.column("partner").iter().zip(run.column("distance")) {
        assert_eq!(of_pair(partner), distance, "{partner}");
    }
    bench.fails(
        "epistasis m.h5 A24V:R57I --structure x.pdb",
        2,
        &["--pairs"],
    );
}

#[test]
fn rescues_recover() {
    let bench = Bench::planted();
    let run = bench.works("epistasis m.h5 --rescue Q68P --top 30");
    assert!(run.stderr.contains("Q68P alone has -"), "{}", run.stderr);
    let (recovery, joint) = (run.numbers("recovery"), run.numbers("joint"));
    assert!(recovery.windows(2).all(|w| w[0] >= w[1]));
    for (k, mutant) in run.column("mutant").iter().enumerate() {
        assert!(recovery[k] > 0.0 && run.numbers("interaction")[k] > 0.0);
        assert!(close(joint[k] - run.numbers("first_score")[k], recovery[k]));
        if k % 10 == 0 {
            let scored = bench.works(&format!("score-mutants m.h5 {mutant}"));
            assert!(close(scored.numbers("potts_score")[0], joint[k]));
        }
    }
}

#[test]
fn the_best_combinations_are_those_of_a_full_list() {
    let bench = Bench::planted();
    let run = bench.works("epistasis m.h5 --combine 24,30-31,57 --top 40");
    let mut all = Vec::new();
    for (i, j) in [(24, 30), (24, 31), (24, 57), (30, 31), (30, 57), (31, 57)] {
        let pairs = bench.works(&format!("epistasis m.h5 --positions {i},{j}"));
        all.extend(pairs.numbers("joint"));
    }
    all.sort_by(|a, b| b.total_cmp(a));
    for (found, expected) in run.numbers("joint").iter().zip(&all) {
        assert!(close(*found, *expected));
    }
    assert_eq!(run.column("mutant").len(), 40);
}

#[test]
fn combinations_do_not_depend_on_threads_and_absurd_ones_are_refused() {
    let bench = Bench::planted();
    let command = "epistasis m.h5 --combine 24-30,V31G,57 --order 1-3 --top 300";
    let [one, three] = [1, 3].map(|threads| bench.works(&format!("{command} --threads {threads}")));
    assert_eq!(one.stdout, three.stdout);
    let joint = one.numbers("joint");
    assert!(joint.len() == 300 && joint.windows(2).all(|w| w[0] >= w[1] - 1e-6));
    let singles = bench.works("epistasis m.h5 --combine A24V,A24L --order 1");
    assert_eq!(singles.column("mutant").len(), 2);
    bench.fails(
        "epistasis m.h5 --combine 24-101 --order 6",
        2,
        &["combinations", "--order"],
    );
    bench.fails(
        "epistasis m.h5 --combine A24V,A24L --order 2",
        2,
        &["1 positions"],
    );
    bench.fails(
        "epistasis m.h5 --combine A24V,G24L",
        2,
        &["the target has A at 24"],
    );
    bench.fails("epistasis m.h5 --combine A24V,", 2, &["--combine"]);
    bench.fails("epistasis m.h5 --combine A24V --order 9", 2, &["--order"]);
    bench.fails("epistasis m.h5 --rescue A24V --order 2", 2, &["--combine"]);
    bench.fails(
        "epistasis m.h5 --rescue A24V --by largest",
        2,
        &["--partners"],
    );
    bench.fails("epistasis m.h5 --rescue A24V --pairs", 2, &["--pairs"]);
}

#[test]
fn what_has_no_couplings_is_refused() {
    let bench = Bench::new();
    bench.works("fit family.fa -o i.h5 -q --method independent");
    bench.fails(
        "epistasis i.h5 --partners 2",
        1,
        &["no couplings", "--method plm"],
    );
}

#[test]
fn mutants_of_a_background_are_scored_against_it() {
    let bench = Bench::planted();
    let both = bench.works("score-mutants m.h5 R57I A24V:R57I A24V:R57I:K49F");
    let there = bench.works("score-mutants m.h5 A24V A24V:K49F I57R --background R57I");
    for column in ["potts_score", "independent_score", "effect_score"] {
        let (both, there) = (both.numbers(column), there.numbers(column));
        assert!(close(there[0], both[1] - both[0]), "{column}");
        assert!(close(there[1], both[2] - both[0]), "{column}");
        assert!(close(there[2], -both[0]), "{column}");
    }
    assert!(
        there.stderr.contains("background: R57I"),
        "{}",
        there.stderr
    );
    let run = bench.works("epistasis m.h5 A24V:K49F --background R57I");
    assert!(close(
        run.numbers("joint")[0],
        there.numbers("potts_score")[1]
    ));
    assert!(close(
        run.numbers("interaction")[0],
        there.numbers("epistasis")[1]
    ));
    let run = bench.run("score-mutants m.h5 R57K --background R57I");
    assert_eq!((run.code, run.column("status")), (3, vec!["wt_mismatch"]));
    let note = "the background has I at 57 and not R";
    assert!(run.stdout.contains(note) && run.stderr.contains(note));
    bench.fails(
        "score-mutants m.h5 A24V --background V24A",
        2,
        &["--background", "the target has A"],
    );
    bench.fails(
        "epistasis m.h5 --rescue R57K --background R57I",
        2,
        &["the background has I"],
    );
}

#[test]
fn a_background_may_be_a_sequence_and_all_mutants_may_be_of_it() {
    let bench = Bench::planted();
    let target = target();
    let mut residues = target.clone().into_bytes();
    // R57I.
    assert_eq!(residues[57 - 24], b'R');
    residues[57 - 24] = b'I';
    let sequence = String::from_utf8(residues).unwrap();
    bench.write("background.fa", format!(">b\n{sequence}\n"));
    let expected = bench.works("score-mutants m.h5 --all-single --background R57I");
    for background in [&sequence, "background.fa"] {
        let run = bench.works(&format!(
            "score-mutants m.h5 --all-single --background {background}"
        ));
        assert_eq!(run.stdout, expected.stdout);
    }
    assert_eq!(expected.column("mutant").len(), 76 * 19);
    assert!(expected.column("mutant").contains(&"I57R"));
    // Whole sequences are then compared with the background.
    bench.write("whole.csv", format!("sequence\n{target}\n"));
    let run = bench.works("score-mutants m.h5 --file whole.csv --background R57I --format tsv");
    assert!(close(
        run.numbers("potts_score")[0],
        of(&expected, "I57R", "potts_score")
    ));
    bench.write("two.fa", ">a\nMKV\n>b\nMKV\n");
    bench.fails(
        "score-mutants m.h5 A24V --background two.fa",
        3,
        &["two.fa", "second sequence"],
    );
    bench.fails(
        "score-mutants m.h5 A24V --background nothing.fa",
        1,
        &["cannot read nothing.fa"],
    );
}

#[test]
fn deletions_have_a_score_where_the_gap_is_a_state() {
    let bench = Bench::new();
    let rows = [
        "ACDEFGHIKL",
        "ACDEFGHVKM",
        "ACEEFG-VKL",
        "GCDWFGHIRL",
        "A-DEFGHIKL",
    ];
    let family: String = (0..)
        .zip(rows)
        .map(|(k, row)| format!(">s{k}\n{row}\n"))
        .collect();
    bench.write("gaps.fa", family);
    bench.works("fit gaps.fa -o g.h5 -q --gaps state");
    bench.works("fit gaps.fa -o m.h5 -q");
    let run = bench.works("score-mutants g.h5 H7- His7del H7del:A1G A1G");
    assert_eq!(run.column("status"), ["scored"; 4]);
    assert_eq!(run.column("effect_score")[..3], [""; 3]);
    let scores = run.numbers("potts_score");
    assert!(close(scores[0], scores[1]) && scores[0] != 0.0);
    assert!(close(
        run.numbers("additive_score")[2],
        scores[0] + scores[3]
    ));
    let without = bench.run("score-mutants m.h5 H7- A1G");
    assert_eq!(without.column("status"), ["indel", "scored"]);
    // In whole sequences, aligned or not.
    bench.write(
        "whole.csv",
        "sequence\nACDEFG-IKL\nACDEFGIKL\nACDEFGHHIKL\nACDEFGHIKM\n",
    );
    let whole = bench.works("score-mutants g.h5 --file whole.csv --format tsv");
    assert_eq!(
        whole.column("status"),
        ["scored", "scored", "indel", "scored"]
    );
    let found = whole.column("potts_score");
    assert!(close(found[0].parse().unwrap(), scores[0]));
    assert!(close(found[1].parse().unwrap(), scores[0]));
    assert!(whole.column("note")[1].contains("H7-"));
    assert!(whole.column("note")[2].contains("1 residues are inserted"));
    let effects = whole.column("effect_score");
    assert!(effects[0].is_empty() && !effects[3].is_empty());
    let whole = bench.works("score-mutants m.h5 --file whole.csv --format tsv");
    assert_eq!(
        whole.column("status"),
        ["indel", "indel", "indel", "scored"]
    );
}

#[test]
fn whole_sequences_have_the_numbers_of_their_mutants() {
    let bench = Bench::planted();
    let target = target().into_bytes();
    let with = |changes: &[(usize, u8)]| {
        let mut sequence = target.clone();
        changes
            .iter()
            .for_each(|&(position, letter)| sequence[position - 24] = letter);
        String::from_utf8(sequence).unwrap()
    };
    let sequences = [
        with(&[(24, b'V')]),
        with(&[(24, b'V'), (57, b'I')]),
        with(&[]),
    ];
    bench.write("whole.csv", format!("sequence\n{}\n", sequences.join("\n")));
    let whole = bench.works("score-mutants m.h5 --file whole.csv --format tsv");
    let named = bench.works("score-mutants m.h5 A24V A24V:R57I wt");
    for column in [
        "potts_score",
        "independent_score",
        "epistasis",
        "effect_score",
        "seen",
    ] {
        assert_eq!(whole.column(column), named.column(column), "{column}");
    }
}

#[test]
fn chains_are_named() {
    let bench = Bench::new();
    let rows = ["ACDEFGHI", "ACDEFGHV", "ACEEFGYV", "GCDWFGHI", "ACDKFAHI"];
    let family: String = (0..)
        .zip(rows)
        .map(|(k, row)| format!(">s{k}\n{row}\n"))
        .collect();
    bench.write("pair.fa", family);
    bench.works("fit pair.fa -o c.h5 -q --chains 4,4");
    let run = bench.works("epistasis c.h5 A:A1G:B:F1Y --background A:D3E");
    assert_eq!(run.column("status"), ["scored"]);
    let partners = bench.works("epistasis c.h5 --partners B:1 --top all");
    assert_eq!(partners.column("partner").len(), 7);
    assert!(partners.column("partner").contains(&"A:1"));
    let combined = bench.works("epistasis c.h5 --combine A:A1G,C2D,B:1 --order 3 --top all");
    assert_eq!(combined.column("mutant").len(), 19);
    assert!(combined.column("mutant")[0].starts_with("A:A1G:A:C2D:B:F1"));
    let named = bench.works("epistasis c.h5 --partners A1G --chain A --top 3");
    assert!(named.column("first").iter().all(|first| *first == "A:A1G"));
    bench.fails("epistasis c.h5 --partners 1", 2, &["2 positions", "A:24"]);
    bench.fails("epistasis c.h5 --rescue A1G", 2, &["in which chain?"]);
}
