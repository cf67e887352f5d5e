//! Positions as a user lists them: `68,A:70,75-80`.

use super::{Chain, ChainPrefix, Position, Residue};

/// Positions from one to another, both included, of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionRange {
    /// The chain; `None` where neither the range nor one before it names one.
    pub chain: Option<Chain>,
    /// The first.
    pub first: Position,
    /// The last, not below the first.
    pub last: Position,
}

impl PositionRange {
    /// Whether a residue is among them; where no chain is named, that of any chain.
    pub fn holds(&self, residue: Residue) -> bool {
        let of_chain = self.chain.is_none() || self.chain == residue.chain;
        of_chain && (self.first..=self.last).contains(&residue.position)
    }

    /// The residues, in order.
    pub fn residues(self) -> impl Iterator<Item = Residue> {
        let numbers = self.first.get()..=self.last.get();
        let positions = numbers.filter_map(Position::new);
        positions.map(move |position| Residue {
            chain: self.chain,
            position,
        })
    }

    /// How many positions.
    pub fn count(self) -> u64 {
        self.last.get() - self.first.get() + 1
    }
}

impl std::fmt::Display for PositionRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", ChainPrefix(self.chain), self.first)?;
        match self.last == self.first {
            true => Ok(()),
            false => write!(f, "-{}", self.last),
        }
    }
}

/// Reads a list with commas between; a chain holds for what follows it, too: `A:39,40` are two positions of A.
///
/// # Errors
/// What is wrong, in words.
pub fn read_ranges(text: &str) -> Result<Vec<PositionRange>, String> {
    let mut chain = None;
    let parts = text.split(',').map(str::trim);
    parts.map(|part| read_range(part, &mut chain)).collect()
}

fn read_range(part: &str, chain: &mut Option<Chain>) -> Result<PositionRange, String> {
    let numbers = match part.split_once(':') {
        Some((letter, numbers)) => {
            let named = Chain::named(letter.as_bytes());
            let named =
                named.ok_or_else(|| format!("'{letter}' is not a chain, a letter from A to Z"))?;
            *chain = Some(named);
            numbers
        }
        None => part,
    };
    let position = |text: &str| Position::new(text.trim().parse().ok()?);
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    match (position(first), position(last)) {
        (Some(first), Some(last)) if first <= last => Ok(PositionRange {
            chain: *chain,
            first,
            last,
        }),
        _ => Err(format!(
            "'{part}' is not a position such as 39 or A:39, or a range such as 54-56"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_holds_for_what_follows() {
        let found = read_ranges("68, A:70,75-80,b:3").unwrap();
        let words: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(words, ["68", "A:70", "A:75-80", "B:3"]);
        assert_eq!(found[2].count(), 6);
        assert_eq!(found[2].residues().count(), 6);
    }

    #[test]
    fn what_is_no_position_is_refused() {
        for (text, part) in [
            ("", "''"),
            ("68,", "''"),
            ("A:", "'A:'"),
            ("80-75", "'80-75'"),
            ("0", "'0'"),
            ("-3", "'-3'"),
            ("A70", "'A70'"),
            ("1-2-3", "'1-2-3'"),
            ("AB:3", "'AB'"),
        ] {
            assert!(read_ranges(text).unwrap_err().contains(part), "{text}");
        }
    }
}
