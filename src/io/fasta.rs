//! FASTA, A2M and A3M alignments, lines wrapped or not.

use super::source::Source;
use crate::alignment::AlignedRecords;
use crate::alignment::records::is_insertion;
use crate::error::{Error, Place, Result};
use std::io::{BufRead, Read};

/// Reads an aligned FASTA, A2M or A3M file. Blanks within sequences are ignored; a header is everything after the `>` that
/// starts its line.
///
/// # Errors
/// If it is not an alignment ([`AlignedRecords::new`]).
pub fn read(source: &Source) -> Result<AlignedRecords> {
    let mut reader = noodles_fasta::io::Reader::new(LineCounter::new(source.reader()?));
    find_first_header(source, reader.get_mut())?;
    let (mut names, mut rows, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    let mut header = Vec::new();
    loop {
        let line = reader.get_ref().line;
        header.clear();
        let read = reader.get_mut().read_until(b'\n', &mut header);
        if read.map_err(|error| source.broken(error))? == 0 {
            break;
        }
        let mut sequence = Vec::with_capacity(rows.last().map_or(0, Vec::len));
        reader
            .read_sequence(&mut sequence)
            .map_err(|error| source.broken(error))?;
        sequence.retain(|byte| !byte.is_ascii_whitespace());
        names.push(name(&header));
        rows.push(sequence);
        lines.push(line);
    }
    let mut records = aligned(source, names, rows, lines)?;
    records.sha256 = source.sha256();
    Ok(records)
}

/// FASTA, A2M or A3M, by the letters of the rows.
fn aligned(
    source: &Source,
    names: Vec<String>,
    rows: Vec<Vec<u8>>,
    lines: Vec<u64>,
) -> Result<AlignedRecords> {
    let file = source.name.clone();
    let columns = |row: &Vec<u8>| row.iter().filter(|&&b| !is_insertion(b)).count();
    let ragged = rows.windows(2).any(|pair| pair[0].len() != pair[1].len());
    if ragged
        && rows
            .windows(2)
            .all(|pair| columns(&pair[0]) == columns(&pair[1]))
    {
        return AlignedRecords::from_a3m(file, names, rows, lines);
    }
    let format = match rows.iter().flatten().any(|&b| is_insertion(b)) {
        true => "A2M",
        false => "FASTA/A2M",
    };
    AlignedRecords::new(file, format, names, rows, lines)
}

/// The name of a header line: without its `>`, line end and outer blanks.
fn name(header: &[u8]) -> String {
    let header = header.strip_prefix(b">").unwrap_or(header);
    String::from_utf8_lossy(header.trim_ascii()).into_owned()
}

/// Skips blanks and the comment lines (`#`) with which some programs begin an A3M file; what follows must be a header.
fn find_first_header<R: BufRead>(source: &Source, reader: &mut LineCounter<R>) -> Result<()> {
    skip_comments(reader).map_err(|error| source.broken(error))?;
    let line = reader.line;
    let start = reader.fill_buf().map_err(|error| source.broken(error))?;
    if start.starts_with(b">") {
        return Ok(());
    }
    Err(Error::input(
        Place::file(&source.name).line(line),
        "a header is expected here, a line that starts with '>'",
        "FASTA, A2M and A3M files are '>name' lines, each followed by its sequence",
    ))
}

fn skip_comments(reader: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        skip_blank(reader)?;
        if !reader.fill_buf()?.starts_with(b"#") {
            return Ok(());
        }
        reader.skip_until(b'\n')?;
    }
}

fn skip_blank(reader: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let blank = reader
            .fill_buf()?
            .iter()
            .take_while(|b| b.is_ascii_whitespace())
            .count();
        if blank == 0 {
            return Ok(());
        }
        reader.consume(blank);
    }
}

/// A reader that knows the 1-based line it stands in.
struct LineCounter<R> {
    inner: R,
    line: u64,
}

impl<R> LineCounter<R> {
    fn new(inner: R) -> Self {
        Self { inner, line: 1 }
    }
}

impl<R: BufRead> Read for LineCounter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for LineCounter<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed is still in the buffer: asking for it again reads nothing new.
        if let Ok(buffer) = self.inner.fill_buf() {
            let passed = &buffer[..amount.min(buffer.len())];
            self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
        }
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<AlignedRecords> {
        read(&Source::from_bytes("x.fa", text.as_bytes().to_vec()))
    }

    #[test]
    fn wrapped_lines_and_carriage_returns_are_joined() {
        let records = parse("\r\n>a one\r\nAC\r\nD-\r\n\r\n>b/1-3\r\nA C\tDE \r\n").unwrap();
        assert_eq!(records.names(), ["a one", "b/1-3"]);
        assert_eq!(records.rows(), [b"ACD-", b"ACDE"]);
        assert_eq!(records.format, "FASTA/A2M");
    }

    #[test]
    fn a_header_keeps_later_signs_and_blanks() {
        let records = parse(">a > b  c\nAC\n> d\nAc\n>a > b  c\n.C").unwrap();
        assert_eq!(records.names(), ["a > b  c", "d", "a > b  c"]);
        assert_eq!(records.format, "A2M");
    }

    #[test]
    fn errors_name_the_line() {
        let error = parse(">a\nACD\nEF\n>b\nACDE\n").unwrap_err().to_string();
        assert!(error.contains("x.fa, line 4, record 'b'"), "{error}");
        assert!(
            error.contains("has 4 columns") && error.contains("has 5"),
            "{error}"
        );
        let error = parse(">a\nACD\n>b\n>c\nACD\n").unwrap_err().to_string();
        assert!(
            error.contains("line 3, record 'b': the sequence is empty"),
            "{error}"
        );
    }

    #[test]
    fn a3m_is_known_by_its_columns() {
        let records = parse("#A3M#\n>a\nAC-D\n>b\nAgtC\nED\n").unwrap();
        assert_eq!(records.format, "A3M");
        assert_eq!(records.rows(), [b"AC-D", b"ACED"]);
        let error = parse(">a\nAC-D\n>b\nAgtCE\n").unwrap_err().to_string();
        assert!(error.contains("has 5 columns"), "{error}");
    }

    #[test]
    fn comments_do_not_hide_a_missing_header() {
        for (text, line) in [
            ("# a\nfoo\nACD\n>b\nACD\n", "line 2"),
            ("# only\n", "line 2"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().contains(line), "{error}");
        }
    }

    #[test]
    fn long_rows_cross_the_buffer() {
        let row = "ACDEFGHIKL".repeat(20_000);
        let records = parse(&format!(">a\n{row}\n>b\n{row}\n")).unwrap();
        assert_eq!(records.width(), 200_000);
        let source = Source::from_bytes("x", format!(">a\n{row}\n>b\n{row}\n").into_bytes());
        assert_eq!(read(&source).unwrap().rows()[1].len(), 200_000);
    }
}
