//! Which residues a coupling likes and dislikes at its two sites.

use crate::alphabet::Alphabet;
use crate::model::Couplings;
use crate::model::gauge::BlockMeans;

/// The pairs of residues that a coupling favours most, and those that it disfavours most.
#[derive(Debug, Clone, PartialEq)]
pub struct Preferences {
    /// With the largest couplings, falling.
    pub liked: Vec<ResiduePair>,
    /// With the smallest, rising.
    pub disliked: Vec<ResiduePair>,
}

/// A residue at each of two sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResiduePair {
    /// Their letters, in the order of the sites.
    pub letters: (u8, u8),
    /// J_ij(a, b) in nats, in the zero-sum gauge: against what each residue couples to on average.
    pub coupling: f64,
}

impl std::fmt::Display for ResiduePair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (a, b) = self.letters;
        write!(
            f,
            "{}{} {:+.2}",
            char::from(a),
            char::from(b),
            self.coupling
        )
    }
}

impl Preferences {
    /// The `count` most and least favoured pairs of residues at the sites i < j.
    pub fn of(
        couplings: &Couplings,
        (i, j): (usize, usize),
        alphabet: &Alphabet,
        count: usize,
    ) -> Self {
        let states = couplings.states();
        let block = couplings.block(i, j);
        let letters = alphabet.letters();
        let means = BlockMeans::of(block, states);
        let mut all: Vec<ResiduePair> = means
            .centred(block)
            .enumerate()
            .filter_map(|(k, coupling)| {
                let letters = (letters.get(k / states)?, letters.get(k % states)?);
                Some(ResiduePair {
                    letters: (*letters.0, *letters.1),
                    coupling,
                })
            })
            .collect();
        // Stable, so that equal ones stay in the order of letters.
        all.sort_by(|a, b| b.coupling.total_cmp(&a.coupling));
        let positive = all.iter().filter(|pair| pair.coupling > 0.0);
        let negative = all.iter().rev().filter(|pair| pair.coupling < 0.0);
        Self {
            liked: positive.take(count).copied().collect(),
            disliked: negative.take(count).copied().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::score::tests::couplings_of;

    #[test]
    fn the_strongest_come_first_and_gaps_are_left_out() {
        // Centred already; the third state is the gap.
        let block = vec![2.0, -1.5, -0.5, -1.0, 0.5, 0.5, -1.0, 1.0, 0.0];
        let couplings = couplings_of(2, 3, block);
        let alphabet = Alphabet::new("AC").unwrap();
        let found = Preferences::of(&couplings, (0, 1), &alphabet, 3);
        let words =
            |pairs: &[ResiduePair]| pairs.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(words(&found.liked), ["AA +2.00", "CC +0.50"]);
        assert_eq!(words(&found.disliked), ["AC -1.50", "CA -1.00"]);
    }
}
