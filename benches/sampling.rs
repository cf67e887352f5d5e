//! Times of what samples and learning take: `cargo bench --features internals --bench sampling`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use potts::kernels::gibbs::{Chains, Pairs, Rule, Tables, sweep, sweep_plain};
use potts::kernels::pair_kernel::{pair_kernel, pair_kernel_plain};
use potts::kernels::positive_definite::{eliminated_plain, solve};
use std::hint::black_box;

const STATES: usize = 21;

/// Numbers that look random (xorshift, Marsaglia 2003).
struct Noise(u64);

impl Noise {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % count as u64) as usize
    }

    /// From -1 to 1.
    fn number(&mut self) -> f32 {
        self.below(20_001) as f32 / 10_000.0 - 1.0
    }
}

/// Sequences about a consensus, as alike as those of a family.
fn family(count: usize, sites: usize) -> Vec<u8> {
    let mut noise = Noise(88_172_645_463_325_252);
    let consensus: Vec<u8> = (0..sites).map(|_| noise.below(STATES) as u8).collect();
    let row = |_| {
        let letters = consensus.iter().map(|&own| match noise.below(10) {
            0..=5 => own,
            _ => noise.below(STATES) as u8,
        });
        letters.collect::<Vec<u8>>()
    };
    (0..count).flat_map(row).collect()
}

/// Sweeps of 512 chains on one thread, whose sites have their commonest state about as often as those of a family; elements are new states.
fn sweeps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gibbs");
    group.sample_size(10);
    for sites in [50, 160] {
        let mut noise = Noise(7);
        let common = vec![0u8; sites];
        let field = |k: usize| if k.is_multiple_of(STATES) { 3.0 } else { 0.0 };
        let fields: Vec<f32> = (0..sites * STATES).map(field).collect();
        let pairs = sites * (sites - 1) / 2;
        let couplings: Vec<f32> = (0..pairs * STATES * STATES)
            .map(|_| 0.1 * noise.number())
            .collect();
        let model = Pairs {
            states: STATES,
            fields: &fields,
            couplings: &couplings,
        };
        let tables = Tables::new(model, &common);
        let all: Vec<usize> = (0..sites).collect();
        let mut chains = Chains::new(&tables, vec![0; 512 * sites], (1, 0));
        for _ in 0..20 {
            sweep(&tables, &mut chains, &all, Rule::Gibbs);
        }
        group.throughput(Throughput::Elements((512 * sites) as u64));
        for rule in [Rule::Gibbs, Rule::Metropolis] {
            group.bench_function(BenchmarkId::new(format!("{rule:?}"), sites), |bencher| {
                bencher.iter(|| sweep(&tables, &mut chains, &all, rule));
            });
        }
        if sites == 50 {
            let flat = vec![0.0; sites * STATES];
            let unit = tables.rounded_to();
            group.bench_function(BenchmarkId::new("twin", sites), |bencher| {
                bencher.iter(|| sweep_plain(model, (&flat, unit), &mut chains, &all, Rule::Gibbs));
            });
        }
    }
}

/// Products of the features of all pairs of sequences, as learning takes them.
fn products_of_features(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pair kernel");
    for (count, sites) in [(200, 50), (2000, 50), (2000, 250)] {
        let sequences = family(count, sites);
        let mut products = vec![0.0; count * count];
        let size = format!("{count} x {sites}");
        group.throughput(Throughput::Elements((count * count) as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| pair_kernel(black_box(&sequences), sites, &mut products));
        });
        if count == 200 {
            group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
                bencher.iter(|| black_box(pair_kernel_plain(black_box(&sequences), sites)));
            });
        }
    }
}

/// Systems of as many equations as chains are looked at; elements are numbers of the matrix.
fn systems(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("positive definite");
    group.sample_size(10);
    for order in [100, 2000] {
        let at = |k: usize| match (k / order, k % order) {
            (i, j) if i == j => 2.0 * order as f64,
            (i, j) => 1.0 / (1.0 + i.abs_diff(j) as f64),
        };
        let matrix: Vec<f64> = (0..order * order).map(at).collect();
        let right = vec![1.0; order];
        group.throughput(Throughput::Elements((order * order) as u64));
        group.bench_function(BenchmarkId::new("factor", order), |bencher| {
            bencher.iter(|| solve(black_box(matrix.clone()), &right));
        });
        if order == 100 {
            group.bench_function(BenchmarkId::new("twin", order), |bencher| {
                bencher.iter(|| eliminated_plain(black_box(&matrix), &right));
            });
        }
    }
}

criterion_group!(sampling, sweeps, products_of_features, systems);
criterion_main!(sampling);
