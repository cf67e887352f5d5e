//! Which column of the file is which site of the model and which position of the target.

use crate::alphabet::GAP_LETTER;
use crate::error::{Error, Result};
use crate::position::{Chain, Offsets, Position, Residue};
use std::ops::Range;

/// One column that the user may ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// 1-based column of the alignment file. In A3M an insertion has none: here stands the column before it, 0 before the first.
    pub alignment_column: u64,
    /// The chain of a concatenated alignment; none where it is of one protein.
    pub chain: Option<Chain>,
    /// Position in the target's numbering (without a target: the column), in each chain anew.
    pub position: Position,
    /// The target's residue, upper case; `-` without a target.
    pub letter: u8,
    /// Whether the column is a site of the model.
    pub modelled: bool,
}

impl Column {
    /// Chain and position.
    pub fn residue(&self) -> Residue {
        Residue {
            chain: self.chain,
            position: self.position,
        }
    }
}

/// The columns of one chain, or all of them where there are no chains. `Display` writes `10 to 17`, or `A 10 to 17`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The chain.
    pub chain: Option<Chain>,
    /// Its first position.
    pub first: Position,
    /// Its last position.
    pub last: Position,
    /// Its sites, one after the other.
    pub sites: Range<usize>,
    /// Indices into the columns of the map.
    columns: Range<usize>,
}

impl Span {
    /// First and last residue.
    pub fn ends(&self) -> (Residue, Residue) {
        let residue = |position| Residue {
            chain: self.chain,
            position,
        };
        (residue(self.first), residue(self.last))
    }

    /// Number of columns, modelled or not.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is none; never true in a map.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(chain) = self.chain {
            write!(f, "{chain} ")?;
        }
        write!(f, "{} to {}", self.first, self.last)
    }
}

/// The columns with a residue of the target (all columns without a target), chain after chain, in each by rising position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMap {
    columns: Vec<Column>,
    /// One a chain, in the order of the alignment; a single one without chains.
    spans: Vec<Span>,
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
    /// Outside the target, or in a chain that it does not have.
    OutOfRange,
}

impl ColumnMap {
    /// A map of the given columns.
    ///
    /// # Errors
    /// If positions do not rise in a chain, a chain is not in one piece, or no column is modelled.
    pub fn new(columns: Vec<Column>) -> Result<Self> {
        let spans = spans(&columns)?;
        let sites: Vec<usize> = (0..columns.len())
            .filter(|&k| columns[k].modelled)
            .collect();
        if sites.is_empty() {
            return Err(Error::Model(
                "a column map without a modelled column".into(),
            ));
        }
        Ok(Self {
            columns,
            spans,
            sites,
        })
    }

    /// `sites` modelled columns, numbered from 1, without letters.
    pub fn unnumbered(sites: usize) -> Self {
        let columns: Vec<Column> = (1..=sites as u64)
            .filter_map(|number| {
                Some(Column {
                    alignment_column: number,
                    chain: None,
                    position: Position::new(number)?,
                    letter: GAP_LETTER,
                    modelled: true,
                })
            })
            .collect();
        Self {
            sites: (0..columns.len()).collect(),
            spans: spans(&columns).unwrap_or_default(),
            columns,
        }
    }

    /// The same columns with these numbers added to their positions.
    ///
    /// # Errors
    /// If there are not as many as chains, or a position would be none.
    pub fn moved(&self, offsets: &Offsets) -> Result<Self> {
        offsets.check(self.spans.len())?;
        let mut columns = self.columns.clone();
        for (n, span) in self.spans.iter().enumerate() {
            let offset = offsets.of(n);
            for column in &mut columns[span.columns.clone()] {
                let residue = column.residue();
                column.position = column.position.shifted(offset).ok_or_else(|| {
                    Error::Usage(format!(
                        "`offset={offset}` gives position {residue} the number {}; positions start at 1 and end at {}",
                        i128::from(residue.position.get()) + i128::from(offset),
                        Position::MAX
                    ))
                })?;
            }
        }
        Self::new(columns)
    }

    /// All columns, chain after chain, by rising position.
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

    /// The position of a site, in its chain.
    pub fn position(&self, site: usize) -> Position {
        self.column(site).position
    }

    /// The residue of a site: its position and its chain.
    pub fn residue(&self, site: usize) -> Residue {
        self.column(site).residue()
    }

    /// The number of a site in a count that knows no chains and goes on from one to the next: its position where there are none.
    pub fn running_number(&self, site: usize) -> u64 {
        match self.has_chains() {
            true => self.sites[site] as u64 + 1,
            false => self.position(site).get(),
        }
    }

    /// The target's letter at a site.
    pub fn letter(&self, site: usize) -> u8 {
        self.column(site).letter
    }

    /// The columns of each chain, in the order of the alignment: a single span without chains.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether the alignment is of several chains, or one with a name.
    pub fn has_chains(&self) -> bool {
        self.spans.iter().any(|span| span.chain.is_some())
    }

    /// Number of modelled sites in the chain of a site, itself included.
    pub fn sites_beside(&self, site: usize) -> usize {
        let own = self.spans.iter().find(|span| span.sites.contains(&site));
        own.map_or(0, |span| span.sites.len())
    }

    /// The chains, in the order of the alignment; none where it is of one protein.
    pub fn chains(&self) -> impl Iterator<Item = Chain> {
        self.spans.iter().filter_map(|span| span.chain)
    }

    /// The place of a chain among [`Self::spans`]: that of the only one for `None`, without chains.
    pub fn span_of(&self, chain: Option<Chain>) -> Option<usize> {
        self.spans.iter().position(|span| span.chain == chain)
    }

    /// The numbering in words: `positions 10 to 17`, `chains A 1 to 120, B 1 to 98`.
    pub fn numbering(&self) -> String {
        match self.has_chains() {
            true => format!("chains {}", self.ranges()),
            false => format!("positions {}", self.ranges()),
        }
    }

    /// The numbers alone: `10 to 17`, `A 1 to 120, B 1 to 98`.
    pub fn ranges(&self) -> String {
        let spans: Vec<String> = self.spans.iter().map(Span::to_string).collect();
        spans.join(", ")
    }

    /// What stands at a residue.
    pub fn at(&self, residue: Residue) -> Occupant {
        let Some(span) = self.span_of(residue.chain).map(|k| &self.spans[k]) else {
            return Occupant::OutOfRange;
        };
        let columns = &self.columns[span.columns.clone()];
        let Some(index) = place(columns, residue.position) else {
            return match (span.first..=span.last).contains(&residue.position) {
                true => Occupant::NotModelled(GAP_LETTER),
                false => Occupant::OutOfRange,
            };
        };
        let letter = columns[index].letter;
        match self.sites.binary_search(&(span.columns.start + index)) {
            Ok(site) => Occupant::Site(site, letter),
            Err(_) => Occupant::NotModelled(letter),
        }
    }

    /// Whether the letters of a target are known.
    pub fn has_target(&self) -> bool {
        self.sites
            .iter()
            .any(|&k| self.columns[k].letter != GAP_LETTER)
    }
}

/// The place of a position among rising ones. Where they have no holes, as in nearly all targets, it need not be searched for.
fn place(columns: &[Column], position: Position) -> Option<usize> {
    let first = columns.first()?.position;
    let straight = usize::try_from(position.get().checked_sub(first.get())?).ok()?;
    match columns.get(straight) {
        Some(column) if column.position == position => Some(straight),
        _ => columns.binary_search_by_key(&position, |c| c.position).ok(),
    }
}

/// The spans of the chains.
fn spans(columns: &[Column]) -> Result<Vec<Span>> {
    let mut spans: Vec<Span> = Vec::new();
    let (mut start, mut sites) = (0, 0);
    for run in columns.chunk_by(|a, b| a.chain == b.chain) {
        if run.windows(2).any(|w| w[0].position >= w[1].position) {
            return Err(Error::Model("positions of a column map must rise".into()));
        }
        let modelled = run.iter().filter(|c| c.modelled).count();
        spans.push(Span {
            chain: run[0].chain,
            first: run[0].position,
            last: run[run.len() - 1].position,
            sites: sites..sites + modelled,
            columns: start..start + run.len(),
        });
        (start, sites) = (start + run.len(), sites + modelled);
    }
    let again = |k: usize| spans[..k].iter().any(|s| s.chain == spans[k].chain);
    let nameless = spans.iter().any(|span| span.chain.is_none());
    if (0..spans.len()).any(again) || (nameless && spans.len() > 1) {
        return Err(Error::Model(
            "the columns of a chain must stand together, and all columns be of a chain or none"
                .into(),
        ));
    }
    Ok(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(chain: u8, position: u64, letter: u8, modelled: bool) -> Column {
        Column {
            alignment_column: position,
            chain: Chain::new(chain),
            position: Position::new(position).unwrap(),
            letter,
            modelled,
        }
    }

    fn at(map: &ColumnMap, chain: u8, position: u64) -> Occupant {
        map.at(column(chain, position, b'-', false).residue())
    }

    #[test]
    fn a_position_is_a_site_an_insert_or_outside() {
        let map = ColumnMap::new(vec![
            column(b'-', 10, b'A', true),
            column(b'-', 11, b'C', false),
            column(b'-', 12, b'D', true),
        ])
        .unwrap();
        assert_eq!(at(&map, b'-', 10), Occupant::Site(0, b'A'));
        assert_eq!(at(&map, b'-', 11), Occupant::NotModelled(b'C'));
        assert_eq!(at(&map, b'-', 12), Occupant::Site(1, b'D'));
        assert_eq!(at(&map, b'-', 9), Occupant::OutOfRange);
        assert_eq!(at(&map, b'-', 13), Occupant::OutOfRange);
        assert_eq!(at(&map, b'A', 10), Occupant::OutOfRange);
        assert_eq!(map.sites(), 2);
        assert_eq!(map.running_number(1), 12);
        assert!(map.has_target() && !map.has_chains());
        assert_eq!(map.numbering(), "positions 10 to 12");
        assert!(!ColumnMap::unnumbered(3).has_target());
    }

    #[test]
    fn each_chain_has_its_own_numbers() {
        let map = ColumnMap::new(vec![
            column(b'H', 5, b'A', true),
            column(b'H', 6, b'C', false),
            column(b'A', 1, b'D', true),
            column(b'A', 5, b'E', true),
        ])
        .unwrap();
        assert_eq!(at(&map, b'H', 5), Occupant::Site(0, b'A'));
        assert_eq!(at(&map, b'A', 5), Occupant::Site(2, b'E'));
        assert_eq!(at(&map, b'A', 3), Occupant::NotModelled(b'-'));
        assert_eq!(at(&map, b'H', 1), Occupant::OutOfRange);
        assert_eq!(at(&map, b'B', 5), Occupant::OutOfRange);
        assert_eq!(at(&map, b'-', 5), Occupant::OutOfRange);
        assert_eq!(map.numbering(), "chains H 5 to 6, A 1 to 5");
        assert_eq!(map.spans()[1].sites, 1..3);
        assert_eq!((map.sites_beside(0), map.sites_beside(1)), (1, 2));
        assert_eq!(map.running_number(2), 4);
        assert_eq!(map.residue(2).to_string(), "A:5");
    }

    #[test]
    fn positions_move_chain_by_chain() {
        let map = ColumnMap::new(vec![
            column(b'H', 5, b'A', true),
            column(b'H', 7, b'C', false),
            column(b'A', 3, b'D', true),
        ])
        .unwrap();
        let moved = |offsets: &str| map.moved(&offsets.parse().unwrap());
        let numbering = |offsets| moved(offsets).unwrap().numbering();
        assert_eq!(numbering("10,-2"), "chains H 15 to 17, A 1 to 1");
        assert_eq!(numbering("-1"), "chains H 4 to 6, A 2 to 2");
        let message = moved("0,-3").unwrap_err().to_string();
        assert!(message.contains("position A:3 the number 0"), "{message}");
        assert!(moved("1,2,3").is_err());
    }

    #[test]
    fn positions_must_rise_and_chains_stand_together() {
        let refused = |columns: &[(u8, u64)]| {
            let columns = columns
                .iter()
                .map(|&(chain, k)| column(chain, k, b'A', true));
            ColumnMap::new(columns.collect()).is_err()
        };
        assert!(refused(&[(b'-', 2), (b'-', 2)]));
        assert!(refused(&[(b'A', 2), (b'A', 1)]));
        assert!(refused(&[(b'A', 1), (b'B', 1), (b'A', 2)]));
        assert!(refused(&[(b'A', 1), (b'-', 1)]));
        assert!(!refused(&[(b'B', 2), (b'A', 1)]));
        assert!(ColumnMap::new(vec![column(b'-', 2, b'A', false)]).is_err());
    }
}
