//! The text of an alignment file, whatever it was packed in, line by line.

use memchr::memchr;
use std::ops::Range;
use std::sync::Arc;

/// Contents without compression or byte-order mark, in lines that end with `\n` (or `\r\n`).
#[derive(Debug)]
pub struct Text {
    /// The file, for messages.
    pub file: String,
    bytes: Arc<Vec<u8>>,
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
    pub fn new(file: impl Into<String>, mut bytes: Arc<Vec<u8>>) -> Self {
        if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
            bytes = Arc::new(rest.to_vec());
        }
        if memchr(b'\n', &bytes).is_none() && memchr(b'\r', &bytes).is_some() {
            let line_feed = |&byte: &u8| if byte == b'\r' { b'\n' } else { byte };
            bytes = Arc::new(bytes.iter().map(line_feed).collect());
        }
        Self {
            file: file.into(),
            bytes,
        }
    }

    /// All of it.
    pub fn bytes(&self) -> &Arc<Vec<u8>> {
        &self.bytes
    }

    /// Its lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let bytes = &self.bytes[..];
        let mut next = (1, 0);
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
    // The second byte of C1 controls, which follow 0xc2, is left to the slow way.
    let is_odd = |&byte: &u8| (byte < b' ' && byte != b'\t') || byte == 0x7f || byte == 0xc2;
    match std::str::from_utf8(bytes) {
        Ok(name) if !bytes.iter().any(is_odd) => name.to_owned(),
        _ => escaped(bytes),
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(2 * bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character.is_control() && character != '\t' {
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
            assert_eq!(&text.bytes()[line.place()], line.bytes);
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
    fn odd_names_are_shown_escaped() {
        for (bytes, expected) in [
            (&b" a|b/1-9 \r"[..], "a|b/1-9"),
            ("caf\u{e9} \u{3b1}\tx".as_bytes(), "caf\u{e9} \u{3b1}\tx"),
            (b"caf\xe9", r"caf\xe9"),
            ("\u{b1}\u{85}".as_bytes(), "\u{b1}\\x85"),
            (b"\xff\xfe\x00a\x1b[31m", r"\xff\xfe\x00a\x1b[31m"),
            (b"", ""),
        ] {
            assert_eq!(name(bytes), expected);
        }
    }
}
