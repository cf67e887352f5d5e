//! Several alignments in one file: a NUL byte behind each, as MMseqs2 and ColabFold write them, or `//` in Stockholm files.

use super::text::{Text, name};
use crate::alignment::notes::Note;
use crate::error::{Error, Place, Result};
use memchr::{memchr, memchr_iter, memrchr};
use std::num::NonZeroUsize;
use std::ops::Range;

/// What stands behind each alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// A NUL byte.
    Nul,
    /// The end mark of the format.
    End(&'static str),
}

/// The text without NUL bytes at its end, and the parts that those within it divide it into.
pub fn between_nuls(text: &Text) -> (Text, Vec<Range<usize>>) {
    let bytes = text.bytes();
    let is_filling = |byte: &u8| *byte == b'\0' || byte.is_ascii_whitespace();
    let filling = bytes.iter().rev().take_while(|byte| is_filling(byte));
    let end = bytes.len() - filling.count();
    let last = match memchr(b'\0', &bytes[end..]) {
        Some(nul) => end + nul,
        None => bytes.len(),
    };
    let mut parts = Vec::new();
    let mut add = |part: Range<usize>| {
        if !bytes[part.clone()].iter().all(is_filling) {
            parts.push(part);
        }
    };
    let (mut start, mut looked_at, mut in_header) = (0, 0, None);
    for nul in memchr_iter(b'\0', &bytes[..last]) {
        if let Some(end) = memrchr(b'\n', &bytes[looked_at..nul]) {
            (looked_at, in_header) = (looked_at + end + 1, None);
        }
        let first = bytes[looked_at..nul].trim_ascii_start().first();
        in_header = in_header.or(first.map(|byte| *byte == b'>'));
        looked_at = nul + 1;
        let behind = bytes[looked_at..].trim_ascii_start().first();
        // One in a name, or among the letters of a row, divides nothing.
        if in_header != Some(true) && matches!(behind, Some(b'>' | b'#' | b'\0')) {
            add(start..nul);
            (start, in_header) = (looked_at, None);
        }
    }
    add(start..last);
    (text.part(0..last), parts)
}

/// The part that was asked for; the only one if none was.
///
/// # Errors
/// If there are several and none was asked for, or fewer than the one asked for.
pub fn choose(
    text: &Text,
    parts: &[Range<usize>],
    query: Option<NonZeroUsize>,
    separator: Separator,
) -> Result<(Text, Option<Note>)> {
    let part = |number: usize| parts.get(number).map(|range| text.part(range.clone()));
    let chosen = match query {
        None if parts.len() > 1 => {
            let second = part(1).unwrap_or_else(|| text.clone());
            return Err(several(&second, parts.len(), separator));
        }
        None => 0,
        Some(query) => query.get() - 1,
    };
    if chosen >= parts.len().max(1) {
        return Err(not_so_many(text, parts.len().max(1), chosen + 1));
    }
    let Some(found) = part(chosen) else {
        return Ok((text.clone(), None));
    };
    if parts.len() == 1 {
        return Ok((found, None));
    }
    let (line, name) = first_record(&found);
    let note = Note::Query {
        number: chosen + 1,
        of: parts.len(),
        line,
        name,
    };
    Ok((found, Some(note)))
}

/// Line and name of the first record.
fn first_record(text: &Text) -> (u64, String) {
    let mut lines = text
        .lines()
        .map(|line| (line.number, line.bytes.trim_ascii()));
    let record = lines.find(|(_, line)| !line.is_empty() && !line.starts_with(b"#"));
    let (number, line) = record.unwrap_or((1, b""));
    let id = match line.strip_prefix(b">") {
        Some(header) => header,
        None => line.split(u8::is_ascii_whitespace).next().unwrap_or(line),
    };
    (number, name(id))
}

fn several(second: &Text, count: usize, separator: Separator) -> Error {
    let (line, record) = first_record(second);
    let behind = match separator {
        Separator::Nul => "a NUL byte",
        Separator::End(mark) => mark,
    };
    Error::input(
        Place::file(&second.file).line(line).record(record),
        format!(
            "a second alignment begins here, behind {behind}: the file holds {count}, and a model is fitted to one"
        ),
        format!(
            "choose one with `query=N`, counted from 1 to {count}: `query=1` is the first, `query=2` the one that begins here"
        ),
    )
}

fn not_so_many(text: &Text, count: usize, asked: usize) -> Error {
    let holds = match count {
        1 => "one alignment".to_owned(),
        count => format!("{count} alignments"),
    };
    Error::input(
        Place::file(&text.file),
        format!("there is no alignment {asked}: the file holds {holds}"),
        "`query` counts the alignments of a file from 1; leave it out where there is one",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn text(bytes: &[u8]) -> Text {
        Text::new("x", Arc::new(bytes.to_vec()))
    }

    fn parts(bytes: &[u8]) -> Vec<String> {
        let text = text(bytes);
        let (text, parts) = between_nuls(&text);
        let part = |part| String::from_utf8(text.part(part).bytes().to_vec()).unwrap();
        parts.into_iter().map(part).collect()
    }

    #[test]
    fn nul_bytes_divide_a_file() {
        for (bytes, expected) in [
            (&b">a\nAC\n"[..], &[">a\nAC\n"][..]),
            (b">a\nAC\n\0", &[">a\nAC\n"]),
            (b">a\nAC\0\0\n\0", &[">a\nAC"]),
            (b">a\nAC\n\0>b\nAC\n\0", &[">a\nAC\n", ">b\nAC\n"]),
            (b">a\nAC\n\0\n#1\t1\n>b\n", &[">a\nAC\n", "\n#1\t1\n>b\n"]),
            (b">a\nAC\0>b\nAC", &[">a\nAC", ">b\nAC"]),
            (b"\0>a\nAC\n\0\0>b\nAC\n\0\0", &[">a\nAC\n", ">b\nAC\n"]),
            // Part of a name, part of a sequence.
            (b">a\0>b\nAC\n", &[">a\0>b\nAC\n"]),
            (b">a\nA\0C\n", &[">a\nA\0C\n"]),
            (b"\0\0", &[]),
        ] {
            assert_eq!(parts(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_query_chooses_one() {
        let text = text(b">a\nAC\n\0#2\t1\n>b one\nAC\n\0>c\nAC\n\0");
        let (text, parts) = between_nuls(&text);
        let chosen = |n| choose(&text, &parts, NonZeroUsize::new(n), Separator::Nul);
        let (second, note) = chosen(2).unwrap();
        assert_eq!(second.bytes(), b"#2\t1\n>b one\nAC\n");
        assert!(Arc::ptr_eq(second.buffer(), text.buffer()));
        let note = note.unwrap().to_string();
        assert_eq!(note, "alignment 2 of 3, from 'b one' in line 4 on");
        let error = chosen(0).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        for words in ["x, line 4, record 'b one'", "NUL", "holds 3", "`query=N`"] {
            assert!(error.to_string().contains(words), "{error}");
        }
        let error = chosen(4).unwrap_err().to_string();
        assert!(
            error.contains("no alignment 4: the file holds 3"),
            "{error}"
        );
    }

    #[test]
    fn a_single_alignment_needs_no_query() {
        let text = text(b">a\nAC\n\0");
        let (text, parts) = between_nuls(&text);
        let chosen = |n| choose(&text, &parts, NonZeroUsize::new(n), Separator::Nul);
        for n in [0, 1] {
            let (only, note) = chosen(n).unwrap();
            assert_eq!((only.bytes(), note), (&b">a\nAC\n"[..], None));
        }
        let error = chosen(2).unwrap_err().to_string();
        assert!(error.contains("holds one alignment"), "{error}");
    }
}
