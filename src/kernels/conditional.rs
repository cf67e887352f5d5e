//! The conditionals of one site, over all sequences: value and gradient of its negative log-pseudolikelihood.
//!
//! For a site i, a sequence n of weight w_n and the states b_j of its other sites,
//! logit_n(a) = h(a) + sum_{j != i} J_j(a, b_j), and the value is -sum_n w_n log softmax(logit_n)\[x_i\].
//! A state >= q is missing: no term where the site itself is missing, no coupling where a neighbour is.
//!
//! Work is saved by the **consensus**: the couplings to each column's most frequent state go into a common start, and
//! a sequence pays only for the columns in which it differs from it. [`SequenceRows`] holds those columns as
//! rows of a table. Rows are padded from q to `W` numbers, so that each is a few full SIMD registers.
//!
//! Layout of couplings and their gradients here, "directed": `[j][b][a]`, q*q numbers for each of the L sites, those of
//! site i itself ignored on input and zero on output.

mod rows;
#[cfg(test)]
mod tests;

pub use rows::SequenceRows;

use super::lanes;
use rows::padded;

/// A logit that adds nothing to a softmax; for the padding of a row.
const NEVER: f32 = -1e30;

/// Sequences whose gradients are summed in f32 before they are added to the total: bounds the rounding error.
const GRADIENT_BLOCK: usize = 8192;

/// Buffers of one thread, reused from site to site.
#[derive(Debug, Default)]
pub struct Scratch {
    table: Vec<f32>,
    gradient: Vec<f32>,
}

/// Parameters of one site's conditional, or their gradient.
#[derive(Debug)]
pub struct Site<F, C> {
    /// `[q]`.
    pub fields: F,
    /// `[j][b][a]`, L q q numbers.
    pub couplings: C,
}

/// Value and gradient of site `i`'s negative log-pseudolikelihood (no penalty). The gradient is overwritten.
///
/// Panics if a slice has the wrong length.
pub fn site_value_and_gradient(
    sequences: &SequenceRows,
    i: usize,
    parameters: &Site<&[f32], &[f32]>,
    gradient: &mut Site<&mut [f32], &mut [f32]>,
    scratch: &mut Scratch,
) -> f64 {
    let q = sequences.states;
    assert!(i < sequences.sites);
    for (fields, couplings) in [
        (parameters.fields.len(), parameters.couplings.len()),
        (gradient.fields.len(), gradient.couplings.len()),
    ] {
        assert_eq!((fields, couplings), (q, sequences.sites * q * q));
    }
    match padded(q) {
        8 => dispatch::<8>(sequences, i, parameters, gradient, scratch),
        16 => dispatch::<16>(sequences, i, parameters, gradient, scratch),
        24 => dispatch::<24>(sequences, i, parameters, gradient, scratch),
        _ => dispatch::<32>(sequences, i, parameters, gradient, scratch),
    }
}

/// Picks the widest instructions that the processor has: with AVX2 the kernel takes 1.3 to 1.4 times less time in
/// `benches/kernels.rs` than with what every x86-64 has. The arithmetic, and so the result, is the same.
fn dispatch<const W: usize>(
    sequences: &SequenceRows,
    i: usize,
    parameters: &Site<&[f32], &[f32]>,
    gradient: &mut Site<&mut [f32], &mut [f32]>,
    scratch: &mut Scratch,
) -> f64 {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, the only requirement of the function.
        return unsafe { evaluate_avx2::<W>(sequences, i, parameters, gradient, scratch) };
    }
    evaluate::<W>(sequences, i, parameters, gradient, scratch)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn evaluate_avx2<const W: usize>(
    sequences: &SequenceRows,
    i: usize,
    parameters: &Site<&[f32], &[f32]>,
    gradient: &mut Site<&mut [f32], &mut [f32]>,
    scratch: &mut Scratch,
) -> f64 {
    evaluate::<W>(sequences, i, parameters, gradient, scratch)
}

#[inline(always)]
fn evaluate<const W: usize>(
    sequences: &SequenceRows,
    i: usize,
    parameters: &Site<&[f32], &[f32]>,
    gradient: &mut Site<&mut [f32], &mut [f32]>,
    scratch: &mut Scratch,
) -> f64 {
    scratch.table.resize(sequences.rows * W, 0.0);
    scratch.gradient.clear();
    scratch.gradient.resize(sequences.rows * W, 0.0);
    let start = build_table::<W>(sequences, i, parameters, &mut scratch.table);
    let mut value = 0.0;
    let mut total = [0.0f64; W];
    let mut block = Vec::new();
    for first in (0..sequences.sequences()).step_by(GRADIENT_BLOCK) {
        let range = first..sequences.sequences().min(first + GRADIENT_BLOCK);
        if first == 0 {
            value += accumulate(
                sequences,
                i,
                range,
                &start,
                &scratch.table,
                &mut scratch.gradient,
                &mut total,
            );
            continue;
        }
        block.clear();
        block.resize(scratch.gradient.len(), 0.0);
        value += accumulate(
            sequences,
            i,
            range,
            &start,
            &scratch.table,
            &mut block,
            &mut total,
        );
        scratch
            .gradient
            .iter_mut()
            .zip(&block)
            .for_each(|(g, b)| *g += b);
    }
    write_gradient::<W>(sequences, i, &scratch.gradient, &total, gradient);
    value
}

/// Fills the table, row (j, b) = J_j(., b) - J_j(., consensus), and returns the logits of the consensus sequence.
#[inline(always)]
fn build_table<const W: usize>(
    sequences: &SequenceRows,
    i: usize,
    parameters: &Site<&[f32], &[f32]>,
    table: &mut [f32],
) -> [f32; W] {
    let q = sequences.states;
    let mut start = [NEVER; W];
    start[..q].copy_from_slice(parameters.fields);
    let zeros = [0.0f32; 32];
    for (j, block) in parameters.couplings.chunks_exact(q * q).enumerate() {
        // Neither the site itself nor a missing neighbour contributes.
        let coupling = |b: usize| {
            if j == i || b >= q {
                &zeros[..q]
            } else {
                &block[b * q..(b + 1) * q]
            }
        };
        let common = coupling(usize::from(sequences.consensus[j]));
        start.iter_mut().zip(common).for_each(|(s, c)| *s += c);
        for b in 0..=q {
            let Some(row) = sequences.row(j, b) else {
                continue;
            };
            let row = &mut table[row * W..(row + 1) * W];
            for ((entry, own), common) in row.iter_mut().zip(coupling(b)).zip(common) {
                *entry = own - common;
            }
            row[q..].fill(0.0);
        }
    }
    start
}

/// Adds the terms of a range of sequences: returns their value, and adds their residuals to the table `gradient` and to `total`.
#[inline(always)]
fn accumulate<const W: usize>(
    sequences: &SequenceRows,
    i: usize,
    range: std::ops::Range<usize>,
    start: &[f32; W],
    table: &[f32],
    gradient: &mut [f32],
    total: &mut [f64; W],
) -> f64 {
    let table = table.as_chunks::<W>().0;
    let gradient = gradient.as_chunks_mut::<W>().0;
    let observed = sequences.observed(i);
    let mut value = 0.0;
    for n in range {
        let state = usize::from(observed[n]);
        if state >= sequences.states {
            continue;
        }
        let list = sequences.list(n);
        let mut logits = *start;
        for &row in list {
            lanes::add(&mut logits, &table[row as usize]);
        }
        let weight = sequences.weights[n];
        let (term, residual) = softmax_residual(&logits, state, weight);
        value += term;
        for &row in list {
            lanes::add(&mut gradient[row as usize], &residual);
        }
        for (t, &r) in total.iter_mut().zip(&residual) {
            *t += f64::from(r);
        }
    }
    value
}

/// One sequence's term w (log Z - logit\[x\]) and its derivative by the logits, w (p - \[a = x\]).
#[inline(always)]
fn softmax_residual<const W: usize>(
    logits: &[f32; W],
    state: usize,
    weight: f32,
) -> (f64, [f32; W]) {
    let largest = lanes::max(logits);
    let mut shifted = *logits;
    shifted.iter_mut().for_each(|x| *x -= largest);
    let mut residual = lanes::exp(&shifted);
    let z = lanes::sum(&residual);
    let scale = weight / z;
    residual.iter_mut().for_each(|p| *p *= scale);
    residual[state] -= weight;
    let term = f64::from(weight) * (f64::from(z).ln() - f64::from(shifted[state]));
    (term, residual)
}

/// Turns sums by table row into the gradient by couplings; the consensus' share is what the other rows leave of the total.
#[inline(always)]
fn write_gradient<const W: usize>(
    sequences: &SequenceRows,
    i: usize,
    sums: &[f32],
    total: &[f64; W],
    gradient: &mut Site<&mut [f32], &mut [f32]>,
) {
    let q = sequences.states;
    for (field, sum) in gradient.fields.iter_mut().zip(total) {
        *field = *sum as f32;
    }
    for (j, block) in gradient.couplings.chunks_exact_mut(q * q).enumerate() {
        block.fill(0.0);
        if j == i {
            continue;
        }
        let mut rest = *total;
        for b in 0..=q {
            let Some(row) = sequences.row(j, b) else {
                continue;
            };
            let sum = &sums[row * W..row * W + q];
            rest.iter_mut()
                .zip(sum)
                .for_each(|(r, &s)| *r -= f64::from(s));
            if b < q {
                block[b * q..(b + 1) * q].copy_from_slice(sum);
            }
        }
        let consensus = usize::from(sequences.consensus[j]);
        if consensus < q {
            let own = &mut block[consensus * q..(consensus + 1) * q];
            own.iter_mut().zip(&rest).for_each(|(g, &r)| *g = r as f32);
        }
    }
}

/// The slow, obvious twin of [`site_value_and_gradient`], in f64: returns value, field gradient and coupling gradient.
pub fn site_value_and_gradient_plain(
    alignment: &[u8],
    sites: usize,
    states: usize,
    weights: &[f64],
    i: usize,
    parameters: &Site<&[f64], &[f64]>,
) -> (f64, Vec<f64>, Vec<f64>) {
    let q = states;
    let mut value = 0.0;
    let mut fields = vec![0.0; q];
    let mut couplings = vec![0.0; sites * q * q];
    for (sequence, weight) in alignment.chunks_exact(sites).zip(weights) {
        let observed = usize::from(sequence[i]);
        if observed >= q {
            continue;
        }
        let neighbours: Vec<usize> = (0..sites)
            .filter(|&j| j != i && usize::from(sequence[j]) < q)
            .map(|j| (j * q + usize::from(sequence[j])) * q)
            .collect();
        let logits: Vec<f64> = (0..q)
            .map(|a| {
                let coupled: f64 = neighbours.iter().map(|o| parameters.couplings[o + a]).sum();
                parameters.fields[a] + coupled
            })
            .collect();
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let z: f64 = logits.iter().map(|x| (x - largest).exp()).sum();
        let log_z = largest + z.ln();
        value += weight * (log_z - logits[observed]);
        for a in 0..q {
            let indicator = if a == observed { 1.0 } else { 0.0 };
            let residual = weight * ((logits[a] - log_z).exp() - indicator);
            fields[a] += residual;
            neighbours.iter().for_each(|o| couplings[o + a] += residual);
        }
    }
    (value, fields, couplings)
}
