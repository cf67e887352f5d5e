//! Characters that stand for something else in files of phylogenetic programs: PHYLIP and NEXUS.

use crate::alignment::notes::Note;
use crate::alphabet::GAP_LETTER;

/// What the characters of a matrix mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Characters {
    /// A gap.
    pub gap: u8,
    /// Data that are missing.
    pub missing: u8,
    /// The same letter as in the first row.
    pub matched: Option<u8>,
}

impl Characters {
    /// Puts the letters that are meant into rows of equal length. Missing data count as gaps at the ends of a row; within it they are
    /// residues that nobody knows, and stay.
    pub fn replace(self, rows: &mut [Vec<u8>]) -> Vec<Note> {
        let mut notes = Vec::new();
        if let Some(matched) = self.matched
            && self.copy_matched(matched, rows)
        {
            notes.push(Note::MatchCharacter(char::from(matched)));
        }
        let mut replaced = false;
        for row in rows {
            for byte in row.iter_mut().filter(|byte| **byte == self.gap) {
                *byte = GAP_LETTER;
            }
            let is_end = |byte: &&mut u8| **byte == self.missing || **byte == GAP_LETTER;
            for byte in row.iter_mut().take_while(is_end) {
                replaced |= *byte != GAP_LETTER;
                *byte = GAP_LETTER;
            }
            for byte in row.iter_mut().rev().take_while(is_end) {
                replaced |= *byte != GAP_LETTER;
                *byte = GAP_LETTER;
            }
        }
        if replaced {
            notes.push(Note::Missing(char::from(self.missing)));
        }
        notes
    }

    fn copy_matched(self, matched: u8, rows: &mut [Vec<u8>]) -> bool {
        let Some((first, others)) = rows.split_first_mut() else {
            return false;
        };
        let mut copied = false;
        for row in others {
            for (byte, letter) in row.iter_mut().zip(first.iter()) {
                if *byte == matched {
                    *byte = *letter;
                    copied = true;
                }
            }
        }
        copied
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(characters: Characters, rows: &[&str]) -> (Vec<String>, usize) {
        let mut rows: Vec<Vec<u8>> = rows.iter().map(|row| row.as_bytes().to_vec()).collect();
        let notes = characters.replace(&mut rows).len();
        let text = |row| String::from_utf8(row).unwrap();
        (rows.into_iter().map(text).collect(), notes)
    }

    #[test]
    fn letters_are_what_they_stand_for() {
        let characters = Characters {
            gap: b'_',
            missing: b'?',
            matched: Some(b'.'),
        };
        let (rows, notes) = replaced(characters, &["A?CD_", ".D._.", "?_C?E", "????A"]);
        assert_eq!(rows, ["A?CD-", "ADC--", "--C?E", "----A"]);
        assert_eq!(notes, 2);
        let plain = Characters {
            gap: b'-',
            missing: b'?',
            matched: None,
        };
        assert_eq!(
            replaced(plain, &["A.C", "-DC"]),
            (vec!["A.C".into(), "-DC".into()], 0)
        );
    }
}
