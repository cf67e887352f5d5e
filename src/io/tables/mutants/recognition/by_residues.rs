//! Columns of positions and wild types that are known by the target's residues, whatever they are called.

use super::fit::{Claim, Fit, Level};
use super::table::{Table, called, fit, insertion};
use crate::io::tables::cells;
use crate::io::tables::mutants::cell_forms::{is_number, is_residue, parts, without_fraction};
use crate::io::tables::mutants::column_names::{self, Part};
use crate::io::tables::mutants::layout::Three;
use crate::io::tables::mutants::records::Record;
use crate::mutants::Mutant;

/// A column of numbers and one of letters that say what the target has.
struct Pair {
    position: usize,
    wild_type: usize,
    claims: Vec<Vec<Claim>>,
}

/// Columns of numbers, and of letters, that are tried with each other: no table of mutants has more of either before those that are meant.
const MOST_TRIED: usize = 200;

/// All such pairs of columns.
fn pairs(table: Table) -> Vec<Pair> {
    // One row alone is right by chance too often.
    const FEWEST: usize = 2;
    let genes = column_names::of_genes(table.names);
    let columns = (0..table.names.len()).filter(|k| !genes.contains(k));
    let numbers = columns.clone();
    let numbers = numbers.filter(|&k| table.columns[k].are_numbers_in_part());
    let letters = columns.filter(|&k| holds_residues(table, k));
    let letters: Vec<usize> = letters.take(MOST_TRIED).collect();
    let mut found = Vec::new();
    for position in numbers.take(MOST_TRIED) {
        for &wild_type in &letters {
            let rows = table.rows.iter();
            let claims: Vec<Vec<Claim>> = rows
                .map(|row| claims_of(table, row, position, wild_type))
                .collect();
            let fit = Fit::by_numbers(table.places, claims.iter().map(Vec::as_slice));
            let are_enough = fit.inside >= FEWEST && 2 * fit.inside >= fit.rows;
            if are_enough && fit.level() == Level::Well {
                found.push(Pair {
                    position,
                    wild_type,
                    claims,
                });
            }
        }
    }
    found
}

fn holds_residues(table: Table, column: usize) -> bool {
    table.columns[column].are_residues_in_part()
        && !column_names::holds_no_residues(&table.names[column])
}

/// What a row says of the target.
fn claims_of(table: Table, row: &Record, position: usize, wild_type: usize) -> Vec<Claim> {
    let cell = |column: usize| cells::text(row.cell(column).unwrap_or_default());
    let (numbers, letters) = (cell(position), cell(wild_type));
    let whole = match is_number(&numbers) {
        true => without_fraction(&numbers),
        false => &numbers,
    };
    if parts(whole).count() != parts(&letters).count() {
        return Vec::new();
    }
    let read = parts(whole).zip(parts(&letters)).map(|(number, letter)| {
        (is_number(number) && is_residue(letter)).then_some(())?;
        let silent = [letter, without_fraction(number), b"="].concat();
        let mutant = Mutant::parse(silent).ok()?;
        table.places.claims(&mutant).pop()
    });
    read.collect::<Option<Vec<Claim>>>().unwrap_or_default()
}

/// The columns of a mutant whose wild types are the target's. Where several are, those of another mutant stand beside them, which is for
/// [`second_mutant`] to tell.
pub(super) fn by_residues(table: Table) -> Option<Three> {
    let pairs = pairs(table);
    let first = pairs.first()?;
    let is_wild_type = |k: usize| pairs.iter().any(|pair| pair.wild_type == k);
    let residues = (0..table.names.len()).filter(|&k| holds_residues(table, k));
    let genes = column_names::of_genes(table.names);
    let residues: Vec<usize> = residues
        .filter(|k| !is_wild_type(*k) && !genes.contains(k))
        .collect();
    let residue = match &residues[..] {
        [] => return None,
        [only] => *only,
        several => match called(table.names, Part::Residue, several) {
            Some(residue) => residue,
            None if has_other(&pairs, first) => several[0],
            None => return None,
        },
    };
    Some(Three {
        position: first.position,
        insertion: insertion(table.names),
        wild_type: Some(first.wild_type),
        residue,
    })
}

/// Whether some pair says other things than this one.
fn has_other(pairs: &[Pair], one: &Pair) -> bool {
    pairs.iter().any(|pair| pair.claims != one.claims)
}

/// A column of wild types of another mutant beside this one.
pub(super) fn second_mutant(table: Table, three: Three) -> Option<usize> {
    let wild_type = three.wild_type?;
    let pairs = pairs(table);
    let own = |pair: &&Pair| pair.position == three.position && pair.wild_type == wild_type;
    let own = pairs.iter().find(own)?;
    let used = |k: usize| k == three.position || k == wild_type || k == three.residue;
    let other = pairs
        .iter()
        .find(|pair| !used(pair.position) && !used(pair.wild_type) && pair.claims != own.claims);
    other.map(|pair| pair.wild_type)
}

/// Without the column of wild types, where that has nothing but bases of a gene, which the target does not have.
pub(super) fn without_bases(table: Table, three: Three) -> Option<Three> {
    // So many residues are hardly all of four.
    const FEWEST: usize = 6;
    let column = three.wild_type?;
    let name = &table.names[column];
    let are_called = Part::WildType.rank(name).is_none()
        && Part::Position.rank(&table.names[three.position]).is_some()
        && Part::Residue.rank(&table.names[three.residue]).is_some();
    let fit = fit(table, three);
    let is_sure = match column_names::is_of_gene(name) {
        true => fit.level() != Level::Well,
        false => table.columns[column].residues >= FEWEST && fit.is_nowhere(),
    };
    (are_called && is_sure && are_bases(table, column)).then_some(Three {
        wild_type: None,
        ..three
    })
}

/// Whether the residues of a column are four at most, which those of a protein are not for long.
fn are_bases(table: Table, column: usize) -> bool {
    let texts = table
        .rows
        .iter()
        .map(|row| cells::text(row.cell(column).unwrap_or_default()));
    let mut filled = texts.filter(|text| !text.is_empty()).peekable();
    filled.peek().is_some()
        && !table.places.are_nucleotides()
        && filled.all(|text| {
            matches!(
                *text.to_ascii_uppercase(),
                [b'A' | b'C' | b'G' | b'T' | b'U']
            )
        })
}

/// Columns of bases beside positions and residues without wild types, which might have been taken for these.
pub(super) fn bases_beside(table: Table, three: Three) -> Vec<usize> {
    if table.places.are_unknown() || three.wild_type.is_some() {
        return Vec::new();
    }
    let free = (0..table.names.len()).filter(|&k| k != three.position && k != three.residue);
    free.filter(|&k| {
        let with = Three {
            wild_type: Some(k),
            ..three
        };
        without_bases(table, with).is_some()
    })
    .collect()
}
