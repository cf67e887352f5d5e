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

proptest! {
    #[test]
    fn linked_rows_are_those_of_the_twin(
        rows in 1usize..500,
        columns in 1usize..60,
        states in prop_oneof![2usize..=24, Just(60)],
        seed in any::<u64>(),
        share in 0.0f64..0.5,
    ) {
        let limit = (share * columns as f64) as usize;
        for alignment in [
            some_states(rows, columns, states, seed),
            nearly_equal(rows, columns, 3, states, seed),
        ] {
            prop_assert_eq!(
                linked_rows(&alignment, columns, limit),
                linked_rows_plain(&alignment, columns, limit)
            );
        }
    }
}

#[test]
fn chains_of_near_rows_hang_together_for_any_threads() {
    // Each row differs from the next in one column: the ends have nothing in common.
    let (rows, columns) = (3000, 3000);
    let mut alignment = vec![0; rows * columns];
    for (n, row) in alignment.chunks_mut(columns).enumerate() {
        row[..n].fill(1);
    }
    // Every thousandth row is gone, so that there are three pieces.
    for n in [1000, 2000] {
        alignment.copy_within((n - 1) * columns..n * columns, n * columns);
    }
    let linked = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build()
            .unwrap()
            .install(|| linked_rows(&alignment, columns, 1))
    };
    let expected: Vec<u32> = (0..rows as u32)
        .map(|n| [0, 1001, 2001][usize::from(n > 1000) + usize::from(n > 2000)])
        .collect();
    assert_eq!(linked(1), expected);
    assert_eq!(linked(3), expected);
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

/// Rows with at most four errors, of one of some `parents`; every fifth row is anything, and so are the parents.
fn nearly_equal(rows: usize, columns: usize, parents: usize, states: usize, seed: u64) -> Vec<u8> {
    let mut x = seed | 1;
    let mut below = move |n: usize| {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (x >> 33) as usize % n
    };
    let mut alignment = vec![0; (parents + rows) * columns];
    for n in 1..parents + rows {
        let apart = n < parents || below(5) == 0;
        let parent = if apart { 0 } else { below(parents) };
        let errors = below(if apart { columns } else { 5 });
        alignment.copy_within(parent * columns..(parent + 1) * columns, n * columns);
        for _ in 0..errors {
            alignment[n * columns + below(columns)] = below(states) as u8;
        }
    }
    alignment.split_off(parents * columns)
}

fn codes_of(alignment: &[u8], columns: usize) -> Codes {
    let rows: Vec<u32> = (0..(alignment.len() / columns) as u32).collect();
    Codes::new(alignment, columns, &rows)
}

proptest! {
    #[test]
    fn counts_of_nearly_equal_rows_are_those_of_the_twin(
        rows in 1usize..900,
        columns in 1usize..80,
        (parents, states) in (1usize..5, 2usize..=24),
        seed in any::<u64>(),
        limits in prop::collection::vec(0usize..30, 1..5),
    ) {
        let alignment = nearly_equal(rows, columns, parents, states, seed);
        prop_assert_eq!(
            neighbour_counts_at(&alignment, columns, &limits),
            neighbour_counts_at_plain(&alignment, columns, &limits)
        );
    }

    #[test]
    fn bounds_hold_for_all_pairs(
        rows in 257usize..600,
        columns in 1usize..40,
        (parents, states) in (1usize..5, 2usize..=24),
        seed in any::<u64>(),
    ) {
        let alignment = nearly_equal(rows, columns, parents, states, seed);
        let arranged = arranged(codes_of(&alignment, columns), Some(columns));
        let bounds = arranged.bounds.expect("all pairs are near");
        let row = |n: usize| &alignment[arranged.order[n] as usize * columns..][..columns];
        for n in 0..rows {
            for m in 0..rows {
                let found = mismatches(row(n), row(m));
                let (a, b) = (n / mask::LANES, m / mask::LANES);
                prop_assert!(bounds.of_row(n, b).contains(&found), "{} {}", n, m);
                prop_assert!(bounds.of_blocks(a, b).contains(&found), "{} {}", n, m);
            }
        }
    }

    #[test]
    fn different_rows_are_those_of_the_twin(
        rows in 0usize..200,
        columns in 1usize..20,
        (parents, states) in (1usize..3, 1usize..4),
        seed in any::<u64>(),
    ) {
        let alignment = nearly_equal(rows, columns, parents, states, seed);
        let rows: Vec<&[u8]> = alignment.chunks(columns).collect();
        let mut first: Vec<usize> = Vec::new();
        let mut copies = Vec::new();
        let mut of_row = Vec::new();
        for (n, row) in rows.iter().enumerate() {
            match first.iter().position(|&first| rows[first] == *row) {
                Some(k) => {
                    copies[k] += 1;
                    of_row.push(k as u32);
                }
                None => {
                    of_row.push(first.len() as u32);
                    first.push(n);
                    copies.push(1u32);
                }
            }
        }
        let first = first.into_iter().map(|n| n as u32).collect();
        let expected = Distinct { first, copies, of_row };
        prop_assert_eq!(Distinct::new(&alignment, columns), expected);
    }

    #[test]
    fn extremes_are_those_of_single_rows(
        rows in 1usize..300,
        columns in 1usize..600,
        seed in any::<u64>(),
    ) {
        let alignment = some_states(rows + 40, columns, 21, seed);
        let codes = codes_of(&alignment, columns);
        let table = table::MismatchTable::new(&codes, (rows..rows + 40).map(|row| [row]));
        let (fewest, most) = extremes::extremes(&table, &codes, 0..rows);
        let row = |n: usize| &alignment[n * columns..][..columns];
        for lane in 0..40 {
            let all = (0..rows).map(|n| mismatches(row(n), row(rows + lane)) as i32);
            prop_assert_eq!(Some(fewest[lane]), all.clone().min());
            prop_assert_eq!(Some(most[lane]), all.max());
        }
    }

    #[test]
    fn sums_of_copies_are_those_of_single_rows(
        copies in prop::collection::vec(0u32..100_000, 1..=256),
        sets in prop::collection::vec((any::<u32>(), 0u32..1_000_000), 0..40),
    ) {
        let planes = tally::Copies::new(&copies);
        let mut tally = tally::Tally::default();
        let mut expected = vec![0; copies.len()];
        for (octets, times) in sets {
            let set = mask::Mask::octets(octets) & mask::Mask::first(copies.len());
            let inside = (0..copies.len()).filter(|&lane| set.contains(lane));
            prop_assert_eq!(planes.of(set), inside.clone().map(|lane| copies[lane]).sum::<u32>());
            tally.add(set, times);
            inside.for_each(|lane| expected[lane] += times);
        }
        let found: Vec<u32> = (0..copies.len()).map(|lane| tally.count(lane)).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn landmarks_are_for_rows_near_each_other() {
    let near = codes_of(&nearly_equal(3000, 50, 3, 20, 1), 50);
    assert!(Landmarks::where_many_are_near(&near, 10).is_some());
    assert!(
        Landmarks::where_many_are_near(&codes_of(&nearly_equal(256, 50, 3, 20, 1), 50), 10)
            .is_none()
    );
    let far = codes_of(&nearly_equal(3000, 50, 2000, 20, 1), 50);
    assert!(Landmarks::where_many_are_near(&far, 2).is_none());
}

/// Rows with at most four errors each: pairs differ in at most eight columns. The consensus is the parent.
fn mutants_of_one(rows: usize, columns: usize) -> Vec<u8> {
    let mut alignment = nearly_equal(1, columns, 1, 20, 9).repeat(rows);
    for (n, row) in alignment.chunks_mut(columns).enumerate() {
        for k in 0..n % 5 {
            let column = n * 31 + k * (17 + n / columns);
            row[column % columns] = ((n * 7 + n / columns * 3 + k) % 20) as u8;
        }
    }
    alignment
}

#[test]
fn bounds_settle_rows_near_one_parent() {
    let (rows, columns) = (3000, 100);
    let alignment = mutants_of_one(rows, columns);
    let different = Distinct::new(&alignment, columns).first;
    let codes = Codes::new(&alignment, columns, &different);
    let arranged = arranged(codes, Some(8));
    let bounds = arranged.bounds.expect("all pairs are near");
    let blocks = different.len().div_ceil(mask::LANES);
    assert!(blocks > 2, "{blocks}");
    for a in 0..blocks {
        assert!((0..blocks).all(|b| *bounds.of_blocks(a, b).end() <= 8));
    }
    for limits in [&[8][..], &[30, 9, 8], &[0, 3, 7, 8, 40]] {
        assert_eq!(
            neighbour_counts_at(&alignment, columns, limits),
            neighbour_counts_at_plain(&alignment, columns, limits)
        );
    }
}

#[test]
fn nearly_equal_rows_of_many_blocks() {
    // Several regions, rows with copies, blocks settled and open, for any number of threads.
    let (rows, columns) = (5000, 30);
    let alignment = nearly_equal(rows, columns, 3, 5, 4);
    let limits = [0, 3, 8, 12];
    let expected = neighbour_counts_at_plain(&alignment, columns, &limits);
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        let counts = pool.install(|| neighbour_counts_at(&alignment, columns, &limits));
        assert!(counts == expected, "{threads} threads");
    }
}

#[test]
fn states_that_share_a_code_differ_among_nearly_equal_rows() {
    let (rows, columns) = (1500, 20);
    let alignment = nearly_equal(rows, columns, 2, 100, 8);
    assert!(alignment.iter().any(|&state| state >= 64));
    let limits = [1, 6];
    assert_eq!(
        neighbour_counts_at(&alignment, columns, &limits),
        neighbour_counts_at_plain(&alignment, columns, &limits)
    );
}

#[test]
fn columns_in_which_all_rows_agree_are_left_out() {
    // Column 2 differs in one row only, which no sample of a twentieth holds.
    let columns = 40;
    let mut alignment = vec![3; 100_000 * columns];
    for (n, row) in alignment.chunks_mut(columns).enumerate() {
        row[7] = (n % 20) as u8;
        row[31] = (n / 20 % 20) as u8;
    }
    alignment[70_001 * columns + 2] = 0;
    let counts = neighbour_counts_at(&alignment, columns, &[0, 1, 2, 3]);
    assert_eq!(codes_of(&alignment, columns).width(), 1);
    // Of the 400 kinds of rows, 250 equal ones each, 39 differ from one in at most one column. The odd one is of none.
    let odd = 70_001;
    assert_eq!(
        [0, 1, 2, 3].map(|k| counts[k][odd]),
        [1, 250, 9750, 100_000]
    );
    let like_it = odd % 400;
    assert_eq!(
        [0, 1, 2, 3].map(|k| counts[k][like_it]),
        [249, 9750, 100_000, 100_000]
    );
    let apart = (odd + 21) % 400;
    assert_eq!(
        [0, 1, 2, 3].map(|k| counts[k][apart]),
        [250, 9750, 99_999, 100_000]
    );
}
