//! A list in which pairs don't crowd: for folding and for cross-links, one of a bundle of neighbouring pairs is as good as all.

use crate::position::{Chain, Residue};
use std::collections::HashMap;

/// Going down a list, at most `most` pairs stay that lie within `within` positions of one another in both i and j.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// W.
    pub within: u64,
    /// K, at least 1.
    pub most: usize,
}

impl std::str::FromStr for Spread {
    type Err = String;

    /// `W` or `W:K`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (within, most) = text.split_once(':').unwrap_or((text, "1"));
        let spread = || {
            Some(Self {
                within: within.parse().ok()?,
                most: most.parse().ok().filter(|&most| most > 0)?,
            })
        };
        spread().ok_or_else(|| {
            format!("'{text}' is not W or W:K: at most K pairs (1 by default) within W positions of one another, as in 3 or 3:2")
        })
    }
}

/// The pairs that stayed so far, by squares of the map as wide as pairs must be apart.
#[derive(Debug)]
pub struct Crowd {
    spread: Spread,
    squares: HashMap<Square, Vec<(u64, u64)>>,
}

type Square = ((Option<Chain>, u64), (Option<Chain>, u64));

impl Crowd {
    /// Nobody yet.
    pub fn new(spread: Spread) -> Self {
        Self {
            spread,
            squares: HashMap::new(),
        }
    }

    /// Whether a pair may stay; if so, it is one of those that the next ones must keep away from.
    pub fn admits(&mut self, i: Residue, j: Residue) -> bool {
        let width = self.spread.within.saturating_add(1);
        let (a, b) = (i.position.get(), j.position.get());
        let near = |x: u64, y: u64| x.abs_diff(y) <= self.spread.within;
        let around = |n: u64| (n / width).saturating_sub(1)..=n / width + 1;
        let squares = around(a).flat_map(|row| around(b).map(move |column| (row, column)));
        let neighbours = squares
            .filter_map(|(row, column)| self.squares.get(&((i.chain, row), (j.chain, column))))
            .flatten()
            .filter(|&&(k, l)| near(a, k) && near(b, l));
        if neighbours.count() >= self.spread.most {
            return false;
        }
        let own = ((i.chain, a / width), (j.chain, b / width));
        self.squares.entry(own).or_default().push((a, b));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::position::Position;
    use proptest::prelude::*;

    fn residue(number: u64) -> Residue {
        Residue {
            chain: None,
            position: Position::new(number).unwrap(),
        }
    }

    #[test]
    fn widths_and_counts_are_read_and_nonsense_is_not() {
        let read = |text: &str| text.parse::<Spread>().unwrap();
        assert_eq!(read("3"), Spread { within: 3, most: 1 });
        assert_eq!(read("0:2"), Spread { within: 0, most: 2 });
        for wrong in ["", "a", "3:0", "3:", ":2", "-1", "3:2:1"] {
            assert!(
                wrong.parse::<Spread>().unwrap_err().contains("W:K"),
                "{wrong}"
            );
        }
    }

    proptest! {
        #[test]
        fn pairs_stay_as_by_looking_at_all_that_stayed(
            pairs in prop::collection::vec((1u64..30, 1u64..30), 0..80), within in 0u64..6, most in 1usize..4,
        ) {
            let mut crowd = Crowd::new(Spread { within, most });
            let mut stayed: Vec<(u64, u64)> = Vec::new();
            for (i, j) in pairs {
                let near = stayed.iter().filter(|(k, l)| i.abs_diff(*k) <= within && j.abs_diff(*l) <= within);
                let expected = near.count() < most;
                prop_assert_eq!(crowd.admits(residue(i), residue(j)), expected);
                if expected {
                    stayed.push((i, j));
                }
            }
        }
    }
}
