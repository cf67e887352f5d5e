//! Numbers that look random, the same for the same seed on any machine and for any number of threads (splitmix64, Steele 2014).

/// A stream of them.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed and of two counts, such as a rank and a try.
    pub fn of(seed: u64, one: u64, other: u64) -> Self {
        let mut stream = Self(seed);
        let first = stream.bits() ^ one;
        let mut stream = Self(first);
        let second = stream.bits() ^ other.rotate_left(32);
        Self(second)
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// Puts things into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }

    /// The numbers below `count` in a random order.
    pub fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        self.shuffle(&mut order);
        order
    }

    /// A number in 0..1.
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of 0..count, which is not 0.
    pub fn below(&mut self, count: usize) -> usize {
        let product = u128::from(self.bits()) * count as u128;
        (product >> 64) as usize
    }
}

impl Random {
    /// One of the places of shares, each as often as its share of their sum says; the last where they are all zero.
    pub fn of_shares(&mut self, shares: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.share() * shares.clone().sum::<f64>();
        let mut last = 0;
        for (place, share) in shares.enumerate() {
            left -= share;
            last = place;
            if left < 0.0 {
                return place;
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_as_often_as_their_shares() {
        let mut random = Random::of(1, 2, 3);
        let mut counts = [0; 4];
        for _ in 0..40_000 {
            counts[random.of_shares([0.5, 0.0, 2.5, 1.0].into_iter())] += 1;
        }
        assert_eq!(counts[1], 0);
        for (count, share) in counts.iter().zip([0.125, 0.0, 0.625, 0.25]) {
            assert!((f64::from(*count) / 4e4 - share).abs() < 0.01, "{counts:?}");
        }
    }
}
