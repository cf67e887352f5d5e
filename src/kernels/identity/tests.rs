//! The kernels against their twins.

use super::*;
use proptest::prelude::*;

/// Random states below `states`, the first of them more often: rows with few and with many mismatches. Every third row is a copy of
/// an earlier one, or nearly so.
fn some_states(rows: usize, columns: usize, states: usize, seed: u64) -> Vec<u8> {
    let mut x = seed | 1;
    let mut below = move |n: usize| {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (x >> 33) as usize % n
    };
    let mut all: Vec<u8> = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        let copied = (row % 3 == 2).then(|| below(row) * columns);
        let errors = below(3);
        for column in 0..columns {
            all.push(match copied {
                Some(from) if below(10) >= errors => all[from + column],
                _ if below(3) == 0 => below(states) as u8,
                _ => below(states.min(2)) as u8,
            });
        }
    }
    all
}

proptest! {
    #[test]
    fn counts_are_those_of_the_twin(
        rows in 1usize..600,
        columns in 1usize..150,
        states in 1usize..=256,
        seed in any::<u64>(),
        share in 0.0f64..1.1,
    ) {
        let alignment = some_states(rows, columns, states, seed);
        let allowed = (share * columns as f64) as usize;
        prop_assert_eq!(
            neighbour_counts_at(&alignment, columns, &[allowed]).remove(0),
            neighbour_counts_plain(&alignment, columns, allowed)
        );
    }

    #[test]
    fn counts_at_several_limits_are_those_of_the_twin(
        rows in 1usize..300,
        columns in 1usize..150,
        states in 1usize..=40,
        seed in any::<u64>(),
        shares in prop::collection::vec(0.0f64..1.1, 0..6),
    ) {
        let alignment = some_states(rows, columns, states, seed);
        let limits: Vec<usize> =
            shares.iter().map(|share| (share * columns as f64) as usize).collect();
        prop_assert_eq!(
            neighbour_counts_at(&alignment, columns, &limits),
            neighbour_counts_at_plain(&alignment, columns, &limits)
        );
    }
}

#[test]
fn edges_of_blocks_and_regions_at_all_limits() {
    for columns in [1, 7, 8, 9] {
        let limits: Vec<usize> = (0..=columns + 1).collect();
        for rows in [1, 2, 7, 8, 9, 255, 256, 257, 511, 513, 2047, 2048, 2049] {
            let alignment = some_states(rows, columns, 21, 3);
            assert_eq!(
                neighbour_counts_at(&alignment, columns, &limits),
                neighbour_counts_at_plain(&alignment, columns, &limits),
                "{rows} rows, {columns} columns"
            );
        }
    }
}

#[test]
fn every_number_of_planes() {
    for columns in [15, 40, 100, 200, 300, 700, 5000] {
        let alignment = some_states(40, columns, 21, 5);
        let limits: Vec<usize> = (0..=20).map(|k| k * columns / 20).collect();
        for limits in [&limits[..], &limits[..=4], &limits[..=12]] {
            assert_eq!(
                neighbour_counts_at(&alignment, columns, limits),
                neighbour_counts_at_plain(&alignment, columns, limits),
                "{columns} columns"
            );
        }
    }
}

#[test]
fn states_that_share_a_code_differ() {
    // 0, 32, 64, ...: one code for all.
    let alignment: Vec<u8> = (0..=7).flat_map(|k| [32 * k, 0, 31]).collect();
    assert_eq!(
        neighbour_counts_at(&alignment, 3, &[0, 1]),
        [[1; 8], [8; 8]]
    );
}

#[test]
fn copies_of_one_row() {
    let row = some_states(1, 33, 21, 11);
    let alignment = row.repeat(5000);
    assert_eq!(neighbour_counts_at(&alignment, 33, &[0])[0], [5000; 5000]);
}

#[test]
fn rows_at_the_same_distance_from_each_other() {
    // Single mutants of one row: none is nearer to a pivot than another.
    let (rows, columns) = (3000, 3000);
    let mut alignment = vec![0; rows * columns];
    alignment
        .iter_mut()
        .step_by(columns + 1)
        .for_each(|x| *x = 1);
    assert_eq!(
        neighbour_counts_at(&alignment, columns, &[1, 2]),
        [vec![1; rows], vec![rows as u32; rows]]
    );
}

#[test]
fn no_rows_and_no_limits() {
    assert!(neighbour_counts_at(&[], 3, &[1])[0].is_empty());
    assert!(neighbour_counts_at(&[0, 1, 2], 3, &[]).is_empty());
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let alignment = some_states(2500, 33, 21, 7);
    let limits = [20, 5, 5, 0];
    let counts = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        pool.install(|| neighbour_counts_at(&alignment, 33, &limits))
    };
    let expected = counts(1);
    assert_eq!(expected, neighbour_counts_at_plain(&alignment, 33, &limits));
    for threads in [2, 3, 8] {
        assert_eq!(counts(threads), expected, "{threads}");
    }
}
