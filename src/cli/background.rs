//! `--background`: the protein that mutants are made in.

use crate::error::Result;
use crate::io::alignments::one_sequence::read_one_sequence;
use crate::model::Model;
use crate::mutants::{Background, Mutant, MutantScorer};
use crate::position::Chain;
use std::path::Path;

/// What `--background` says, if it was given: a mutant or a sequence, or the name of a file that has one.
///
/// # Errors
/// As [`Background::parse`], and if a file cannot be read.
pub fn read(text: Option<&str>, model: &Model, chain: Option<Chain>) -> Result<Option<Background>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let path = Path::new(text);
    let is_no_mutant = Mutant::parse(text).is_err();
    // A sequence has no ending.
    let is_file = is_no_mutant && (path.is_file() || path.extension().is_some());
    let background = match is_file {
        true => Background::parse(model, &read_one_sequence(path)?, chain),
        false => Background::parse(model, text, chain),
    };
    background.map(Some)
}

/// A scorer of mutants of the background, or of the target without one.
///
/// # Errors
/// As for [`MutantScorer::of`].
pub fn scorer<'m>(
    model: &'m Model,
    background: Option<&'m Background>,
) -> Result<MutantScorer<'m>> {
    match background {
        Some(background) => MutantScorer::in_background(model, background),
        None => MutantScorer::of(model),
    }
}

/// Says what it is, and what of it counts for nothing.
pub fn in_words(background: &Background) -> String {
    let left_out = match background.not_modelled() {
        0 => String::new(),
        n => format!(
            "; {n} more differences are at positions that are not modelled, and count for nothing"
        ),
    };
    format!("background: {}{left_out}", background.in_words())
}
