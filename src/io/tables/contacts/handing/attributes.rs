//! Attributes of residues for ChimeraX (`.defattr`): by how many pairs each is held, and how likely these are.
//!
//! Lines with `#` are comments. `attribute: NAME`, `match mode: 1-to-1` and `recipient: residues` begin an attribute; each line of it is a tab,
//! the residue, a tab and the number. <https://www.cgl.ucsf.edu/chimerax/docs/user/formats/defattr.html>.

use super::{Handed, Spot, chimerax};
use std::io::{self, Write};

/// What is known of a residue.
struct Held<'h> {
    spot: &'h Spot,
    pairs: usize,
    probability: Option<f64>,
}

/// The attributes `potts_pairs`, the number of listed pairs of a residue, and, where pairs have a probability, `potts_probability`, the sum of
/// these; of residues with a pair only, in the order in which the list names them.
///
/// # Errors
/// Those of `output`.
pub fn write_attributes(handed: &Handed, output: &mut dyn Write) -> io::Result<()> {
    let held = held(handed);
    handed.write_head("#", output)?;
    write_control("potts_pairs", output)?;
    for one in &held {
        writeln!(output, "\t{}\t{}", chimerax::residue(one.spot), one.pairs)?;
    }
    if held.iter().all(|one| one.probability.is_none()) {
        return Ok(());
    }
    write_control("potts_probability", output)?;
    for one in &held {
        if let Some(sum) = one.probability {
            writeln!(output, "\t{}\t{sum:.4}", chimerax::residue(one.spot))?;
        }
    }
    Ok(())
}

fn write_control(name: &str, output: &mut dyn Write) -> io::Result<()> {
    writeln!(
        output,
        "attribute: {name}\nmatch mode: 1-to-1\nrecipient: residues"
    )
}

fn held(handed: &Handed) -> Vec<Held<'_>> {
    let mut place = std::collections::HashMap::new();
    let mut held: Vec<Held<'_>> = Vec::new();
    for pair in &handed.pairs {
        for spot in [&pair.one, pair.other()] {
            let k = *place.entry(chimerax::residue(spot)).or_insert(held.len());
            if k == held.len() {
                held.push(Held {
                    spot,
                    pairs: 0,
                    probability: None,
                });
            }
            held[k].pairs += 1;
            if let Some(p) = pair.probability {
                *held[k].probability.get_or_insert(0.0) += p;
            }
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use super::super::test_support::handed;
    use super::*;
    use crate::io::tables::contacts::test_support::written;

    #[test]
    fn residues_have_the_number_of_their_pairs_and_the_sum_of_their_probabilities() {
        let text = written(|out| write_attributes(&handed(), out));
        let expected = "# 3 pairs\n# of a model\n\
            attribute: potts_pairs\nmatch mode: 1-to-1\nrecipient: residues\n\
            \t/A:-5\t1\n\t/AAA:100B\t2\n\t//chain_id=\" \":7\t2\n\t/A:43\t1\n\
            attribute: potts_probability\nmatch mode: 1-to-1\nrecipient: residues\n\
            \t/A:-5\t0.9300\n\t/AAA:100B\t0.9300\n\t//chain_id=\" \":7\t0.5000\n\t/A:43\t0.5000\n";
        assert_eq!(text, expected);
        let mut without = handed();
        without
            .pairs
            .iter_mut()
            .for_each(|pair| pair.probability = None);
        let text = written(|out| write_attributes(&without, out));
        assert_eq!(text.matches("attribute:").count(), 1);
    }
}
