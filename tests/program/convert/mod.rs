//! `potts convert`: models from and to the formats of other programs.

mod alignments;
mod offsets;

use crate::support::{Bench, data};
use ndarray::Array2;
use std::path::PathBuf;

/// Files of other programs, by name and ending.
const OTHERS: [(&str, &str); 9] = [
    ("plmc_gap_state", "params"),
    ("plmc_focus", "params"),
    ("plmc_rna", "params"),
    ("evcouplings_mean_field", "model"),
    ("gremlin", "mrf"),
    ("gremlin_rna", "mrf"),
    ("ccmpred", "raw"),
    ("adabmdca", "dat"),
    ("adabmdca_sparse_rna", "dat"),
];

fn other(name: &str, ending: &str) -> PathBuf {
    data("other_programs").join(format!("{name}.{ending}.gz"))
}

/// Two gaps of four rows in column 3, one in the target in column 6.
const GAPPY: &str = "\
>T
ACDEF-HI
>b
AC-EFGHI
>c
AC-DFGHK
>d
TCDDYGHI
";

/// A bench with a model of its family, and what the program says of its mutants.
fn bench() -> (Bench, String) {
    let bench = Bench::with_model();
    let scores = bench.run("score-mutants family.h5 --all-single -q").stdout;
    assert!(scores.lines().count() > 100);
    (bench, scores)
}

#[test]
fn every_command_reads_models_of_other_programs() {
    let (bench, scores) = bench();
    for name in ["a.params", "b.npz", "c.model.gz"] {
        assert_eq!(bench.run(&format!("convert family.h5 {name}")).code, 0);
        let potts_scores = |table: &str| -> Vec<String> {
            table
                .lines()
                .map(|line| line.split('\t').take(2).collect::<Vec<_>>().join(" "))
                .collect()
        };
        let again = bench.run(&format!("score-mutants {name} --all-single -q"));
        assert_eq!(potts_scores(&again.stdout), potts_scores(&scores), "{name}");
        assert_eq!(bench.run(&format!("info {name}")).code, 0);
        let contacts = |model: &str| {
            bench
                .run(&format!("contacts {model} --min-separation 1"))
                .stdout
        };
        assert_eq!(contacts(name), contacts("family.h5"), "{name}");
    }
    for (name, ending) in OTHERS {
        let path = other(name, ending);
        let info = bench.run(&format!("info {} --json", path.display()));
        assert_eq!(info.code, 0, "{}", info.stderr);
        let info: serde_json::Value = serde_json::from_str(&info.stdout).unwrap();
        if name == "plmc_focus" {
            assert_eq!(info["fit"]["converged"], serde_json::Value::Null);
        }
    }
}

#[test]
fn losses_and_inventions_are_said_in_a_line_each() {
    let (bench, _) = bench();
    let run = bench.run("convert family.h5 a.dat");
    assert_eq!(run.stdout, "");
    for line in [
        "not kept: the target's name, TARGET/10-17 the target",
        "not kept: the target's letters, without which mutants cannot be scored",
        "not kept: positions 10 to 17: sites are counted instead",
        "not kept: the weights of sequences and the frequencies",
        "warning: made up: the gap as a state, with fields and couplings of 0",
    ] {
        assert!(
            run.stderr.lines().any(|l| l == line),
            "{line}\n{}",
            run.stderr
        );
    }
    let quiet = bench.run("convert family.h5 b.dat -q").stderr;
    assert_eq!(
        quiet,
        "warning: made up: the gap as a state, with fields and couplings of 0\n"
    );
    let plmc = bench.run("convert family.h5 a.params").stderr;
    assert!(
        plmc.contains("made up: pair frequencies f_ij = f_i f_j"),
        "{plmc}"
    );
    let plmc = bench
        .run("convert family.h5 b.params --alignment family.fa")
        .stderr;
    assert!(!plmc.contains("made up"), "{plmc}");
    let nothing = bench.run("convert family.h5 b.h5").stderr;
    assert_eq!(nothing, "");
    let bare = bench.run("convert a.dat c.params").stderr;
    assert!(bare.contains("made up: uniform frequencies"), "{bare}");
    assert!(bare.contains("made up: penalties of 0"), "{bare}");
    let table = bench.run("convert family.h5 scores.csv").stderr;
    assert!(
        table.contains("cannot be turned back into a model"),
        "{table}"
    );
}

#[test]
fn formats_that_cannot_hold_a_model_say_so() {
    let (bench, _) = bench();
    let rna = other("plmc_rna", "params");
    let rna = rna.display();
    bench.fails(
        &format!("convert {rna} x.raw"),
        2,
        &["CCMpred", "proteins", "ACGU"],
    );
    bench.fails("convert family.h5 x.h5.gz", 2, &["cannot be compressed"]);
    bench.fails("convert family.h5 x.npz.gz", 2, &["cannot be compressed"]);
    bench.fails(
        "convert family.h5 x.pdb",
        2,
        &["does not tell a format", "--to"],
    );
    bench.fails("convert family.h5 x.h5 --alphabet rna", 2, &["--alphabet"]);
    bench.fails(
        "convert family.h5 family.fa --to h5",
        1,
        &["exists already", "--force"],
    );
    bench.fails(
        "convert missing.h5 x.params",
        1,
        &["cannot read missing.h5"],
    );
    bench.fails(
        "convert family.fa x.params",
        3,
        &["an alignment, not a model", "potts fit"],
    );
    assert_eq!(bench.run("convert family.h5 s.csv").code, 0);
    bench.fails("convert s.csv x.h5", 3, &["coupling scores", ".model"]);
    assert_eq!(bench.run("convert family.h5 s.mat").code, 0);
    bench.fails("info s.mat", 3, &["matrix of numbers", "-r"]);
    assert_eq!(
        bench
            .run("fit family.fa --method independent -o alone.h5 -q")
            .code,
        0
    );
    bench.fails("convert alone.h5 x.csv", 1, &["no couplings"]);
    assert_eq!(bench.run("convert alone.h5 alone.params").code, 0);
    let info = bench.run("info alone.params").stdout;
    assert!(info.contains("independent"), "{info}");
    assert_eq!(
        bench
            .run("convert family.h5 any --to adabmdca-integers")
            .code,
        0
    );
    assert_eq!(bench.run("convert any family.h5 --force").code, 0);
}

#[test]
fn tables_are_those_of_the_peers() {
    let (bench, _) = bench();
    assert_eq!(bench.run("convert family.h5 s.csv").code, 0);
    let table = bench.read("s.csv");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    assert_eq!(
        rows[0].join(","),
        "i,A_i,j,A_j,fn,cn,segment_i,segment_j,probability,score"
    );
    assert_eq!(rows.len(), 1 + 28);
    let best = bench
        .run("contacts family.h5 --apc 1 --top 1 --min-separation 1")
        .stdout;
    let best: Vec<&str> = best.lines().nth(1).unwrap().split('\t').collect();
    assert_eq!(rows[1][..4], best[1..5]);
    let cn: f64 = rows[1][5].parse().unwrap();
    assert!((cn - best[6].parse::<f64>().unwrap()).abs() < 1e-6);
    assert_eq!(bench.run("convert family.h5 s.mat").code, 0);
    let matrix = bench.read("s.mat");
    assert_eq!(matrix.lines().count(), 8);
    assert!(
        matrix
            .lines()
            .all(|line| line.ends_with('\t') && line.split('\t').count() == 9)
    );
}

#[test]
fn letters_of_states_are_not_relabelled() {
    let (bench, _) = bench();
    for name in ["m.npz", "m.mrf"] {
        bench.works(&format!("convert family.h5 {name} -q"));
        bench.works(&format!("convert {name} x.h5 --alphabet protein --force"));
        bench.fails(
            &format!("convert {name} y.h5 --alphabet rna"),
            3,
            &["--alphabet"],
        );
    }
    bench.fails(
        "convert m.npz y.h5 --alphabet ARNDCQEGHILKMFPSTWYV",
        3,
        &["says 'ACDEFGHIKLMNPQRSTVWY', not 'ARNDCQEGHILKMFPSTWYV'"],
    );
    let rna = other("gremlin_rna", "mrf");
    bench.fails(
        &format!("convert {} y.h5 --alphabet ACGTX", rna.display()),
        3,
        &["RNA or DNA, not the letters ACGTX"],
    );
}

/// plmc's frequencies are shares among residues: independent sites need the gaps, too.
#[test]
fn independent_sites_change_through_plmc_with_a_word() {
    let bench = Bench::new();
    bench.write("gappy.a2m", GAPPY);
    bench.works("fit gappy.a2m -q");
    let note = "changed: frequencies are shares among residues";
    assert!(
        bench
            .works("convert gappy.h5 gappy.params")
            .stderr
            .contains(note)
    );
    let fields = |name: &str| bench.model(name).independent_fields.unwrap();
    let apart = |a: Array2<f32>, b: Array2<f32>| {
        let largest = |m: f32, d: &f32| m.max(d.abs());
        (a - b).iter().fold(0.0, largest)
    };
    assert!(apart(fields("gappy.params"), fields("gappy.h5")) > 1e-3);
    bench.works("convert gappy.params again.h5 --alignment gappy.a2m");
    assert!(apart(fields("again.h5"), fields("gappy.h5")) < 1e-5);
    let (bench, _) = self::bench();
    assert!(
        !bench
            .works("convert family.h5 family.params")
            .stderr
            .contains(note)
    );
}

#[test]
fn positions_have_an_end() {
    let bench = Bench::new();
    for offset in ["9223372036854775807", "4294967288"] {
        bench.fails(
            &format!("fit family.fa --offset {offset}"),
            2,
            &[&format!("--offset {offset}"), "end at 4294967295"],
        );
    }
    bench.works("fit family.fa --offset 4294967287 -o far.h5 -q");
    let own = bench.run("score-mutants far.h5 I4294967295A").stdout;
    assert!(own.contains("\tscored\t"), "{own}");
    for name in ["far.npz", "far.mrf"] {
        bench.works(&format!("convert far.h5 {name} -q"));
        let info = bench.run(&format!("info {name}")).stdout;
        assert!(info.contains("4294967288 to 4294967295"), "{info}");
    }
}

#[test]
fn names_that_promise_another_packing_are_refused() {
    let (bench, _) = bench();
    for arguments in [
        "fit family.fa -o m.h5.gz",
        "fit family.fa -o m.h5.zst",
        "fit family.fa -o m.h5 --write-alignment m.a2m.zst",
        "weights family.fa -o w.tsv.zst",
        "contacts family.h5 -o c.tsv.bz2",
        "convert family.h5 m.dat.ZST --to adabmdca",
    ] {
        bench.fails(arguments, 2, &["gz"]);
    }
    for arguments in [
        "contacts family.h5 -o c.xlsx",
        "score-mutants family.h5 --all-single -o singles.PNG",
    ] {
        bench.fails(arguments, 2, &["is made here", ".csv"]);
    }
    bench.fails("fit family.fa -o m.csv", 2, &["a model is no table"]);
    for arguments in ["fit family.fa -o -", "convert family.h5 - --to npz"] {
        bench.fails(arguments, 2, &["needs a file name"]);
    }
}
