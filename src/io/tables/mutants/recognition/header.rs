//! Which line of a table is its header.

use super::sample::Wish;
use crate::io::tables::cells::{self, BLANKS};
use crate::io::tables::mutants::cell_forms::{is_number, is_place};
use crate::io::tables::mutants::column_names;
use crate::io::tables::mutants::records::Record;
use crate::mutants::Mutant;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Lines above a table that may be its title.
pub const TITLE_LINES: usize = 30;

/// The cells of a line.
pub fn split(line: &[u8], separator: u8) -> Record {
    let mut record = Record::of(line);
    record.split(separator);
    record
}

/// What the cells of a column say.
pub fn texts(rows: &[Record], column: usize) -> impl Iterator<Item = Cow<'_, [u8]>> {
    rows.iter().map(move |row| {
        let cell = row.cell(column).unwrap_or_default();
        cells::text(cell)
    })
}

/// Whether a cell is a mutant, and no word that a column may be called by.
pub fn is_mutant(text: &[u8]) -> bool {
    let mutant = Mutant::parse(text);
    mutant.is_ok_and(|mutant| !mutant.is_wild_type())
}

/// The same of substitutions, which end in a letter: `S3.` is the number of a table.
fn is_substitution(text: &[u8]) -> bool {
    is_mutant(text) && !text.ends_with(b".")
}

/// Whether a piece of a cell is a mutant, or with `place` a residue and its number, whatever stands beside it: `A34V (best)`, `A34->V`.
pub fn holds_mutant(text: &[u8], place: bool) -> bool {
    let mut pieces = text.split(|byte| !byte.is_ascii_alphanumeric());
    pieces.any(|piece| {
        let whole = Mutant::parse(piece);
        whole.is_ok_and(|m| !m.is_wild_type() && !m.lacks_wild_type()) || place && is_place(piece)
    })
}

/// Whether a cell is a measured number.
pub fn is_measured(text: &[u8]) -> bool {
    let text = std::str::from_utf8(text).unwrap_or_default();
    let number = text.replacen(',', ".", 1).parse::<f64>();
    number.is_ok_and(f64::is_finite)
}

/// The number of cells that most lines have.
pub fn common_width(lines: &[(usize, Record)]) -> usize {
    let mut counts = BTreeMap::new();
    for (_, record) in lines {
        *counts.entry(record.cells.len()).or_insert(0usize) += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|&(width, count)| (count, width));
    most.map_or(0, |(width, _)| width)
}

/// Whether a name of columns with mutants is among these cells, none of which is a number.
fn has_known_name(record: &Record) -> bool {
    let is_known = |text: &[u8]| column_names::rank(&String::from_utf8_lossy(text)).is_some();
    record.texts().any(|text| is_known(&text)) && !record.texts().any(|text| is_number(&text))
}

/// The place of the header: the first line with names that are known, above all mutants; else the first that is more than a title.
pub fn header_place(lines: &[(usize, Record)], width: usize) -> usize {
    let first = lines.iter().take(TITLE_LINES);
    let has_mutant = |record: &Record| record.texts().any(|text| is_substitution(&text));
    let above = first
        .clone()
        .take_while(|(_, record)| !has_mutant(record))
        .count();
    // Words between blanks look like cells.
    let next_names_all = |k: usize| {
        let next = lines[..above].get(k + 1);
        width > 1
            && lines[k].1.cells.len() != width
            && next.is_some_and(|(_, record)| are_names(record, width))
    };
    let known = lines[..above]
        .iter()
        .enumerate()
        .position(|(k, (_, record))| has_known_name(record) && !next_names_all(k));
    let is_title = |record: &Record| {
        let mut texts = record.texts();
        let has_start = texts.next().is_some_and(|text| !text.is_empty());
        width > 1 && has_start && texts.all(|text| text.is_empty())
    };
    let wide = first
        .clone()
        .enumerate()
        .position(|(k, (_, record))| !is_title(record) && !next_names_all(k));
    let place = known.or(wide).unwrap_or(0);
    // Names of groups above those of the columns, as data frames have them.
    let are_groups = place + 1 < above
        && !has_known_name(&lines[place].1)
        && has_repeats(&lines[place].1)
        && are_names(&lines[place + 1].1, lines[place].1.cells.len());
    place + usize::from(are_groups)
}

/// Whether two cells say the same, and something.
fn has_repeats(record: &Record) -> bool {
    let texts: Vec<Cow<[u8]>> = record.texts().filter(|text| !text.is_empty()).collect();
    (1..texts.len()).any(|k| texts[..k].contains(&texts[k]))
}

/// Whether a line has so many cells, all of which differ, and none is empty or a number.
fn are_names(record: &Record, width: usize) -> bool {
    let is_name = |text: &Cow<[u8]>| !text.is_empty() && !is_measured(text);
    record.cells.len() == width && record.texts().all(|text| is_name(&text)) && !has_repeats(record)
}

/// A comment above the first row with as many cells is the header, if the row is none.
pub fn header_of_comment(
    lines: &[(usize, Record)],
    number: usize,
    comment: Record,
    width: usize,
    wish: &Wish,
) -> Option<(usize, Record)> {
    let (first_number, first) = lines.first()?;
    let is_wished = |text: &[u8]| {
        wish.column
            .is_some_and(|c| c.as_bytes().eq_ignore_ascii_case(text))
    };
    let is_name = |text: &[u8]| column_names::rank(&String::from_utf8_lossy(text)).is_some();
    // Names right above a row that has numbers or a sequence.
    let is_above_row = number + 1 == *first_number
        && are_names(&comment, width)
        && !first.texts().any(|text| is_name(&text))
        && first
            .texts()
            .any(|text| is_measured(&text) || wish.target.resembles(&text));
    let is_row = has_known_name(&comment)
        || comment.texts().any(|text| is_wished(&text))
        || first.texts().any(|text| is_mutant(&text))
        || is_above_row;
    let is_header = has_known_name(first);
    let fits = comment.cells.len() == width && width > 1 && number < *first_number;
    (fits && is_row && !is_header).then_some((number, comment))
}

/// Whether the header is a comment, above all lines with something in them.
pub fn comment_is_header(header_line: &usize, lines: &[(usize, Record)]) -> bool {
    lines
        .first()
        .is_some_and(|(number, _)| header_line < number)
}

/// Whether the first cells of rows count these from 1, as R does.
fn are_counted(rows: &[Record]) -> bool {
    let mut counted = texts(rows, 0).zip(1u64..);
    rows.len() > 1 && counted.all(|(text, number)| *text == *number.to_string().as_bytes())
}

/// Whether the header has a name less than the rows have cells: R leaves out that of the rows' names, which are numbers, or the mutants.
pub fn lacks_name_of_index(header: &Record, rows: &[Record], width: usize) -> bool {
    let fits = |row: &Record| row.cells.len() == width;
    if header.cells.len() + 1 != width || rows.is_empty() || !rows.iter().all(fits) {
        return false;
    }
    let holds = |column: usize| texts(rows, column).any(|text| is_mutant(&text));
    // Mutants without quotes take a cell more than the header has, too.
    let are_spread = (1..width).any(|column| holds(column - 1) && holds(column));
    let is_filled = texts(rows, width - 1).any(|text| !text.is_empty());
    // Names that are right as they stand are not moved.
    let names = column_names::of_header(header);
    let are_right = (0..names.len()).any(|k| column_names::rank(&names[k]).is_some() && holds(k));
    let numbers = texts(rows, 0).all(|text| is_number(&text));
    let mutants = texts(rows, 0).all(|text| is_mutant(&text));
    let is_known = (0..width).any(holds) || are_counted(rows);
    is_filled && is_known && !are_spread && !are_right && (numbers || mutants)
}

/// Puts a column without a name before the others.
pub fn name_index(header: &mut Record, separator: u8) {
    let nameless: &[u8] = match separator {
        BLANKS => b"\"\" ",
        _ => &[separator],
    };
    header.bytes.splice(0..0, nameless.iter().copied());
    header.split(separator);
}
