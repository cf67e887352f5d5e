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
//! That is what nearly all tables hold, and is read without an allocation. What it does not fit is tried again with the forms of
//! [`extended`]. Only the form is checked here; whether `A` stands at 42 is for [`super::MutantScorer`].

mod behind_genes;
mod extended;
mod not_a_mutant;
mod other;
mod pieces;

pub use not_a_mutant::NotAMutant;
pub use other::OtherChange;
pub use pieces::may_be_of_mutant;

use crate::alphabet::{GAP_LETTER, is_gap};
use crate::position::{Chain, ChainPrefix, Position, Residue};

/// One residue replaced by another, as written. The letters are upper case; a deletion has the letter `-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Substitution {
    /// The chain named before it.
    pub chain: Option<Chain>,
    /// The letter before the number; where there is none, nothing that means anything.
    pub wild_type: u8,
    /// The number as written: in some tables counted from 0 or even below, which an offset puts right.
    pub number: i64,
    /// The letter behind a number such as 100a, upper case.
    pub insertion: Option<u8>,
    /// The letter after the number; `=` for the wild type's, where that was not written.
    pub mutant: u8,
    /// How it was written.
    pub form: Form,
}

/// How a substitution was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In full: `A42G`.
    Full,
    /// Without its wild type, which is then the target's: `42G`.
    WithoutWildType,
    /// With two letters before the number, of which this is the second: `VA1L` is V1L in chain A, `SK1R` may be K1R. The target decides.
    TwoLetters(u8),
    /// So, and decided.
    Decided,
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
    /// Whether something is left to be decided by the target.
    is_open: bool,
    /// Whether a letter stands before `:p.`: a chain, or what was looked at for a change.
    has_letter: bool,
    /// Whether a name stands before `:p.`.
    has_reference: bool,
    /// Whether numbers may have letters behind them.
    reads_insertion_codes: bool,
    /// Whether it was not written, but found by comparison with the target.
    is_derived: bool,
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
pub(in crate::mutants) const STOP: u8 = b'*';

/// Three-letter codes, with `Ter` for a stop and `del` for a deletion as HGVS writes them.
const CODES: [(&[u8; 3], u8); 28] = [
    (b"ala", b'A'),
    // What no model knows is unknown, and not unreadable.
    (b"sec", b'U'),
    (b"pyl", b'O'),
    (b"xaa", b'X'),
    (b"asx", b'B'),
    (b"glx", b'Z'),
    (b"xle", b'J'),
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
        let text = trimmed(text);
        let inner = without_hgvs(text);
        if is_wild_type(without_end(inner)) {
            return Ok(());
        }
        if has_alias(text) {
            return Err(NotAMutant::alias(text));
        }
        self.read_plainly(inner)
            .or_else(|problem| extended::read(self, text, problem))
    }

    /// Reads what nearly all mutants are, without allocating.
    fn read_plainly(&mut self, text: &[u8]) -> Result<(), NotAMutant> {
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
                let substitution = Substitution::parse(without_hgvs(part), chain);
                self.substitutions
                    .push(substitution.ok_or_else(|| NotAMutant::part(part))?);
                if named.take().is_some() && part.starts_with(b"p.") {
                    (self.has_letter, self.is_open) = (true, true);
                }
            }
        }
        match (named, self.substitutions.is_empty()) {
            (Some(chain), _) => Err(NotAMutant::ChainAlone(chain)),
            (None, true) => Err(NotAMutant::Empty),
            (None, false) => Ok(()),
        }
    }

    fn clear(&mut self) {
        self.substitutions.clear();
        self.other = None;
        self.is_synonymous = false;
        self.is_open = self.reads_insertion_codes;
        (self.has_letter, self.has_reference) = (false, false);
        self.is_derived = false;
    }

    /// Begins anew with a mutant that is found by comparison with the target.
    pub(super) fn begin_derived(&mut self) {
        self.clear();
        (self.is_derived, self.is_open) = (true, true);
    }

    /// Takes in a difference from the target.
    pub(super) fn push_derived(&mut self, residue: Residue, wild_type: u8, mutant: u8) {
        self.substitutions.push(Substitution {
            chain: residue.chain,
            wild_type,
            number: i64::try_from(residue.position.get()).unwrap_or(i64::MAX),
            insertion: None,
            mutant,
            form: Form::Full,
        });
    }

    /// Leaves out the differences from the target at other residues than these.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(Residue) -> bool) {
        self.substitutions.retain(|s| {
            let position = u64::try_from(s.number).ok().and_then(Position::new);
            position.is_none_or(|position| {
                keep(Residue {
                    chain: s.chain,
                    position,
                })
            })
        });
    }

    /// Says that it is no substitution.
    pub(super) fn set_other(&mut self, change: OtherChange) {
        self.other = Some(change);
    }

    /// Whether it was not written, but found by comparison with the target.
    pub(super) fn is_derived(&self) -> bool {
        self.is_derived
    }

    /// A mutant whose numbers may have letters behind them, as in `D100aG`: for those that a table of numbers explains.
    pub fn with_insertion_codes() -> Self {
        Self {
            reads_insertion_codes: true,
            ..Self::default()
        }
    }

    /// Whether the target has something to say before the mutant can be placed.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether a name stands before `:p.`, which was not looked at.
    pub fn has_reference(&self) -> bool {
        self.has_reference
    }

    /// Whether a wild type was left out.
    pub fn lacks_wild_type(&self) -> bool {
        self.is_open && self.substitutions.iter().any(Substitution::lacks_wild_type)
    }

    /// Whether two letters stand before a number, of which one may be a chain.
    pub fn has_two_letters(&self) -> bool {
        let mut substitutions = self.substitutions.iter();
        self.is_open && substitutions.any(|s| matches!(s.form, Form::TwoLetters(_)))
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
            if !substitution.names_its_chain() {
                substitution.chain.get_or_insert(chain);
            }
        }
    }

    /// Takes this letter, where it stands second before a number, for a chain that the target need not name: `AA24V` is A24V.
    pub fn leave_out_chain(&mut self, letter: u8) {
        for substitution in &mut self.substitutions {
            if substitution.form == Form::TwoLetters(letter) {
                substitution.form = Form::Full;
            }
        }
    }

    /// The substitutions, to be decided by the target.
    pub(super) fn substitutions_mut(&mut self) -> &mut [Substitution] {
        &mut self.substitutions
    }

    /// Whether letters before `:p.` were taken for chains, which may have been names.
    pub(super) fn has_letter(&self) -> bool {
        self.has_letter
    }

    /// The substitutions in reading order.
    pub fn substitutions(&self) -> &[Substitution] {
        &self.substitutions
    }
}

/// Without blanks around it, those too that web pages and word processors put there.
fn trimmed(text: &[u8]) -> &[u8] {
    const BLANKS: [&str; 3] = ["\u{a0}", "\u{200b}", "\u{feff}"];
    let mut text = text.trim_ascii();
    // Few texts end or begin with a byte that is not ASCII.
    while text.first().is_some_and(|byte| !byte.is_ascii())
        || text.last().is_some_and(|byte| !byte.is_ascii())
    {
        let shorter = BLANKS.iter().find_map(|blank| {
            let blank = blank.as_bytes();
            text.strip_prefix(blank)
                .or_else(|| text.strip_suffix(blank))
        });
        match shorter {
            Some(shorter) => text = shorter.trim_ascii(),
            None => break,
        }
    }
    text
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
            insertion: None,
            mutant: if &part[end..] == b"=" {
                wild_type
            } else {
                residue(&part[end..])?
            },
            form: Form::Full,
        })
    }

    /// Whether the chain stands between its wild type and its number, as in `VA1L`. In `SA1L` it may not be meant so.
    fn names_its_chain(&self) -> bool {
        matches!(self.form, Form::TwoLetters(_)) && self.wild_type != b'S'
    }

    /// The same with a chain and a wild type that the target has decided.
    pub(super) fn decided(self, chain: Option<Chain>, wild_type: u8) -> Self {
        Self {
            chain,
            wild_type,
            mutant: match self.mutant {
                b'=' => wild_type,
                letter => letter,
            },
            form: Form::Decided,
            ..self
        }
    }

    /// Whether its wild type was left out.
    pub fn lacks_wild_type(&self) -> bool {
        self.form == Form::WithoutWildType
    }
}

impl std::fmt::Display for Substitution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", ChainPrefix(self.chain))?;
        if !self.lacks_wild_type() {
            write!(f, "{}", char::from(self.wild_type))?;
        }
        if let Form::TwoLetters(second) = self.form {
            write!(f, "{}", char::from(second))?;
        }
        write!(f, "{}", self.number)?;
        if let Some(letter) = self.insertion {
            write!(f, "{}", char::from(letter.to_ascii_lowercase()))?;
        }
        write!(f, "{}", char::from(self.mutant))
    }
}

fn is_wild_type(text: &[u8]) -> bool {
    WILD_TYPE_WORDS
        .iter()
        .any(|word| word.eq_ignore_ascii_case(text))
}

/// Without separators at its end, which lists have.
fn without_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !b",; ".contains(byte));
    &text[..end.map_or(0, |end| end + 1)]
}

/// Whether something with a number stands in brackets behind something without, as in `V31L (V34L)`: the same in another numbering, or another
/// substitution.
fn has_alias(text: &[u8]) -> bool {
    let Some(open) = memchr::memchr(b'(', text) else {
        return false;
    };
    let before = text[..open].trim_ascii_end();
    let is_part = text[open..].split(|byte| *byte == b')').next();
    let is_part = is_part.is_some_and(|inner| Substitution::parse(&inner[1..], None).is_some());
    before.len() < open && is_part && !before.ends_with(b")") && has_substitution(before)
}

/// Whether some piece of a text is a substitution.
fn has_substitution(text: &[u8]) -> bool {
    let mut pieces = text.split(|byte| !byte.is_ascii_alphanumeric());
    pieces.any(|piece| Substitution::parse(piece, None).is_some())
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
pub(in crate::mutants) fn number(digits: &[u8]) -> Option<i64> {
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
