//! The text of an alignment file, whatever it was packed in, line by line.

use crate::error::is_obeyed;
use memchr::{memchr, memchr_iter};
use std::ops::Range;
use std::sync::Arc;

/// Contents without compression or byte-order mark, in lines that end with `\n` (or `\r\n`): all of them, or a part.
#[derive(Debug, Clone)]
pub struct Text {
    /// The file, for messages.
    pub file: String,
    buffer: Arc<Vec<u8>>,
    range: Range<usize>,
    first_line: u64,
}

/// A line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Counted from 1.
    pub number: u64,
    /// Without its end.
    pub bytes: &'a [u8],
    start: usize,
}

impl Line<'_> {
    /// Where it lies in the text.
    pub fn place(&self) -> Range<usize> {
        self.start..self.start + self.bytes.len()
    }
}

impl Text {
    /// The text of decompressed contents. Old Macintosh files, whose lines end with `\r` alone, are put right.
    pub fn new(file: impl Into<String>, mut buffer: Arc<Vec<u8>>) -> Self {
        if memchr(b'\n', &buffer).is_none() && memchr(b'\r', &buffer).is_some() {
            let line_feed = |&byte: &u8| if byte == b'\r' { b'\n' } else { byte };
            buffer = Arc::new(buffer.iter().map(line_feed).collect());
        }
        let mark: &[u8] = b"\xef\xbb\xbf";
        let start = if buffer.starts_with(mark) {
            mark.len()
        } else {
            0
        };
        Self {
            file: file.into(),
            range: start..buffer.len(),
            buffer,
            first_line: 1,
        }
    }

    /// The letters that it is a part of: places of its lines are in these.
    pub fn buffer(&self) -> &Arc<Vec<u8>> {
        &self.buffer
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }

    /// The number of its first line.
    pub fn first_line(&self) -> u64 {
        self.first_line
    }

    /// A part of it, which is not copied; its lines keep their numbers.
    pub fn part(&self, range: Range<usize>) -> Self {
        let before = &self.bytes()[..range.start];
        let start = self.range.start;
        Self {
            file: self.file.clone(),
            buffer: Arc::clone(&self.buffer),
            range: start + range.start..start + range.end,
            first_line: self.first_line + memchr_iter(b'\n', before).count() as u64,
        }
    }

    /// Its lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let bytes = &self.buffer[..self.range.end];
        let mut next = (self.first_line, self.range.start);
        std::iter::from_fn(move || {
            let (number, start) = next;
            if start >= bytes.len() {
                return None;
            }
            let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length);
            next = (number + 1, end + 1);
            Some(Line {
                number,
                bytes: &bytes[start..end],
                start,
            })
        })
    }
}

/// A name as it is shown and kept: without outer blanks; what is no UTF-8, and control characters (which would upset terminals and
/// model files), as `\x1b`.
pub fn name(bytes: &[u8]) -> String {
    let bytes = bytes.trim_ascii();
    // The further bytes of C1 controls, which follow 0xc2, and of turns of direction, which follow 0xe2, are left to the slow way.
    let is_odd = |&byte: &u8| (byte < b' ' && byte != b'\t') || matches!(byte, 0x7f | 0xc2 | 0xe2);
    match std::str::from_utf8(bytes) {
        Ok(name) if !bytes.iter().any(is_odd) => name.to_owned(),
        _ => escaped(bytes),
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(2 * bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match is_obeyed(character) || character == '\n' {
                true => name.push_str(&format!("\\x{:02x}", u32::from(character))),
                false => name.push(character),
            }
        }
        for byte in chunk.invalid() {
            name.push_str(&format!("\\x{byte:02x}"));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<(u64, String)> {
        let text = Text::new("x", Arc::new(bytes.to_vec()));
        let line = |line: Line| {
            assert_eq!(&text.buffer()[line.place()], line.bytes);
            (line.number, String::from_utf8(line.bytes.to_vec()).unwrap())
        };
        text.lines().map(line).collect()
    }

    #[test]
    fn lines_are_numbered_and_placed() {
        let expected = [(1, "ab"), (2, ""), (3, "c")].map(|(n, line)| (n, line.to_owned()));
        for text in [
            "ab\n\nc",
            "ab\n\nc\n",
            "ab\r\rc",
            "ab\r\rc\r",
            "\u{feff}ab\n\nc",
        ] {
            assert_eq!(lines(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(lines(b"ab\r\n"), [(1, "ab\r".to_owned())]);
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn a_part_keeps_its_line_numbers_and_is_no_copy() {
        let text = Text::new("x", Arc::new(b"\xef\xbb\xbfab\n\ncd\nef".to_vec()));
        let part = text.part(4..6);
        assert_eq!(part.bytes(), b"cd");
        let line = part.lines().next().unwrap();
        assert_eq!((line.number, line.bytes), (3, &b"cd"[..]));
        assert_eq!(&part.buffer()[line.place()], b"cd");
        assert_eq!(part.lines().count(), 1);
        assert_eq!(part.part(1..2).lines().next().unwrap().number, 3);
        assert!(Arc::ptr_eq(part.buffer(), text.buffer()));
    }

    #[test]
    fn odd_names_are_shown_escaped() {
        for (bytes, expected) in [
            (&b" a|b/1-9 \r"[..], "a|b/1-9"),
            ("caf\u{e9} \u{3b1}\tx".as_bytes(), "caf\u{e9} \u{3b1}\tx"),
            (b"caf\xe9", r"caf\xe9"),
            ("\u{b1}\u{85}".as_bytes(), "\u{b1}\\x85"),
            ("\u{2013}\u{202e}".as_bytes(), "\u{2013}\\x202e"),
            (b"\xff\xfe\x00a\x1b[31m", r"\xff\xfe\x00a\x1b[31m"),
            (b"", ""),
        ] {
            assert_eq!(name(bytes), expected);
        }
    }
}
