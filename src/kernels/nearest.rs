//! How far sequences are from the nearest one of a set: the fewest sites at which they differ.

use super::f32x8::widest_with_avx512;
use rayon::prelude::*;
use std::ops::Range;

/// Sites that are compared at once.
const CHUNK: usize = 32;

/// Chunks after which counts of a byte each are added up: none reaches 256 before.
const BEFORE_FULL: usize = 255;

/// For each of `queries` (rows of so many columns, one after the other) the fewest columns at which it differs from one of `rows`; the number of columns,
/// where there are no rows.
///
/// Panics if either is no whole number of rows.
pub fn fewest_differences(rows: &[u8], columns: usize, queries: &[u8]) -> Vec<u32> {
    assert!(columns > 0 && rows.len().is_multiple_of(columns));
    assert!(queries.len().is_multiple_of(columns));
    let rows = padded(rows, columns);
    let width = columns.div_ceil(CHUNK);
    let nearest = |query: &[u8]| {
        let query = padded(query, columns);
        fewest(&rows, &query, width).min(columns as u32)
    };
    queries.par_chunks_exact(columns).map(nearest).collect()
}

/// For each of the rows with the numbers `which` the fewest columns at which it differs from one outside of the rows that it comes with, its own
/// among them; the number of columns, where there is no other.
///
/// Panics if there is no whole number of rows, or no such row.
pub fn fewest_differences_to_others(
    rows: &[u8],
    columns: usize,
    which: &[(usize, Range<usize>)],
) -> Vec<u32> {
    assert!(columns > 0 && rows.len().is_multiple_of(columns));
    let rows = padded(rows, columns);
    let width = columns.div_ceil(CHUNK);
    let nearest = |(own, without): &(usize, Range<usize>)| {
        let query = &rows[own * width..][..width];
        let (before, behind) = (&rows[..without.start * width], &rows[without.end * width..]);
        let found = fewest(before, query, width).min(fewest(behind, query, width));
        found.min(columns as u32)
    };
    which.par_iter().map(nearest).collect()
}

/// Rows filled up to whole chunks; what fills up is alike in all.
fn padded(rows: &[u8], columns: usize) -> Vec<[u8; CHUNK]> {
    let chunk = |part: &[u8]| {
        let mut chunk = [0; CHUNK];
        chunk[..part.len()].copy_from_slice(part);
        chunk
    };
    let rows = rows.chunks_exact(columns);
    rows.flat_map(|row| row.chunks(CHUNK).map(chunk)).collect()
}

widest_with_avx512! {
    fn fewest(rows: &[[u8; CHUNK]], query: &[[u8; CHUNK]], width: usize) -> u32 {
        let _ = FUSED;
        let mut fewest = u32::MAX;
        for row in rows.chunks_exact(width) {
            let mut differences = 0;
            for (row, query) in row.chunks(BEFORE_FULL).zip(query.chunks(BEFORE_FULL)) {
                let mut counts = [0u8; CHUNK];
                for (row, query) in row.iter().zip(query) {
                    for k in 0..CHUNK {
                        counts[k] += u8::from(row[k] != query[k]);
                    }
                }
                differences += counts.iter().map(|&count| u32::from(count)).sum::<u32>();
            }
            fewest = fewest.min(differences);
        }
        fewest
    }
}

/// The same, slow and obvious.
#[cfg(any(test, feature = "internals"))]
pub fn fewest_differences_plain(rows: &[u8], columns: usize, queries: &[u8]) -> Vec<u32> {
    let nearest = |query: &[u8]| {
        let differences = rows.chunks(columns).map(|row| {
            let pairs = row.iter().zip(query);
            pairs.filter(|(a, b)| a != b).count() as u32
        });
        differences.min().unwrap_or(columns as u32)
    };
    queries.chunks(columns).map(nearest).collect()
}

/// The same for [`fewest_differences_to_others`].
#[cfg(any(test, feature = "internals"))]
pub fn fewest_differences_to_others_plain(
    rows: &[u8],
    columns: usize,
    which: &[(usize, Range<usize>)],
) -> Vec<u32> {
    let nearest = |(own, without): &(usize, Range<usize>)| {
        let others = rows.chunks(columns).enumerate();
        let others = others.filter(|(k, _)| !without.contains(k));
        let others: Vec<u8> = others.flat_map(|(_, row)| row.to_vec()).collect();
        let query = &rows[own * columns..][..columns];
        fewest_differences_plain(&others, columns, query)[0]
    };
    which.iter().map(nearest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::{Noise, family};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nearest_ones_are_those_of_the_twin(
            seed in any::<u64>(),
            columns in prop_oneof![1usize..100, Just(32), Just(9000)],
            rows in 0usize..12,
            renewal in 2usize..40,
        ) {
            let mut noise = Noise::new(seed);
            let all = family((rows + 5, columns), 20, renewal, &mut noise);
            let (queries, rows) = all.split_at(5 * columns);
            prop_assert_eq!(
                fewest_differences(rows, columns, queries),
                fewest_differences_plain(rows, columns, queries)
            );
            let count = rows.len() / columns;
            let which: Vec<(usize, Range<usize>)> = (0..count)
                .map(|own| (own, own.saturating_sub(own % 3)..(own + 2).min(count)))
                .collect();
            prop_assert_eq!(
                fewest_differences_to_others(rows, columns, &which),
                fewest_differences_to_others_plain(rows, columns, &which)
            );
        }
    }
}
