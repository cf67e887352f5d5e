//! What an alignment adds to a model: letters, numbers, weights.

use super::{GAPPY, bench};
use crate::support::{Bench, part_of_planted, same_numbers};

/// Whether two models have the same columns, positions and letters.
fn same_map(bench: &Bench, a: &str, b: &str) -> bool {
    let map = |model: &str| bench.run(&format!("info {model} --map")).stdout;
    map(a) == map(b)
}

/// As many sites as the target has residues, but not the same columns.
#[test]
fn letters_go_to_the_columns_that_a_file_numbers() {
    let bench = Bench::new();
    bench.write("gappy.a2m", GAPPY);
    bench.works("fit gappy.a2m --like gremlin -o every.h5 -q");
    bench.works("convert every.h5 every.mrf -q");
    let text = bench.read("every.mrf");
    assert!(!text.contains("V[2]") && text.contains("V[7]"));
    bench.works("convert every.mrf again.h5 --alignment gappy.a2m");
    assert!(same_map(&bench, "every.h5", "again.h5"));

    // Numbered by a target that has another range in the alignment, and without one of its residues.
    bench.write("from.a2m", GAPPY.replace(">T", ">T/101-107"));
    bench.works("fit from.a2m --max-column-gap 0.4 -o from.h5 -q");
    bench.works("convert from.h5 from.mrf -q");
    bench.works("convert from.mrf again.h5 --alignment from.a2m --force");
    assert!(same_map(&bench, "from.h5", "again.h5"));
    bench.works("convert from.mrf again.h5 --alignment gappy.a2m --force");
    assert!(same_map(&bench, "from.h5", "again.h5"));

    bench.works("fit gappy.a2m -o both.h5 -q");
    bench.works("convert both.h5 both.mrf -q");
    bench.fails(
        "convert both.mrf x.h5 --alignment gappy.a2m",
        3,
        &["positions of the target or columns", "--no-focus"],
    );
    bench.works("convert both.mrf again.h5 --alignment gappy.a2m --focus T --force");
    assert!(same_map(&bench, "both.h5", "again.h5"));
}

#[test]
fn a_model_file_is_completed_whatever_decided_its_columns() {
    let bench = Bench::new();
    bench.write("gappy.a2m", GAPPY);
    bench.write(
        "rf.sto",
        "# STOCKHOLM 1.0\nT ACdEF-HI\nb AC.EFGHI\nc AC.DFGHK\nd TCgDYGHI\n#=GC RF xx.x.xxx\n//\n",
    );
    bench.write("same.a2m", ">T\nACdEF\n>a\nACgEF\n>b\nCCgEF\n>c\nCCgDF\n");
    for (fit, alignment) in [
        ("gappy.a2m --like gremlin", "gappy.a2m"),
        ("rf.sto --columns reference", "rf.sto"),
        ("rf.sto --columns reference --no-focus", "rf.sto"),
        ("same.a2m --input-format a3m", "same.a2m --input-format a3m"),
    ] {
        bench.works(&format!("fit {fit} -o first.h5 -q --force"));
        bench.works(&format!(
            "convert first.h5 again.h5 --force --alignment {alignment}"
        ));
        let modelled = |model: &str| -> Vec<String> {
            let table = bench.run(&format!("info {model} --map")).stdout;
            let rows = table.lines().filter(|line| line.ends_with("\t1"));
            // A model without a target gets its letters.
            let places = rows.map(|row| row.split('\t').take(2).collect::<Vec<_>>().join(" "));
            places.collect()
        };
        assert_eq!(modelled("first.h5"), modelled("again.h5"), "{fit}");
        let (first, again) = (bench.model("first.h5"), bench.model("again.h5"));
        assert!(same_numbers(&first, &again), "{fit}");
        assert!(again.family.unwrap().pair_frequencies.is_some());
    }
    bench.fails(
        "convert first.h5 x.h5 --input-format a3m",
        2,
        &["--alignment"],
    );
}

#[test]
fn an_alignment_gives_back_what_a_format_could_not_hold() {
    let (bench, scores) = bench();
    for name in ["a.dat", "b.raw", "c.mrf"] {
        assert_eq!(bench.run(&format!("convert family.h5 {name} -q")).code, 0);
        bench.fails(
            &format!("score-mutants {name} A10C"),
            1,
            &["letters of a target", "--alignment"],
        );
        let run = bench.run(&format!(
            "convert {name} back.h5 --force --alignment family.fa"
        ));
        assert_eq!(run.code, 0, "{}", run.stderr);
        let again = bench.run("score-mutants back.h5 --all-single -q").stdout;
        // Where no sequence has a gap, whether the file left gaps out is not known, and coverage and confidence are neither.
        let but_coverage = |table: &str| -> Vec<String> {
            let cells = table.lines().map(|line| line.split('\t'));
            let but_some =
                cells.map(|cells| cells.enumerate().filter(|(k, _)| ![8, 11].contains(k)));
            but_some
                .map(|cells| cells.map(|(_, cell)| cell).collect::<Vec<_>>().join("\t"))
                .collect()
        };
        assert_eq!(but_coverage(&again), but_coverage(&scores), "{name}");
    }
    bench.write("inserts.fa", ">T/5-9\nACdEF\n>a\nACdEG\n>b\nACdDF\n");
    assert_eq!(bench.run("fit inserts.fa -q").code, 0);
    assert_eq!(bench.run("convert inserts.h5 d.params -q").code, 0);
    let map = |model: &str| bench.run(&format!("info {model} --map")).stdout;
    assert_ne!(map("d.params"), map("inserts.h5"));
    let run = bench.run("convert d.params d.h5 --alignment inserts.fa");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(map("d.h5"), map("inserts.h5"));
    bench.write("other.fa", ">x\nACDEFGH\n>y\nACDEFGK\n");
    bench.fails(
        "convert a.dat x.h5 --alignment other.fa",
        3,
        &["7 columns, but the model has 8", "--focus"],
    );
    bench.fails(
        "convert family.h5 x.h5 --alignment family.fa --focus c",
        3,
        &["has D at position 13, but the model has E"],
    );
    bench.fails("convert family.h5 x.h5 --focus c", 2, &["--alignment"]);
    let columns = bench.run("convert a.dat columns.h5 --alignment family.fa --no-focus --target e");
    assert_eq!(columns.code, 0, "{}", columns.stderr);
    let map = bench.run("info columns.h5 --map").stdout;
    assert!(map.contains("1\t1\tT\t1\n"), "{map}");
}

#[test]
fn a_model_without_letters_is_held_against_the_residues_of_the_alignment() {
    let bench = Bench::new();
    let family = part_of_planted(10, 24);
    bench.write("family.fa", &family);
    // Each row begins with its last letter: as long, and another protein.
    let moved = family.lines().map(|line| match line.starts_with('>') {
        true => format!("{line}\n"),
        false => format!("{}{}\n", &line[23..], &line[..23]),
    });
    bench.write("moved.fa", moved.collect::<String>());
    bench.works("fit family.fa -o m.h5 -q");
    for ending in ["mrf", "dat"] {
        bench.works(&format!("convert m.h5 m.{ending} -q"));
        bench.works(&format!(
            "convert m.{ending} own.h5 --force --alignment family.fa --focus PLANT_DEMO"
        ));
        bench.fails(
            &format!("convert m.{ending} other.h5 --alignment moved.fa --focus PLANT_DEMO"),
            3,
            &["moved.fa", "do not go with the residues", "another protein"],
        );
        assert!(!bench.path("other.h5").exists());
    }
}
