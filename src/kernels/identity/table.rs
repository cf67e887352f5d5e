//! Mismatches of one row with 256 others at once.
//!
//! A [`MismatchTable`] holds for every column and state the set of lanes that mismatch it. A row's 256 numbers of mismatches are
//! counted **bit-sliced**: plane b holds bit b of all 256 counters, and carry-save adders, five logical instructions each, add
//! three planes into two. Eight columns take seven of them.

use super::codes::{CHUNK, Codes};
use super::mask::{LANES, Mask};

/// Mismatches of 256 lanes, one row a lane, or a group of rows: a group mismatches a state that none of its rows has, so that its
/// mismatches are a lower bound to those of each of its rows.
pub struct MismatchTable {
    /// By chunk of columns and code.
    chunks: Vec<[Mask; 256]>,
    lanes: Mask,
}

impl MismatchTable {
    /// Each lane's rows out of `codes`; `lanes` has at most 256 elements.
    pub fn new<R: IntoIterator<Item = usize>>(
        codes: &Codes,
        lanes: impl IntoIterator<Item = R>,
    ) -> Self {
        let mut chunks = vec![[Mask::ALL; 256]; codes.width()];
        let mut used = 0;
        for (lane, rows) in lanes.into_iter().enumerate() {
            assert!(lane < LANES);
            used = lane + 1;
            for row in rows {
                for (masks, chunk) in chunks.iter_mut().zip(codes.row(row)) {
                    for &code in chunk {
                        masks[usize::from(code)].remove(lane);
                    }
                }
            }
        }
        Self {
            chunks,
            lanes: Mask::first(used),
        }
    }

    /// The lanes that stand for rows.
    pub fn lanes(&self) -> Mask {
        self.lanes
    }

    /// Planes that hold any number of mismatches.
    pub fn planes(&self) -> u32 {
        planes_for(self.chunks.len() * CHUNK)
    }

    /// The mismatches of all lanes with a row; of `P` planes, which must be enough.
    #[inline(always)]
    pub fn mismatches<const P: usize>(&self, row: &[[u8; CHUNK]]) -> Counters<P> {
        let mut counters = Counters::all(Mask::NONE);
        for (masks, chunk) in self.chunks.iter().zip(row) {
            counters.add(masks, chunk);
        }
        counters
    }

    /// The lane of `lanes` with the fewest mismatches with a row, the lowest of several, and how many these are; `None` if there are no
    /// `lanes`.
    pub fn nearest(&self, row: &[[u8; CHUNK]], lanes: Mask) -> Option<(usize, u32)> {
        match self.planes() {
            0..=8 => nearest_dispatch::<8>(self, row, lanes),
            9..=12 => nearest_dispatch::<12>(self, row, lanes),
            _ => nearest_dispatch::<32>(self, row, lanes),
        }
    }
}

/// Planes that hold the numbers up to `largest`.
pub fn planes_for(largest: usize) -> u32 {
    usize::BITS - largest.leading_zeros()
}

fn nearest_dispatch<const P: usize>(
    table: &MismatchTable,
    row: &[[u8; CHUNK]],
    lanes: Mask,
) -> Option<(usize, u32)> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, the only requirement of the function.
        return unsafe { nearest_avx2::<P>(table, row, lanes) };
    }
    nearest::<P>(table, row, lanes)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn nearest_avx2<const P: usize>(
    table: &MismatchTable,
    row: &[[u8; CHUNK]],
    lanes: Mask,
) -> Option<(usize, u32)> {
    nearest::<P>(table, row, lanes)
}

#[inline(always)]
fn nearest<const P: usize>(
    table: &MismatchTable,
    row: &[[u8; CHUNK]],
    mut lanes: Mask,
) -> Option<(usize, u32)> {
    let counters = table.mismatches::<P>(row);
    // From the highest bit on, lanes with a 0 beat those with a 1.
    for plane in counters.0.into_iter().rev() {
        let smaller = lanes & !plane;
        if !smaller.is_empty() {
            lanes = smaller;
        }
    }
    let lane = lanes.lowest()?;
    Some((lane, counters.number(lane)))
}

/// 256 counters of `P` bits, at least 3.
#[derive(Debug, Clone, Copy)]
pub struct Counters<const P: usize>([Mask; P]);

impl<const P: usize> Counters<P> {
    /// Counters that overflow as soon as they have counted more than `limit`.
    #[inline(always)]
    pub fn up_to(limit: usize) -> Self {
        let start = Self::largest() - limit as u64;
        Self(std::array::from_fn(|plane| {
            if start >> plane & 1 == 1 {
                Mask::ALL
            } else {
                Mask::NONE
            }
        }))
    }

    /// Counters whose planes are all the same: `Mask::NONE` for 0, `Mask::ALL` for the largest number.
    #[inline(always)]
    pub fn all(plane: Mask) -> Self {
        Self([plane; P])
    }

    /// The number of a lane.
    #[inline(always)]
    pub fn number(&self, lane: usize) -> u32 {
        let bits = self.0.iter().enumerate();
        bits.map(|(bit, plane)| u32::from(plane.contains(lane)) << bit)
            .sum()
    }

    /// The lanes whose numbers are smaller than those of `other`.
    #[inline(always)]
    pub fn below(&self, other: &Self) -> Mask {
        let planes = self.0.iter().zip(&other.0);
        planes.fold(Mask::NONE, |below, (&own, &other)| {
            // A higher bit overrules what the lower ones say.
            (!own & other) | (!(own ^ other) & below)
        })
    }

    /// These numbers in `lanes`, those of `other` elsewhere.
    #[inline(always)]
    pub fn or_else(self, other: Self, lanes: Mask) -> Self {
        Self(std::array::from_fn(|bit| {
            (self.0[bit] & lanes) | (other.0[bit] & !lanes)
        }))
    }

    /// The largest number in P bits.
    const fn largest() -> u64 {
        (1 << P) - 1
    }

    /// Counts a row's mismatches in eight columns; returns the lanes that overflow.
    #[inline(always)]
    fn add(&mut self, masks: &[Mask; 256], chunk: &[u8; CHUNK]) -> Mask {
        let [c0, c1, c2, c3, c4, c5, c6, c7] = chunk.map(|code| masks[usize::from(code)]);
        let planes = &mut self.0;
        let twos = [
            carry(&mut planes[0], c0, c1),
            carry(&mut planes[0], c2, c3),
            carry(&mut planes[0], c4, c5),
            carry(&mut planes[0], c6, c7),
        ];
        let fours = [
            carry(&mut planes[1], twos[0], twos[1]),
            carry(&mut planes[1], twos[2], twos[3]),
        ];
        let mut over = carry(&mut planes[2], fours[0], fours[1]);
        for plane in &mut planes[3..] {
            (*plane, over) = (*plane ^ over, *plane & over);
        }
        over
    }

    /// The lanes of counters made by [`up_to`](Self::up_to) `limit` that have counted at most `count` and not overflowed.
    #[inline(always)]
    pub fn at_most(&self, count: usize, limit: usize) -> Mask {
        let bound = Self::largest() - (limit - count) as u64;
        let mut within = Mask::ALL;
        for (bit, &plane) in self.0.iter().enumerate() {
            within = if bound >> bit & 1 == 1 {
                within | !plane
            } else {
                within & !plane
            };
        }
        within
    }
}

/// Adds three bits: the sum stays, the carry is returned.
#[inline(always)]
fn carry(sum: &mut Mask, x: Mask, y: Mask) -> Mask {
    let half = *sum ^ x;
    let carry = (*sum & x) | (half & y);
    *sum = half ^ y;
    carry
}

/// Visits those of `queries`, rows out of `codes` and the lanes to compare them with, that have at most `limit` mismatches with some
/// of the lanes: the row, these lanes and the counters, made by `up_to(limit)`.
///
/// Picks the widest instructions that the processor has.
pub fn for_survivors<const P: usize>(
    table: &MismatchTable,
    codes: &Codes,
    limit: usize,
    queries: impl Iterator<Item = (usize, Mask)>,
    visit: impl FnMut(usize, Mask, &Counters<P>),
) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, the only requirement of the function.
        return unsafe { for_survivors_avx2(table, codes, limit, queries, visit) };
    }
    for_survivors_portable(table, codes, limit, queries, visit);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn for_survivors_avx2<const P: usize>(
    table: &MismatchTable,
    codes: &Codes,
    limit: usize,
    queries: impl Iterator<Item = (usize, Mask)>,
    visit: impl FnMut(usize, Mask, &Counters<P>),
) {
    for_survivors_portable(table, codes, limit, queries, visit);
}

#[inline(always)]
fn for_survivors_portable<const P: usize>(
    table: &MismatchTable,
    codes: &Codes,
    limit: usize,
    queries: impl Iterator<Item = (usize, Mask)>,
    mut visit: impl FnMut(usize, Mask, &Counters<P>),
) {
    let start = Counters::<P>::up_to(limit);
    'queries: for (row, mut lanes) in queries {
        let mut counters = start;
        for (masks, chunk) in table.chunks.iter().zip(codes.row(row)) {
            lanes = lanes & !counters.add(masks, chunk);
            if lanes.is_empty() {
                continue 'queries;
            }
        }
        visit(row, lanes, &counters);
    }
}
