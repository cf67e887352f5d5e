//! The DATA or CHARACTERS block of a NEXUS file, as PAUP, MrBayes, Mesquite and others write it.

mod commands;
#[cfg(test)]
mod tests;

use super::characters::Characters;
use super::draft::Draft;
use super::locate::{Layout, locate};
use super::text::{Text, name};
use crate::alignment::AlignedRecords;
use crate::alignment::case::Case;
use crate::alignment::stray::characters;
use crate::error::{Error, Place, Result};
use commands::{Command, blocks, uncommented};
use std::collections::HashMap;
use std::ops::Range;

/// Whether a text that begins like this is a NEXUS file.
pub fn looks_like(start: &[u8]) -> bool {
    start.len() >= 6 && start[..6].eq_ignore_ascii_case(b"#NEXUS")
}

/// The alignments of a file that holds several: the blocks with a matrix.
pub fn parts(text: &Text) -> Vec<Range<usize>> {
    let plain = uncommented(text.bytes());
    let with_matrix = blocks(&plain).into_iter().filter(|block| block.is_data());
    with_matrix.map(|block| block.range).collect()
}

/// What a block says of its matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Format {
    rows: Option<usize>,
    columns: Option<usize>,
    interleaved: bool,
    characters: Characters,
    /// What of the format is not read.
    unread: Option<&'static str>,
}

impl Format {
    fn of(commands: &[Command], text: &[u8]) -> Self {
        let mut format = Self {
            rows: None,
            columns: None,
            interleaved: false,
            characters: Characters {
                gap: b'-',
                missing: b'?',
                matched: None,
            },
            unread: None,
        };
        for command in commands {
            let words = command.words(text);
            match command.name.as_str() {
                "dimensions" => {
                    let number = |key: &str| value(&words, key)?.parse().ok();
                    format.rows = number("ntax").or(format.rows);
                    format.columns = number("nchar").or(format.columns);
                }
                "format" => format.take(&words),
                _ => {}
            }
        }
        format
    }

    fn take(&mut self, words: &[String]) {
        let letter = |key: &str| value(words, key)?.bytes().next();
        let has = |key: &str| {
            let no = value(words, key).is_some_and(|value| value.eq_ignore_ascii_case("no"));
            words.iter().any(|word| word.eq_ignore_ascii_case(key)) && !no
        };
        self.characters.gap = letter("gap").unwrap_or(self.characters.gap);
        self.characters.missing = letter("missing").unwrap_or(self.characters.missing);
        self.characters.matched = letter("matchchar").or(self.characters.matched);
        self.interleaved |= has("interleave");
        let is_continuous =
            value(words, "datatype").is_some_and(|value| value.eq_ignore_ascii_case("continuous"));
        self.unread = match () {
            () if has("transpose") => Some("its matrix is transposed"),
            () if has("nolabels") => Some("its rows have no names"),
            () if is_continuous => Some("its matrix holds numbers"),
            () => self.unread,
        };
    }
}

/// The word behind `key =`.
fn value<'a>(words: &'a [String], key: &str) -> Option<&'a str> {
    let at = words
        .iter()
        .position(|word| word.eq_ignore_ascii_case(key))?;
    let equals = words.get(at + 1).is_some_and(|word| word == "=");
    words.get(at + 2).filter(|_| equals).map(String::as_str)
}

/// A row of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    label: Vec<u8>,
    line: u64,
    letters: Vec<u8>,
}

/// Reads the first block that has a matrix.
///
/// # Errors
/// If there is none, it is written in a way that is not read, the rows are not as the block says, or as [`AlignedRecords::new`].
pub fn read(text: &Text) -> Result<AlignedRecords> {
    let plain = uncommented(text.bytes());
    let block = blocks(&plain).into_iter().find(|block| block.is_data());
    let block = block.ok_or_else(|| no_matrix(text))?;
    let format = Format::of(&block.commands, &plain);
    let matrix = block.commands.iter().find(|command| command.is_matrix());
    let matrix = matrix.map_or(0..0, |command| command.range.clone());
    let line = text.part(matrix.start..matrix.start).first_line();
    if let Some(unread) = format.unread {
        return Err(Error::input(
            Place::file(&text.file).line(line),
            format!("this NEXUS file is not read: {unread}"),
            "let the program that wrote it export FASTA",
        ));
    }
    let lines: Vec<(u64, &[u8])> = (line..)
        .zip(plain[matrix].split(|byte| *byte == b'\n'))
        .map(|(number, line)| (number, line.trim_ascii()))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    let rows = match (format.interleaved, format.columns) {
        (false, Some(columns)) => {
            let rows = sequential(&lines, columns);
            // Some files are interleaved without saying so.
            match rows.iter().all(|row| row.letters.len() == columns) {
                true => rows,
                false => {
                    let other = interleaved(&lines);
                    let whole = other.iter().all(|row| row.letters.len() == columns);
                    if whole { other } else { rows }
                }
            }
        }
        _ => interleaved(&lines),
    };
    check(text, &format, &rows, line)?;
    finish(text, &format, rows)
}

fn finish(text: &Text, format: &Format, rows: Vec<Row>) -> Result<AlignedRecords> {
    let names = rows.iter().map(|row| name(&row.label)).collect();
    let lines = rows.iter().map(|row| row.line).collect();
    let mut letters: Vec<Vec<u8>> = rows.into_iter().map(|row| row.letters).collect();
    let notes = format.characters.replace(&mut letters);
    let draft = Draft {
        text,
        layout: Layout::Named,
        names,
        rows: letters.into(),
        lines,
        notes,
    };
    let (records, _) = draft.aligned("NEXUS", Case::Nothing)?;
    Ok(records)
}

/// Sequence after sequence: each goes on until it has its letters.
fn sequential(lines: &[(u64, &[u8])], columns: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for &(number, line) in lines {
        match rows.last_mut() {
            Some(row) if row.letters.len() < columns => add(&mut row.letters, line),
            _ => rows.push(begun(number, line)),
        }
    }
    rows
}

/// Block after block: each line continues the row of its name.
fn interleaved(lines: &[(u64, &[u8])]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut of_name: HashMap<Vec<u8>, usize> = HashMap::new();
    for &(number, line) in lines {
        let row = begun(number, line);
        match of_name.get(&row.label) {
            Some(&n) => rows[n].letters.extend(row.letters),
            None => {
                of_name.insert(row.label.clone(), rows.len());
                rows.push(row);
            }
        }
    }
    rows
}

/// The row that a line begins: a name, in quotes or up to the first blank, and letters.
fn begun(number: u64, line: &[u8]) -> Row {
    let (label, rest) = label(line);
    let mut letters = Vec::new();
    add(&mut letters, rest);
    Row {
        label,
        line: number,
        letters,
    }
}

/// A name, whose quotes are taken off, and what follows.
fn label(line: &[u8]) -> (Vec<u8>, &[u8]) {
    let quote = match line.first() {
        Some(&quote) if matches!(quote, b'\'' | b'"') => quote,
        _ => {
            let end = line.iter().position(u8::is_ascii_whitespace);
            let (label, rest) = line.split_at(end.unwrap_or(line.len()));
            return (label.to_vec(), rest);
        }
    };
    let mut label = Vec::new();
    let mut at = 1;
    while let Some(&byte) = line.get(at) {
        at += 1;
        if byte != quote {
            label.push(byte);
        } else if line.get(at) == Some(&quote) {
            // Two quotes are one that is meant.
            label.push(quote);
            at += 1;
        } else {
            break;
        }
    }
    (label, &line[at..])
}

/// Adds letters without blanks. Several in `{}` or `()` are one residue that is not known for sure.
fn add(letters: &mut Vec<u8>, line: &[u8]) {
    let mut within = false;
    for &byte in line {
        match byte {
            b'{' | b'(' => {
                within = true;
                letters.push(b'X');
            }
            b'}' | b')' => within = false,
            _ if within || byte.is_ascii_whitespace() => {}
            _ => letters.push(byte),
        }
    }
}

fn no_matrix(text: &Text) -> Error {
    Error::input(
        Place::file(&text.file),
        "this NEXUS file has no DATA or CHARACTERS block with a matrix",
        "perhaps it holds trees alone, or its matrix lacks the ';' at its end: export the alignment, as FASTA or NEXUS",
    )
}

/// The rows are as many and as long as the block says.
fn check(text: &Text, format: &Format, rows: &[Row], line: u64) -> Result<()> {
    let wrong = |row: &&Row| {
        format
            .columns
            .is_some_and(|columns| row.letters.len() != columns)
    };
    if let (Some(row), Some(columns)) = (rows.iter().find(wrong), format.columns) {
        let record = name(&row.label);
        let stray = locate(text, Layout::Named, row.line, &record, &row.letters);
        let length = match characters(&row.letters) {
            // It is too long in bytes alone, which nobody sees.
            letters if letters == columns => String::new(),
            letters => format!("this row has {letters} letters, but nchar is {columns}; "),
        };
        let problem = match stray {
            Some(stray) => format!("{length}it holds {}, which no sequence has", stray.what()),
            None => length.trim_end_matches("; ").to_owned(),
        };
        return Err(Error::input(
            Place::file(&text.file).line(row.line).record(record),
            problem,
            "every row is a name (in quotes if it has blanks) and as many letters as nchar says: correct the row, or nchar",
        ));
    }
    match format.rows {
        Some(count) if count != rows.len() => Err(Error::input(
            Place::file(&text.file).line(line),
            format!("the matrix has {} rows, but ntax is {count}", rows.len()),
            "the file was perhaps cut off: complete it, or correct ntax",
        )),
        _ => Ok(()),
    }
}
