//! Couplings between kinds of residues, with their sign: opposite charges, two hydrophobic residues, a large one with a small one, two
//! cysteines.

use super::neighbours::LEAST_SEPARATION;
use super::{FeatureRows, Group};
use crate::contacts::pattern::chain::{Chain, KINDS};
use crate::contacts::pattern::maps::{Offset, PairMap, Row, neighbours};
use crate::model::couplings::pair_index;

const NAMES: [&str; KINDS] = ["p_hh", "p_qq", "p_vv", "p_cc"];

const AROUND: [(&str, &[Offset]); 4] = [
    ("anti1", &neighbours::ANTI_1),
    ("para1", &neighbours::PARA_1),
    ("side1", &neighbours::SIDE_1),
    ("side2", &neighbours::SIDE_2),
];

/// Own values are clipped here, and those of neighbours.
const CLIPPED: f64 = 12.0;
const CLIPPED_AROUND: f64 = 8.0;

pub fn names() -> Vec<String> {
    let of = |name: &str| {
        let around = AROUND.iter().map(move |(kind, _)| format!("{name}{kind}"));
        std::iter::once(name.to_string())
            .chain(around)
            .collect::<Vec<_>>()
    };
    NAMES.iter().flat_map(|name| of(name)).collect()
}

pub struct Signs<'c> {
    chain: &'c Chain,
    maps: Vec<PairMap>,
}

impl<'c> Signs<'c> {
    pub fn new(chain: &'c Chain) -> Self {
        let map = |values: &Vec<f64>| {
            PairMap::new(chain.sites, |pair, (i, j)| {
                match chain.separation(i, j) >= LEAST_SEPARATION {
                    true => values[pair].clamp(-CLIPPED_AROUND, CLIPPED_AROUND),
                    false => 0.0,
                }
            })
        };
        Self {
            chain,
            maps: chain.signs.iter().map(map).collect(),
        }
    }
}

impl Group for Signs<'_> {
    fn fill(&self, row: &Row, rows: &mut FeatureRows<'_>) {
        let first = match row.width {
            0 => return,
            _ => pair_index(self.chain.sites, row.i, row.first),
        };
        for (values, map) in self.chain.signs.iter().zip(&self.maps) {
            rows.put(|k| values[first + k].clamp(-CLIPPED, CLIPPED));
            for (_, offsets) in AROUND {
                map.sums(offsets, row, rows.next());
            }
        }
    }
}
