//! `potts convert --offset`: other numbers for the positions of a model.

use super::{OTHERS, other};
use crate::support::{Bench, same_numbers};

/// Chain and position of every column, one after the other.
fn positions(bench: &Bench, model: &str) -> Vec<String> {
    let table = bench.works(&format!("info {model} --map")).stdout;
    let rows = table.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        // Between the column of the alignment and the letter.
        cells[1..cells.len() - 2].join(" ")
    });
    rows.collect()
}

fn range(from: u64, to: u64) -> Vec<String> {
    (from..=to).map(|position| position.to_string()).collect()
}

#[test]
fn the_positions_of_a_model_move() {
    let bench = Bench::with_model();
    for (offset, from) in [("-9", 1), ("0", 10), ("90", 100)] {
        bench.works(&format!(
            "convert family.h5 moved.h5 --force --offset {offset}"
        ));
        assert_eq!(
            positions(&bench, "moved.h5"),
            range(from, from + 7),
            "{offset}"
        );
        let (one, other) = (bench.model("family.h5"), bench.model("moved.h5"));
        assert!(same_numbers(&one, &other));
        // The scores stay, under the new number.
        let score = |model: &str, mutant: String| {
            let table = bench.works(&format!("score-mutants {model} {mutant}"));
            table.column("potts_score")[0].to_owned()
        };
        assert_eq!(
            score("moved.h5", format!("C{}D", from + 1)),
            score("family.h5", "C11D".into())
        );
    }
    bench.works("convert moved.h5 back.plmc --offset -90");
    assert_eq!(
        positions(&bench, "back.plmc"),
        positions(&bench, "family.h5")
    );
    bench.fails(
        "convert family.h5 x.h5 --offset -10",
        2,
        &["--offset -10 gives position 10 the number 0", "start at 1"],
    );
    bench.fails(
        "convert family.h5 x.h5 --offset 4294967290",
        2,
        &["end at 4294967295"],
    );
    bench.fails(
        "convert family.h5 x.h5 --offset 1,2",
        2,
        &["there are no chains"],
    );
}

#[test]
fn with_an_alignment_residues_are_counted_anew() {
    let bench = Bench::with_model();
    bench.works("convert family.h5 moved.h5 --alignment family.fa --offset 100");
    assert_eq!(positions(&bench, "moved.h5"), range(101, 108));
    bench.works("convert family.h5 moved.h5 --force --alignment family.fa --offset 0");
    assert_eq!(positions(&bench, "moved.h5"), range(1, 8));
    bench.fails(
        "convert family.h5 x.h5 --alignment family.fa --offset -1",
        2,
        &["the number 0"],
    );
}

#[test]
fn each_chain_moves_by_its_own() {
    let bench = Bench::new();
    bench.works("fit family.fa --chains 4,4 --offset 0,5 -o pair.h5 -q");
    bench.works("convert pair.h5 moved.h5 --offset 10,-2");
    let expected = ["A 11", "A 12", "A 13", "A 14", "B 4", "B 5", "B 6", "B 7"];
    assert_eq!(positions(&bench, "moved.h5"), expected);
    bench.works("convert pair.h5 moved.h5 --force --offset 1");
    assert_eq!(positions(&bench, "moved.h5")[3..5], ["A 5", "B 7"]);
    bench.works(
        "convert pair.h5 moved.h5 --force --alignment family.fa --chains 4,4 --offset 10,20",
    );
    assert_eq!(positions(&bench, "moved.h5")[3..5], ["A 14", "B 21"]);
    bench.fails(
        "convert pair.h5 x.h5 --offset 10,-6",
        2,
        &["position B:6 the number 0"],
    );
    bench.fails("convert pair.h5 x.h5 --offset 1,2,3", 2, &["2 chains"]);
}

#[test]
fn models_of_other_programs_move_too() {
    let bench = Bench::new();
    for (name, ending) in OTHERS {
        let path = other(name, ending).display().to_string();
        let before = positions(&bench, &path);
        bench.works(&format!("convert {path} moved.h5 --force --offset 7 -q"));
        let numbers = before
            .iter()
            .map(|position| position.parse::<u64>().unwrap());
        let expected: Vec<String> = numbers.map(|n| (n + 7).to_string()).collect();
        assert_eq!(positions(&bench, "moved.h5"), expected, "{name}");
        assert!(!before.is_empty(), "{name}");
    }
}

/// The command that a table of other numbers is answered with is one that works.
#[test]
fn a_misnumbered_model_is_mended_as_it_is_told() {
    let bench = Bench::new();
    bench.write("planted.a2m", crate::support::part_of_planted(30, 40));
    bench.works("fit planted.a2m -o family.h5 --method mean-field -q");
    let singles = bench
        .works("score-mutants family.h5 --all-single -q")
        .stdout;
    let mutants = singles.lines().skip(1).map(|line| {
        let mutant = line.split('\t').next().unwrap();
        let number: u64 = mutant[1..mutant.len() - 1].parse().unwrap();
        format!(
            "{}{}{}\n",
            &mutant[..1],
            number + 12,
            &mutant[mutant.len() - 1..]
        )
    });
    bench.write("list.txt", mutants.collect::<String>());
    let run = bench.run("score-mutants family.h5 --file list.txt");
    assert_eq!(run.code, 3, "{}", run.stderr);
    let told = run
        .stderr
        .split("potts ")
        .find(|part| part.starts_with("convert "));
    let command = told.unwrap_or_else(|| panic!("no command:\n{}", run.stderr));
    assert_eq!(command.trim(), "convert family.h5 OUT.h5 --offset 12");
    bench.works(command.trim());
    let scored = bench.works("score-mutants OUT.h5 --file list.txt");
    assert!(
        scored
            .column("status")
            .iter()
            .all(|status| *status == "scored")
    );
}
