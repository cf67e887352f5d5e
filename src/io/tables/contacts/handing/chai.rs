//! Restraints of Chai-1 (CSV), between chains.
//!
//! A table with the columns of [`HEADER`]. A contact is one of two residues of two chains; `res_idxA` is the letter and the number, from 1 along
//! the sequence, chains are called A, B and so on in the order in which they are given; `restraint_id` is unique. `confidence`, which Chai-1 reads
//! and does not use, is the probability, or empty. The format has no comments.
//! <https://github.com/chaidiscovery/chai-lab/blob/main/examples/restraints/README.md>.

use super::{Handed, Spot};
use std::io::{self, Write};

/// The columns.
const HEADER: &str = "restraint_id,chainA,res_idxA,chainB,res_idxB,connection_type,confidence,min_distance_angstrom,max_distance_angstrom,comment";

/// Chai measures between CA atoms, which are farther from each other than CB atoms of a contact.
const FARTHER: f64 = 2.0;

/// A contact a pair.
///
/// # Errors
/// Those of `output`.
pub fn write_chai(handed: &Handed, output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, "{HEADER}")?;
    for (k, pair) in handed.pairs.iter().enumerate() {
        let confidence = pair
            .probability
            .map_or(String::new(), |p| format!("{p:.4}"));
        writeln!(
            output,
            "potts_{},{},{},contact,{confidence},0.0,{:.1},{}",
            k + 1,
            residue(&pair.one),
            residue(pair.other()),
            handed.reach + FARTHER,
            pair.in_words().replace(',', ";")
        )?;
    }
    Ok(())
}

fn residue(spot: &Spot) -> String {
    let chain = spot.chain.as_deref().unwrap_or_default();
    format!("{chain},{}{}", char::from(spot.letter), spot.number)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{handed, pair, spot};
    use super::*;
    use crate::io::tables::contacts::test_support::written;

    #[test]
    fn a_row_has_a_cell_a_column() {
        let (one, other) = (spot(Some("A"), 71, "CB"), spot(Some("B"), 3, "CA"));
        let docking = Handed {
            pairs: vec![
                pair(1, None, one.clone(), other.clone()),
                pair(5, Some(0.75), one, other),
            ],
            ..handed()
        };
        let text = written(|out| write_chai(&docking, out));
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(
            rows[1..],
            [
                "potts_1,A,K71,B,G3,contact,,0.0,10.0,rank 1; 1 and 21 of the target",
                "potts_2,A,K71,B,G3,contact,0.7500,0.0,10.0,rank 5; probability 0.7500; 5 and 25 of the target",
            ]
        );
        let cells = |row: &str| row.split(',').count();
        assert!(rows.iter().all(|row| cells(row) == cells(HEADER)));
    }
}
