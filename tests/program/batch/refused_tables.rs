//! Tables of mutants that are refused, and what the manifest tells of them.

use super::{manifest, table};
use crate::support::{Bench, part_of_planted};

const TARGET: &str = "ALFGDCPVNTVELYVKTSDD";

/// A model of [`TARGET`], tables that can be used and not, and their list.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("planted.a2m", part_of_planted(10, 20));
    bench.works("fit planted.a2m -o m.h5 -q");
    let numbered = |first: usize| -> String {
        let letters = TARGET.chars().enumerate();
        letters
            .map(|(k, letter)| format!("{letter}{}W,{k}\n", first + k))
            .collect()
    };
    bench.write("shifted.csv", format!("mutant,score\n{}", numbered(101)));
    bench.write("good.csv", format!("mutant,score\n{}A1=,0\n", numbered(1)));
    bench.write("wild.csv", "mutant,score\nwt,0\nA99L,0.1\nL98A,-1\n");
    bench.write("words.csv", "mutant,score\nA1L,low\nL2A,high\n");
    let names = ["good", "shifted", "wild", "words"];
    let rows = names.map(|name| format!("m.h5\t{name}\t{name}.csv\tscore\n"));
    let rows = rows.concat();
    bench.write("list.tsv", format!("model\tname\tfile\tagainst\n{rows}"));
    bench
}

#[test]
fn tables_that_are_refused_have_counts_in_the_manifest() {
    let bench = bench();
    let run = bench.run("score-mutants --batch list.tsv --out-dir out");
    assert_eq!(run.code, 1, "{}", run.stderr);
    let rows = manifest(&bench, "out");
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    for (name, exit_code, counts, offset) in [
        ("good", "0", ["21", "20"], ""),
        ("shifted", "3", ["20", "0"], "-100"),
        ("wild", "3", ["3", "0"], ""),
        ("words", "3", ["2", "2"], ""),
    ] {
        let row = row(name);
        assert_eq!(row["exit_code"], exit_code, "{row:?}");
        assert_eq!([&row["rows"], &row["scored"]], counts, "{row:?}");
        assert_eq!(row["fitting_offset"], offset, "{row:?}");
        assert_eq!(row["spearman"].is_empty(), name != "good", "{row:?}");
        let output = bench.path("out").join(format!("{name}.csv"));
        assert_eq!(output.exists(), name == "good", "{name}");
    }
    // The wild type has no part in it.
    let alone = bench.json("score-mutants m.h5 -f good.csv --against score");
    let rho = alone["against"]["potts_score"].as_f64().unwrap();
    assert_eq!(row("good")["spearman"], format!("{rho:.4}"));
    let status = bench.run("batch-status out");
    assert_eq!(status.code, 1);
    let mut shown = table(&status.stdout);
    for row in &rows {
        let at = shown.iter().position(|other| other == row);
        shown.remove(at.unwrap_or_else(|| panic!("{row:?} is not shown")));
    }
    assert!(shown.is_empty());
}

#[test]
fn a_refused_table_prints_its_counts_as_json_and_nothing_else() {
    let bench = bench();
    let run = bench.run("score-mutants m.h5 -f shifted.csv --against score --json -o s.csv");
    assert_eq!(run.code, 3, "{}", run.stderr);
    let json = run.json();
    assert_eq!(json["fitting_offset"]["offset"], -100);
    let reason = json["refused"].as_str().unwrap().lines().next().unwrap();
    assert!(run.stderr.contains(reason), "{}", run.stderr);
    assert!(!bench.path("s.csv").exists());
    let good = bench.json("score-mutants m.h5 -f good.csv --against score");
    assert_eq!(good["refused"], serde_json::Value::Null);
}

#[test]
fn a_table_of_another_protein_is_done_with_a_word_of_doubt() {
    let bench = bench();
    let other: String = "MQHRIWMQHRIWMQHKIWMQ".chars().enumerate().fold(
        "mutant,score\n".into(),
        |rows, (k, letter)| {
            let mutant = |to: char| format!("{letter}{}{to},{k}\n", k + 1);
            rows + &mutant('A') + &mutant('G') + &mutant('Y')
        },
    );
    bench.write("other.csv", other);
    bench.write(
        "others.tsv",
        "model\tname\tfile\tagainst\nm.h5\tother\tother.csv\tscore\n",
    );
    let run = bench.works("score-mutants --batch others.tsv --out-dir out");
    let doubt = "(3 of 60 mutants at most): are target and table the same protein?";
    assert!(run.stderr.contains(doubt), "{}", run.stderr);
    let rows = manifest(&bench, "out");
    assert!(rows[0]["reason"].ends_with(doubt), "{rows:?}");
    assert_eq!(
        (rows[0]["status"].as_str(), rows[0]["spearman"].as_str()),
        ("done", "")
    );
}
