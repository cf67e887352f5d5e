//! An input of Boltz-2 (YAML): the sequences of the target, and a constraint a pair.
//!
//! `constraints:` is a list of `- contact:` with `token1: [CHAIN, NUMBER]`, `token2` and `max_distance`, the most that any two atoms of both may
//! be apart, from 4 to 20 angstrom; numbers count from 1 along the sequence. Texts are quoted, for YAML reads `NO` as a denial.
//! <https://github.com/jwohlwend/boltz/blob/main/docs/prediction.md>.

use super::{Handed, Spot};
use std::io::{self, Write};

/// In angstrom, of any two atoms.
const MOST_DISTANCE: f64 = 8.0;

/// What a model without chains is called.
const ONLY: &str = "A";

/// `polymer` is `protein`, `rna` or `dna`.
///
/// # Errors
/// Those of `output`.
pub fn write_boltz(handed: &Handed, polymer: &str, output: &mut dyn Write) -> io::Result<()> {
    handed.write_head("#", output)?;
    writeln!(output, "version: 1\nsequences:")?;
    let chains = handed.target.iter().flat_map(|target| target.chains());
    for chain in chains.filter(|chain| !chain.sequence.is_empty()) {
        let name = chain.chain.map_or(ONLY.into(), |chain| chain.to_string());
        let sequence = String::from_utf8_lossy(&chain.sequence);
        writeln!(
            output,
            "  - {polymer}:\n      id: \"{name}\"\n      sequence: \"{sequence}\""
        )?;
    }
    if handed.pairs.is_empty() {
        return Ok(());
    }
    writeln!(output, "constraints:")?;
    for pair in &handed.pairs {
        writeln!(
            output,
            "  - contact:  # {}\n      token1: {}\n      token2: {}\n      max_distance: {MOST_DISTANCE:.1}",
            pair.in_words(),
            token(&pair.one),
            token(pair.other())
        )?;
    }
    Ok(())
}

fn token(spot: &Spot) -> String {
    let chain = spot.chain.as_deref().unwrap_or(ONLY);
    format!("[\"{chain}\", {}]", spot.number)
}

#[cfg(test)]
mod tests {
    use super::super::target_of;
    use super::super::test_support::{handed, pair, spot};
    use super::*;
    use crate::io::tables::contacts::test_support::written;

    #[test]
    fn sequences_stand_before_the_constraints() {
        let input = Handed {
            target: Some(target_of("GKAK")),
            pairs: vec![pair(1, Some(0.9), spot(None, 2, "CB"), spot(None, 4, "CB"))],
            ..handed()
        };
        let text = written(|out| write_boltz(&input, "protein", out));
        assert_eq!(
            text,
            "# 3 pairs\n# of a model\nversion: 1\nsequences:\n  - protein:\n      id: \"A\"\n      sequence: \"GKAK\"\n\
             constraints:\n  - contact:  # rank 1, probability 0.9000, 1 and 21 of the target\n      token1: [\"A\", 2]\n      token2: [\"A\", 4]\n      max_distance: 8.0\n"
        );
        let none = Handed {
            pairs: Vec::new(),
            ..input
        };
        assert!(!written(|out| write_boltz(&none, "rna", out)).contains("constraints"));
    }
}
