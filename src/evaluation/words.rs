//! r20: how well the commonest words of some sites are met (Haldane, Flynn, He and Levy 2018; McGee, Hauri, Novinger, Vucetic, Levy, Carnevale and Haldane
//! 2021).
//!
//! For a set of n sites, in one piece or not, Pearson's correlation of the shares of the 20 commonest words there among natural sequences with the shares
//! of the same words among samples; averaged over sets of sites that are drawn, for each n.

use super::set::Set;
use crate::random::Random;
use crate::sample::moments::Sums;
use rayon::prelude::*;

/// Words of each set of sites.
const WORDS: usize = 20;

/// Sites of a set.
pub const SIZES: std::ops::RangeInclusive<usize> = 2..=10;

/// Bits of a state in a word.
const BITS: u32 = 5;

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0x2040_0000;

/// So many sets of so many sites.
pub fn subsets(sites: usize, size: usize, count: usize, seed: u64) -> Vec<Vec<usize>> {
    let of_set = |number: usize| {
        let mut random = Random::of(seed ^ STREAM, size as u64, number as u64);
        let mut all: Vec<usize> = (0..sites).collect();
        for k in 0..size {
            all.swap(k, k + random.below(sites - k));
        }
        all.truncate(size);
        all.sort_unstable();
        all
    };
    (0..count).map(of_set).collect()
}

/// The mean of r20 over sets of sites; `None` where it is defined of none.
pub fn r20(one: &Set, other: &Set, subsets: &[Vec<usize>]) -> Option<f64> {
    let found: Vec<Option<f64>> = subsets
        .par_iter()
        .map(|sites| of_sites(one, other, sites))
        .collect();
    let found: Vec<f64> = found.into_iter().flatten().collect();
    (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
}

fn of_sites(one: &Set, other: &Set, sites: &[usize]) -> Option<f64> {
    let mut common = words(one, sites);
    common.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let others = words(other, sites);
    let mut sums = Sums::default();
    for (word, share) in common.iter().take(WORDS) {
        let place = others.binary_search_by_key(word, |(word, _)| *word);
        sums.add(*share, place.map_or(0.0, |place| others[place].1));
    }
    sums.agreement().pearson
}

/// The words of some sites with their shares, by the word.
fn words(set: &Set, sites: &[usize]) -> Vec<(u64, f64)> {
    let word = |row: &[u8]| {
        sites.iter().try_fold(0u64, |word, &site| {
            let state = row[site];
            (usize::from(state) < set.states).then_some(word << BITS | u64::from(state))
        })
    };
    let rows = set.rows().zip(&set.weights);
    let mut words: Vec<(u64, f64)> = rows
        .filter_map(|(row, weight)| Some((word(row)?, *weight)))
        .collect();
    // Stable, so that weights are added up in the order of the sequences.
    words.sort_by_key(|(word, _)| *word);
    words.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    let total: f64 = words.iter().map(|(_, weight)| weight).sum();
    words.iter_mut().for_each(|(_, share)| *share /= total);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_shares() {
        let set = Set {
            rows: vec![0, 1, 2, 0, 1, 2, 0, 2, 1, 0, 3, 1],
            sites: 3,
            states: 3,
            weights: vec![1.0, 2.0, 1.0, 5.0],
        };
        // The last sequence lacks the second site.
        assert_eq!(words(&set, &[0, 1]), [(1, 0.75), (2, 0.25)]);
        assert_eq!(words(&set, &[2]), [(1, 6.0 / 9.0), (2, 3.0 / 9.0)]);
    }

    #[test]
    fn r20_is_the_correlation_of_the_commonest_words() {
        let one = Set::uniform(vec![0, 0, 0, 1, 1, 1], (1, 3));
        let mut other = Set::uniform(vec![0, 1, 2], (1, 3));
        assert!((r20(&one, &one, &[vec![0]]).is_none()));
        other.weights = vec![2.0, 1.0, 1.0];
        let skewed = Set {
            weights: vec![2.0, 2.0, 2.0, 1.0, 1.0, 1.0],
            ..one.clone()
        };
        assert!((r20(&skewed, &other, &[vec![0]]).unwrap() - 1.0).abs() < 1e-12);
        other.weights = vec![1.0, 2.0, 1.0];
        assert!((r20(&skewed, &other, &[vec![0]]).unwrap() + 1.0).abs() < 1e-12);
    }

    #[test]
    fn sets_of_sites_are_as_large_as_asked_for() {
        let sets = subsets(12, 10, 50, 3);
        assert_eq!(sets.len(), 50);
        for set in &sets {
            assert!(set.len() == 10 && set.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(set.iter().all(|&site| site < 12));
        }
    }
}
