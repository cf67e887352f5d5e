//! z of the pairs around.

use super::{FeatureRows, Group};
use crate::contacts::pattern::chain::Chain;
use crate::contacts::pattern::maps::{Offset, PairMap, Row, neighbours};

/// Pairs nearer than this touch along the chain, and count nothing as neighbours.
pub const LEAST_SEPARATION: u64 = 3;

pub fn names() -> Vec<String> {
    let name = |offsets: &Vec<Offset>| {
        let (a, b) = offsets[0];
        format!("n{a:+}{b:+}")
    };
    neighbours::single().iter().map(name).collect()
}

pub struct Neighbours {
    z: PairMap,
    single: Vec<Vec<Offset>>,
}

impl Neighbours {
    pub fn new(chain: &Chain) -> Self {
        let far = |(i, j): (usize, usize)| chain.separation(i, j) >= LEAST_SEPARATION;
        let z = PairMap::new(chain.sites, |pair, sites| match far(sites) {
            true => chain.z[pair].clamp(-2.0, 10.0),
            false => 0.0,
        });
        let single = neighbours::single();
        Self { z, single }
    }
}

impl Group for Neighbours {
    fn fill(&self, row: &Row, rows: &mut FeatureRows<'_>) {
        for offsets in &self.single {
            self.z.sums(offsets, row, rows.next());
        }
    }
}
