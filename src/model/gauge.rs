//! The zero-sum gauge.
//!
//! J_ij(a, b) + u(a) + v(b) with h_i(a) - u(a) and h_j(b) - v(b) gives every complete sequence the same energy. Of all these
//! the zero-sum gauge, sum_a J_ij(a, b) = sum_b J_ij(a, b) = sum_a h_i(a) = 0, puts as much as possible into the
//! fields and has the smallest couplings, which is why couplings are compared in it.

use super::couplings::{Couplings, pair_sites};
use super::{EnergyModel, PottsModel};
use crate::error::Result;

/// Parameters in one of the gauges that a model file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gauge {
    /// As the fit left them: the penalty chose.
    Fitted,
    /// Zero row and column sums.
    ZeroSum,
    /// The gap is the reference, with zero field and couplings.
    GapReference,
}

impl Gauge {
    /// The word in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fitted => "fitted",
            Self::ZeroSum => "zero-sum",
            Self::GapReference => "gap-reference",
        }
    }
}

/// Row and column means of a q x q block, and the mean of all.
pub struct BlockMeans {
    /// Mean over b of J(a, b), for each a.
    pub rows: Vec<f64>,
    /// Mean over a of J(a, b), for each b.
    pub columns: Vec<f64>,
    /// Mean of all.
    pub all: f64,
}

impl BlockMeans {
    /// The means of a block, the first state slow.
    pub fn of(block: &[f32], states: usize) -> Self {
        let mut rows = vec![0.0; states];
        let mut columns = vec![0.0; states];
        for (row, mean) in block.chunks_exact(states).zip(&mut rows) {
            for (&value, column) in row.iter().zip(&mut columns) {
                *mean += f64::from(value) / states as f64;
                *column += f64::from(value) / states as f64;
            }
        }
        let all = rows.iter().sum::<f64>() / states as f64;
        Self { rows, columns, all }
    }

    /// The block in the zero-sum gauge: J(a, b) - row(a) - column(b) + mean.
    pub fn centred(&self, block: &[f32]) -> impl Iterator<Item = f64> {
        let states = self.rows.len();
        block.iter().enumerate().map(move |(k, &value)| {
            f64::from(value) - self.rows[k / states] - self.columns[k % states] + self.all
        })
    }
}

impl PottsModel {
    /// The same distribution over complete sequences in the zero-sum gauge. Sequences with missing states are not left alone by this change.
    ///
    /// # Errors
    /// None for a finite model.
    pub fn zero_sum(&self) -> Result<Self> {
        let (sites, states) = (self.sites(), self.states());
        let mut fields = self.fields().mapv(f64::from);
        let mut couplings = Couplings::zeros(sites, states);
        for (i, j) in pair_sites(sites) {
            let block = self.couplings().block(i, j);
            let means = BlockMeans::of(block, states);
            for a in 0..states {
                fields[[i, a]] += means.rows[a] - means.all;
                fields[[j, a]] += means.columns[a] - means.all;
            }
            let shifted = couplings.block_mut(i, j).iter_mut();
            shifted
                .zip(means.centred(block))
                .for_each(|(shifted, centred)| *shifted = centred as f32);
        }
        for mut row in fields.rows_mut() {
            let mean = row.sum() / states as f64;
            row -= mean;
        }
        Self::new(fields.mapv(|v| v as f32), couplings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use proptest::prelude::*;

    fn random_model(sites: usize, states: usize, seed: u64) -> PottsModel {
        let mut x = seed | 1;
        let mut next = move || {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (x >> 40) as f32 / (1u64 << 24) as f32 - 0.5
        };
        let fields = Array2::from_shape_simple_fn((sites, states), &mut next);
        let mut couplings = Couplings::zeros(sites, states);
        for (i, j) in pair_sites(sites) {
            couplings
                .block_mut(i, j)
                .iter_mut()
                .for_each(|v| *v = next());
        }
        PottsModel::new(fields, couplings).unwrap()
    }

    proptest! {
        #[test]
        fn conditionals_of_complete_sequences_do_not_change(seed in any::<u64>(), x in prop::array::uniform5(0u8..4)) {
            let model = random_model(5, 4, seed);
            let shifted = model.zero_sum().unwrap();
            for site in 0..5 {
                let before = model.site_log_probabilities(&x, site);
                let after = shifted.site_log_probabilities(&x, site);
                for (b, a) in before.iter().zip(&after) {
                    prop_assert!((b - a).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn rows_and_columns_sum_to_zero() {
        let shifted = random_model(4, 3, 11).zero_sum().unwrap();
        for (_, block) in shifted.couplings().blocks() {
            let means = BlockMeans::of(block, 3);
            assert!(
                means
                    .rows
                    .iter()
                    .chain(&means.columns)
                    .all(|m| m.abs() < 1e-7)
            );
        }
        assert!(
            shifted
                .fields()
                .rows()
                .into_iter()
                .all(|row| row.sum().abs() < 1e-6)
        );
    }
}
