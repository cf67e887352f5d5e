//! Positions that a user names: `68,A:70,75-80`.

use crate::alignment::ColumnMap;
use crate::error::{Error, Result};
use crate::position::{Chain, ChainPrefix, Position, Residue};

/// Some positions of a target, of one chain or of any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions {
    ranges: Vec<Range>,
}

/// Positions from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    /// `None` for that of every chain.
    chain: Option<Chain>,
    first: Position,
    last: Position,
}

impl Range {
    fn holds(&self, residue: Residue) -> bool {
        let of_chain = self.chain.is_none() || self.chain == residue.chain;
        of_chain && (self.first..=self.last).contains(&residue.position)
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", ChainPrefix(self.chain), self.first)?;
        match self.last == self.first {
            true => Ok(()),
            false => write!(f, "-{}", self.last),
        }
    }
}

impl std::str::FromStr for Positions {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let ranges: Option<Vec<Range>> = text.split(',').map(|part| range(part.trim())).collect();
        ranges.map(|ranges| Self { ranges }).ok_or_else(|| {
            format!("'{text}' is not a list of positions: numbers and ranges with commas between, of a chain where there are several, as in 68,A:70,75-80")
        })
    }
}

fn range(text: &str) -> Option<Range> {
    let (chain, numbers) = match text.split_once(':') {
        Some((chain, numbers)) => (Some(chain.parse().ok()?), numbers),
        None => (None, text),
    };
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let position = |number: &str| Position::new(number.trim().parse().ok()?);
    let (first, last) = (position(first)?, position(last)?);
    (first <= last).then_some(Range { chain, first, last })
}

impl Positions {
    /// Whether a residue is among them.
    pub fn hold(&self, residue: Residue) -> bool {
        self.ranges.iter().any(|range| range.holds(residue))
    }

    /// Refuses positions of which a model has none.
    ///
    /// # Errors
    /// [`Error::Usage`], naming them and the positions that there are.
    pub fn check(&self, columns: &ColumnMap) -> Result<()> {
        let has =
            |range: &&Range| (0..columns.sites()).any(|site| range.holds(columns.residue(site)));
        match self.ranges.iter().find(|range| !has(range)) {
            None => Ok(()),
            Some(range) => Err(Error::Usage(format!(
                "the model has no site at {range}: it is of {}, of which {} are modelled",
                columns.numbering(),
                columns.sites()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn residue(chain: u8, number: u64) -> Residue {
        Residue {
            chain: Chain::new(chain),
            position: Position::new(number).unwrap(),
        }
    }

    #[test]
    fn numbers_ranges_and_chains_are_read() {
        let positions: Positions = "68, A:70,75-80".parse().unwrap();
        for (chain, number, expected) in [
            (b'-', 68, true),
            (b'B', 68, true),
            (b'A', 70, true),
            (b'B', 70, false),
            (b'B', 75, true),
            (b'A', 80, true),
            (b'A', 81, false),
        ] {
            assert_eq!(positions.hold(residue(chain, number)), expected, "{number}");
        }
    }

    #[test]
    fn what_is_no_list_of_positions_is_refused() {
        for wrong in ["", "68,", "A:", "80-75", "0", "-3", "A70", "68;70", "1-2-3"] {
            assert!(
                wrong.parse::<Positions>().unwrap_err().contains(wrong),
                "{wrong}"
            );
        }
    }

    #[test]
    fn positions_that_are_not_there_are_named() {
        let columns = ColumnMap::unnumbered(10);
        let check = |text: &str| text.parse::<Positions>().unwrap().check(&columns);
        assert!(check("1,5-12").is_ok());
        let message = check("3,11-12").unwrap_err().to_string();
        assert!(
            message.contains("11-12") && message.contains("1 to 10"),
            "{message}"
        );
        assert!(check("A:3").is_err());
    }
}
