//! What a verdict looks at: five numbers of a sequence, and its seams.

use super::terms::{Sited, Terms};
use crate::state::Transfer;
use std::io;

/// Of a sequence, at temperature 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Traits {
    /// By how much its energy is above those of the family over common sites, on the mean, in nats.
    pub energy: f64,
    /// The same of energy minus independent energy.
    pub difference: f64,
    /// Share of the sites at which it has a residue.
    pub coverage: f64,
    /// Stretches of sites without a residue.
    pub gaps: f64,
    /// What couplings across each cut of the middle add to its energy; empty of kinds without couplings.
    pub seams: Vec<f32>,
}

/// As many as there are. All have as many seams.
pub(super) fn all(list: &mut Vec<Traits>, state: &mut Transfer) -> io::Result<()> {
    let numbers = |of: &Traits| [of.energy, of.difference, of.coverage, of.gaps];
    let mut fours: Vec<[f64; 4]> = list.iter().map(numbers).collect();
    state.list(&mut fours)?;
    let mut seams: Vec<f32> = list
        .iter()
        .flat_map(|of| of.seams.iter().copied())
        .collect();
    state.list(&mut seams)?;
    let width = seams.len() / fours.len().max(1);
    let of = |(k, numbers): (usize, [f64; 4])| Traits {
        energy: numbers[0],
        difference: numbers[1],
        coverage: numbers[2],
        gaps: numbers[3],
        seams: seams[k * width..][..width].to_vec(),
    };
    *list = fours.into_iter().enumerate().map(of).collect();
    Ok(())
}

/// The share of the sites at either end that is cut off nowhere.
const ENDS: f64 = 0.2;

/// The sites that a cut may stand before.
fn cuts(sites: usize) -> std::ops::Range<usize> {
    let first = (ENDS * sites as f64).ceil() as usize;
    first.max(1)..(sites - first.min(sites)).max(first.max(1))
}

/// -sum_{i<k<=j} J_ij(x_i, x_j) for each cut k. Moving a site over the cut adds its couplings to what is behind, and takes those to what is before.
pub(super) fn seams(terms: &Terms<'_>, sequence: &Sited) -> Vec<f32> {
    let sites = sequence.states.len();
    let cuts = cuts(sites);
    let mut across = 0.0;
    let mut found = Vec::with_capacity(cuts.len());
    for site in 0..cuts.end.saturating_sub(1) {
        let Some((before, behind)) = terms.couplings_of(sequence, site) else {
            return Vec::new();
        };
        across += behind - before;
        if site + 1 >= cuts.start {
            found.push(across as f32);
        }
    }
    found
}

/// Stretches of sites whose state is no residue.
pub(super) fn gap_stretches(states: &[u8], residues: u8) -> usize {
    let is_gap = |state: &u8| *state >= residues;
    let begins = |pair: &[u8]| !is_gap(&pair[0]) && is_gap(&pair[1]);
    usize::from(states.first().is_some_and(is_gap))
        + states.windows(2).filter(|w| begins(w)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_gaps_are_counted() {
        for (states, count) in [
            (&[0, 1, 2][..], 0),
            (&[9, 1, 9], 2),
            (&[9, 9, 1], 1),
            (&[], 0),
            (&[1, 9, 9, 1, 9], 2),
        ] {
            assert_eq!(gap_stretches(states, 4), count, "{states:?}");
        }
        assert_eq!(cuts(10), 2..8);
        assert!(cuts(1).is_empty() && cuts(0).is_empty());
    }
}
