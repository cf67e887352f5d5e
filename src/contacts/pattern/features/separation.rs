//! How far apart the sites are in the chain.

use super::{FeatureRows, Group};
use crate::contacts::pattern::chain::Chain;
use crate::contacts::pattern::maps::Row;

/// Separations from which pairs are of another class.
const CLASSES: [u64; 5] = [9, 12, 24, 50, 100];

pub fn names() -> Vec<String> {
    let classes = CLASSES.iter().map(|least| format!("s{least}"));
    ["lsep", "isep", "rsep"]
        .map(String::from)
        .into_iter()
        .chain(classes)
        .collect()
}

pub struct Separation<'c> {
    pub chain: &'c Chain,
}

impl Group for Separation<'_> {
    fn fill(&self, row: &Row, rows: &mut FeatureRows<'_>) {
        let separation = |k: usize| self.chain.separation(row.i, row.first + k);
        rows.put(|k| (separation(k) as f64).ln());
        rows.put(|k| 6.0 / separation(k) as f64);
        rows.put(|k| separation(k) as f64 / self.chain.sites as f64);
        for least in CLASSES {
            rows.put(|k| f64::from(u8::from(separation(k) >= least)));
        }
    }
}
