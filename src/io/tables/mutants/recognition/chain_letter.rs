//! A chain before every number, as FoldX and SKEMPI write it, in a table for a target without chains: `AA24V` is A24V.

use super::fit::{Fit, Level, Places};
use crate::mutants::{Form, Mutant};

/// The letter of the chain, if all substitutions have the same, and what they then say of the target is so.
pub(super) fn of(mutants: impl Iterator<Item = Mutant>, places: &Places) -> Option<u8> {
    // A letter more in one row is more likely a slip.
    const FEWEST: usize = 2;
    let mutants: Vec<Mutant> = mutants.filter(|mutant| !mutant.is_wild_type()).collect();
    let mut letters = mutants
        .iter()
        .flat_map(|mutant| mutant.substitutions().iter().map(|s| (s.form, s.wild_type)));
    let (Form::TwoLetters(letter), _) = letters.clone().next()? else {
        return None;
    };
    let are_chains = letters
        .clone()
        .all(|(form, _)| form == Form::TwoLetters(letter));
    // An S before all of them says that they are substitutions.
    let are_substituted = letters.all(|(_, first)| first == b'S');
    if !are_chains || are_substituted || places.have_chains() || mutants.len() < FEWEST {
        return None;
    }
    let rows = mutants.iter().map(|mutant| {
        let mut plain = mutant.clone();
        plain.leave_out_chain(letter);
        places.claims(&plain)
    });
    (Fit::of(places, rows).level() == Level::Well).then_some(letter)
}
