//! An order in which similar rows stand together.
//!
//! Rows go to the nearest of 256 of them, the pivots, which stand in a chain, each followed by the nearest one left; the same again within
//! each pivot's rows. N rows take about log N / log 256 + 1 passes over their columns for 256 comparisons at once, so that the order
//! costs little next to the N^2 comparisons that it saves.

use super::codes::Codes;
use super::mask::LANES;
use super::table::MismatchTable;
use rayon::prelude::*;

/// Rows at one pivot that need no order of their own: about the rows of a group.
const FEW: usize = 16;

/// The most times that rows are divided among pivots. Two or three do for a million rows; more come from rows at the same distance
/// from all pivots, single mutants of one sequence, say, which no order would help.
const MOST_ROUNDS: usize = 6;

/// Rows that one task takes to their pivots.
const TASK: usize = 1024;

/// The numbers of all rows, those of similar rows near each other.
pub fn by_similarity(codes: &Codes) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..codes.rows() as u32).collect();
    arrange(codes, &mut rows, MOST_ROUNDS);
    rows
}

fn arrange(codes: &Codes, rows: &mut [u32], rounds: usize) {
    if rows.len() <= LANES {
        return chain(codes, rows);
    }
    let mut pivots: Vec<u32> = (0..LANES).map(|k| rows[k * rows.len() / LANES]).collect();
    chain(codes, &mut pivots);
    let cells = move_to_pivots(codes, rows, &pivots);
    // Rows that are all alike stay at one pivot.
    if cells.len() > 1 && rounds > 1 {
        cells
            .into_par_iter()
            .filter(|cell| cell.len() > FEW)
            .for_each(|cell| arrange(codes, cell, rounds - 1));
    }
}

/// Puts at most 256 rows into a chain, each followed by the nearest one left.
fn chain(codes: &Codes, rows: &mut [u32]) {
    let table = table_of(codes, rows);
    let mut left = table.lanes();
    let mut next = left.lowest();
    let mut chain = Vec::with_capacity(rows.len());
    while let Some(lane) = next {
        chain.push(rows[lane]);
        left.remove(lane);
        let nearest = table.nearest(codes.row(rows[lane] as usize), left);
        next = nearest.map(|(lane, _)| lane);
    }
    rows.copy_from_slice(&chain);
}

/// Sorts rows by their nearest pivots; returns the rows of each pivot that has any.
fn move_to_pivots<'a>(codes: &Codes, rows: &'a mut [u32], pivots: &[u32]) -> Vec<&'a mut [u32]> {
    let table = table_of(codes, pivots);
    let nearest = |&row: &u32| {
        let nearest = table.nearest(codes.row(row as usize), table.lanes());
        (nearest.map(|(lane, _)| lane), row)
    };
    let mut placed: Vec<(Option<usize>, u32)> =
        rows.par_iter().with_min_len(TASK).map(nearest).collect();
    placed.par_sort_unstable();
    rows.iter_mut()
        .zip(&placed)
        .for_each(|(to, (_, row))| *to = *row);
    let mut rest = rows;
    placed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|cell| rest.split_off_mut(..cell.len()).unwrap_or_default())
        .collect()
}

fn table_of(codes: &Codes, rows: &[u32]) -> MismatchTable {
    MismatchTable::new(codes, rows.iter().map(|&row| [row as usize]))
}
