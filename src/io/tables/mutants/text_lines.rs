//! Lines of a text file, whatever ends them.

use std::io::{self, BufRead, ErrorKind};

/// The longest line that is read, and the longest row of several: only these are in memory, and what is no table may have no line ends.
pub(super) const LONGEST_LINE: usize = 1 << 24;

/// What is wrong with a line or a row that is longer.
#[derive(Debug)]
pub(super) struct TooLong {
    what: &'static str,
    line: u64,
}

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, line } = self;
        write!(
            f,
            "{what} of more than 16 MB, which no table of mutants has, in line {line}"
        )
    }
}

impl std::error::Error for TooLong {}

/// Reads lines that end with LF, CR LF, or CR alone, as old Macs and some spreadsheets write them.
pub(super) struct TextLines<R> {
    input: R,
    started: bool,
    /// Lines begun so far.
    number: u64,
    /// Whether the line before ended with CR, whose LF may follow.
    after_return: bool,
}

impl<R: BufRead> TextLines<R> {
    pub fn new(input: R) -> Self {
        Self {
            input,
            started: false,
            number: 0,
            after_return: false,
        }
    }

    /// The next line without its end, whatever is in it; the byte-order mark is no part of the first. False at the end.
    pub fn next(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        self.number += 1;
        let found = self.read(line)?;
        if !std::mem::replace(&mut self.started, true) && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        Ok(found)
    }

    /// The error for a line or a row that is too long, which ends or is at the line that was read last.
    pub fn too_long(&self, what: &'static str) -> io::Error {
        let line = self.number;
        io::Error::new(ErrorKind::InvalidData, TooLong { what, line })
    }

    fn read(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                return Ok(!line.is_empty());
            }
            if std::mem::take(&mut self.after_return) && buffer[0] == b'\n' {
                self.input.consume(1);
                continue;
            }
            let end = memchr::memchr2(b'\n', b'\r', buffer);
            let length = end.unwrap_or(buffer.len());
            line.extend_from_slice(&buffer[..length]);
            if line.len() >= LONGEST_LINE {
                return Err(self.too_long("a line"));
            }
            self.after_return = end.is_some_and(|end| buffer[end] == b'\r');
            self.input.consume(length + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn lines(text: &str, buffer: usize) -> Vec<String> {
        let mut lines = TextLines::new(BufReader::with_capacity(buffer, text.as_bytes()));
        let (mut line, mut all) = (Vec::new(), Vec::new());
        while lines.next(&mut line).unwrap() {
            all.push(String::from_utf8(line.clone()).unwrap());
        }
        all
    }

    #[test]
    fn any_line_end_ends_a_line() {
        for text in ["a\nb\n\nc", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc\r"] {
            for buffer in 1..8 {
                let found = lines(text, buffer);
                assert_eq!(found, ["a", "b", "", "c"], "{text:?} {buffer}");
            }
        }
        assert!(lines("", 4).is_empty());
    }

    #[test]
    fn the_mark_of_byte_order_is_no_part_of_the_first_line() {
        assert_eq!(lines("\u{feff}a\n\u{feff}b", 64), ["a", "\u{feff}b"]);
    }

    #[test]
    fn what_has_no_line_ends_is_refused_before_it_fills_the_memory() {
        let mut lines = TextLines::new(BufReader::new(io::repeat(b'x')));
        let error = lines.next(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert!(error.to_string().contains("in line 1"), "{error}");
    }
}
