//! Changes that are valid in HGVS and are no substitutions: deletions, insertions, frameshifts and the like.
//!
//! ```text
//! change   place [_ place] tail       delA34, insA34, dupA34 in older tables
//! place    residue number
//! tail     del [..] | dup [..] | ins residues | delins residues | [residue] fs [..] | [residue] ext [..]
//! ```

use super::{Form, Mutant, STOP, Substitution, residue};
use crate::position::Chain;
use std::borrow::Cow;

/// A change of a protein that is no substitution and has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherChange {
    /// Residues are inserted, deleted, doubled, or replaced by another number of residues.
    Indel,
    /// A whole sequence has residues inserted or deleted; so many, in an alignment with the target.
    Aligned {
        /// Residues that the target does not have.
        inserted: u32,
        /// Residues of the target that are not there.
        deleted: u32,
        /// Residues that are replaced.
        replaced: u32,
    },
    /// The reading frame is shifted.
    Frameshift,
    /// The protein goes on beyond one of its ends.
    Extension,
    /// The start codon is lost.
    StartLoss,
    /// No protein is made, `p.0`.
    NoProtein,
    /// The effect is not known, `p.?`.
    Unknown,
}

impl OtherChange {
    /// What it is, for users.
    pub fn in_words(self) -> Cow<'static, str> {
        let words = match self {
            Self::Aligned {
                inserted,
                deleted,
                replaced,
            } => {
                let advice = match (inserted, deleted) {
                    (0, 1..) => "; a model with the gap as a state (`gaps=state`) scores deletions",
                    _ => "",
                };
                return format!(
                    "aligned with the target, {inserted} residues are inserted, {deleted} deleted and {replaced} replaced{advice}"
                )
                .into();
            }
            Self::Indel => "residues are inserted or deleted",
            Self::Frameshift => "a frameshift",
            Self::Extension => "an extension of the protein",
            Self::StartLoss => "the start codon is lost",
            Self::NoProtein => "no protein is made",
            Self::Unknown => "the effect on the protein is not known",
        };
        words.into()
    }

    /// What HGVS says of the protein as a whole, after `p.`.
    pub(super) fn of_protein(text: &[u8]) -> Option<Self> {
        match text {
            b"?" => Some(Self::Unknown),
            b"0" | b"0?" => Some(Self::NoProtein),
            _ => None,
        }
    }
}

/// A residue and its number.
#[derive(Clone, Copy)]
struct Place {
    letter: u8,
    number: i64,
}

impl Place {
    /// Takes a place off the start of a text.
    fn take(text: &[u8]) -> Option<(Self, &[u8])> {
        let start = text.iter().position(u8::is_ascii_digit)?;
        let (head, rest) = text.split_at(start);
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = rest.split_at(digits);
        let letter = residue(head)?;
        let number = super::number(digits)?;
        Some((Self { letter, number }, rest))
    }

    /// The place as a substitution that changes nothing: what it says of the target is looked at.
    fn unchanged(self, chain: Option<Chain>) -> Substitution {
        Substitution {
            chain,
            wild_type: self.letter,
            number: self.number,
            insertion: None,
            mutant: self.letter,
            form: Form::Full,
        }
    }
}

impl Mutant {
    /// Keeps what a change says of the target. The end of the protein is no position of it.
    fn keep_places(&mut self, first: Place, last: Place, chain: Option<Chain>) {
        let places = [first, last];
        let places = &places[..1 + usize::from(last.number > first.number)];
        let places = places.iter().filter(|place| place.letter != STOP);
        let places = places.map(|place| place.unchanged(chain));
        self.substitutions.extend(places);
    }
}

/// Takes in one change that is no plain substitution. False if it is not such a change; what was taken in then is not specified.
pub(super) fn take(mutant: &mut Mutant, text: &[u8], chain: Option<Chain>) -> bool {
    if let Some(old) = [&b"del"[..], b"ins", b"dup"]
        .into_iter()
        .find_map(|word| strip_word(text, word))
    {
        let place = Place::take(old).filter(|(_, rest)| rest.is_empty());
        if let Some((place, _)) = place {
            if !text.starts_with(b"ins") {
                mutant.substitutions.push(place.unchanged(chain));
            }
            mutant.other = Some(OtherChange::Indel);
        }
        return place.is_some();
    }
    let Some((first, rest)) = Place::take(text) else {
        return false;
    };
    let (last, tail) = match rest.strip_prefix(b"_").map(Place::take) {
        Some(Some((last, tail))) if last.number > first.number => (last, tail),
        Some(_) => return false,
        None => (first, rest),
    };
    let Some(change) = tail_of(tail) else {
        return false;
    };
    match change {
        Tail::Replaced(residues) => replace(mutant, (first, last), &residues, chain),
        Tail::Other(change) => {
            mutant.keep_places(first, last, chain);
            mutant.other = Some(change);
        }
    }
    true
}

/// Residues in place of a stretch: substitutions if there are as many.
fn replace(
    mutant: &mut Mutant,
    (first, last): (Place, Place),
    residues: &[u8],
    chain: Option<Chain>,
) {
    let numbers = first.number..=last.number;
    if numbers.clone().count() != residues.len() {
        mutant.keep_places(first, last, chain);
        mutant.other = Some(OtherChange::Indel);
        return;
    }
    for (number, &letter) in numbers.zip(residues) {
        // Of those between the ends only the target knows the wild type.
        let (wild_type, form) = match number {
            _ if number == first.number => (first.letter, Form::Full),
            _ if number == last.number => (last.letter, Form::Full),
            _ => (b'?', Form::WithoutWildType),
        };
        mutant.is_open |= form == Form::WithoutWildType;
        mutant.substitutions.push(Substitution {
            wild_type,
            number,
            mutant: letter,
            form,
            ..first.unchanged(chain)
        });
    }
}

/// What follows the places.
enum Tail {
    Replaced(Vec<u8>),
    Other(OtherChange),
}

fn tail_of(tail: &[u8]) -> Option<Tail> {
    let word = |word| strip_word(tail, word);
    if let Some(inserted) = word(b"delins") {
        return residues(inserted).map(Tail::Replaced);
    }
    if let Some(deleted) = word(b"del").or_else(|| word(b"dup")) {
        let is_valid = deleted.is_empty() || residues(deleted).is_some() || is_count(deleted);
        return is_valid.then_some(Tail::Other(OtherChange::Indel));
    }
    if let Some(inserted) = word(b"ins") {
        let is_valid = residues(inserted).is_some() || is_count(inserted);
        return is_valid.then_some(Tail::Other(OtherChange::Indel));
    }
    if let [b'[', count @ .., b']'] = tail {
        return is_count(count).then_some(Tail::Other(OtherChange::Indel));
    }
    // The residue before the word may have one letter or three.
    [0, 1, 3].into_iter().find_map(|length| {
        let (new, rest) = tail.split_at_checked(length)?;
        let new_is_valid = new.is_empty() || residue(new).is_some();
        let change = match () {
            () if is_ending(rest, b"fs") => OtherChange::Frameshift,
            () if is_ending(rest, b"ext") => OtherChange::Extension,
            () => return None,
        };
        new_is_valid.then_some(Tail::Other(change))
    })
}

/// `fs`, `fsTer12`, `fs*12`, `fsX12`, `fs*?`, `ext*?`, `ext-5`.
fn is_ending(text: &[u8], word: &[u8]) -> bool {
    let Some(rest) = strip_word(text, word) else {
        return false;
    };
    let stop = [&b"Ter"[..], b"*", b"X", b"x", b"-"];
    let count = stop.into_iter().find_map(|stop| rest.strip_prefix(stop));
    match count {
        None => rest.is_empty(),
        Some(count) => count.is_empty() || count == b"?" || is_count(count),
    }
}

/// A number, or one in brackets.
fn is_count(text: &[u8]) -> bool {
    let text = match text {
        [b'(', inner @ .., b')'] => inner,
        _ => text,
    };
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// The letters of residues, all of one letter or all of three. `None` if they are not, or there are none.
fn residues(text: &[u8]) -> Option<Vec<u8>> {
    let read = |length: usize| -> Option<Vec<u8>> {
        let (chunks, rest) = (text.chunks(length), text.len() % length);
        let letters: Option<Vec<u8>> = chunks.map(residue).collect();
        let are_residues = |letters: &Vec<u8>| {
            letters
                .iter()
                .all(|&b| b.is_ascii_alphabetic() || b == STOP)
        };
        letters.filter(|letters| rest == 0 && !letters.is_empty() && are_residues(letters))
    };
    read(3).or_else(|| read(1))
}

fn strip_word<'t>(text: &'t [u8], word: &[u8]) -> Option<&'t [u8]> {
    let (head, rest) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(rest)
}
