//! Why a text is no mutant.

use crate::position::Chain;

/// Why a text is not a mutant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAMutant {
    /// There is nothing to read.
    #[error("there is no mutant here")]
    Empty,
    /// A word for nothing, such as NA.
    #[error("there is no mutant here: '{0}' stands for an empty cell")]
    Missing(String),
    /// It may mean two things.
    #[error("'{text}' may be {one} or {other}: write it so")]
    Ambiguous {
        /// What was written.
        text: String,
        /// What it may mean.
        one: String,
        /// What else.
        other: String,
    },
    /// Two letters before the number, of which the second is no chain.
    #[error(
        "'{text}' is not a substitution such as A42G: {letter} is no chain of the model; without a chain it is {plain}"
    )]
    NoChain {
        /// What was written.
        text: String,
        /// The second letter.
        letter: char,
        /// The substitution without it.
        plain: String,
    },
    /// A letter behind the number, which only a table of numbers explains.
    #[error(
        "'{0}' has a letter behind its number: is it an insertion code? a table of numbers (`numbering`) says which position it is"
    )]
    InsertionCode(String),
    /// A mutant with such a letter in another cell.
    #[error(
        "'{0}' has an insertion code in another cell: write it behind its number, and see `numbering`"
    )]
    CodeBeside(String),
    /// A part that is no substitution, cut to a length that can be shown.
    #[error("'{0}' is not a substitution such as A42G")]
    Part(String),
    /// Many letters and nothing else.
    #[error(
        "'{0}' is not a substitution such as A42G: is it a whole sequence? give it in a FASTA file (`file`)"
    )]
    Whole(String),
    /// A substitution in brackets behind another.
    #[error(
        "'{0}' has a substitution in brackets behind another: is it the same in another numbering? write one of them, or both as in A42G:L57V"
    )]
    Alias(String),
    /// A chain is named, but nothing in it.
    #[error("'{0}:' names a chain, but no substitution follows, as in {0}:A42G")]
    ChainAlone(Chain),
    /// Several changes in a cell of a column in which they may be one.
    #[error(
        "'{0}' may be one change in several isoforms: put that of the target into a column of its own"
    )]
    Isoforms(String),
    /// The cell of a table that should name the chain.
    #[error("'{0}' is not a chain, a letter from A to Z")]
    Chain(String),
    /// A word for the wild type where no mutants are.
    #[error("'{0}' is a word for the wild type, but its column holds no mutants")]
    WordAlone(String),
    /// Position, wild type and residue in cells of their own, shown with blanks between.
    #[error("'{0}' is not a wild type, a position and a residue")]
    Three(String),
    /// It is not a sequence of residues.
    #[error("'{0}' is not a sequence")]
    Sequence(String),
    /// Residues for another number of positions than there are.
    #[error("'{text}' is not {positions} residues, one for each position")]
    Letters {
        /// What was written.
        text: String,
        /// How many there should be.
        positions: usize,
    },
    /// The cells of a table split it, for want of quotes.
    #[error("the mutant is spread over several cells: put quotes around it")]
    InSeveralCells,
}

impl NotAMutant {
    /// For a part that is no substitution.
    pub(super) fn part(part: &[u8]) -> Self {
        /// No word of so many letters stands for a mutant.
        const LETTERS: usize = 20;
        let is_letters = part.iter().all(u8::is_ascii_alphabetic);
        match is_letters && part.len() >= LETTERS {
            true => Self::Whole(shown(part)),
            false => Self::Part(shown(part)),
        }
    }

    /// For a substitution in brackets behind another.
    pub(super) fn alias(text: &[u8]) -> Self {
        Self::Alias(shown(text))
    }

    /// For a word for the wild type in a cell of a column that holds no mutants.
    pub fn word_alone(cell: &[u8]) -> Self {
        Self::WordAlone(shown(cell))
    }

    /// For a mutant whose insertion code stands in another cell.
    pub fn code_beside(cell: &[u8]) -> Self {
        Self::CodeBeside(shown(cell))
    }

    /// For several changes that may be one in several isoforms.
    pub fn isoforms(cell: &[u8]) -> Self {
        Self::Isoforms(shown(cell))
    }

    /// For a text that is no sequence.
    pub fn sequence(text: &[u8]) -> Self {
        Self::Sequence(shown(text))
    }

    /// For a text that is not this many residues.
    pub fn letters(text: &[u8], positions: usize) -> Self {
        Self::Letters {
            text: shown(text),
            positions,
        }
    }

    /// For the three cells of a position, a wild type and a residue.
    pub fn in_three(cells: &[u8]) -> Self {
        Self::Three(shown(cells))
    }

    /// For a cell that should name a chain.
    pub fn chain(cell: &[u8]) -> Self {
        Self::Chain(shown(cell))
    }
}

/// A text cut to a length that can be shown.
pub(super) fn shown(text: &[u8]) -> String {
    const SHOWN: usize = 24;
    let text = String::from_utf8_lossy(text).replace(char::is_control, " ");
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}
