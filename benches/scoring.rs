//! Time to score all single mutants of 500 sites and a million double mutants, beside the plain way: `cargo bench --features internals --bench scoring`.

use clap::Parser;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use potts::alignment::{Column, ColumnMap};
use potts::alphabet::{Alphabet, GapTreatment};
use potts::cli::score_mutants::{ScoreMutantsArgs, score};
use potts::io::models::hdf5::{open, write};
use potts::model::Model;
use potts::model::{Couplings, EnergyModel, PottsModel};
use potts::mutants::{Change, MutantScorer};
use potts::position::Position;
use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

const SITES: usize = 500;
const STATES: usize = 21;
const MUTANTS: usize = 1_000_000;

/// Mutants scored in the plain way, which takes hours for a million.
const FEW: usize = 20;

fn noise() -> impl FnMut() -> usize {
    let mut x = 88_172_645_463_325_252u64;
    move || {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x >> 33) as usize
    }
}

/// A model whose target is a run of the alphabet's letters.
fn fitted() -> Model {
    let mut next = noise();
    let mut number = || (next() % 2001) as f32 / 1000.0 - 1.0;
    let fields = Array2::from_shape_simple_fn((SITES, STATES), &mut number);
    let mut couplings = Couplings::zeros(SITES, STATES).into_packed();
    couplings.fill_with(number);
    let couplings = Couplings::from_packed(SITES, STATES, couplings);
    let alphabet = Alphabet::protein();
    let columns = (0..SITES).map(|site| Column {
        alignment_column: site as u64 + 1,
        chain: None,
        position: Position::new(site as u64 + 1).unwrap(),
        letter: alphabet.letters()[site % 20],
        modelled: true,
    });
    let columns = ColumnMap::new(columns.collect()).unwrap();
    let model = PottsModel::new(fields.clone(), couplings).unwrap();
    let mut fitted = Model::of_parameters(model, alphabet, GapTreatment::State, columns);
    fitted.independent_fields = Some(fields);
    fitted
}

fn target() -> Vec<u8> {
    (0..SITES).map(|site| (site % 20) as u8).collect()
}

fn doubles() -> Vec<[Change; 2]> {
    let mut next = noise();
    let mut double = || {
        let i = next() % (SITES - 1);
        let j = i + 1 + next() % (SITES - 1 - i);
        [i, j].map(|site| Change {
            site,
            state: ((site + 1 + next() % 19) % 20) as u8,
        })
    };
    (0..MUTANTS).map(|_| double()).collect()
}

/// `model`, the target with `changes`, and the difference of energies.
fn plain(model: &dyn EnergyModel, sequence: &mut [u8], changes: &[Change]) -> f64 {
    let before = model.energy(sequence);
    for change in changes {
        sequence[change.site] = change.state;
    }
    let difference = before - model.energy(sequence);
    for change in changes {
        sequence[change.site] = (change.site % 20) as u8;
    }
    difference
}

fn singles(criterion: &mut Criterion) {
    let fitted = fitted();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.h5");
    write(&fitted, &path, false).unwrap();
    let mut group = criterion.benchmark_group("all single mutants of 500 sites");
    group.throughput(Throughput::Elements((SITES * 19) as u64));
    group.bench_function("in memory", |bencher| {
        bencher.iter(|| MutantScorer::new(&fitted).unwrap().offsets().chains());
    });
    group.bench_function("from the file", |bencher| {
        bencher.iter(|| {
            let model = open(&path).unwrap();
            MutantScorer::of(&model).unwrap().fetch_singles().unwrap();
        });
    });
    group.throughput(Throughput::Elements(FEW as u64));
    group.bench_function("energies, 20 of them", |bencher| {
        let mut sequence = target();
        bencher.iter(|| {
            for site in 0..FEW {
                let change = Change {
                    site,
                    state: ((site + 1) % 20) as u8,
                };
                black_box(plain(
                    fitted.energy_model().unwrap(),
                    &mut sequence,
                    &[change],
                ));
            }
        });
    });
}

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    args: ScoreMutantsArgs,
}

fn a_million_doubles(criterion: &mut Criterion) {
    let fitted = fitted();
    let doubles = doubles();
    let scorer = MutantScorer::new(&fitted).unwrap();
    let mut group = criterion.benchmark_group("a million double mutants of 500 sites");
    group.throughput(Throughput::Elements(MUTANTS as u64));
    group.bench_function("scores, one thread", |bencher| {
        bencher.iter(|| {
            let scores = doubles.iter().map(|changes| scorer.score(changes).potts);
            scores.sum::<f64>()
        });
    });
    group.bench_function("scores, one thread, touched before", |bencher| {
        bencher.iter(|| {
            let mut sum = 0.0;
            for together in doubles.chunks(64) {
                together.iter().for_each(|changes| scorer.touch(changes));
                sum += together
                    .iter()
                    .map(|changes| scorer.score(changes).potts)
                    .sum::<f64>();
            }
            sum
        });
    });
    group.throughput(Throughput::Elements(FEW as u64));
    group.bench_function("energies, 20 of them", |bencher| {
        let mut sequence = target();
        bencher.iter(|| {
            for changes in &doubles[..FEW] {
                black_box(plain(
                    fitted.energy_model().unwrap(),
                    &mut sequence,
                    changes,
                ));
            }
        });
    });
}

/// Double mutants as a table with a measured value each.
fn table(doubles: &[[Change; 2]]) -> String {
    let alphabet = Alphabet::protein();
    let letter = |state: usize| char::from(alphabet.letters()[state]);
    let mut table = String::from("mutant,measured\n");
    for [one, other] in doubles {
        for (change, after) in [(one, ':'), (other, ',')] {
            let (site, state) = (change.site, usize::from(change.state));
            let (before, number) = (letter(site % 20), site + 1);
            write!(table, "{before}{number}{}{after}", letter(state)).unwrap();
        }
        table.push_str("0.125\n");
    }
    table
}

fn a_table_of_them(criterion: &mut Criterion) {
    let fitted = fitted();
    let table = table(&doubles());
    let mut group = criterion.benchmark_group("a table of a million double mutants");
    let args = Program::parse_from(["potts", "model.h5", "--file", "table.csv"]).args;
    group.throughput(Throughput::Elements(MUTANTS as u64));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        group.bench_function(format!("table to table, {threads} threads"), |bencher| {
            bencher.iter(|| {
                pool.install(|| {
                    let (input, sink) = (&mut table.as_bytes(), &mut std::io::sink());
                    score(&fitted, &args, input, sink, &mut std::io::sink())
                        .unwrap()
                        .rows
                })
            });
        });
    }
}

criterion_group! {
    name = scoring;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5));
    targets = singles, a_million_doubles, a_table_of_them
}
criterion_main!(scoring);
