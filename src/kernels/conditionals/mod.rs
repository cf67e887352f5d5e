//! The conditionals of eight sites at once: value and gradient of their negative log-pseudolikelihoods over all sequences.
//!
//! For a site i, a sequence n of weight w_n and the states b_j of its other sites,
//! logit_n(a) = h(a) + sum_{j != i} J_j(a, b_j), and the value is -sum_n w_n log softmax(logit_n)\[x_i\].
//! A state >= q is missing: no term where the site itself is missing, no coupling where a neighbour is.
//!
//! An evaluation goes down the similarity trees (`tree.rs`): the logits of a node are those of its parent and the table rows of
//! what differs. At the sequences, logits are turned into residuals, w (p - \[a = x\]); these are summed up the trees, and each table row
//! collects the sums of the nodes whose edges have it. Each number of a table row is a lane for each of the eight sites.
//!
//! **Reference state**: the last state's logit is subtracted from all others and has no table; its residual is minus the sum of
//! the others'.
//!
//! Layout of couplings and their gradients, "directed": `[j][b][a]`, q q lanes for each column j. The lane of a site in its own
//! column must be zero on input, and means nothing on output.

mod passes;
#[cfg(any(test, feature = "internals"))]
mod plain;
#[cfg(test)]
mod tests;
mod value;

#[cfg(any(test, feature = "internals"))]
pub use plain::conditional_plain;
pub use value::conditional_value;

use super::f32x8::{F32x8, LANES, widest};
use super::tree::SequenceTree;

/// States in a table row. With more, fewer passes are made over the lists of rows, but the table of a pass leaves the cache.
const WIDTH: usize = 4;

/// Some states of a table's row, of a node's logits or of its residuals: two cache lines.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C, align(64))]
struct StateBlock([F32x8; WIDTH]);

/// Buffers of one thread, used for group after group:
/// [`Self::begin`], [`Self::set_column`] for all columns or none, [`Self::sweep`], then [`Self::gradient_column`] and [`Self::field_gradient`].
#[derive(Debug)]
pub struct Workspace {
    states: usize,
    rows: usize,
    /// Row r of pass c is `table[c * rows + r]`: the couplings to a state less those to the consensus.
    table: Vec<StateBlock>,
    /// The residuals of the sequences that have the row's state.
    sums: Vec<StateBlock>,
    /// Logits of the consensus, a pass each.
    start: Vec<StateBlock>,
    /// Residuals of all sequences.
    totals: Vec<[[f64; LANES]; WIDTH]>,
    /// Logits, then residuals of a block's nodes: `nodes[c * block.nodes + n]`.
    nodes: Vec<StateBlock>,
    /// Whether columns were set.
    has_couplings: bool,
}

/// Sums over the sequences from which each site's curvature follows: sum_n w p(a), then sum_n w p(a) p(b) for b <= a, without the
/// reference state.
#[derive(Debug, Clone)]
pub struct Curvature(Vec<F32x8>);

impl Curvature {
    fn zeros(states: usize) -> Self {
        let free = states - 1;
        Self(vec![F32x8::ZERO; free + free * (free + 1) / 2])
    }

    /// H(a, b) = sum_n w (p(a) \[a = b\] - p(a) p(b)) of one site, q x q; its rows sum to zero.
    pub fn of_lane(&self, lane: usize, states: usize) -> Vec<f64> {
        let free = states - 1;
        let mut h = vec![0.0; states * states];
        let sum = |k: usize| f64::from(self.0[k].0[lane]);
        for a in 0..free {
            for b in 0..=a {
                let product = sum(free + a * (a + 1) / 2 + b);
                let value = if a == b { sum(a) - product } else { -product };
                h[a * states + b] = value;
                h[b * states + a] = value;
            }
        }
        for a in 0..free {
            let rest = -h[a * states..a * states + free].iter().sum::<f64>();
            h[a * states + free] = rest;
            h[free * states + a] = rest;
            h[free * states + free] -= rest;
        }
        h
    }
}

impl Workspace {
    /// Room for the groups of `tree`.
    pub fn new(tree: &SequenceTree) -> Self {
        let passes = passes(tree.states());
        Self {
            states: tree.states(),
            rows: tree.rows(),
            table: vec![StateBlock::default(); passes * tree.rows()],
            sums: vec![StateBlock::default(); passes * tree.rows()],
            start: vec![StateBlock::default(); passes],
            totals: vec![[[0.0; LANES]; WIDTH]; passes],
            nodes: vec![StateBlock::default(); passes * tree.most_nodes()],
            has_couplings: false,
        }
    }

    /// The most bytes that [`Self::new`] may take for so many sequences, sites and states.
    pub fn most_bytes(sequences: usize, sites: usize, states: usize) -> u64 {
        let nodes = SequenceTree::most_nodes_for(sites, states).min(2 * sequences);
        let rows = passes(states) * (2 * sites * states + nodes);
        (rows * size_of::<StateBlock>()) as u64
    }

    /// Starts with these fields, one a state.
    ///
    /// Panics if there are not q of them.
    pub fn begin(&mut self, fields: &[F32x8]) {
        assert_eq!(fields.len(), self.states);
        self.has_couplings = false;
        let reference = fields[self.states - 1];
        for (a, &field) in fields[..self.states - 1].iter().enumerate() {
            self.start[a / WIDTH].0[a % WIDTH] = field - reference;
        }
    }

    /// Adds the couplings to column j, `[b][a]`. Every column must be set once between [`Self::begin`] and [`Self::sweep`], or none where
    /// there are no couplings: all sequences have the same logits then, and no way down the trees is needed.
    ///
    /// Panics if there are not q q of them.
    pub fn set_column(&mut self, tree: &SequenceTree, j: usize, block: &[F32x8]) {
        assert_eq!(block.len(), self.states * self.states);
        self.has_couplings = true;
        set_column(self, tree, j, block);
    }

    /// Goes through all sequences with the sites of `group`: returns the value of each.
    ///
    /// Panics if the workspace was made for another tree.
    pub fn sweep(&mut self, tree: &SequenceTree, group: usize) -> [f64; LANES] {
        self.check(tree);
        passes::sweep(self, tree, group)
    }

    /// [`Self::sweep`], and the curvature of each site.
    ///
    /// Panics as [`Self::sweep`].
    pub fn sweep_with_curvature(
        &mut self,
        tree: &SequenceTree,
        group: usize,
    ) -> ([f64; LANES], Curvature) {
        self.check(tree);
        let mut curvature = Curvature::zeros(self.states);
        let values = passes::sweep_with_curvature(self, tree, group, &mut curvature.0);
        (values, curvature)
    }

    fn check(&self, tree: &SequenceTree) {
        assert_eq!((self.states, self.rows), (tree.states(), tree.rows()));
        assert!(self.nodes.len() >= passes(tree.states()) * tree.most_nodes());
    }

    /// The gradient by the couplings to column j, `[b][a]`, after a sweep.
    ///
    /// Panics if there is no room for q q lanes.
    pub fn gradient_column(&self, tree: &SequenceTree, j: usize, block: &mut [F32x8]) {
        assert_eq!(block.len(), self.states * self.states);
        gradient_column(self, tree, j, block);
    }

    /// The gradient by the fields, after a sweep.
    ///
    /// Panics if there is no room for q lanes.
    pub fn field_gradient(&self, fields: &mut [F32x8]) {
        assert_eq!(fields.len(), self.states);
        fields.copy_from_slice(&self.total_residuals()[..self.states]);
    }

    /// Sums of the residuals over all sequences, one a state.
    #[inline(always)]
    fn total_residuals(&self) -> [F32x8; 32] {
        let mut residuals = [F32x8::ZERO; 32];
        let mut rest = [0.0f64; LANES];
        let free = self.states - 1;
        for (a, residual) in residuals[..free].iter_mut().enumerate() {
            let total = &self.totals[a / WIDTH][a % WIDTH];
            *residual = F32x8(total.map(|t| t as f32));
            for (r, t) in rest.iter_mut().zip(total) {
                *r -= t;
            }
        }
        residuals[free] = F32x8(rest.map(|r| r as f32));
        residuals
    }
}

/// Passes over the trees for q - 1 states.
fn passes(states: usize) -> usize {
    (states - 1).div_ceil(WIDTH)
}

widest! {
    fn set_column(workspace: &mut Workspace, tree: &SequenceTree, j: usize, block: &[F32x8]) {
        let (q, rows) = (workspace.states, workspace.rows);
        let zeros = [F32x8::ZERO; 32];
        // A missing neighbour contributes nothing.
        let couplings = |b: usize| if b < q { &block[b * q..][..q] } else { &zeros[..q] };
        let common = couplings(tree.consensus(j));
        let mut relative = [F32x8::ZERO; 32];
        for a in 0..q - 1 {
            relative[a] = common[a] - common[q - 1];
            let start = &mut workspace.start[a / WIDTH].0[a % WIDTH];
            *start = *start + relative[a];
        }
        for b in 0..=q {
            let Some(row) = tree.row(j, b) else { continue };
            let own = couplings(b);
            let reference = own[q - 1];
            let states = own[..q - 1].chunks(WIDTH).zip(relative[..q - 1].chunks(WIDTH));
            for (pass, (own, common)) in states.enumerate() {
                let row = &mut workspace.table[pass * rows + row].0;
                for ((entry, &own), &common) in row.iter_mut().zip(own).zip(common) {
                    *entry = (own - reference) - common;
                }
            }
        }
    }
}

widest! {
    fn gradient_column(workspace: &Workspace, tree: &SequenceTree, j: usize, block: &mut [F32x8]) {
        let (q, rows) = (workspace.states, workspace.rows);
        let consensus = tree.consensus(j);
        let mut rest = workspace.total_residuals();
        for b in 0..=q {
            let Some(row) = tree.row(j, b) else {
                if b < q && b != consensus {
                    block[b * q..][..q].fill(F32x8::ZERO);
                }
                continue;
            };
            let mut sums = [F32x8::ZERO; 32];
            for a in 0..q - 1 {
                sums[a] = workspace.sums[a / WIDTH * rows + row].0[a % WIDTH];
                sums[q - 1] = sums[q - 1] - sums[a];
            }
            for a in 0..q {
                rest[a] = rest[a] - sums[a];
            }
            if b < q {
                block[b * q..][..q].copy_from_slice(&sums[..q]);
            }
        }
        if consensus < q {
            block[consensus * q..][..q].copy_from_slice(&rest[..q]);
        }
    }
}
