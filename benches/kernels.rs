//! Times of the hot loops on a grid of sequences and sites: `cargo bench`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use potts::kernels::conditional::{
    Scratch, SequenceRows, Site, site_value_and_gradient, site_value_and_gradient_plain,
};
use potts::kernels::identity::{
    neighbour_counts, neighbour_counts_at, neighbour_counts_at_plain, neighbour_counts_plain,
};
use std::hint::black_box;

const STATES: usize = 20;

/// (sequences, sites).
const GRID: [(usize, usize); 3] = [(1000, 50), (4000, 100), (4000, 200)];

/// (sequences, sites) for the comparison of all pairs.
const PAIRS_GRID: [(usize, usize); 6] = [
    (1000, 50),
    (10_000, 30),
    (10_000, 100),
    (10_000, 200),
    (10_000, 500),
    (30_000, 200),
];

/// Pairs of sequences that a twin, hundreds of times slower, gets to see.
const MOST_PAIRS_OF_TWIN: usize = 1_000_000;

/// Sequences descended from one another, so that columns have a consensus and rows have neighbours.
fn family(sequences: usize, sites: usize) -> Vec<u8> {
    let mut x = 88_172_645_463_325_252u64;
    let mut below = move |n: usize| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x % n as u64) as usize
    };
    let mut states: Vec<u8> = (0..sites).map(|_| below(STATES) as u8).collect();
    for n in 1..sequences {
        let parent = below(n) * sites;
        for site in 0..sites {
            let inherited = states[parent + site];
            states.push(if below(6) == 0 {
                below(STATES + 1) as u8
            } else {
                inherited
            });
        }
    }
    states
}

fn conditional(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("conditional of one site");
    group.sample_size(20);
    for (sequences, sites) in GRID {
        let alignment = family(sequences, sites);
        let weights = vec![1.0; sequences];
        let rows = SequenceRows::new(&alignment, sites, STATES, &weights);
        let fields = vec![0.1f32; STATES];
        let couplings = vec![0.01f32; sites * STATES * STATES];
        let mut fields_out = fields.clone();
        let mut couplings_out = couplings.clone();
        let mut scratch = Scratch::default();
        let size = format!("N {sequences}, L {sites}");
        group.throughput(Throughput::Elements((sequences * sites) as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| {
                let parameters = Site {
                    fields: &fields[..],
                    couplings: &couplings[..],
                };
                let mut gradient = Site {
                    fields: &mut fields_out[..],
                    couplings: &mut couplings_out[..],
                };
                black_box(site_value_and_gradient(
                    &rows,
                    sites / 2,
                    &parameters,
                    &mut gradient,
                    &mut scratch,
                ))
            });
        });
        let fields: Vec<f64> = fields.iter().map(|&v| f64::from(v)).collect();
        let couplings: Vec<f64> = couplings.iter().map(|&v| f64::from(v)).collect();
        group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
            bencher.iter(|| {
                let parameters = Site {
                    fields: &fields[..],
                    couplings: &couplings[..],
                };
                black_box(site_value_and_gradient_plain(
                    &alignment,
                    sites,
                    STATES,
                    &weights,
                    sites / 2,
                    &parameters,
                ))
            });
        });
    }
}

fn identity(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("neighbour counts");
    group.sample_size(10);
    for (sequences, sites) in PAIRS_GRID {
        let alignment = family(sequences, sites);
        let size = format!("N {sequences}, L {sites}");
        let pairs = sequences * sequences / 2;
        group.throughput(Throughput::Elements(pairs as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| black_box(neighbour_counts(&alignment, sites, sites / 5)));
        });
        if pairs <= MOST_PAIRS_OF_TWIN {
            group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
                bencher.iter(|| black_box(neighbour_counts_plain(&alignment, sites, sites / 5)));
            });
        }
    }
}

/// Eight thresholds of identity, 0.60 to 0.95, in one pass.
fn identity_sweep(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("neighbour counts at eight thresholds");
    group.sample_size(10);
    for (sequences, sites) in PAIRS_GRID {
        let alignment = family(sequences, sites);
        let limits: Vec<usize> = (1..=8).map(|k| k * sites / 20).collect();
        let size = format!("N {sequences}, L {sites}");
        let pairs = sequences * sequences / 2;
        group.throughput(Throughput::Elements(pairs as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| black_box(neighbour_counts_at(&alignment, sites, &limits)));
        });
        if pairs <= MOST_PAIRS_OF_TWIN {
            group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
                bencher.iter(|| black_box(neighbour_counts_at_plain(&alignment, sites, &limits)));
            });
        }
    }
}

criterion_group!(kernels, conditional, identity, identity_sweep);
criterion_main!(kernels);
