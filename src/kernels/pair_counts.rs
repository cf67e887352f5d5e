//! Weighted counts of pairs of states at two sites.
//!
//! What makes it fast: the sequences are taken in the order of their states at the first site, so that between two changes of that
//! state only one row of each table is written, and the second sites come in tiles whose rows stay in the innermost cache.

use std::ops::Range;

/// Second sites counted at once: their rows, 128 x 21 numbers, fit into 32 KB, and all their tables into 512 KB.
const TILE: usize = 128;

/// Sequences whose parts are copied at once: they lie apart, and the processor waits for all of them together.
const FETCHED: usize = 16;

/// An alignment to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// States, N x L, row-major.
    pub alignment: &'a [u8],
    /// Number of sites L.
    pub sites: usize,
    /// Number of states; all are below.
    pub states: usize,
    /// The weights of the sequences, N.
    pub weights: &'a [f64],
}

/// Counts of one site with some others.
#[derive(Debug)]
pub struct PairTables {
    others: Range<usize>,
    states: usize,
    /// The state of the first site slowest, then the second site.
    counts: Vec<f64>,
}

impl PairTables {
    /// The second sites.
    pub fn others(&self) -> Range<usize> {
        self.others.clone()
    }

    /// Weights of the sequences with state a at the first site, by their states at site j.
    ///
    /// Panics if j is none of [`Self::others`].
    #[inline]
    pub fn row(&self, a: usize, j: usize) -> &[f64] {
        assert!(self.others.contains(&j));
        let place = a * self.others.len() + (j - self.others.start);
        &self.counts[place * self.states..][..self.states]
    }
}

/// Counts pairs of states of site `first` with each of `others`; tells them to `receive` some sites at a time, in ascending order.
/// Weights are added up in the order of the sequences.
///
/// Panics if there are not N x L states and N weights, if a site is not below L, or a state not below the number of states.
pub fn pair_counts(
    counted: &Counted,
    first: usize,
    others: Range<usize>,
    mut receive: impl FnMut(&PairTables),
) {
    let Counted { sites, states, .. } = *counted;
    assert!(first < sites && others.end <= sites);
    assert_eq!(counted.alignment.len(), counted.weights.len() * sites);
    let by_state = sequences_by_state(counted, first);
    let mut tables = PairTables {
        counts: Vec::new(),
        others: 0..0,
        states,
    };
    let mut fetched = Vec::with_capacity(FETCHED * TILE);
    for start in others.clone().step_by(TILE) {
        tables.others = start..others.end.min(start + TILE);
        let width = tables.others.len() * states;
        tables.counts.clear();
        tables.counts.resize(states * width, 0.0);
        for (sequences, rows) in by_state.iter().zip(tables.counts.chunks_exact_mut(width)) {
            for sequences in sequences.chunks(FETCHED) {
                fetched.clear();
                for &(n, _) in sequences {
                    let sequence = &counted.alignment[n as usize * sites..][..sites];
                    fetched.extend_from_slice(&sequence[tables.others.clone()]);
                }
                let parts = fetched.chunks_exact(tables.others.len());
                for (part, &(_, weight)) in parts.zip(sequences) {
                    for (&b, row) in part.iter().zip(rows.chunks_exact_mut(states)) {
                        row[usize::from(b)] += weight;
                    }
                }
            }
        }
        receive(&tables);
    }
}

/// Numbers and weights of the sequences with each state at `site`.
fn sequences_by_state(counted: &Counted, site: usize) -> Vec<Vec<(u32, f64)>> {
    let mut by_state = vec![Vec::new(); counted.states];
    let column = counted.alignment.iter().skip(site).step_by(counted.sites);
    for (n, (&state, &weight)) in (0..).zip(column.zip(counted.weights)) {
        by_state[usize::from(state)].push((n, weight));
    }
    by_state
}

/// The slow, obvious twin of [`pair_counts`]: `[j][a][b]` for each j of `others`.
#[cfg(any(test, feature = "internals"))]
pub fn pair_counts_plain(counted: &Counted, first: usize, others: Range<usize>) -> Vec<f64> {
    let states = counted.states;
    let mut counts = vec![0.0; others.len() * states * states];
    let sequences = counted.alignment.chunks_exact(counted.sites);
    for (sequence, weight) in sequences.zip(counted.weights) {
        for (place, j) in others.clone().enumerate() {
            let (a, b) = (usize::from(sequence[first]), usize::from(sequence[j]));
            counts[(place * states + a) * states + b] += weight;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::{Noise, family};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_are_those_of_the_twin_to_the_last_bit(
            sequences in 1usize..60,
            sites in 1usize..300,
            states in 2usize..40,
            seed in any::<u64>(),
        ) {
            let mut noise = Noise::new(seed);
            let alignment = family((sequences, sites), states - 1, 3, &mut noise);
            let weights: Vec<f64> = (0..sequences).map(|_| noise.uniform()).collect();
            let counted = Counted { alignment: &alignment, sites, states, weights: &weights };
            let first = noise.below(sites);
            let start = noise.below(sites);
            let others = start..start + noise.below(sites - start + 1);
            let mut found = Vec::new();
            pair_counts(&counted, first, others.clone(), |tables| {
                for j in tables.others() {
                    (0..states).for_each(|a| found.extend_from_slice(tables.row(a, j)));
                }
            });
            prop_assert_eq!(found, pair_counts_plain(&counted, first, others));
        }
    }

    #[test]
    #[should_panic(expected = "index out of bounds")]
    fn a_state_out_of_range_is_refused() {
        let counted = Counted {
            alignment: &[0, 3],
            sites: 2,
            states: 2,
            weights: &[1.0],
        };
        pair_counts(&counted, 0, 1..2, |_| ());
    }
}
