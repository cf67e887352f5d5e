//! Mutants to order, and designs.

use super::support::{Bench, Run};
use std::collections::{HashMap, HashSet};

/// The substitutions of a mutant: position and residue.
fn changes(mutant: &str) -> Vec<(u64, char)> {
    let part = |part: &str| {
        let (number, residue) = part[1..].split_at(part.len() - 2);
        (number.parse().unwrap(), residue.chars().next().unwrap())
    };
    mutant.split(':').map(part).collect()
}

fn positions(run: &Run) -> Vec<Vec<u64>> {
    let mutants = run.column("mutant");
    let of = |mutant: &&str| changes(mutant).iter().map(|change| change.0).collect();
    mutants.iter().map(of).collect()
}

/// At how many positions two mutants differ.
fn differences(one: &str, other: &str) -> usize {
    let [one, other]: [HashMap<u64, char>; 2] =
        [one, other].map(|mutant| changes(mutant).into_iter().collect());
    let sites: HashSet<_> = one.keys().chain(other.keys()).collect();
    sites.iter().filter(|s| one.get(s) != other.get(s)).count()
}

#[test]
fn singles_and_doubles_are_listed_with_what_is_known_of_them() {
    let bench = Bench::planted();
    let run = bench.works("design m.h5");
    assert_eq!(
        run.column("kind")
            .iter()
            .filter(|k| **k == "single")
            .count(),
        20
    );
    assert_eq!(run.column("mutant").len(), 40);
    let mutants = run.column("mutant").join("\n");
    bench.write("list.txt", mutants);
    let scored = bench.works("score-mutants m.h5 --file list.txt");
    for column in [
        "potts_score",
        "effect_score",
        "epistasis",
        "seen",
        "coverage",
    ] {
        assert_eq!(run.column(column), scored.column(column), "{column}");
    }
    assert!(run.numbers("seen").iter().all(|seen| *seen > 0.0));
    assert!(run.numbers("coverage").iter().all(|share| *share >= 0.5));
    let mut counts: HashMap<(usize, u64), usize> = HashMap::new();
    for positions in positions(&run) {
        for position in &positions {
            *counts.entry((positions.len(), *position)).or_default() += 1;
        }
    }
    assert!(counts.iter().all(|((size, _), count)| count <= size));
    let effects = run.numbers("effect_score");
    assert!(effects[..20].windows(2).all(|pair| pair[0] >= pair[1]));
    let (percentiles, hits) = (run.numbers("percentile"), run.numbers("hit_probability"));
    assert!(percentiles[..20].windows(2).all(|pair| pair[0] >= pair[1]));
    assert!(hits.iter().all(|hit| (0.0..=1.0).contains(hit)));
    assert!(run.stderr.contains("hits expected"), "{}", run.stderr);
}

#[test]
fn the_first_single_is_the_best_of_those_that_are_seen_and_covered() {
    let bench = Bench::planted();
    let all = bench.works("score-mutants m.h5 --all-single");
    let (seen, coverage) = (all.numbers("seen"), all.numbers("coverage"));
    for score in ["effect", "potts"] {
        let values = all.numbers(&format!("{score}_score"));
        let allowed = (0..seen.len()).filter(|&k| seen[k] > 0.0 && coverage[k] >= 0.5);
        let best = allowed.max_by(|&a, &b| values[a].total_cmp(&values[b]).then(b.cmp(&a)));
        let run = bench.works(&format!("design m.h5 --singles 3 --score {score}"));
        assert_eq!(run.column("mutant").len(), 3);
        assert_eq!(run.column("mutant")[0], all.column("mutant")[best.unwrap()]);
    }
    let unseen =
        bench.works("design m.h5 --singles 2000 --per-position 19 --only-seen 0 --min-coverage 0");
    assert_eq!(unseen.column("mutant").len(), 19 * 76);
    assert!(
        unseen.stderr.contains("were asked for"),
        "{}",
        unseen.stderr
    );
    bench.fails("design m.h5 --singles 0 --doubles 0", 2, &["-n"]);
    bench.fails("design m.h5 --singles 3 -n 3", 2, &["--singles"]);
}

#[test]
fn designs_keep_to_what_is_asked() {
    let bench = Bench::planted();
    bench.write("allow.tsv", "position\tresidues\n40-60\tAVILKE\n70\tW\n");
    let asked = "--max-mutations 4 --min-mutations 3 --distance 3 --keep 50-52";
    for (options, allowed) in [
        ("--mutate 40-60", (40..=60).collect::<HashSet<u64>>()),
        ("--allow allow.tsv", (40..=60).chain([70]).collect()),
    ] {
        let run = bench.works(&format!("design m.h5 -n 8 {asked} {options}"));
        let mutants = run.column("mutant");
        assert_eq!(mutants.len(), 8, "{options}");
        for (k, mutant) in mutants.iter().enumerate() {
            let changes = changes(mutant);
            assert!((3..=4).contains(&changes.len()), "{mutant}");
            for (position, residue) in changes {
                assert!(allowed.contains(&position) && !(50..=52).contains(&position));
                assert!(options.contains("mutate") || "AVILKEW".contains(residue));
            }
            assert!(
                mutants[..k]
                    .iter()
                    .all(|other| differences(mutant, other) >= 3)
            );
        }
        assert!(run.column("proved").iter().all(|proved| *proved == "yes"));
        assert!(run.stderr.contains("each proved"), "{}", run.stderr);
        let scores = run.numbers("potts_score");
        assert!(scores.windows(2).all(|pair| pair[0] >= pair[1] - 1e-4));
    }
}

#[test]
fn an_assay_ranks_a_list_and_what_was_made_is_left_out() {
    let bench = Bench::planted();
    let all = std::fs::read_to_string(super::support::data("planted_mutants.csv")).unwrap();
    let some: Vec<&str> = all.lines().step_by(8).collect();
    bench.write("dms.csv", some.join("\n") + "\n");
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5");
    let run = bench.works("design m.h5 --calibration cal.h5 --singles 30 --doubles 10");
    let values = run.numbers("calibrated");
    assert_eq!(values.len(), 40);
    for part in [&values[..30], &values[30..]] {
        assert!(part.windows(2).all(|pair| pair[0] >= pair[1] - 1e-6));
    }
    assert!(run.column("hit_probability").iter().all(|p| p.is_empty()));
    let mutants = run.column("mutant");
    bench.write("list.txt", mutants.join("\n"));
    let scored = bench.works("score-mutants m.h5 --file list.txt --calibration cal.h5");
    for column in ["calibrated", "calibrated_low", "calibrated_high"] {
        assert_eq!(run.column(column), scored.column(column), "{column}");
    }
    let by_effect = bench.works("design m.h5 --calibration cal.h5 --singles 3 --score effect");
    let plain = bench.works("design m.h5 --singles 3");
    assert_eq!(by_effect.column("mutant"), plain.column("mutant"));

    // What was measured is not made again, in lists or designs.
    let measured: HashSet<&str> = some.iter().filter_map(|l| l.split(',').next()).collect();
    assert!(mutants.iter().any(|mutant| measured.contains(mutant)));
    for command in [
        "design m.h5 --calibration cal.h5 --exclude dms.csv --singles 60 --doubles 20",
        "design m.h5 --calibration cal.h5 --exclude dms.csv -n 60 --max-mutations 1",
        "design m.h5 --score potts --exclude dms.csv -n 60 --max-mutations 2",
    ] {
        let run = bench.works(command);
        let again = run.column("mutant");
        assert!(again.len() >= 60, "{command}");
        assert!(again.iter().all(|mutant| !measured.contains(mutant)));
    }
    let with = bench.works("design m.h5 -n 40 --max-mutations 1");
    bench.write("best.txt", with.column("mutant")[..5].join("\n"));
    let without = bench.works("design m.h5 -n 35 --max-mutations 1 --exclude best.txt");
    assert_eq!(without.column("mutant"), with.column("mutant")[5..]);
    bench.write("other.txt", "W1A\nW2A\n");
    bench.fails("design m.h5 --exclude other.txt", 3, &["other.txt"]);
}

#[test]
fn mutants_of_a_background_are_made_in_it() {
    let bench = Bench::planted();
    let background = "A24V:R57I";
    let run = bench.works(&format!(
        "design m.h5 --background {background} --only-seen 0"
    ));
    let mutants = run.column("mutant");
    bench.write("list.txt", mutants.join("\n"));
    let asked = format!("score-mutants m.h5 --file list.txt --background {background}");
    let scored = bench.works(&asked);
    for column in ["potts_score", "effect_score", "epistasis"] {
        assert_eq!(run.column(column), scored.column(column), "{column}");
    }
    // Sequences have the background's residues, but where a mutant has others.
    let target = bench.works("design m.h5 --singles 1").column("sequence")[0].len();
    for (mutant, sequence) in mutants.iter().zip(run.column("sequence")) {
        assert_eq!(sequence.len(), target);
        let own = changes(mutant);
        for (position, residue) in changes(background) {
            let expected = own
                .iter()
                .find(|c| c.0 == position)
                .map_or(residue, |c| c.1);
            assert_eq!(sequence.as_bytes()[position as usize - 24], expected as u8);
        }
    }
    let json = bench.json("design m.h5 --background A24V:R57I -n 2");
    assert_eq!(json["background"], background);
    bench.fails("design m.h5 --background A25V", 2, &["background"]);
}

#[test]
fn options_of_designs_are_not_ignored_beside_a_list() {
    let bench = Bench::planted();
    for option in [
        "--prove",
        "--distance 2",
        "--max-mutations 2",
        "--min-mutations 3",
        "--seed 3",
    ] {
        let asked = format!("design m.h5 --singles 5 {option}");
        let name = option.split(' ').next().unwrap();
        bench.fails(&asked, 2, &[name, "-n"]);
    }
    bench.fails("design m.h5 --json --format csv", 2, &["--output"]);
    bench.fails("design m.h5 --calibration none.h5", 1, &["none.h5"]);
    let run = bench.works("design m.h5 --doubles 70");
    assert_eq!(run.column("mutant").len(), 70);
}

#[test]
fn designs_that_are_not_proved_stand_in_their_order() {
    let bench = Bench::planted();
    let run = bench.works("design m.h5 -n 4 --max-mutations 16 --distance 2");
    assert!(run.column("proved").contains(&"no"), "{}", run.stdout);
    let scores = run.numbers("potts_score");
    assert!(
        scores.windows(2).all(|pair| pair[0] >= pair[1]),
        "{scores:?}"
    );
}

#[test]
fn reasons_are_the_terms_of_the_effect() {
    let bench = Bench::planted();
    let run = bench.works("design m.h5 --singles 5 --doubles 5");
    for why in run.column("why") {
        let terms: Vec<(&str, f64)> = why
            .split(", ")
            .map(|term| term.split_once(' ').unwrap())
            .map(|(name, value)| (name, value.parse().unwrap()))
            .collect();
        let size = |k: usize| terms[k].1.abs();
        assert!((1..terms.len()).all(|k| size(k - 1) >= size(k)), "{why}");
        let sum: f64 = terms.iter().map(|(_, value)| value).sum();
        assert!(sum > 0.0, "{why}");
    }
}

#[test]
fn the_best_double_is_that_of_all_doubles() {
    let bench = Bench::planted();
    let all = bench.works("score-mutants m.h5 --all-double");
    let scores = all.numbers("potts_score");
    let run = bench.works(
        "design m.h5 -n 5 --max-mutations 2 --min-mutations 2 --only-seen 0 --min-coverage 0 --prove",
    );
    let mut sorted = scores.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    for (found, best) in run.numbers("potts_score").iter().zip(&sorted) {
        assert!((found - best).abs() < 2e-5, "{found} {best}");
    }
}

#[test]
fn the_same_bytes_come_of_any_number_of_threads() {
    let bench = Bench::planted();
    let designs = |threads: usize| {
        let asked = "design m.h5 -n 3 --max-mutations 25 --distance 5 --seed 3";
        bench.works(&format!("{asked} --threads {threads}"))
    };
    let (one, three) = (designs(1), designs(3));
    assert_eq!(one.stdout, three.stdout);
    let summary = bench.works("design m.h5 -n 3 --max-mutations 25 --distance 5 --json");
    let summary: serde_json::Value = serde_json::from_str(&summary.stdout).unwrap();
    let certificate = &summary["designs"]["certificate"];
    let proved = certificate["proved"].as_u64().unwrap();
    assert_eq!(proved < 3, certificate["gap"].is_number());
    if proved == 0 {
        let bound = certificate["bound"].as_f64().unwrap();
        let best = summary["designs"]["best"].as_f64().unwrap();
        assert!(bound >= best - 1e-4, "{bound} {best}");
    }
}

#[test]
fn sequences_are_whole_in_any_format() {
    let bench = Bench::planted();
    let run = bench.works("design m.h5 --singles 2 --doubles 1");
    let sequence = run.column("sequence")[0].to_owned();
    assert_eq!(sequence.len(), 78);
    let (position, residue) = changes(run.column("mutant")[0])[0];
    assert_eq!(sequence.chars().nth(position as usize - 24), Some(residue));
    bench.works("design m.h5 --singles 2 --doubles 1 -o d.fasta");
    let text = bench.read("d.fasta");
    assert!(text.starts_with(">single_1 "), "{text}");
    assert_eq!(text.matches('>').count(), 3);
    assert!(text.replace('\n', "").contains(&sequence));
    let whole = format!(
        ">full\n{}\n",
        "M".repeat(23) + &original(&sequence, run.column("mutant")[0]) + "GG"
    );
    bench.write("full.fa", &whole);
    let longer = bench.works("design m.h5 --singles 2 --full-length full.fa");
    assert_eq!(
        longer.column("sequence")[0],
        "M".repeat(23) + &sequence + "GG"
    );
    // At position 31.
    let mut wrong = whole.into_bytes();
    let place = 6 + 30;
    wrong[place] = if wrong[place] == b'W' { b'Y' } else { b'W' };
    bench.write("wrong.fa", wrong);
    bench.fails(
        "design m.h5 --singles 2 --full-length wrong.fa",
        3,
        &["wrong.fa", "position 31"],
    );
    let json = bench.works("design m.h5 -n 2 --format json");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&json[0]["design"], &json[1]["proved"]),
        (&1.into(), &"yes".into())
    );
    assert!(json[0]["novelty"].is_number());
    bench.fails("design m.h5 -o d.fasta", 1, &["d.fasta"]);
    bench.fails("design m.h5 -o m.h5 --force", 2, &["m.h5"]);
}

/// The target's sequence again.
fn original(sequence: &str, mutant: &str) -> String {
    let (position, _) = changes(mutant)[0];
    let place = position as usize - 24;
    format!(
        "{}{}{}",
        &sequence[..place],
        &mutant[..1],
        &sequence[place + 1..]
    )
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let bench = Bench::planted();
    bench.write("allow.tsv", "24 AV\n999 A\n");
    bench.write("none.tsv", "24 A1\n");
    for (options, code, words) in [
        ("-n 3 --keep 999", 2, "999"),
        ("-n 3 --mutate 24x", 2, "24x"),
        ("-n 3 --allow allow.tsv", 3, "allow.tsv, line 2"),
        ("-n 3 --allow none.tsv", 3, "none.tsv, line 1"),
        ("-n 3 --only-seen 2", 2, "0 to 1"),
        ("-n 3 --distance 11", 2, "--distance 11"),
        ("-n 3 --min-mutations 7", 2, "--min-mutations"),
        ("-n 3 --keep 24-101", 2, "no position may change"),
        (
            "-n 3 --mutate 40 --min-mutations 2",
            2,
            "1 positions may change",
        ),
        ("--max-mutations 3", 2, "-n"),
    ] {
        bench.fails(&format!("design m.h5 {options}"), code, &[words]);
    }
}

#[test]
fn models_that_tell_less_are_designed_with_by_what_they_tell() {
    let bench = Bench::planted();
    bench.write(
        "rna.fa",
        ">T\nACGUACGUAC\n>b\nACGUACGAAC\n>c\nAGGUACGAAC\n>d\nAGGCACGAAC\n",
    );
    bench.works("fit rna.fa -o rna.h5 -q --method independent");
    let run = bench.works("design rna.h5 --singles 2 --doubles 1");
    assert!(
        run.column("effect_score")
            .iter()
            .all(|cell| cell.is_empty())
    );
    assert_eq!(run.column("mutant").len(), 3);
    let hits = run.column("hit_probability");
    assert!(hits.iter().all(|cell| cell.is_empty()));
    let designs = bench.works("design rna.h5 -n 2 --max-mutations 3");
    assert!(
        designs
            .column("proved")
            .iter()
            .all(|proved| *proved == "yes")
    );
    bench.fails("design rna.h5 -n 2 --score effect", 2, &["--score potts"]);
    bench.works("fit rna.fa -o bare_rna.h5 -q --no-sequences");
    let bare = bench.works("design bare_rna.h5 -n 2");
    assert!(bare.column("novelty").iter().all(|cell| cell.is_empty()));
}

#[test]
fn designs_by_a_calibration_are_the_best_predictions() {
    let bench = Bench::planted();
    let all = std::fs::read_to_string(super::support::data("planted_mutants.csv")).unwrap();
    let lines = all.lines().enumerate().filter(|(k, _)| k % 20 == 0);
    let some: Vec<&str> = lines.map(|(_, line)| line).collect();
    bench.write("dms.csv", some.join("\n") + "\n");
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5");
    let best = "design m.h5 --score calibrated --calibration cal.h5 --only-seen 0 --min-coverage 0";
    let single = bench.works(&format!("{best} -n 2 --max-mutations 1"));
    let singles = bench.works("score-mutants m.h5 --all-single --calibration cal.h5");
    let mut values = singles.numbers("calibrated");
    values.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(single.numbers("calibrated"), values[..2]);
    let double = bench.works(&format!("{best} -n 1 --max-mutations 2 --mutate 24-40"));
    let mutant = double.column("mutant")[0];
    let again = bench.works(&format!("score-mutants m.h5 {mutant} --calibration cal.h5"));
    for column in ["calibrated", "calibrated_low", "calibrated_high"] {
        assert_eq!(double.column(column), again.column(column));
    }
    assert_eq!(double.column("proved"), ["yes"]);
    let run = bench.run("design m.h5 -n 18446744073709551615");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("at most 100000"), "{}", run.stderr);
    let run = bench.run("design m.h5 -n 2 --score calibrated");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--calibration"), "{}", run.stderr);
    let run = bench.run("design m.h5 --score calibrated");
    assert_eq!(run.code, 2);
}
