//! Which columns of an alignment the sites of a model are.
//!
//! | what the model's file tells | read as |
//! |---|---|
//! | columns of the alignment, as those of this program do | these columns |
//! | numbers of the sites | positions of the target, up to a shift, or columns counted from 1 |
//! | nothing but how many there are | the modelled columns, in order |
//!
//! Letters of the target that both know decide between readings. Where numbers alone can be both, and mean different columns, it takes
//! the user's word: a wrong guess would attach letters to the wrong sites.

use super::Completion;
use crate::alignment::focus::target_columns;
use crate::alignment::name_ranges::Claim;
use crate::alignment::{AlignedRecords, Column, ColumnMap, Focus, FocusOptions};
use crate::alphabet::{Alphabet, GAP_LETTER, Symbol};
use crate::error::{Error, Place, Result};
use crate::model::Model;
use crate::position::Offsets;
use std::collections::HashMap;

/// The sites of a model in an alignment.
pub(super) struct Placement {
    /// The target's row.
    pub target: Option<usize>,
    /// The columns of the alignment, with the sites of the model as the modelled ones, in the numbering that the model is to have.
    pub columns: ColumnMap,
}

/// Finds the sites of `fitted`.
///
/// # Errors
/// [`Error::Input`] if there are not as many, letters differ, or what their numbers mean is open.
pub(super) fn place(
    fitted: &Model,
    records: &AlignedRecords,
    completion: &Completion,
) -> Result<Placement> {
    let mut options = completion.focus_options();
    let (target, mut residues) = target_columns(records, &fitted.alphabet, &options)?;
    if target.is_some_and(|row| names_chains(&records.names()[row])) && !completion.renumbers() {
        options.offsets = Some(Offsets::default());
        (_, residues) = target_columns(records, &fitted.alphabet, &options)?;
    }
    let search = Search {
        fitted,
        records,
        completion,
        whole: whole(records, &fitted.alphabet, target)?,
        residues,
    };
    Ok(Placement {
        target,
        columns: search.columns()?,
    })
}

/// Whether a name has a range for each of several chains: none of them says where the whole starts.
pub fn names_chains(name: &str) -> bool {
    Claim::of(name, true).chains.len() > 1
}

/// Every column of the file, with the letters of the target.
fn whole(
    records: &AlignedRecords,
    alphabet: &Alphabet,
    target: Option<usize>,
) -> Result<ColumnMap> {
    let options = FocusOptions {
        focus: Focus::None {
            target: target.map(|row| records.names()[row].clone()),
        },
        ..FocusOptions::default()
    };
    Ok(target_columns(records, alphabet, &options)?.1)
}

struct Search<'a> {
    fitted: &'a Model,
    records: &'a AlignedRecords,
    completion: &'a Completion,
    /// Every column of the file.
    whole: ColumnMap,
    /// Columns and numbers of the target's residues; of the whole file without focus.
    residues: ColumnMap,
}

impl Search<'_> {
    fn own(&self) -> &ColumnMap {
        &self.fitted.columns
    }

    /// Whether the model's file tells columns of the alignment. Formats without them count sites instead.
    fn columns_are_known(&self) -> bool {
        !self.fitted.provenance.input.is_empty()
            || (0..self.own().sites())
                .any(|site| self.own().column(site).alignment_column != site as u64 + 1)
    }

    fn numbers(&self) -> Vec<u64> {
        let own = self.own();
        (0..own.sites())
            .map(|site| own.running_number(site))
            .collect()
    }

    /// Whether the numbers of the sites say more than how many there are.
    fn is_numbered(&self) -> bool {
        let counted = (1..).zip(self.numbers()).all(|(k, number)| k == number);
        self.completion.numbered || self.own().has_target() || !counted
    }

    fn columns(&self) -> Result<ColumnMap> {
        let sites = self.chosen()?;
        let residues = self.marked(&sites);
        if self.completion.renumbers() {
            return residues.ok_or_else(|| {
                let problem = "the model has sites where the target has no residue, so that it cannot number them";
                another(self.records, problem.into())
            });
        }
        if self.columns_are_known() && self.known_columns().as_ref() == Some(&sites) {
            return self.with_letters(self.own().columns().to_vec());
        }
        let found = match residues {
            Some(found) => found,
            None => mark(&self.whole, |k| {
                sites.contains(&self.whole.columns()[k].alignment_column)
            })?,
        };
        // Numbers that only count sites or columns give way to those of the target.
        let numbered = self.own().has_target() || (self.is_numbered() && self.numbers() != sites);
        match (found.has_target(), numbered) {
            (true, false) => Ok(found),
            (true, true) => self.moved(&found).map_or_else(|| self.own_at(&sites), Ok),
            (false, _) => self.own_at(&sites),
        }
    }

    /// Columns of the target moved to the numbers of the model's sites, if that is all that differs.
    fn moved(&self, found: &ColumnMap) -> Option<ColumnMap> {
        let own = self.own();
        let shift = own.position(0).get() as i64 - found.position(0).get() as i64;
        let columns = found.columns().iter().map(|column| {
            let position = column.position.shifted(shift)?;
            Some(Column {
                position,
                ..*column
            })
        });
        let moved = ColumnMap::new(columns.collect::<Option<_>>()?).ok()?;
        let alike = (0..own.sites()).all(|site| own.residue(site) == moved.residue(site));
        alike.then_some(moved)
    }

    /// The columns of the sites.
    fn chosen(&self) -> Result<Vec<u64>> {
        let readings = self.readings();
        let agreeing: Vec<&Vec<u64>> = readings
            .iter()
            .filter(|sites| self.differing(sites).is_empty())
            .collect();
        let told = self.own().has_target() || self.columns_are_known();
        match agreeing[..] {
            [] => Err(self.no_reading(readings.first())),
            [_, _, ..] if !told && self.completion.focus == Focus::First => {
                Err(self.several_readings())
            }
            [first, ..] => Ok(first.clone()),
        }
    }

    /// What the columns of the sites may be, the likeliest first.
    fn readings(&self) -> Vec<Vec<u64>> {
        let mut readings = match (self.columns_are_known(), self.is_numbered()) {
            (true, _) if self.own().has_target() => vec![self.known_columns(), self.by_position()],
            (true, _) => vec![self.known_columns()],
            (false, true) => vec![self.by_position(), self.by_column()],
            (false, false) => vec![self.by_order()],
        };
        readings.dedup();
        readings.into_iter().flatten().collect()
    }

    fn known_columns(&self) -> Option<Vec<u64>> {
        let own = self.own();
        let columns = (0..own.sites()).map(|site| own.column(site).alignment_column);
        self.in_file(columns.collect())
    }

    fn by_column(&self) -> Option<Vec<u64>> {
        self.in_file(self.numbers())
    }

    fn in_file(&self, columns: Vec<u64>) -> Option<Vec<u64>> {
        let width = self.records.width() as u64;
        let fits = columns.iter().all(|column| (1..=width).contains(column));
        fits.then_some(columns)
    }

    fn by_order(&self) -> Option<Vec<u64>> {
        let sites = 0..self.residues.sites();
        let columns = sites.map(|site| self.residues.column(site).alignment_column);
        (self.residues.sites() == self.own().sites()).then(|| columns.collect())
    }

    /// The columns of the residues that have the numbers of the sites, or all of them moved by the one number that makes it so.
    fn by_position(&self) -> Option<Vec<u64>> {
        let counts = self.residues.has_chains();
        let residues = self.residues.columns().iter().enumerate();
        let number = |(k, column): (usize, &Column)| match counts {
            true => k as u64 + 1,
            false => column.position.get(),
        };
        let column_of: HashMap<u64, u64> = residues
            .filter(|(k, _)| self.stands(*k))
            .map(|entry| (number(entry), entry.1.alignment_column))
            .collect();
        let numbers = self.numbers();
        let moved = |shift: i64| -> Option<Vec<u64>> {
            let column = |number: &u64| column_of.get(&number.checked_add_signed(shift)?);
            numbers.iter().map(|n| column(n).copied()).collect()
        };
        moved(0).or_else(|| {
            let shifts = column_of.keys().map(|&to| to as i64 - numbers[0] as i64);
            let mut fitting = shifts.filter_map(moved);
            fitting.next().filter(|_| fitting.next().is_none())
        })
    }

    /// Whether an entry of the target's residues has a column of its own: insertions of A3M have none.
    fn stands(&self, k: usize) -> bool {
        let columns = self.residues.columns();
        let column = columns[k];
        let again = k > 0 && columns[k - 1].alignment_column == column.alignment_column;
        !again && column.letter == self.letter_at(column.alignment_column)
    }

    /// The target's letter in a column of the file.
    fn letter_at(&self, column: u64) -> u8 {
        let index = usize::try_from(column).ok().and_then(|c| c.checked_sub(1));
        let found = index.and_then(|index| self.whole.columns().get(index));
        found.map_or(GAP_LETTER, |column| column.letter)
    }

    /// Sites at which model and alignment know different letters of the target.
    fn differing(&self, sites: &[u64]) -> Vec<usize> {
        let state = |letter: u8| match self.fitted.alphabet.symbol(letter) {
            Symbol::Residue(state) => self.fitted.alphabet.letter(state),
            _ => letter,
        };
        let differ = |site: &usize| {
            let (known, found) = (self.own().letter(*site), self.letter_at(sites[*site]));
            state(known) != state(found) && known != GAP_LETTER && found != GAP_LETTER
        };
        (0..sites.len()).filter(differ).collect()
    }

    /// The target's residues with those of the sites marked; `None` if it has none at one of them.
    fn marked(&self, sites: &[u64]) -> Option<ColumnMap> {
        let is_site = |k: usize| {
            self.stands(k) && sites.contains(&self.residues.columns()[k].alignment_column)
        };
        let marked = mark(&self.residues, is_site).ok()?;
        (marked.sites() == sites.len()).then_some(marked)
    }

    /// The model's own numbers at the columns that were found.
    fn own_at(&self, sites: &[u64]) -> Result<ColumnMap> {
        let own = (0..self.own().sites()).map(|site| *self.own().column(site));
        let columns = own.zip(sites).map(|(column, &alignment_column)| Column {
            alignment_column,
            ..column
        });
        self.with_letters(columns.collect())
    }

    /// Columns of the model, with the letters of the target if it has none.
    fn with_letters(&self, mut columns: Vec<Column>) -> Result<ColumnMap> {
        if !self.own().has_target() {
            for column in &mut columns {
                column.letter = self.letter_at(column.alignment_column);
            }
        }
        ColumnMap::new(columns)
    }

    fn no_reading(&self, reading: Option<&Vec<u64>>) -> Error {
        let own = self.own();
        let problem = match reading {
            Some(sites) => {
                let wrong = self.differing(sites);
                let site = wrong.first().copied().unwrap_or(0);
                format!(
                    "the target has {} at {}, but the model has {} ({} of {} sites differ)",
                    char::from(self.letter_at(sites[site])),
                    position(own, site),
                    char::from(own.letter(site)),
                    wrong.len(),
                    sites.len()
                )
            }
            None if self.columns_are_known() => format!(
                "the alignment has {} columns, but the last site of the model is in column {}",
                self.records.width(),
                own.column(own.sites() - 1).alignment_column
            ),
            None if self.is_numbered() => {
                let numbers = self.numbers();
                format!(
                    "the sites of the model are numbered {} to {}, which are neither {} of the target nor columns 1 to {}",
                    numbers[0],
                    numbers[numbers.len() - 1],
                    self.residues.numbering(),
                    self.records.width()
                )
            }
            None => format!(
                "the target has {} columns, but the model has {} sites",
                self.residues.sites(),
                own.sites()
            ),
        };
        another(self.records, problem)
    }

    fn several_readings(&self) -> Error {
        Error::input(
            Place::file(&self.records.file),
            "the numbers of the model's sites can be positions of the target or columns of the alignment, and these are not the same",
            "say `focus=NAME` if they are positions of NAME, or `no_focus` if they are columns (with `target=NAME` for the letters)",
        )
    }
}

/// The same columns, modelled where `is_site` says so of their index.
fn mark(map: &ColumnMap, is_site: impl Fn(usize) -> bool) -> Result<ColumnMap> {
    let columns = map.columns().iter().enumerate();
    let marked = columns.map(|(k, &column)| Column {
        modelled: is_site(k),
        ..column
    });
    ColumnMap::new(marked.collect())
}

/// A site in words.
pub(super) fn position(columns: &ColumnMap, site: usize) -> String {
    format!("position {}", columns.residue(site))
}

/// The error for an alignment that cannot be the model's.
pub(super) fn another(records: &AlignedRecords, problem: String) -> Error {
    Error::input(
        Place::file(&records.file),
        problem,
        "give the alignment that the model was fitted to, and the target by `focus=NAME`, or `no_focus` if every column is modelled",
    )
}

#[cfg(test)]
mod tests;
