//! The weights of plmc.

use super::weights;
use crate::support::{Bench, shared, text};
use std::path::Path;

/// plmc's file, byte for byte, and a fit with it.
fn same_as_plmc(name: &str, alignment: &str, options: &str) {
    let (Some(alignment), Some(golden)) = (
        shared(&format!("data/alignments/{alignment}")),
        shared(&format!("golden/peers/{name}/plmc64.weights.gz")),
    ) else {
        return;
    };
    let bench = Bench::new();
    let (file, golden) = (alignment.display(), golden.to_str().unwrap());
    let alignment = format!("{file} {options} --min-sequence-coverage 0");
    let run = bench.works(&format!("weights --format plain {alignment}"));
    let expected = text(Path::new(golden));
    let rows = run.stdout.lines().count();
    if expected.lines().count() == rows {
        assert!(run.stdout == expected, "{name} differs from plmc's file");
    } else {
        // plmc was given the rows without unknown letters only.
        let kept: Vec<&str> = run.stdout.lines().filter(|w| *w != "0.0").collect();
        assert!(kept.len() < rows && kept == expected.lines().collect::<Vec<_>>());
    }
    bench.write("own.txt", &run.stdout);
    let fit = |options: &str| {
        bench.works(&format!(
            "fit {alignment} --method independent -o m.h5 --force {options}"
        ));
        weights(&bench.model("m.h5")).to_vec()
    };
    let expected = fit("");
    assert_eq!(fit(&format!("--weights {golden}")), expected);
    assert_eq!(fit("--weights own.txt"), expected);
}

#[test]
fn dhfr_as_plmc_weighs_it() {
    same_as_plmc("DHFR", "DHFR.a2m.gz", "--focus DYR_ECOLI");
}

#[test]
fn pf00014_as_plmc_weighs_it() {
    same_as_plmc("PF00014", "PF00014.fa.gz", "--no-focus");
}

#[test]
fn vwa_1atza_as_plmc_weighs_it() {
    same_as_plmc("1atzA", "1atzA.aln.gz", "--no-focus");
}
