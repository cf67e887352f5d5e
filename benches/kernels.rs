//! Times of the hot loops on a grid of sequences and sites: `cargo bench --features internals`.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use ndarray_linalg::{Eigh, UPLO};
use potts::kernels::block_matrix::{BlockMatrix, invert_plain};
use potts::kernels::combinations::{Terms, combinations, combinations_plain};
use potts::kernels::common_columns::{common_columns, common_columns_plain};
use potts::kernels::conditionals::{Workspace, conditional_plain};
use potts::kernels::direct_information::{TwoSites, direct_information_plain};
use potts::kernels::f32x8::F32x8;
use potts::kernels::identity::{
    linked_rows, linked_rows_plain, neighbour_counts_at, neighbour_counts_at_plain,
    neighbour_counts_plain,
};
use potts::kernels::pair_blocks::{
    Bf16x8, Blocks, Direction, FieldGradients, FieldShifts, KEPT_STEPS, LaneBasis, Scratch,
    SiteBasis, Vectors, couplings_plain, gradient_plain, take_step, update,
};
use potts::kernels::pair_counts::{Counted, pair_counts, pair_counts_plain};
use potts::kernels::symmetric_eigen::symmetric_eigen;
use potts::kernels::tree::SequenceTree;
use rayon::iter::ParallelIterator;
use std::hint::black_box;

const STATES: usize = 20;

/// Spins, RNA, proteins with gaps missing and as a state.
const ALPHABETS: [usize; 4] = [2, 4, 20, 21];

/// (sequences, sites).
const GRID: [(usize, usize); 3] = [(1000, 50), (4000, 100), (4000, 200)];

/// (sequences, sites, states).
fn grid() -> impl Iterator<Item = (usize, usize, usize)> {
    let sizes = GRID.into_iter();
    sizes.flat_map(|(sequences, sites)| ALPHABETS.map(|states| (sequences, sites, states)))
}

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
fn family(sequences: usize, sites: usize, letters: usize) -> Vec<u8> {
    let mut x = 88_172_645_463_325_252u64;
    let mut below = move |n: usize| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x % n as u64) as usize
    };
    let mut states: Vec<u8> = (0..sites).map(|_| below(letters) as u8).collect();
    for n in 1..sequences {
        let parent = below(n) * sites;
        for site in 0..sites {
            let inherited = states[parent + site];
            states.push(if below(6) == 0 {
                below(letters + 1) as u8
            } else {
                inherited
            });
        }
    }
    states
}

/// Numbers from -0.1 to 0.1 that look random, a lane each.
fn some_lanes(count: usize) -> Vec<F32x8> {
    let number = |k: usize| ((k * 7919) % 1009) as f32 / 5045.0 - 0.1;
    (0..count)
        .map(|k| F32x8(std::array::from_fn(|lane| number(8 * k + lane))))
        .collect()
}

fn conditionals(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("conditionals of eight sites");
    group.sample_size(20);
    for (sequences, sites, states) in grid() {
        let alignment = family(sequences, sites, states);
        let weights = vec![1.0; sequences];
        let tree = SequenceTree::new(&alignment, sites, states, &weights);
        let mut workspace = Workspace::new(&tree);
        let fields = some_lanes(states);
        let block = some_lanes(states * states);
        let mut out = block.clone();
        let size = format!("N {sequences}, L {sites}, q {states}");
        group.throughput(Throughput::Elements((8 * sequences * sites) as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| {
                workspace.begin(&fields);
                (0..sites).for_each(|j| workspace.set_column(&tree, j, &block));
                let values = workspace.sweep(&tree, 0);
                (0..sites).for_each(|j| workspace.gradient_column(&tree, j, &mut out));
                black_box(values)
            });
        });
        let fields = vec![0.1; states];
        let couplings = vec![0.01; sites * states * states];
        group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
            bencher.iter(|| {
                for site in 0..8 {
                    let size = (sites, states);
                    black_box(conditional_plain(
                        &alignment, size, &weights, site, &fields, &couplings,
                    ));
                }
            });
        });
    }
}

fn similarity_tree(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("similarity tree");
    group.sample_size(10);
    for (sequences, sites, states) in grid() {
        let alignment = family(sequences, sites, states);
        let weights = vec![1.0; sequences];
        let size = format!("N {sequences}, L {sites}, q {states}");
        group.throughput(Throughput::Elements((sequences * sites) as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| black_box(SequenceTree::new(&alignment, sites, states, &weights)));
        });
    }
}

/// What a site of so many states is measured in.
fn site_basis(states: usize) -> SiteBasis {
    let turn = (0..states * states).map(|k| ((k * 31) % 7) as f32 / 7.0);
    let shares = vec![1.0 / states as f32; states];
    SiteBasis::new(shares, turn.collect(), vec![0.05; states])
}

/// A step and a gradient of the blocks of eight sites with one.
fn pair_blocks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("blocks of eight sites with one");
    for states in ALPHABETS {
        let size = states * states;
        let basis = site_basis(states);
        let lanes = LaneBasis::new(&vec![basis.clone(); 8]);
        let blocks = Blocks {
            lanes: &lanes,
            site: &basis,
            paired: [true; 8],
            symmetric: true,
            penalty: 1.0,
            neff: 1000.0,
            plain: false,
        };
        let mut x = some_lanes(size);
        let model_gradient = x.clone();
        let mut gradient = vec![Bf16x8::default(); size];
        let mut history = vec![Bf16x8::default(); 2 * KEPT_STEPS * size];
        let mut scratch = Scratch::new(states);
        let mut shifts = FieldShifts {
            lanes: vec![F32x8::ZERO; states],
            site: vec![0.0; states],
        };
        let (by_fields, by_site) = (some_lanes(states), vec![0.1; states]);
        let (lanes, site) = (&by_fields[..], &by_site[..]);
        let fields = FieldGradients { lanes, site };
        let direction = Direction {
            gradient: -1e-3,
            steps: [1e-3; KEPT_STEPS],
            changes: [1e-3; KEPT_STEPS],
        };
        let name = format!("step and gradient, q {states}");
        group.bench_function(BenchmarkId::new("kernel", &name), |bencher| {
            bencher.iter(|| {
                let mut vectors = Vectors {
                    x: &mut x,
                    model_gradient: &model_gradient,
                    gradient: &mut gradient,
                    history: &mut history,
                    slots: KEPT_STEPS,
                    stride: size,
                };
                let scratch = &mut scratch;
                let moved = take_step(&blocks, &direction, 0, &mut vectors, &mut shifts, scratch);
                (moved, update(&blocks, fields, 0, &mut vectors, scratch))
            });
        });
        let numbers = vec![0.1; size];
        group.bench_function(BenchmarkId::new("twin", &name), |bencher| {
            bencher.iter(|| {
                for lane in 0..8 {
                    black_box(couplings_plain(&blocks, lane, &numbers));
                    black_box(gradient_plain(&blocks, fields, lane, &numbers, &numbers));
                }
            });
        });
    }
}

fn identity(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("neighbour counts");
    group.sample_size(10);
    for (sequences, sites) in PAIRS_GRID {
        let alignment = family(sequences, sites, STATES);
        let size = format!("N {sequences}, L {sites}");
        let pairs = sequences * sequences / 2;
        group.throughput(Throughput::Elements(pairs as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| black_box(neighbour_counts_at(&alignment, sites, &[sites / 5])));
        });
        if pairs <= MOST_PAIRS_OF_TWIN {
            group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
                bencher.iter(|| black_box(neighbour_counts_plain(&alignment, sites, sites / 5)));
            });
        }
    }
}

/// Sequences with at most three errors of one, of which many are equal: viral genomes, libraries.
fn nearly_equal(sequences: usize, sites: usize, letters: usize) -> Vec<u8> {
    let mut x = 88_172_645_463_325_252u64;
    let mut below = move |n: usize| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x % n as u64) as usize
    };
    let parent: Vec<u8> = (0..sites).map(|_| below(letters) as u8).collect();
    let mut states = parent.repeat(sequences);
    for row in states.chunks_mut(sites) {
        for _ in 0..below(4) {
            row[below(sites)] = below(letters) as u8;
        }
    }
    states
}

fn identity_of_nearly_equal(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("neighbour counts of nearly equal sequences");
    group.sample_size(10);
    for (sequences, sites) in [(1000, 200), (10_000, 200), (100_000, 200)] {
        let alignment = nearly_equal(sequences, sites, STATES);
        let size = format!("N {sequences}, L {sites}");
        let pairs = sequences * sequences / 2;
        group.throughput(Throughput::Elements(pairs as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| black_box(neighbour_counts_at(&alignment, sites, &[sites / 5])));
        });
        if pairs <= MOST_PAIRS_OF_TWIN {
            group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
                bencher.iter(|| black_box(neighbour_counts_plain(&alignment, sites, sites / 5)));
            });
        }
    }
}

/// Clusters of single linkage at 80 % identity, beside counting neighbours, of nearly equal sequences, which all hang together.
fn linkage(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("linked sequences");
    group.sample_size(10);
    for (sequences, sites) in [(1000, 200), (10_000, 200)] {
        let alignment = nearly_equal(sequences, sites, STATES);
        let size = format!("N {sequences}, L {sites}");
        let pairs = sequences * sequences / 2;
        group.throughput(Throughput::Elements(pairs as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| black_box(linked_rows(&alignment, sites, sites / 5)));
        });
        group.bench_function(BenchmarkId::new("counts", &size), |bencher| {
            bencher.iter(|| black_box(neighbour_counts_at(&alignment, sites, &[sites / 5])));
        });
        if pairs <= MOST_PAIRS_OF_TWIN {
            group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
                bencher.iter(|| black_box(linked_rows_plain(&alignment, sites, sites / 5)));
            });
        }
    }
}

/// Eight thresholds of identity, 0.60 to 0.95, in one pass.
fn identity_sweep(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("neighbour counts at eight thresholds");
    group.sample_size(10);
    for (sequences, sites) in PAIRS_GRID {
        let alignment = family(sequences, sites, STATES);
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

/// The counts of the middle site with all.
fn counts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pair counts of one site");
    group.sample_size(10);
    for (sequences, sites) in [(4000, 200), (10_000, 500)] {
        let alignment = family(sequences, sites, STATES);
        let weights = vec![1.0; sequences];
        let counted = Counted {
            alignment: &alignment,
            sites,
            states: STATES + 1,
            weights: &weights,
        };
        let size = format!("N {sequences}, L {sites}");
        group.throughput(Throughput::Elements((sequences * sites) as u64));
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter(|| {
                pair_counts(&counted, sites / 2, 0..sites, |tables| {
                    black_box(tables);
                });
            });
        });
        group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
            bencher.iter(|| black_box(pair_counts_plain(&counted, sites / 2, 0..sites)));
        });
    }
}

/// Correlations of sites that are nearly independent.
fn inverse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("inverse");
    group.sample_size(10);
    for sites in [20, 100] {
        let order = sites * STATES;
        let element = |x: usize, y: usize| if x == y { 1.0 } else { 1e-4 };
        let mut matrix = BlockMatrix::zeros(sites, STATES);
        for mut stripe in matrix.stripes_mut().collect::<Vec<_>>() {
            let i = stripe.site();
            for (j, a) in (0..=i).flat_map(|j| (0..STATES).map(move |a| (j, a))) {
                let row: [f64; STATES] =
                    std::array::from_fn(|b| element(i * STATES + a, j * STATES + b));
                stripe.set_row(a, j, &row);
            }
        }
        let size = format!("{order} rows");
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter_batched(
                || matrix.clone(),
                |mut matrix| assert!(matrix.invert()),
                BatchSize::LargeInput,
            );
        });
        if order < 1000 {
            let elements = (0..order * order).map(|k| element(k / order, k % order));
            let full: Vec<f64> = elements.collect();
            group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
                bencher.iter(|| black_box(invert_plain(order, &full)));
            });
        }
    }
}

/// The covariance of a site whose states are ever less frequent.
fn site_eigenvectors(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("eigenvectors of a site");
    for states in ALPHABETS {
        let total: f64 = (0..states).map(|a| 0.8f64.powi(a as i32)).sum();
        let share = |a: usize| 0.8f64.powi(a as i32) / total;
        let covariance = Array2::from_shape_fn((states, states), |(a, b)| {
            let diagonal = if a == b { share(a) } else { 0.0 };
            diagonal - share(a) * share(b)
        });
        let size = format!("{states} states");
        let (mut values, mut vectors) = (vec![0.0; states], vec![0.0; states * states]);
        group.bench_function(BenchmarkId::new("kernel", &size), |bencher| {
            bencher.iter_batched_ref(
                || covariance.iter().copied().collect::<Vec<f64>>(),
                |matrix| symmetric_eigen(matrix, &mut values, &mut vectors),
                BatchSize::SmallInput,
            );
        });
        group.bench_function(BenchmarkId::new("twin", &size), |bencher| {
            bencher.iter(|| black_box(covariance.eigh(UPLO::Lower).unwrap()));
        });
    }
}

fn direct_information(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("direct information of a pair");
    let couplings: Vec<f32> = (0..STATES * STATES)
        .map(|k| ((k * 7919) % 1009) as f32 / 505.0 - 1.0)
        .collect();
    let frequencies = vec![1.0 / (STATES + 1) as f64; STATES + 1];
    let mut sites = TwoSites::new(STATES + 1);
    group.bench_function("kernel", |bencher| {
        bencher.iter(|| sites.direct_information(&couplings, &frequencies, &frequencies));
    });
    group.bench_function("twin", |bencher| {
        bencher.iter(|| direct_information_plain(&couplings, &frequencies, &frequencies));
    });
}

/// The columns that each of 200 rows has in common with each other, as rates of sites take it.
fn common_columns_of_rows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("common columns");
    let sites = 250;
    let alignment = family(200, sites, STATES);
    let rows: Vec<&[u8]> = alignment.chunks_exact(sites).collect();
    let pairs = || rows.iter().flat_map(|a| rows.iter().map(move |b| (*a, *b)));
    group.throughput(Throughput::Elements((rows.len() * rows.len()) as u64));
    group.bench_function("kernel", |bencher| {
        bencher.iter(|| {
            black_box(
                pairs()
                    .map(|(a, b)| common_columns(a, b, 20).1)
                    .sum::<usize>(),
            )
        });
    });
    group.bench_function("twin", |bencher| {
        bencher.iter(|| {
            black_box(
                pairs()
                    .map(|(a, b)| common_columns_plain(a, b, 20).1)
                    .sum::<usize>(),
            )
        });
    });
}

/// Triples and quadruples of all substitutions at some positions; elements are combinations, on one thread and on all.
fn best_combinations(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("combinations");
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let one_thread = one_thread.unwrap();
    for (positions, most) in [(8, 3), (20, 3), (8, 4)] {
        let next: Vec<usize> = (0..positions * 19).map(|c| (c / 19 + 1) * 19).collect();
        let n = next.len();
        let noise = |seed: u64| {
            let mut x = seed | 1;
            std::iter::repeat_with(move || {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                (x >> 11) as f64 / (1u64 << 53) as f64 - 0.7
            })
        };
        let singles: Vec<f64> = noise(5).take(n).collect();
        let pairs: Vec<f64> = noise(9).take(n * n).collect();
        let terms = Terms {
            singles: &singles,
            pairs: &pairs,
            next: &next,
        };
        let ways = (0..most).fold(1, |ways, k| ways * (positions - k) / (k + 1));
        let count = (ways * 19usize.pow(most as u32)) as u64;
        group.throughput(Throughput::Elements(count));
        let name = format!("{positions} positions, {most} at once");
        let search = || combinations(&terms, most..=most, 100, &|_| {});
        group.bench_function(BenchmarkId::new("one thread", &name), |bencher| {
            one_thread.install(|| bencher.iter(|| black_box(search())));
        });
        group.bench_function(BenchmarkId::new("all threads", &name), |bencher| {
            bencher.iter(|| black_box(search()));
        });
        if count < 1_000_000 {
            group.bench_function(BenchmarkId::new("twin", &name), |bencher| {
                bencher.iter(|| black_box(combinations_plain(&terms, most..=most)));
            });
        }
    }
}

criterion_group!(
    kernels,
    best_combinations,
    common_columns_of_rows,
    counts,
    inverse,
    site_eigenvectors,
    direct_information,
    conditionals,
    similarity_tree,
    pair_blocks,
    identity,
    identity_of_nearly_equal,
    identity_sweep,
    linkage
);
criterion_main!(kernels);
