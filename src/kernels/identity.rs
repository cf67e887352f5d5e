//! Neighbour counts: how many sequences differ from each one in at most a given number of columns.

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
    assert!(columns > 0 && states.len().is_multiple_of(columns));
    let rows = states.len() / columns;
    let blocks = rows.div_ceil(BLOCK);
    let block_pairs: Vec<(usize, usize)> = (0..blocks)
        .flat_map(|a| (a..blocks).map(move |b| (a, b)))
        .collect();
    // Integer sums: the order in which threads finish does not matter.
    block_pairs
        .par_iter()
        .fold(
            || vec![0u32; rows],
            |mut counts, &(a, b)| {
                count_block(states, columns, max_mismatches, a, b, &mut counts);
                counts
            },
        )
        .reduce(
            || vec![0u32; rows],
            |mut total, part| {
                total.iter_mut().zip(part).for_each(|(t, p)| *t += p);
                total
            },
        )
        .into_iter()
        .map(|others| others + 1)
        .collect()
}

/// Counts the neighbours between block `a` and block `b` (each pair once).
fn count_block(
    states: &[u8],
    columns: usize,
    max_mismatches: usize,
    a: usize,
    b: usize,
    counts: &mut [u32],
) {
    let rows = states.len() / columns;
    let row = |n: usize| &states[n * columns..(n + 1) * columns];
    for n in a * BLOCK..rows.min((a + 1) * BLOCK) {
        let first = if a == b { n + 1 } else { b * BLOCK };
        for m in first..rows.min((b + 1) * BLOCK) {
            if within(row(n), row(m), max_mismatches) {
                counts[n] += 1;
                counts[m] += 1;
            }
        }
    }
}

/// Whether two rows differ in at most `max_mismatches` columns.
#[inline]
fn within(x: &[u8], y: &[u8], max_mismatches: usize) -> bool {
    let mut mismatches = 0;
    for (x, y) in x.chunks(STRIDE).zip(y.chunks(STRIDE)) {
        // STRIDE < 256: a byte holds the count, which lets the compiler compare whole registers.
        mismatches += usize::from(x.iter().zip(y).map(|(a, b)| u8::from(a != b)).sum::<u8>());
        if mismatches > max_mismatches {
            return false;
        }
    }
    true
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

    proptest! {
        #[test]
        fn counts_are_those_of_the_twin(
            columns in 1usize..150,
            rows in 1usize..300,
            seed in any::<u64>(),
            share in 0.0f64..1.0,
        ) {
            let mut x = seed | 1;
            let states: Vec<u8> = (0..rows * columns)
                .map(|_| {
                    x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ((x >> 60) as u8) / 6
                })
                .collect();
            let allowed = (share * columns as f64) as usize;
            prop_assert_eq!(
                neighbour_counts(&states, columns, allowed),
                neighbour_counts_plain(&states, columns, allowed)
            );
        }
    }
}
