//! Rows as indices into the mask tables.

use rayon::prelude::*;

/// Columns whose masks stand together: a code, 8 columns x 32 states, is then one byte.
pub const CHUNK: usize = 8;

/// States that a code tells apart; larger ones are folded onto these.
pub const STATES: usize = 256 / CHUNK;

/// Rows looked at for the order of the columns.
const SAMPLE: usize = 4096;

/// The rows of an alignment, without the columns in which all of them agree. Column k's state x is the code `k % 8 * 32 + x % 32`; rows are padded with columns in which all agree.
#[derive(Debug)]
pub struct Codes {
    chunks: Vec<[u8; CHUNK]>,
    /// Chunks of a row.
    width: usize,
}

impl Codes {
    /// Of these rows among `states`. Columns come in the order in which they tell rows apart: a comparison that starts with them ends
    /// early.
    pub fn new(states: &[u8], columns: usize, rows: &[u32]) -> Self {
        let row = |n: u32| &states[n as usize * columns..][..columns];
        let order = most_variable_first(rows.par_iter().map(|&n| row(n)), columns);
        let width = order.len().div_ceil(CHUNK).max(1);
        let mut chunks = vec![[0; CHUNK]; rows.len() * width];
        chunks
            .par_chunks_mut(width)
            .zip(rows)
            .for_each(|(codes, &n)| {
                let row = row(n);
                for (chunk, from) in codes.iter_mut().zip(order.chunks(CHUNK)) {
                    *chunk = std::array::from_fn(|k| {
                        let state = from.get(k).map_or(0, |&column| row[column]);
                        (k * STATES) as u8 | (state % STATES as u8)
                    });
                }
            });
        Self { chunks, width }
    }

    /// Rows that have codes already, `width` chunks each.
    pub fn from_chunks(chunks: Vec<[u8; CHUNK]>, width: usize) -> Self {
        Self { chunks, width }
    }

    pub fn rows(&self) -> usize {
        self.chunks.len() / self.width
    }

    pub fn row(&self, n: usize) -> &[[u8; CHUNK]] {
        &self.chunks[n * self.width..(n + 1) * self.width]
    }

    /// Chunks of a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The same rows in another order.
    pub fn in_order(&self, order: &[u32]) -> Self {
        let mut chunks = vec![[0; CHUNK]; self.chunks.len()];
        chunks
            .par_chunks_mut(self.width)
            .zip(order)
            .for_each(|(to, &n)| to.copy_from_slice(self.row(n as usize)));
        Self {
            chunks,
            width: self.width,
        }
    }
}

/// Columns in which rows differ, by the probability that two rows agree, the lowest first.
fn most_variable_first<'a>(
    rows: impl IndexedParallelIterator<Item = &'a [u8]> + Clone,
    columns: usize,
) -> Vec<usize> {
    let stride = rows.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<&[u8]> = rows.clone().step_by(stride).collect();
    let mut tallies = vec![[0u64; 256]; columns];
    for row in &sample {
        for (tally, &state) in tallies.iter_mut().zip(*row) {
            tally[usize::from(state)] += 1;
        }
    }
    let mut order: Vec<usize> = (0..columns).collect();
    order.sort_by_cached_key(|&column| tallies[column].iter().map(|n| n * n).sum::<u64>());
    // Those in which the sample agrees are the last.
    let Some(first) = sample.first() else {
        return order;
    };
    let differ = |column: usize| sample.iter().any(|row| row[column] != first[column]);
    let doubtful = order.split_off(order.partition_point(|&column| differ(column)));
    if !doubtful.is_empty() {
        order.extend(columns_that_differ(rows, first, &doubtful));
    }
    order
}

/// Those of `columns` in which some row differs from the `first`.
fn columns_that_differ<'a>(
    rows: impl IndexedParallelIterator<Item = &'a [u8]>,
    first: &[u8],
    columns: &[usize],
) -> Vec<usize> {
    let none = || vec![false; columns.len()];
    let differ = rows
        .with_min_len(SAMPLE)
        .fold(none, |mut differ, row| {
            for (differ, &column) in differ.iter_mut().zip(columns) {
                *differ |= row[column] != first[column];
            }
            differ
        })
        .reduce(none, |a, b| a.iter().zip(b).map(|(a, b)| a | b).collect());
    let columns = columns.iter().zip(differ);
    columns
        .filter_map(|(&column, differ)| differ.then_some(column))
        .collect()
}
