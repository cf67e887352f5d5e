//! Models in the formats of other programs sample and score like the model that they were made of, or like sums that are done here.

use super::made::{ROWS, SITES, families};
use crate::support::{Bench, Run};
use std::fmt::Write;

/// Files of a model whose gap is a state, and what `potts convert` needs to be told.
const WRITTEN: [(&str, &str); 6] = [
    ("other.plmc", ""),
    ("other.npz", ""),
    ("other.mrf", ""),
    ("other.dat", ""),
    ("integers.dat", "--to adabmdca-integers"),
    ("other.raw", ""),
];

/// With `gaps.h5`, and in `WRITTEN` what others write of it.
fn bench() -> Bench {
    let bench = families();
    bench.works("fit protein.fa -o gaps.h5 --gaps state -q");
    for (file, options) in WRITTEN {
        bench.works(&format!("convert gaps.h5 {file} {options} -q"));
    }
    bench
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// What is to be added to energies of `file`, which may have another gauge: the same for all sequences.
fn shift(bench: &Bench, file: &str) -> f64 {
    let of = |model: &str| {
        let run = bench.works(&format!("energy {model} protein.fa -q"));
        run.numbers("energy")
    };
    let (own, other) = (of("gaps.h5"), of(file));
    let apart: Vec<f64> = own.iter().zip(&other).map(|(a, b)| a - b).collect();
    assert_eq!(apart.len(), ROWS);
    let shift = mean(&apart);
    for one in &apart {
        assert!((one - shift).abs() < 2e-5, "{file}: {one} {shift}");
    }
    shift
}

#[test]
fn energies_are_the_same() {
    let bench = bench();
    for (file, _) in WRITTEN {
        let shift = shift(&bench, file);
        // CCMpred has no field of a gap: only there is a constant between them.
        assert!(file == "other.raw" || shift.abs() < 1e-5, "{file}: {shift}");
    }
}

/// Once an alignment has given the target back, mutants have the same scores, and the same seed draws the same sequences.
#[test]
fn mutants_and_samples_are_the_same() {
    let bench = bench();
    let scores = |model: &str| {
        let run = bench.works(&format!("score-mutants {model} --all-single -q"));
        run.numbers("potts_score")
    };
    let drawn = |model: &str, start: &str| {
        let command = format!("sample {model} -n 200 --seed 1 --start {start} --format tsv -q");
        let run = bench.works(&command);
        let sequences = run.column("sequence").into_iter();
        sequences.map(str::to_owned).collect::<Vec<String>>()
    };
    let own = scores("gaps.h5");
    let (by_profile, from_target) = (drawn("gaps.h5", "profile"), drawn("gaps.h5", "target"));
    assert!(own.len() == SITES * 19 && by_profile != from_target);
    for (file, _) in WRITTEN {
        bench.works(&format!(
            "convert {file} again.h5 --alignment protein.fa --force -q"
        ));
        for (one, other) in own.iter().zip(scores("again.h5")) {
            assert!((one - other).abs() < 1e-5, "{file}: {one} {other}");
        }
        assert_eq!(drawn("again.h5", "profile"), by_profile, "{file}");
        assert_eq!(drawn("again.h5", "target"), from_target, "{file}");
    }
}

const DRAWN: usize = 2000;

/// Shares of letters at each site, by letter.
fn shares(run: &Run) -> Vec<[f64; 256]> {
    let mut shares = vec![[0.0; 256]; SITES];
    for sequence in run.column("sequence") {
        for (site, letter) in shares.iter_mut().zip(sequence.bytes()) {
            site[usize::from(letter)] += 1.0 / DRAWN as f64;
        }
    }
    shares
}

/// Numbers and their standard error of the mean.
fn with_error(numbers: &[f64]) -> (f64, f64) {
    let mean = mean(numbers);
    let squares = numbers.iter().map(|number| (number - mean).powi(2));
    let count = numbers.len() as f64;
    (
        mean,
        (squares.sum::<f64>() / (count * (count - 1.0))).sqrt(),
    )
}

/// A file alone does not tell where chains of the family begin, so that others are drawn, of the same law.
#[test]
fn samples_of_the_file_alone_have_the_same_law() {
    let bench = bench();
    let sample = |model: &str, seed: u64| {
        bench.works(&format!(
            "sample {model} -n {DRAWN} --seed {seed} --format tsv -q"
        ))
    };
    let own = sample("gaps.h5", 1);
    let (own_mean, own_error) = with_error(&own.numbers("energy"));
    for (file, _) in WRITTEN {
        let other = sample(file, 2);
        let (mean, error) = with_error(&other.numbers("energy"));
        let apart = mean + shift(&bench, file) - own_mean;
        assert!(
            apart.abs() < 4.0 * error.hypot(own_error),
            "{file}: {apart}"
        );
        for (one, other) in shares(&own).iter().zip(shares(&other)) {
            for (a, b) in one.iter().zip(other) {
                let both = (a + b) / 2.0;
                let error = (2.0 * both * (1.0 - both) / DRAWN as f64).sqrt();
                assert!((a - b).abs() <= 4.0 * error, "{file}: {a} {b}");
            }
        }
    }
}

/// Sites of the models that are written here.
const FEW: usize = 3;

fn h(site: usize, letter: u8) -> f64 {
    ((site * 31 + usize::from(letter) * 17) % 23) as f64 / 10.0 - 1.1
}

fn j(one: usize, other: usize, a: u8, b: u8) -> f64 {
    let mixed = one * 7 + other * 13 + usize::from(a) * 5 + usize::from(b) * 11;
    (mixed % 19) as f64 / 10.0 - 0.9
}

/// E(x), by its definition; CCMpred's gap has no field.
fn energy(sequence: &[u8], gap_has_field: bool) -> f64 {
    let mut sum = 0.0;
    for (i, &a) in sequence.iter().enumerate() {
        if gap_has_field || a != b'-' {
            sum += h(i, a);
        }
        for (k, &b) in sequence.iter().enumerate().skip(i + 1) {
            sum += j(i, k, a, b);
        }
    }
    -sum
}

fn pairs() -> impl Iterator<Item = (usize, usize)> {
    (0..FEW).flat_map(|i| (i + 1..FEW).map(move |j| (i, j)))
}

/// Numbers behind each other.
fn line(numbers: impl Iterator<Item = f64>, between: &str) -> String {
    let words: Vec<String> = numbers.map(|number| format!("{number:.1}")).collect();
    words.join(between)
}

fn gremlin(letters: &[u8]) -> String {
    let mut text = String::new();
    for i in 0..FEW {
        let fields = line(letters.iter().map(|&a| h(i, a)), " ");
        writeln!(text, "V[{i}] {fields}").unwrap();
    }
    for (i, k) in pairs() {
        let block = letters
            .iter()
            .flat_map(|&a| letters.iter().map(move |&b| j(i, k, a, b)));
        writeln!(text, "W[{i}][{k}] {}", line(block, " ")).unwrap();
    }
    text
}

fn ccmpred(letters: &[u8]) -> String {
    let mut text = String::new();
    for i in 0..FEW {
        let fields = line(letters[..20].iter().map(|&a| h(i, a)), "\t");
        writeln!(text, "{fields}\t").unwrap();
    }
    for (i, k) in pairs() {
        writeln!(text, "# {i} {k}").unwrap();
        for &a in letters {
            let row = line(letters.iter().map(|&b| j(i, k, a, b)), "\t");
            writeln!(text, "{row}\t").unwrap();
        }
    }
    text
}

/// adabmDCA's, with a name for each state.
fn adabmdca(letters: &[u8], name: fn(usize, u8) -> String) -> String {
    let mut text = String::new();
    let states = || letters.iter().copied().enumerate();
    for (i, k) in pairs() {
        for (m, a) in states() {
            for (n, b) in states() {
                let value = j(i, k, a, b);
                let (a, b) = (name(m, a), name(n, b));
                writeln!(text, "J {i} {k} {a} {b} {value:.1}").unwrap();
            }
        }
    }
    for i in 0..FEW {
        for (m, a) in states() {
            writeln!(text, "h {i} {} {:.1}", name(m, a), h(i, a)).unwrap();
        }
    }
    text
}

/// A table, the second position of each pair first.
fn by_hand(letters: &[u8]) -> String {
    let mut text = String::new();
    let letter = |letter: u8| char::from(letter);
    for i in 0..FEW {
        for &a in letters {
            writeln!(text, "{} {} {:.1}", i + 1, letter(a), h(i, a)).unwrap();
        }
    }
    for (i, k) in pairs() {
        for &a in letters {
            for &b in letters {
                let value = j(i, k, a, b);
                writeln!(
                    text,
                    "{} {} {} {} {value:.1}",
                    k + 1,
                    letter(b),
                    i + 1,
                    letter(a)
                )
                .unwrap();
            }
        }
    }
    text
}

/// A file that is written here, its letters, whether its gap has a field, and sequences.
type Written = (&'static str, String, &'static [u8], bool);

fn written_here() -> [Written; 6] {
    const PROTEIN: &[u8] = b"ARNDCQEGHILKMFPSTWYV-";
    const COUNTED: &[u8] = b"-ACDEFGHIKLMNPQRSTVWY";
    const RNA: &[u8] = b"AUCG-";
    let letter = |_: usize, letter: u8| char::from(letter).to_string();
    let number = |state: usize, _: u8| state.to_string();
    [
        ("protein.mrf", gremlin(PROTEIN), PROTEIN, true),
        ("rna.mrf", gremlin(RNA), RNA, true),
        ("letters.dat", adabmdca(b"-ACGU", letter), RNA, true),
        ("numbers.dat", adabmdca(COUNTED, number), PROTEIN, true),
        ("ccmpred.raw", ccmpred(PROTEIN), PROTEIN, false),
        ("table.tsv", by_hand(b"-ABC"), b"ABC-", true),
    ]
}

/// Every sequence of a few sites.
fn every_sequence(letters: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    for _ in 0..FEW {
        let longer = all.iter().flat_map(|start: &Vec<u8>| {
            letters
                .iter()
                .map(move |&next| [&start[..], &[next]].concat())
        });
        all = longer.collect();
    }
    all
}

/// Energies are sums, log Z is that of all sequences, and samples have the mean energy that follows.
#[test]
fn files_that_others_wrote_mean_what_their_programs_say() {
    let bench = Bench::new();
    for (file, text, letters, gap_has_field) in written_here() {
        bench.write(file, text);
        let all = every_sequence(letters);
        let energies: Vec<f64> = all.iter().map(|x| energy(x, gap_has_field)).collect();
        let (mut fasta, mut expected) = (String::new(), Vec::new());
        for (k, sequence) in all.iter().enumerate().step_by(7) {
            if sequence.iter().any(|&letter| letter != b'-') {
                let letters = String::from_utf8(sequence.clone()).unwrap();
                writeln!(fasta, ">{k}\n{letters}").unwrap();
                expected.push(energies[k]);
            }
        }
        bench.write("all.fa", fasta);
        let found = bench.works(&format!("energy {file} all.fa --aligned -q"));
        let found = found.numbers("energy");
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found - expected).abs() < 1e-5,
                "{file}: {found} {expected}"
            );
        }
        let weights: Vec<f64> = energies.iter().map(|energy| (-energy).exp()).collect();
        let z: f64 = weights.iter().sum();
        let log_z = bench
            .works(&format!("partition {file} -q"))
            .numbers("log_z")[0];
        assert!((log_z - z.ln()).abs() < 1e-5, "{file}: {log_z} {}", z.ln());
        let exact: f64 = energies.iter().zip(&weights).map(|(e, w)| e * w / z).sum();
        let drawn = bench.works(&format!("sample {file} -n {DRAWN} --format tsv -q"));
        let (mean, error) = with_error(&drawn.numbers("energy"));
        assert!((mean - exact).abs() < 4.0 * error, "{file}: {mean} {exact}");
    }
}
