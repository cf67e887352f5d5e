//! Positions as users count them.

use std::num::NonZeroU64;

/// A 1-based position in the target's own numbering: the only number that a user sees.
///
/// Inside the crate a modelled column is a `site`, 0-based; [`crate::alignment::ColumnMap`] translates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(NonZeroU64);

impl Position {
    /// The position with this number; `None` for 0.
    pub fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).map(Self)
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0.get()
    }

    /// This position moved by `offset`; `None` if that falls below 1 or out of range.
    pub fn shifted(self, offset: i64) -> Option<Self> {
        self.get().checked_add_signed(offset).and_then(Self::new)
    }

    /// Distance in the chain, |i - j|.
    pub fn separation(self, other: Self) -> u64 {
        self.get().abs_diff(other.get())
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_start_at_one() {
        assert_eq!(Position::new(0), None);
        let ten = Position::new(10).unwrap();
        assert_eq!(ten.shifted(-9).map(Position::get), Some(1));
        assert_eq!(ten.shifted(-10), None);
        assert_eq!(ten.separation(Position::new(4).unwrap()), 6);
    }
}
