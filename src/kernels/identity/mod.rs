//! Neighbour counts: how many sequences differ from each one in at most a given number of columns.
//!
//! All N^2/2 pairs are decided, exactly. What makes that fast: 256 pairs are compared at once (`table`), and sequences are first
//! compared with groups of similar ones (`search`), which an order by similarity makes (`similarity`). Equal sequences are one that
//! counts more than once (`distinct`), and where many are near each other, distances to a few of them decide most pairs unseen
//! (`landmarks`).

mod codes;
mod components;
mod distinct;
mod extremes;
mod landmarks;
mod mask;
mod search;
mod similarity;
mod table;
mod tally;
#[cfg(test)]
mod tests;

use codes::{Codes, STATES};
use components::Components;
use distinct::Distinct;
use landmarks::{Bounds, Landmarks, near_ones_first};
use search::{Mismatches, Search};

/// For each of `limits`, in their order, and each row of `states` (`rows` x `columns`, row-major), the number of rows, itself included,
/// that differ from it in at most so many columns: one pass over the pairs, in which each is compared once, up to the largest limit.
/// Takes 4 bytes for each row and limit, some 40 for each row, and two copies of the states of different rows.
///
/// Panics if `states` is not `rows * columns` long.
pub fn neighbour_counts_at(states: &[u8], columns: usize, limits: &[usize]) -> Vec<Vec<u32>> {
    assert!(columns > 0 && states.len().is_multiple_of(columns));
    if states.is_empty() || limits.is_empty() {
        return vec![Vec::new(); limits.len()];
    }
    let distinct = Distinct::new(states, columns);
    let within_row: Vec<usize> = limits.iter().map(|&limit| limit.min(columns)).collect();
    let (order, counts) = searched(states, columns, &distinct, &within_row, None);
    let mut place = vec![0; order.len()];
    for (at, &n) in order.iter().enumerate() {
        place[n as usize] = at;
    }
    let of_limit = |k: usize| {
        let rows = distinct.of_row.iter();
        rows.map(|&n| counts[place[n as usize] * limits.len() + k])
            .collect()
    };
    (0..limits.len()).map(of_limit).collect()
}

/// For each row of `states` (`rows` x `columns`, row-major) the number of the first row that it hangs together with, by pairs that differ in
/// at most `limit` columns: the clusters of single linkage. Takes as long as counting neighbours, and 4 bytes a row more.
///
/// Panics if `states` is not `rows * columns` long.
pub fn linked_rows(states: &[u8], columns: usize, limit: usize) -> Vec<u32> {
    assert!(columns > 0 && states.len().is_multiple_of(columns));
    if states.is_empty() {
        return Vec::new();
    }
    let distinct = Distinct::new(states, columns);
    let components = Components::new(distinct.first.len());
    let limits = [limit.min(columns)];
    let (order, _) = searched(states, columns, &distinct, &limits, Some(&components));
    let mut first = vec![u32::MAX; order.len()];
    let roots = components.roots();
    // A set's root is its first row in the order of the search, not of the input.
    for (&root, &n) in roots.iter().zip(&order) {
        let row = distinct.first[n as usize];
        let first = &mut first[root as usize];
        *first = row.min(*first);
    }
    let mut of_distinct = vec![0; order.len()];
    for (&root, &n) in roots.iter().zip(&order) {
        of_distinct[n as usize] = first[root as usize];
    }
    let rows = distinct.of_row.iter();
    rows.map(|&n| of_distinct[n as usize]).collect()
}

/// Looks at all pairs of different rows in an order of its own, which comes first; the counts are by row in this order, then by limit.
fn searched(
    states: &[u8],
    columns: usize,
    distinct: &Distinct,
    within_row: &[usize],
    components: Option<&Components>,
) -> (Vec<u32>, Vec<u32>) {
    // Codes tell apart all states of any alphabet of the field. Their number is a power of two: one bit set above it tells.
    let folded = usize::from(states.iter().fold(0, |bits, state| bits | state)) >= STATES;
    let loosest = within_row.iter().copied().max().filter(|_| !folded);
    let Arranged {
        codes,
        order,
        bounds,
    } = arranged(Codes::new(states, columns, &distinct.first), loosest);
    let row = |n: usize| {
        let first = distinct.first[order[n] as usize] as usize;
        &states[first * columns..][..columns]
    };
    let exact = |n: usize, m: usize| mismatches(row(n), row(m));
    let exact: Option<Mismatches> = if folded { Some(&exact) } else { None };
    let copies: Vec<u32> = order.iter().map(|&n| distinct.copies[n as usize]).collect();
    let search = Search::new(&codes, &copies, within_row, exact, bounds.as_ref());
    let search = match components {
        Some(components) => search.joining(components),
        None => search,
    };
    let counts = search.neighbours();
    (order, counts)
}

/// Rows in an order in which similar ones stand together.
struct Arranged {
    codes: Codes,
    /// The numbers that the rows had.
    order: Vec<u32>,
    /// Where many rows are near each other.
    bounds: Option<Bounds>,
}

/// Without bounds if there is no `loosest` limit: codes that fold states are no distance.
fn arranged(codes: Codes, loosest: Option<usize>) -> Arranged {
    let mut order = similarity::by_similarity(&codes);
    let landmarks =
        loosest.and_then(|limit| Some((Landmarks::where_many_are_near(&codes, limit)?, limit)));
    let Some((landmarks, limit)) = landmarks else {
        return Arranged {
            codes: codes.in_order(&order),
            order,
            bounds: None,
        };
    };
    let mut nearest = landmarks.nearest(&codes, &order);
    near_ones_first(&mut order, &mut nearest, limit);
    let codes = codes.in_order(&order);
    let bounds = Some(Bounds::new(&landmarks, &codes, nearest));
    Arranged {
        codes,
        order,
        bounds,
    }
}

fn mismatches(x: &[u8], y: &[u8]) -> usize {
    x.iter().zip(y).filter(|(a, b)| a != b).count()
}

/// The slow, obvious twin of [`neighbour_counts_at`] for one limit.
#[cfg(any(test, feature = "internals"))]
pub fn neighbour_counts_plain(states: &[u8], columns: usize, max_mismatches: usize) -> Vec<u32> {
    let rows: Vec<&[u8]> = states.chunks(columns).collect();
    let near = |x: &[u8], y: &[u8]| mismatches(x, y) <= max_mismatches;
    rows.iter()
        .map(|x| rows.iter().filter(|y| near(x, y)).count() as u32)
        .collect()
}

/// The slow, obvious twin of [`linked_rows`].
#[cfg(any(test, feature = "internals"))]
pub fn linked_rows_plain(states: &[u8], columns: usize, limit: usize) -> Vec<u32> {
    let rows: Vec<&[u8]> = states.chunks(columns).collect();
    let mut cluster: Vec<Option<u32>> = vec![None; rows.len()];
    for first in 0..rows.len() {
        let mut open = vec![first];
        while let Some(row) = open.pop() {
            if cluster[row].is_none() {
                cluster[row] = Some(first as u32);
                let near = |other: &usize| mismatches(rows[row], rows[*other]) <= limit;
                open.extend((0..rows.len()).filter(near));
            }
        }
    }
    cluster.into_iter().flatten().collect()
}

/// The slow, obvious twin of [`neighbour_counts_at`].
#[cfg(any(test, feature = "internals"))]
pub fn neighbour_counts_at_plain(states: &[u8], columns: usize, limits: &[usize]) -> Vec<Vec<u32>> {
    limits
        .iter()
        .map(|&limit| neighbour_counts_plain(states, columns, limit))
        .collect()
}
