//! The search for neighbours among all pairs of rows.
//!
//! Rows come in an order in which similar ones stand together. First a row is compared with groups of 8 others, 256 groups at once:
//! where it exceeds the allowed mismatches with a group, it does so with all of the group's rows. What is left, a few percent of the
//! pairs in a large family, is compared row by row, 256 rows at once.

use super::codes::Codes;
use super::mask::{LANES, Mask};
use super::table::{Counters, MismatchTable, for_survivors, planes_for};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// Rows of a group. With 4 the search takes a tenth longer in large families; a further level, groups of groups, saves nothing.
const GROUP: usize = 8;

/// Rows whose groups fill one table: 8 blocks of 256 rows.
const REGION: usize = GROUP * LANES;

/// Rows that one task compares with a table.
const TASK: usize = 4096;

/// The mismatches of two rows.
pub type Mismatches<'a> = &'a (dyn Fn(usize, usize) -> usize + Sync);

/// Counts for each row of `codes` and each of `limits` the rows, itself included, with at most so many mismatches; by row, then by limit.
///
/// Codes fold large states, and rows may then differ where their codes agree. If so, `exact` gives the true number for two rows that
/// seem near.
pub fn neighbours(codes: &Codes, limits: &[usize], exact: Option<Mismatches>) -> Vec<u32> {
    let zero = |_| AtomicU32::new(0);
    let search = Search {
        codes,
        limits,
        loosest: limits.iter().copied().max().unwrap_or(0),
        exact,
        counts: (0..codes.rows() * limits.len()).map(zero).collect(),
    };
    match planes_for(search.loosest) {
        0..=4 => search.run::<4>(),
        5 => search.run::<5>(),
        6 => search.run::<6>(),
        7 => search.run::<7>(),
        8 => search.run::<8>(),
        9..=12 => search.run::<12>(),
        _ => search.run::<32>(),
    }
    let counts = search.counts.into_iter();
    counts.map(AtomicU32::into_inner).collect()
}

/// A row, and the groups of a block, one a bit, in which it may have neighbours.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    row: u32,
    groups: u32,
}

struct Search<'a> {
    codes: &'a Codes,
    limits: &'a [usize],
    loosest: usize,
    exact: Option<Mismatches<'a>>,
    /// Sums of integers: the order in which threads add does not matter.
    counts: Vec<AtomicU32>,
}

impl Search<'_> {
    fn run<const P: usize>(&self) {
        let regions = self.codes.rows().div_ceil(REGION);
        // The last region has the most rows before it.
        (0..regions)
            .into_par_iter()
            .rev()
            .for_each(|region| self.search_region::<P>(region * REGION));
    }

    /// Pairs of a row of the region that starts at row `start` with one of the same block of 256 or of an earlier one.
    fn search_region<const P: usize>(&self, start: usize) {
        let end = self.codes.rows().min(start + REGION);
        let candidates = self.candidates::<P>(start..end);
        (start..end)
            .into_par_iter()
            .step_by(LANES)
            .enumerate()
            .for_each(|(part, first)| {
                let block = first..end.min(first + LANES);
                let lists = candidates.iter().flat_map(|lists| &lists[part]);
                let candidates: Vec<Candidate> = lists.copied().collect();
                self.compare_block::<P>(block, &candidates);
            });
    }

    /// For each block of a region the rows up to its end that may have neighbours in it, in ascending order if the lists are joined.
    fn candidates<const P: usize>(&self, region: Range<usize>) -> Vec<[Vec<Candidate>; GROUP]> {
        let groups = region.clone().step_by(GROUP);
        let rows_of_group = |first| first..region.end.min(first + GROUP);
        let table = MismatchTable::new(self.codes, groups.map(rows_of_group));
        (0..region.end)
            .into_par_iter()
            .step_by(TASK)
            .map(|first| {
                let rows = first..region.end.min(first + TASK);
                let queries = rows.map(|row| (row, table.lanes()));
                let mut lists: [Vec<Candidate>; GROUP] = Default::default();
                let visit = |row, near: Mask, _: &Counters<P>| {
                    for (part, list) in lists.iter_mut().enumerate() {
                        let groups = near.part(part);
                        if groups != 0 && row < region.start + (part + 1) * LANES {
                            let row = row as u32;
                            list.push(Candidate { row, groups });
                        }
                    }
                };
                for_survivors(&table, self.codes, self.loosest, queries, visit);
                lists
            })
            .collect()
    }

    /// Pairs of a candidate and a row of the block.
    fn compare_block<const P: usize>(&self, block: Range<usize>, candidates: &[Candidate]) {
        if candidates.is_empty() {
            return;
        }
        let table = MismatchTable::new(self.codes, block.clone().map(|row| [row]));
        let (earlier, own) =
            candidates.split_at(candidates.partition_point(|c| (c.row as usize) < block.start));
        earlier
            .par_chunks(TASK)
            .for_each(|task| self.compare::<P>(&table, &block, task, true));
        // Both orders of a pair of the block's own rows occur.
        own.par_chunks(TASK)
            .for_each(|task| self.compare::<P>(&table, &block, task, false));
    }

    /// Adds to the counts of the candidates and, if `both`, to those of the block's rows.
    fn compare<const P: usize>(
        &self,
        table: &MismatchTable,
        block: &Range<usize>,
        candidates: &[Candidate],
        both: bool,
    ) {
        let mut tallies = vec![Tally::default(); self.limits.len()];
        let queries = candidates.iter().map(|candidate| {
            let lanes = Mask::octets(candidate.groups) & table.lanes();
            (candidate.row as usize, lanes)
        });
        let visit = |row, near: Mask, counters: &Counters<P>| {
            for (k, (&limit, tally)) in self.limits.iter().zip(&mut tallies).enumerate() {
                let within = match self.exact {
                    None => near & counters.at_most(limit, self.loosest),
                    Some(exact) => near.filter(|lane| exact(row, block.start + lane) <= limit),
                };
                self.add(row, k, within.count());
                if both {
                    tally.add(within);
                }
            }
        };
        for_survivors(table, self.codes, self.loosest, queries, visit);
        for (k, tally) in tallies.iter().enumerate() {
            for (lane, row) in block.clone().enumerate() {
                self.add(row, k, tally.count(lane));
            }
        }
    }

    #[inline(always)]
    fn add(&self, row: usize, limit: usize, neighbours: u32) {
        if neighbours > 0 {
            let counter = &self.counts[row * self.limits.len() + limit];
            counter.fetch_add(neighbours, Ordering::Relaxed);
        }
    }
}

/// For each lane the number of sets it was in, at most `TASK`, bit-sliced: one addition for 256 lanes instead of one for each element.
#[derive(Debug, Clone)]
struct Tally {
    planes: [Mask; TASK.ilog2() as usize + 1],
    used: usize,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            planes: [Mask::NONE; TASK.ilog2() as usize + 1],
            used: 0,
        }
    }
}

impl Tally {
    #[inline(always)]
    fn add(&mut self, set: Mask) {
        let mut carry = set;
        for (bit, plane) in self.planes.iter_mut().enumerate() {
            if carry.is_empty() {
                break;
            }
            (*plane, carry) = (*plane ^ carry, *plane & carry);
            self.used = self.used.max(bit + 1);
        }
    }

    fn count(&self, lane: usize) -> u32 {
        let bits = self.planes[..self.used].iter().enumerate();
        bits.map(|(bit, plane)| u32::from(plane.contains(lane)) << bit)
            .sum()
    }
}
