//! What was done while an alignment was read, in words for the log.

use crate::error::shortened;
use std::fmt::{Display, Formatter, Result};

/// Something that was left out, chosen or understood in a way that the user should know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Rows of annotation, by name.
    NoSequences(Vec<String>),
    /// So many sequences ended in `*`.
    FinalStops(usize),
    /// Lines of comments between the records: how many, and the first of them.
    Comments {
        /// How many.
        count: usize,
        /// The line of the first, counted from 1.
        line: u64,
    },
    /// One alignment of several in the file.
    Query {
        /// Counted from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// The line of its first record.
        line: u64,
        /// The name of its first record.
        name: String,
    },
    /// A letter that stood for that of the first row.
    MatchCharacter(char),
    /// Letters for missing data at the ends of rows were taken for gaps.
    Missing(char),
    /// What follows the alignment from this line on, counted from 1, is trees.
    Trees(u64),
    /// The mark that ends an alignment is missing: perhaps the file was cut off.
    Unended(&'static str),
    /// Rows are shorter than the head of the file says: so many letters it says, so many there are.
    Shorter {
        /// As the head says.
        said: usize,
        /// As there are.
        found: usize,
    },
    /// The first row is a soft-masked target of an A3M: all its letters have columns.
    SoftMasked(String),
}

/// Names that are listed.
const NAMES: usize = 6;

impl Note {
    /// Whether something may be wrong with the file.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::Unended(_) | Self::Shorter { .. })
    }

    /// What may be wrong, in words.
    fn warning(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Unended(mark) => write!(
                f,
                "{mark} is missing at the end: if the file was cut off, rows or columns are missing as well"
            ),
            Self::Shorter { said, found } => write!(
                f,
                "the head of the file says {said} columns, but there are {found}: perhaps it was cut off"
            ),
            _ => Ok(()),
        }
    }
}

impl Display for Note {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::NoSequences(names) => {
                let listed = names.iter().take(NAMES).map(|name| shortened(name));
                let listed = listed.collect::<Vec<_>>().join(", ");
                write!(f, "left out, as no sequences: {listed}")?;
                match names.len().checked_sub(NAMES) {
                    None | Some(0) => Ok(()),
                    Some(more) => write!(f, " and {more} more"),
                }
            }
            Self::FinalStops(1) => write!(f, "the '*' at the end of a sequence is dropped"),
            Self::FinalStops(count) => {
                write!(f, "the '*' at the end of {count} sequences is dropped")
            }
            Self::Comments { count: 1, line } => {
                write!(f, "line {line} is skipped, as a comment")
            }
            Self::Comments { count, line } => {
                write!(
                    f,
                    "{count} lines of comments are skipped, from line {line} on"
                )
            }
            Self::Query {
                number,
                of,
                line,
                name,
            } => {
                let name = shortened(name);
                write!(
                    f,
                    "alignment {number} of {of}, from '{name}' in line {line} on"
                )
            }
            Self::MatchCharacter(letter) => {
                write!(f, "'{letter}' stands for the letter of the first sequence")
            }
            Self::Missing(letter) => {
                write!(f, "'{letter}' at the ends of sequences counts as a gap")
            }
            Self::Trees(line) => write!(
                f,
                "the trees behind the alignment, from line {line} on, are left out"
            ),
            Self::Unended(_) | Self::Shorter { .. } => self.warning(f),
            Self::SoftMasked(name) => write!(
                f,
                "lower-case letters of '{}' are residues like all others: the other sequences have columns for them",
                shortened(name)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_shortened() {
        let names = |count: usize| (0..count).map(|n| format!("ss_{n}")).collect();
        let few = Note::NoSequences(names(2)).to_string();
        assert_eq!(few, "left out, as no sequences: ss_0, ss_1");
        let many = Note::NoSequences(names(9)).to_string();
        assert!(many.ends_with("ss_5 and 3 more"), "{many}");
    }
}
