//! The search for neighbours among all pairs of rows.
//!
//! Rows come in an order in which similar ones stand together. First a row is compared with groups of 8 others, 256 groups at once:
//! where it exceeds the allowed mismatches with a group, it does so with all of the group's rows. What is left, a few percent of the
//! pairs in a large family, is compared row by row, 256 rows at once. Before all that, what is known of the distances of rows settles
//! pairs of whole blocks, and pairs of a row and a block, for all limits at once.

use super::codes::Codes;
use super::components::Components;
use super::landmarks::Bounds;
use super::mask::{LANES, Mask};
use super::table::{Counters, MismatchTable, for_survivors, planes_for};
use super::tally::{Copies, Tally};
use rayon::prelude::*;
use std::ops::{Range, RangeInclusive};
use std::sync::atomic::{AtomicU32, Ordering};

/// Rows of a group. With 4 the search takes a tenth longer in large families; a further level, groups of groups, saves nothing.
const GROUP: usize = 8;

/// Rows whose groups fill one table: 8 blocks of 256 rows.
const REGION: usize = GROUP * LANES;

/// Rows that one task compares with a table.
const TASK: usize = 4096;

/// The mismatches of two rows.
pub type Mismatches<'a> = &'a (dyn Fn(usize, usize) -> usize + Sync);

/// A row, and the groups of a block, one a bit, in which it may have neighbours.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    row: u32,
    groups: u32,
}

/// Counts for each row of some and each limit the rows, itself included, with at most so many mismatches.
pub struct Search<'a> {
    codes: &'a Codes,
    /// How many times each row counts.
    copies: &'a [u32],
    limits: &'a [usize],
    loosest: usize,
    exact: Option<Mismatches<'a>>,
    bounds: Option<&'a Bounds>,
    /// By row, then by limit. Sums of integers: the order in which threads add does not matter.
    counts: Vec<AtomicU32>,
    /// By block of 256 rows, then by limit: what counts for each of its rows.
    shared: Vec<AtomicU32>,
    /// By block: the copies of its rows.
    block_copies: Vec<u32>,
    /// Where rows that are within the only limit are joined.
    components: Option<&'a Components>,
}

impl<'a> Search<'a> {
    /// Codes fold large states, and rows may then differ where their codes agree. If so, `exact` gives the true number for two rows that
    /// seem near, and there are no `bounds`.
    pub fn new(
        codes: &'a Codes,
        copies: &'a [u32],
        limits: &'a [usize],
        exact: Option<Mismatches<'a>>,
        bounds: Option<&'a Bounds>,
    ) -> Self {
        let zero = |_| AtomicU32::new(0);
        let block_copies: Vec<u32> = copies
            .chunks(LANES)
            .map(|copies| copies.iter().sum())
            .collect();
        Self {
            codes,
            copies,
            limits,
            loosest: limits.iter().copied().max().unwrap_or(0),
            exact,
            bounds,
            counts: (0..copies.len() * limits.len()).map(zero).collect(),
            shared: (0..block_copies.len() * limits.len()).map(zero).collect(),
            block_copies,
            components: None,
        }
    }

    /// The same search, which joins the rows of every pair within the one limit that it has.
    pub fn joining(self, components: &'a Components) -> Self {
        assert_eq!(self.limits.len(), 1);
        Self {
            components: Some(components),
            ..self
        }
    }

    /// The counts, by row, then by limit.
    pub fn neighbours(self) -> Vec<u32> {
        match planes_for(self.loosest) {
            0..=4 => self.run::<4>(),
            5 => self.run::<5>(),
            6 => self.run::<6>(),
            7 => self.run::<7>(),
            8 => self.run::<8>(),
            9..=12 => self.run::<12>(),
            _ => self.run::<32>(),
        }
        let limits = self.limits.len();
        let counts = self.counts.into_iter().map(AtomicU32::into_inner);
        let mut counts: Vec<u32> = counts.collect();
        let shared = self.shared.chunks(limits);
        for (block, shared) in counts.chunks_mut(LANES * limits).zip(shared) {
            for row in block.chunks_mut(limits) {
                for (count, shared) in row.iter_mut().zip(shared) {
                    *count += shared.load(Ordering::Relaxed);
                }
            }
        }
        counts
    }

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
        let open = self.open_blocks(&region);
        if open.iter().all(|&open| open == 0) {
            return Vec::new();
        }
        let table = MismatchTable::new(self.codes, groups.map(rows_of_group));
        (0..region.end)
            .into_par_iter()
            .step_by(TASK)
            .map(|first| {
                let mut lists: [Vec<Candidate>; GROUP] = Default::default();
                let mut visit = |row, near: Mask, _: &Counters<P>| {
                    for (part, list) in lists.iter_mut().enumerate() {
                        let groups = near.part(part);
                        if groups != 0 {
                            let row = row as u32;
                            list.push(Candidate { row, groups });
                        }
                    }
                };
                let end = region.end.min(first + TASK);
                for first in (first..end).step_by(LANES) {
                    let block = first..end.min(first + LANES);
                    let open = open[first / LANES];
                    self.find::<P>(&table, block, open, &region, &mut visit);
                }
                lists
            })
            .collect()
    }

    /// Visits the rows of a block that may have neighbours in the `open` blocks of a region, whose groups are in `table`.
    fn find<const P: usize>(
        &self,
        table: &MismatchTable,
        block: Range<usize>,
        open: u8,
        region: &Range<usize>,
        visit: impl FnMut(usize, Mask, &Counters<P>),
    ) {
        let lanes_of = |open| table.lanes() & Mask::parts(open);
        match self.bounds {
            _ if open == 0 => {}
            None => {
                let lanes = lanes_of(open);
                let queries = block.map(|row| (row, lanes));
                for_survivors(table, self.codes, self.loosest, queries, visit);
            }
            Some(bounds) => {
                let mut shared = vec![[0; GROUP]; self.limits.len()];
                let queries = block.filter_map(|row| {
                    let open = self.open_to_row(bounds, row, open, region, &mut shared);
                    (open != 0).then(|| (row, lanes_of(open)))
                });
                for_survivors(table, self.codes, self.loosest, queries, visit);
                self.add_shared(region, &shared);
            }
        }
    }

    /// For each block up to the end of a region the blocks of the region, one a bit, that are not before it and whose pairs with it
    /// bounds leave open; those that they settle are counted.
    fn open_blocks(&self, region: &Range<usize>) -> Vec<u8> {
        let (first, end) = (region.start / LANES, region.end.div_ceil(LANES));
        let settled = |a: usize, b: usize| {
            let Some(bounds) = self.bounds else {
                return false;
            };
            let mismatches = bounds.of_blocks(a, b);
            let settled = self.settled_by(&mismatches);
            if settled {
                for k in self.limits_above(&mismatches) {
                    self.add_to_block(a, k, self.block_copies[b]);
                    if a != b {
                        self.add_to_block(b, k, self.block_copies[a]);
                    }
                    self.join_block(a * LANES, a);
                    self.join_block(a * LANES, b);
                }
            }
            settled
        };
        (0..end)
            .into_par_iter()
            .with_min_len(TASK / LANES)
            .map(|a| {
                let open = (first.max(a)..end).filter(|&b| !settled(a, b));
                open.fold(0, |open, b| open | 1 << (b - first))
            })
            .collect()
    }

    /// Which of the `open` blocks of a region bounds leave open to a row. Those that they settle are counted, for the row, and for all
    /// rows of the block in `shared`, by limit and block.
    #[inline(always)]
    fn open_to_row(
        &self,
        bounds: &Bounds,
        row: usize,
        mut open: u8,
        region: &Range<usize>,
        shared: &mut [[u32; GROUP]],
    ) -> u8 {
        let mut left = open;
        while left != 0 {
            let part = left.trailing_zeros() as usize;
            left &= left - 1;
            let block = region.start / LANES + part;
            let mismatches = bounds.of_row(row, block);
            if !self.settled_by(&mismatches) {
                continue;
            }
            open &= !(1 << part);
            for k in self.limits_above(&mismatches) {
                self.add(row, k, self.block_copies[block]);
                self.join_block(row, block);
                // In a row's own block the others see the row themselves.
                if row / LANES != block {
                    shared[k][part] += self.copies[row];
                }
            }
        }
        open
    }

    /// Whether each limit lies on one side of these mismatches.
    #[inline(always)]
    fn settled_by(&self, mismatches: &RangeInclusive<usize>) -> bool {
        let between = |&limit: &usize| mismatches.contains(&limit) && limit != *mismatches.end();
        !self.limits.iter().any(between)
    }

    /// The limits that all of these mismatches keep to.
    #[inline(always)]
    fn limits_above(&self, mismatches: &RangeInclusive<usize>) -> impl Iterator<Item = usize> {
        let most = *mismatches.end();
        (0..self.limits.len()).filter(move |&k| most <= self.limits[k])
    }

    fn add_shared(&self, region: &Range<usize>, shared: &[[u32; GROUP]]) {
        for (k, shared) in shared.iter().enumerate() {
            for (part, &rows) in shared.iter().enumerate() {
                if rows > 0 {
                    self.add_to_block(region.start / LANES + part, k, rows);
                }
            }
        }
    }

    fn add_to_block(&self, block: usize, limit: usize, rows: u32) {
        self.shared[block * self.limits.len() + limit].fetch_add(rows, Ordering::Relaxed);
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
        let copies = Copies::new(&self.copies[block.clone()]);
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
                self.add(row, k, copies.of(within));
                if let Some(components) = self.components {
                    within.each(|lane| components.join(row, block.start + lane));
                }
                if both {
                    tally.add(within, self.copies[row]);
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

    /// Joins a row with all of a block, where rows are joined.
    fn join_block(&self, row: usize, block: usize) {
        if let Some(components) = self.components {
            let rows = block * LANES..self.codes.rows().min((block + 1) * LANES);
            rows.for_each(|other| components.join(row, other));
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
