//! Alignments of any known format, told apart by how they begin.

use super::source::Source;
use super::{fasta, one_a_line, stockholm};
use crate::alignment::AlignedRecords;
use crate::error::{Error, Place, Result};
use std::io::BufRead;

/// Bytes that are looked at to tell the format: two rows of most alignments.
pub(super) const GLANCE: usize = 1 << 16;

/// Reads an alignment: FASTA, A2M, A3M, Stockholm, or one sequence a line.
///
/// # Errors
/// If it is none of these, or its rows do not make an alignment.
pub fn read(source: &Source) -> Result<AlignedRecords> {
    let (line, start) = beginning(source)?;
    match &start[..] {
        s if s.starts_with(b"# STOCKHOLM") => stockholm::read(source),
        s if s.starts_with(b">") || s.starts_with(b"#") => fasta::read(source),
        s if one_a_line::looks_like(s) => one_a_line::read(source),
        s => Err(unknown(source, line, s)),
    }
}

/// The first bytes that are not blank, at most [`GLANCE`], and their 1-based line.
fn beginning(source: &Source) -> Result<(u64, Vec<u8>)> {
    let mut reader = source.reader()?;
    let mut line = 1;
    let mut start = Vec::new();
    loop {
        let bytes = reader.fill_buf().map_err(|error| source.broken(error))?;
        if bytes.is_empty() || start.len() >= GLANCE {
            start.truncate(GLANCE);
            return Ok((line, start));
        }
        let blank = match start.is_empty() {
            true => bytes.iter().take_while(|b| b.is_ascii_whitespace()).count(),
            false => 0,
        };
        line += bytes[..blank].iter().filter(|b| **b == b'\n').count() as u64;
        let taken = bytes.len().min(blank + GLANCE);
        start.extend_from_slice(&bytes[blank..taken]);
        reader.consume(taken);
    }
}

fn unknown(source: &Source, line: u64, start: &[u8]) -> Error {
    let seen = match start {
        [] => "the file holds only blanks".to_owned(),
        s if s.starts_with(b"CLUSTAL") => "this is a Clustal file".to_owned(),
        s if s.starts_with(b"\x89HDF") => "this is an HDF5 file, perhaps a model".to_owned(),
        s => {
            let text = String::from_utf8_lossy(&s[..s.len().min(20)]).into_owned();
            let first: String = text
                .lines()
                .next()
                .unwrap_or_default()
                .escape_debug()
                .collect();
            format!("this is not an alignment: it starts with '{first}'")
        }
    };
    Error::input(
        Place::file(&source.name).line(line),
        seen,
        "an alignment is expected, in FASTA, A2M, A3M or Stockholm format, or with one sequence a line",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<AlignedRecords> {
        read(&Source::from_bytes("x", text.as_bytes().to_vec()))
    }

    #[test]
    fn the_beginning_tells_the_format() {
        for (text, format) in [
            (">a\nAC\n>b\nAD\n", "FASTA/A2M"),
            ("\n\r\n>a\nAc\n>b\nAd\n", "A2M"),
            ("#A3M#\n>a\nAC\n>b\nAcC\n", "A3M"),
            ("# STOCKHOLM 1.0\na AC\nb AD\n//\n", "Stockholm"),
            ("AC-D\nAC.D\n", "one sequence a line"),
        ] {
            assert_eq!(parse(text).unwrap().format, format, "{text}");
        }
    }

    #[test]
    fn other_files_are_named_for_what_they_are() {
        for (text, word) in [
            ("CLUSTAL W (1.8)\n", "Clustal"),
            ("hello world\nagain\n", "starts with 'hello world'"),
            (" \n\n", "only blanks"),
            ("\x00\x01", "not an alignment"),
            ("\n\nACD\nAC D\n", "line 3"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn rows_longer_than_a_glance_are_read() {
        let row = "ACDEFGHIKL".repeat(20_000);
        let records = parse(&format!("{row}\n{row}\n")).unwrap();
        assert_eq!((records.len(), records.width()), (2, 200_000));
    }
}
