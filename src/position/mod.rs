//! Residues as users count them: a position, and a chain where there are several.

mod offsets;
mod ranges;

pub use offsets::Offsets;
pub use ranges::{PositionRange, read_ranges};

use std::num::NonZeroU32;

/// A 1-based position in the target's own numbering: with its chain, if there are several, the only number that a user sees.
///
/// No chromosome has as many as 32 bits can count; the bound keeps sums and differences of positions, and the numbers in files of
/// other programs, exact. Inside the crate a modelled column is a `site`, 0-based; [`crate::alignment::ColumnMap`] translates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(NonZeroU32);

impl Position {
    /// The largest number.
    pub const MAX: u64 = u32::MAX as u64;

    /// The position with this number; `None` for 0 and above [`Self::MAX`].
    pub fn new(number: u64) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        NonZeroU32::new(number).map(Self)
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0.get().into()
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

/// A chain of a complex, named by a capital letter as in a structure file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chain(u8);

impl Chain {
    /// The chain with this letter; `None` unless it is one of A to Z.
    pub fn new(letter: u8) -> Option<Self> {
        letter.is_ascii_uppercase().then_some(Self(letter))
    }

    /// The chain that a user's letter names: a small one will do, as for residues.
    pub fn named(name: &[u8]) -> Option<Self> {
        match name {
            [letter] => Self::new(letter.to_ascii_uppercase()),
            _ => None,
        }
    }

    /// The letter.
    pub fn letter(self) -> u8 {
        self.0
    }
}

impl std::str::FromStr for Chain {
    type Err = &'static str;

    /// As [`Self::named`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::named(text.as_bytes()).ok_or("a chain is a letter from A to Z")
    }
}

impl std::fmt::Display for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", char::from(self.0))
    }
}

/// A position and the chain that it is counted in. `Display` writes `12`, or `A:12` with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Residue {
    /// The chain; none where all residues are of one.
    pub chain: Option<Chain>,
    /// The position in the chain's own numbering.
    pub position: Position,
}

impl Residue {
    /// Distance in the chain, |i - j|; none between chains.
    pub fn separation(self, other: Self) -> Option<u64> {
        (self.chain == other.chain).then(|| self.position.separation(other.position))
    }
}

impl std::fmt::Display for Residue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", ChainPrefix(self.chain), self.position)
    }
}

/// What stands before the number of a residue: `A:`, or nothing without a chain.
#[derive(Debug, Clone, Copy)]
pub struct ChainPrefix(pub Option<Chain>);

impl std::fmt::Display for ChainPrefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(chain) => write!(f, "{chain}:"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_start_at_one_and_end() {
        assert_eq!(Position::new(0), None);
        let last = Position::new(Position::MAX).unwrap();
        assert_eq!(last.shifted(1), None);
        assert_eq!(last.shifted(i64::MAX), None);
        let ten = Position::new(10).unwrap();
        assert_eq!(ten.shifted(-9).map(Position::get), Some(1));
        assert_eq!(ten.shifted(-10), None);
        assert_eq!(ten.separation(Position::new(4).unwrap()), 6);
    }

    #[test]
    fn residues_of_two_chains_have_no_separation() {
        let residue = |chain, number| Residue {
            chain: Chain::new(chain),
            position: Position::new(number).unwrap(),
        };
        assert_eq!(residue(b'A', 12).separation(residue(b'A', 3)), Some(9));
        assert_eq!(residue(b'A', 12).separation(residue(b'B', 12)), None);
        assert_eq!(residue(b'H', 12).to_string(), "H:12");
        assert_eq!(residue(b'-', 12).to_string(), "12");
        assert_eq!(Chain::new(b'a'), None);
        assert_eq!("a".parse(), Ok(residue(b'A', 1).chain.unwrap()));
        assert!(
            ["", "AB", "1", " A"]
                .iter()
                .all(|text| text.parse::<Chain>().is_err())
        );
    }
}
