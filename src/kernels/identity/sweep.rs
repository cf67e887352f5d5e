//! Neighbour counts for several numbers of mismatches at once.

use super::{for_pairs, mismatches_up_to, neighbour_counts_plain, over_pairs_of_blocks, row_count};

/// What [`neighbour_counts`](super::neighbour_counts) gives for each of `limits`, in their order: one pass over the pairs, in which
/// each is compared once, up to the largest limit. Takes 4 bytes for each row, limit and thread.
///
/// Panics if `states` is not `rows * columns` long.
pub fn neighbour_counts_at(states: &[u8], columns: usize, limits: &[usize]) -> Vec<Vec<u32>> {
    let rows = row_count(states, columns);
    let within_row = |&limit: &usize| limit.min(columns);
    let mut levels: Vec<usize> = limits.iter().map(within_row).collect();
    levels.sort_unstable();
    levels.dedup();
    let Some(&loosest) = levels.last() else {
        return Vec::new();
    };
    let level_of = level_of_mismatches(&levels);
    let width = levels.len();
    let counts = over_pairs_of_blocks(rows, rows * width, |a, b, counts| {
        for_pairs(states, columns, a, b, |n, m, x, y| {
            if let Some(mismatches) = mismatches_up_to(loosest, x, y) {
                let level = level_of[mismatches];
                counts[n * width + level] += 1;
                counts[m * width + level] += 1;
            }
        });
    });
    limits
        .iter()
        .map(|limit| level_of[within_row(limit)])
        .map(|level| up_to_level(&counts, width, level))
        .collect()
}

/// For 0, 1, ... mismatches, the place of the smallest of the sorted `levels` that allows so many.
fn level_of_mismatches(levels: &[usize]) -> Vec<usize> {
    let loosest = levels.last().copied().unwrap_or(0);
    (0..=loosest)
        .map(|mismatches| levels.partition_point(|&level| level < mismatches))
        .collect()
}

/// The others of each row that fall into levels 0 to `level`, and the row itself.
fn up_to_level(counts: &[u32], width: usize, level: usize) -> Vec<u32> {
    counts
        .chunks(width)
        .map(|row| 1 + row[..=level].iter().sum::<u32>())
        .collect()
}

/// The slow, obvious twin of [`neighbour_counts_at`].
pub fn neighbour_counts_at_plain(states: &[u8], columns: usize, limits: &[usize]) -> Vec<Vec<u32>> {
    limits
        .iter()
        .map(|&limit| neighbour_counts_plain(states, columns, limit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::some_states;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_are_those_of_the_twin(
            columns in 1usize..150,
            rows in 1usize..300,
            seed in any::<u64>(),
            shares in prop::collection::vec(0.0f64..1.1, 0..6),
        ) {
            let states = some_states(rows * columns, seed);
            let limits: Vec<usize> =
                shares.iter().map(|share| (share * columns as f64) as usize).collect();
            prop_assert_eq!(
                neighbour_counts_at(&states, columns, &limits),
                neighbour_counts_at_plain(&states, columns, &limits)
            );
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let states = some_states(700 * 33, 7);
        let limits = [20, 5, 5, 33, 0];
        let counts = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let pool = pool.build().unwrap();
            pool.install(|| neighbour_counts_at(&states, 33, &limits))
        };
        let expected = counts(1);
        assert_eq!(expected, neighbour_counts_at_plain(&states, 33, &limits));
        for threads in [2, 3, 8] {
            assert_eq!(counts(threads), expected, "{threads}");
        }
    }
}
