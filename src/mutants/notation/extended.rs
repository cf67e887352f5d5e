//! Less usual spellings, tried where the usual grammar does not fit.
//!
//! ```text
//! reference       NP_000305.3:p.Ala34Val, YAP1:p.V171L      what stands before :p. is not looked at; a single letter is a chain
//! escaped         p.Ala34%3D
//! behind genes    c.70G>T (p.Ala24Cys)                      see `behind_genes`
//! other changes   p.Ala34_Gly36del, p.Ala34fs, p.?          see `other`; delins of as many residues are substitutions
//! more separators _ - | & and                               a hyphen between two letters only: A-3G and A42- stay what they are
//! no wild type    34V
//! two letters     VA1L (V1L in chain A), SK1R (K1R, S says that it is a substitution)
//! blanks          A 34 V
//! insertion codes D100aG                                    where a table of numbers explains them
//! ```

use super::behind_genes;
use super::not_a_mutant::shown;
use super::{
    Form, Mutant, NotAMutant, OtherChange, STOP, SYNONYMOUS_WORD, Substitution, chain_name,
    has_substitution, is_separator, is_wild_type, number, other, residue, without_hgvs,
};
use crate::position::Chain;
use std::borrow::Cow;

/// Words for an empty cell.
const MISSING_WORDS: [&[u8]; 7] = [b"na", b"n/a", b"nan", b"null", b"none", b"#n/a", b"-"];

/// Reads a mutant that the usual grammar does not fit, for this reason.
pub(super) fn read(
    mutant: &mut Mutant,
    text: &[u8],
    problem: NotAMutant,
) -> Result<(), NotAMutant> {
    if MISSING_WORDS.iter().any(|w| w.eq_ignore_ascii_case(text)) {
        return Err(NotAMutant::Missing(shown(text)));
    }
    mutant.clear();
    let unescaped = unescaped(text);
    let behind_genes = behind_genes::proteins(&unescaped);
    let of_protein = behind_genes.as_deref().unwrap_or(&unescaped);
    let (cleaned, has_reference) = without_references(of_protein);
    mutant.has_reference = has_reference;
    let inner = without_hgvs(&cleaned);
    if is_wild_type(inner) {
        return Ok(());
    }
    mutant.is_synonymous = SYNONYMOUS_WORD.eq_ignore_ascii_case(inner);
    if cleaned.starts_with(b"p.") {
        mutant.other = OtherChange::of_protein(inner);
    }
    if mutant.is_synonymous || mutant.other.is_some() {
        return Ok(());
    }
    if read_spaced(mutant, inner) {
        return Ok(());
    }
    read_parts(mutant, inner).map_err(|found| match (found, problem) {
        (NotAMutant::Part(_) | NotAMutant::Empty, problem) => problem,
        (found, _) => found,
    })
}

/// `=` as URLs write it.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.windows(3).any(|w| w.eq_ignore_ascii_case(b"%3d")) {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        match behind.split_at_checked(2) {
            Some((digits, after)) if byte == b'%' && digits.eq_ignore_ascii_case(b"3d") => {
                plain.push(b'=');
                rest = after;
            }
            _ => {
                plain.push(byte);
                rest = behind;
            }
        }
    }
    Cow::Owned(plain)
}

/// Takes off what stands before `:p.`, unless it is a single letter, and says whether something did.
fn without_references(text: &[u8]) -> (Cow<'_, [u8]>, bool) {
    const MARK: &[u8] = b":p.";
    if !text.windows(MARK.len()).any(|window| window == MARK) {
        return (Cow::Borrowed(text), false);
    }
    let mut plain = Vec::with_capacity(text.len());
    let (mut found, mut rest) = (false, text);
    while let Some(mark) = rest.windows(MARK.len()).position(|window| window == MARK) {
        let before = &rest[..mark];
        let ends = |byte: &u8| matches!(byte, b',' | b';') || byte.is_ascii_whitespace();
        let start = before.iter().rposition(ends).map_or(0, |k| k + 1);
        let name = &before[start..];
        // A letter is a chain; A34V:p.G36D is a mutant of two substitutions.
        let stays = Chain::named(name).is_some() || is_mutant(name) || has_substitution(name);
        let kept = if stays { mark + 1 } else { start };
        plain.extend_from_slice(&rest[..kept]);
        found |= !stays;
        plain.extend_from_slice(b"p.");
        rest = &rest[mark + MARK.len()..];
    }
    plain.extend_from_slice(rest);
    (Cow::Owned(plain), found)
}

fn is_mutant(text: &[u8]) -> bool {
    let mut parts = text.split(|&byte| is_separator(byte));
    parts.all(|part| Substitution::parse(without_hgvs(part), None).is_some())
}

/// `A 34 V`, or several, as Rosetta lists them. False if that is not what it is.
fn read_spaced(mutant: &mut Mutant, text: &[u8]) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b',' | b';') || byte.is_ascii_whitespace();
    let words: Vec<&[u8]> = text
        .split(is_blank)
        .filter(|word| !word.is_empty())
        .collect();
    let read = |three: &[&[u8]]| -> Option<Substitution> {
        let [wild_type, digits, new] = three else {
            return None;
        };
        let letters = [residue(wild_type)?, residue(new)?];
        let is_letter = |letter: &u8| letter.is_ascii_alphabetic() || *letter == STOP;
        letters.iter().all(is_letter).then_some(())?;
        Some(Substitution {
            chain: None,
            wild_type: letters[0],
            number: number(digits).filter(|_| !digits.is_empty())?,
            insertion: None,
            mutant: letters[1],
            form: Form::Full,
        })
    };
    let read: Option<Vec<Substitution>> = words.chunks(3).map(read).collect();
    let read = read.filter(|substitutions| !substitutions.is_empty());
    read.map(|substitutions| mutant.substitutions.extend(substitutions))
        .is_some()
}

/// Reads parts between separators, each in any form.
fn read_parts(mutant: &mut Mutant, text: &[u8]) -> Result<(), NotAMutant> {
    let (mut chain, mut named) = (None, None);
    for part in text.split_inclusive(|&byte| is_any_separator(byte)) {
        if let Some(letter) = chain_name(part) {
            if let Some(alone) = named {
                return Err(NotAMutant::ChainAlone(alone));
            }
            (chain, named) = (Some(letter), Some(letter));
            continue;
        }
        let part = match part {
            [part @ .., last] if is_any_separator(*last) => part,
            whole => whole,
        };
        if part.is_empty() || part.eq_ignore_ascii_case(b"and") {
            continue;
        }
        take(mutant, part, chain)?;
        if named.take().is_some() && part.starts_with(b"p.") {
            (mutant.has_letter, mutant.is_open) = (true, true);
        }
    }
    let is_empty = mutant.substitutions.is_empty() && mutant.other.is_none();
    match (named, is_empty) {
        (Some(chain), _) => Err(NotAMutant::ChainAlone(chain)),
        (None, true) => Err(NotAMutant::Empty),
        (None, false) => Ok(()),
    }
}

fn is_any_separator(byte: u8) -> bool {
    is_separator(byte) || matches!(byte, b'|' | b'&')
}

/// Takes in a part: one change, or several with `_` or `-` between.
fn take(mutant: &mut Mutant, part: &[u8], chain: Option<Chain>) -> Result<(), NotAMutant> {
    let inner = without_hgvs(part);
    if part.starts_with(b"p.") && mutant.other.is_none() {
        mutant.other = OtherChange::of_protein(inner);
        if mutant.other.is_some() {
            return Ok(());
        }
    }
    if take_one(mutant, inner, chain)? {
        return Ok(());
    }
    let mut taken = 0;
    for piece in inner.split(|&byte| byte == b'_').flat_map(between_hyphens) {
        if !take_one(mutant, without_hgvs(piece), chain)? {
            return Err(NotAMutant::part(part));
        }
        taken += 1;
    }
    match taken {
        0 | 1 => Err(NotAMutant::part(part)),
        _ => Ok(()),
    }
}

/// The pieces between hyphens that stand between two letters: others are signs and gaps.
fn between_hyphens(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let ends = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, STOP | b'=' | b'-');
        let hyphen = (1..text.len().saturating_sub(1))
            .find(|&k| text[k] == b'-' && ends(text[k - 1]) && text[k + 1].is_ascii_alphabetic());
        rest = hyphen.map(|k| &text[k + 1..]);
        Some(hyphen.map_or(text, |k| &text[..k]))
    })
}

/// Takes in one change. False if it is none.
fn take_one(mutant: &mut Mutant, text: &[u8], chain: Option<Chain>) -> Result<bool, NotAMutant> {
    if let Some(full) = Substitution::parse(text, chain) {
        mutant.substitutions.push(full);
        return Ok(true);
    }
    if other::take(mutant, text, chain) {
        return Ok(true);
    }
    let Some(informal) = informal(text, chain) else {
        return Ok(false);
    };
    if informal.insertion.is_some() && !mutant.reads_insertion_codes {
        return Err(NotAMutant::InsertionCode(shown(text)));
    }
    mutant.substitutions.push(informal);
    mutant.is_open = true;
    Ok(true)
}

/// A substitution without its wild type, with two letters before the number, or with a letter behind it.
fn informal(text: &[u8], chain: Option<Chain>) -> Option<Substitution> {
    let start = text.iter().position(u8::is_ascii_digit)?;
    let (head, rest) = text.split_at(start);
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, tail) = rest.split_at(digits);
    let (wild_type, form) = match *head {
        [] => (b'?', Form::WithoutWildType),
        [first, second] if head.is_ascii() && head.iter().all(u8::is_ascii_alphabetic) => (
            first.to_ascii_uppercase(),
            Form::TwoLetters(second.to_ascii_uppercase()),
        ),
        _ => (residue(head)?, Form::Full),
    };
    let (insertion, mutant) = match *tail {
        [b'='] => (None, b'='),
        _ => match residue(tail) {
            Some(letter) => (None, letter),
            None => {
                let (code, tail) = tail.split_first()?;
                let code = code
                    .is_ascii_alphabetic()
                    .then(|| code.to_ascii_uppercase())?;
                (Some(code), residue(tail)?)
            }
        },
    };
    // 7. and 7- are numbers, not deletions.
    let is_change = mutant.is_ascii_alphabetic() || matches!(mutant, STOP | b'=');
    (is_change && (form != Form::Full || insertion.is_some())).then_some(Substitution {
        chain,
        wild_type,
        number: number(digits)?,
        insertion,
        mutant: match (mutant, form) {
            (b'=', Form::Full) => wild_type,
            _ => mutant,
        },
        form,
    })
}
