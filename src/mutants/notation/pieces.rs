//! Pieces of text that may be a mutant or a part of one, however badly written, and so are no names.

use super::{is_wild_type, residue};

/// Whether a word of letters and digits may be meant as a mutant or a half of one: a word for the wild type, a residue, a number, or what begins
/// with a residue and a number. `YAP1`, `TP53` and accessions such as `P46937` and `Q9Y2Q1` are names.
pub fn may_be_of_mutant(word: &[u8]) -> bool {
    // No protein has so many residues.
    const LONG: usize = 5;
    let letters = word.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (head, rest) = word.split_at(letters);
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let tail = &rest[digits..];
    if is_wild_type(word) || head.len() == 3 && residue(head).is_some() && tail.is_empty() {
        return true;
    }
    let is_residue = head.len() != 2 && residue(head).is_some();
    match (head, digits) {
        ([], 0) | ([_, ..], 0) => is_residue && tail.is_empty(),
        ([], _) => tail.is_empty() || residue(tail).is_some(),
        _ => is_residue && !(digits >= LONG && tail.is_empty()) && !is_accession(word),
    }
}

/// Accessions of UniProt: `P46937`, `Q9Y2Q1`.
fn is_accession(word: &[u8]) -> bool {
    let [first, second, middle @ .., last] = word else {
        return false;
    };
    let is_plain = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let has_letter = middle.iter().any(u8::is_ascii_uppercase);
    b"OPQ".contains(first)
        && second.is_ascii_digit()
        && middle.len() == 3
        && has_letter
        && middle.iter().all(is_plain)
        && last.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_what_may_be_of_a_mutant() {
        for name in [
            "YAP1", "TP53", "HUMAN", "P46937", "Q9Y2Q1", "gb1", "CB", "UBE2I", "1ABC", "Rv0678",
        ] {
            assert!(!may_be_of_mutant(name.as_bytes()), "{name}");
        }
        for part in [
            "A34",
            "34",
            "34V",
            "A34V",
            "K14AA",
            "K14KA",
            "K14A5",
            "K1A4",
            "WT",
            "wild",
            "Ala",
            "Ala34",
            "Ala34Valu",
            "A",
            "V",
            "P53",
        ] {
            assert!(may_be_of_mutant(part.as_bytes()), "{part}");
        }
    }
}
