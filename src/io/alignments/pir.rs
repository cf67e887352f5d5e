//! PIR (NBRF) files, as the PIR, MODELLER and Clustal write them: `>P1;name`, a title, and the sequence up to `*`.

use super::draft::Draft;
use super::locate::Layout;
use super::text::{Line, Text, name};
use crate::alignment::AlignedRecords;
use crate::alignment::case::Case;
use crate::alignment::notes::Note;
use crate::error::{Error, Place, Result};

/// What the two letters after `>` may be: a protein, whole or a fragment, DNA or RNA, linear or circular, and others.
const CODES: [&str; 13] = [
    "P1", "F1", "D1", "DL", "DC", "RL", "RC", "N1", "N2", "N3", "RX", "B1", "XX",
];

/// The name in a header, `>P1;name`.
fn header(line: &[u8]) -> Option<&[u8]> {
    let rest = line.trim_ascii().strip_prefix(b">")?;
    let (code, rest) = rest.split_at_checked(2)?;
    let code = code.to_ascii_uppercase();
    let known = CODES.iter().any(|known| known.as_bytes() == code);
    rest.strip_prefix(b";").filter(|_| known)
}

/// Whether a text is a PIR file: its first header has a code, and a title follows it, or a `*` ends the sequence.
pub fn looks_like(text: &Text) -> bool {
    let mut lines = text.lines().map(|line| line.bytes.trim_ascii());
    let mut lines = lines
        .by_ref()
        .skip_while(|line| !line.starts_with(b">") && (line.is_empty() || is_remark(line)));
    if lines.next().and_then(header).is_none() {
        return false;
    }
    let mut record = lines.take_while(|line| !line.starts_with(b">"));
    let title = record.next().unwrap_or_default();
    let is_title = title
        .iter()
        .any(|byte| !(byte.is_ascii_alphabetic() || b"-.~*".contains(byte)));
    let (mut any, mut ends) = (false, false);
    for line in record {
        any |= !line.is_empty();
        ends |= line.ends_with(b"*");
    }
    any && (is_title || title.is_empty() || ends)
}

/// The error of a text that was to be read as FASTA, with the right advice if it is a PIR file.
pub fn suggested(text: &Text, error: Error) -> Error {
    if !looks_like(text) {
        return error;
    }
    error.advise(
        "this looks like PIR ('>P1;name', a title, and a sequence that ends in '*'), whose titles FASTA takes for letters: try \
         `input_format=pir`, or leave the option out",
    )
}

/// Remarks, features and references, such as `C;Species: ...`.
fn is_remark(line: &[u8]) -> bool {
    matches!(line, [letter, b';', ..] if letter.is_ascii_alphabetic())
}

/// Reads it. Titles are no letters; what follows the `*` is left out.
///
/// # Errors
/// If a header has no code, or as [`AlignedRecords::new`].
pub fn read(text: &Text) -> Result<AlignedRecords> {
    let (mut names, mut rows, mut lines) = (Vec::new(), Vec::<Vec<u8>>::new(), Vec::new());
    // Whether the next line is a title, and whether the sequence has ended.
    let (mut title, mut ended) = (false, false);
    for line in text.lines() {
        let bytes = line.bytes.trim_ascii();
        if bytes.starts_with(b">") {
            let id = header(bytes).ok_or_else(|| no_code(text, &line))?;
            names.push(name(id));
            rows.push(Vec::new());
            lines.push(line.number);
            (title, ended) = (true, false);
        } else if title {
            title = false;
        } else if let Some(row) = rows.last_mut() {
            if !(ended && is_remark(bytes)) {
                row.extend(bytes.iter().filter(|byte| !byte.is_ascii_whitespace()));
            }
            ended |= bytes.ends_with(b"*");
        } else if !bytes.is_empty() && !is_remark(bytes) {
            return Err(no_code(text, &line));
        }
    }
    let mut ends = 0;
    for row in &mut rows {
        if let Some(end) = row.iter().rposition(|byte| *byte == b'*') {
            row.truncate(end);
            ends += 1;
        }
    }
    let notes = match ended || ends == 0 {
        true => Vec::new(),
        // The others have one.
        false => vec![Note::Unended("the '*' of the last sequence")],
    };
    join_chains(&mut rows);
    let draft = Draft {
        text,
        layout: Layout::Headers,
        names,
        rows: rows.into(),
        lines,
        notes,
    };
    let (records, _) = draft.aligned("PIR", Case::Nothing)?;
    Ok(records)
}

/// Takes out the `/` that MODELLER writes between chains, if every row has as many of them.
fn join_chains(rows: &mut [Vec<u8>]) {
    let breaks = |row: &Vec<u8>| row.iter().filter(|byte| **byte == b'/').count();
    let first = rows.first().map_or(0, breaks);
    if first > 0 && rows.iter().all(|row| breaks(row) == first) {
        for row in rows {
            row.retain(|byte| *byte != b'/');
        }
    }
}

fn no_code(text: &Text, line: &Line) -> Error {
    Error::input(
        Place::file(&text.file).line(line.number),
        "a header such as '>P1;name' is expected here",
        "every record of a PIR file is '>P1;name' (P1 for proteins), a line with a title, and the sequence, which ends in '*'",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn text(text: &str) -> Text {
        Text::new("x.pir", Arc::new(text.as_bytes().to_vec()))
    }

    const MODELLER: &str = "C; A sample alignment\n\n>P1;5fd1\n\
        structureX:5fd1:1    :A:4  :A:ferredoxin:Azotobacter: 1.90: 0.19\nAC-\nD*\n\n\
        C; another\n>P1;1fdx\nsequence:1fdx:1    : :5  : :ferredoxin::-1.00:-1.00\nAC E\nD*\n";

    #[test]
    fn titles_and_remarks_are_no_residues() {
        for (file, names) in [
            (MODELLER, ["5fd1", "1fdx"]),
            (">P1;a\nsome protein\nAC-D*\n>F1;b\n\nACED*\n", ["a", "b"]),
            (
                ">p1;a\r\nferredoxin\r\nAC-D*\r\n\r\n>XX;b\r\nx\r\nACE\r\nD\r\n*\r\n",
                ["a", "b"],
            ),
            (">DL;a\ntitle 1\nAC-D\n>DL;b\ntitle 2\nACED\n", ["a", "b"]),
            (
                ">P1;a\ntitle\nAC-D*\nC;Species: X\nF;1-3/Domain: y\n>P1;b\ntitle\nACED*\nR;Smith, J.\n",
                ["a", "b"],
            ),
        ] {
            assert!(looks_like(&text(file)), "{file}");
            let records = read(&text(file)).unwrap();
            assert_eq!(records.names(), names, "{file}");
            assert_eq!(*records.rows(), ["AC-D", "ACED"], "{file}");
            assert_eq!(records.format, "PIR");
        }
    }

    #[test]
    fn a_last_sequence_without_its_end_is_told() {
        let cut = read(&text(">P1;a\nt 1\nACD*\n>P1;b\nt 2\nACE\n")).unwrap();
        assert!(
            cut.notes()[0]
                .to_string()
                .contains("the last sequence is missing")
        );
        for whole in [
            ">P1;a\nt 1\nACD*\n>P1;b\nt 2\nACE*\n",
            ">P1;a\nt 1\nACD\n>P1;b\nt 2\nACE\n",
        ] {
            assert!(
                !read(&text(whole))
                    .unwrap()
                    .notes()
                    .iter()
                    .any(Note::is_warning)
            );
        }
    }

    #[test]
    fn stops_within_stay_and_chain_breaks_go() {
        let records = read(&text(">P1;a\nt\nA*/CD*\n>P1;b\nt\nAE/CD*\n")).unwrap();
        assert_eq!(*records.rows(), ["A*CD", "AECD"]);
        let error = read(&text(">P1;a\nt\nAC/D*\n>P1;b\nt\nACD*\n")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("line 3, record 'a': character 3"),
            "{error}"
        );
    }

    #[test]
    fn fasta_is_no_pir() {
        for file in [
            ">P1\nACD\n>b\nACD\n",
            ">P1;a\nACD\n>P1;b\nACD\n",
            ">P1;a\nACD*\n>P1;b\nACD*\n",
            ">P1;a\nACD\nEFG\n>P1;b\nACDEFG\n",
            ">QQ;a\ntitle 1\nACD*\n",
            ">\u{3b1};a\ntitle 1\nACD*\n",
            "",
        ] {
            assert!(!looks_like(&text(file)), "{file}");
        }
    }

    #[test]
    fn errors_name_the_line() {
        for (file, words) in [
            (">P1;a\nt\nACD*\n>b\nt\nACD*\n", "line 4: a header such as"),
            ("ACD\n", "line 1: a header such as"),
            (
                ">P1;a\nt\nACD*\n>P1;b\nt\nAC*\n",
                "line 4, record 'b': this row has 2",
            ),
            (
                ">P1;a\nt\nACD*\n>P1;b\nt\n*\n",
                "line 4, record 'b': the sequence is empty",
            ),
        ] {
            let error = read(&text(file)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
