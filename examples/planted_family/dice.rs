//! Random draws.

use super::amino_acids::Q;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Random draws, built on the raw 64-bit output of ChaCha8 alone, so that a new
/// version of the `rand` crate cannot change the files.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha8Rng::from_seed(seed))
    }

    /// A number in [0, 1), from the top 53 bits.
    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number from 0 to `n - 1`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A normal deviate (mean 0, sd 1): the sum of twelve uniform draws, minus six.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// An index drawn with probability proportional to `exp(score)`.
    pub(super) fn boltzmann(&mut self, scores: &[f64; Q]) -> usize {
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights = scores.map(|score| exp(score - top));
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        Q - 1
    }
}

/// The exponential of `x <= 0`: `2^n exp(r)` with `|r| <= ln(2)/2` and a Taylor series
/// for `exp(r)`. Plain arithmetic, hence identical on every machine.
fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let n = (x / std::f64::consts::LN_2).round();
    let r = x - n * std::f64::consts::LN_2;
    let series = (1..=14)
        .rev()
        .fold(1.0, |sum, k| 1.0 + sum * r / f64::from(k));
    let power_of_two = f64::from_bits(((1023 + n as i64) as u64) << 52);
    series * power_of_two
}
