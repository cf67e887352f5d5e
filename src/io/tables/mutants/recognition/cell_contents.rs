//! What the cells of a column hold, whatever it is called.

use super::fit::Places;
use crate::io::tables::mutants::cell_forms::{is_number, is_place, is_residue, parts};
use crate::mutants::{Mutant, NotAMutant};
use crate::position::Residue;
use std::collections::BTreeMap;

/// Counts of the cells of a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    /// Cells with something in them other than a word for nothing.
    pub filled: usize,
    /// Mutants written with what they replace.
    pub mutants: usize,
    /// Mutants such as 34V, which may be something else.
    pub incomplete: usize,
    /// Words for the wild type.
    pub wild_type_words: usize,
    /// Whole numbers, which may have a letter behind them.
    pub numbers: usize,
    /// Residues with their numbers: A34.
    pub places: usize,
    /// Single residues.
    pub residues: usize,
    /// Sequences like the target.
    pub sequences: usize,
    /// Whether all cells are one, of several.
    pub are_all_one: bool,
    /// Words of residues, by their length.
    words: BTreeMap<usize, usize>,
    first: Vec<u8>,
    differ: bool,
}

impl Contents {
    /// Of these cells, in a table about this target.
    pub fn of<'c>(cells: impl Iterator<Item = &'c [u8]>, target: &Target) -> Self {
        let (mut contents, mut mutant) = (Self::default(), Mutant::default());
        for cell in cells {
            contents.add(cell, target, &mut mutant);
        }
        contents
    }

    fn add(&mut self, cell: &[u8], target: &Target, mutant: &mut Mutant) {
        if cell.is_empty() {
            return;
        }
        let is_word = cell.len() > 1 && cell.iter().all(|byte| is_letter(*byte));
        match mutant.read(cell) {
            Ok(()) if mutant.is_wild_type() => self.wild_type_words += 1,
            Ok(()) if mutant.lacks_wild_type() => self.incomplete += 1,
            // An insertion code is for a table of numbers to explain.
            Ok(()) | Err(NotAMutant::InsertionCode(_)) => self.mutants += 1,
            Err(NotAMutant::Missing(_)) => return,
            Err(_) => {}
        }
        match self.filled {
            0 => self.first = cell.to_vec(),
            _ => self.differ |= self.first != cell,
        }
        self.filled += 1;
        self.are_all_one = self.filled > 1 && !self.differ;
        // Signs alone are nothing.
        let are = |is: fn(&[u8]) -> bool| {
            usize::from(parts(cell).next().is_some() && parts(cell).all(is))
        };
        self.numbers += are(is_number);
        self.places += are(is_place);
        self.residues += are(is_residue);
        if target.resembles(cell) {
            self.sequences += 1;
        }
        if is_word {
            *self.words.entry(cell.len()).or_default() += 1;
        }
    }

    /// Whether nothing is in any cell but words for the wild type.
    pub fn are_empty(&self) -> bool {
        self.filled == self.wild_type_words
    }

    /// Whether most cells are mutants: of those that are no word for the wild type.
    pub fn are_mutants(&self) -> bool {
        self.mutants > 0 && 2 * self.mutants >= self.filled - self.wild_type_words
    }

    /// Whether a tenth of the cells are mutants.
    pub fn are_mutants_in_part(&self) -> bool {
        self.mutants > 0 && 10 * self.mutants >= self.filled - self.wild_type_words
    }

    /// Whether nearly all are.
    pub fn are_nearly_all_mutants(&self) -> bool {
        self.are_mutants() && 10 * self.mutants >= 9 * (self.filled - self.wild_type_words)
    }

    /// Whether nearly all cells are mutants such as 34V.
    pub fn are_incomplete(&self) -> bool {
        let all = self.incomplete + self.mutants;
        self.incomplete > 0 && 10 * all >= 9 * (self.filled - self.wild_type_words)
    }

    /// Whether there is any mutant beside which a word for the wild type may stand.
    pub fn has_mutants(&self) -> bool {
        self.mutants + self.incomplete > 0
    }

    /// Whether most cells are words of so many residues.
    pub fn are_words(&self, length: usize) -> bool {
        let words = self.words.get(&length).copied().unwrap_or(0);
        words > 0 && 2 * words >= self.filled
    }

    /// The length of the words of residues that three quarters of the cells are.
    pub fn word_length(&self) -> Option<usize> {
        // All of them words for the wild type are just that.
        let mut words = self
            .words
            .iter()
            .filter(|_| self.wild_type_words < self.filled);
        let most = words.find(|(_, words)| 4 * **words >= 3 * self.filled);
        most.map(|(length, _)| *length)
    }

    /// Whether nearly all cells are whole numbers.
    pub fn are_numbers(&self) -> bool {
        self.numbers > 0 && 10 * self.numbers >= 9 * (self.filled - self.wild_type_words)
    }

    /// Whether most are.
    pub fn are_numbers_in_part(&self) -> bool {
        self.numbers > 0 && 2 * self.numbers > self.filled - self.wild_type_words
    }

    /// Whether nearly all cells are residues with their numbers.
    pub fn are_places(&self) -> bool {
        self.places > 0 && 10 * self.places >= 9 * (self.filled - self.wild_type_words)
    }

    /// Whether three quarters of the cells are single residues.
    pub fn are_residues(&self) -> bool {
        self.residues > 0 && 4 * self.residues >= 3 * (self.filled - self.wild_type_words)
    }

    /// Whether half of the cells are.
    pub fn are_residues_in_part(&self) -> bool {
        self.residues > 0 && 2 * self.residues >= self.filled - self.wild_type_words
    }

    /// Whether most cells are sequences like the target.
    pub fn are_sequences(&self) -> bool {
        self.sequences > 0 && 2 * self.sequences >= self.filled
    }
}

/// The target of the mutants, as far as a table is recognised by it.
#[derive(Debug, Clone, Default)]
pub struct Target {
    letters: Vec<u8>,
    /// All of its triplets, sorted.
    triplets: Vec<[u8; 3]>,
    /// Which residue has which number.
    pub(super) places: Places,
}

impl Target {
    /// With these residues, in capitals.
    pub fn new(letters: Vec<u8>) -> Self {
        let windows = letters.windows(3);
        let mut triplets: Vec<_> = windows.map(|w| [w[0], w[1], w[2]]).collect();
        triplets.sort_unstable();
        triplets.dedup();
        Self {
            letters,
            triplets,
            places: Places::default(),
        }
    }

    /// With these residues, each with the number that a table has for it and its letter: what tells which of several columns is meant.
    #[must_use]
    pub fn with_places(self, places: impl Iterator<Item = (Residue, i64, u8)>) -> Self {
        Self {
            places: Places::new(places),
            ..self
        }
    }

    /// The number of the residue in a place, where the target has no chains and its numbers are known.
    pub(super) fn number(&self, place: usize) -> Option<i64> {
        self.places.number(place, self.letters.len())
    }

    /// What a sequence as long as the target replaces in it: places among its residues, and letters.
    pub(super) fn differences(&self, cell: &[u8]) -> Option<Vec<(usize, u8)>> {
        let letters = cell.to_ascii_uppercase();
        let pairs = letters.iter().zip(&self.letters).enumerate();
        let different = pairs.filter(|(_, (one, other))| one != other);
        (letters.len() == self.letters.len())
            .then(|| different.map(|(k, (letter, _))| (k, *letter)).collect())
    }

    /// Whether a cell is a sequence that may be one of its variants: half of the letters are the target's at their places, or two fifths of
    /// the triplets are found in it.
    pub fn resembles(&self, cell: &[u8]) -> bool {
        const SHORTEST: usize = 5;
        let is_gap = |byte: &u8| matches!(byte, b'-' | b'.');
        if cell.len() < SHORTEST {
            return false;
        }
        let mut letters = cell.to_ascii_uppercase();
        // Chains in one cell.
        letters.retain(|byte| !matches!(byte, b':' | b'/'));
        if letters.len() < SHORTEST || !letters.iter().all(|b| is_letter(*b) || is_gap(b)) {
            return false;
        }
        let pairs = letters.iter().zip(&self.letters);
        let same = pairs.filter(|(one, other)| one == other).count();
        if letters.len() == self.letters.len() && 2 * same >= letters.len() {
            return true;
        }
        let windows = letters.windows(3);
        let known = windows.filter(|w| {
            let triplet = [w[0], w[1], w[2]];
            self.triplets.binary_search(&triplet).is_ok()
        });
        5 * known.count() >= 2 * (letters.len() - 2).min(self.triplets.len().max(1))
    }
}

/// A letter of a sequence.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'*'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(cells: &[&str]) -> Contents {
        let target = Target::new(b"MKTAYIAKQR".to_vec());
        Contents::of(cells.iter().map(|cell| cell.as_bytes()), &target)
    }

    #[test]
    fn cells_are_known_by_what_they_say() {
        assert!(contents(&["A34V", "wt", "", "NA", "foo", "G36D"]).are_mutants());
        assert!(!contents(&["A34V", "foo", "bar"]).are_mutants());
        assert!(!contents(&["wt", "WILD"]).has_mutants());
        assert!(contents(&["34V", "36D"]).are_incomplete());
        assert!(contents(&["34", "36.0", "-1", "100a"]).are_numbers());
        assert!(!contents(&["0.5", "36"]).are_numbers());
        assert!(contents(&["A34", "G36:L37", "wt"]).are_places());
        assert!(!contents(&["A34", "34"]).are_places());
        assert!(!contents(&[","]).are_numbers());
        assert!(contents(&["A", "v", "*", "Ala"]).are_residues());
        assert!(contents(&["H:D100aG"]).are_mutants());
        assert_eq!(contents(&["VDGV", "WILD"]).word_length(), Some(4));
        assert_eq!(contents(&["wt", "WT"]).word_length(), None);
        assert_eq!(contents(&["VDGV", "ADG"]).word_length(), None);
        assert_eq!(contents(&["VDGV", "1"]).word_length(), None);
        assert!(contents(&["VDGV", "1"]).are_words(4));
    }

    #[test]
    fn sequences_are_those_like_the_target() {
        let two = contents(&["MKTAYIAKQR", "MKTAYIAKQA"]);
        assert!(two.are_sequences() && !two.are_all_one);
        assert!(contents(&["MKTAYIAKQR", "MKTAYIAKQR"]).are_all_one);
        for (cell, is) in [
            ("mktayiakqr", true),
            ("MKTAYAKQR", true),
            ("MKTAY:IAKQR", true),
            ("GSHMKTAYIAKQR", true),
            ("WWWWWWWWWW", false),
            ("ATGAAAACTGCTTAT", false),
            ("MKT1YIAKQR", false),
        ] {
            assert_eq!(contents(&[cell]).are_sequences(), is, "{cell}");
        }
    }
}
