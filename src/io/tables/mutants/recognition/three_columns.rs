//! Mutants whose position, wild type and residue stand in columns of their own.

use super::cell_contents::Contents;
use crate::io::tables::cells;
use crate::io::tables::mutants::column_names::{self, Part};
use crate::io::tables::mutants::layout::Cells;
use crate::io::tables::mutants::records::Record;
use std::collections::BTreeMap;

/// Finds the columns by what they hold, and by their names where that leaves a choice.
pub(super) fn find(names: &[String], columns: &[Contents], rows: &[Record]) -> Option<Cells> {
    let holding = |holds: &dyn Fn(&Contents) -> bool| -> Vec<usize> {
        (0..names.len()).filter(|&k| holds(&columns[k])).collect()
    };
    let numbers = holding(&Contents::are_numbers);
    let residues = holding(&Contents::are_residues);
    let called = |part: Part, but: Option<usize>, among: &[usize]| {
        let mut among = among.iter().copied();
        among.find(|&k| Some(k) != but && part.is_called(&names[k]))
    };
    let position = called(Part::Position, None, &numbers);
    let wild_type = called(Part::WildType, None, &residues);
    let residue = called(Part::Residue, wild_type, &residues);
    let other = |one: usize| residues.iter().copied().find(|&k| k != one);
    let (wild_type, residue) = match (wild_type, residue, &residues[..]) {
        (Some(wild_type), Some(residue), _) => (Some(wild_type), residue),
        (Some(wild_type), None, [_, _]) => (Some(wild_type), other(wild_type)?),
        (None, Some(residue), [_, _]) => (other(residue), residue),
        (None, Some(residue), [_]) => (None, residue),
        (None, None, &[one, other]) => {
            let number = position.or_else(|| numbers.first().copied())?;
            match (is_told(rows, number, one), is_told(rows, number, other)) {
                (true, false) => (Some(one), other),
                (false, true) => (Some(other), one),
                _ => return None,
            }
        }
        _ => return None,
    };
    let position = match (position, wild_type, &numbers[..]) {
        (Some(position), ..) => position,
        (None, Some(_), [only]) => *only,
        (None, Some(wild_type), _) => {
            let mut telling = numbers.iter().filter(|&&k| is_told(rows, k, wild_type));
            *telling.next().filter(|_| telling.next().is_none())?
        }
        (None, None, _) => return None,
    };
    Some(Cells::Three {
        position,
        wild_type,
        residue,
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
        [position, residue] => Some(Cells::Three {
            position,
            wild_type: None,
            residue,
        }),
        [position, wild_type, residue] => Some(Cells::Three {
            position,
            wild_type: Some(wild_type),
            residue,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell_contents::Target;
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
        match find(&header, &columns, &rows)? {
            Cells::Three {
                position,
                wild_type,
                residue,
            } => Some([Some(position), wild_type, Some(residue)]),
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
            (&["position,chain,score", "34,A,1.5"], None),
            (&["a,b", "34,1.5"], None),
        ] {
            let expected = expected.map(|columns| columns.map(Some));
            assert_eq!(found(lines), expected, "{lines:?}");
        }
        let lone = found(&["position,mutant,score", "34,V,1.5"]);
        assert_eq!(lone, Some([Some(0), None, Some(1)]));
    }

    #[test]
    fn columns_are_named_in_their_order() {
        let names = ["a", "b", "c"].map(String::from);
        let three = |position, wild_type, residue| {
            Some(Cells::Three {
                position,
                wild_type,
                residue,
            })
        };
        assert_eq!(named(&names, "b,A, c"), three(1, Some(0), 2));
        assert_eq!(named(&names, "b,c"), three(1, None, 2));
        assert_eq!((named(&names, "b"), named(&names, "b,x,c")), (None, None));
    }
}
