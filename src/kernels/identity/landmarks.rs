//! Landmarks: sequences in the midst of similar rows, to which the distances of all rows are known.
//!
//! Mismatches are a distance: two rows differ in at most as many columns as the ways from one to a landmark and from there to the other
//! add up to, and in at least as many as the ways differ. Where many rows are near each other, as viral genomes or the variants of a
//! library are, this decides nearly all pairs of whole blocks at once.

use super::codes::{CHUNK, Codes, STATES};
use super::extremes::extremes;
use super::mask::LANES;
use super::table::MismatchTable;
use rayon::prelude::*;
use std::ops::RangeInclusive;

/// Rows, evenly taken, among which landmarks are looked for, and pairs of rows that tell whether landmarks are worth it.
const SAMPLE: usize = 4096;

/// Landmarks are worth it from one near pair in so many on: of 100 000 rows, a comparison of whole groups leaves 500 for each. Families
/// of proteins have fewer, at the identities in use.
const PAIRS_TO_A_NEAR_ONE: usize = 200;

/// Rows that one task takes to their landmarks.
const TASK: usize = 1024;

/// At most 256 landmarks.
pub struct Landmarks {
    codes: Codes,
    table: MismatchTable,
}

/// The nearest landmark of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nearest {
    landmark: u32,
    mismatches: u32,
}

impl Landmarks {
    /// Landmarks of rows of which many pairs have at most `limit` mismatches; `None` where few have.
    pub fn where_many_are_near(codes: &Codes, limit: usize) -> Option<Self> {
        let worth_it =
            codes.rows() > LANES && near_pairs(codes, limit) * PAIRS_TO_A_NEAR_ONE >= SAMPLE;
        worth_it.then(|| Self::new(codes))
    }

    /// The consensus of a sample of rows, and those of the rows in it that are nearest to each of 255.
    pub fn new(codes: &Codes) -> Self {
        let stride = codes.rows().div_ceil(SAMPLE).max(1);
        let sample: Vec<usize> = (0..codes.rows()).step_by(stride).collect();
        let pivots = sample.len().min(LANES - 1);
        let table = MismatchTable::new(
            codes,
            (0..pivots).map(|k| [sample[k * sample.len() / pivots]]),
        );
        let mut cells = vec![Vec::new(); pivots];
        for &row in &sample {
            if let Some((lane, _)) = table.nearest(codes.row(row), table.lanes()) {
                cells[lane].push(row);
            }
        }
        cells.push(sample);
        cells.retain(|cell| !cell.is_empty());
        let mut landmarks: Vec<Vec<[u8; CHUNK]>> = cells
            .par_iter()
            .map(|rows| consensus(codes, rows))
            .collect();
        landmarks.sort_unstable();
        landmarks.dedup();
        let codes = Codes::from_chunks(landmarks.concat(), codes.width());
        let table = MismatchTable::new(&codes, (0..codes.rows()).map(|row| [row]));
        Self { codes, table }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.codes.rows()
    }

    /// The nearest landmark of each of `rows` of `codes`.
    pub fn nearest(&self, codes: &Codes, rows: &[u32]) -> Vec<Nearest> {
        let lanes = self.table.lanes();
        let nearest = |&row: &u32| {
            let nearest = self.table.nearest(codes.row(row as usize), lanes);
            let (landmark, mismatches) = nearest.unwrap_or_default();
            Nearest {
                landmark: landmark as u32,
                mismatches,
            }
        };
        rows.par_iter().with_min_len(TASK).map(nearest).collect()
    }
}

/// How many of a sample of pairs of rows have at most `limit` mismatches.
fn near_pairs(codes: &Codes, limit: usize) -> usize {
    let mut x = 1u64;
    let mut any = || {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        codes.row((x >> 33) as usize % codes.rows()).as_flattened()
    };
    let pairs = (0..SAMPLE).map(|_| (any(), any()));
    pairs
        .filter(|(a, b)| a.iter().zip(*b).filter(|(a, b)| a != b).count() <= limit)
        .count()
}

/// The code that most of `rows` have, column by column.
fn consensus(codes: &Codes, rows: &[usize]) -> Vec<[u8; CHUNK]> {
    let mut tallies = vec![[[0u32; STATES]; CHUNK]; codes.width()];
    for &row in rows {
        for (tallies, chunk) in tallies.iter_mut().zip(codes.row(row)) {
            for (tally, &code) in tallies.iter_mut().zip(chunk) {
                tally[usize::from(code) % STATES] += 1;
            }
        }
    }
    let most = |tally: &[u32; STATES]| {
        (0..STATES)
            .max_by_key(|&state| tally[state])
            .unwrap_or_default()
    };
    tallies
        .iter()
        .map(|tallies| std::array::from_fn(|k| (k * STATES + most(&tallies[k])) as u8))
        .collect()
}

/// Puts rows of about the same distance to their landmarks together, the near ones first, in the order in which they come otherwise, so
/// that no row far from all landmarks spoils what is known about a block. Rows that are far for `limit` come last and as they are.
pub fn near_ones_first(rows: &mut [u32], nearest: &mut [Nearest], limit: usize) {
    let shell = |nearest: &Nearest| match nearest.mismatches {
        far if 2 * far as usize > limit => u32::BITS + 1,
        near => u32::BITS - near.leading_zeros(),
    };
    let mut both: Vec<(Nearest, u32)> = nearest.iter().copied().zip(rows.iter().copied()).collect();
    both.par_sort_by_key(|(nearest, _)| shell(nearest));
    for ((nearest, row), both) in nearest.iter_mut().zip(rows).zip(both) {
        (*nearest, *row) = both;
    }
}

/// What distances to landmarks say about the mismatches of rows, and of blocks of 256 rows.
pub struct Bounds {
    landmarks: usize,
    /// By row.
    nearest: Vec<Nearest>,
    /// By block and landmark, the fewest mismatches of a row of the block.
    fewest: Vec<i32>,
    /// The most.
    most: Vec<i32>,
}

impl Bounds {
    /// Of the rows of `codes`, whose nearest landmarks are `nearest`.
    pub fn new(landmarks: &Landmarks, codes: &Codes, nearest: Vec<Nearest>) -> Self {
        let blocks: Vec<(Vec<i32>, Vec<i32>)> = (0..codes.rows())
            .into_par_iter()
            .step_by(LANES)
            .map(|first| {
                let rows = first..codes.rows().min(first + LANES);
                extremes(&landmarks.table, codes, rows)
            })
            .collect();
        let (fewest, most): (Vec<_>, Vec<_>) = blocks.into_iter().unzip();
        Self {
            landmarks: landmarks.count(),
            nearest,
            fewest: fewest.concat(),
            most: most.concat(),
        }
    }

    /// From the fewest to the most mismatches that a row of block `a` may have with one of block `b`.
    pub fn of_blocks(&self, a: usize, b: usize) -> RangeInclusive<usize> {
        let of = |block: usize| block * self.landmarks..(block + 1) * self.landmarks;
        let a = self.fewest[of(a)].iter().zip(&self.most[of(a)]);
        let b = self.fewest[of(b)].iter().zip(&self.most[of(b)]);
        let (mut fewest, mut most) = (0, i32::MAX);
        for ((&fewest_a, &most_a), (&fewest_b, &most_b)) in a.zip(b) {
            fewest = fewest.max(fewest_a - most_b).max(fewest_b - most_a);
            most = most.min(most_a + most_b);
        }
        fewest as usize..=most as usize
    }

    /// From the fewest to the most mismatches that a row may have with one of a block.
    pub fn of_row(&self, row: usize, block: usize) -> RangeInclusive<usize> {
        let Nearest {
            landmark,
            mismatches,
        } = self.nearest[row];
        let at = block * self.landmarks + landmark as usize;
        let (fewest, most, own) = (self.fewest[at], self.most[at], mismatches as i32);
        (fewest - own).max(own - most).max(0) as usize..=(most + own) as usize
    }
}
