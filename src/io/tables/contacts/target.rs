//! The residues of a target as a file of another program prints and counts them: from 1 in each chain, unmodelled ones too, without holes.

use crate::alignment::{Column, ColumnMap};
use crate::alphabet::GAP_LETTER;
use crate::position::{Chain, Position, Residue};

/// The residues of each chain of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetChains {
    /// One a chain, a single one without.
    chains: Vec<TargetChain>,
}

/// The residues of a chain that are printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetChain {
    /// The chain; none where the target has none.
    pub chain: Option<Chain>,
    /// Its letters.
    pub sequence: Vec<u8>,
    /// The position of each residue of the sequence, rising.
    pub positions: Vec<Position>,
}

/// A residue by its place in the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index of the chain.
    pub chain: usize,
    /// From 1 in its chain.
    pub number: usize,
}

impl TargetChains {
    /// The letters of `columns`; `None` if none is known.
    pub fn new(columns: &ColumnMap) -> Option<Self> {
        let of_chain = columns.columns().chunk_by(|a, b| a.chain == b.chain);
        let chains: Vec<TargetChain> = of_chain.map(TargetChain::new).collect();
        let is_known = chains.iter().any(|chain| !chain.sequence.is_empty());
        is_known.then_some(Self { chains })
    }

    /// The chains, in the order of the alignment.
    pub fn chains(&self) -> &[TargetChain] {
        &self.chains
    }

    /// The place of a residue.
    pub fn place(&self, residue: Residue) -> Option<Place> {
        let chain = self.chains.iter().position(|c| c.chain == residue.chain)?;
        let found = self.chains[chain]
            .positions
            .binary_search(&residue.position);
        found.ok().map(|k| Place {
            chain,
            number: k + 1,
        })
    }

    /// The number of a residue that is counted on from one chain to the next.
    pub fn running_number(&self, place: Place) -> usize {
        let before = self.chains[..place.chain].iter();
        before.map(|chain| chain.sequence.len()).sum::<usize>() + place.number
    }
}

impl TargetChain {
    /// Of the columns of one chain.
    fn new(columns: &[Column]) -> Self {
        let residues = columns.iter().filter(|c| c.letter != GAP_LETTER);
        let (sequence, positions) = residues.map(|c| (c.letter, c.position)).unzip();
        Self {
            chain: columns[0].chain,
            sequence,
            positions,
        }
    }

    /// Whether counting from 1 gives the positions of the target.
    pub fn keeps_numbering(&self) -> bool {
        let numbered = self.positions.iter().zip(1..);
        numbered
            .into_iter()
            .all(|(position, k)| position.get() == k)
    }

    /// Where it begins, in words, if its count is not the target's: `1 is position 24 of the target`.
    pub fn beginning(&self) -> Option<String> {
        let first = self.positions.first()?;
        let of = self
            .chain
            .map_or(String::new(), |chain| format!(" of chain {chain}"));
        (!self.keeps_numbering())
            .then(|| format!("residue 1{of} is position {first} of the target"))
    }
}
