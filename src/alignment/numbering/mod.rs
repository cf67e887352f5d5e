//! From the target to columns: which of its residues stands in which column, in which chain, and what its number is.

use super::column_rule::only_matches;
use super::name_ranges::{Claim, identifier};
use super::records::is_insertion;
use super::{
    AlignedRecords, ChainLengths, ChainUnit, Column, ColumnMap, ColumnRule, Focus, FocusOptions,
    LowerCase,
};
use crate::alphabet::{Alphabet, Symbol, is_gap};
use crate::error::{Error, Place, Result, shortened};
use crate::position::{Offsets, Position};

/// The columns that the target has a residue in, or all of them without focus, with chains and positions.
///
/// # Errors
/// If the chains are not as long as the target, a position would fall below 1, there are offsets but no residues to number, or no
/// column is modelled.
pub(super) fn numbered_columns(
    records: &AlignedRecords,
    target: Option<usize>,
    alphabet: &Alphabet,
    options: &FocusOptions,
) -> Result<ColumnMap> {
    if let Some(row) = target {
        check_letters(records, row, alphabet)?;
    }
    let focus = numbering_row(records, target, alphabet, &options.focus);
    if focus.is_none() && options.offsets.is_some() {
        return Err(no_residue_to_number(records, target));
    }
    let matches = options.columns.matches(records)?;
    let mut columns = match focus {
        Some(row) => {
            // Conventions that count lower case as something else go on doing so.
            let plain = options.lower_case == LowerCase::Residue;
            let lower_too = plain && records.lower_case_of(row).are_residues();
            residue_columns(records, row, alphabet, matches.as_deref(), lower_too)
        }
        None => {
            let all = every_column(records, target, alphabet);
            match &matches {
                Some(matches) => only_matches(&all, matches),
                None => all,
            }
        }
    };
    if let Some(chains) = &options.chains {
        let unit = chain_unit(chains, columns.len(), records, focus.is_none());
        let unit = unit.ok_or_else(|| other_length(columns.len(), chains, records, focus))?;
        divide(&mut columns, chains, unit, records, focus)?;
    }
    if let Some(row) = focus {
        renumber(&mut columns, &records.names()[row], options)?;
    }
    ColumnMap::new(columns).map_err(|_| no_site(records, focus, options.columns))
}

/// Refuses a target with something that is neither letter nor gap: it would number the model, and could not be told what it stands for.
fn check_letters(records: &AlignedRecords, target: usize, alphabet: &Alphabet) -> Result<()> {
    let letters = records.letters(target);
    let is_odd = |byte: u8| !byte.is_ascii_alphabetic() && alphabet.symbol(byte) == Symbol::Unknown;
    let odd = letters.iter().position(|&byte| is_odd(byte));
    let Some(at) = odd else {
        return Ok(());
    };
    // Where it was found while reading, the line is known, and of a character of several bytes all of them.
    let found = records.stray().filter(|stray| {
        let is_it = !stray.character.is_ascii() || stray.character == char::from(letters[at]);
        is_it && stray.record == records.names()[target]
    });
    if let Some(stray) = found {
        return Err(Error::input(
            Place::file(&records.file)
                .line(stray.line)
                .record(&stray.record),
            format!("the target cannot be read: {}", stray.problem()),
            stray.advice(),
        ));
    }
    Err(Error::input(
        records.place(target),
        format!(
            "the target has '{}' in column {}, which is no residue",
            [letters[at]].escape_ascii(),
            at + 1
        ),
        "write X there for a residue that is not known, or a gap for none; or choose another target with `focus=NAME`",
    ))
}

/// The target, if its residues are what is numbered; else columns are.
pub fn numbering_row(
    records: &AlignedRecords,
    target: Option<usize>,
    alphabet: &Alphabet,
    focus: &Focus,
) -> Option<usize> {
    target.filter(|&row| match focus {
        Focus::First | Focus::Named(_) | Focus::Row(_) => true,
        Focus::EveryColumn => is_whole(records.letters(row), alphabet),
        Focus::None { .. } => false,
    })
}

fn no_residue_to_number(records: &AlignedRecords, target: Option<usize>) -> Error {
    Error::Usage(match target {
        Some(row) => format!(
            "`offset` numbers the residues of the target, but every column is modelled and '{0}' does not have an upper-case residue in \
             each, so columns are numbered\n  leave `offset` out, or model the columns of its residues alone with `focus='{0}'`",
            shortened(identifier(&records.names()[row]))
        ),
        None => "`offset` numbers the residues of a target, and there is none: leave it out".into(),
    })
}

fn no_site(records: &AlignedRecords, focus: Option<usize>, rule: ColumnRule) -> Error {
    let place = Place::file(&records.file);
    match focus {
        Some(row) => rule.nothing_modelled(place.record(&records.names()[row])),
        None => Error::input(
            place,
            "there is no column to model",
            "check that this is an alignment",
        ),
    }
}

/// Whether a row is nothing but upper-case residues.
fn is_whole(row: &[u8], alphabet: &Alphabet) -> bool {
    row.iter().all(|&byte| {
        !byte.is_ascii_lowercase() && matches!(alphabet.symbol(byte), Symbol::Residue(_))
    })
}

/// All columns of the file, counted from 1, with the letters of the target.
fn every_column(
    records: &AlignedRecords,
    target: Option<usize>,
    alphabet: &Alphabet,
) -> Vec<Column> {
    let mut columns = ColumnMap::unnumbered(records.width()).columns().to_vec();
    let letters = target.map_or(&[][..], |row| &records.rows()[row]);
    for (column, &letter) in columns.iter_mut().zip(letters) {
        column.letter = alphabet.canonical(letter);
    }
    columns
}

/// The columns of the target's residues, counted from 1; those in match columns are modelled or, where nothing marks these, the
/// upper-case ones; those of lower case too where case says nothing.
fn residue_columns(
    records: &AlignedRecords,
    target: usize,
    alphabet: &Alphabet,
    matches: Option<&[bool]>,
    lower_too: bool,
) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut alignment_column = 0;
    for &byte in records.letters(target) {
        if !(records.drops_insertions() && is_insertion(byte)) {
            alignment_column += 1;
        }
        let next = Position::new(columns.len() as u64 + 1);
        let Some(position) = next.filter(|_| !is_gap(byte)) else {
            continue;
        };
        columns.push(Column {
            // A residue without a column of its own stands after this one.
            alignment_column,
            chain: None,
            position,
            letter: alphabet.canonical(byte),
            modelled: matches!(alphabet.symbol(byte), Symbol::Residue(_))
                && match matches {
                    Some(matches) => matches[alignment_column as usize - 1],
                    None => lower_too || !byte.is_ascii_lowercase(),
                },
        });
    }
    columns
}

/// What the lengths of chains count, in a map of so many columns: all of them, or those of a target's residues; `None` if they fit
/// nothing.
pub fn chain_unit(
    chains: &ChainLengths,
    columns: usize,
    records: &AlignedRecords,
    every_column: bool,
) -> Option<ChainUnit> {
    let width = records.width();
    let unit = chains.unit(columns as u64, width as u64)?;
    Some(match (unit, every_column) {
        (ChainUnit::Residues, true) if columns < width => ChainUnit::MatchColumns,
        (ChainUnit::Residues, true) => ChainUnit::Columns,
        (unit, _) => unit,
    })
}

/// Gives each column its chain, and counts from 1 in each.
fn divide(
    columns: &mut [Column],
    chains: &ChainLengths,
    unit: ChainUnit,
    records: &AlignedRecords,
    focus: Option<usize>,
) -> Result<()> {
    let mut counts = vec![0; chains.chains().len()];
    let letters: Vec<_> = chains.chains().collect();
    for (k, column) in columns.iter_mut().enumerate() {
        let place = chains.place_of(match unit {
            ChainUnit::Residues | ChainUnit::MatchColumns => k as u64,
            // Column 0 is that of what stands before the first.
            ChainUnit::Columns => column.alignment_column.saturating_sub(1),
        });
        counts[place] += 1;
        column.chain = Some(letters[place]);
        if let Some(position) = Position::new(counts[place]) {
            column.position = position;
        }
    }
    let Some(empty) = counts.iter().position(|&count| count == 0) else {
        return Ok(());
    };
    let place = Place::file(&records.file);
    Err(match focus {
        Some(_) => Error::input(
            place,
            format!("the target has no residue in chain {}", letters[empty]),
            "choose another target with `focus=NAME`, or check the lengths in `chains`",
        ),
        None => Error::input(
            place,
            format!("there is no match column in chain {}", letters[empty]),
            "check the lengths in `chains`",
        ),
    })
}

fn other_length(
    residues: usize,
    chains: &ChainLengths,
    records: &AlignedRecords,
    focus: Option<usize>,
) -> Error {
    let (file, width, total) = (&records.file, records.width(), chains.total());
    Error::Usage(match focus {
        Some(row) => format!(
            "the chains of `chains={chains}` have {total} residues together, but the target '{}' of {file} has {residues} (in {width} columns)\n  \
             give the length of each chain in residues of the target, its gaps not counted, or in columns of the alignment",
            records.names()[row]
        ),
        None if residues < width => format!(
            "the chains of `chains={chains}` have {total} match columns together, but {file} has {residues} (in {width} columns)\n  \
             give the length of each chain in match columns, or in columns of the alignment"
        ),
        None => format!(
            "the chains of `chains={chains}` have {total} columns together, but {file} has {width}\n  \
             the length of a chain is its number of columns here, because no target's residues are numbered"
        ),
    })
}

/// Numbers the residues: by the offsets asked for, else as the target's name says, else from 1.
fn renumber(columns: &mut [Column], name: &str, options: &FocusOptions) -> Result<()> {
    match &options.offsets {
        Some(offsets) => shift(columns, name, offsets, options.chains.as_ref()),
        None => as_the_name_says(columns, name, options.chains.is_some()),
    }
}

fn as_the_name_says(columns: &mut [Column], name: &str, has_chains: bool) -> Result<()> {
    let chains = columns.chunk_by(|a, b| a.chain == b.chain);
    let lengths: Vec<u64> = chains.map(|chain| chain.len() as u64).collect();
    let Some(positions) = Claim::of(name, has_chains).positions(&lengths) else {
        return Ok(());
    };
    for (column, number) in columns.iter_mut().zip(positions.into_iter().flatten()) {
        column.position = Position::new(number).ok_or_else(|| {
            Error::Usage(format!(
                "the name of '{}' gives a residue the number {number}; positions end at {}\n  number them by `offset`",
                shortened(name),
                Position::MAX
            ))
        })?;
    }
    Ok(())
}

/// Moves the positions by the offsets asked for.
fn shift(
    columns: &mut [Column],
    name: &str,
    offsets: &Offsets,
    chains: Option<&ChainLengths>,
) -> Result<()> {
    let letters: Vec<_> = chains.map_or_else(Vec::new, |chains| chains.chains().collect());
    offsets.check(letters.len().max(1))?;
    for column in columns {
        let place = letters.iter().position(|&c| Some(c) == column.chain);
        let offset = offsets.of(place.unwrap_or(0));
        column.position = column.position.shifted(offset).ok_or_else(|| {
            let number = i128::from(column.position.get()) + i128::from(offset);
            Error::Usage(format!(
                "`offset={offset}` gives {} residue of {} the number {number}; positions start at 1 and end at {}",
                if number < 1 { "the first" } else { "a" },
                column.chain.map_or_else(|| format!("'{name}'"), |chain| format!("chain {chain}")),
                Position::MAX
            ))
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
