//! What both formats bring, and how they fail.

use crate::error::{Error, Place};
use crate::io::alignments::text::Text;
use crate::structure::{Assembly, Chain, Predicted};

/// More copies no assembly of a file may have: the largest known have some thousand.
pub const MOST_COPIES: usize = 20_000;

/// A structure before it has been looked at as a whole.
#[derive(Default)]
pub struct Unfinished {
    pub name: String,
    pub title: String,
    pub chains: Vec<Chain>,
    pub assemblies: Vec<Assembly>,
    pub predicted: Option<Predicted>,
}

/// An error at a line.
pub fn wrong(
    text: &Text,
    line: u64,
    problem: impl Into<String>,
    advice: impl Into<String>,
) -> Error {
    Error::input(Place::file(&text.file).line(line), problem, advice)
}
