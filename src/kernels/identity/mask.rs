//! One bit for each of 256 lanes, four words that the compiler keeps in one or two SIMD registers.

use std::ops::{BitAnd, BitOr, BitXor, Not};

/// Lanes of a [`Mask`].
pub const LANES: usize = 256;

/// A set of lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(32))]
pub struct Mask([u64; 4]);

impl Mask {
    pub const NONE: Self = Self([0; 4]);
    pub const ALL: Self = Self([!0; 4]);

    /// Lanes 0 to `count` - 1.
    pub fn first(count: usize) -> Self {
        let word = |w: usize| match count.saturating_sub(64 * w) {
            0 => 0,
            bits @ 1..64 => (1 << bits) - 1,
            _ => !0,
        };
        Self(std::array::from_fn(word))
    }

    /// Every bit of `bits` eight times: lane l is in the set if bit l / 8 is.
    #[inline(always)]
    pub fn octets(bits: u32) -> Self {
        Self(std::array::from_fn(|w| octets_of_byte(bits >> (8 * w))))
    }

    /// Those of eight parts of 32 lanes whose bits are set in `parts`.
    #[inline(always)]
    pub fn parts(parts: u8) -> Self {
        let half = |part: usize| u64::from(parts >> part & 1) * 0xffff_ffff;
        Self(std::array::from_fn(|w| half(2 * w) | half(2 * w + 1) << 32))
    }

    /// Lanes 32 `part` to 32 `part` + 31.
    #[inline(always)]
    pub fn part(self, part: usize) -> u32 {
        (self.0[part / 2] >> (32 * (part % 2))) as u32
    }

    #[inline(always)]
    pub fn insert(&mut self, lane: usize) {
        self.0[lane / 64] |= 1 << (lane % 64);
    }

    #[inline(always)]
    pub fn remove(&mut self, lane: usize) {
        self.0[lane / 64] &= !(1 << (lane % 64));
    }

    #[inline(always)]
    pub fn contains(self, lane: usize) -> bool {
        self.0[lane / 64] >> (lane % 64) & 1 == 1
    }

    #[inline(always)]
    pub fn is_empty(self) -> bool {
        let [a, b, c, d] = self.0;
        a | b | c | d == 0
    }

    #[inline(always)]
    pub fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// The lowest lane of the set.
    #[inline(always)]
    pub fn lowest(self) -> Option<usize> {
        let word = self.0.iter().position(|&word| word != 0)?;
        Some(64 * word + self.0[word].trailing_zeros() as usize)
    }

    /// Visits the lanes of the set, rising.
    #[inline(always)]
    pub fn each(self, mut visit: impl FnMut(usize)) {
        for (w, mut word) in self.0.into_iter().enumerate() {
            while word != 0 {
                visit(64 * w + word.trailing_zeros() as usize);
                word &= word - 1;
            }
        }
    }

    /// Those lanes of the set that `keep` wants.
    #[inline(always)]
    pub fn filter(mut self, keep: impl Fn(usize) -> bool) -> Self {
        for lane in 0..LANES {
            if self.contains(lane) && !keep(lane) {
                self.remove(lane);
            }
        }
        self
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(u64, u64) -> u64) -> Self {
        Self(std::array::from_fn(|w| f(self.0[w], other.0[w])))
    }
}

/// The lowest eight bits, each eight times.
#[inline(always)]
fn octets_of_byte(bits: u32) -> u64 {
    // Halves, quarters and single bits move apart in turn, until bit k stands at 8 k; 255 fills the octet above it.
    let x = u64::from(bits & 0xff);
    let x = (x | x << 28) & 0x0000_000f_0000_000f;
    let x = (x | x << 14) & 0x0003_0003_0003_0003;
    let x = (x | x << 7) & 0x0101_0101_0101_0101;
    x * 255
}

impl BitAnd for Mask {
    type Output = Self;
    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }
}

impl BitOr for Mask {
    type Output = Self;
    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }
}

impl BitXor for Mask {
    type Output = Self;
    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        self.zip(other, |a, b| a ^ b)
    }
}

impl Not for Mask {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_the_first_lanes() {
        for count in [0, 1, 63, 64, 65, 128, 255, 256] {
            let set = Mask::first(count);
            assert_eq!(set.count() as usize, count);
            assert!((0..LANES).all(|lane| set.contains(lane) == (lane < count)));
            assert_eq!((!set).lowest(), (count < LANES).then_some(count));
            assert_eq!(set.is_empty(), count == 0);
        }
    }

    #[test]
    fn octets_and_parts_are_those_of_single_bits() {
        for bits in [0, 1, 0x8000_0000, 0x0123_4567, 0xdead_beef, u32::MAX] {
            let set = Mask::octets(bits);
            assert!((0..LANES).all(|lane| set.contains(lane) == (bits >> (lane / 8) & 1 == 1)));
        }
        let mut set = Mask::first(40);
        set.remove(33);
        assert_eq!([set.part(0), set.part(1), set.part(2)], [u32::MAX, 0xfd, 0]);
        set.insert(33);
        assert_eq!(set, Mask::first(40));
        for parts in 0..=u8::MAX {
            let set = Mask::parts(parts);
            assert!((0..LANES).all(|lane| set.contains(lane) == (parts >> (lane / 32) & 1 == 1)));
        }
    }
}
