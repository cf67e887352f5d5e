//! A file as a table with some separator: its header, its columns, and what they hold.

use super::cell_contents::Contents;
use super::header::{
    TITLE_LINES, comment_is_header, common_width, header_of_comment, header_place, holds_mutant,
    is_measured, is_mutant, lacks_name_of_index, name_index, split, texts,
};
use super::sample::{Sample, Wish};
use super::{name_prefix, three_columns};
use crate::error::{Error, Result};
use crate::io::tables::cells::{self, BLANKS};
use crate::io::tables::mutants::cell_forms::{is_number, is_place, is_residue};
use crate::io::tables::mutants::column_names::{self, Part};
use crate::io::tables::mutants::layout::{Cells, Kind, Layout, TAB, Three};
use crate::io::tables::mutants::records::Record;
use crate::io::tables::mutants::refusals;
use crate::mutants::Mutant;
use std::borrow::Cow;

/// Rows that are looked at.
const ROWS: usize = 1000;

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
    pub(super) header: Record,
    /// Whether lines stand above the header that are no comments.
    pub(super) has_title: bool,
    /// Where the header stands, from 0, and the lines before the first row.
    pub(super) header_line: usize,
    pub(super) skipped: usize,
    /// The first rows.
    pub(super) rows: Vec<Record>,
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
            name_index(&mut header, separator);
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
            has_title: lines.first().is_some_and(|(first, _)| *first < header_line),
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

    /// Whether a sign other than blanks splits all rows, or all but a few, as it does the header, which is the first line.
    pub fn is_plain(&self) -> bool {
        let fit = |row: &&Record| row.cells.len() == self.names.len();
        let fitting = self.rows.iter().filter(fit).count();
        let is_split = self.separator != BLANKS && self.names.len() > 1;
        let is_row = self.header.texts().any(|text| holds_mutant(&text, false));
        is_split
            && !self.has_title
            && !is_row
            && fitting > 0
            && 20 * fitting >= 19 * self.rows.len()
    }

    /// Whether all rows have as many cells as the header, and one at most that holds a mutant.
    pub fn is_tidy(&self) -> bool {
        self.rows.iter().all(|row| {
            let holding = row.texts().filter(|text| holds_mutant(text, false));
            row.cells.len() == self.names.len() && holding.count() < 2
        })
    }

    /// Whether the header looks like a row.
    pub fn lacks_header(&self) -> bool {
        let texts: Vec<Cow<[u8]>> = self.header.texts().collect();
        texts.iter().any(|text| is_mutant(text))
    }

    /// What a refusal tells of it, besides this comment.
    pub fn seen(&self, comment: Option<String>) -> refusals::Seen {
        refusals::Seen {
            words: self.words(),
            comment,
            is_matrix: self.is_matrix(),
        }
    }

    /// The error for rows of this kind without a header.
    pub fn no_header(&self, kind: Kind, file: &str) -> Error {
        let names: &[&str] = match kind {
            Kind::Sequences => &["sequence", "score"],
            Kind::ThreeColumns => &["position", "wildtype", "mutant", "score"],
            Kind::List | Kind::Column | Kind::Letters | Kind::Fasta => &["mutant", "score"],
        };
        let between = match self.separator {
            separator @ (b',' | b';') => char::from(separator).to_string(),
            TAB => " <tab> ".into(),
            _ => " ".into(),
        };
        let names = &names[..names.len().min(self.names.len())];
        refusals::no_header(file, &names.join(&between))
    }

    /// A column of words of residues of one length.
    fn words(&self) -> Option<(String, usize)> {
        let columns = self.names.iter().enumerate();
        let mut words = columns.filter_map(|(k, name)| Some((name.clone(), self.words_of(k)?)));
        words.next()
    }

    /// Whether it is a matrix with a cell for each mutant: residues along one side, and positions along the other.
    fn is_matrix(&self) -> bool {
        // Fewer columns may be called so for another reason.
        const FEWEST: usize = 3;
        let is_named = |is: &dyn Fn(&[u8]) -> bool| {
            self.names.iter().filter(|name| is(name.as_bytes())).count() >= FEWEST
        };
        let has = |holds: fn(&Contents) -> bool| self.columns.iter().any(holds);
        is_named(&is_residue) && has(|c| c.are_numbers() || c.are_places())
            || is_named(&|name| is_number(name) || is_place(name)) && has(Contents::are_residues)
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
            let column = self.only(|c| c.are_words(wish.positions) && !c.are_all_one)?;
            return Some(found(0, Kind::Letters, column));
        }
        let three = || three_columns::find(self.table(wish));
        if wanted(Kind::Column)
            && let Some(column) = self.mutants()
            && !(self.is_unlikely(column)
                && wish.kind.is_none()
                && three().is_some_and(|cells| self.are_called(cells)))
        {
            let is_called = column_names::rank(&self.names[column]).is_some();
            let has_header = is_called || !self.lacks_header();
            return has_header.then(|| found(0, Kind::Column, column));
        }
        if wanted(Kind::ThreeColumns)
            && let Some(cells) = three()
        {
            return Some(Found {
                cells,
                ..found(1, Kind::ThreeColumns, 0)
            });
        }
        if wanted(Kind::Sequences)
            && let Some(column) =
                self.only(|c| c.are_sequences() && (!c.are_all_one || wish.kind.is_some()))
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
        let column = column_names::find(&self.names, name).first().copied();
        // Three of them, one after the other.
        let is_list = column.is_none() && wish.kind.is_none();
        if wish.kind == Some(Kind::ThreeColumns) || is_list {
            let cells = three_columns::named(&self.names, name)?;
            return Some(Found {
                kind: Kind::ThreeColumns,
                cells,
                ..one(0)
            });
        }
        let column = column?;
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
    pub(super) fn mutants(&self) -> Option<usize> {
        let called = (0..self.names.len()).filter_map(|k| {
            let rank = column_names::rank(&self.names[k])?;
            self.columns[k].are_mutants_in_part().then_some((rank, k))
        });
        let called = called.min().map(|(_, column)| column);
        // What they are made in is a part of mutants.
        let is_whole = |&column: &usize| !column_names::is_background(&self.names[column]);
        called.or_else(|| self.best(Contents::are_mutants).filter(is_whole))
    }

    /// The only column that holds what is looked for.
    pub(super) fn only(&self, holds: impl Fn(&Contents) -> bool) -> Option<usize> {
        let mut columns = (0..self.columns.len()).filter(|&k| holds(&self.columns[k]));
        columns.next().filter(|_| columns.next().is_none())
    }

    /// Whether the header is a row: what it has in the place of the mutants is one, or a word for the wild type.
    fn is_row(&self, found: &Found, wish: &Wish) -> bool {
        let text = |column: usize| cells::text(self.header.cell(column).unwrap_or_default());
        match (found.kind, found.cells) {
            (_, Cells::Three(Three { position, .. })) => {
                let text = text(position);
                is_number(&text) || is_place(&text)
            }
            (Kind::Sequences, Cells::One(column)) => wish.target.resembles(&text(column)),
            (Kind::Letters, Cells::One(column)) => {
                let text = text(column);
                text.len() == wish.positions && text.iter().all(u8::is_ascii_uppercase)
            }
            (_, Cells::One(column)) => {
                let text = text(column);
                let rest = text.strip_prefix(&found.prefix[..]);
                let is_behind_name = !found.prefix.is_empty() && rest.is_some_and(is_mutant);
                let has_number = self.header.texts().any(|text| is_measured(&text));
                let is_row = has_number || self.names.len() == 1;
                if self.is_row_of_control(column, &text, wish) {
                    return true;
                }
                let is_word = || has_number && Mutant::parse(&*text).is_ok();
                is_behind_name || is_row && holds_mutant(&text, has_number) || is_word()
            }
        }
    }

    /// Whether the header is a row of a word and a decimal number: nobody calls the only other column so.
    fn is_row_of_control(&self, column: usize, text: &[u8], wish: &Wish) -> bool {
        let is_known = column_names::rank(&String::from_utf8_lossy(text)).is_some();
        let is_name = text.is_empty() || is_known || is_measured(text) || wish.column.is_some();
        let mut others = (0..self.names.len()).filter(|&k| k != column);
        let is_decimal =
            |k: usize| is_measured(self.names[k].as_bytes()) && self.names[k].contains(['.', ',']);
        self.names.len() == 2 && !is_name && others.any(is_decimal)
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
        // Residues, at some positions or at one, are for the user to explain.
        let has_wild_types = (0..self.names.len()).any(|k| {
            Part::WildType.rank(&self.names[k]).is_some() && self.columns[k].are_residues()
        });
        called.filter(|&column| {
            let are_halves = has_wild_types && self.columns[column].are_residues();
            self.words_of(column).is_none() && !are_halves
        })
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
        let found = self.contest(found, wish, file)?;
        let found = self.uncontradicted(found, wish, file)?;
        let column = found.cells.columns().next().unwrap_or(0);
        let contents = &self.columns[column];
        if self.is_row(&found, wish) {
            return Err(self.no_header(found.kind, file));
        }
        let name = &self.names[column];
        let is_one = found.kind == Kind::Column && wish.column.is_none();
        if is_one && !name.is_empty() && column_names::find(&self.names, name).len() > 1 {
            return Err(refusals::doubled(&self.names, file, name));
        }
        let beside = self.beside(&found, wish, file)?;
        let layout = Layout {
            kind: found.kind,
            separator: self.separator,
            header: Some(self.header.clone()),
            names: self.names.clone(),
            cells: found.cells,
            knows_wild_type_words: contents.has_mutants()
                || contents.filled == contents.wild_type_words
                || !found.prefix.is_empty(),
            prefix: found.prefix.clone(),
            header_line: self.header_line + 1,
            others: beside.others,
            misfits: beside.misfits,
            watched: beside.watched,
            counts: self.counts(&found),
            chain_letter: self.chain_letter(found.cells, wish),
            insertion: (0..self.names.len())
                .find(|&k| k != column && column_names::is_insertion_code(&self.names[k])),
            lists_isoforms: column_names::lists_isoforms(name),
        };
        Ok(Recognised {
            layout,
            skipped: self.skipped,
        })
    }
}
