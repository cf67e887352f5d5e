//! Sequence weights: a sequence with m near-copies of itself counts 1/m.

use super::chain_groups::chain_groups;
use super::{Alignment, IdentityThreshold};
use crate::error::{Error, Result};
use crate::kernels::identity::neighbour_counts_at;
use ndarray::Axis;

/// Finite positive weights, one a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceWeights(Vec<f64>);

impl SequenceWeights {
    /// Given weights.
    ///
    /// # Errors
    /// If one is not finite and positive.
    pub fn new(weights: Vec<f64>) -> Result<Self> {
        match weights.iter().position(|w| !(w.is_finite() && *w > 0.0)) {
            Some(n) => Err(Error::Usage(format!(
                "weight {} of sequence {} is not a positive number",
                weights[n],
                n + 1
            ))),
            None => Ok(Self(weights)),
        }
    }

    /// Of some sequences alone: what has the weight 0 is as good as not there.
    pub(crate) fn of_some(weights: &[f64]) -> Self {
        Self(weights.to_vec())
    }

    /// Every sequence counts 1.
    pub fn uniform(sequences: usize) -> Self {
        Self(vec![1.0; sequences])
    }

    /// w_n = 1 / neighbours of sequence n.
    pub fn by_identity(alignment: &Alignment, threshold: IdentityThreshold) -> Self {
        Self::by_neighbours(&neighbours(alignment, threshold))
    }

    /// w_n = 1 / number of neighbours, each sequence counted among its own.
    ///
    /// Panics if a sequence has none.
    pub fn by_neighbours(counts: &[u32]) -> Self {
        assert!(!counts.contains(&0), "a sequence is its own neighbour");
        Self(counts.iter().map(|&m| 1.0 / f64::from(m)).collect())
    }

    /// The weights.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }

    /// The effective number of sequences Neff, the sum of all weights.
    pub fn effective_number(&self) -> f64 {
        self.0.iter().sum()
    }
}

/// The number of sequences m with identity(n, m) above the threshold, for each sequence n; the sequence itself always counts, and two
/// gaps are identical. In a complex the sequences that have the same chains are compared, over the columns of these.
pub fn neighbours(alignment: &Alignment, threshold: IdentityThreshold) -> Vec<u32> {
    neighbours_at(alignment, &[threshold]).remove(0)
}

/// [`neighbours`] at each of several thresholds, in their order, from one pass over all pairs.
pub fn neighbours_at(alignment: &Alignment, thresholds: &[IdentityThreshold]) -> Vec<Vec<u32>> {
    let Some(groups) = chain_groups(alignment) else {
        return counts_at(alignment.as_slice(), alignment.sites(), thresholds);
    };
    let mut all = vec![vec![1; alignment.sequences()]; thresholds.len()];
    for group in groups {
        let states = alignment.states().select(Axis(0), &group.rows);
        let states: Vec<u8> = states
            .rows()
            .into_iter()
            .flat_map(|row| group.sites.iter().map(move |&site| row[site]))
            .collect();
        let counts = counts_at(&states, group.sites.len(), thresholds);
        for (all, counts) in all.iter_mut().zip(counts) {
            for (&n, count) in group.rows.iter().zip(counts) {
                all[n] = count;
            }
        }
    }
    all
}

/// Neighbours among rows of states over so many sites.
fn counts_at(states: &[u8], sites: usize, thresholds: &[IdentityThreshold]) -> Vec<Vec<u32>> {
    let limits: Vec<Option<usize>> = thresholds
        .iter()
        .map(|threshold| threshold.max_mismatches(sites))
        .collect();
    let possible: Vec<usize> = limits.iter().flatten().copied().collect();
    let mut counts = neighbour_counts_at(states, sites, &possible).into_iter();
    let alone = || vec![1; states.len() / sites];
    limits
        .iter()
        .map(|limit| limit.and_then(|_| counts.next()).unwrap_or_else(alone))
        .collect()
}

/// A word on what an effective number of sequences a site promises.
pub fn depth_in_words(neff_per_site: f64) -> &'static str {
    match neff_per_site {
        x if x < 1.0 => "little data; expect few reliable contacts",
        x if x < 5.0 => "moderate",
        _ => "plenty of data",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::Alphabet;
    use ndarray::array;

    #[test]
    fn copies_share_one_sequence() {
        let states = array![[0, 1, 2, 0, 1], [0, 1, 2, 0, 0], [2, 0, 0, 1, 2]];
        let alignment = Alignment::from_states(Alphabet::new("ACD").unwrap(), states).unwrap();
        let weights = SequenceWeights::by_identity(&alignment, IdentityThreshold::DEFAULT);
        assert_eq!(weights.as_slice(), [0.5, 0.5, 1.0]);
        assert_eq!(weights.effective_number(), 2.0);
        let nobody: IdentityThreshold = ">1".parse().unwrap();
        assert_eq!(neighbours(&alignment, nobody), [1, 1, 1]);
        let thresholds = [nobody, IdentityThreshold::DEFAULT, "0.1".parse().unwrap()];
        assert_eq!(
            neighbours_at(&alignment, &thresholds),
            [[1, 1, 1], [2, 2, 1], [2, 2, 1]]
        );
    }

    #[test]
    fn a_word_on_depth_for_every_ratio() {
        assert!(depth_in_words(0.99).starts_with("little"));
        assert!(depth_in_words(1.0).starts_with("moderate"));
        assert!(depth_in_words(5.0).starts_with("plenty"));
    }

    #[test]
    fn weights_are_positive_numbers() {
        assert!(SequenceWeights::new(vec![1.0, f64::NAN]).is_err());
        assert!(SequenceWeights::new(vec![0.0]).is_err());
    }
}
