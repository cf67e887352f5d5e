//! Files that this program has not laid out: they may crash the library, or keep it busy for ever, where they are damaged. Whoever has a
//! process to spare for that gives a function that reads them there and writes what they hold as this program does.

use crate::error::Result;
use crate::io::files::unfinished::TemporaryFolder;
use std::path::Path;
use std::sync::OnceLock;

/// What a file should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// A model.
    Model,
    /// A part of one.
    Part,
}

impl Contents {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Part => "part",
        }
    }

    /// What the word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        let all = [Self::Model, Self::Part];
        all.into_iter().find(|contents| contents.as_str() == word)
    }
}

/// Reads a file aside, and writes what it holds to a file of the name [`REWRITTEN`] in a folder of its own.
pub type Rewriter = fn(&Path, Contents) -> Result<TemporaryFolder>;

/// The name of what is written.
pub const REWRITTEN: &str = "rewritten.h5";

static REWRITER: OnceLock<Rewriter> = OnceLock::new();

/// Has files of other layouts read aside, from now on and in the whole process.
pub fn read_aside_with(rewriter: Rewriter) {
    // The first who says so is the program itself.
    let _ = REWRITER.set(rewriter);
}

/// The function that was given, if any.
pub(super) fn rewriter() -> Option<Rewriter> {
    REWRITER.get().copied()
}
