//! What a cell may be that is part of a mutant.

use crate::mutants::Mutant;

/// A word for a stop, beside `*` and `Ter`.
pub const STOP: &[u8] = b"stop";

/// A whole number, as 34, -2, 34.0 or 100a.
pub fn is_number(cell: &[u8]) -> bool {
    let digits = without_fraction(cell.strip_prefix(b"-").unwrap_or(cell));
    let digits = match digits {
        [digits @ .., letter] if letter.is_ascii_alphabetic() => digits,
        _ => digits,
    };
    !digits.is_empty() && digits.len() < 10 && digits.iter().all(u8::is_ascii_digit)
}

/// 34 of 34.0, which spreadsheets and data frames make of it.
pub fn without_fraction(number: &[u8]) -> &[u8] {
    let end = number.len().saturating_sub(2);
    match &number[end..] {
        b".0" | b",0" if end > 0 => &number[..end],
        _ => number,
    }
}

/// A letter that tells residues of one number apart. A word for none is none.
pub fn is_insertion_code(cell: &[u8]) -> bool {
    matches!(cell, [letter] if letter.is_ascii_alphabetic())
}

/// A residue and its number: A34, Ala34.
pub fn is_place(cell: &[u8]) -> bool {
    let letters = cell.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (residue, number) = cell.split_at(letters);
    is_residue(residue) && number.first().is_some_and(u8::is_ascii_digit) && is_number(number)
}

/// A single residue: a letter or a code of three; a stop, a gap or the wild type's again.
pub fn is_residue(cell: &[u8]) -> bool {
    match cell {
        [letter] => letter.is_ascii_alphabetic() || b"*-=".contains(letter),
        [_, _, _] => Mutant::parse([b"A1", cell].concat()).is_ok(),
        _ if cell.eq_ignore_ascii_case(STOP) => true,
        _ => false,
    }
}

/// What stands between the signs that separate substitutions.
pub fn parts(cell: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = |byte: &u8| b":,;/+|&_".contains(byte) || byte.is_ascii_whitespace();
    cell.split(ends).filter(|part| !part.is_empty())
}

/// A mutant of parts that are as many each, wild types aside; `None` if one of them is none.
pub fn joined(wild_types: Option<&[u8]>, positions: &[u8], residues: &[u8]) -> Option<Vec<u8>> {
    let mut wild_types_left = wild_types.map(parts);
    let mut together = Vec::with_capacity(16);
    for (position, residue) in parts(positions).zip(parts(residues)) {
        let wild_type = wild_types_left.as_mut().and_then(Iterator::next);
        // The wild type may stand before its position, in one cell.
        let is_position = is_number(position) || wild_type.is_none() && is_place(position);
        if !is_position || !is_residue(residue) || !wild_type.is_none_or(is_residue) {
            return None;
        }
        if !together.is_empty() {
            together.push(b':');
        }
        together.extend_from_slice(wild_type.unwrap_or_default());
        together.extend_from_slice(without_fraction(position));
        match residue.eq_ignore_ascii_case(STOP) {
            true => together.push(b'*'),
            false => together.extend_from_slice(residue),
        }
    }
    Some(together)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_and_may_have_a_letter() {
        for cell in ["34", "-2", "34.0", "34,0", "100a", "0"] {
            assert!(is_number(cell.as_bytes()), "{cell}");
        }
        for cell in ["", "-", "3.5", "1e5", "a", "12345678901", "34-36"] {
            assert!(!is_number(cell.as_bytes()), "{cell}");
        }
        assert_eq!(without_fraction(b"34.0"), b"34");
    }

    #[test]
    fn places_are_residues_with_numbers() {
        for cell in ["A34", "Ala34", "A100a"] {
            assert!(is_place(cell.as_bytes()), "{cell}");
        }
        for cell in ["", "A", "34", "A-34", "A34.5", "AV34", "A34VL"] {
            assert!(!is_place(cell.as_bytes()), "{cell}");
        }
    }

    #[test]
    fn residues_are_letters_and_codes() {
        for cell in ["A", "v", "*", "-", "=", "Ala", "TER", "del", "Stop"] {
            assert!(is_residue(cell.as_bytes()), "{cell}");
        }
        for cell in ["", "AV", "Alx", "1", "wt", "NaN"] {
            assert!(!is_residue(cell.as_bytes()), "{cell}");
        }
    }
}
