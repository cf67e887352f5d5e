//! What a file of mutants is, told by its first lines: what their cells hold counts more than what columns are called.

mod by_residues;
mod candidate;
mod cell_contents;
mod chain_letter;
mod contest;
mod contradictions;
mod fit;
mod header;
mod name_prefix;
mod other_columns;
mod sample;
mod table;
mod three_columns;

pub use cell_contents::Target;
pub use sample::Wish;

use super::layout::{Kind, Layout, TAB};
use super::records::Record;
use super::{column_names, refusals};
use crate::error::{Error, Result};
use crate::io::tables::cells::BLANKS;
use crate::mutants::{Mutant, NotAMutant};
use candidate::Candidate;
pub(super) use candidate::Recognised;
use sample::Sample;

/// Says what the file is whose first lines are `all`.
///
/// # Errors
/// If no mutants are found, or the column that is named is not there.
pub(super) fn recognise(all: &[&[u8]], wish: &Wish, file: &str) -> Result<Recognised> {
    let lines = sample::with_whole_header(all);
    let lines: Vec<&[u8]> = lines.iter().map(|line| &**line).collect();
    let sample = Sample::of(&lines);
    let Some(&(first, first_line)) = sample.lines.first() else {
        return Err(refusals::nothing(file));
    };
    if let Some((line, columns)) = too_wide(&sample) {
        return Err(refusals::too_wide(file, line, columns));
    }
    let is_fasta = first_line.starts_with(b">") && wish.column.is_none();
    if wish.kind == Some(Kind::Fasta) || (wish.kind.is_none() && is_fasta) {
        return Ok(Recognised {
            layout: Layout::fasta(),
            skipped: 0,
        });
    }
    if wish.kind.is_none() && is_mutfile(&sample) {
        return Err(refusals::mutfile(file));
    }
    if let Some(layout) = list_in_chain(&sample, wish) {
        return Ok(Recognised {
            layout,
            skipped: first,
        });
    }
    let separators = match sample.separator {
        Some(separator) => vec![separator],
        None => vec![TAB, b',', b';', BLANKS],
    };
    let candidates = separators.into_iter();
    let mut candidates: Vec<Candidate> = candidates
        .filter_map(|separator| Candidate::of(&sample, separator, wish))
        .collect();
    leave_out_blanks(&mut candidates, wish);
    let found = candidates
        .iter()
        .filter_map(|candidate| Some((candidate.find(wish)?, candidate)));
    // The earliest of the best, and so the usual separators before blanks.
    let best = found.min_by_key(|(found, candidate)| {
        (
            !candidate.is_regular(),
            candidate.names.len() == 1,
            found.rank,
        )
    });
    if let Some((found, candidate)) = best {
        return candidate.layout(found, wish, file);
    }
    Err(refusal(&sample, &candidates, wish, file))
}

/// Columns of the widest table; what describes one takes 500 bytes.
const MOST_COLUMNS: usize = 100_000;

/// A line with more cells than a table has columns: its number, counted from 1, and how many it has by the sign that separates most.
fn too_wide(sample: &Sample) -> Option<(usize, usize)> {
    let cells = |line: &[u8]| {
        let of = |separator: u8| 1 + memchr::memchr_iter(separator, line).count();
        [TAB, b',', b';', BLANKS]
            .map(of)
            .into_iter()
            .max()
            .unwrap_or(1)
    };
    let lines = sample.lines.iter().map(|(at, line)| (at + 1, cells(line)));
    lines.into_iter().find(|(_, cells)| *cells > MOST_COLUMNS)
}

/// Leaves out the blanks as separators where another sign is one.
fn leave_out_blanks(candidates: &mut Vec<Candidate>, wish: &Wish) {
    // A sign that every line has as often as the header separates cells, and blanks are within them; unless it leads to nothing, and blanks to
    // rows of which each has one mutant.
    let mut plain = candidates.iter().filter(|c| c.is_plain()).peekable();
    if plain.peek().is_some() {
        let leads = plain.any(|candidate| candidate.find(wish).is_some());
        candidates
            .retain(|candidate| candidate.separator != BLANKS || !leads && candidate.is_tidy());
    }
    // Where tabs are, blanks are within cells, whatever stands above the header.
    let has_tabs = candidates.iter().any(|c| {
        let has_tab = c.header.bytes.contains(&TAB);
        c.separator == TAB && c.names.len() > 1 && c.is_regular() && has_tab
    });
    candidates.retain(|candidate| candidate.separator != BLANKS || !has_tabs);
}

/// Whether the file is one of Rosetta, in which lines of a number say how many lines below are one mutant.
fn is_mutfile(sample: &Sample) -> bool {
    let first = sample.lines.first().map_or(&b""[..], |(_, line)| line);
    let mut words = first
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let is_total = words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case(b"total"));
    is_total
        && words
            .next()
            .is_some_and(|word| word.iter().all(u8::is_ascii_digit))
        && words.next().is_none()
}

/// The layout of a plain list, if the file is one, with the chain that all mutants may name.
fn list_in_chain(sample: &Sample, wish: &Wish) -> Option<Layout> {
    let layout = list(sample, wish)?;
    let mutants = sample.lines.iter();
    let mutants = mutants.filter_map(|(_, line)| Mutant::parse(line).ok());
    Some(Layout {
        chain_letter: chain_letter::of(mutants, &wish.target.places),
        ..layout
    })
}

/// The layout of a plain list, if the file is one.
fn list(sample: &Sample, wish: &Wish) -> Option<Layout> {
    let asked = wish.kind == Some(Kind::List);
    if !asked && (wish.column.is_some() || wish.kind.is_some() || wish.positions > 0) {
        return None;
    }
    let lines = sample.lines.iter().map(|(_, line)| line.trim_ascii());
    let prefix = || name_prefix::of(lines.clone()).unwrap_or_default();
    let (mut mutants, mut words) = (0, 0);
    for line in lines.clone() {
        match Mutant::parse(line) {
            Ok(mutant) if mutant.is_wild_type() => words += 1,
            Ok(_) | Err(NotAMutant::InsertionCode(_)) => mutants += 1,
            Err(_) => {}
        }
    }
    let all = sample.lines.len();
    let is_first = lines.clone().next().is_some_and(may_start_a_list);
    let are_mutants = words == all || (mutants > 0 && 2 * (mutants + words) >= all);
    if is_first && are_mutants {
        return Some(Layout::list(Vec::new()));
    }
    let prefix = prefix();
    (asked || !prefix.is_empty()).then(|| Layout::list(prefix))
}

/// Whether a line may be a mutant, well written or not, rather than the header of a table: it is one, or has a number where that of a mutant
/// stands.
fn may_start_a_list(line: &[u8]) -> bool {
    // As in p.Ala34; a header hardly has one there.
    const EARLY: usize = 5;
    let is_mutant = match Mutant::parse(line) {
        Ok(_) | Err(NotAMutant::InsertionCode(_)) => true,
        Err(_) => false,
    };
    let digit = line.iter().position(u8::is_ascii_digit);
    is_mutant || digit.is_some_and(|at| at <= EARLY)
}

/// The error for a file in which nothing was found: about the separator that splits it best.
fn refusal(sample: &Sample, candidates: &[Candidate], wish: &Wish, file: &str) -> Error {
    let likely = candidates.iter().max_by_key(|candidate| {
        let is_table = candidate.is_regular() && candidate.names.len() > 1;
        (
            is_table,
            candidate.separator != BLANKS,
            candidate.names.len(),
        )
    });
    let Some(candidate) = likely else {
        let (_, line) = sample.lines[0];
        let mut record = Record::of(line);
        record.split(TAB);
        let names = column_names::of_header(&record);
        return match wish.column {
            Some(column) => refusals::no_column(&names, file, column),
            None => refusals::no_mutants(&names, file, &refusals::Seen::default()),
        };
    };
    if wish.column.is_none() && candidate.lacks_header() {
        return candidate.no_header(Kind::Column, file);
    }
    let names = &candidate.names;
    let comment = sample.comment.map(|(_, line)| shown(line));
    match (wish.column, wish.kind) {
        (Some(column), Some(Kind::ThreeColumns)) => refusals::not_there(
            &format!("columns '{column}'"),
            names,
            file,
            "name the columns of positions, wild types and residues with commas between",
        ),
        (Some(column), _) => refusals::no_column(names, file, column),
        (None, Some(Kind::ThreeColumns)) => refusals::not_there(
            "columns of positions, wild types and residues were",
            names,
            file,
            "name them in this order: `column=position,wildtype,mutant`",
        ),
        (None, Some(Kind::Sequences)) => refusals::not_there(
            "single column with sequences like the target was",
            names,
            file,
            "name it with `column=NAME`",
        ),
        (None, _) if wish.positions > 0 => refusals::not_there(
            &format!(
                "single column with {} residues in each cell was",
                wish.positions
            ),
            names,
            file,
            "name it with `column=NAME`; `positions` names a position for each of its letters",
        ),
        (None, _) => refusals::no_mutants(names, file, &candidate.seen(comment)),
    }
}

/// A line cut to a length that can be shown.
fn shown(line: &[u8]) -> String {
    const SHOWN: usize = 60;
    let text = String::from_utf8_lossy(line);
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests;
