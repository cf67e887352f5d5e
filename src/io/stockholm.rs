//! Stockholm alignments, in one block or several; annotation lines are skipped.

use super::source::Source;
use crate::alignment::AlignedRecords;
use crate::error::{Error, Place, Result};
use std::collections::HashMap;
use std::io::BufRead;

/// Reads the alignment of a Stockholm file.
///
/// # Errors
/// If a line has no sequence, a second alignment follows, or as [`AlignedRecords::new`].
pub fn read(source: &Source) -> Result<AlignedRecords> {
    let mut blocks = Blocks::default();
    for (number, line) in source.reader()?.split(b'\n').enumerate() {
        let line = line.map_err(|error| source.broken(error))?;
        blocks.add(source, number as u64 + 1, line.trim_ascii())?;
    }
    let Blocks {
        names, rows, lines, ..
    } = blocks;
    let mut records = AlignedRecords::new(source.name.clone(), "Stockholm", names, rows, lines)?;
    records.sha256 = source.sha256();
    Ok(records)
}

/// Rows as they grow from block to block.
#[derive(Default)]
struct Blocks {
    places: HashMap<String, usize>,
    names: Vec<String>,
    rows: Vec<Vec<u8>>,
    lines: Vec<u64>,
    ended: bool,
}

impl Blocks {
    fn add(&mut self, source: &Source, number: u64, line: &[u8]) -> Result<()> {
        if line.is_empty() || line.starts_with(b"#") {
            return Ok(());
        }
        let place = || Place::file(&source.name).line(number);
        if self.ended {
            return Err(Error::input(
                place(),
                "a second alignment begins here",
                "a model is fitted to one family: split the file after each '//'",
            ));
        }
        if line == b"//" {
            self.ended = true;
            return Ok(());
        }
        let end = line.iter().position(u8::is_ascii_whitespace);
        let (name, sequence) = line.split_at(end.unwrap_or(line.len()));
        let name = String::from_utf8_lossy(name).into_owned();
        if sequence.is_empty() {
            return Err(Error::input(
                place().record(name),
                "there is no sequence behind the name",
                "every line of a Stockholm alignment is 'name sequence', '#...' or '//'",
            ));
        }
        let row = self.row(name, number);
        row.extend(sequence.iter().filter(|b| !b.is_ascii_whitespace()));
        Ok(())
    }

    /// The row of a name, a new one where it is first seen.
    fn row(&mut self, name: String, line: u64) -> &mut Vec<u8> {
        let next = self.rows.len();
        let index = *self.places.entry(name.clone()).or_insert(next);
        if index == next {
            self.names.push(name);
            self.rows.push(Vec::new());
            self.lines.push(line);
        }
        &mut self.rows[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<AlignedRecords> {
        read(&Source::from_bytes("x.sto", text.as_bytes().to_vec()))
    }

    #[test]
    fn blocks_are_joined_and_annotation_skipped() {
        let text = "# STOCKHOLM 1.0\n#=GF ID X\n\na/1-4  AC\nb    A.\n#=GC RF xx\n\na/1-4 -D\n#=GR b PP 99\nb  Ed\n//\n";
        let records = parse(text).unwrap();
        assert_eq!(records.names(), ["a/1-4", "b"]);
        assert_eq!(records.rows(), [b"AC-D", b"A.Ed"]);
    }

    #[test]
    fn errors_name_the_line() {
        for (text, words) in [
            ("# STOCKHOLM 1.0\na AC\nb A\n//\n", "line 3, record 'b'"),
            (
                "# STOCKHOLM 1.0\na AC\nb\n",
                "line 3, record 'b': there is no sequence",
            ),
            (
                "# STOCKHOLM 1.0\na AC\nb AC\n//\n# STOCKHOLM 1.0\nc AC\n",
                "line 6",
            ),
            ("# STOCKHOLM 1.0\n//\n", "no sequence"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
