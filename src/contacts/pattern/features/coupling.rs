//! The pair's own coupling: z, its rank, and how strong the strongest of the family are.

use super::{FeatureRows, Group};
use crate::contacts::pattern::chain::Chain;
use crate::contacts::pattern::maps::Row;
use crate::model::couplings::pair_index;

pub fn names() -> Vec<String> {
    let names = "z zN lz z2 z4 e e0 e2 logN logL zL zH";
    names.split(' ').map(String::from).collect()
}

pub struct Coupling<'c> {
    chain: &'c Chain,
    /// -ln(rank / L) of each pair.
    ranks: Vec<f64>,
    /// log10 of the effective number of sequences, and of sites.
    log_neff: f64,
    log_sites: f64,
    /// The (L+1)th largest z, and the (L/4+1)th.
    thresholds: [f64; 2],
}

impl<'c> Coupling<'c> {
    pub fn new(chain: &'c Chain, ranks: &[f64]) -> Self {
        let mut z: Vec<f64> = chain
            .scored_pairs()
            .map(|(pair, _)| chain.z[pair])
            .collect();
        z.sort_by(|a, b| b.total_cmp(a));
        let largest = |n: usize| z.get(n).or(z.last()).copied().unwrap_or(0.0);
        Self {
            chain,
            ranks: ranks.to_vec(),
            log_neff: log_neff(chain),
            log_sites: (chain.sites as f64).log10(),
            thresholds: [largest(chain.sites), largest(chain.sites / 4)],
        }
    }
}

/// log10 of the effective number of sequences, at least 1.
pub fn log_neff(chain: &Chain) -> f64 {
    chain.neff.max(1.0).log10()
}

impl Group for Coupling<'_> {
    fn fill(&self, row: &Row, rows: &mut FeatureRows<'_>) {
        if row.width == 0 {
            return;
        }
        let first = pair_index(self.chain.sites, row.i, row.first);
        let z = &self.chain.z[first..first + row.width];
        let ranks = &self.ranks[first..first + row.width];
        let clipped = |k: usize| z[k].clamp(-3.0, 10.0);
        let depth = self.log_neff - self.log_sites;
        rows.put(clipped);
        rows.put(|k| clipped(k) * depth);
        rows.put(|k| z[k].max(0.0).ln_1p());
        rows.put(|k| (clipped(k) - 2.0).max(0.0));
        rows.put(|k| (clipped(k) - 4.0).max(0.0));
        rows.put(|k| ranks[k]);
        rows.put(|k| ranks[k].max(0.0));
        rows.put(|k| (ranks[k] + 2.0).max(0.0));
        for value in [
            self.log_neff,
            self.log_sites,
            self.thresholds[0],
            self.thresholds[1],
        ] {
            rows.put(|_| value);
        }
    }
}
