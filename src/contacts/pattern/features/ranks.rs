//! How high the pairs around stand in the ranking by coupling, which is comparable between families where z is not.

use super::{FeatureRows, Group};
use crate::contacts::pattern::chain::Chain;
use crate::contacts::pattern::maps::{Offset, PairMap, Row, neighbours};
use crate::model::couplings::pairs;

/// Kinds of neighbours.
const KINDS: [(&str, &[Offset]); 11] = [
    ("anti1", &neighbours::ANTI_1),
    ("para1", &neighbours::PARA_1),
    ("side1", &neighbours::SIDE_1),
    ("anti2", &neighbours::ANTI_2),
    ("para2", &neighbours::PARA_2),
    ("side2", &neighbours::SIDE_2),
    ("knight", &neighbours::KNIGHT),
    ("side3", &neighbours::SIDE_3),
    ("side4", &neighbours::SIDE_4),
    ("anti34", &neighbours::ANTI_34),
    ("para34", &neighbours::PARA_34),
];

/// Below the 7 L strongest pairs, ranks count nothing.
const LEAST: f64 = -2.0;

pub fn names() -> Vec<String> {
    KINDS.iter().map(|(name, _)| format!("e{name}")).collect()
}

/// Pairs whose z differ by less are equally strong: of two sites where little varies, couplings differ by rounding.
const TIE: f64 = 1e-6;

/// -ln(rank / L) of each pair, the strongest of those with a score having rank .5; equal ones share their mean rank. Other pairs have no
/// rank, and minus infinity.
pub fn evidence(chain: &Chain) -> Vec<f64> {
    let mut order: Vec<usize> = chain.scored_pairs().map(|(pair, _)| pair).collect();
    order.sort_by(|&a, &b| chain.corrected[b].total_cmp(&chain.corrected[a]));
    let mut evidence = vec![f64::NEG_INFINITY; pairs(chain.sites)];
    let mut above = 0;
    for tied in order.chunk_by(|&a, &b| chain.z[a] - chain.z[b] < TIE) {
        let rank = above as f64 + tied.len() as f64 / 2.0;
        for &pair in tied {
            evidence[pair] = -(rank / chain.sites as f64).ln();
        }
        above += tied.len();
    }
    evidence
}

pub struct Ranks {
    evidence: PairMap,
}

impl Ranks {
    pub fn new(chain: &Chain, evidence: &[f64]) -> Self {
        let above_least = |pair: usize, _| (evidence[pair] - LEAST).max(0.0);
        Self {
            evidence: PairMap::new(chain.sites, above_least),
        }
    }
}

impl Group for Ranks {
    fn fill(&self, row: &Row, rows: &mut FeatureRows<'_>) {
        for (_, offsets) in KINDS {
            self.evidence.sums(offsets, row, rows.next());
        }
    }
}
