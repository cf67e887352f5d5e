//! Sequences by themselves, in FASTA format: a target's whole chains, and designs.

use crate::error::{Error, Place, Result};
use crate::io::files::source::Source;
use std::io::{self, Write};
use std::path::Path;

const ADVICE: &str = "give the whole sequence of the target in FASTA format, of a complex that of each chain, in their order";

/// Bytes of the largest file.
const MOST_BYTES: u64 = 64 << 20;

/// Letters on a line.
const WIDTH: usize = 80;

/// Reads the sequences of a file and the number of the first residue of each: that of a name such as `NAME/24-101`, else 1. Letters are in upper
/// case, stops at the end are left out. A text without `>` is one sequence.
///
/// # Errors
/// If it cannot be read, holds no sequence, or one has anything else than letters.
pub fn read(path: &Path) -> Result<Vec<(Vec<u8>, u64)>> {
    let (name, contents) = Source::read_small(path, ADVICE, MOST_BYTES)?;
    parse(&contents, &name)
}

fn parse(bytes: &[u8], file: &str) -> Result<Vec<(Vec<u8>, u64)>> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut chains: Vec<(Vec<u8>, u64)> = Vec::new();
    for (line, text) in (1u64..).zip(text.split(['\n', '\r'])) {
        let text = text.trim();
        if let Some(name) = text.strip_prefix('>') {
            chains.push((Vec::new(), first_number(name)));
            continue;
        }
        if chains.is_empty() && !text.is_empty() {
            chains.push((Vec::new(), 1));
        }
        let letters = text.trim_end_matches('*').bytes();
        for letter in letters.filter(|byte| !byte.is_ascii_whitespace()) {
            if !letter.is_ascii_alphabetic() {
                let problem = format!(
                    "'{}' is no letter of a residue",
                    char::from(letter).escape_default()
                );
                return Err(Error::input(Place::file(file).line(line), problem, ADVICE));
            }
            if let Some((chain, _)) = chains.last_mut() {
                chain.push(letter.to_ascii_uppercase());
            }
        }
    }
    match chains.is_empty() || chains.iter().any(|(chain, _)| chain.is_empty()) {
        true => Err(Error::input(
            Place::file(file),
            "a sequence without a residue",
            ADVICE,
        )),
        false => Ok(chains),
    }
}

/// 24 of `NAME/24-101`, or 1.
fn first_number(name: &str) -> u64 {
    let first = name.split_whitespace().next().unwrap_or_default();
    let range = first
        .rsplit_once('/')
        .and_then(|(_, range)| range.split_once('-'));
    let numbers = range.and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
    match numbers {
        Some((start, end)) if start <= end => start,
        _ => 1,
    }
}

/// Appends a sequence, in lines.
///
/// # Errors
/// Those of `output`.
pub fn write(name: &str, sequence: &[u8], output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, ">{name}")?;
    for line in sequence.chunks(WIDTH) {
        output.write_all(line)?;
        output.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_have_letters_and_first_numbers() {
        let chains = parse(b">A/24-30 x\r\nacd\r\nEF*\r\n>B\nGG\n", "f").unwrap();
        assert_eq!(chains, [(b"ACDEF".to_vec(), 24), (b"GG".to_vec(), 1)]);
        assert_eq!(parse(b"ACD\nEF\n", "f").unwrap(), [(b"ACDEF".to_vec(), 1)]);
        for (name, number) in [
            ("A/30-24", 1),
            ("A/x-3", 1),
            ("A/3-3", 3),
            ("", 1),
            ("A/B/7-9", 7),
        ] {
            assert_eq!(first_number(name), number, "{name}");
        }
        let message = parse(b">A\nAC\nA-C\n", "f").unwrap_err().to_string();
        assert!(
            message.contains("f, line 3") && message.contains("'-'"),
            "{message}"
        );
        assert!(parse(b">A\n>B\nAC\n", "f").is_err());
        assert!(parse(b"", "f").is_err());
    }

    #[test]
    fn sequences_are_written_in_lines() {
        let mut output = Vec::new();
        write("a b", &[b'A'; 81], &mut output).unwrap();
        let lines: Vec<usize> = output.split(|&b| b == b'\n').map(<[u8]>::len).collect();
        assert_eq!(lines, [4, 80, 1, 0]);
    }
}
