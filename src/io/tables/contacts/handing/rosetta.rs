//! Constraints of Rosetta (`.cst`).
//!
//! A line a pair: `AtomPair ATOM NUMBER ATOM NUMBER FUNCTION`, where residues are numbered from 1 along the pose; lines that begin with `#` are
//! skipped. The function is `SUMFUNC 2 SIGMOID x0 m CONSTANTFUNC -0.5`, 1 / (1 + exp(-m (x - x0))) - 1 of the distance x, which rises from -1 to 0
//! about x0, within `SCALARWEIGHTEDFUNC w` w times as much.
//! <https://www.rosettacommons.org/docs/latest/rosetta_basics/file_types/constraint-file>.

use super::{Handed, Spot};
use std::io::{self, Write};

/// The steepness of the step, per angstrom.
const STEEPNESS: f64 = 1.0;

/// Pairs with a probability are weighed by it.
///
/// # Errors
/// Those of `output`.
pub fn write_rosetta(handed: &Handed, output: &mut dyn Write) -> io::Result<()> {
    handed.write_head("#", output)?;
    for pair in &handed.pairs {
        let weight = pair
            .probability
            .map_or(String::new(), |p| format!("SCALARWEIGHTEDFUNC {p:.4} "));
        let (one, other) = (atom(&pair.one), atom(pair.other()));
        writeln!(
            output,
            "AtomPair {one} {other} {weight}SUMFUNC 2 SIGMOID {:.1} {STEEPNESS:.1} CONSTANTFUNC -0.5",
            handed.reach
        )?;
    }
    Ok(())
}

fn atom(spot: &Spot) -> String {
    format!("{} {}", spot.atom, spot.number)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{handed, pair, spot};
    use super::*;
    use crate::io::tables::contacts::test_support::written;

    #[test]
    fn pairs_are_weighed_where_they_have_a_probability() {
        let pose = Handed {
            pairs: vec![
                pair(1, Some(0.88), spot(None, 10, "CB"), spot(None, 43, "CA")),
                pair(2, None, spot(None, 1, "CB"), spot(None, 9, "CB")),
            ],
            ..handed()
        };
        let text = written(|out| write_rosetta(&pose, out));
        assert_eq!(
            text,
            "# 3 pairs\n# of a model\n\
             AtomPair CB 10 CA 43 SCALARWEIGHTEDFUNC 0.8800 SUMFUNC 2 SIGMOID 8.0 1.0 CONSTANTFUNC -0.5\n\
             AtomPair CB 1 CB 9 SUMFUNC 2 SIGMOID 8.0 1.0 CONSTANTFUNC -0.5\n"
        );
    }
}
