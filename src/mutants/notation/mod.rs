//! How mutants are written: `A42G`, `A42G:L57V`, `p.Ala42Gly`, `B:A42G`, `wt`.
//!
//! ```text
//! mutant        wild-type word | [p.] [chain] substitution (separators [chain] substitution)*     in ( ) or [ ] after p. if need be
//! chain         a letter and a colon; it holds for the substitutions that follow, until another is named
//! substitution  [p.] residue number (residue | =)
//! residue       one letter, `*`, `?` or a gap | a three-letter code, `Ter`, `del`
//! separators    : , ; / + and blanks, any number of them
//! ```
//!
//! Only the form is checked here; whether `A` stands at 42 is for [`super::MutantScorer`].

mod other;

pub use other::OtherChange;

use crate::alphabet::{GAP_LETTER, is_gap};
use crate::position::{Chain, ChainPrefix};

/// One residue replaced by another, as written. The letters are upper case; a deletion has the letter `-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Substitution {
    /// The chain named before it.
    pub chain: Option<Chain>,
    /// The letter before the number.
    pub wild_type: u8,
    /// The number as written: in some tables counted from 0 or even below, which an offset puts right.
    pub number: i64,
    /// The letter after the number.
    pub mutant: u8,
}

/// A mutant as written: its substitutions in reading order, none for the wild type itself.
///
/// A change that is no substitution, such as `A42del`, is kept beside them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mutant {
    substitutions: Vec<Substitution>,
    /// What it is beside them; the places of the target that it names are then substitutions that change nothing.
    other: Option<OtherChange>,
    /// Whether it is a word for a protein like the wild type's.
    is_synonymous: bool,
}

/// Why a text is not a [`Mutant`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAMutant {
    /// There is nothing to read.
    #[error("there is no mutant here")]
    Empty,
    /// A part that is no substitution, cut to a length that can be shown.
    #[error("'{0}' is not a substitution such as A42G")]
    Part(String),
    /// A chain is named, but nothing in it.
    #[error("'{0}:' names a chain, but no substitution follows, as in {0}:A42G")]
    ChainAlone(Chain),
    /// The cell of a table that should name the chain.
    #[error("'{0}' is not a chain, a letter from A to Z")]
    Chain(String),
    /// The cells of a table split it, for want of quotes.
    #[error("the mutant is spread over several cells: put quotes around it")]
    InSeveralCells,
}

/// Words for the wild type; HGVS writes `p.=`, MaveDB `_wt`.
const WILD_TYPE_WORDS: [&[u8]; 8] = [
    b"wt",
    b"_wt",
    b"wild",
    b"wildtype",
    b"wild_type",
    b"wild-type",
    b"wild type",
    b"=",
];

/// MaveDB's word for all synonymous variants together.
const SYNONYMOUS_WORD: &[u8] = b"_sy";

/// The letter of a stop.
pub(super) const STOP: u8 = b'*';

/// Three-letter codes, with `Ter` for a stop and `del` for a deletion as HGVS writes them.
const CODES: [(&[u8; 3], u8); 22] = [
    (b"ala", b'A'),
    (b"arg", b'R'),
    (b"asn", b'N'),
    (b"asp", b'D'),
    (b"cys", b'C'),
    (b"gln", b'Q'),
    (b"glu", b'E'),
    (b"gly", b'G'),
    (b"his", b'H'),
    (b"ile", b'I'),
    (b"leu", b'L'),
    (b"lys", b'K'),
    (b"met", b'M'),
    (b"phe", b'F'),
    (b"pro", b'P'),
    (b"ser", b'S'),
    (b"thr", b'T'),
    (b"trp", b'W'),
    (b"tyr", b'Y'),
    (b"val", b'V'),
    (b"ter", STOP),
    (b"del", GAP_LETTER),
];

impl Mutant {
    /// Reads a mutant.
    ///
    /// # Errors
    /// If the text is empty or a part of it is no substitution.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, NotAMutant> {
        let mut mutant = Self::default();
        mutant.read(text.as_ref())?;
        Ok(mutant)
    }

    /// [`Self::parse`] into this value, so that a table of millions needs one allocation.
    ///
    /// # Errors
    /// As for [`Self::parse`]; what this value then holds is not specified.
    pub fn read(&mut self, text: &[u8]) -> Result<(), NotAMutant> {
        self.clear();
        let whole = text.trim_ascii();
        let text = without_hgvs(whole);
        if WILD_TYPE_WORDS.iter().any(|w| w.eq_ignore_ascii_case(text)) {
            return Ok(());
        }
        self.read_parts(text).or_else(|problem| {
            self.clear();
            self.is_synonymous = SYNONYMOUS_WORD.eq_ignore_ascii_case(text);
            if whole.starts_with(b"p.") {
                self.other = OtherChange::of_protein(text);
            }
            match self.is_synonymous || self.other.is_some() {
                true => Ok(()),
                false => Err(problem),
            }
        })
    }

    fn read_parts(&mut self, text: &[u8]) -> Result<(), NotAMutant> {
        let mut chain = None;
        let mut named = None;
        for part in text.split_inclusive(|&byte| is_separator(byte)) {
            if let Some(letter) = chain_name(part) {
                if let Some(alone) = named {
                    return Err(NotAMutant::ChainAlone(alone));
                }
                (chain, named) = (Some(letter), Some(letter));
                continue;
            }
            let part = match part {
                [part @ .., last] if is_separator(*last) => part,
                whole => whole,
            };
            if !part.is_empty() {
                let inner = without_hgvs(part);
                match Substitution::parse(inner, chain) {
                    Some(substitution) => self.substitutions.push(substitution),
                    None if other::take(self, inner, chain) => {}
                    None => return Err(NotAMutant::part(part)),
                }
                named = None;
            }
        }
        let is_empty = self.substitutions.is_empty() && self.other.is_none();
        match (named, is_empty) {
            (Some(chain), _) => Err(NotAMutant::ChainAlone(chain)),
            (None, true) => Err(NotAMutant::Empty),
            (None, false) => Ok(()),
        }
    }

    fn clear(&mut self) {
        self.substitutions.clear();
        self.other = None;
        self.is_synonymous = false;
    }

    /// Whether it is the wild type, in a word.
    pub fn is_wild_type(&self) -> bool {
        self.substitutions.is_empty() && self.other.is_none() && !self.is_synonymous
    }

    /// The change that is no substitution, if there is one.
    pub fn other_change(&self) -> Option<OtherChange> {
        self.other
    }

    /// Puts the substitutions that name no chain into this one.
    pub fn put_in(&mut self, chain: Chain) {
        for substitution in &mut self.substitutions {
            substitution.chain.get_or_insert(chain);
        }
    }

    /// The substitutions in reading order.
    pub fn substitutions(&self) -> &[Substitution] {
        &self.substitutions
    }
}

impl NotAMutant {
    fn part(part: &[u8]) -> Self {
        Self::Part(shown(part))
    }

    /// For a cell that should name a chain.
    pub fn chain(cell: &[u8]) -> Self {
        Self::Chain(shown(cell))
    }
}

/// A text cut to a length that can be shown.
fn shown(text: &[u8]) -> String {
    const SHOWN: usize = 24;
    let text = String::from_utf8_lossy(text);
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}

impl Substitution {
    /// Reads one substitution, of the chain named before it.
    fn parse(part: &[u8], chain: Option<Chain>) -> Option<Self> {
        let start = part.iter().position(u8::is_ascii_digit)?;
        let end = part.iter().rposition(u8::is_ascii_digit)? + 1;
        let (mut head, negative) = (&part[..start], start > 1 && part[start - 1] == b'-');
        if negative {
            head = &head[..start - 1];
        }
        let magnitude = number(&part[start..end])?;
        let wild_type = residue(head)?;
        Some(Self {
            chain,
            wild_type,
            number: if negative { -magnitude } else { magnitude },
            mutant: if &part[end..] == b"=" {
                wild_type
            } else {
                residue(&part[end..])?
            },
        })
    }
}

impl std::fmt::Display for Substitution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (wild_type, mutant) = (char::from(self.wild_type), char::from(self.mutant));
        let chain = ChainPrefix(self.chain);
        write!(f, "{chain}{wild_type}{}{mutant}", self.number)
    }
}

/// The chain that a part such as `B:` names.
fn chain_name(part: &[u8]) -> Option<Chain> {
    part.strip_suffix(b":").and_then(Chain::named)
}

/// `p.` and the brackets that HGVS puts around predicted or several changes, taken off.
fn without_hgvs(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"p.").unwrap_or(text);
    match text {
        [b'(', inner @ .., b')'] | [b'[', inner @ .., b']'] => inner,
        _ => text,
    }
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b':' | b',' | b';' | b'/' | b'+') || byte.is_ascii_whitespace()
}

/// Digits as a number. One too large to be a position stays as large as can be: out of range, not unreadable.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0i64, |value, digit| {
        digit.is_ascii_digit().then(|| {
            value
                .saturating_mul(10)
                .saturating_add(i64::from(digit - b'0'))
        })
    })
}

/// The letter of a one- or three-letter residue.
fn residue(text: &[u8]) -> Option<u8> {
    match *text {
        [byte] if is_gap(byte) => Some(GAP_LETTER),
        [byte] if byte.is_ascii_alphabetic() || matches!(byte, b'*' | b'?') => {
            Some(byte.to_ascii_uppercase())
        }
        [_, _, _] => CODES
            .iter()
            .find(|(code, _)| code.eq_ignore_ascii_case(text))
            .map(|&(_, letter)| letter),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
