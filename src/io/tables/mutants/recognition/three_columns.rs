//! Mutants whose position, wild type and residue stand in columns of their own.

use super::by_residues::{by_residues, without_bases};
use super::cell_contents::Contents;
use super::fit::Level;
use super::table::{Table, called, fit, insertion};
use crate::io::tables::cells;
use crate::io::tables::mutants::column_names::{self, Part};
use crate::io::tables::mutants::layout::{Cells, Three};
use crate::io::tables::mutants::records::Record;
use std::collections::BTreeMap;

/// Finds the columns by what they hold, and by their names where that leaves a choice. Where the target's residues say that those called so are not
/// meant, it is those that go with them.
pub(super) fn find(table: Table) -> Option<Cells> {
    let places = || with_places(table.names, table.columns);
    let named = apart(table);
    let three = match named {
        Some(three) if !is_doubted(table, three) => Some(three),
        _ if table.places.are_unknown() => named.or_else(places),
        _ => by_residues(table)
            .or_else(|| places().filter(|three| fit(table, *three).level() == Level::Well))
            .or_else(|| without_bases(table, named?))
            .or(named)
            .or_else(places),
    };
    three.map(Cells::Three)
}

/// Whether the target does not have what a column of wild types says, at least not nearly always.
fn is_doubted(table: Table, three: Three) -> bool {
    !table.places.are_unknown()
        && three.wild_type.is_some()
        && fit(table, three).level() != Level::Well
}

/// Positions, wild types and residues, each in a column of its own.
fn apart(table: Table) -> Option<Three> {
    let Table {
        names,
        columns,
        rows,
        ..
    } = table;
    let holding = |holds: &dyn Fn(&Contents) -> bool| -> Vec<usize> {
        (0..names.len()).filter(|&k| holds(&columns[k])).collect()
    };
    let numbers = holding(&Contents::are_numbers);
    let mut residues = holding(&Contents::are_residues);
    residues.retain(|&k| !column_names::holds_no_residues(&names[k]));
    let genes = column_names::of_genes(names);
    residues.retain(|k| !genes.contains(k));
    let not_of_genes = |columns: Vec<usize>| -> Vec<usize> {
        columns.into_iter().filter(|k| !genes.contains(k)).collect()
    };
    let numbers = not_of_genes(numbers);
    let residues_in_part = not_of_genes(holding(&Contents::are_residues_in_part));
    // Rows that are none, as one of sums below the others, spoil it for few others.
    let in_part = || not_of_genes(holding(&Contents::are_numbers_in_part));
    let position = called(names, Part::Position, &numbers)
        .or_else(|| called(names, Part::Position, &in_part()));
    // So do rows of several mutants.
    let wild_type = called(names, Part::WildType, &residues_in_part);
    residues.retain(|&k| Some(k) != wild_type);
    if residues.is_empty() {
        let others = residues_in_part.into_iter();
        let others: Vec<usize> = others.filter(|&k| Some(k) != wild_type).collect();
        residues.extend(called(names, Part::Residue, &others));
    }
    let tells = |wild_type: usize, other: usize| {
        let number = position.or_else(|| numbers.first().copied());
        number.is_some_and(|n| is_told(rows, n, wild_type) && !is_told(rows, n, other))
    };
    let (wild_type, residue) = letters(names, wild_type, &residues, tells)?;
    let position = match (position, wild_type, &numbers[..]) {
        (Some(position), ..) => position,
        (None, Some(_), [only]) => *only,
        (None, Some(wild_type), _) => {
            let mut telling = numbers.iter().filter(|&&k| is_told(rows, k, wild_type));
            *telling.next().filter(|_| telling.next().is_none())?
        }
        (None, None, _) => return None,
    };
    Some(Three {
        position,
        insertion: insertion(names),
        wild_type,
        residue,
    })
}

/// Wild types before their positions in one cell, as in `A24`, and residues in another. A column of wells looks the same, and so it has to be called
/// for what it is, and nothing else may say what is replaced.
fn with_places(names: &[String], columns: &[Contents]) -> Option<Three> {
    let holding = |holds: &dyn Fn(&Contents) -> bool| -> Vec<usize> {
        (0..names.len()).filter(|&k| holds(&columns[k])).collect()
    };
    let mut places = holding(&Contents::are_places);
    places.retain(|&k| column_names::may_hold_places(&names[k]));
    let mut residues = holding(&Contents::are_residues);
    residues.retain(|&k| !column_names::holds_no_residues(&names[k]));
    if called(names, Part::WildType, &residues).is_some() {
        return None;
    }
    let residue = match &residues[..] {
        &[only] => only,
        several => called(names, Part::Residue, several)?,
    };
    match places[..] {
        [place] => Some(Three {
            position: place,
            insertion: insertion(names),
            wild_type: None,
            residue,
        }),
        _ => None,
    }
}

/// The columns of wild types, if there is one, and of residues; `tells` says whether positions tell the letters of one column and not of another.
fn letters(
    names: &[String],
    wild_type: Option<usize>,
    residues: &[usize],
    tells: impl Fn(usize, usize) -> bool,
) -> Option<(Option<usize>, usize)> {
    Some(match (wild_type, residues) {
        (Some(wild_type), &[residue]) => (Some(wild_type), residue),
        (Some(wild_type), several) => (Some(wild_type), called(names, Part::Residue, several)?),
        (None, &[residue]) => (None, called(names, Part::Residue, &[residue])?),
        (None, &[one, other]) => match called(names, Part::Residue, &[one, other]) {
            // It may be either.
            Some(k) if column_names::is_any_residue(&names[k]) => match (one, other) {
                _ if tells(one, other) => (Some(one), other),
                _ if tells(other, one) => (Some(other), one),
                _ => return None,
            },
            Some(residue) => (Some(if residue == one { other } else { one }), residue),
            None if tells(one, other) => (Some(one), other),
            None if tells(other, one) => (Some(other), one),
            None => return None,
        },
        (None, several) => (None, called(names, Part::Residue, several)?),
    })
}

/// Whether each position has one letter in another column, in all of its rows.
fn is_told(rows: &[Record], position: usize, letters: usize) -> bool {
    let mut known = BTreeMap::new();
    let cell =
        |row: &'_ Record, k| cells::text(row.cell(k).unwrap_or_default()).to_ascii_uppercase();
    rows.iter().all(|row| {
        let letter = cell(row, letters);
        *known
            .entry(cell(row, position))
            .or_insert_with(|| letter.clone())
            == letter
    })
}

/// The columns of these names, with commas between: position, wild type and residue, or position and residue.
pub(super) fn named(names: &[String], list: &str) -> Option<Cells> {
    let columns: Option<Vec<usize>> = list
        .split(',')
        .map(|name| column_names::find(names, name.trim()).first().copied())
        .collect();
    match columns?[..] {
        [position, residue] => Some(Cells::Three(Three {
            position,
            insertion: None,
            wild_type: None,
            residue,
        })),
        [position, wild_type, residue] => Some(Cells::Three(Three {
            position,
            insertion: None,
            wild_type: Some(wild_type),
            residue,
        })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell_contents::Target;
    use super::super::fit::Places;
    use super::super::header::split;
    use super::*;

    fn found(lines: &[&str]) -> Option<[Option<usize>; 3]> {
        let header = column_names::of_header(&split(lines[0].as_bytes(), b','));
        let rows: Vec<Record> = lines[1..]
            .iter()
            .map(|l| split(l.as_bytes(), b','))
            .collect();
        let columns: Vec<Contents> = (0..header.len())
            .map(|k| {
                let texts: Vec<_> = rows
                    .iter()
                    .map(|r| cells::text(r.cell(k).unwrap()))
                    .collect();
                Contents::of(texts.iter().map(|t| &**t), &Target::default())
            })
            .collect();
        let places = Places::default();
        let table = Table {
            names: &header,
            columns: &columns,
            rows: &rows,
            places: &places,
        };
        match find(table)? {
            Cells::Three(three) => {
                Some([Some(three.position), three.wild_type, Some(three.residue)])
            }
            Cells::One(_) => None,
        }
    }

    #[test]
    fn columns_are_found_by_contents_and_names() {
        for (lines, expected) in [
            (
                &["site,wildtype,mutant,effect", "34,A,V,0.3", "36,G,D,0.1"][..],
                Some([0, 1, 2]),
            ),
            (&["pos,WT,var,score", "34,A,V,0.3"], Some([0, 1, 2])),
            (
                &["score,wt_aa,position,mut_aa", "3,A,34,V", "5,G,36,D"],
                Some([2, 1, 3]),
            ),
            (
                &["n,one,other", "34,A,V", "34,A,G", "36,G,D"],
                Some([0, 1, 2]),
            ),
            (
                &["n,one,other", "34,V,A", "34,G,A", "36,D,G"],
                Some([0, 2, 1]),
            ),
            (&["n,one,other", "34,A,V", "36,G,D"], None),
            (&["pos,aa,mut_aa", "34,A,V", "36,G,D"], Some([0, 1, 2])),
            (&["pos,aa,to_this", "34,A,V", "34,A,G"], Some([0, 1, 2])),
            (&["pos,aa,to_this", "34,A,V", "36,G,D"], None),
            (
                &["pos,ref,alt,aapos,aaref,aaalt", "9101,G,C,34,A,V"],
                Some([3, 4, 5]),
            ),
            (
                &["pos,wt,mut", "34,A,V", "36,G,D", "38,\"40\",S"],
                Some([0, 1, 2]),
            ),
            (&["position,chain,score", "34,A,1.5"], None),
            (&["a,b", "34,1.5"], None),
        ] {
            let expected = expected.map(|columns| columns.map(Some));
            assert_eq!(found(lines), expected, "{lines:?}");
        }
        for lines in [
            &["position,mutant,score", "34,V,1.5"],
            &["position,mutant,chain", "34,V,A"],
        ] {
            assert_eq!(found(lines), Some([Some(0), None, Some(1)]), "{lines:?}");
        }
    }

    #[test]
    fn columns_are_named_in_their_order() {
        let names = ["a", "b", "c"].map(String::from);
        let three = |position, wild_type, residue| {
            Some(Cells::Three(Three {
                position,
                insertion: None,
                wild_type,
                residue,
            }))
        };
        assert_eq!(named(&names, "b,A, c"), three(1, Some(0), 2));
        assert_eq!(named(&names, "b,c"), three(1, None, 2));
        assert_eq!((named(&names, "b"), named(&names, "b,x,c")), (None, None));
    }
}
