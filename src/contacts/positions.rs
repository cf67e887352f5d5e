//! Positions whose partners are asked for.

use crate::alignment::{Column, ColumnMap};
use crate::error::{Error, Result};
use crate::position::{PositionRange, Residue, read_ranges};

/// Some positions of a target, of a chain or of any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions {
    ranges: Vec<PositionRange>,
}

impl std::str::FromStr for Positions {
    type Err = String;

    /// As [`read_ranges`].
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        read_ranges(text).map(|ranges| Self { ranges })
    }
}

impl Positions {
    /// As they were named.
    pub fn ranges(&self) -> &[PositionRange] {
        &self.ranges
    }

    /// Whether a residue is among them.
    pub fn hold(&self, residue: Residue) -> bool {
        self.ranges.iter().any(|range| range.holds(residue))
    }

    /// The place of that of some residues which the first range holds that holds any.
    pub fn first_of(&self, residues: &[Residue]) -> Option<usize> {
        let place = |range: &PositionRange| residues.iter().position(|r| range.holds(*r));
        self.ranges.iter().find_map(place)
    }

    /// Refuses positions of which a model has none.
    ///
    /// # Errors
    /// [`Error::Usage`], naming them and the positions that there are.
    pub fn check(&self, columns: &ColumnMap) -> Result<()> {
        self.check_among(columns, (0..columns.sites()).map(|k| columns.residue(k)))
    }

    /// Refuses positions of which neither the model nor the rest of its target has any.
    ///
    /// # Errors
    /// As for [`Self::check`].
    pub fn check_residues(&self, columns: &ColumnMap) -> Result<()> {
        self.check_among(columns, columns.columns().iter().map(Column::residue))
    }

    fn check_among(
        &self,
        columns: &ColumnMap,
        residues: impl Iterator<Item = Residue> + Clone,
    ) -> Result<()> {
        let has = |range: &&PositionRange| residues.clone().any(|residue| range.holds(residue));
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
    use crate::position::{Chain, Position};

    #[test]
    fn a_position_without_a_chain_is_that_of_every_chain() {
        let positions: Positions = "68,A:70".parse().unwrap();
        for (chain, number, expected) in [
            (b'-', 68, true),
            (b'B', 68, true),
            (b'A', 70, true),
            (b'B', 70, false),
            (b'A', 71, false),
        ] {
            let residue = Residue {
                chain: Chain::new(chain),
                position: Position::new(number).unwrap(),
            };
            assert_eq!(positions.hold(residue), expected, "{number}");
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
