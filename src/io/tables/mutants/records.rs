//! Records of a text file: a line each, or several where a quoted cell holds line breaks.

use crate::io::tables::cells::{self, Quotes};
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::ops::Range;

/// A quoted cell may go on over this many further lines. A quote that is still open then was a stray one.
const MAX_CONTINUATION: usize = 32;

/// The longest line that is read: only these are in memory, and what is no table may have no line ends.
const LONGEST_LINE: u64 = 1 << 24;

/// One record: its bytes without the line end, and where its cells are.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub bytes: Vec<u8>,
    pub cells: Vec<Range<usize>>,
    pub quotes: Quotes,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            cells: Vec::new(),
            quotes: Quotes::Closed,
        }
    }
}

impl Record {
    /// The bytes of a cell, quotes included.
    pub fn cell(&self, index: usize) -> Option<&[u8]> {
        let range = self.cells.get(index)?;
        Some(&self.bytes[range.clone()])
    }

    /// Finds the cells anew.
    pub fn split(&mut self, separator: u8) {
        self.quotes = cells::split(&self.bytes, separator, &mut self.cells);
    }
}

/// Reads records; leaves out empty lines and comments.
pub(super) struct Records<R> {
    input: R,
    /// Lines that were looked at in vain for a closing quote.
    pending: VecDeque<Vec<u8>>,
    started: bool,
    pub comments: u64,
}

impl<R: BufRead> Records<R> {
    pub fn new(input: R) -> Self {
        Self {
            input,
            pending: VecDeque::new(),
            started: false,
            comments: 0,
        }
    }

    /// The next line with something in it, not split yet. False at the end.
    pub fn next_line(&mut self, record: &mut Record) -> io::Result<bool> {
        loop {
            if !self.raw_line(&mut record.bytes)? {
                return Ok(false);
            }
            let is_comment = record.bytes.first() == Some(&b'#');
            self.comments += u64::from(is_comment);
            if !is_comment && record.bytes.iter().any(|&byte| byte != b' ') {
                return Ok(true);
            }
        }
    }

    /// The next record, of which `width` cells are expected. False at the end.
    pub fn next(&mut self, separator: u8, width: usize, record: &mut Record) -> io::Result<bool> {
        if !self.next_line(record)? {
            return Ok(false);
        }
        record.split(separator);
        if record.quotes == Quotes::Open {
            self.join(separator, width, record)?;
        }
        Ok(true)
    }

    /// Joins the following lines to a record with an open quote, if that makes a faultless record of the right width.
    ///
    /// Otherwise they stay records of their own: a stray quote must not swallow the rows below it.
    fn join(&mut self, separator: u8, width: usize, record: &mut Record) -> io::Result<()> {
        let mut joined = record.clone();
        let mut taken = Vec::new();
        while joined.quotes == Quotes::Open && taken.len() < MAX_CONTINUATION {
            let mut line = Vec::new();
            if !self.raw_line(&mut line)? {
                break;
            }
            joined.bytes.push(b'\n');
            joined.bytes.extend_from_slice(&line);
            joined.split(separator);
            taken.push(line);
        }
        if joined.quotes == Quotes::Closed && joined.cells.len() == width {
            *record = joined;
        } else {
            let rest = std::mem::take(&mut self.pending);
            self.pending = taken.into_iter().chain(rest).collect();
        }
        Ok(())
    }

    /// One line without its end, whatever is in it. The byte-order mark is no part of the first.
    fn raw_line(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        if let Some(pending) = self.pending.pop_front() {
            *line = pending;
            return Ok(true);
        }
        match self
            .input
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', line)? as u64
        {
            0 => return Ok(false),
            LONGEST_LINE => {
                let problem = "a line of more than 16 MB, which no table of mutants has";
                return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
            }
            _ => {}
        }
        if !std::mem::replace(&mut self.started, true) && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        while matches!(line.last(), Some(b'\n' | b'\r')) {
            line.pop();
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, width: usize) -> (Vec<Vec<String>>, u64) {
        let mut records = Records::new(text.as_bytes());
        let (mut record, mut all) = (Record::default(), Vec::new());
        while records.next(b',', width, &mut record).unwrap() {
            let text = |range: &Range<usize>| {
                String::from_utf8_lossy(&cells::text(&record.bytes[range.clone()])).into_owned()
            };
            all.push(record.cells.iter().map(text).collect());
        }
        (all, records.comments)
    }

    #[test]
    fn line_ends_marks_comments_and_empty_lines_are_no_data() {
        let (rows, comments) = records("\u{feff}# made by x\r\na,b\r\n\r\n  \n#c\n1,#2", 2);
        assert_eq!(rows, [["a", "b"], ["1", "#2"]]);
        assert_eq!(comments, 2);
        assert!(records("", 1).0.is_empty());
    }

    #[test]
    fn a_quoted_cell_may_hold_line_breaks() {
        let (rows, _) = records("1,\"a\nb\n\nc\",2\n3,d,4\n", 3);
        assert_eq!(rows, [["1", "a\nb\n\nc", "2"], ["3", "d", "4"]]);
    }

    #[test]
    fn a_stray_quote_does_not_swallow_the_rows_below() {
        let (rows, _) = records("1,\"a,2\n3,b,4\n# note\n5,c,6\n", 3);
        assert_eq!(rows, [["1", "\"a", "2"], ["3", "b", "4"], ["5", "c", "6"]]);
        let (rows, _) = records("1,x,\"a\n3,y,\"b\n5,z,c\n", 3);
        assert_eq!(rows.len(), 3);
        let many = "1,\"a\n".repeat(100);
        assert_eq!(records(&many, 2).0.len(), 100);
    }
}
