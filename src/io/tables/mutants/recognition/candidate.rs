//! A file as a table with some separator: its header, its columns, and what they hold.

use super::cell_contents::Contents;
use super::sample::{Sample, Wish};
use super::{name_prefix, three_columns};
use crate::error::Result;
use crate::io::tables::cells::{self, BLANKS};
use crate::io::tables::mutants::cell_forms::is_number;
use crate::io::tables::mutants::layout::{Cells, Kind, Layout, TAB};
use crate::io::tables::mutants::records::Record;
use crate::io::tables::mutants::{column_names, refusals};
use crate::mutants::Mutant;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Rows that are looked at.
const ROWS: usize = 1000;

/// Lines above a table that may be its title.
const TITLE_LINES: usize = 30;

/// What a file was taken for.
pub(in crate::io::tables::mutants) struct Recognised {
    pub layout: Layout,
    /// Lines at its start that are no rows.
    pub skipped: usize,
}

/// Where the mutants of a table were found, and how sure that is: smaller ranks are surer.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub rank: u8,
    pub kind: Kind,
    pub cells: Cells,
    pub prefix: Vec<u8>,
}

/// A file as a table.
pub(super) struct Candidate {
    pub separator: u8,
    pub names: Vec<String>,
    pub columns: Vec<Contents>,
    header: Record,
    /// Where the header stands, from 0, and the lines before the first row.
    header_line: usize,
    skipped: usize,
    /// The first rows.
    rows: Vec<Record>,
}

impl Candidate {
    /// The file with this separator; none if that does not split it.
    pub fn of(sample: &Sample, separator: u8, wish: &Wish) -> Option<Self> {
        let lines = sample
            .lines
            .iter()
            .filter(|(_, line)| !cells::are_empty(line, separator));
        let lines: Vec<(usize, Record)> = lines
            .take(ROWS + TITLE_LINES)
            .map(|&(number, line)| (number, split(line, separator)))
            .collect();
        let width = common_width(&lines);
        let is_single = width == 1 && separator == TAB;
        if width < 2 && !is_single {
            return None;
        }
        let comment = sample
            .comment
            .filter(|_| !is_single)
            .and_then(|(number, line)| {
                let named = match separator {
                    TAB => line[1..].trim_ascii_end(),
                    _ => line[1..].trim_ascii(),
                };
                header_of_comment(&lines, number, split(named, separator), width, wish)
            });
        let (header_line, mut header, rows) = match comment {
            Some((number, header)) => (number, header, &lines[..]),
            None => {
                let place = header_place(&lines, width);
                (lines[place].0, lines[place].1.clone(), &lines[place + 1..])
            }
        };
        let rows: Vec<Record> = rows.iter().take(ROWS).map(|(_, row)| row.clone()).collect();
        if lacks_name_of_index(&header, &rows, width) {
            let nameless: &[u8] = match separator {
                BLANKS => b"\"\" ",
                _ => &[separator],
            };
            header.bytes.splice(0..0, nameless.iter().copied());
            header.split(separator);
        }
        let names = column_names::of_header(&header);
        let columns = (0..names.len())
            .map(|k| {
                let texts: Vec<Cow<[u8]>> = texts(&rows, k).collect();
                Contents::of(texts.iter().map(|text| &**text), &wish.target)
            })
            .collect();
        let skipped = match comment_is_header(&header_line, &lines) {
            true => lines.first().map_or(header_line + 1, |(number, _)| *number),
            false => header_line + 1,
        };
        Some(Self {
            separator,
            names,
            columns,
            header,
            header_line,
            skipped,
            rows,
        })
    }

    /// Whether most rows have as many cells as the header.
    pub fn is_regular(&self) -> bool {
        let fit = |row: &&Record| row.cells.len() == self.names.len();
        2 * self.rows.iter().filter(fit).count() >= self.rows.len()
    }

    /// Whether the header looks like a row.
    pub fn lacks_header(&self) -> bool {
        let texts: Vec<Cow<[u8]>> = self.header.texts().collect();
        texts.iter().any(|text| is_mutant(text))
    }

    /// A column of words of residues of one length.
    pub fn words(&self) -> Option<(String, usize)> {
        let columns = self.names.iter().enumerate();
        let mut words = columns.filter_map(|(k, name)| Some((name.clone(), self.words_of(k)?)));
        words.next()
    }

    /// The length of the words of residues that most cells of a column are.
    fn words_of(&self, column: usize) -> Option<usize> {
        const LONGEST: usize = 12;
        let length = self.columns[column].word_length()?;
        (self.columns[column].filled > 1 && length <= LONGEST).then_some(length)
    }

    /// Where the mutants are.
    pub fn find(&self, wish: &Wish) -> Option<Found> {
        if let Some(column) = wish.column {
            return self.find_named(column, wish);
        }
        let wanted = |kind| wish.kind.is_none_or(|wish| wish == kind);
        let found = |rank, kind, column| Found {
            rank,
            kind,
            cells: Cells::One(column),
            prefix: Vec::new(),
        };
        if wish.positions > 0 {
            let column = self.best(|c| c.are_words(wish.positions))?;
            return Some(found(0, Kind::Letters, column));
        }
        if wanted(Kind::Column)
            && let Some(column) = self.mutants()
        {
            let is_called = column_names::rank(&self.names[column]).is_some();
            let has_header = is_called || !self.lacks_header();
            return has_header.then(|| found(0, Kind::Column, column));
        }
        if wanted(Kind::ThreeColumns)
            && let Some(cells) = three_columns::find(&self.names, &self.columns, &self.rows)
        {
            return Some(Found {
                cells,
                ..found(1, Kind::ThreeColumns, 0)
            });
        }
        if wanted(Kind::Sequences)
            && let Some(column) = self.best(|c| {
                c.are_sequences() && (!c.is_one_sequence || c.sequences == 1 || wish.kind.is_some())
            })
        {
            return Some(found(2, Kind::Sequences, column));
        }
        if !wanted(Kind::Column) {
            return None;
        }
        self.find_prefixed()
            .or_else(|| Some(found(4, Kind::Column, self.best(Contents::are_incomplete)?)))
            .or_else(|| Some(found(5, Kind::Column, self.called_mutants()?)))
            .filter(|found| found.rank < 5 || !self.lacks_header())
    }

    /// What the column of this name holds.
    fn find_named(&self, name: &str, wish: &Wish) -> Option<Found> {
        let one = |column: usize| Found {
            rank: 0,
            kind: Kind::Column,
            cells: Cells::One(column),
            prefix: self.prefix(column).unwrap_or_default(),
        };
        if wish.kind == Some(Kind::ThreeColumns) {
            let cells = three_columns::named(&self.names, name)?;
            return Some(Found {
                kind: Kind::ThreeColumns,
                cells,
                ..one(0)
            });
        }
        let column = *column_names::find(&self.names, name).first()?;
        let contents = &self.columns[column];
        let kind = wish.kind.unwrap_or(match () {
            () if wish.positions > 0 => Kind::Letters,
            () if contents.are_mutants() => Kind::Column,
            () if contents.are_sequences() => Kind::Sequences,
            () => Kind::Column,
        });
        Some(Found {
            kind,
            ..one(column)
        })
    }

    /// The column of mutants: one that is called so and holds some, else one of which most cells are.
    fn mutants(&self) -> Option<usize> {
        let called = (0..self.names.len()).filter_map(|k| {
            let rank = column_names::rank(&self.names[k])?;
            self.columns[k].are_mutants_in_part().then_some((rank, k))
        });
        let called = called.min().map(|(_, column)| column);
        called.or_else(|| self.best(Contents::are_mutants))
    }

    /// The first of the columns that hold what is looked for by the order of their usual names; of others the first.
    fn best(&self, holds: impl Fn(&Contents) -> bool) -> Option<usize> {
        let columns = (0..self.columns.len()).filter(|&k| holds(&self.columns[k]));
        columns.min_by_key(|&k| column_names::rank(&self.names[k]).unwrap_or(usize::MAX))
    }

    /// The column that holds mutants by its name alone.
    fn called_mutants(&self) -> Option<usize> {
        let ranks = self
            .names
            .iter()
            .map(|name| column_names::rank(name))
            .enumerate();
        let ranks = ranks.filter_map(|(k, rank)| Some((rank?, k)));
        let called = ranks.min().map(|(_, column)| column);
        // Residues at some positions are for the user to explain.
        called.filter(|&column| self.words_of(column).is_none())
    }

    /// A column of mutants behind a name.
    fn find_prefixed(&self) -> Option<Found> {
        (0..self.names.len()).find_map(|column| {
            Some(Found {
                rank: 3,
                kind: Kind::Column,
                cells: Cells::One(column),
                prefix: self.prefix(column)?,
            })
        })
    }

    /// The name before every mutant of a column whose cells are not mutants as a whole.
    fn prefix(&self, column: usize) -> Option<Vec<u8>> {
        if self.columns[column].are_mutants() {
            return None;
        }
        let texts: Vec<Cow<[u8]>> = texts(&self.rows, column).collect();
        name_prefix::of(texts.iter().map(|text| &**text))
    }

    /// The layout with the mutants where they were found.
    ///
    /// # Errors
    /// If the column that is named is there twice.
    pub fn layout(&self, found: Found, wish: &Wish, file: &str) -> Result<Recognised> {
        if let (Some(name), Cells::One(_)) = (wish.column, found.cells)
            && column_names::find(&self.names, name).len() > 1
        {
            return Err(refusals::doubled(&self.names, file, name));
        }
        let column = found.cells.columns().next().unwrap_or(0);
        let contents = &self.columns[column];
        let is_chosen = wish.column.is_some() || found.kind != Kind::Column;
        let others = (0..self.names.len())
            .filter(|&k| !is_chosen && k != column && self.columns[k].are_nearly_all_mutants());
        let layout = Layout {
            kind: found.kind,
            separator: self.separator,
            header: Some(self.header.clone()),
            names: self.names.clone(),
            cells: found.cells,
            knows_wild_type_words: contents.has_mutants()
                || contents.filled == 0
                || !found.prefix.is_empty(),
            prefix: found.prefix,
            header_line: self.header_line + 1,
            others: others.collect(),
            neighbour_is_called_mutant: self
                .names
                .get(column + 1)
                .is_some_and(|name| column_names::suggests_mutants(name)),
        };
        Ok(Recognised {
            layout,
            skipped: self.skipped,
        })
    }
}

/// The cells of a line.
pub(super) fn split(line: &[u8], separator: u8) -> Record {
    let mut record = Record::of(line);
    record.split(separator);
    record
}

fn texts(rows: &[Record], column: usize) -> impl Iterator<Item = Cow<'_, [u8]>> {
    rows.iter().map(move |row| {
        let cell = row.cell(column).unwrap_or_default();
        cells::text(cell)
    })
}

/// Whether a cell is a mutant, and no word that a column may be called by.
fn is_mutant(text: &[u8]) -> bool {
    let mutant = Mutant::parse(text);
    mutant.is_ok_and(|mutant| !mutant.is_wild_type())
}

/// The number of cells that most lines have.
fn common_width(lines: &[(usize, Record)]) -> usize {
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
fn header_place(lines: &[(usize, Record)], width: usize) -> usize {
    let first = lines.iter().take(TITLE_LINES);
    let has_mutant = |record: &Record| record.texts().any(|text| is_mutant(&text));
    let above = first
        .clone()
        .take_while(|(_, record)| !has_mutant(record))
        .count();
    let known = lines[..above]
        .iter()
        .position(|(_, record)| has_known_name(record));
    let is_title =
        |record: &Record| width > 1 && record.texts().filter(|text| !text.is_empty()).count() < 2;
    let wide = first.clone().position(|(_, record)| !is_title(record));
    known.or(wide).unwrap_or(0)
}

/// A comment above the first row with as many cells is the header, if the row is none.
fn header_of_comment(
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
    let is_row = has_known_name(&comment)
        || comment.texts().any(|text| is_wished(&text))
        || first.texts().any(|text| is_mutant(&text));
    let is_header = has_known_name(first);
    let fits = comment.cells.len() == width && width > 1 && number < *first_number;
    (fits && is_row && !is_header).then_some((number, comment))
}

/// Whether the header is a comment, above all lines with something in them.
fn comment_is_header(header_line: &usize, lines: &[(usize, Record)]) -> bool {
    lines
        .first()
        .is_some_and(|(number, _)| header_line < number)
}

/// Whether the header has a name less than the rows have cells: R leaves out that of the rows' names, which are numbers, or the mutants.
fn lacks_name_of_index(header: &Record, rows: &[Record], width: usize) -> bool {
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
    let is_known = (0..width).any(holds);
    is_filled && is_known && !are_spread && !are_right && (numbers || mutants)
}
