//! Grows the trees of one block: a minimum spanning tree, then inner nodes.

use super::distance::{Codes, common, saving, size};
use crate::kernels::f32x8::widest;

/// An inner node costs about as much as this many rows, so it must save more.
const WORTH: u32 = 4;

/// Trees over the members of a block: nodes 0, 1, ... are the members, then come the inner nodes.
pub struct Grown<'a> {
    codes: &'a Codes,
    members: &'a [u32],
    inner: Vec<Vec<u8>>,
    /// `None` for the consensus.
    parents: Vec<Option<usize>>,
}

/// Grows the trees.
pub fn grow<'a>(codes: &'a Codes, members: &'a [u32]) -> Grown<'a> {
    let mut grown = Grown {
        codes,
        members,
        inner: Vec::new(),
        parents: spanning_tree(codes, members),
    };
    let mut children = vec![Vec::new(); members.len()];
    let mut roots = Vec::new();
    for (node, parent) in grown.parents.iter().enumerate() {
        parent.map_or(&mut roots, |p| &mut children[p]).push(node);
    }
    let parents = (0..members.len()).map(Some).zip(children);
    for (parent, children) in parents.chain([(None, roots)]) {
        add_inner_nodes(&mut grown, parent, children);
    }
    grown
}

impl Grown<'_> {
    /// The node above; `None` for the consensus.
    pub fn parent(&self, node: usize) -> Option<usize> {
        self.parents[node]
    }

    /// The sequence of a node; `None` for an inner one.
    pub fn sequence(&self, node: usize) -> Option<usize> {
        self.members.get(node).map(|&member| member as usize)
    }

    /// The codes of a node.
    pub fn codes(&self, node: usize) -> &[u8] {
        match self.members.get(node) {
            Some(&member) => self.codes.row(member as usize),
            None => &self.inner[node - self.members.len()],
        }
    }

    /// All nodes, each after its parent and close to it.
    pub fn parents_first(&self) -> Vec<usize> {
        let mut children = vec![Vec::new(); self.parents.len()];
        let mut waiting = Vec::new();
        for (node, parent) in self.parents.iter().enumerate().rev() {
            parent.map_or(&mut waiting, |p| &mut children[p]).push(node);
        }
        let mut order = Vec::with_capacity(self.parents.len());
        while let Some(node) = waiting.pop() {
            order.push(node);
            waiting.append(&mut children[node]);
        }
        order
    }

    /// A new node below `parent`.
    fn add(&mut self, codes: Vec<u8>, parent: Option<usize>) -> usize {
        self.inner.push(codes);
        self.parents.push(parent);
        self.parents.len() - 1
    }
}

widest! {
    /// Parents in a minimum spanning tree of the members and the consensus, which is its root (Prim).
    fn spanning_tree(codes: &Codes, members: &[u32]) -> Vec<Option<usize>> {
        let width = codes.width();
        let rows: Vec<u8> = members
            .iter()
            .flat_map(|&n| codes.row(n as usize).iter().copied())
            .collect();
        let row = |k: usize| &rows[k * width..][..width];
        let sizes: Vec<u32> = (0..members.len()).map(|k| size(row(k))).collect();
        let mut parents = vec![None; members.len()];
        // Distance to the tree so far, of the members outside.
        let mut outside: Vec<(usize, u32)> = sizes.iter().copied().enumerate().collect();
        while let Some(nearest) = (0..outside.len()).min_by_key(|&k| outside[k].1) {
            let (new, _) = outside.swap_remove(nearest);
            for (other, distance) in &mut outside {
                let (ours, theirs) = (sizes[new], sizes[*other]);
                if ours.abs_diff(theirs) >= *distance {
                    continue;
                }
                let apart = ours + theirs - 2 * common(row(new), row(*other));
                if apart < *distance {
                    *distance = apart;
                    parents[*other] = Some(new);
                }
            }
        }
        parents
    }
}

widest! {
    /// Joins the two children of `parent` that share most below a new inner node, again and again while that is worth it.
    fn add_inner_nodes(grown: &mut Grown<'_>, parent: Option<usize>, children: Vec<usize>) {
        let nothing = vec![0; grown.codes.width()];
        let above = parent.map_or(nothing, |parent| grown.codes(parent).to_vec());
        // `None` for a child that hangs below an inner node by now; its best partner among all and what the two save.
        let mut live: Vec<Option<usize>> = children.into_iter().map(Some).collect();
        let best_partner = |grown: &Grown<'_>, live: &[Option<usize>], k: usize| {
            let mut best = (0, k);
            if let Some(node) = live[k] {
                let own = grown.codes(node);
                for (l, other) in live.iter().enumerate() {
                    if let Some(other) = other.filter(|_| l != k) {
                        let saved = saving(own, grown.codes(other), &above);
                        if saved > best.0 {
                            best = (saved, l);
                        }
                    }
                }
            }
            best
        };
        let mut best: Vec<(u32, usize)> = (0..live.len())
            .map(|k| best_partner(grown, &live, k))
            .collect();
        loop {
            let alive = (0..live.len()).rev().filter(|&k| live[k].is_some());
            let Some(k) = alive.max_by_key(|&k| best[k].0).filter(|&k| best[k].0 > WORTH) else {
                break;
            };
            let l = best[k].1;
            let (Some(one), Some(other)) = (live[k], live[l]) else {
                best[k] = best_partner(grown, &live, k);
                continue;
            };
            let shared = grown.codes(one).iter().zip(grown.codes(other)).zip(&above);
            let shared = shared.map(|((x, y), above)| if x == y { *x } else { *above });
            let joined = grown.add(shared.collect(), parent);
            grown.parents[one] = Some(joined);
            grown.parents[other] = Some(joined);
            (live[k], live[l]) = (None, None);
            let place = live.len();
            for m in 0..place {
                if let Some(node) = live[m] {
                    let saved = saving(grown.codes(node), grown.codes(joined), &above);
                    if saved > best[m].0 {
                        best[m] = (saved, place);
                    }
                }
            }
            live.push(Some(joined));
            best.push(best_partner(grown, &live, place));
        }
    }
}
