//! Chains in formats that have none.

use super::{alignment, alignment_only, rows};
use crate::support::Bench;

/// Chain and position of each site.
fn numbering(bench: &Bench, model: &str) -> Vec<String> {
    let map = bench.works(&format!("info {model} --map")).stdout;
    rows(&map)
        .iter()
        .map(|cells| cells[1..].join(" "))
        .collect()
}

#[test]
fn letters_are_added_to_chains_that_a_model_has() {
    let bench = alignment_only();
    bench.works("fit pair.a2m --no-focus --chains 25,18 -o every.h5 -q --method independent");
    bench.works("convert every.h5 again.h5 --alignment pair.a2m --no-focus --target P1_P2");
    let (before, after) = (numbering(&bench, "every.h5"), numbering(&bench, "again.h5"));
    assert_eq!(after[25][..4], *"B 1 ");
    let bare = |row: &String| row.rsplitn(3, ' ').last().unwrap().to_owned();
    assert!(before.iter().map(bare).eq(after.iter().map(bare)));
    assert!(before[0].contains('-') && !after[0].contains('-'));
}

#[test]
fn chains_come_back_where_a_format_has_none() {
    let bench = Bench::new();
    bench.write("pair.a2m", alignment("P1/5-29_P2/7-24"));
    bench.works("fit pair.a2m --chains 25,18 -q --method independent");
    for format in ["plmc", "mrf", "dat", "raw"] {
        bench.works(&format!("convert pair.h5 pair.{format} -q"));
        let convert = format!("convert pair.{format} again.h5 --force --alignment pair.a2m");
        let run = bench.works(&convert);
        assert!(
            run.stderr.contains("a range for each of several chains")
                && run.stderr.contains("positions 1 to 43"),
            "{}",
            run.stderr
        );
        let run = bench.works(&format!("{convert} --chains 25,18"));
        assert!(!run.stderr.contains("warning"), "{}", run.stderr);
        assert_eq!(
            numbering(&bench, "again.h5"),
            numbering(&bench, "pair.h5"),
            "{format}"
        );
        bench.works(&format!("{convert} --chains H=25,L=18 --offset 0,-0"));
        assert!(numbering(&bench, "again.h5")[25].starts_with("L 1 "));
    }
    bench.fails("convert pair.h5 x.h5 --chains 25,18", 2, &["--alignment"]);
}
