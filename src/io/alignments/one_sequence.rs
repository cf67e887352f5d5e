//! A file of one sequence, in FASTA format or bare.

use crate::error::{Error, Place, Result};
use crate::io::files::source::Source;
use std::path::Path;

const ADVICE: &str = "give a FASTA file of one sequence";

/// Bytes of the largest file: no protein has as many residues.
const MOST_BYTES: u64 = 1 << 20;

/// The letters of the only sequence of a file, gaps among them if it is aligned.
///
/// # Errors
/// As for reading any file, and [`Error::Input`] if there is no sequence in it, or more than one.
pub fn read_one_sequence(path: &Path) -> Result<String> {
    let (name, contents) = Source::read_small(path, ADVICE, MOST_BYTES)?;
    let wrong =
        |line: u64, problem: &str| Error::input(Place::file(&name).line(line), problem, ADVICE);
    let (mut sequence, mut headers) = (String::new(), 0);
    let text = String::from_utf8_lossy(&contents);
    for (line, text) in (1..).zip(text.split(['\n', '\r'])) {
        if text.starts_with('>') {
            headers += 1;
            if headers > 1 || !sequence.is_empty() {
                return Err(wrong(line, "a second sequence begins"));
            }
        } else {
            sequence.extend(text.chars().filter(|c| !c.is_whitespace()));
        }
    }
    match sequence.is_empty() {
        true => Err(wrong(1, "there is no sequence in it")),
        false => Ok(sequence),
    }
}
