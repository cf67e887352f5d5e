//! How alike sequences are: pairs of one set, and the nearest natural one.

use super::distribution::Distribution;
use super::set::{Draw, Naturals, Set};
use crate::kernels::nearest::{fewest_differences, fewest_differences_to_others};
use crate::random::Random;
use std::ops::Range;

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0xa11c_0000;

/// Identity of pairs of different sequences of a set, which are drawn by their weights: the share of the sites at which both have the same
/// state, among those at which both have one.
pub fn pairs(set: &Set, count: usize, seed: u64) -> Distribution {
    let draw = Draw::of(&set.weights);
    let mut random = Random::of(seed, STREAM, 0);
    let drawn = (0..count).filter_map(|_| {
        let (one, other) = (draw.next(&mut random), draw.next(&mut random));
        let identity = identity(set.row(one), set.row(other), set.states);
        identity.filter(|_| one != other).map(|share| (share, 1.0))
    });
    Distribution::of(drawn)
}

fn identity(one: &[u8], other: &[u8], states: usize) -> Option<f64> {
    let pairs = one.iter().zip(other);
    let known = pairs.filter(|(a, b)| usize::from(**a) < states && usize::from(**b) < states);
    let (same, all) = known.fold((0u32, 0u32), |(same, all), (a, b)| {
        (same + u32::from(a == b), all + 1)
    });
    (all > 0).then(|| f64::from(same) / f64::from(all))
}

/// Identity of some rows of a set with the nearest natural sequence, gaps like residues.
pub fn nearest(naturals: &Set, set: &Set) -> Distribution {
    let fewest = fewest_differences(&naturals.rows, naturals.sites, &set.rows);
    of_differences(&fewest, naturals.sites)
}

/// The same of so many natural sequences, which are drawn by their weights, with the nearest of those that are no relatives: as weights have it, relatives
/// are one sequence that was seen often.
pub fn nearest_of_naturals(naturals: &Naturals, count: usize, seed: u64) -> Distribution {
    let set = &naturals.set;
    let draw = Draw::of(&set.weights);
    let mut random = Random::of(seed, STREAM, 1);
    let one = |_| {
        let row = draw.next(&mut random);
        (row, naturals.relatives[row].clone())
    };
    let which: Vec<(usize, Range<usize>)> = (0..count).map(one).collect();
    let fewest = fewest_differences_to_others(&set.rows, set.sites, &which);
    of_differences(&fewest, set.sites)
}

fn of_differences(fewest: &[u32], sites: usize) -> Distribution {
    let identity = |&count: &u32| (1.0 - f64::from(count) / sites as f64, 1.0);
    Distribution::of(fewest.iter().map(identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_is_over_what_both_have() {
        assert_eq!(identity(&[0, 1, 2, 3], &[0, 2, 2, 1], 3), Some(2.0 / 3.0));
        assert_eq!(identity(&[3], &[0], 3), None);
    }

    #[test]
    fn the_nearest_of_a_natural_sequence_is_no_relative() {
        let set = Set::uniform(vec![0, 0, 0, 0, 0, 1, 2, 2, 1], (3, 3));
        let mut naturals = Naturals {
            relatives: vec![0..1, 1..2, 2..3],
            halves: [set.clone(), set.clone()],
            set,
            are_own: true,
            lack: false,
        };
        let found = |naturals: &Naturals| {
            let found = nearest_of_naturals(naturals, 50, 1);
            (found.quantile(0.0), found.quantile(1.0))
        };
        assert_eq!(found(&naturals), (1.0 - 2.0 / 3.0, 1.0 - 1.0 / 3.0));
        naturals.relatives = vec![0..2, 0..2, 2..3];
        assert_eq!(found(&naturals), (0.0, 1.0 - 2.0 / 3.0));
        assert_eq!(nearest(&naturals.set, &naturals.set).mean(), 1.0);
    }
}
