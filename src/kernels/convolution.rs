//! Convolution over a map of pairs: 16 numbers a pair, of which each becomes a sum over the pair and its eight neighbours.
//!
//! What makes it fast: the 16 sums of four pairs stay in registers while the weights go by, and no border needs a question, since the
//! map has one of zeros.

use super::f32x8::{F32x8, LANES, flat, widest};

/// Numbers a pair.
pub const CHANNELS: usize = 16;

/// The pair itself and its eight neighbours.
pub const TAPS: usize = 9;

/// The farthest that a neighbour may be.
pub const BORDER: usize = 4;

/// Registers that hold the numbers of a pair.
const PARTS: usize = CHANNELS / LANES;

/// Pairs whose sums are made together.
const TOGETHER: usize = 4;

/// Negative numbers come out as this share of themselves.
pub const LEAK: f32 = 0.05;

/// L x L pairs of [`CHANNELS`] numbers, within a border of zeros.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelMap {
    sites: usize,
    values: Vec<f32>,
}

impl ChannelMap {
    /// A map of zeros.
    pub fn zeros(sites: usize) -> Self {
        let side = sites + 2 * BORDER;
        Self {
            sites,
            values: vec![0.0; side * side * CHANNELS],
        }
    }

    /// Its size in bytes.
    pub fn bytes(sites: usize) -> u64 {
        let side = (sites + 2 * BORDER) as u64;
        side * side * (CHANNELS * size_of::<f32>()) as u64
    }

    /// Numbers from one row to the next, borders included.
    fn stride(&self) -> usize {
        (self.sites + 2 * BORDER) * CHANNELS
    }

    /// The numbers of the pairs (i, 0), (i, 1), ....
    pub fn row(&self, i: usize) -> &[f32] {
        assert!(i < self.sites);
        let start = (i + BORDER) * self.stride() + BORDER * CHANNELS;
        &self.values[start..start + self.sites * CHANNELS]
    }

    /// The rows, to be written.
    pub fn rows_mut(&mut self) -> Vec<&mut [f32]> {
        let (stride, sites) = (self.stride(), self.sites);
        let rows = self
            .values
            .chunks_exact_mut(stride)
            .skip(BORDER)
            .take(sites);
        rows.map(|row| &mut row[BORDER * CHANNELS..(BORDER + sites) * CHANNELS])
            .collect()
    }

    /// The numbers of the pairs that lie `offset` from (i, j), (i, j + 1), ....
    #[inline(always)]
    fn neighbours<const PAIRS: usize>(
        &self,
        pair: (usize, usize),
        offset: (isize, isize),
    ) -> &[[f32; CHANNELS]; PAIRS] {
        let (numbers, _) = self.values[self.place(pair, offset)..].as_chunks::<CHANNELS>();
        match numbers.first_chunk::<PAIRS>() {
            Some(neighbours) => neighbours,
            None => unreachable!("the border is as wide as neighbours are far"),
        }
    }

    /// Where the pair that lies `a` rows down and `b` columns right of (i, j) begins, up to [`BORDER`] each.
    #[inline(always)]
    fn place(&self, (i, j): (usize, usize), (a, b): (isize, isize)) -> usize {
        let shifted = |site: usize, by: isize| (site + BORDER).wrapping_add_signed(by);
        shifted(i, a) * self.stride() + shifted(j, b) * CHANNELS
    }
}

/// The weights of a convolution.
#[derive(Debug, Clone, PartialEq)]
pub struct ConvolutionLayer {
    /// For each tap and input, what each output takes of it.
    weights: Vec<[[F32x8; PARTS]; CHANNELS]>,
    shifts: [F32x8; PARTS],
    dilation: usize,
}

impl ConvolutionLayer {
    /// Of weights K(t, in, out), t = 3 (a + 1) + (b + 1) being the neighbour `a` times `dilation` rows down and `b` times columns to the
    /// right, and one shift an output.
    ///
    /// Panics if sizes disagree, or the neighbours are farther than the border.
    pub fn new(weights: &[f32], shifts: &[f32], dilation: usize) -> Self {
        assert_eq!(weights.len(), TAPS * CHANNELS * CHANNELS);
        assert_eq!(shifts.len(), CHANNELS);
        assert!((1..=BORDER).contains(&dilation));
        Self {
            weights: weights
                .chunks_exact(CHANNELS * CHANNELS)
                .map(|tap| std::array::from_fn(|input| parts(&tap[input * CHANNELS..])))
                .collect(),
            shifts: parts(shifts),
            dilation,
        }
    }

    /// How many rows down and columns to the right a tap is.
    fn offset(&self, tap: usize) -> (isize, isize) {
        let by = |k: usize| (k as isize - 1) * self.dilation as isize;
        (by(tap / 3), by(tap % 3))
    }
}

fn parts(numbers: &[f32]) -> [F32x8; PARTS] {
    std::array::from_fn(|part| F32x8(std::array::from_fn(|lane| numbers[part * LANES + lane])))
}

widest! {
    /// m(i, j) + max(v, [`LEAK`] v), v the convolution at (i, j), of the pairs (i, `first`), (i, `first` + 1), ... to the row's end; what
    /// lies before them in `output`, row i of another map, is left alone.
    ///
    /// Panics if there is no row i, or `output` is none.
    pub fn add_convolved(map: &ChannelMap, layer: &ConvolutionLayer, i: usize, first: usize, output: &mut [f32]) {
        assert!(i < map.sites);
        assert_eq!(output.len(), map.sites * CHANNELS);
        let mut j = first;
        while j + TOGETHER <= map.sites {
            some_pairs::<FUSED, TOGETHER>(map, layer, (i, j), &mut output[j * CHANNELS..]);
            j += TOGETHER;
        }
        while j < map.sites {
            some_pairs::<FUSED, 1>(map, layer, (i, j), &mut output[j * CHANNELS..]);
            j += 1;
        }
    }
}

/// The pairs (i, j), (i, j + 1), ....
#[inline(always)]
fn some_pairs<const FUSED: bool, const PAIRS: usize>(
    map: &ChannelMap,
    layer: &ConvolutionLayer,
    pair: (usize, usize),
    output: &mut [f32],
) {
    let sums: [[F32x8; PARTS]; PAIRS] = sums::<FUSED, PAIRS>(map, layer, pair);
    let place = map.place(pair, (0, 0));
    let own = &map.values[place..place + PAIRS * CHANNELS];
    for (n, sum) in sums.iter().enumerate() {
        let range = n * CHANNELS..(n + 1) * CHANNELS;
        let (own, output) = (&own[range.clone()], &mut output[range]);
        for ((output, own), &sum) in output.iter_mut().zip(own).zip(flat(sum)) {
            *output = own + leaky(sum);
        }
    }
}

/// The convolution at these pairs.
#[inline(always)]
fn sums<const FUSED: bool, const PAIRS: usize>(
    map: &ChannelMap,
    layer: &ConvolutionLayer,
    pair: (usize, usize),
) -> [[F32x8; PARTS]; PAIRS] {
    #[cfg(target_arch = "x86_64")]
    if FUSED && super::f32x8::has_avx2() {
        // SAFETY: the processor has AVX2 and FMA, the only requirement of the function.
        return unsafe { sums_avx2(map, layer, pair) };
    }
    let mut sums = [layer.shifts; PAIRS];
    for (tap, weights) in layer.weights.iter().enumerate() {
        let neighbours = map.neighbours::<PAIRS>(pair, layer.offset(tap));
        for (channel, weights) in weights.iter().enumerate() {
            for (sum, neighbour) in sums.iter_mut().zip(neighbours) {
                let value = F32x8::splat(neighbour[channel]);
                *sum = std::array::from_fn(|k| value.mul_add::<FUSED>(weights[k], sum[k]));
            }
        }
    }
    sums
}

/// [`sums`] in the processor's own terms, the same to the last bit: written as above, the compiler adds one number at a time, and takes
/// fourteen times as long.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn sums_avx2<const PAIRS: usize>(
    map: &ChannelMap,
    layer: &ConvolutionLayer,
    pair: (usize, usize),
) -> [[F32x8; PARTS]; PAIRS] {
    use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_load_ps, _mm256_set1_ps, _mm256_store_ps};
    // SAFETY: an F32x8 is aligned to its 32 bytes.
    let load = |lanes8: &F32x8| unsafe { _mm256_load_ps(lanes8.0.as_ptr()) };
    let mut sums = [[load(&layer.shifts[0]), load(&layer.shifts[1])]; PAIRS];
    for (tap, weights) in layer.weights.iter().enumerate() {
        let neighbours = map.neighbours::<PAIRS>(pair, layer.offset(tap));
        for (channel, weights) in weights.iter().enumerate() {
            let weights = [load(&weights[0]), load(&weights[1])];
            for n in 0..PAIRS {
                let value = _mm256_set1_ps(neighbours[n][channel]);
                sums[n][0] = _mm256_fmadd_ps(value, weights[0], sums[n][0]);
                sums[n][1] = _mm256_fmadd_ps(value, weights[1], sums[n][1]);
            }
        }
    }
    let mut found = [[F32x8::ZERO; PARTS]; PAIRS];
    for (found, sums) in found.iter_mut().zip(sums) {
        for (found, sum) in found.iter_mut().zip(sums) {
            // SAFETY: as for `load`.
            unsafe { _mm256_store_ps(found.0.as_mut_ptr(), sum) };
        }
    }
    found
}

/// max(v, [`LEAK`] v).
#[inline(always)]
pub fn leaky(value: f32) -> f32 {
    if value > 0.0 { value } else { LEAK * value }
}

/// The same of one pair, a number at a time in double precision.
#[cfg(any(test, feature = "internals"))]
pub fn add_convolved_plain(
    map: &ChannelMap,
    layer: &ConvolutionLayer,
    (i, j): (usize, usize),
) -> [f32; CHANNELS] {
    let at = |row: isize, column: isize, channel: usize| {
        let inside = |site: isize| usize::try_from(site).ok().filter(|&s| s < map.sites);
        match inside(row).zip(inside(column)) {
            Some((row, column)) => f64::from(map.row(row)[column * CHANNELS + channel]),
            None => 0.0,
        }
    };
    std::array::from_fn(|output| {
        let mut sum = f64::from(flat(&layer.shifts)[output]);
        for tap in 0..TAPS {
            let (a, b) = layer.offset(tap);
            for input in 0..CHANNELS {
                let weight = flat(&layer.weights[tap][input])[output];
                sum += f64::from(weight) * at(i as isize + a, j as isize + b, input);
            }
        }
        let own = at(i as isize, j as isize, output);
        (own + sum.max(f64::from(LEAK) * sum)) as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::Noise;
    use proptest::prelude::*;

    fn numbers(count: usize, noise: &mut Noise) -> Vec<f32> {
        (0..count).map(|_| noise.number()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn equals_its_plain_twin(sites in 1usize..14, dilation in 1usize..=BORDER, seed in 0u64..1000) {
            let mut noise = Noise::new(seed);
            let layer = ConvolutionLayer::new(
                &numbers(TAPS * CHANNELS * CHANNELS, &mut noise), &numbers(CHANNELS, &mut noise), dilation,
            );
            let mut map = ChannelMap::zeros(sites);
            for row in map.rows_mut() {
                row.copy_from_slice(&numbers(sites * CHANNELS, &mut noise));
            }
            let mut output = ChannelMap::zeros(sites);
            for (i, row) in output.rows_mut().into_iter().enumerate() {
                let first = noise.below(sites + 1);
                add_convolved(&map, &layer, i, first, row);
                prop_assert!(row[..first * CHANNELS].iter().all(|&value| value == 0.0));
                for j in first..sites {
                    let expected = add_convolved_plain(&map, &layer, (i, j));
                    for (found, expected) in row[j * CHANNELS..].iter().zip(expected) {
                        prop_assert!((found - expected).abs() < 1e-4, "{found} for {expected}");
                    }
                }
            }
        }
    }
}
