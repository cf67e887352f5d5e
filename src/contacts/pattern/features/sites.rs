//! How many strong couplings each site has.

use super::{FeatureRows, Group};
use crate::contacts::pattern::chain::Chain;
use crate::contacts::pattern::maps::Row;

/// What z must exceed to count, and the most that it counts.
const FROM: f64 = 1.5;
const MOST: f64 = 10.0;

/// Added to shares of the mean, so that their logarithm exists.
const FLOOR: f64 = 0.2;

pub fn names() -> Vec<String> {
    ["ts", "td"].map(String::from).to_vec()
}

pub struct Sites {
    /// ln of the sum of what z exceeds, as a share of the mean of all sites.
    totals: Vec<f64>,
}

impl Sites {
    pub fn new(chain: &Chain) -> Self {
        let mut sums = vec![0.0; chain.sites];
        for (pair, (i, j)) in chain.scored_pairs() {
            let strength = (chain.z[pair] - FROM).clamp(0.0, MOST);
            sums[i] += strength;
            sums[j] += strength;
        }
        let mean = (sums.iter().sum::<f64>() / chain.sites as f64).max(1e-9);
        let totals = sums.iter().map(|sum| (sum / mean + FLOOR).ln()).collect();
        Self { totals }
    }
}

impl Group for Sites {
    fn fill(&self, row: &Row, rows: &mut FeatureRows<'_>) {
        rows.put_sums(&self.totals, row);
        rows.put_differences(&self.totals, row);
    }
}
