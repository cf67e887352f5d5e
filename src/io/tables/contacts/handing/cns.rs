//! Distance restraints of CNS and Xplor-NIH (`.tbl`).
//!
//! A line a pair: `assign (SELECTION) (SELECTION) d dminus dplus`, the distance from d - dminus to d + dplus; a selection is
//! `resid NUMBER and name ATOM and segid "CHAIN"`; what follows `!` is a comment. Resid and segid have at most four signs.
//! <https://nmr.cit.nih.gov/xplor-nih/xplorMan/node377.html>, <https://nmr.cit.nih.gov/xplor-nih/xplorMan/node389.html>.

use super::{Handed, Spot};
use std::io::{self, Write};

/// Nearer no two atoms of this kind come: 3.5 angstrom, as d - dminus.
const NEAREST: (f64, f64) = (3.6, 0.1);

/// What CNS keeps of a number or a chain.
const MOST_SIGNS: usize = 4;

/// A restraint a pair, from 3.5 angstrom to the reach of a contact. Pairs whose numbers or chains CNS cannot hold are comments.
///
/// # Errors
/// Those of `output`.
pub fn write_cns(handed: &Handed, output: &mut dyn Write) -> io::Result<()> {
    handed.write_head("!", output)?;
    let (nearest, below) = NEAREST;
    for pair in &handed.pairs {
        let (one, other) = (&pair.one, pair.other());
        let void = match fits(one) && fits(other) {
            true => "",
            false => "! too long for CNS: ",
        };
        writeln!(
            output,
            "{void}assign ({}) ({}) {nearest:.2} {below:.2} {:.2} ! {}",
            selection(one),
            selection(other),
            handed.reach - nearest,
            pair.in_words()
        )?;
    }
    Ok(())
}

/// Whether CNS can hold the residue.
pub(super) fn fits(spot: &Spot) -> bool {
    let chain = spot.chain.as_deref().unwrap_or_default();
    spot.label().len() <= MOST_SIGNS && chain.len() <= MOST_SIGNS
}

fn selection(spot: &Spot) -> String {
    let segment = match spot.chain.as_deref() {
        None | Some("") => String::new(),
        Some(chain) => format!(" and segid \"{chain}\""),
    };
    format!("resid {} and name {}{segment}", spot.label(), spot.atom)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{handed, pair, spot};
    use super::*;
    use crate::io::tables::contacts::test_support::written;

    #[test]
    fn a_restraint_a_pair() {
        let mut odd = handed();
        odd.pairs.push(pair(
            4,
            Some(0.25),
            spot(None, 12_345, "CB"),
            spot(None, 3, "CB"),
        ));
        let text = written(|out| write_cns(&odd, out));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[2..],
            [
                "assign (resid -5 and name CB and segid \"A\") (resid 100B and name CA and segid \"AAA\") 3.60 0.10 4.40 ! rank 1, probability 0.9300, 1 and 21 of the target",
                "assign (resid 7 and name CB) (resid 43 and name CB and segid \"A\") 3.60 0.10 4.40 ! rank 2, probability 0.5000, 2 and 22 of the target",
                "assign (resid 7 and name CB) (resid 100B and name CA and segid \"AAA\") 3.60 0.10 4.40 ! rank 3, 3 and 23 of the target",
                "! too long for CNS: assign (resid 12345 and name CB) (resid 3 and name CB) 3.60 0.10 4.40 ! rank 4, probability 0.2500, 4 and 24 of the target",
            ]
        );
        assert!(lines[..2].iter().all(|line| line.starts_with("! ")));
    }
}
