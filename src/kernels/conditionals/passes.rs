//! Down the trees, through the softmax, and up again.

use super::{StateBlock, WIDTH, Workspace};
use crate::kernels::f32x8::{F32x8, LANES, widest_with_avx512};
use crate::kernels::tree::{Block, Node, SequenceTree};

/// Logits up to this, relative to the reference state, are taken as they are: exp stays finite, also summed over 32 states.
const LARGEST_LOGIT: f32 = 80.0;

widest_with_avx512! {
    pub fn sweep(workspace: &mut Workspace, tree: &SequenceTree, group: usize) -> [f64; LANES] {
        through_blocks::<FUSED, false>(workspace, tree, group, &mut [])
    }
}

widest_with_avx512! {
    pub fn sweep_with_curvature(
        workspace: &mut Workspace,
        tree: &SequenceTree,
        group: usize,
        curvature: &mut [F32x8],
    ) -> [f64; LANES] {
        through_blocks::<FUSED, true>(workspace, tree, group, curvature)
    }
}

#[inline(always)]
fn through_blocks<const FUSED: bool, const CURVATURE: bool>(
    workspace: &mut Workspace,
    tree: &SequenceTree,
    group: usize,
    curvature: &mut [F32x8],
) -> [f64; LANES] {
    let Workspace {
        states,
        rows,
        table,
        sums,
        start,
        totals,
        nodes,
        has_couplings,
    } = workspace;
    let (free, rows) = (*states - 1, *rows);
    totals.fill([[0.0; LANES]; WIDTH]);
    let mut values = [0.0; LANES];
    for (k, block) in tree.blocks().iter().enumerate() {
        let count = block.nodes.len();
        for (pass, nodes) in nodes.chunks_exact_mut(count).take(start.len()).enumerate() {
            if !*has_couplings {
                nodes.fill(start[pass]);
                continue;
            }
            let table = &table[pass * rows..][..rows];
            match free - pass * WIDTH {
                1 => down::<1>(block, table, &start[pass], nodes),
                2 => down::<2>(block, table, &start[pass], nodes),
                3 => down::<3>(block, table, &start[pass], nodes),
                _ => down::<WIDTH>(block, table, &start[pass], nodes),
            }
        }
        let observed = &block.observed[group * count..][..count];
        softmax::<FUSED, CURVATURE>(block, observed, *states, nodes, &mut values, curvature);
        for (pass, nodes) in nodes.chunks_exact_mut(count).take(start.len()).enumerate() {
            let sums = &mut sums[pass * rows..][..rows];
            let total = &mut totals[pass];
            let add = k > 0;
            match free - pass * WIDTH {
                1 => up::<1>(block, nodes, sums, add, total),
                2 => up::<2>(block, nodes, sums, add, total),
                3 => up::<3>(block, nodes, sums, add, total),
                _ => up::<WIDTH>(block, nodes, sums, add, total),
            }
        }
    }
    values
}

/// Logits of all nodes, for the first `W` states of a pass.
#[inline(always)]
fn down<const W: usize>(
    block: &Block,
    table: &[StateBlock],
    start: &StateBlock,
    nodes: &mut [StateBlock],
) {
    for (n, node) in block.nodes.iter().enumerate() {
        let above = match node.parent {
            Node::ROOT => start,
            parent => &nodes[usize::from(parent)],
        };
        let mut logits: [F32x8; W] = std::array::from_fn(|a| above.0[a]);
        for &row in &block.edges[node.added as usize..node.removed as usize] {
            let row = &table[row as usize].0;
            for a in 0..W {
                logits[a] = logits[a] + row[a];
            }
        }
        for &row in &block.edges[node.removed as usize..node.end as usize] {
            let row = &table[row as usize].0;
            for a in 0..W {
                logits[a] = logits[a] - row[a];
            }
        }
        nodes[n].0[..W].copy_from_slice(&logits);
    }
}

/// Residuals of all nodes from their logits; inner nodes have none of their own. Adds to the value of each site.
#[inline(always)]
fn softmax<const FUSED: bool, const CURVATURE: bool>(
    block: &Block,
    observed: &[[u8; LANES]],
    states: usize,
    nodes: &mut [StateBlock],
    values: &mut [f64; LANES],
    curvature: &mut [F32x8],
) {
    let (count, free) = (block.nodes.len(), states - 1);
    let place = |a: usize, n: usize| (a / WIDTH * count + n, a % WIDTH);
    for (n, (node, observed)) in block.nodes.iter().zip(observed).enumerate() {
        if node.weight == 0.0 {
            for pass in 0..free.div_ceil(WIDTH) {
                nodes[pass * count + n] = StateBlock::default();
            }
            continue;
        }
        let observed = observed.map(i32::from);
        let mut numerators = [F32x8::ZERO; 32];
        let (mut even, mut odd) = (F32x8::splat(1.0), F32x8::ZERO);
        let (mut own, mut size) = (F32x8::ZERO, F32x8::ZERO);
        for (a, numerator) in numerators[..free].iter_mut().enumerate() {
            let (row, state) = place(a, n);
            let logit = nodes[row].0[state];
            own = own + logit.only(observed.map(|x| x == a as i32));
            size = size.larger(logit.map(f32::abs));
            *numerator = logit.exp::<FUSED>();
            if a % 2 == 0 {
                even = even + *numerator;
            } else {
                odd = odd + *numerator;
            }
        }
        let mut z = even + odd;
        if size.0.iter().any(|&size| size > LARGEST_LOGIT) {
            let logit = |a: usize| {
                let (row, state) = place(a, n);
                nodes[row].0[state]
            };
            let shift = largest_of_some(free, size, logit);
            z = shifted::<FUSED>(&mut numerators[..free], shift, logit);
            own = own - shift;
        }
        let weight = F32x8::splat(node.weight).only(observed.map(|x| x < states as i32));
        let scale = weight.zip(z, |weight, z| weight / z);
        add_lanes(values, weight * (z.ln::<FUSED>() - own));
        if CURVATURE {
            add_curvature::<FUSED>(&numerators[..free], scale, z.map(|z| 1.0 / z), curvature);
        }
        for (a, numerator) in numerators[..free].iter().enumerate() {
            let (row, state) = place(a, n);
            let seen = weight.only(observed.map(|x| x == a as i32));
            nodes[row].0[state] = numerator.mul_add::<FUSED>(scale, -seen);
        }
    }
}

/// Adds the weighted probabilities of the states, and then those of each two, in the order of a lower triangle.
#[inline(always)]
fn add_curvature<const FUSED: bool>(
    numerators: &[F32x8],
    scale: F32x8,
    inverse: F32x8,
    curvature: &mut [F32x8],
) {
    let (first, products) = curvature.split_at_mut(numerators.len());
    let mut products = products.iter_mut();
    for (a, (first, &numerator)) in first.iter_mut().zip(numerators).enumerate() {
        let weighted = numerator * scale;
        *first = *first + weighted;
        let shared = weighted * inverse;
        for (&numerator, product) in numerators[..=a].iter().zip(products.by_ref()) {
            *product = shared.mul_add::<FUSED>(numerator, *product);
        }
    }
}

/// What is taken off the logits of each site before their exponentials: the largest one where any is too large, nothing elsewhere.
#[inline(always)]
fn largest_of_some(free: usize, size: F32x8, logit: impl Fn(usize) -> F32x8) -> F32x8 {
    let largest = (0..free).fold(F32x8::ZERO, |largest, a| largest.larger(logit(a)));
    largest.only(size.0.map(|size| size > LARGEST_LOGIT))
}

/// Exponentials of the logits less `shift`, and their sum with that of the reference state, in the order of those that are not shifted.
#[inline(always)]
fn shifted<const FUSED: bool>(
    numerators: &mut [F32x8],
    shift: F32x8,
    logit: impl Fn(usize) -> F32x8,
) -> F32x8 {
    let exp = |x: F32x8| x.map(|x| x.max(-LARGEST_LOGIT)).exp::<FUSED>();
    let mut sums = [exp(-shift), F32x8::ZERO];
    for (a, numerator) in numerators.iter_mut().enumerate() {
        *numerator = exp(logit(a) - shift);
        sums[a % 2] = sums[a % 2] + *numerator;
    }
    sums[0] + sums[1]
}

#[inline(always)]
fn add_lanes(totals: &mut [f64; LANES], values: F32x8) {
    for (total, value) in totals.iter_mut().zip(values.0) {
        *total += f64::from(value);
    }
}

/// Sums residuals towards the roots, then row by row, for the first `W` states of a pass. The sums of rows are added to those that were
/// there, or take their place.
#[inline(always)]
fn up<const W: usize>(
    block: &Block,
    nodes: &mut [StateBlock],
    sums: &mut [StateBlock],
    add: bool,
    total: &mut [[f64; LANES]; WIDTH],
) {
    let mut roots = [F32x8::ZERO; W];
    for (n, node) in block.nodes.iter().enumerate().rev() {
        let own: [F32x8; W] = std::array::from_fn(|a| nodes[n].0[a]);
        let above = match node.parent {
            Node::ROOT => &mut roots[..],
            parent => &mut nodes[usize::from(parent)].0[..W],
        };
        for (sum, residual) in above.iter_mut().zip(own) {
            *sum = *sum + residual;
        }
    }
    for (total, root) in total.iter_mut().zip(roots) {
        add_lanes(total, root);
    }
    for (sum, starts) in sums.iter_mut().zip(block.row_starts.windows(2)) {
        let [added, removed] = starts[0].map(|k| k as usize);
        let end = starts[1][0] as usize;
        if add && added == end {
            continue;
        }
        let mut row = [F32x8::ZERO; W];
        if add {
            row.copy_from_slice(&sum.0[..W]);
        }
        for &n in &block.nodes_by_row[added..removed] {
            let node = &nodes[usize::from(n)].0;
            for a in 0..W {
                row[a] = row[a] + node[a];
            }
        }
        for &n in &block.nodes_by_row[removed..end] {
            let node = &nodes[usize::from(n)].0;
            for a in 0..W {
                row[a] = row[a] - node[a];
            }
        }
        sum.0[..W].copy_from_slice(&row);
    }
}
