//! Numbers of a scheme that counts in its own way, such as Ambler's, Kabat's or H3's, and the positions of the target that they are.

use super::notation::{Substitution, number};
use crate::position::{Chain, ChainPrefix};
use std::collections::HashMap;

/// A number of a scheme: `100`, `100a`, `H:100a`. `Display` writes it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    /// The chain.
    pub chain: Option<Chain>,
    /// The number.
    pub number: i64,
    /// The letter behind it, upper case.
    pub insertion: Option<u8>,
}

impl Number {
    /// Reads one.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let (chain, text) = match text.split_first() {
            Some((letter, [b':', rest @ ..])) => (Some(Chain::named(&[*letter])?), rest),
            _ => (None, text),
        };
        let (sign, text) = match text.strip_prefix(b"-") {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (digits, insertion) = match text.split_last() {
            Some((letter, digits)) if letter.is_ascii_alphabetic() => {
                (digits, Some(letter.to_ascii_uppercase()))
            }
            _ => (text, None),
        };
        let is_number = !digits.is_empty();
        Some(Self {
            chain,
            number: sign * number(digits).filter(|_| is_number)?,
            insertion,
        })
    }

    /// That of a substitution.
    fn of(s: &Substitution) -> Self {
        Self {
            chain: s.chain,
            number: s.number,
            insertion: s.insertion,
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", ChainPrefix(self.chain), self.number)?;
        match self.insertion {
            Some(letter) => write!(f, "{}", char::from(letter.to_ascii_lowercase())),
            None => Ok(()),
        }
    }
}

/// Positions of the target by number.
#[derive(Debug, Clone, Default)]
pub struct Numbering {
    positions: HashMap<Number, Number>,
}

impl Numbering {
    /// Adds the position of a number. False if another position was given for it before.
    pub fn add(&mut self, number: Number, position: Number) -> bool {
        let entry = self.positions.entry(number).or_insert(position);
        *entry == position
    }

    /// Number of numbers.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// A substitution at its position, in a model with chains or without. A number without a chain is that of every chain.
    pub(super) fn placed(&self, s: Substitution, with_chains: bool) -> Option<Substitution> {
        let written = Number::of(&s);
        let anywhere = Number {
            chain: None,
            ..written
        };
        let found = self.positions.get(&written);
        let position = found.or_else(|| self.positions.get(&anywhere))?;
        Some(Substitution {
            chain: match with_chains {
                true => position.chain.or(s.chain),
                // The chain may have been a part of the number.
                false => s.chain.filter(|_| found.is_none()),
            },
            number: position.number,
            insertion: None,
            ..s
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_chains_signs_and_letters() {
        for text in ["100", "-3", "100a", "H:100a", "H:-1"] {
            assert_eq!(Number::parse(text.as_bytes()).unwrap().to_string(), text);
        }
        assert_eq!(Number::parse(b" h:52A ").unwrap().to_string(), "H:52a");
        for text in ["", "a", "H:", "HL:3", "3ab", "1.5", "x3", "--3", "3 4"] {
            assert_eq!(Number::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_number_has_one_position() {
        let number = |text: &str| Number::parse(text.as_bytes()).unwrap();
        let mut numbering = Numbering::default();
        assert!(numbering.add(number("100a"), number("105")));
        assert!(numbering.add(number("100A"), number("105")));
        assert!(!numbering.add(number("100a"), number("106")));
        assert_eq!(numbering.len(), 1);
    }
}
