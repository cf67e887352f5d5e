//! The chains of a concatenated alignment: which of its columns are of which protein.

use crate::position::Chain;

/// The chains in the order of the alignment, each with its length: `120,98`, `H=120,L=110`. Without letters they are A, B, ...
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainLengths(Vec<(Chain, u64)>);

/// What the lengths of chains count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainUnit {
    /// Residues of the target.
    Residues,
    /// Columns of the alignment.
    Columns,
    /// Match columns of the reference line.
    MatchColumns,
}

impl ChainUnit {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Residues => "residues of the target",
            Self::Columns => "columns of the alignment",
            Self::MatchColumns => "match columns",
        }
    }
}

impl ChainLengths {
    /// Chains A, B, ... of these lengths; `None` for a single one, and for more than there are letters.
    pub fn of(lengths: &[u64]) -> Option<Self> {
        let chains = lengths.iter().zip(b'A'..);
        let chains = chains.map(|(&length, letter)| Some((Chain::new(letter)?, length)));
        chains.collect::<Option<_>>().map(Self)?.check().ok()
    }

    /// The chains, in the order of the alignment.
    pub fn chains(&self) -> impl ExactSizeIterator<Item = Chain> {
        self.0.iter().map(|&(chain, _)| chain)
    }

    /// The sum of the lengths.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|&(_, length)| length).sum()
    }

    /// What the lengths count in an alignment of `columns` columns whose target has `residues` residues: what they add up to,
    /// and rather residues than columns. `None` if they fit neither.
    pub fn unit(&self, residues: u64, columns: u64) -> Option<ChainUnit> {
        match self.total() {
            total if total == residues => Some(ChainUnit::Residues),
            total if total == columns => Some(ChainUnit::Columns),
            _ => None,
        }
    }

    /// The place of the chain in which the residue or column `index` lies, counted from 0 through all chains.
    pub fn place_of(&self, index: u64) -> usize {
        let mut end = 0;
        let ends = self.0.iter().map(|&(_, length)| {
            end += length;
            end
        });
        ends.take_while(|&end| end <= index).count()
    }

    fn check(self) -> Result<Self, String> {
        if self.0.len() < 2 {
            return Err(
                "there are two chains or more; an alignment of one protein needs none".into(),
            );
        }
        let repeated = |k: usize| self.0[..k].iter().any(|c| c.0 == self.0[k].0);
        match (0..self.0.len()).find(|&k| repeated(k)) {
            Some(k) => Err(format!("there are two chains {}", self.0[k].0)),
            None => Ok(self),
        }
    }
}

impl std::str::FromStr for ChainLengths {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.contains('=');
        let chains = text.split(',').zip(b'A'..).map(|(part, letter)| {
            let chain = match named {
                true => named_chain(part)?,
                false => (Chain::new(letter)?, part),
            };
            // The bound keeps sums within range; no protein comes near it.
            let length = chain.1.trim().parse::<u32>().ok().filter(|&n| n > 0)?;
            Some((chain.0, u64::from(length)))
        });
        let chains = chains.collect::<Option<Vec<_>>>().ok_or_else(|| {
            format!(
                "'{text}' should be the lengths of the chains, such as 120,98, or with their letters (A to Z): H=120,L=98"
            )
        })?;
        Self(chains).check()
    }
}

/// `H=120`.
fn named_chain(part: &str) -> Option<(Chain, &str)> {
    let (name, length) = part.split_once('=')?;
    match name.trim().as_bytes() {
        &[letter] => Some((Chain::new(letter)?, length)),
        _ => None,
    }
}

impl std::fmt::Display for ChainLengths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let chains = self.0.iter();
        let chains: Vec<String> = chains.map(|(chain, n)| format!("{chain}={n}")).collect();
        write!(f, "{}", chains.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_lettered_or_named() {
        let read = |text: &str| text.parse::<ChainLengths>().unwrap();
        assert_eq!(read("120,98").to_string(), "A=120,B=98");
        assert_eq!(read("H=120, L=98").to_string(), "H=120,L=98");
        assert_eq!(read("B=3,A=4").total(), 7);
        let letters = vec!["7"; 26].join(",");
        assert_eq!(read(&letters).chains().len(), 26);
    }

    #[test]
    fn other_texts_are_refused() {
        let many = vec!["7"; 27].join(",");
        for text in [
            "",
            "a",
            "120,",
            "120,0",
            "120,-3",
            "A=120,98",
            "a=1,b=2",
            "AB=1,C=2",
            "A=1;B=2",
            "1.5,2",
            &many,
            "1,5000000000",
        ] {
            let message = text.parse::<ChainLengths>().unwrap_err();
            assert!(message.contains("such as 120,98"), "{text}: {message}");
        }
        let message = |text: &str| text.parse::<ChainLengths>().unwrap_err();
        assert!(message("120").contains("two chains or more"));
        assert_eq!(message("A=1,B=2,A=3"), "there are two chains A");
    }

    #[test]
    fn a_residue_lies_in_the_chain_that_its_number_reaches() {
        let chains: ChainLengths = "2,1,3".parse().unwrap();
        let places: Vec<usize> = (0..7).map(|k| chains.place_of(k)).collect();
        assert_eq!(places, [0, 0, 1, 2, 2, 2, 3]);
        assert_eq!(chains.unit(6, 9), Some(ChainUnit::Residues));
        assert_eq!(chains.unit(5, 6), Some(ChainUnit::Columns));
        assert_eq!(chains.unit(6, 6), Some(ChainUnit::Residues));
        assert_eq!(chains.unit(5, 7), None);
    }
}
