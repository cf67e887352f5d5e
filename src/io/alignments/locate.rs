//! Where in the file a character stands that no sequence has.

use super::text::{Line, Text, name};
use crate::alignment::stray::{Stray, is_odd};

/// How the rows of a format stand in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A header begins with `>`; the letters follow it.
    Headers,
    /// A name, and letters behind it, in one line or several.
    Named,
    /// The line is the row.
    Bare,
}

/// The first character of a row that no sequence has, if there is one. The row is called `record`, and begins in `line`.
pub fn locate(text: &Text, layout: Layout, line: u64, record: &str, row: &[u8]) -> Option<Stray> {
    let start = row.iter().position(|&byte| is_odd(byte))?;
    let (character, needle, is_byte) = character(&row[start..])?;
    let lines = text.lines().skip_while(|l| l.number < line);
    let found = match layout {
        Layout::Headers => {
            let rows = lines.skip(1).take_while(|l| !is_header(l.bytes));
            first(rows.map(|l| (l, 0)), needle)
        }
        Layout::Named => {
            let rows = lines.filter_map(|l| Some((l, behind_name(l.bytes, record)?)));
            first(rows, needle)
        }
        Layout::Bare => first(lines.take(1).map(|l| (l, 0)), needle),
    };
    Some(Stray {
        character,
        is_byte,
        record: record.to_owned(),
        line: found.map_or(line, |(line, _)| line),
        column: found.map(|(_, column)| column),
    })
}

/// The first character of some bytes, and its own bytes; a byte that is no text as the character with its number.
fn character(bytes: &[u8]) -> Option<(char, &[u8], bool)> {
    let start = &bytes[..bytes.len().min(4)];
    let chunk = start.utf8_chunks().next()?;
    match chunk.valid().chars().next() {
        Some(c) => Some((c, &bytes[..c.len_utf8()], false)),
        None => Some((char::from(*start.first()?), &start[..1], true)),
    }
}

/// The first line that has the bytes, from some byte of it on, and which character of it they are.
fn first<'a>(
    mut lines: impl Iterator<Item = (Line<'a>, usize)>,
    needle: &[u8],
) -> Option<(u64, usize)> {
    lines.find_map(|(line, from)| {
        let behind = &line.bytes[from..];
        let at = memchr::memmem::find(behind, needle)?;
        let before = String::from_utf8_lossy(&line.bytes[..from + at]);
        Some((line.number, before.chars().count() + 1))
    })
}

/// Whether a line begins a record; blanks before its `>` are allowed.
pub fn is_header(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b">")
}

/// Where the letters begin in a line of a row of this name.
fn behind_name(line: &[u8], record: &str) -> Option<usize> {
    let start = line.len() - line.trim_ascii_start().len();
    let rest = &line[start..];
    let end = rest.iter().position(u8::is_ascii_whitespace)?;
    (name(&rest[..end]) == record).then_some(start + end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn found(
        text: &str,
        layout: Layout,
        line: u64,
        row: &[u8],
    ) -> Option<(char, u64, Option<usize>)> {
        let text = Text::new("x", Arc::new(text.as_bytes().to_vec()));
        let stray = locate(&text, layout, line, "b", row)?;
        Some((stray.character, stray.line, stray.column))
    }

    #[test]
    fn line_and_column_are_found() {
        let fasta = ">a\nAC;\n> b\nACD\nA \u{2013}\n>c\nA;\n";
        let row = "ACDA\u{2013}".as_bytes();
        let dash = Some(('\u{2013}', 5, Some(3)));
        assert_eq!(found(fasta, Layout::Headers, 3, row), dash);
        assert_eq!(found(fasta, Layout::Headers, 3, b"ACD"), None);
        let blocks = "a ;C\nb AC\n\na AC\n b  A;\n";
        let semicolon = Some((';', 5, Some(6)));
        assert_eq!(found(blocks, Layout::Named, 2, b"ACA;"), semicolon);
        assert_eq!(
            found("AC\nA?\n", Layout::Bare, 2, b"A?"),
            Some(('?', 2, Some(2)))
        );
    }

    #[test]
    fn a_byte_that_is_no_text_is_one() {
        let text = Text::new("x", Arc::new(b">b\nA\x96C\n".to_vec()));
        let stray = locate(&text, Layout::Headers, 1, "b", b"A\x96C").unwrap();
        assert!(stray.is_byte && stray.character == '\u{96}');
        assert_eq!((stray.line, stray.column), (2, Some(2)));
    }
}
