//! What a fit says about what it modelled: the saved alignment and the column map.

use crate::support::{Bench, Model, part_of_planted, same_numbers};

#[test]
fn the_saved_alignment_gives_the_same_model() {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(10, 42));
    for options in ["", " --max-column-gap 0.1", " --offset 200 --unknown gap"] {
        let fit = bench.run(&format!(
            "fit family.a2m -o first.h5 --write-alignment modelled.a2m.gz --force{options}"
        ));
        assert_eq!(fit.code, 0, "{}", fit.stderr);
        let again = bench.run(
            "fit modelled.a2m.gz -o second.h5 --force --min-sequence-coverage 0 --unknown gap",
        );
        assert_eq!(again.code, 0, "{}", again.stderr);
        let (first, second) = (bench.model("first.h5"), bench.model("second.h5"));
        assert!(same_numbers(&first, &second), "{options}");
        assert_eq!(
            first.family.unwrap().frequencies,
            second.family.unwrap().frequencies
        );
        let map = |name: &str| {
            let table = bench.run(&format!("info {name} --map")).stdout;
            let modelled = table.lines().filter(|line| line.ends_with("\t1"));
            // The column of the file may differ, position and letter may not.
            let rest = modelled.map(|line| line.split_once('\t').unwrap().1.to_owned());
            rest.collect::<Vec<_>>()
        };
        assert_eq!(map("first.h5"), map("second.h5"), "{options}");
    }
}

/// A target with a letter that is no residue, a column with too many gaps.
const ODD: &str = ">T/5-9\nAXDEF\n>b\nACD-F\n>c\nCCD-F\n>d\nACE-G\n";

#[test]
fn the_saved_alignment_has_the_modelled_columns_and_the_numbers() {
    let bench = Bench::new();
    bench.write("odd.a2m", ODD);
    for (options, sites) in [
        ("--no-focus --max-column-gap 0.5", 4),
        ("--unknown gap --max-column-gap 0.5", 3),
        ("--unknown gap", 4),
    ] {
        let fit = format!("fit odd.a2m -o first.h5 --write-alignment m.a2m --force {options}");
        assert_eq!(bench.run(&fit).code, 0);
        let focus = options.split(' ').find(|option| *option == "--no-focus");
        let again = bench.run(&format!(
            "fit m.a2m -o second.h5 --force --min-sequence-coverage 0 --unknown gap {}",
            focus.unwrap_or_default()
        ));
        assert_eq!(again.code, 0, "{}", again.stderr);
        let (first, second) = (bench.model("first.h5"), bench.model("second.h5"));
        assert_eq!(first.columns.sites(), sites, "{options}");
        assert!(same_numbers(&first, &second), "{options}");
        if focus.is_none() {
            let positions = |model: &Model| -> Vec<u64> {
                let sites = 0..model.columns.sites();
                sites
                    .map(|site| model.columns.position(site).get())
                    .collect()
            };
            assert_eq!(positions(&first), positions(&second), "{options}");
        }
    }
    let dropped = bench.run("fit odd.a2m -o first.h5 --write-alignment m.a2m --force");
    assert!(
        dropped
            .stderr
            .contains("m.a2m lacks the target, which was dropped"),
        "{}",
        dropped.stderr
    );
}

#[test]
fn the_saved_alignment_overwrites_only_with_force() {
    let bench = Bench::new();
    bench.write("there.a2m", "");
    bench.fails(
        "fit family.fa --write-alignment there.a2m",
        1,
        &["there.a2m exists already"],
    );
    bench.fails(
        "fit family.fa --write-alignment -",
        2,
        &["needs a file name"],
    );
}

#[test]
fn the_map_is_a_table() {
    let bench = Bench::with_model();
    let map = bench.run("info family.h5 --map").stdout;
    let lines: Vec<&str> = map.lines().collect();
    assert_eq!(lines[0], "alignment_column\tposition\tletter\tmodelled");
    assert_eq!(lines[1], "1\t10\tA\t1");
    assert_eq!(lines.len(), 9);
}
