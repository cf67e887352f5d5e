//! Bare alignments: one sequence a line, no names (PSICOV's and CCMpred's `.aln`).

use super::draft::Draft;
use super::locate::Layout;
use super::text::{Line, Text};
use crate::alignment::AlignedRecords;
use crate::alignment::case::Case;
use crate::alignment::rows::RowBuilder;
use crate::alphabet::is_gap;
use crate::error::{Error, Place, Result};

/// Whether a text holds one sequence a line: its first two lines are equally long and hold letters and gaps alone.
pub fn looks_like(text: &Text) -> bool {
    let lines = text.lines().map(|line| line.bytes.trim_ascii());
    let mut lines = lines.filter(|line| !line.is_empty());
    let letters = |line: &[u8]| {
        line.iter()
            .all(|&b| b.is_ascii_alphabetic() || is_gap(b) || b == b'*')
    };
    match (lines.next(), lines.next()) {
        (Some(first), Some(second)) => {
            let length = |line: &[u8]| line.strip_suffix(b"*").unwrap_or(line).len();
            let equal = first.len() == second.len() || length(first) == length(second);
            equal && letters(first) && letters(second)
        }
        _ => false,
    }
}

/// Reads it; the rows are called 1, 2, ...
///
/// # Errors
/// If a line has blanks within, or as [`AlignedRecords::new`].
pub fn read(text: &Text) -> Result<AlignedRecords> {
    let (mut names, mut lines) = (Vec::new(), Vec::new());
    let mut rows = RowBuilder::new(text.buffer().clone());
    for line in text.lines() {
        let letters = line.bytes.trim_ascii();
        if letters.is_empty() {
            continue;
        }
        if letters.iter().any(u8::is_ascii_whitespace) {
            return Err(not_bare(text, &line));
        }
        names.push((names.len() + 1).to_string());
        lines.push(line.number);
        rows.begin();
        rows.extend(line.place());
    }
    let draft = Draft {
        text,
        layout: Layout::Bare,
        names,
        rows: rows.finish(),
        lines,
        notes: Vec::new(),
    };
    let (records, _) = draft.aligned("one sequence a line", Case::Told)?;
    Ok(records)
}

fn not_bare(text: &Text, line: &Line) -> Error {
    Error::input(
        Place::file(&text.file).line(line.number),
        "there is a blank within this line",
        "every line is one aligned sequence, without a name; lines of 'name sequence' are Stockholm or Clustal: `input_format`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::files::source::Source;

    fn text(bytes: &[u8]) -> Text {
        Source::from_bytes("x.aln", bytes.to_vec()).text().unwrap()
    }

    #[test]
    fn rows_are_named_by_their_number() {
        let records = read(&text(b"AC-D\r\n\nACED\n")).unwrap();
        assert_eq!(records.names(), ["1", "2"]);
        assert_eq!(*records.rows(), ["AC-D", "ACED"]);
        for (bytes, words) in [
            (&b"AC-D\nACED\nAC\n"[..], "line 3, record '3'"),
            (b"AC-D\na ACD\n", "line 2: there is a blank"),
        ] {
            let error = read(&text(bytes)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn prose_is_no_alignment() {
        assert!(looks_like(&text(b"AC-D\nACED\n")));
        assert!(looks_like(&text(b"\n AC*D\r\n\nACED")));
        assert!(looks_like(&text(b"ACED*\nACED\n")));
        assert!(!looks_like(&text(b"AC-D\nACE\n")));
        assert!(!looks_like(&text(b"AC-D\n")));
        assert!(!looks_like(&text(b"AC D\nACED\n")));
    }
}
