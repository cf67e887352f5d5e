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

use super::lanes;

/// A logit that adds nothing to a softmax; for the padding of a row.
const NEVER: f32 = -1e30;

/// Sequences whose gradients are summed in f32 before they are added to the total: bounds the rounding error.
const GRADIENT_BLOCK: usize = 8192;

/// Sequences by the table rows in which they differ from the consensus.
#[derive(Debug, Clone)]
pub struct SequenceRows {
    sites: usize,
    states: usize,
    /// Most frequent state of each column; >= `states` if that is the missing state.
    consensus: Vec<u8>,
    /// `row_of[j * (states + 1) + b]`: the row for state b in column j; [`NO_ROW`] for the consensus and for states not seen.
    row_of: Vec<u32>,
    rows: usize,
    /// Where each sequence's list starts in `lists`.
    starts: Vec<usize>,
    lists: Vec<u32>,
    /// States by column: `columns[j * sequences + n]`.
    columns: Vec<u8>,
    weights: Vec<f32>,
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

    /// Bytes of working memory that [`site_value_and_gradient`] takes in each thread.
    pub fn scratch_bytes(&self) -> u64 {
        2 * (self.rows * padded(self.states) * size_of::<f32>()) as u64
    }

    fn row(&self, j: usize, b: usize) -> Option<usize> {
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
fn padded(states: usize) -> usize {
    states.next_multiple_of(8)
}

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

/// Picks the widest instructions that the processor has. The arithmetic, and so the result, is the same.
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
    let count = sequences.sequences();
    let observed = &sequences.columns[i * count..(i + 1) * count];
    let mut value = 0.0;
    for n in range {
        let state = usize::from(observed[n]);
        if state >= sequences.states {
            continue;
        }
        let list = &sequences.lists[sequences.starts[n]..sequences.starts[n + 1]];
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A random problem: alignment with missing states, weights, parameters.
    #[derive(Debug)]
    struct Problem {
        sites: usize,
        states: usize,
        alignment: Vec<u8>,
        weights: Vec<f64>,
        fields: Vec<f32>,
        couplings: Vec<f32>,
    }

    fn problem(sites: usize, states: usize, sequences: usize, seed: u64) -> Problem {
        let mut x = seed | 1;
        let mut uniform = move || {
            x = x
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (x >> 40) as f64 / (1u64 << 24) as f64
        };
        // Squaring favours low states, so that a consensus exists.
        let alignment = (0..sites * sequences)
            .map(|_| (uniform().powi(2) * (states + 1) as f64) as u8)
            .collect();
        let weights = (0..sequences).map(|_| uniform().max(0.01)).collect();
        let fields = (0..states).map(|_| uniform() as f32 - 0.5).collect();
        let couplings = (0..sites * states * states)
            .map(|_| uniform() as f32 - 0.5)
            .collect();
        Problem {
            sites,
            states,
            alignment,
            weights,
            fields,
            couplings,
        }
    }

    fn fast(p: &Problem, i: usize) -> (f64, Vec<f32>, Vec<f32>) {
        let sequences = SequenceRows::new(&p.alignment, p.sites, p.states, &p.weights);
        let mut fields = vec![9.0; p.states];
        let mut couplings = vec![9.0; p.couplings.len()];
        let value = site_value_and_gradient(
            &sequences,
            i,
            &Site {
                fields: &p.fields[..],
                couplings: &p.couplings[..],
            },
            &mut Site {
                fields: &mut fields[..],
                couplings: &mut couplings[..],
            },
            &mut Scratch::default(),
        );
        (value, fields, couplings)
    }

    fn plain(p: &Problem, i: usize) -> (f64, Vec<f64>, Vec<f64>) {
        let double = |x: &[f32]| x.iter().map(|&v| f64::from(v)).collect::<Vec<_>>();
        let (fields, couplings) = (double(&p.fields), double(&p.couplings));
        let parameters = Site {
            fields: &fields[..],
            couplings: &couplings[..],
        };
        site_value_and_gradient_plain(&p.alignment, p.sites, p.states, &p.weights, i, &parameters)
    }

    fn largest_difference(fast: &[f32], plain: &[f64]) -> f64 {
        fast.iter()
            .zip(plain)
            .map(|(&f, p)| (f64::from(f) - p).abs())
            .fold(0.0, f64::max)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn value_and_gradient_are_those_of_the_twin(
            sites in 2usize..12,
            states in 2usize..=32,
            sequences in 1usize..80,
            site in 0usize..12,
            seed in any::<u64>(),
        ) {
            let p = problem(sites, states, sequences, seed);
            let i = site % sites;
            let (value, fields, couplings) = fast(&p, i);
            let (exact, exact_fields, exact_couplings) = plain(&p, i);
            let weight: f64 = p.weights.iter().sum();
            prop_assert!((value - exact).abs() <= 2e-6 * weight * (1.0 + exact / weight));
            prop_assert!(largest_difference(&fields, &exact_fields) <= 3e-6 * weight);
            prop_assert!(largest_difference(&couplings, &exact_couplings) <= 3e-6 * weight);
        }
    }

    #[test]
    fn many_sequences_are_summed_in_blocks() {
        let p = problem(3, 4, 2 * GRADIENT_BLOCK + 100, 7);
        let (value, fields, couplings) = fast(&p, 1);
        let (exact, exact_fields, exact_couplings) = plain(&p, 1);
        let weight: f64 = p.weights.iter().sum();
        assert!((value - exact).abs() <= 1e-6 * exact);
        assert!(largest_difference(&fields, &exact_fields) <= 1e-6 * weight);
        assert!(largest_difference(&couplings, &exact_couplings) <= 1e-6 * weight);
    }
}
