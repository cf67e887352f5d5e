//! Neighbour counts: how many sequences differ from each one in at most a given number of columns.
//!
//! All N^2/2 pairs are decided, exactly. What makes that fast: 256 pairs are compared at once (`table`), and sequences are first
//! compared with groups of similar ones (`search`), which an order by similarity makes (`similarity`).

mod codes;
mod mask;
mod search;
mod similarity;
mod table;
#[cfg(test)]
mod tests;

use codes::{Codes, STATES};
use search::Mismatches;

/// For each of `limits`, in their order, and each row of `states` (`rows` x `columns`, row-major), the number of rows, itself included,
/// that differ from it in at most so many columns: one pass over the pairs, in which each is compared once, up to the largest limit.
/// Takes 4 bytes for each row and limit and two copies of the states.
///
/// Panics if `states` is not `rows * columns` long.
pub fn neighbour_counts_at(states: &[u8], columns: usize, limits: &[usize]) -> Vec<Vec<u32>> {
    assert!(columns > 0 && states.len().is_multiple_of(columns));
    if states.is_empty() || limits.is_empty() {
        return vec![Vec::new(); limits.len()];
    }
    let (codes, order) = by_similarity(states, columns);
    let row = |n: usize| &states[order[n] as usize * columns..][..columns];
    let exact = |n: usize, m: usize| mismatches(row(n), row(m));
    // Codes tell apart all states of any alphabet of the field.
    let folded = states.iter().any(|&state| usize::from(state) >= STATES);
    let exact: Option<Mismatches> = if folded { Some(&exact) } else { None };
    let within_row: Vec<usize> = limits.iter().map(|&limit| limit.min(columns)).collect();
    let counts = search::neighbours(&codes, &within_row, exact);
    let in_input_order = |k: usize| {
        let mut column = vec![0; order.len()];
        for (counts, &n) in counts.chunks(limits.len()).zip(&order) {
            column[n as usize] = counts[k];
        }
        column
    };
    (0..limits.len()).map(in_input_order).collect()
}

/// The rows in an order in which similar ones stand together, and their numbers in `states`.
fn by_similarity(states: &[u8], columns: usize) -> (Codes, Vec<u32>) {
    let codes = Codes::new(states, columns);
    let order = similarity::by_similarity(&codes);
    (codes.in_order(&order), order)
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

/// The slow, obvious twin of [`neighbour_counts_at`].
#[cfg(any(test, feature = "internals"))]
pub fn neighbour_counts_at_plain(states: &[u8], columns: usize, limits: &[usize]) -> Vec<Vec<u32>> {
    limits
        .iter()
        .map(|&limit| neighbour_counts_plain(states, columns, limit))
        .collect()
}
