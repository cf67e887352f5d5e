//! Times of the loops behind the score of patterns, for a map of 500 sites: `cargo bench --features internals --bench patterns`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use potts::kernels::convolution::{
    CHANNELS, ChannelMap, ConvolutionLayer, TAPS, add_convolved, add_convolved_plain,
};
use potts::kernels::dense_layer::{DenseLayer, dense_layer, dense_layer_plain, padded};
use std::hint::black_box;

const SITES: usize = 500;

/// A row in the middle of the map, and its pairs above the diagonal.
const ROW: usize = SITES / 2;

const FEATURES: usize = 161;
const UNITS: usize = 24;

fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|k| (k as f32 * 0.7).sin()).collect()
}

fn convolution(criterion: &mut Criterion) {
    let layer = ConvolutionLayer::new(&numbers(TAPS * CHANNELS * CHANNELS), &numbers(CHANNELS), 2);
    let mut map = ChannelMap::zeros(SITES);
    for row in map.rows_mut() {
        row.copy_from_slice(&numbers(SITES * CHANNELS));
    }
    let mut output = vec![0.0; SITES * CHANNELS];
    let mut group = criterion.benchmark_group("convolution");
    group.throughput(Throughput::Elements((SITES - ROW) as u64));
    group.bench_function("a row", |bench| {
        bench.iter(|| add_convolved(&map, &layer, ROW, ROW, black_box(&mut output)));
    });
    group.bench_function("plain twin", |bench| {
        bench.iter(|| {
            for j in ROW..SITES {
                black_box(add_convolved_plain(&map, &layer, (ROW, j)));
            }
        });
    });
    group.finish();
}

fn dense(criterion: &mut Criterion) {
    let width = padded(SITES - ROW);
    let (weights, shifts, input) = (
        numbers(FEATURES * UNITS),
        numbers(UNITS),
        numbers(FEATURES * width),
    );
    let layer = DenseLayer {
        weights: &weights,
        shifts: &shifts,
    };
    let mut output = vec![0.0; UNITS * width];
    let mut group = criterion.benchmark_group("dense layer");
    group.throughput(Throughput::Elements(width as u64));
    group.bench_function("a row", |bench| {
        bench.iter(|| dense_layer(&layer, black_box(&input), width, &mut output));
    });
    group.bench_function("plain twin", |bench| {
        bench.iter(|| black_box(dense_layer_plain(&layer, &input, width)));
    });
    group.finish();
}

criterion_group!(benches, convolution, dense);
criterion_main!(benches);
