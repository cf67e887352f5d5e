//! What a fit says about what it modelled: the saved alignment and the column map.

mod common;

use common::bench::Bench;
use common::data;
use potts::io::hdf5;

#[test]
fn the_saved_alignment_gives_the_same_model() {
    let bench = Bench::new();
    let family = data("planted.a2m");
    for options in ["", " --max-column-gap 0.1", " --offset 200 --unknown gap"] {
        let fit = bench.run(&format!(
            "fit {} -o first.h5 --write-alignment modelled.a2m.gz --force{options}",
            family.display()
        ));
        assert_eq!(fit.code, 0, "{}", fit.stderr);
        let again = bench.run(
            "fit modelled.a2m.gz -o second.h5 --force --min-sequence-coverage 0 --unknown gap",
        );
        assert_eq!(again.code, 0, "{}", again.stderr);
        let read = |name: &str| hdf5::read(&bench.path(name)).unwrap();
        let (first, second) = (read("first.h5"), read("second.h5"));
        assert_eq!(first.model, second.model, "{options}");
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
