//! Neighbour counts: how many sequences differ from each one in at most a given number of columns.

mod sweep;

pub use sweep::{neighbour_counts_at, neighbour_counts_at_plain};

use rayon::prelude::*;

/// Sequences compared with one block of others at a time, so that both stay in cache.
const BLOCK: usize = 128;

/// Columns compared between two checks for an early end.
const STRIDE: usize = 64;

/// For each row of `states` (`rows` x `columns`, row-major), the number of rows, itself included, that differ from
/// it in at most `max_mismatches` columns. Work is N^2/2 comparisons that stop early.
///
/// Panics if `states` is not `rows * columns` long.
pub fn neighbour_counts(states: &[u8], columns: usize, max_mismatches: usize) -> Vec<u32> {
    let rows = row_count(states, columns);
    let mut counts = over_pairs_of_blocks(rows, rows, |a, b, counts| {
        for_pairs(states, columns, a, b, |n, m, x, y| {
            if mismatches_up_to(max_mismatches, x, y).is_some() {
                counts[n] += 1;
                counts[m] += 1;
            }
        });
    });
    counts.iter_mut().for_each(|others| *others += 1);
    counts
}

/// Panics if `states` is not a whole number of rows.
fn row_count(states: &[u8], columns: usize) -> usize {
    assert!(columns > 0 && states.len().is_multiple_of(columns));
    states.len() / columns
}

/// Lets `count` add to `length` counters for every pair of blocks a <= b of rows, and sums the counters of all threads.
fn over_pairs_of_blocks(
    rows: usize,
    length: usize,
    count: impl Fn(usize, usize, &mut [u32]) + Sync,
) -> Vec<u32> {
    let blocks = rows.div_ceil(BLOCK);
    let block_pairs: Vec<(usize, usize)> = (0..blocks)
        .flat_map(|a| (a..blocks).map(move |b| (a, b)))
        .collect();
    // Integer sums: the order in which threads finish does not matter.
    block_pairs
        .par_iter()
        .fold(
            || vec![0u32; length],
            |mut counts, &(a, b)| {
                count(a, b, &mut counts);
                counts
            },
        )
        .reduce(
            || vec![0u32; length],
            |mut total, part| {
                total.iter_mut().zip(part).for_each(|(t, p)| *t += p);
                total
            },
        )
}

/// Visits the pairs n < m of rows from block `a` and block `b`, each once.
#[inline]
fn for_pairs<'a>(
    states: &'a [u8],
    columns: usize,
    a: usize,
    b: usize,
    mut visit: impl FnMut(usize, usize, &'a [u8], &'a [u8]),
) {
    let rows = states.len() / columns;
    let row = |n: usize| &states[n * columns..(n + 1) * columns];
    for n in a * BLOCK..rows.min((a + 1) * BLOCK) {
        let first = if a == b { n + 1 } else { b * BLOCK };
        for m in first..rows.min((b + 1) * BLOCK) {
            visit(n, m, row(n), row(m));
        }
    }
}

/// The number of columns in which two rows differ, unless there are more than `limit`.
#[inline]
fn mismatches_up_to(limit: usize, x: &[u8], y: &[u8]) -> Option<usize> {
    let mut mismatches = 0;
    for (x, y) in x.chunks(STRIDE).zip(y.chunks(STRIDE)) {
        // STRIDE < 256: a byte holds the count, which lets the compiler compare whole registers.
        mismatches += usize::from(x.iter().zip(y).map(|(a, b)| u8::from(a != b)).sum::<u8>());
        if mismatches > limit {
            return None;
        }
    }
    Some(mismatches)
}

/// The slow, obvious twin of [`neighbour_counts`].
pub fn neighbour_counts_plain(states: &[u8], columns: usize, max_mismatches: usize) -> Vec<u32> {
    let rows: Vec<&[u8]> = states.chunks(columns).collect();
    let mismatches = |x: &[u8], y: &[u8]| x.iter().zip(y).filter(|(a, b)| a != b).count();
    rows.iter()
        .map(|x| {
            rows.iter()
                .filter(|y| mismatches(x, y) <= max_mismatches)
                .count() as u32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// States 0, 1 and 2, the first two more often: rows with few and with many mismatches.
    pub(super) fn some_states(length: usize, seed: u64) -> Vec<u8> {
        let mut x = seed | 1;
        (0..length)
            .map(|_| {
                x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                ((x >> 60) as u8) / 6
            })
            .collect()
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_twin(
            columns in 1usize..150,
            rows in 1usize..300,
            seed in any::<u64>(),
            share in 0.0f64..1.0,
        ) {
            let states = some_states(rows * columns, seed);
            let allowed = (share * columns as f64) as usize;
            prop_assert_eq!(
                neighbour_counts(&states, columns, allowed),
                neighbour_counts_plain(&states, columns, allowed)
            );
        }
    }
}
