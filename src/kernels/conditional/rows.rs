//! Sequences as lists of differences from the consensus.

/// Sequences by the table rows in which they differ from the consensus.
#[derive(Debug, Clone)]
pub struct SequenceRows {
    pub(super) sites: usize,
    pub(super) states: usize,
    /// Most frequent state of each column; >= `states` if that is the missing state.
    pub(super) consensus: Vec<u8>,
    /// `row_of[j * (states + 1) + b]`: the row for state b in column j; [`NO_ROW`] for the consensus and for states not seen.
    row_of: Vec<u32>,
    pub(super) rows: usize,
    /// Where each sequence's list starts in `lists`.
    starts: Vec<usize>,
    lists: Vec<u32>,
    /// States by column: `columns[j * sequences + n]`.
    columns: Vec<u8>,
    pub(super) weights: Vec<f32>,
}

/// Marks a (column, state) that has no row.
const NO_ROW: u32 = u32::MAX;

impl SequenceRows {
    /// Encodes `alignment` (sequences x `sites`, row-major). States >= `states` are missing.
    ///
    /// Panics if the sizes disagree or `states` is not in 2..=32.
    pub fn new(alignment: &[u8], sites: usize, states: usize, weights: &[f64]) -> Self {
        let sequences = weights.len();
        assert_eq!(alignment.len(), sequences * sites);
        assert!((2..=32).contains(&states), "{states} states");
        let mut columns = vec![0u8; alignment.len()];
        for (n, sequence) in alignment.chunks_exact(sites).enumerate() {
            for (j, &state) in sequence.iter().enumerate() {
                columns[j * sequences + n] = state.min(states as u8);
            }
        }
        let mut consensus = Vec::with_capacity(sites);
        let mut row_of = vec![NO_ROW; sites * (states + 1)];
        let mut rows = 0;
        for j in 0..sites {
            let counts = state_counts(&columns[j * sequences..(j + 1) * sequences], states);
            let most = most_frequent(&counts);
            consensus.push(most as u8);
            for b in (0..=states).filter(|&b| b != most && counts[b] > 0) {
                row_of[j * (states + 1) + b] = rows as u32;
                rows += 1;
            }
        }
        let mut starts = vec![0];
        let mut lists = Vec::new();
        for n in 0..sequences {
            lists.extend(
                (0..sites)
                    .map(|j| row_of[j * (states + 1) + usize::from(columns[j * sequences + n])])
                    .filter(|&row| row != NO_ROW),
            );
            starts.push(lists.len());
        }
        let weights = weights.iter().map(|&w| w as f32).collect();
        Self {
            sites,
            states,
            consensus,
            row_of,
            rows,
            starts,
            lists,
            columns,
            weights,
        }
    }

    /// Number of sites L.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Number of states q.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Number of sequences.
    pub fn sequences(&self) -> usize {
        self.weights.len()
    }

    /// The table rows in which sequence n differs from the consensus.
    #[inline]
    pub(super) fn list(&self, n: usize) -> &[u32] {
        &self.lists[self.starts[n]..self.starts[n + 1]]
    }

    /// The states of site i, one a sequence.
    pub(super) fn observed(&self, i: usize) -> &[u8] {
        let count = self.sequences();
        &self.columns[i * count..(i + 1) * count]
    }

    /// The table row of state b in column j; none for the consensus and for states not seen.
    pub(super) fn row(&self, j: usize, b: usize) -> Option<usize> {
        let row = self.row_of[j * (self.states + 1) + b];
        (row != NO_ROW).then_some(row as usize)
    }
}

/// How often each state, and the missing one, occurs in a column.
fn state_counts(column: &[u8], states: usize) -> Vec<usize> {
    let mut counts = vec![0; states + 1];
    column.iter().for_each(|&b| counts[usize::from(b)] += 1);
    counts
}

/// The index of the first largest count.
fn most_frequent(counts: &[usize]) -> usize {
    (0..counts.len())
        .rev()
        .max_by_key(|&b| counts[b])
        .unwrap_or(0)
}

/// Row length for q states: the next multiple of 8.
pub(super) fn padded(states: usize) -> usize {
    states.next_multiple_of(8)
}
