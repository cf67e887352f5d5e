//! The sequence logo.

use super::{WIDE, of_target, style};
use crate::report::chapter::{Chapter, Room};
use crate::report::facts::Facts;
use crate::report::figures::Logo;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let family = facts.model.family.as_ref()?;
    let residues = facts.model.alphabet.residues();
    let logo = Logo {
        title: of_target(facts, "Sequence logo"),
        columns: &facts.model.columns,
        letters: facts.model.alphabet.letters(),
        is_protein: facts.model.alphabet.is_protein(),
        shares: (0..facts.model.sites())
            .map(|site| family.frequencies.shares(site, residues))
            .collect(),
        coverage: family.frequencies.coverage(residues),
        places: 0..0,
    };
    let mut chapter = Chapter::new("logo", "Logo of the family");
    let words = match facts.model.alphabet.is_protein() {
        true => {
            "Bits, times the share of sequences that have a residue at the position; the target's residues below. Orange: acidic, blue: basic, green: polar, purple: glycine and proline, grey: hydrophobic."
        }
        false => {
            "Bits, times the share of sequences that have a residue at the position; the target's residues below."
        }
    };
    chapter.figure("logo", &logo.draw(style(WIDE)), Room::Keeps, words);
    Some(chapter)
}
