//! The columns of a table, and how well the mutants that some of them make go with the target.

use super::cell_contents::Contents;
use super::fit::{Fit, Places};
use crate::io::tables::cells;
use crate::io::tables::mutants::cell_forms::{is_number, joined, parts, without_fraction};
use crate::io::tables::mutants::column_names::{self, Part};
use crate::io::tables::mutants::layout::Three;
use crate::io::tables::mutants::records::Record;
use crate::mutants::Mutant;

/// The columns of a table, and what they are looked at for.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    pub names: &'t [String],
    pub columns: &'t [Contents],
    pub rows: &'t [Record],
    pub places: &'t Places,
}

/// How well the mutants of some columns go with the target.
pub(super) fn fit(table: Table, three: Three) -> Fit {
    let rows = table.rows.iter().map(|row| {
        let mutant = mutant_of(row, three);
        mutant.map_or_else(Vec::new, |mutant| table.places.claims(&mutant))
    });
    Fit::of(table.places, rows)
}

/// The mutant of a row.
pub(super) fn mutant_of(row: &Record, three: Three) -> Option<Mutant> {
    let cell = |column: usize| cells::text(row.cell(column).unwrap_or_default());
    let (position, residue) = (cell(three.position), cell(three.residue));
    let wild_type = three.wild_type.map(cell);
    let whole = match is_number(&position) {
        true => without_fraction(&position),
        false => &position,
    };
    let count = parts(whole).count();
    let fits = |cell: &[u8]| parts(cell).count() == count;
    (fits(&residue) && wild_type.as_deref().is_none_or(fits)).then_some(())?;
    Mutant::parse(joined(wild_type.as_deref(), whole, &residue)?).ok()
}

/// The column of letters behind the positions.
pub(super) fn insertion(names: &[String]) -> Option<usize> {
    (0..names.len()).find(|&k| column_names::is_insertion_code(&names[k]))
}

/// The column that holds something by its name, the likeliest of these.
pub(super) fn called(names: &[String], part: Part, among: &[usize]) -> Option<usize> {
    let ranks = among
        .iter()
        .filter_map(|&k| Some((part.rank(&names[k])?, k)));
    ranks.min().map(|(_, column)| column)
}
