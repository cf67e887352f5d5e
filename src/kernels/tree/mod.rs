//! Similarity trees: sequences as the nodes of trees in which neighbours differ in few columns.
//!
//! A sum over the columns of a sequence, such as a site's logits, is that of its parent plus what differs. The trees' common root is
//! the consensus, the most frequent state of every column. Sequences are cut into **groves** of similar ones; within a grove a minimum
//! spanning tree is found, then **inner nodes** are added where children of one parent share differences (as in a Steiner tree). The
//! cost of an edge is the number of table rows that are added or taken away along it. A **block** is one grove, or a few where the table is
//! large, so that an evaluation has the table go through the cache less often.
//!
//! A (column, state) that occurs and is not the column's consensus has a **table row**; so has a missing state.

mod blocks;
mod distance;
mod growth;
#[cfg(test)]
mod tests;

use super::f32x8::LANES;
use rayon::prelude::*;

/// Sequences among which trees are grown at once: more make better trees, fewer take less time, which grows with their square.
const GROVE: usize = 1024;

/// The most groves of a block. For each block and pass of an evaluation the table comes into the cache again, so that a block should have
/// about as many nodes as the table has rows: one grove where there are fewer rows than two groves have nodes at most.
const MOST_GROVES: usize = 4;

/// Groves that are joined to a block, for so many rows of the table.
fn groves_of_a_block(rows: usize) -> usize {
    (rows / (2 * GROVE)).clamp(1, MOST_GROVES)
}

/// Marks a (column, state) without a row.
const NO_ROW: u32 = u32::MAX;

/// Marks a node that is no sequence.
const NO_SEQUENCE: u32 = u32::MAX;

/// Sequences of equal length as similarity trees; built once, used by every evaluation.
#[derive(Debug)]
pub struct SequenceTree {
    sites: usize,
    states: usize,
    /// Most frequent state of each column; `states` if that is the missing state.
    consensus: Vec<u8>,
    /// `row_of[j * (states + 1) + b]`.
    row_of: Vec<u32>,
    rows: usize,
    blocks: Vec<Block>,
}

/// Trees of similar sequences; parents come before their children.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) nodes: Vec<Node>,
    /// Of each node the number of its sequence; [`NO_SEQUENCE`] for an inner node.
    sequences: Vec<u32>,
    /// Rows along the edges, see [`Node`].
    pub(super) edges: Vec<u32>,
    /// For each row, where its nodes begin in `nodes_by_row`: those that add it, then those that take it away.
    pub(super) row_starts: Vec<[u32; 2]>,
    pub(super) nodes_by_row: Vec<u16>,
    /// States of the nodes by group of sites: `observed[g * nodes + n]`; `states` and more where missing.
    pub(super) observed: Vec<[u8; LANES]>,
}

/// A sequence or an inner node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// Index in the block; [`Node::ROOT`] for the consensus.
    pub(super) parent: u16,
    /// Weight of the sequence; 0 for an inner node.
    pub(super) weight: f32,
    /// Where the rows begin that the edge from the parent adds, those that it takes away, and where these end.
    pub(super) added: u32,
    pub(super) removed: u32,
    pub(super) end: u32,
}

impl Block {
    fn bytes(&self) -> u64 {
        bytes_of(&self.nodes)
            + bytes_of(&self.sequences)
            + bytes_of(&self.edges)
            + bytes_of(&self.row_starts)
            + bytes_of(&self.nodes_by_row)
            + bytes_of(&self.observed)
    }
}

fn bytes_of<T>(numbers: &Vec<T>) -> u64 {
    (numbers.capacity() * size_of::<T>()) as u64
}

impl Node {
    pub(super) const ROOT: u16 = u16::MAX;
}

impl SequenceTree {
    /// Trees of `alignment` (sequences x `sites`, row-major); states >= `states` are missing.
    ///
    /// Panics if the sizes disagree or `states` is not in 2..=32.
    pub fn new(alignment: &[u8], sites: usize, states: usize, weights: &[f64]) -> Self {
        assert!((2..=32).contains(&states), "{states} states");
        assert_eq!(alignment.len(), weights.len() * sites);
        let (consensus, row_of, rows) = number_rows(alignment, sites, states);
        let mut tree = Self {
            sites,
            states,
            consensus,
            row_of,
            rows,
            blocks: Vec::new(),
        };
        let codes = distance::Codes::new(alignment, sites, states, &tree.consensus);
        let groves = blocks::similar_blocks(&codes, weights.len(), GROVE);
        tree.blocks = groves
            .par_chunks(groves_of_a_block(tree.rows))
            .map(|groves| {
                let grown = groves.par_iter().map(|own| growth::grow(&codes, own));
                Block::new(&tree, &grown.collect::<Vec<_>>(), weights)
            })
            .collect();
        tree
    }

    /// Gives the sequences other weights, in the order in which they came; none is as good as 0.
    ///
    /// Panics if there are fewer weights than sequences.
    pub fn set_weights(&mut self, weights: &[f64]) {
        for block in &mut self.blocks {
            for (node, &sequence) in block.nodes.iter_mut().zip(&block.sequences) {
                if sequence != NO_SEQUENCE {
                    node.weight = weights[sequence as usize] as f32;
                }
            }
        }
    }

    /// Most nodes of a block, for so many sites and states: inner nodes have two children or more.
    pub fn most_nodes_for(sites: usize, states: usize) -> usize {
        2 * GROVE * groves_of_a_block(sites * states)
    }

    /// Number of sites L.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Number of states q, not counting the missing one.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Groups of [`LANES`] sites.
    pub fn groups(&self) -> usize {
        self.sites.div_ceil(LANES)
    }

    /// Rows added or taken away along all edges: what an evaluation costs.
    #[cfg(test)]
    pub fn cost(&self) -> usize {
        self.blocks.iter().map(|block| block.edges.len()).sum()
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        let shared = bytes_of(&self.consensus) + bytes_of(&self.row_of);
        shared + self.blocks.iter().map(Block::bytes).sum::<u64>()
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The most nodes of a block.
    pub(super) fn most_nodes(&self) -> usize {
        self.blocks.iter().map(|b| b.nodes.len()).max().unwrap_or(0)
    }

    /// Most frequent state of column j.
    pub(super) fn consensus(&self, j: usize) -> usize {
        usize::from(self.consensus[j])
    }

    /// The table row of state b in column j; none for the consensus and for states that do not occur.
    #[inline]
    pub(super) fn row(&self, j: usize, b: usize) -> Option<usize> {
        let row = self.row_of[j * (self.states + 1) + b];
        (row != NO_ROW).then_some(row as usize)
    }
}

/// Consensus, `row_of` and the number of rows. Frequent states have the first rows of their column, so that rows that are used
/// together are close.
fn number_rows(alignment: &[u8], sites: usize, states: usize) -> (Vec<u8>, Vec<u32>, usize) {
    let mut counts = vec![0u32; sites * (states + 1)];
    for sequence in alignment.chunks_exact(sites) {
        for (j, &state) in sequence.iter().enumerate() {
            counts[j * (states + 1) + usize::from(state).min(states)] += 1;
        }
    }
    let mut consensus = Vec::with_capacity(sites);
    let mut row_of = vec![NO_ROW; counts.len()];
    let mut rows = 0;
    for (counts, row_of) in counts
        .chunks_exact(states + 1)
        .zip(row_of.chunks_exact_mut(states + 1))
    {
        let mut order: Vec<usize> = (0..=states).collect();
        order.sort_by_key(|&b| std::cmp::Reverse(counts[b]));
        consensus.push(order[0] as u8);
        for &b in order[1..].iter().filter(|&&b| counts[b] > 0) {
            row_of[b] = rows as u32;
            rows += 1;
        }
    }
    (consensus, row_of, rows)
}

impl Block {
    /// Orders the nodes, lists the rows of their edges and turns these lists round.
    fn new(tree: &SequenceTree, groves: &[growth::Grown], weights: &[f64]) -> Self {
        let mut nodes = Vec::new();
        let mut edges = Vec::new();
        let mut all = Vec::new();
        for grown in groves {
            let order = grown.parents_first();
            add_nodes(tree, grown, &order, weights, &mut nodes, &mut edges);
            all.extend(order.into_iter().map(|node| (grown, node)));
        }
        nodes.shrink_to_fit();
        edges.shrink_to_fit();
        let sequence = |&(grown, node): &(&growth::Grown, usize)| grown.sequence(node);
        let sequences = all.iter().map(sequence);
        let sequences = sequences.map(|n| n.map_or(NO_SEQUENCE, |n| n as u32));
        let (row_starts, nodes_by_row) = by_row(&nodes, &edges, tree.rows);
        Self {
            sequences: sequences.collect(),
            observed: observed(tree, &all),
            nodes,
            edges,
            row_starts,
            nodes_by_row,
        }
    }
}

/// Adds the nodes of a grove in `order`, and the rows of their edges.
fn add_nodes(
    tree: &SequenceTree,
    grown: &growth::Grown,
    order: &[usize],
    weights: &[f64],
    nodes: &mut Vec<Node>,
    edges: &mut Vec<u32>,
) {
    let (sites, states) = (tree.sites, tree.states);
    let first = nodes.len();
    let mut place = vec![Node::ROOT; order.len()];
    for (k, &old) in order.iter().enumerate() {
        place[old] = (first + k) as u16;
    }
    for &old in order {
        let own = grown.codes(old);
        let parent = grown.parent(old);
        let above = parent.map(|parent| grown.codes(parent));
        let row = |code: u8, j: usize| match distance::state_of(code) {
            Some(state) => tree.row_of[j * (states + 1) + usize::from(state)],
            None => NO_ROW,
        };
        let changed = || (0..sites).filter(|&j| own[j] != above.map_or(0, |above| above[j]));
        let added = edges.len() as u32;
        edges.extend(changed().map(|j| row(own[j], j)).filter(|&r| r != NO_ROW));
        let removed = edges.len() as u32;
        if let Some(above) = above {
            edges.extend(changed().map(|j| row(above[j], j)).filter(|&r| r != NO_ROW));
        }
        nodes.push(Node {
            parent: parent.map_or(Node::ROOT, |parent| place[parent]),
            weight: grown.sequence(old).map_or(0.0, |n| weights[n] as f32),
            added,
            removed,
            end: edges.len() as u32,
        });
    }
}

/// For each row the nodes whose edges add it, then those whose edges take it away.
fn by_row(nodes: &[Node], edges: &[u32], rows: usize) -> (Vec<[u32; 2]>, Vec<u16>) {
    let edges_of = |node: &Node| {
        let added = edges[node.added as usize..node.removed as usize].iter();
        let removed = edges[node.removed as usize..node.end as usize].iter();
        added
            .map(|&r| 2 * r as usize)
            .chain(removed.map(|&r| 2 * r as usize + 1))
    };
    let mut starts = vec![0u32; 2 * rows + 3];
    for list in nodes.iter().flat_map(edges_of) {
        starts[list + 2] += 1;
    }
    for list in 1..starts.len() {
        starts[list] += starts[list - 1];
    }
    let mut nodes_by_row = vec![0u16; edges.len()];
    for (n, node) in nodes.iter().enumerate() {
        for list in edges_of(node) {
            nodes_by_row[starts[list + 1] as usize] = n as u16;
            starts[list + 1] += 1;
        }
    }
    let row_starts = (0..=rows).map(|r| [starts[2 * r], starts[2 * r + 1]]);
    (row_starts.collect(), nodes_by_row)
}

fn observed(tree: &SequenceTree, nodes: &[(&growth::Grown, usize)]) -> Vec<[u8; LANES]> {
    let mut observed = Vec::with_capacity(tree.groups() * nodes.len());
    for first in (0..tree.sites).step_by(LANES) {
        for &(grown, old) in nodes {
            let codes = grown.codes(old);
            observed.push(std::array::from_fn(|lane| {
                let site = first + lane;
                let consensus = tree.consensus.get(site);
                consensus.map_or(u8::MAX, |&most| {
                    distance::state_of(codes[site]).unwrap_or(most)
                })
            }));
        }
    }
    observed
}
