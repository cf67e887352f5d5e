use super::*;
use crate::kernels::testing::{Noise, family};
use proptest::prelude::*;

/// Follows every path from the consensus: the states that its edges spell, and their weights.
fn spelled(tree: &SequenceTree) -> Vec<(Vec<u8>, f32)> {
    let (sites, states) = (tree.sites, tree.states);
    let mut column_of = vec![(0, 0); tree.rows];
    for j in 0..sites {
        for b in 0..=states {
            if let Some(row) = tree.row(j, b) {
                column_of[row] = (j, b as u8);
            }
        }
    }
    let mut all = Vec::new();
    for block in &tree.blocks {
        let mut nodes: Vec<Vec<u8>> = Vec::new();
        for node in &block.nodes {
            let mut own = match node.parent {
                Node::ROOT => tree.consensus.clone(),
                parent => nodes[usize::from(parent)].clone(),
            };
            for &row in &block.edges[node.removed as usize..node.end as usize] {
                let (j, b) = column_of[row as usize];
                assert_eq!(own[j], b, "what is taken away was there");
                own[j] = tree.consensus[j];
            }
            for &row in &block.edges[node.added as usize..node.removed as usize] {
                let (j, b) = column_of[row as usize];
                assert_eq!(own[j], tree.consensus[j], "nothing was in the way");
                own[j] = b;
            }
            if node.weight > 0.0 {
                all.push((own.clone(), node.weight));
            }
            nodes.push(own);
        }
        for (n, own) in nodes.iter().enumerate() {
            for (site, &state) in own.iter().enumerate() {
                let observed = block.observed[site / LANES * nodes.len() + n];
                assert_eq!(observed[site % LANES], state);
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn paths_spell_the_sequences(
        sequences in 1usize..120,
        sites in 1usize..70,
        states in 2usize..22,
        seed in any::<u64>(),
    ) {
        let alignment = family((sequences, sites), states, 8, &mut Noise::new(seed));
        let weights: Vec<f64> = (1..=sequences).map(|n| n as f64).collect();
        let tree = SequenceTree::new(&alignment, sites, states, &weights);
        let mut found = spelled(&tree);
        found.sort_by(|x, y| x.1.total_cmp(&y.1));
        let expected = alignment.chunks_exact(sites).map(<[u8]>::to_vec);
        let expected: Vec<(Vec<u8>, f32)> = expected.zip(weights.iter().map(|&w| w as f32)).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn similar_sequences_cost_little() {
    let (sequences, sites) = (3 * GROVE + 17, 50);
    let alignment = family((sequences, sites), 20, 16, &mut Noise::new(3));
    let tree = SequenceTree::new(&alignment, sites, 20, &vec![1.0; sequences]);
    assert_eq!(tree.blocks.len(), 4);
    let differing: usize = (0..sequences * sites)
        .filter(|&k| usize::from(alignment[k]) != tree.consensus(k % sites))
        .count();
    assert!(
        tree.cost() * 5 < differing * 2,
        "{} {differing}",
        tree.cost()
    );
    assert_eq!(spelled(&tree).len(), sequences);
}

#[test]
fn groves_share_a_block_where_the_table_is_large() {
    let (sequences, sites) = (2 * GROVE + 17, 260);
    let alignment = family((sequences, sites), 20, 40, &mut Noise::new(4));
    let tree = SequenceTree::new(&alignment, sites, 20, &vec![1.0; sequences]);
    assert_eq!((groves_of_a_block(tree.rows), tree.blocks.len()), (2, 2));
    assert!(tree.most_nodes() <= SequenceTree::most_nodes_for(sites, 20));
    let mut found: Vec<Vec<u8>> = spelled(&tree).into_iter().map(|(row, _)| row).collect();
    let mut expected: Vec<Vec<u8>> = alignment.chunks_exact(sites).map(<[u8]>::to_vec).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert!(found == expected);
}

#[test]
fn rows_list_the_nodes_of_their_edges() {
    let alignment = family((200, 12), 4, 8, &mut Noise::new(9));
    let tree = SequenceTree::new(&alignment, 12, 4, &[1.0; 200]);
    let block = &tree.blocks[0];
    let mut by_edge = Vec::new();
    for (n, node) in block.nodes.iter().enumerate() {
        for (k, &row) in block.edges[node.added as usize..node.end as usize]
            .iter()
            .enumerate()
        {
            let is_removed = node.added as usize + k >= node.removed as usize;
            by_edge.push((row, is_removed, n as u16));
        }
    }
    by_edge.sort_unstable();
    let mut by_row = Vec::new();
    for row in 0..tree.rows {
        let [added, removed] = block.row_starts[row];
        let end = block.row_starts[row + 1][0];
        by_row.extend(
            (added..end).map(|k| (row as u32, k >= removed, block.nodes_by_row[k as usize])),
        );
    }
    assert_eq!(by_row, by_edge);
}

/// Similar sequences differ along few edges, which `bytes` must see: what is planned rests on it.
#[test]
fn trees_of_similar_sequences_take_less() {
    let bytes = |renewal| {
        let alignment = family((600, 60), 20, renewal, &mut Noise::new(3));
        let tree = SequenceTree::new(&alignment, 60, 20, &[1.0; 600]);
        let block = &tree.blocks[0];
        // A row's number and the node behind it, for every edge; the states of every node.
        let edges = block.edges.len() * (size_of::<u32>() + size_of::<u16>());
        let states = block.nodes.len() * tree.groups() * LANES;
        assert!(tree.bytes() >= (edges + states) as u64);
        assert!(tree.bytes() < (edges + states + 100_000) as u64);
        tree.bytes()
    };
    assert!(2 * bytes(60) < bytes(3), "{} {}", bytes(60), bytes(3));
}
