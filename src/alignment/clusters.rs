//! Clusters of similar sequences: what is drawn, or left out, together, where the error of a fit is asked for.
//!
//! Sequences of a family share their history. Drawn one by one, near relatives of those left out stay in, and errors come out too small.

use super::chain_groups::chain_groups;
use super::{Alignment, IdentityThreshold, SequenceWeights};
use crate::kernels::identity::linked_rows;
use crate::random::Random;
use ndarray::Axis;

/// Identities in percent at which sequences are linked: the next one where a cluster is too large.
const IDENTITIES: [u64; 5] = [80, 85, 90, 95, 100];

/// The largest share of Neff that one cluster may hold.
const MOST_OF_NEFF: f64 = 0.2;

/// Clusters by single linkage.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// The identity from which two sequences are linked.
    pub identity: f64,
    /// Of each sequence the number of its cluster; clusters count from 0 in the order of their first sequences.
    pub of_sequence: Vec<u32>,
    /// Of each cluster the sum of its weights.
    pub weights: Vec<f64>,
}

impl Clusters {
    /// Of the sequences of an alignment, linked at 80 % identity; where one cluster then holds more than a fifth of Neff, at the next higher one
    /// of 85, 90, 95 and 100 % at which none does, or at the last. Two gaps are identical, as for weights.
    pub fn of(alignment: &Alignment, weights: &SequenceWeights) -> Self {
        let most = MOST_OF_NEFF * weights.effective_number();
        let mut found = Self::at(alignment, weights, IDENTITIES[0]);
        for &percent in &IDENTITIES[1..] {
            if found.weights.iter().all(|&weight| weight <= most) {
                break;
            }
            found = Self::at(alignment, weights, percent);
        }
        found
    }

    fn at(alignment: &Alignment, weights: &SequenceWeights, percent: u64) -> Self {
        let firsts = linked(alignment, IdentityThreshold::of_percent(percent));
        let mut number = vec![0; firsts.len()];
        let mut sums: Vec<f64> = Vec::new();
        let mut of_sequence = Vec::with_capacity(firsts.len());
        for (n, (&first, weight)) in firsts.iter().zip(weights.as_slice()).enumerate() {
            if first as usize == n {
                number[n] = sums.len() as u32;
                sums.push(0.0);
            }
            let own = number[first as usize];
            of_sequence.push(own);
            sums[own as usize] += weight;
        }
        Self {
            identity: percent as f64 / 100.0,
            of_sequence,
            weights: sums,
        }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.weights.len()
    }

    /// Of each cluster the part that it is in: in a random order each goes to the first of `parts` that have the least weight.
    pub fn parts(&self, parts: usize, random: &mut Random) -> Vec<usize> {
        let mut part_of = vec![0; self.count()];
        let mut sums = vec![0.0f64; parts];
        for cluster in random.order(self.count()) {
            let least = (0..parts).min_by(|&a, &b| sums[a].total_cmp(&sums[b]));
            part_of[cluster] = least.unwrap_or(0);
            sums[part_of[cluster]] += self.weights[cluster];
        }
        part_of
    }
}

/// Of each sequence the first one of its cluster. In a complex only sequences that have the same chains are compared, over the columns of
/// these.
fn linked(alignment: &Alignment, threshold: IdentityThreshold) -> Vec<u32> {
    let linked_in = |states: &[u8], sites: usize| match threshold.max_mismatches(sites) {
        Some(limit) => linked_rows(states, sites, limit),
        None => (0..(states.len() / sites) as u32).collect(),
    };
    let Some(groups) = chain_groups(alignment) else {
        return linked_in(alignment.as_slice(), alignment.sites());
    };
    let mut all = vec![0; alignment.sequences()];
    for group in groups {
        let states = alignment.states().select(Axis(0), &group.rows);
        let states = states.select(Axis(1), &group.sites);
        let states: Vec<u8> = states.iter().copied().collect();
        let firsts = linked_in(&states, group.sites.len());
        for (&n, first) in group.rows.iter().zip(firsts) {
            all[n] = group.rows[first as usize] as u32;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::Alphabet;
    use ndarray::Array2;

    fn alignment(rows: &[&str]) -> Alignment {
        let letters = "ACDE";
        let states = |row: &&str| -> Vec<u8> {
            row.chars()
                .map(|c| letters.find(c).unwrap_or(4) as u8)
                .collect()
        };
        let flat: Vec<u8> = rows.iter().flat_map(states).collect();
        let states = Array2::from_shape_vec((rows.len(), rows[0].len()), flat).unwrap();
        Alignment::from_states(Alphabet::new(letters).unwrap(), states).unwrap()
    }

    #[test]
    fn relatives_of_relatives_are_in_one_cluster() {
        let rows = [
            "AAAAAAAAAA",
            "CCCCCCCCCC",
            "AAAAAAAACC",
            "AAAAAACCCC",
            "DDDDDDDDDD",
            "EEEEEEEEEE",
            "DEDEDEDEDE",
            "CACACADEDE",
            "ECECECECEC",
            "DCACDCACDA",
            "ADADADADAD",
        ];
        let alignment = alignment(&rows);
        let weights = SequenceWeights::uniform(rows.len());
        let at_80 = Clusters::at(&alignment, &weights, 80);
        assert_eq!(at_80.of_sequence, [0, 1, 0, 0, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(at_80.weights[0], 3.0);
        // Three of eleven are more than a fifth.
        let found = Clusters::of(&alignment, &weights);
        assert_eq!((found.identity, found.count()), (0.85, 11));
        let mut light = vec![1.0; rows.len()];
        light[..4].fill(0.1);
        let found = Clusters::of(&alignment, &SequenceWeights::new(light).unwrap());
        assert_eq!(found.identity, 0.8);
        assert!((found.weights[0] - 0.3).abs() < 1e-12);
    }

    #[test]
    fn copies_alone_are_linked_at_last() {
        let rows = ["AAAAAAAAAA", "AAAAAAAAAA", "AAAAAAAAAC"];
        let found = Clusters::of(&alignment(&rows), &SequenceWeights::uniform(3));
        assert_eq!((found.identity, found.count()), (1.0, 2));
    }
}
