//! A layer of a network over many columns at once: y(u, p) = b(u) + sum_k W(k, u) x(k, p).
//!
//! Columns are taken 16 at a time and outputs four at a time, so that sums stay in registers while the weights go by.

use super::f32x8::{F32x8, LANES, flat, widest};

/// Columns are stored in multiples of this.
pub const COLUMNS: usize = 2 * LANES;

/// Outputs that are added up together.
const TOGETHER: usize = 4;

/// The weights of a layer.
#[derive(Debug, Clone, Copy)]
pub struct DenseLayer<'a> {
    /// W(k, u), the input k slow.
    pub weights: &'a [f32],
    /// b(u).
    pub shifts: &'a [f32],
}

impl DenseLayer<'_> {
    fn inputs(&self) -> usize {
        self.weights.len() / self.shifts.len()
    }
}

/// Columns that `width` of them are stored as.
pub fn padded(width: usize) -> usize {
    width.next_multiple_of(COLUMNS)
}

widest! {
    /// Applies a layer to `width` columns, a multiple of [`COLUMNS`]: `input` is x(k, p), `output` y(u, p), p fast in both.
    ///
    /// Panics if sizes disagree.
    pub fn dense_layer(layer: &DenseLayer<'_>, input: &[f32], width: usize, output: &mut [f32]) {
        let (inputs, outputs) = (layer.inputs(), layer.shifts.len());
        assert_eq!(layer.weights.len(), inputs * outputs);
        assert_eq!((input.len(), output.len()), (inputs * width, outputs * width));
        assert_eq!(width % COLUMNS, 0);
        for start in (0..width).step_by(COLUMNS) {
            let whole = outputs - outputs % TOGETHER;
            for first in (0..whole).step_by(TOGETHER) {
                tile::<FUSED, TOGETHER>(layer, input, (width, start), first, output);
            }
            for first in whole..outputs {
                tile::<FUSED, 1>(layer, input, (width, start), first, output);
            }
        }
    }
}

/// Outputs `first`, ... of the columns `start`, ... of `width`.
#[inline(always)]
fn tile<const FUSED: bool, const OUTPUTS: usize>(
    layer: &DenseLayer<'_>,
    input: &[f32],
    (width, start): (usize, usize),
    first: usize,
    output: &mut [f32],
) {
    let outputs = layer.shifts.len();
    let mut sums = [[F32x8::ZERO; 2]; OUTPUTS];
    for (sum, &shift) in sums.iter_mut().zip(&layer.shifts[first..]) {
        *sum = [F32x8::splat(shift); 2];
    }
    let rows = input.chunks_exact(width);
    for (row, weights) in rows.zip(layer.weights.chunks_exact(outputs)) {
        let columns = &row[start..start + COLUMNS];
        let x = [load(&columns[..LANES]), load(&columns[LANES..])];
        let weights = &weights[first..first + OUTPUTS];
        for (sum, &weight) in sums.iter_mut().zip(weights) {
            let weight = F32x8::splat(weight);
            *sum = std::array::from_fn(|half| x[half].mul_add::<FUSED>(weight, sum[half]));
        }
    }
    for (k, sum) in sums.iter().enumerate() {
        let place = (first + k) * width + start;
        output[place..place + COLUMNS].copy_from_slice(flat(sum));
    }
}

#[inline(always)]
fn load(numbers: &[f32]) -> F32x8 {
    let mut eight = F32x8::ZERO;
    eight.0.copy_from_slice(numbers);
    eight
}

/// The same, a number at a time in double precision.
#[cfg(any(test, feature = "internals"))]
pub fn dense_layer_plain(layer: &DenseLayer<'_>, input: &[f32], width: usize) -> Vec<f32> {
    let outputs = layer.shifts.len();
    let at = |u: usize, p: usize| {
        let terms = (0..layer.inputs())
            .map(|k| f64::from(layer.weights[k * outputs + u]) * f64::from(input[k * width + p]));
        (f64::from(layer.shifts[u]) + terms.sum::<f64>()) as f32
    };
    (0..outputs * width)
        .map(|n| at(n / width, n % width))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::Noise;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_its_plain_twin(inputs in 1usize..30, outputs in 1usize..12, blocks in 1usize..4, seed in 0u64..1000) {
            let (width, mut noise) = (blocks * COLUMNS, Noise::new(seed));
            let mut numbers = |count: usize| -> Vec<f32> { (0..count).map(|_| noise.number()).collect() };
            let (weights, shifts, input) = (numbers(inputs * outputs), numbers(outputs), numbers(inputs * width));
            let layer = DenseLayer { weights: &weights, shifts: &shifts };
            let mut output = vec![0.0; outputs * width];
            dense_layer(&layer, &input, width, &mut output);
            for (found, expected) in output.iter().zip(dense_layer_plain(&layer, &input, width)) {
                prop_assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
            }
        }
    }
}
