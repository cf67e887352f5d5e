//! Sums of copies over sets of rows, 256 rows at once.

use super::mask::Mask;

/// How many times each of 256 rows counts, bit-sliced.
pub struct Copies {
    planes: [Mask; u32::BITS as usize],
    used: usize,
}

impl Copies {
    /// Of the rows of a block.
    pub fn new(copies: &[u32]) -> Self {
        let mut planes = [Mask::NONE; u32::BITS as usize];
        for (lane, &copies) in copies.iter().enumerate() {
            let mut left = copies;
            while left != 0 {
                planes[left.trailing_zeros() as usize].insert(lane);
                left &= left - 1;
            }
        }
        let most = copies.iter().copied().max().unwrap_or(0);
        let used = (u32::BITS - most.leading_zeros()) as usize;
        Self { planes, used }
    }

    /// The copies of all rows in a set.
    #[inline(always)]
    pub fn of(&self, set: Mask) -> u32 {
        let bits = self.planes[..self.used].iter().enumerate();
        bits.map(|(bit, &plane)| (set & plane).count() << bit).sum()
    }
}

/// For each lane the copies of the rows in whose sets it was, bit-sliced: one addition for 256 lanes instead of one for each element.
#[derive(Debug, Clone)]
pub struct Tally {
    planes: [Mask; u32::BITS as usize],
    used: usize,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            planes: [Mask::NONE; u32::BITS as usize],
            used: 0,
        }
    }
}

impl Tally {
    /// Adds `copies` for each lane of a set. No lane's sum may exceed 32 bits.
    #[inline(always)]
    pub fn add(&mut self, set: Mask, copies: u32) {
        let mut left = copies;
        while left != 0 {
            self.add_bit(set, left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }

    #[inline(always)]
    fn add_bit(&mut self, set: Mask, first: usize) {
        let mut carry = set;
        for (bit, plane) in self.planes.iter_mut().enumerate().skip(first) {
            if carry.is_empty() {
                break;
            }
            (*plane, carry) = (*plane ^ carry, *plane & carry);
            self.used = self.used.max(bit + 1);
        }
    }

    /// The sum of a lane.
    pub fn count(&self, lane: usize) -> u32 {
        let bits = self.planes[..self.used].iter().enumerate();
        bits.map(|(bit, plane)| u32::from(plane.contains(lane)) << bit)
            .sum()
    }
}
