//! Times of what Boltzmann learning does for a step: `cargo bench --features internals --bench learning`.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use potts::kernels::pair_kernel::{pair_kernel, pair_kernel_plain};
use potts::kernels::positive_solve::{solve_positive, solve_positive_plain};
use std::hint::black_box;

/// Chains.
const COUNTS: [usize; 2] = [200, 2000];

/// The largest number that a twin is timed with.
const FEW: usize = 200;

/// Sequences of 20 states, most of them alike.
fn sequences(count: usize, sites: usize) -> Vec<u8> {
    let state = |k: usize| match (k * 7919 + k / sites * 104_729) % 5 {
        0 => (k % 20) as u8,
        _ => (k % sites % 20) as u8,
    };
    (0..count * sites).map(state).collect()
}

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pair kernel");
    group.sample_size(10);
    for (count, sites) in [(COUNTS[0], 50), (COUNTS[1], 50), (COUNTS[1], 250)] {
        let sequences = sequences(count, sites);
        let mut products = vec![0.0; count * count];
        let size = format!("n {count}, L {sites}");
        group.throughput(Throughput::Elements((count * count) as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| pair_kernel(black_box(&sequences), sites, &mut products));
        });
        if count <= FEW {
            group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
                bencher.iter(|| black_box(pair_kernel_plain(black_box(&sequences), sites)));
            });
        }
    }
}

fn solutions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("positive solve");
    group.sample_size(10);
    for count in COUNTS {
        let mut matrix = vec![0.0; count * count];
        pair_kernel(&sequences(count, 50), 50, &mut matrix);
        (0..count).for_each(|k| matrix[k * count + k] += 60.0);
        let right: Vec<f64> = (0..count).map(|k| (k % 7) as f64 - 3.0).collect();
        let fresh = || (matrix.clone(), right.clone());
        group.bench_function(BenchmarkId::new("kernel", count), |bencher| {
            let solve =
                |(matrix, mut right): (Vec<f64>, Vec<f64>)| solve_positive(matrix, &mut right);
            bencher.iter_batched(fresh, solve, BatchSize::LargeInput);
        });
        if count <= FEW {
            group.bench_function(BenchmarkId::new("twin", count), |bencher| {
                let solve = |(matrix, mut right): (Vec<f64>, Vec<f64>)| {
                    solve_positive_plain(matrix, &mut right);
                    right
                };
                bencher.iter_batched(fresh, solve, BatchSize::LargeInput);
            });
        }
    }
}

criterion_group!(learning, products, solutions);
criterion_main!(learning);
