//! What the couplings near the diagonal say of the secondary structure at both sites: helices couple sites three and four apart, strands
//! those two apart.

use super::{FeatureRows, Group, smoothed};
use crate::contacts::pattern::chain::Chain;
use crate::contacts::pattern::maps::Row;
use crate::model::couplings::pair_index;

/// The farthest diagonal looked at.
const FARTHEST: usize = 5;

pub fn names() -> Vec<String> {
    let of_diagonals = (1..=FARTHEST).flat_map(|k| [format!("d{k}s"), format!("d{k}p")]);
    of_diagonals
        .chain(["hs", "hp", "hm"].map(String::from))
        .collect()
}

pub struct Diagonal {
    /// Mean z of a site with the sites k before and k after, of the site and its neighbours, k = 1, ....
    diagonals: Vec<Vec<f64>>,
    /// How much more three and four apart than two, over five sites.
    helix: Vec<f64>,
}

impl Diagonal {
    pub fn new(chain: &Chain) -> Self {
        let means: Vec<Vec<f64>> = (1..=FARTHEST).map(|k| mean_z(chain, k)).collect();
        let helix: Vec<f64> = (0..chain.sites)
            .map(|i| means[2][i] + means[3][i] - means[1][i])
            .collect();
        Self {
            diagonals: means.iter().map(|mean| smoothed(mean, 1)).collect(),
            helix: smoothed(&helix, 2),
        }
    }
}

/// Mean of the clipped z of each site with the sites k before and after, as far as they exist.
fn mean_z(chain: &Chain, k: usize) -> Vec<f64> {
    let sites = chain.sites;
    let z = |i: usize| chain.z[pair_index(sites, i, i + k)].clamp(-2.0, 10.0);
    let mean = |i: usize| {
        let before = (i >= k).then(|| z(i - k));
        let after = (i + k < sites).then(|| z(i));
        let known = before.iter().chain(&after);
        known.clone().sum::<f64>() / known.count().max(1) as f64
    };
    (0..sites).map(mean).collect()
}

impl Group for Diagonal {
    fn fill(&self, row: &Row, rows: &mut FeatureRows<'_>) {
        for diagonal in &self.diagonals {
            rows.put_sums(diagonal, row);
            rows.put_products(diagonal, row);
        }
        rows.put_sums(&self.helix, row);
        rows.put_products(&self.helix, row);
        rows.put_differences(&self.helix, row);
    }
}
