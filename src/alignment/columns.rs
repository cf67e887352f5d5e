//! Which column of the file is which site of the model and which position of the target.

use crate::alphabet::GAP_LETTER;
use crate::error::{Error, Result};
use crate::position::Position;

/// One column that the user may ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// 1-based column of the alignment file. In A3M an insertion has none: here stands the column before it, 0 before the first.
    pub alignment_column: u64,
    /// Position in the target's numbering (without a target: the column).
    pub position: Position,
    /// The target's residue, upper case; `-` without a target.
    pub letter: u8,
    /// Whether the column is a site of the model.
    pub modelled: bool,
}

/// The columns with a residue of the target (all columns without a target), by rising position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMap {
    columns: Vec<Column>,
    /// Index into `columns` of each site.
    sites: Vec<usize>,
}

/// What stands at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occupant {
    /// A site of the model, with the target's letter.
    Site(usize, u8),
    /// A residue of the target that is not modelled.
    NotModelled(u8),
    /// Outside the target.
    OutOfRange,
}

impl ColumnMap {
    /// A map of the given columns.
    ///
    /// # Errors
    /// If positions do not rise or no column is modelled.
    pub fn new(columns: Vec<Column>) -> Result<Self> {
        if columns.windows(2).any(|w| w[0].position >= w[1].position) {
            return Err(Error::Model("positions of a column map must rise".into()));
        }
        let sites: Vec<usize> = (0..columns.len())
            .filter(|&k| columns[k].modelled)
            .collect();
        if sites.is_empty() {
            return Err(Error::Model(
                "a column map without a modelled column".into(),
            ));
        }
        Ok(Self { columns, sites })
    }

    /// `sites` modelled columns, numbered from 1, without letters.
    pub fn unnumbered(sites: usize) -> Self {
        let columns: Vec<Column> = (1..=sites as u64)
            .filter_map(|number| {
                Some(Column {
                    alignment_column: number,
                    position: Position::new(number)?,
                    letter: GAP_LETTER,
                    modelled: true,
                })
            })
            .collect();
        Self {
            sites: (0..columns.len()).collect(),
            columns,
        }
    }

    /// All columns, by rising position.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Number of modelled sites L.
    pub fn sites(&self) -> usize {
        self.sites.len()
    }

    /// The column of a site.
    pub fn column(&self, site: usize) -> &Column {
        &self.columns[self.sites[site]]
    }

    /// The position of a site.
    pub fn position(&self, site: usize) -> Position {
        self.column(site).position
    }

    /// The target's letter at a site.
    pub fn letter(&self, site: usize) -> u8 {
        self.column(site).letter
    }

    /// First and last position.
    pub fn range(&self) -> (Position, Position) {
        (
            self.columns[0].position,
            self.columns[self.columns.len() - 1].position,
        )
    }

    /// What stands at `position`.
    pub fn at(&self, position: Position) -> Occupant {
        let Ok(index) = self.columns.binary_search_by_key(&position, |c| c.position) else {
            let (first, last) = self.range();
            return if (first..=last).contains(&position) {
                Occupant::NotModelled(GAP_LETTER)
            } else {
                Occupant::OutOfRange
            };
        };
        match self.sites.binary_search(&index) {
            Ok(site) => Occupant::Site(site, self.columns[index].letter),
            Err(_) => Occupant::NotModelled(self.columns[index].letter),
        }
    }

    /// Whether the letters of a target are known.
    pub fn has_target(&self) -> bool {
        self.sites
            .iter()
            .any(|&k| self.columns[k].letter != GAP_LETTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(position: u64, letter: u8, modelled: bool) -> Column {
        Column {
            alignment_column: position,
            position: Position::new(position).unwrap(),
            letter,
            modelled,
        }
    }

    #[test]
    fn a_position_is_a_site_an_insert_or_outside() {
        let map = ColumnMap::new(vec![
            column(10, b'A', true),
            column(11, b'C', false),
            column(12, b'D', true),
        ])
        .unwrap();
        let at = |p| map.at(Position::new(p).unwrap());
        assert_eq!(at(10), Occupant::Site(0, b'A'));
        assert_eq!(at(11), Occupant::NotModelled(b'C'));
        assert_eq!(at(12), Occupant::Site(1, b'D'));
        assert_eq!(at(9), Occupant::OutOfRange);
        assert_eq!(at(13), Occupant::OutOfRange);
        assert_eq!(map.sites(), 2);
        assert!(map.has_target());
        assert!(!ColumnMap::unnumbered(3).has_target());
    }

    #[test]
    fn positions_must_rise() {
        assert!(ColumnMap::new(vec![column(2, b'A', true), column(2, b'C', true)]).is_err());
        assert!(ColumnMap::new(vec![column(2, b'A', false)]).is_err());
    }
}
