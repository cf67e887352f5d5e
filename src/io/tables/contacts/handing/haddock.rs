//! Ambiguous restraints of HADDOCK (`.tbl`), between molecules.
//!
//! CNS's grammar: `assign (resid N and segid C) ( (resid N and segid C) or (resid N and segid C) ) 2.0 2.0 0.0`, the effective distance of all atoms
//! of the residue to all of its partners, from 0 to 2 angstrom; `!` begins a comment. The blanks are those that HADDOCK3's own reader of such
//! files splits at. <https://bonvinlab.org/haddock3-user-manual/bpg/restraints.html>,
//! <https://github.com/haddocking/haddock3/blob/main/src/haddock/libs/librestraints.py>.

use super::{Handed, Spot, cns};
use std::io::{self, Write};

/// A restraint a pair; pairs whose numbers or chains CNS cannot hold are left to a comment.
///
/// # Errors
/// Those of `output`.
pub fn write_haddock(handed: &Handed, output: &mut dyn Write) -> io::Result<()> {
    handed.write_head("!", output)?;
    for pair in &handed.pairs {
        writeln!(output, "!\n! {}", pair.in_words())?;
        if !cns::fits(&pair.one) || !pair.others.iter().all(cns::fits) {
            writeln!(output, "! too long for CNS")?;
            continue;
        }
        writeln!(output, "assign ( {})\n       (", selection(&pair.one))?;
        for (k, other) in pair.others.iter().enumerate() {
            if k > 0 {
                writeln!(output, "     or")?;
            }
            writeln!(output, "        ( {})", selection(other))?;
        }
        writeln!(output, "       )  2.0 2.0 0.0")?;
    }
    Ok(())
}

fn selection(spot: &Spot) -> String {
    let chain = spot.chain.as_deref().unwrap_or_default();
    format!("resid {} and segid {chain}", spot.label())
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{handed, pair, spot};
    use super::*;
    use crate::io::tables::contacts::test_support::written;

    #[test]
    fn any_partner_will_do() {
        let mut ambiguous = pair(
            1,
            None,
            spot(Some("A"), 10, "CB"),
            spot(Some("B"), 43, "CB"),
        );
        ambiguous.others.push(spot(Some("C"), 43, "CB"));
        let docking = Handed {
            pairs: vec![ambiguous],
            ..handed()
        };
        let text = written(|out| write_haddock(&docking, out));
        assert_eq!(
            text,
            "! 3 pairs\n! of a model\n!\n! rank 1, 1 and 21 of the target\n\
             assign ( resid 10 and segid A)\n       (\n        ( resid 43 and segid B)\n     or\n        ( resid 43 and segid C)\n       )  2.0 2.0 0.0\n"
        );
    }
}
