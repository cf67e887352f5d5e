//! Sequences of RNA, DNA and of two proteins: what is drawn is read again, and has the energy that it was drawn with.

use super::made::{SITES, families, family};
use crate::support::Bench;

/// The energies that names of samples tell, and those that `potts energy` finds for the sequences below them.
fn come_back(bench: &Bench, model: &str, ending: &str) {
    let file = format!("samples.{ending}");
    bench.works(&format!("sample {model} -n 60 -o {file} --force -q"));
    let text = bench.read(&file);
    let told: Vec<f64> = text
        .split("energy=")
        .skip(1)
        .map(|rest| rest.split_whitespace().next().unwrap().parse().unwrap())
        .collect();
    let found = bench.works(&format!("energy {model} {file} -q"));
    assert!(found.column("aligned").iter().all(|word| *word == "given"));
    let found = found.numbers("energy");
    assert_eq!((found.len(), told.len()), (60, 60));
    for (found, told) in found.iter().zip(&told) {
        assert!((found - told).abs() < 2e-6, "{model}: {found} {told}");
    }
}

/// log P is -E - log Z of whole sequences.
fn log_p_is_known(bench: &Bench, model: &str, sequences: &str) {
    let log_z = bench.works(&format!("partition {model} --store -q"));
    let log_z = log_z.numbers("log_z")[0];
    let run = bench.works(&format!("energy {model} {sequences} -q"));
    let energies = run.numbers("energy");
    let mut seen = 0;
    for (energy, log_p) in energies.iter().zip(run.column("log_probability")) {
        if let Ok(log_p) = log_p.parse::<f64>() {
            assert!(
                (log_p + energy + log_z).abs() < 1e-5,
                "{energy} {log_p} {log_z}"
            );
            seen += 1;
        }
    }
    assert!(seen > 20, "{}", run.stdout);
}

#[test]
fn two_proteins_are_sampled_and_read_again() {
    let bench = families();
    for gaps in ["missing", "state"] {
        bench.works(&format!(
            "fit protein.fa -o pair.h5 --chains 5,3 --gaps {gaps} --force -q"
        ));
        come_back(&bench, "pair.h5", "fasta");
        come_back(&bench, "pair.h5", "a2m");
        log_p_is_known(&bench, "pair.h5", "protein.fa");
        for natural in ["", "--natural protein.fa", "--samples samples.fasta"] {
            let run = bench.works(&format!("evaluate pair.h5 {natural} --no-temperature -q"));
            assert!(run.stdout.contains("connected_pair_pearson"));
        }
    }
    // One protein alone, and both without their gaps, have no place along the columns.
    let lines = bench.read("protein.fa");
    let target = lines.lines().nth(1).unwrap();
    bench.write("one.fa", format!(">one\n{}\n", &target[..5]));
    let words = ["of several proteins", "chain after chain"];
    bench.fails(
        "energy pair.h5 one.fa",
        3,
        &["5 columns", words[0], words[1]],
    );
    bench.fails("energy pair.h5 protein.fa --unaligned", 1, &words);
}

/// Mutants of two proteins that are drawn are called as those that are scored.
#[test]
fn variants_of_two_proteins_have_the_scores_of_their_names() {
    let bench = families();
    bench.works("fit protein.fa -o pair.h5 --chains 5,3 -q");
    let run = bench.works("sample pair.h5 -n 30 --max-mutations 2 --format tsv -q");
    let (energies, mutants) = (run.numbers("energy"), run.column("mutant"));
    let target = bench
        .works("energy pair.h5 protein.fa -q")
        .numbers("energy")[0];
    let mut across = 0;
    for (energy, mutant) in energies.iter().zip(mutants) {
        if mutant.is_empty() {
            continue;
        }
        across += usize::from(mutant.contains("A:") && mutant.contains("B:"));
        let scored = bench.works(&format!("score-mutants pair.h5 {mutant} -q"));
        let score = scored.numbers("potts_score")[0];
        assert!((target - energy - score).abs() < 1e-5, "{mutant}: {score}");
    }
    assert!(across > 0);
}

#[test]
fn rna_and_dna_are_sampled_and_read_again() {
    let bench = families();
    let dna = bench.read("rna.fa").replace('U', "T");
    bench.write("dna.fa", &dna);
    bench.write("small.fa", dna.to_lowercase());
    for (model, absent) in [("rna", 'T'), ("dna", 'U')] {
        for gaps in ["missing", "state"] {
            let file = format!("{model}.h5");
            bench.works(&format!(
                "fit {model}.fa -o {file} --gaps {gaps} --force -q"
            ));
            come_back(&bench, &file, "fasta");
            log_p_is_known(&bench, &file, &format!("{model}.fa"));
            let drawn = bench.works(&format!("sample {file} -n 60 --format tsv -q"));
            assert!(drawn.column("sequence").iter().all(|s| !s.contains(absent)));
            // Either letter, small or not, means the same.
            let of = |sequences: &str| {
                let run = bench.works(&format!("energy {file} {sequences} -q"));
                run.numbers("energy")
            };
            let own = of(&format!("{model}.fa"));
            for other in ["rna.fa", "dna.fa", "small.fa"] {
                assert_eq!(of(other), own, "{model} {other}");
            }
            for other in ["rna.fa", "dna.fa"] {
                let run = bench.works(&format!(
                    "evaluate {file} --natural {other} -n 100 --no-temperature -q"
                ));
                assert!(run.stdout.contains("connected_pair_pearson"));
            }
        }
    }
}

/// A whole transcript is aligned to the profile of an RNA, in either spelling.
#[test]
fn an_rna_is_found_in_a_transcript() {
    let bench = Bench::new();
    // Each site has its letter in most sequences, so that there is a profile to align to.
    let motif = "ACGGCUAGCCAU";
    let rows: String = family("ACGU", false)
        .lines()
        .filter(|line| !line.starts_with('>'))
        .enumerate()
        .map(|(n, noise)| {
            let mut row = motif.to_owned();
            let at = (n * 5) % motif.len();
            row.replace_range(at..=at, &noise[n % SITES..=n % SITES]);
            format!(">s{n}\n{row}\n")
        })
        .collect();
    bench.write("motif.fa", rows);
    bench.works("fit motif.fa -o motif.h5 -q");
    let thymine = motif.replace('U', "T");
    bench.write(
        "long.fa",
        format!(">whole\n{motif}\n>rna\nAAAA{motif}AAAA\n>dna\nAAAA{thymine}AAAA\n"),
    );
    let run = bench.works("energy motif.h5 long.fa -q");
    let energies = run.numbers("energy");
    assert_eq!(energies, [energies[0]; 3], "{}", run.stdout);
    assert_eq!(run.column("aligned"), ["given", "profile", "profile"]);
    assert_eq!(run.column("outside")[1..], ["8", "8"]);
}
