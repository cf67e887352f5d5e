//! PHYLIP files: a line with the numbers of sequences and columns, then names and letters, interleaved or one sequence after the other.
//! Names end at the first blank (relaxed), or after ten characters where only that fits (strict).

use super::characters::Characters;
use super::draft::Draft;
use super::locate::{Layout, locate};
use super::text::{Line, Text, name};
use crate::alignment::AlignedRecords;
use crate::alignment::case::Case;
use crate::alignment::notes::Note;
use crate::alignment::stray::characters;
use crate::error::{Error, Place, Result};
use std::ops::Range;

/// Characters of a strict name.
const STRICT: usize = 10;

/// The numbers of sequences and of columns in a first line; letters of options may follow.
fn header(line: &[u8]) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(line).ok()?;
    let mut words = text.split_ascii_whitespace();
    let mut number = || {
        let word = words.next()?;
        let plain = word.bytes().all(|byte| byte.is_ascii_digit());
        word.parse()
            .ok()
            .filter(|&number: &usize| plain && number > 0)
    };
    let numbers = (number()?, number()?);
    let is_option = |word: &str| word.len() <= 6 && word.bytes().all(|b| b.is_ascii_alphabetic());
    words.all(is_option).then_some(numbers)
}

/// Whether a text that begins like this is a PHYLIP file.
pub fn looks_like(start: &[u8]) -> bool {
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    header(&line[..line.len().min(100)]).is_some()
}

/// The alignments of a file that holds several: each begins with its numbers.
pub fn parts(text: &Text) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.lines() {
        if looks_like(line.bytes) {
            starts.push(at);
        }
        at += line.bytes.len() + 1;
    }
    let ends = starts.iter().skip(1).copied().chain([text.bytes().len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

/// Where names end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// At the first blank.
    Relaxed,
    /// After ten characters.
    Strict,
    /// At the first two blanks, so that a name may have single ones (PAML).
    TwoBlanks,
}

impl Names {
    /// The name and the letters of a line.
    fn split(self, line: &[u8]) -> (&[u8], &[u8]) {
        let trimmed = line.trim_ascii_start();
        let is_end = |pair: &[u8]| pair[0] == b'\t' || pair.iter().all(u8::is_ascii_whitespace);
        let (line, end) = match self {
            Self::Relaxed => (trimmed, trimmed.iter().position(u8::is_ascii_whitespace)),
            Self::TwoBlanks => (trimmed, trimmed.windows(2).position(is_end)),
            Self::Strict => (line, strict_end(line)),
        };
        let (label, letters) = line.split_at(end.unwrap_or(line.len()));
        (label.trim_ascii(), letters)
    }
}

/// Ten characters, not bytes; a tab ends a name before.
fn strict_end(line: &[u8]) -> Option<usize> {
    let tab = line.iter().take(STRICT).position(|byte| *byte == b'\t');
    let is_start = |byte: u8| byte & 0xc0 != 0x80;
    let mut starts = (0..line.len()).filter(|&k| is_start(line[k]));
    tab.or_else(|| starts.nth(STRICT))
}

/// How lines follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Block after block; the first has the names.
    Interleaved,
    /// Sequence after sequence.
    Sequential,
    /// Block after block, each with the names.
    Labelled,
}

/// A row as it was found.
struct Row<'a> {
    label: &'a [u8],
    line: u64,
    letters: Vec<u8>,
}

impl<'a> Row<'a> {
    fn begin(names: Names, line: &Line<'a>) -> Self {
        let (label, letters) = names.split(line.bytes);
        let mut row = Self {
            label,
            line: line.number,
            letters: Vec::new(),
        };
        row.add(letters);
        row
    }

    fn add(&mut self, letters: &[u8]) {
        let letters = letters.iter().filter(|byte| !byte.is_ascii_whitespace());
        self.letters.extend(letters);
    }
}

/// The rows, if the lines were written so.
fn rows<'a>(
    lines: &[Line<'a>],
    (count, columns): (usize, usize),
    names: Names,
    order: Order,
) -> Option<Vec<Row<'a>>> {
    let mut rows: Vec<Row> = Vec::new();
    if order == Order::Sequential {
        for line in lines {
            match rows.last_mut() {
                Some(row) if row.letters.len() < columns => row.add(line.bytes),
                _ => rows.push(Row::begin(names, line)),
            }
        }
        return Some(rows);
    }
    if !lines.len().is_multiple_of(count) {
        return None;
    }
    rows.extend(lines.iter().take(count).map(|line| Row::begin(names, line)));
    for (k, line) in lines.iter().enumerate().skip(count) {
        let row = &mut rows[k % count];
        match order {
            Order::Labelled => {
                let (label, letters) = names.split(line.bytes);
                if label != row.label {
                    return None;
                }
                row.add(letters);
            }
            _ => row.add(line.bytes),
        }
    }
    Some(rows)
}

/// The rows by the first way of writing that gives as many and as long ones as the first line says.
fn fitting<'a>(lines: &[Line<'a>], size: (usize, usize)) -> Option<Vec<Row<'a>>> {
    let fits = |rows: &Vec<Row>| {
        let whole = |row: &Row| row.letters.len() == size.1 && !row.label.is_empty();
        rows.len() == size.0 && rows.iter().all(whole)
    };
    let all_names = [Names::Relaxed, Names::Strict, Names::TwoBlanks];
    let orders = [Order::Interleaved, Order::Sequential, Order::Labelled];
    let ways = all_names
        .into_iter()
        .flat_map(|names| orders.map(|order| (names, order)));
    let mut found = ways.filter_map(|(names, order)| rows(lines, size, names, order));
    found.find(fits)
}

/// The lines before the trees that some files have behind their alignment: Newick, and perhaps a line that counts them.
fn without_trees<'l, 'a>(lines: &'l [Line<'a>]) -> &'l [Line<'a>] {
    let is_tree = |line: &Line| line.bytes.trim_ascii_start().starts_with(b"(");
    let Some(tree) = lines.iter().position(is_tree) else {
        return lines;
    };
    let is_count = |line: &Line| line.bytes.trim_ascii().iter().all(u8::is_ascii_digit);
    match lines[..tree].split_last() {
        Some((last, before)) if is_count(last) => before,
        _ => &lines[..tree],
    }
}

/// Reads it.
///
/// # Errors
/// If the first line has no two numbers, the rows are not as it says, or as [`AlignedRecords::new`].
pub fn read(text: &Text) -> Result<AlignedRecords> {
    let mut lines = text
        .lines()
        .filter(|line| !line.bytes.trim_ascii().is_empty());
    let first = lines.next();
    let size = first.and_then(|line| header(line.bytes));
    let size = size.ok_or_else(|| no_numbers(text, first.map_or(1, |line| line.number)))?;
    let lines: Vec<Line> = lines.collect();
    // What looks like trees may be rows: they are left out only if nothing fits with them.
    let alone = without_trees(&lines);
    let mut trees = None;
    let rows = match fitting(&lines, size) {
        Some(rows) => rows,
        None => {
            trees = lines.get(alone.len()).map(|line| Note::Trees(line.number));
            fitting(alone, size).ok_or_else(|| does_not_fit(text, alone, size))?
        }
    };
    let names = rows.iter().map(|row| name(row.label)).collect();
    let numbers = rows.iter().map(|row| row.line).collect();
    let mut letters: Vec<Vec<u8>> = rows.into_iter().map(|row| row.letters).collect();
    // A period is the letter of the first row, unless that has some itself: then it is a gap.
    let periods_match = !letters.first().is_some_and(|first| first.contains(&b'.'));
    let characters = Characters {
        gap: b'-',
        missing: b'?',
        matched: periods_match.then_some(b'.'),
    };
    let mut notes = characters.replace(&mut letters);
    notes.extend(trees);
    let draft = Draft {
        text,
        layout: Layout::Named,
        names,
        rows: letters.into(),
        lines: numbers,
        notes,
    };
    let (records, _) = draft.aligned("PHYLIP", Case::Nothing)?;
    Ok(records)
}

fn no_numbers(text: &Text, line: u64) -> Error {
    Error::input(
        Place::file(&text.file).line(line),
        "two numbers are expected here, of sequences and of columns",
        "a PHYLIP file begins with a line such as ' 5 300', then come names and letters",
    )
}

/// The error for rows that are not as the first line says, by the way of reading that comes nearest.
fn does_not_fit(text: &Text, lines: &[Line], size: (usize, usize)) -> Error {
    let (count, columns) = size;
    let interleaved = rows(lines, size, Names::Relaxed, Order::Interleaved);
    let rows = interleaved
        .or_else(|| rows(lines, size, Names::Relaxed, Order::Sequential))
        .unwrap_or_default();
    let advice = "the first line of a PHYLIP file says how many sequences and columns follow; names end at the first blank, or have \
         exactly 10 characters: correct the numbers or the row, or convert the file to FASTA";
    let wrong = rows.iter().find(|row| row.letters.len() != columns);
    let Some(row) = wrong.filter(|_| rows.len() >= count) else {
        return Error::input(
            Place::file(&text.file),
            format!(
                "the first line says {count} sequences of {columns} columns, but there are {}",
                rows.len()
            ),
            advice,
        );
    };
    let record = name(row.label);
    let stray = locate(text, Layout::Named, row.line, &record, &row.letters);
    let place = Place::file(&text.file).line(row.line).record(&record);
    let length = match characters(&row.letters) {
        // It is too long in bytes alone, which nobody sees.
        letters if letters == columns => String::new(),
        letters => format!("this row has {letters} letters, but the first line says {columns}; "),
    };
    let problem = match stray {
        Some(stray) => format!("{length}it holds {}, which no sequence has", stray.what()),
        None => length.trim_end_matches("; ").to_owned(),
    };
    Error::input(place, problem, advice)
}

#[cfg(test)]
mod tests;
