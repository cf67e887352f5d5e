//! Records of a text file: a line each, or several where a quoted cell holds line breaks.

use super::text_lines::{LONGEST_LINE, TextLines};
use crate::io::tables::cells::{self, Quotes};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufRead};
use std::ops::Range;

/// A quoted cell may go on over this many further lines. A quote that is still open then was a stray one.
const MAX_CONTINUATION: usize = 32;

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

    /// Of a line, without cells yet.
    pub fn of(line: &[u8]) -> Self {
        Self {
            bytes: line.to_vec(),
            ..Self::default()
        }
    }

    /// Finds the cells anew.
    pub fn split(&mut self, separator: u8) {
        self.quotes = cells::split(&self.bytes, separator, &mut self.cells);
    }

    /// What the cells say.
    pub fn texts(&self) -> impl Iterator<Item = Cow<'_, [u8]>> {
        let cells = self.cells.iter();
        cells.map(|range| cells::text(&self.bytes[range.clone()]))
    }
}

/// Reads records; leaves out empty lines, rows of empty cells and comments.
pub(super) struct Records<R> {
    input: TextLines<R>,
    /// Lines that were looked at: ahead, to see what the file is, or in vain for a closing quote.
    pending: VecDeque<Vec<u8>>,
    /// What ended the looking ahead, if it was not the end of the file.
    failure: Option<io::Error>,
    pub comments: u64,
    /// Rows of empty cells, as spreadsheets write them below a table.
    pub empty_rows: u64,
}

/// Looking ahead ends after so many bytes.
const MOST_AHEAD: usize = 1 << 22;

impl<R: BufRead> Records<R> {
    pub fn new(input: R) -> Self {
        Self {
            input: TextLines::new(input),
            pending: VecDeque::new(),
            failure: None,
            comments: 0,
            empty_rows: 0,
        }
    }

    /// The next lines as they are, up to this many, which stay to be read. A failure to read comes when its place is reached.
    pub fn ahead(&mut self, lines: usize) -> Vec<&[u8]> {
        let mut bytes = 0;
        while self.pending.len() < lines && bytes < MOST_AHEAD && self.failure.is_none() {
            let mut line = Vec::new();
            match self.input.next(&mut line) {
                Ok(true) => {
                    bytes += line.len();
                    self.pending.push_back(line);
                }
                Ok(false) => break,
                Err(error) => self.failure = Some(error),
            }
        }
        self.pending.iter().map(Vec::as_slice).collect()
    }

    /// What ended the looking ahead, if it was not the end of the file.
    pub fn failure(&mut self) -> io::Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Leaves out so many of the lines that were looked at, of which some are comments.
    pub fn skip(&mut self, lines: usize, comments: u64) {
        self.pending.drain(..lines);
        self.comments += comments;
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
        loop {
            if !self.next_line(record)? {
                return Ok(false);
            }
            if !cells::are_empty(&record.bytes, separator) {
                break;
            }
            self.empty_rows += 1;
        }
        record.split(separator);
        if record.quotes == Quotes::Open && separator != cells::BLANKS {
            self.join(separator, width, record)?;
        }
        Ok(true)
    }

    /// The next sequence of a FASTA file as two cells: its name, and its letters. False at the end.
    pub fn next_sequence(&mut self, separator: u8, record: &mut Record) -> io::Result<bool> {
        record.bytes.clear();
        let (mut line, mut name) = (Vec::new(), None);
        while self.raw_line(&mut line)? {
            let trimmed = line.trim_ascii();
            match (trimmed.strip_prefix(b">"), name) {
                (Some(_), Some(_)) => {
                    self.pending.push_front(line);
                    break;
                }
                (Some(title), None) => {
                    let blank = |&byte: &u8| if byte == separator { b' ' } else { byte };
                    record.bytes.extend(title.trim_ascii().iter().map(blank));
                    name = Some(record.bytes.len());
                    record.bytes.push(separator);
                }
                (None, Some(_)) => {
                    record.bytes.extend_from_slice(trimmed);
                    if record.bytes.len() >= LONGEST_LINE {
                        return Err(self.input.too_long("a sequence"));
                    }
                }
                (None, None) => {}
            }
        }
        record.cells.clear();
        record.quotes = Quotes::Closed;
        let Some(name) = name else {
            return Ok(false);
        };
        record.cells.extend([0..name, name + 1..record.bytes.len()]);
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
            // Without its closing quote by now, it was a stray one.
            if joined.bytes.len() >= LONGEST_LINE {
                break;
            }
        }
        // Lines that are rows by themselves have stray quotes, however well these go together.
        let is_row = |line: &[u8]| memchr::memchr_iter(separator, line).count() + 1 == width;
        let are_rows = separator == b'\t'
            && width > 1
            && is_row(&record.bytes)
            && taken.iter().all(|line| is_row(line));
        if joined.quotes == Quotes::Closed && joined.cells.len() == width && !are_rows {
            *record = joined;
        } else {
            let rest = std::mem::take(&mut self.pending);
            self.pending = taken.into_iter().chain(rest).collect();
        }
        Ok(())
    }

    /// One line without its end, whatever is in it.
    fn raw_line(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        if let Some(pending) = self.pending.pop_front() {
            *line = pending;
            return Ok(true);
        }
        self.failure()?;
        self.input.next(line)
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
    fn stray_quotes_swallow_no_rows() {
        let rows = |text: &str, separator: u8| -> Vec<usize> {
            let mut records = Records::new(text.as_bytes());
            let (mut record, mut cells) = (Record::default(), Vec::new());
            while records.next(separator, 3, &mut record).unwrap() {
                cells.push(record.cells.len());
            }
            cells
        };
        assert_eq!(rows("a\t\"dead\t1\nb\tx\t2\nc\ty\"\t3\n", b'\t').len(), 3);
        assert_eq!(rows("a\t\"two\nlines\"\t1\nb\tx\t2\n", b'\t'), [3, 3]);
        // With commas they are cells of several lines, as spreadsheets write them.
        assert_eq!(rows("a,\"two, and\nlines\",1\nb,x,2\n", b','), [3, 3]);
    }

    #[test]
    fn line_ends_marks_comments_and_empty_lines_are_no_data() {
        let (rows, comments) = records("\u{feff}# made by x\r\na,b\r\n\r\n  \n#c\n1,#2", 2);
        assert_eq!(rows, [["a", "b"], ["1", "#2"]]);
        assert_eq!(comments, 2);
        assert!(records("", 1).0.is_empty());
    }

    #[test]
    fn rows_of_empty_cells_are_left_out() {
        let mut records = Records::new(&b"a,b\n,,,\n , \"\"\n1,\n\t\n"[..]);
        let (mut record, mut all) = (Record::default(), Vec::new());
        while records.next(b',', 2, &mut record).unwrap() {
            all.push(record.bytes.clone());
        }
        assert_eq!(all, [&b"a,b"[..], b" , \"\"", b"1,"]);
        assert_eq!(records.empty_rows, 2);
    }

    #[test]
    fn lines_that_were_looked_at_are_still_to_be_read() {
        let mut records = Records::new(&b"t\n#c\n\na\nb"[..]);
        assert_eq!(records.ahead(3), [&b"t"[..], b"#c", b""]);
        records.skip(1, 0);
        let (mut record, mut all) = (Record::default(), Vec::new());
        while records.next_line(&mut record).unwrap() {
            all.push(record.bytes.clone());
        }
        assert_eq!(
            (all, records.comments),
            (vec![b"a".to_vec(), b"b".to_vec()], 1)
        );
    }

    #[test]
    fn sequences_of_a_fasta_file_are_records_of_two_cells() {
        let text = b"x\n>a\tb c \nAC D\n\nEF\r\n>\n> g\n";
        let mut records = Records::new(&text[..]);
        let (mut record, mut all) = (Record::default(), Vec::new());
        while records.next_sequence(b'\t', &mut record).unwrap() {
            let cells = record
                .texts()
                .map(|t| String::from_utf8_lossy(&t).into_owned());
            all.push(cells.collect::<Vec<_>>());
        }
        assert_eq!(all, [["a b c", "AC DEF"], ["", ""], ["g", ""]]);
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
