//! Models in the formats of other programs: what goes in comes out, and the numbers are theirs.

mod common;

use common::bench::Bench;
use common::{data, shared};
use flate2::read::MultiGzDecoder;
use ndarray::Array2;
use potts::alignment::{Column, ColumnMap, Frequencies, IdentityRule, SequenceWeights};
use potts::alphabet::{Alphabet, GapTreatment};
use potts::fit::Method;
use potts::io::models::{ModelFormat, TargetFormat, detect, read, read_with};
use potts::model::couplings::{pair_sites, pairs};
use potts::model::gauge::Gauge;
use potts::model::{Couplings, EnergyModel, PottsModel};
use potts::model::{FamilyData, FitRecord, Model, Penalties, StopReason};
use potts::position::{Chain, Position};
use proptest::prelude::*;
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const OTHERS: [(&str, &str, ModelFormat); 9] = [
    ("plmc_gap_state", "params", ModelFormat::Plmc),
    ("plmc_focus", "params", ModelFormat::Plmc),
    ("plmc_rna", "params", ModelFormat::Plmc),
    ("evcouplings_mean_field", "model", ModelFormat::Plmc),
    ("gremlin", "mrf", ModelFormat::Gremlin),
    ("gremlin_rna", "mrf", ModelFormat::Gremlin),
    ("ccmpred", "raw", ModelFormat::CcmpredRaw),
    ("adabmdca", "dat", ModelFormat::AdabmDca),
    ("adabmdca_sparse_rna", "dat", ModelFormat::AdabmDca),
];

fn other(name: &str, ending: &str) -> PathBuf {
    data("other_programs").join(format!("{name}.{ending}.gz"))
}

fn unzipped(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let stored = std::fs::read(path).unwrap();
    MultiGzDecoder::new(&stored[..])
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// Writes a model under a name that tells the format.
fn write(fitted: &Model, path: &Path) {
    let format = TargetFormat::of_name(path).unwrap();
    format.write(fitted, path, true).unwrap();
}

/// The model after a stay in a file of the given name.
fn through(fitted: &Model, folder: &TempDir, name: &str) -> Model {
    let path = folder.path().join(name);
    write(fitted, &path);
    read(&path).unwrap()
}

fn bytes(fitted: &Model, folder: &TempDir, name: &str) -> Vec<u8> {
    let path = folder.path().join(name);
    write(fitted, &path);
    std::fs::read(path).unwrap()
}

/// Without printing thousands of numbers where they differ.
fn assert_same(found: &[u8], expected: &[u8], what: &str) {
    let first = found.iter().zip(expected).position(|(a, b)| a != b);
    let lengths = (found.len(), expected.len());
    assert!(
        found == expected,
        "{what}: lengths {lengths:?}, the first difference at {first:?}"
    );
}

#[test]
fn files_of_other_programs_come_back_byte_for_byte() {
    let folder = TempDir::new().unwrap();
    for (name, ending, format) in OTHERS {
        let path = other(name, ending);
        assert_eq!(detect(&path), Some(format), "{name}");
        let fitted = read(&path).unwrap();
        let kept = through(&fitted, &folder, "kept.h5");
        assert_eq!(kept.model, fitted.model);
        assert_eq!(kept.record, fitted.record);
        assert_eq!(kept.family, fitted.family);
        assert!(
            kept.record
                .is_none_or(|report| report.method == Method::MeanField
                    || report.stop_reason == StopReason::NotRecorded)
        );
        let back = bytes(&fitted, &folder, &format!("back.{ending}"));
        assert_same(&back, &unzipped(&path), name);
    }
}

/// A converted file of plmc's own, of real size, against energies summed up from its bytes.
#[test]
fn a_golden_file_of_plmc_comes_back_and_gives_its_energies() {
    let Some(path) = shared("golden/peers/PF00014/plmc64.params.gz") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let fitted = read(&path).unwrap();
    let kept = through(&fitted, &folder, "kept.h5");
    let file = unzipped(&path);
    assert_same(&bytes(&kept, &folder, "back.params"), &file, "PF00014");
    assert!((fitted.neff().unwrap() - 2045.58).abs() < 0.01);
    for seed in 0..20 {
        let states: Vec<u8> = (0..53).map(|i| ((i * 7 + seed * 13) % 21) as u8).collect();
        let expected = plmc_energy(&file, &states);
        let found = kept.model.energy(&states);
        assert!(
            (found - expected).abs() < 1e-9 * expected.abs().max(1.0),
            "{found} {expected}"
        );
    }
}

/// E of states in the order of the file, from a file without a gap state.
fn plmc_energy(file: &[u8], states: &[u8]) -> f64 {
    let int = |k: usize| i32::from_le_bytes(file[4 * k..4 * k + 4].try_into().unwrap()) as usize;
    let (l, q, rows) = (int(0), int(1), int(2) + int(3));
    let fields = 40 + q + 4 * rows + 5 * l + 4 * l * q;
    let couplings = fields + 4 * l * q + 4 * pairs(l) * q * q;
    let number = |start: usize, k: usize| {
        let at = start + 4 * k;
        f64::from(f32::from_le_bytes(file[at..at + 4].try_into().unwrap()))
    };
    let present = |i: usize| Some(usize::from(states[i])).filter(|&a| a < q);
    let mut sum = 0.0;
    for i in 0..l {
        sum += present(i).map_or(0.0, |a| number(fields, i * q + a));
    }
    for (k, (i, j)) in pair_sites(l).enumerate() {
        if let (Some(a), Some(b)) = (present(i), present(j)) {
            sum += number(couplings, (k * q + a) * q + b);
        }
    }
    -sum
}

/// E of a sequence from the lines of a file whose sites are counted and whose states are letters in `order`.
type TextEnergy = fn(&str, &[u8]) -> f64;

fn adabmdca_energy(text: &str, sequence: &[u8]) -> f64 {
    let mut sum = 0.0;
    for line in text.lines() {
        let w: Vec<&str> = line.split(' ').collect();
        let at = |site: &str, letter: &str| {
            sequence[site.parse::<usize>().unwrap()] == letter.as_bytes()[0]
        };
        let counts = match w[0] {
            "J" => at(w[1], w[3]) && at(w[2], w[4]),
            _ => at(w[1], w[2]),
        };
        sum += if counts {
            w.last().unwrap().parse::<f64>().unwrap()
        } else {
            0.0
        };
    }
    -sum
}

const ORDER: &[u8] = b"ARNDCQEGHILKMFPSTWYV-";

fn state(letter: u8) -> usize {
    ORDER.iter().position(|&l| l == letter).unwrap()
}

fn gremlin_energy(text: &str, sequence: &[u8]) -> f64 {
    let mut sum = 0.0;
    for line in text.lines() {
        let (name, numbers) = line.split_once(' ').unwrap();
        let numbers: Vec<f64> = numbers.split(' ').map(|n| n.parse().unwrap()).collect();
        let sites: Vec<usize> = name[2..name.len() - 1]
            .split("][")
            .map(|n| n.parse().unwrap())
            .collect();
        sum += match sites[..] {
            [i] => numbers[state(sequence[i])],
            [i, j] => numbers[state(sequence[i]) * 21 + state(sequence[j])],
            _ => panic!("{name}"),
        };
    }
    -sum
}

fn ccmpred_energy(text: &str, sequence: &[u8]) -> f64 {
    let lines: Vec<&str> = text.lines().collect();
    let number = |line: &str, k: usize| line.split('\t').nth(k).unwrap().parse::<f64>().unwrap();
    let mut sum = 0.0;
    for (i, &letter) in sequence.iter().enumerate().filter(|(_, l)| **l != b'-') {
        sum += number(lines[i], state(letter));
    }
    for (k, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with('#'))
    {
        let sites: Vec<usize> = line[2..].split(' ').map(|n| n.parse().unwrap()).collect();
        let row = lines[k + 1 + state(sequence[sites[0]])];
        sum += number(row, state(sequence[sites[1]]));
    }
    -sum
}

#[test]
fn energies_are_those_of_the_file() {
    let checks: [(&str, &str, TextEnergy); 3] = [
        ("adabmdca", "dat", adabmdca_energy),
        ("gremlin", "mrf", gremlin_energy),
        ("ccmpred", "raw", ccmpred_energy),
    ];
    for (name, ending, energy) in checks {
        let path = other(name, ending);
        let text = String::from_utf8(unzipped(&path)).unwrap();
        let fitted = read(&path).unwrap();
        assert_eq!(fitted.gaps, GapTreatment::State, "{name}");
        for sequence in [b"MKV", b"A-Y", b"---", b"YAC", b"-WV"] {
            let letters = fitted.alphabet.model_letters(fitted.gaps);
            let place = |l: &u8| letters.bytes().position(|known| known == *l).unwrap() as u8;
            let states: Vec<u8> = sequence.iter().map(place).collect();
            let (found, expected) = (fitted.model.energy(&states), energy(&text, sequence));
            assert!(
                (found - expected).abs() < 1e-5,
                "{name}: {found} {expected}"
            );
        }
    }
}

#[test]
fn what_plmc_knows_is_kept() {
    let fitted = read(&other("plmc_focus", "params")).unwrap();
    assert_eq!(fitted.gaps, GapTreatment::Missing);
    assert_eq!(
        (0..3).map(|s| fitted.columns.letter(s)).collect::<Vec<_>>(),
        b"MKV"
    );
    assert_eq!(fitted.columns.position(0).get(), 7);
    assert_eq!(fitted.target, None);
    let report = fitted.record.unwrap();
    assert_eq!(report.method, Method::Plm);
    assert_eq!(
        report.penalties,
        Some(Penalties {
            lambda_h: 0.01,
            lambda_j: 1.0
        })
    );
    assert_eq!(report.lambda_group, Some(0.0));
    assert_eq!(report.iteration_limit, Some(20));
    assert!(!report.converged());
    assert_eq!(report.known_to_converge(), None);
    assert_eq!(fitted.provenance.identity, Some(0.8));
    let family = fitted.family.unwrap();
    assert_eq!(family.kept.iter().filter(|kept| !**kept).count(), 1);
    assert!(!family.kept[9], "LRX is dropped");
    assert_eq!(family.weights.as_slice()[0], 0.5, "MKV twice");
    let rna = read(&other("plmc_rna", "params")).unwrap();
    assert_eq!(rna.alphabet, Alphabet::rna());
    let mean_field = read(&other("evcouplings_mean_field", "model")).unwrap();
    assert_eq!(mean_field.record.unwrap().pseudocount, Some(0.5));
    assert_eq!(mean_field.provenance.identity, Some(0.8));
    assert_eq!(mean_field.family.unwrap().weights.as_slice()[0], 0.5);
    assert_eq!(mean_field.gauge, Gauge::Fitted, "its reference is Y");
}

#[test]
fn columns_that_gremlin_removed_are_missing() {
    let fitted = read(&other("gremlin_rna", "mrf")).unwrap();
    assert_eq!(fitted.alphabet, Alphabet::rna());
    let positions: Vec<u64> = (0..3).map(|s| fitted.columns.position(s).get()).collect();
    assert_eq!(positions, [1, 3, 4]);
    let dna = read_with(&other("gremlin_rna", "mrf"), Some(&Alphabet::dna())).unwrap();
    assert_eq!(dna.alphabet, Alphabet::dna());
    assert_eq!(dna.model, fitted.model);
}

/// Small models: what they may be over, how gaps count, where they stand, whether sites are coupled.
#[derive(Debug, Clone)]
struct Recipe {
    letters: &'static str,
    gaps: GapTreatment,
    sites: usize,
    first: u64,
    step: u64,
    couplings: bool,
    family: bool,
    seed: u64,
}

fn recipes() -> impl Strategy<Value = Recipe> {
    let letters =
        prop::sample::select(vec!["ACDEFGHIKLMNPQRSTVWY", "ACGU", "ACGT", "GATC", "XYZB"]);
    let gaps = prop::sample::select(vec![GapTreatment::Missing, GapTreatment::State]);
    let shape = (2usize..5, 1u64..400, 1u64..3);
    let parts = (prop::bool::weighted(0.8), any::<bool>(), any::<u64>());
    (letters, gaps, shape, parts).prop_map(
        |(letters, gaps, (sites, first, step), (couplings, family, seed))| Recipe {
            letters,
            gaps,
            sites,
            first,
            step,
            couplings,
            family,
            seed,
        },
    )
}

/// Numbers of all sizes, and some zeros.
fn numbers(seed: u64) -> impl FnMut() -> f32 {
    let mut x = seed | 1;
    move || {
        x = x
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let unit = (x >> 40) as f32 / (1u64 << 24) as f32 - 0.5;
        match (x >> 20) % 16 {
            0 => 0.0,
            1 => unit * 1e-7,
            2 => unit * 1e9,
            _ => unit,
        }
    }
}

impl Recipe {
    fn model(&self) -> Model {
        let mut next = numbers(self.seed);
        let alphabet = Alphabet::new(self.letters).unwrap();
        let q = alphabet.states(self.gaps);
        let fields = Array2::from_shape_simple_fn((self.sites, q), &mut next);
        let count = pairs(self.sites) * q * q;
        let couplings = (0..count).map(|_| next()).collect();
        let couplings = Couplings::from_packed(self.sites, q, couplings);
        let model = PottsModel::new(fields, self.couplings.then_some(couplings)).unwrap();
        let mut fitted = Model::of_parameters(model, alphabet, self.gaps, self.columns());
        if self.family {
            fitted.family = Some(self.family(&fitted.alphabet));
            fitted.provenance.identity = Some(0.7);
            fitted.provenance.identity_rule = Some(IdentityRule::AtLeast);
            fitted.record = Some(FitRecord::not_recorded(match self.couplings {
                true => Method::Plm,
                false => Method::Independent,
            }));
        }
        fitted
    }

    fn columns(&self) -> ColumnMap {
        let columns = (0..self.sites).map(|k| Column {
            alignment_column: k as u64 + 1,
            chain: None,
            position: Position::new(self.first + self.step * k as u64).unwrap(),
            letter: self.letters.as_bytes()[k % self.letters.len()],
            modelled: true,
        });
        ColumnMap::new(columns.collect()).unwrap()
    }

    fn family(&self, alphabet: &Alphabet) -> FamilyData {
        let mut next = numbers(self.seed ^ 77);
        let q = alphabet.residues() + 1;
        let mut frequencies =
            Array2::from_shape_simple_fn((self.sites, q), || f64::from(next()).abs() + 0.01);
        for mut row in frequencies.rows_mut() {
            let sum = row.sum();
            row /= sum;
        }
        let states = alphabet.states(self.gaps);
        let pair = (0..pairs(self.sites) * states * states).map(|k| (k % 7) as f32 / 1000.0);
        FamilyData {
            weights: SequenceWeights::new(vec![1.0, 0.5, 1.0 / 3.0]).unwrap(),
            kept: vec![true, false, true, true],
            frequencies: Frequencies::new(1.0 + 0.5 + 1.0 / 3.0, frequencies).unwrap(),
            pair_frequencies: self
                .seed
                .is_multiple_of(2)
                .then(|| Couplings::from_packed(self.sites, states, pair.collect())),
        }
    }

    fn holds(&self, ending: &str) -> bool {
        match ending {
            "raw" => self.letters.len() == 20,
            "mrf" => self.letters.len() == 20 || Alphabet::new(self.letters).unwrap().is_nucleic(),
            _ => true,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Into a format and back: the same parameters; and from there into the format again: the same bytes.
    #[test]
    fn models_survive_every_format(recipe in recipes()) {
        let folder = TempDir::new().unwrap();
        let fitted = recipe.model();
        let asked = |ending: &str| (ending == "mrf").then_some(&fitted.alphabet);
        for ending in ["h5", "params", "npz", "dat", "mrf", "raw", "params.gz", "dat.gz"] {
            if !recipe.holds(ending) {
                continue;
            }
            let path = folder.path().join(format!("model.{ending}"));
            write(&fitted, &path);
            let back = read_with(&path, asked(ending)).unwrap();
            let first = std::fs::read(&path).unwrap();
            let kept = through(&back, &folder, "kept.h5");
            assert_same(&bytes(&kept, &folder, &format!("again.{ending}")), &first, ending);
            let reordered = ending == "mrf" && recipe.letters == "GATC";
            let shifted = ending == "raw" && recipe.gaps == GapTreatment::State;
            if !(reordered || shifted) {
                prop_assert_eq!(&back.model, &fitted.model, "{}", ending);
                prop_assert_eq!(back.gaps, fitted.gaps);
                prop_assert_eq!(&back.alphabet, &fitted.alphabet);
            }
            let sites = || 0..recipe.sites;
            if ["h5", "params", "npz", "mrf"].contains(&ending) {
                let position = |f: &Model, s| f.columns.position(s);
                prop_assert!(sites().all(|s| position(&back, s) == position(&fitted, s)), "{}", ending);
            }
            if ["h5", "params", "npz"].contains(&ending) {
                let letter = |f: &Model, s| f.columns.letter(s);
                prop_assert!(sites().all(|s| letter(&back, s) == letter(&fitted, s)), "{}", ending);
                prop_assert_eq!(back.family.is_some(), fitted.family.is_some());
            }
            if ending == "npz" {
                prop_assert_eq!(&back.family, &fitted.family);
                prop_assert_eq!(back.provenance.identity, fitted.provenance.identity);
            }
        }
    }

    /// The dialect of numbers, which needs to be told the letters.
    #[test]
    fn models_survive_integers(recipe in recipes()) {
        let folder = TempDir::new().unwrap();
        let fitted = recipe.model();
        let path = folder.path().join("model.dat");
        TargetFormat::AdabmDcaIntegers.write(&fitted, &path, true).unwrap();
        let back = read_with(&path, Some(&fitted.alphabet)).unwrap();
        prop_assert_eq!(&back.model, &fitted.model);
        prop_assert_eq!(back.gaps, fitted.gaps);
        let first = std::fs::read(&path).unwrap();
        TargetFormat::AdabmDcaIntegers.write(&back, &path, true).unwrap();
        assert_same(&std::fs::read(&path).unwrap(), &first, "integers");
    }
}

#[test]
fn chains_are_kept_where_they_can_be() {
    let recipe = Recipe {
        letters: "ACDEFGHIKLMNPQRSTVWY",
        gaps: GapTreatment::State,
        sites: 4,
        first: 5,
        step: 2,
        couplings: true,
        family: false,
        seed: 9,
    };
    let folder = TempDir::new().unwrap();
    let mut fitted = recipe.model();
    let columns = fitted.columns.columns().iter().zip(b"AABB");
    let columns = columns.map(|(column, &chain)| Column {
        chain: Chain::new(chain),
        ..*column
    });
    fitted.columns = ColumnMap::new(columns.collect()).unwrap();
    assert_eq!(through(&fitted, &folder, "m.npz").columns, fitted.columns);
    let lost = |format: TargetFormat| -> Vec<String> {
        format
            .notes(&fitted)
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let words = "not kept: chains A 5 to 7, B 9 to 11: residues are counted through them";
    assert!(
        lost(TargetFormat::Plmc).contains(&words.to_owned()),
        "{:?}",
        lost(TargetFormat::Plmc)
    );
    assert!(!lost(TargetFormat::Npz).contains(&words.to_owned()));
    let plmc = through(&fitted, &folder, "m.params");
    assert_eq!(
        (0..4)
            .map(|s| plmc.columns.position(s).get())
            .collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    let table = String::from_utf8(bytes(&fitted, &folder, "m.csv")).unwrap();
    assert!(table.contains(",A_1,B_1,"), "{table}");
}

/// Mean field: EVcouplings counts the gap; back here it is missing data again.
#[test]
fn mean_field_models_go_to_evcouplings_and_back() {
    let recipe = Recipe {
        letters: "ACDEFGHIKLMNPQRSTVWY",
        gaps: GapTreatment::Missing,
        sites: 4,
        first: 10,
        step: 1,
        couplings: true,
        family: true,
        seed: 4,
    };
    let folder = TempDir::new().unwrap();
    let mut fitted = recipe.model();
    fitted.gauge = Gauge::GapReference;
    fitted.record = Some(FitRecord {
        pseudocount: Some(0.3),
        stop_reason: StopReason::ClosedForm,
        ..FitRecord::not_recorded(Method::MeanField)
    });
    for with_pairs in [true, false] {
        if !with_pairs {
            fitted.family.as_mut().unwrap().pair_frequencies = None;
        }
        let first = bytes(&fitted, &folder, "model.params");
        assert_eq!(first[4], 21);
        assert_eq!(&first[24..28], (-0.3f32).to_le_bytes());
        let back = read(&folder.path().join("model.params")).unwrap();
        assert_eq!(back.model, fitted.model);
        assert_eq!(back.gauge, Gauge::GapReference);
        assert_eq!(back.record, fitted.record);
        assert_eq!(back.provenance.identity, fitted.provenance.identity);
        assert_same(&bytes(&back, &folder, "again.params"), &first, "again");
    }
}

#[test]
fn a_file_cut_off_anywhere_is_bad_input() {
    let folder = TempDir::new().unwrap();
    for (name, ending, _) in OTHERS {
        let whole = unzipped(&other(name, ending));
        let path = folder.path().join("cut");
        let step = (whole.len() / 60).max(1);
        for length in (1..whole.len()).step_by(step).chain([whole.len() - 1]) {
            std::fs::write(&path, &whole[..length]).unwrap();
            match read(&path) {
                // Text may end at the last digit of its last number, or at the end of a line of a pair.
                Ok(_) => assert!(["dat", "mrf", "raw"].contains(&ending), "{name} {length}"),
                Err(error) => assert_eq!(error.exit_code(), 3, "{name} {length}: {error}"),
            }
        }
    }
}

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
    for (name, ending, _) in OTHERS {
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
        assert_eq!(again, scores, "{name}");
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
    let table = std::fs::read_to_string(bench.path("s.csv")).unwrap();
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
    let matrix = std::fs::read_to_string(bench.path("s.mat")).unwrap();
    assert_eq!(matrix.lines().count(), 8);
    assert!(
        matrix
            .lines()
            .all(|line| line.ends_with('\t') && line.split('\t').count() == 9)
    );
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

/// Whether two models have the same columns, positions and letters.
fn same_map(bench: &Bench, a: &str, b: &str) -> bool {
    let map = |model: &str| bench.run(&format!("info {model} --map")).stdout;
    map(a) == map(b)
}

fn ok(bench: &Bench, arguments: &str) -> String {
    let run = bench.run(arguments);
    assert_eq!(run.code, 0, "potts {arguments}\n{}", run.stderr);
    run.stderr
}

/// As many sites as the target has residues, but not the same columns.
#[test]
fn letters_go_to_the_columns_that_a_file_numbers() {
    let bench = Bench::new();
    bench.write("gappy.a2m", GAPPY);
    ok(&bench, "fit gappy.a2m --like gremlin -o every.h5 -q");
    ok(&bench, "convert every.h5 every.mrf -q");
    let text = std::fs::read_to_string(bench.path("every.mrf")).unwrap();
    assert!(!text.contains("V[2]") && text.contains("V[7]"));
    ok(&bench, "convert every.mrf again.h5 --alignment gappy.a2m");
    assert!(same_map(&bench, "every.h5", "again.h5"));

    // Numbered by a target that has another range in the alignment, and without one of its residues.
    bench.write("from.a2m", GAPPY.replace(">T", ">T/101-107"));
    ok(&bench, "fit from.a2m --max-column-gap 0.4 -o from.h5 -q");
    ok(&bench, "convert from.h5 from.mrf -q");
    ok(
        &bench,
        "convert from.mrf again.h5 --alignment from.a2m --force",
    );
    assert!(same_map(&bench, "from.h5", "again.h5"));
    ok(
        &bench,
        "convert from.mrf again.h5 --alignment gappy.a2m --force",
    );
    assert!(same_map(&bench, "from.h5", "again.h5"));

    ok(&bench, "fit gappy.a2m -o both.h5 -q");
    ok(&bench, "convert both.h5 both.mrf -q");
    bench.fails(
        "convert both.mrf x.h5 --alignment gappy.a2m",
        3,
        &["positions of the target or columns", "--no-focus"],
    );
    ok(
        &bench,
        "convert both.mrf again.h5 --alignment gappy.a2m --focus T --force",
    );
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
        ok(&bench, &format!("fit {fit} -o first.h5 -q --force"));
        ok(
            &bench,
            &format!("convert first.h5 again.h5 --force --alignment {alignment}"),
        );
        let modelled = |model: &str| -> Vec<String> {
            let table = bench.run(&format!("info {model} --map")).stdout;
            let rows = table.lines().filter(|line| line.ends_with("\t1"));
            // A model without a target gets its letters.
            let places = rows.map(|row| row.split('\t').take(2).collect::<Vec<_>>().join(" "));
            places.collect()
        };
        assert_eq!(modelled("first.h5"), modelled("again.h5"), "{fit}");
        let model = |name: &str| read(&bench.path(name)).unwrap();
        assert_eq!(model("first.h5").model, model("again.h5").model);
        assert!(model("again.h5").family.unwrap().pair_frequencies.is_some());
    }
    bench.fails(
        "convert first.h5 x.h5 --input-format a3m",
        2,
        &["--alignment"],
    );
}

#[test]
fn letters_of_states_are_not_relabelled() {
    let (bench, _) = bench();
    for name in ["m.npz", "m.mrf"] {
        ok(&bench, &format!("convert family.h5 {name} -q"));
        ok(
            &bench,
            &format!("convert {name} x.h5 --alphabet protein --force"),
        );
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
    ok(&bench, "fit gappy.a2m -q");
    let note = "changed: frequencies are shares among residues";
    assert!(ok(&bench, "convert gappy.h5 gappy.params").contains(note));
    let fields = |name: &str| read(&bench.path(name)).unwrap().independent_fields.unwrap();
    let apart = |a: Array2<f32>, b: Array2<f32>| {
        let largest = |m: f32, d: &f32| m.max(d.abs());
        (a - b).iter().fold(0.0, largest)
    };
    assert!(apart(fields("gappy.params"), fields("gappy.h5")) > 1e-3);
    ok(
        &bench,
        "convert gappy.params again.h5 --alignment gappy.a2m",
    );
    assert!(apart(fields("again.h5"), fields("gappy.h5")) < 1e-5);
    let (bench, _) = self::bench();
    assert!(!ok(&bench, "convert family.h5 family.params").contains(note));
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
    ok(&bench, "fit family.fa --offset 4294967287 -o far.h5 -q");
    let own = bench.run("score-mutants far.h5 I4294967295A").stdout;
    assert!(own.contains("\tscored\t"), "{own}");
    for name in ["far.npz", "far.mrf"] {
        ok(&bench, &format!("convert far.h5 {name} -q"));
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
    for arguments in ["fit family.fa -o -", "convert family.h5 - --to npz"] {
        bench.fails(arguments, 2, &["needs a file name"]);
    }
}
