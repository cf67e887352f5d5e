//! Stockholm alignments, in one block or several. Of the annotation, only the reference line (`#=GC RF`) is kept.

use super::blocks::Blocks;
use super::text::{Text, name};
use crate::alignment::AlignedRecords;
use crate::alignment::case::Case;
use crate::alignment::notes::Note;
use crate::error::{Error, Place, Result};
use std::ops::Range;

/// Reads the alignment of a Stockholm file; its first line, `# STOCKHOLM 1.0`, may be missing.
///
/// # Errors
/// If a line has no sequence, something follows the end, the reference line is not as long as the rows, or as
/// [`AlignedRecords::new`].
pub fn read(text: &Text) -> Result<AlignedRecords> {
    let mut blocks = Blocks::new(text);
    let mut reference = Reference::default();
    let (mut claimed, mut ended) = (None, false);
    for line in text.lines() {
        let place = || Place::file(&text.file).line(line.number);
        let bytes = line.bytes.trim_ascii();
        if bytes.is_empty() {
            blocks.end_block();
        } else if bytes.starts_with(b"#") {
            reference.add(bytes, line.number);
            claimed = claimed.or_else(|| sequences_claimed(bytes));
        } else if bytes == b"//" {
            ended = true;
            break;
        } else {
            let end = bytes.iter().position(u8::is_ascii_whitespace);
            let (label, letters) = bytes.split_at(end.ok_or_else(|| no_sequence(place(), bytes))?);
            blocks.add(label, line.number, letters);
        }
    }
    let mut draft = blocks.finish()?;
    if !ended {
        if let Some(claimed) = claimed.filter(|&claimed| claimed > draft.names.len()) {
            return Err(cut_off(text, claimed, draft.names.len()));
        }
        draft.notes.push(Note::Unended("the line '//'"));
    }
    let (records, removed) = draft.aligned("Stockholm", Case::Told)?;
    match reference.line {
        Some(line) => {
            let letters = reference.letters.into_iter().enumerate();
            let kept = letters.filter(|(column, _)| !removed.contains(column));
            records.with_reference(kept.map(|(_, letter)| letter).collect(), line)
        }
        None => Ok(records),
    }
}

/// The `#=GC RF` line as it grows from block to block.
#[derive(Default)]
struct Reference {
    letters: Vec<u8>,
    /// Where it begins.
    line: Option<u64>,
}

impl Reference {
    /// Takes what a line of annotation holds of it.
    fn add(&mut self, line: &[u8], number: u64) {
        let mut words = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        if words.next() == Some(b"#=GC") && words.next() == Some(b"RF") {
            self.letters.extend(words.flatten());
            self.line.get_or_insert(number);
        }
    }
}

/// How many sequences there are to be, if a line of annotation says it: `#=GF SQ 80`.
fn sequences_claimed(line: &[u8]) -> Option<usize> {
    let number = line
        .strip_prefix(b"#=GF")?
        .trim_ascii()
        .strip_prefix(b"SQ")?;
    std::str::from_utf8(number.trim_ascii()).ok()?.parse().ok()
}

fn cut_off(text: &Text, claimed: usize, found: usize) -> Error {
    Error::input(
        Place::file(&text.file),
        format!(
            "the file says {claimed} sequences (#=GF SQ), but {found} are there, and the line '//' is missing at the end"
        ),
        "the file was cut off while it was written, copied or downloaded: fetch it again",
    )
}

/// The alignments of a file that holds several: each ends with `//`. One that has no row is none.
pub fn parts(text: &Text) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut rows, mut at) = (0, false, 0);
    for line in text.lines() {
        let bytes = line.bytes.trim_ascii();
        let next = (at + line.bytes.len() + 1).min(text.bytes().len());
        if bytes == b"//" {
            if rows {
                parts.push(start..next);
            }
            (start, rows) = (next, false);
        } else if !(bytes.is_empty() || bytes.starts_with(b"#")) {
            rows = true;
        }
        at = next;
    }
    if rows {
        parts.push(start..text.bytes().len());
    }
    parts
}

fn no_sequence(place: Place, label: &[u8]) -> Error {
    Error::input(
        place.record(name(label)),
        "there is no sequence behind the name",
        "every line of a Stockholm alignment is 'name sequence', '#...' or '//'",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::files::source::Source;

    fn parse(text: &str) -> Result<AlignedRecords> {
        read(&Source::from_bytes("x.sto", text.into()).text()?)
    }

    #[test]
    fn blocks_are_joined_and_annotation_skipped() {
        let text = "# STOCKHOLM 1.0\n#=GF ID X\n#=GF RF no\n\n#=GS b RF no\na/1-4  AC\nb    A.\n#=GC RF x.\n#=GC SS RF\n\n\
                    a/1-4 -D\n#=GR b RF 99\nb  Ed\n#=GC RF .x\n//\n\n";
        let records = parse(text).unwrap();
        assert_eq!(records.names(), ["a/1-4", "b"]);
        assert_eq!(*records.rows(), ["AC-D", "A.Ed"]);
        assert_eq!(records.reference(), Some(&b"x..x"[..]));
    }

    #[test]
    fn a_header_is_not_needed_nor_an_end() {
        let records = parse("a AC\nb AD").unwrap();
        assert_eq!(*records.rows(), ["AC", "AD"]);
        assert_eq!(records.reference(), None);
        assert!(records.notes().iter().any(Note::is_warning));
        assert!(parse("a AC\nb AD\n//").unwrap().notes().is_empty());
    }

    #[test]
    fn a_file_that_was_cut_off_is_refused_where_it_shows() {
        let cut = "# STOCKHOLM 1.0\n#=GF SQ 3\na AC\nb AD\n";
        let error = parse(cut).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains("says 3 sequences"), "{error}");
        // Whoever takes rows out need not count them.
        assert_eq!(parse(&format!("{cut}//\n")).unwrap().len(), 2);
        assert_eq!(parse(&format!("{cut}c AC\n")).unwrap().len(), 3);
    }

    #[test]
    fn a_stop_takes_its_column_from_the_reference() {
        let records = parse("# STOCKHOLM 1.0\na A.D*\nb AEDx\n#=GC RF x.xx\n//\n").unwrap();
        assert_eq!(*records.rows(), ["A.D-", "AEDx"]);
        let records = parse("# STOCKHOLM 1.0\na A.D*\nb AED-\n#=GC RF x.x.\n//\n").unwrap();
        assert_eq!(*records.rows(), ["A.D", "AED"]);
        assert_eq!(records.reference(), Some(&b"x.x"[..]));
    }

    #[test]
    fn several_alignments_are_told_apart() {
        let text = |text: &str| Source::from_bytes("x.sto", text.into()).text().unwrap();
        let two = text("# STOCKHOLM 1.0\na AC\n//\n\n# STOCKHOLM 1.0\nb AD\n //\n#=GF x\n");
        let parts: Vec<_> = parts(&two).into_iter().map(|part| two.part(part)).collect();
        assert_eq!(parts.len(), 2);
        assert!(parts[0].bytes().ends_with(b"a AC\n//\n"));
        let line = parts[1].lines().find(|line| line.bytes == b"b AD");
        assert_eq!(line.unwrap().number, 6);
        assert_eq!(
            super::parts(&text("# STOCKHOLM 1.0\n//\n//\na AC")).len(),
            1
        );
        assert_eq!(super::parts(&text("a AC\r\n//\r\nb AC\r\n")).len(), 2);
    }

    #[test]
    fn errors_name_the_line() {
        for (text, words) in [
            ("# STOCKHOLM 1.0\na AC\nb A\n//\n", "line 3, record 'b'"),
            (
                "# STOCKHOLM 1.0\na AC\nb\n",
                "line 3, record 'b': there is no sequence",
            ),
            ("# STOCKHOLM 1.0\n//\n", "no sequence"),
            (
                "# STOCKHOLM 1.0\na AC\nb AC\n#=GC RF x\n//\n",
                "line 4: the reference line (#=GC RF) has 1 columns, but the rows have 2",
            ),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
