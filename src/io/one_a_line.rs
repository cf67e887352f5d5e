//! Bare alignments: one sequence a line, no names (PSICOV's and CCMpred's `.aln`).

use super::alignment_file::GLANCE;
use super::source::Source;
use crate::alignment::AlignedRecords;
use crate::alphabet::is_gap;
use crate::error::Result;
use std::io::BufRead;

/// Whether a file that begins like this holds one sequence a line: two equally long lines of letters and gaps, or as much of the first
/// two as a glance shows.
pub fn looks_like(start: &[u8]) -> bool {
    let mut lines = start
        .split(|b| *b == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    let letters = |line: &[u8]| {
        line.iter()
            .all(|&b| b.is_ascii_alphabetic() || is_gap(b) || b == b'*')
    };
    let cut_off = start.len() >= GLANCE;
    match (lines.next(), lines.next()) {
        (Some(first), Some(second)) => {
            let whole = first.len() + second.len() + 1 < GLANCE || !cut_off;
            letters(first) && letters(second) && (first.len() == second.len() || !whole)
        }
        (Some(only), None) => letters(only) && cut_off,
        _ => false,
    }
}

/// Reads it; the rows are called 1, 2, ...
///
/// # Errors
/// If it cannot be read, or as [`AlignedRecords::new`].
pub fn read(source: &Source) -> Result<AlignedRecords> {
    let (mut names, mut rows, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for (number, line) in source.reader()?.split(b'\n').enumerate() {
        let line = line.map_err(|error| source.broken(error))?;
        let row = line.trim_ascii();
        if !row.is_empty() {
            names.push((names.len() + 1).to_string());
            rows.push(row.to_vec());
            lines.push(number as u64 + 1);
        }
    }
    let format = "one sequence a line";
    let mut records = AlignedRecords::new(source.name.clone(), format, names, rows, lines)?;
    records.sha256 = source.sha256();
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_by_their_number() {
        let source = Source::from_bytes("x.aln", b"AC-D\r\n\nACED\n".to_vec());
        let records = read(&source).unwrap();
        assert_eq!(records.names(), ["1", "2"]);
        assert_eq!(records.rows(), [b"AC-D", b"ACED"]);
        let ragged = Source::from_bytes("x.aln", b"AC-D\nACED\nAC\n".to_vec());
        let error = read(&ragged).unwrap_err().to_string();
        assert!(error.contains("line 3, record '3'"), "{error}");
    }

    #[test]
    fn prose_is_no_alignment() {
        assert!(looks_like(b"AC-D\nACED\n"));
        assert!(!looks_like(b"AC-D\nACE\n"));
        assert!(!looks_like(b"AC-D\n"));
        assert!(!looks_like(b"AC D\nACED\n"));
    }
}
