//! Two substitutions at once.

use crate::mutants::change::Change;
use crate::mutants::outcome::Score;
use crate::mutants::scorer::MutantScorer;

/// Two substitutions, each alone and both together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Double {
    /// One of them.
    pub first: Change,
    /// The other, at another site.
    pub second: Change,
    /// The score of the first alone.
    pub first_score: f64,
    /// The score of the second alone.
    pub second_score: f64,
    /// That of both: its `epistasis` is their interaction.
    pub both: Score,
}

impl Double {
    /// How much better both are than the first alone.
    pub fn recovery(&self) -> f64 {
        self.both.potts - self.first_score
    }
}

/// The interaction of two substitutions of a mutant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// The two.
    pub pair: (Change, Change),
    /// What they have together beyond the sum of theirs.
    pub interaction: f64,
}

impl MutantScorer<'_> {
    /// Two substitutions at different sites. Panics, as [`Self::score`] does, where couplings have not been fetched.
    pub fn double(&self, first: Change, second: Change) -> Double {
        Double {
            first,
            second,
            first_score: self.score(&[first]).potts,
            second_score: self.score(&[second]).potts,
            both: self.score(&[first, second]),
        }
    }

    /// The interactions of all pairs of a mutant's substitutions, the strongest first.
    pub fn terms(&self, changes: &[Change]) -> Vec<Term> {
        let mut terms = Vec::new();
        for (k, &one) in changes.iter().enumerate() {
            for &other in &changes[k + 1..] {
                terms.push(Term {
                    pair: (one, other),
                    interaction: self.interaction(one, other),
                });
            }
        }
        // Stable: of equal ones in the order of the mutant.
        terms.sort_by(|a, b| b.interaction.abs().total_cmp(&a.interaction.abs()));
        terms
    }

    /// All pairs of substitutions at two sites, in the order of the alphabet.
    pub fn doubles_of(&self, i: usize, j: usize) -> Vec<Double> {
        let pairs = self
            .changes_of(i)
            .flat_map(|one| self.changes_of(j).map(move |other| (one, other)));
        pairs.map(|(one, other)| self.double(one, other)).collect()
    }

    /// All second substitutions beside one, whose interaction is the strongest, of either sign, first.
    pub fn strongest_with(&self, first: Change) -> Vec<Double> {
        let mut doubles = self.with_all(first);
        let strength = |double: &Double| double.both.epistasis.abs();
        doubles.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        doubles
    }

    /// The second substitutions that make up for a harmful one: with an interaction above 0, and better together than that one alone. Those that
    /// recover most come first.
    pub fn rescues_of(&self, first: Change) -> Vec<Double> {
        let mut doubles = self.with_all(first);
        doubles.retain(|double| double.both.epistasis > 0.0 && double.recovery() > 0.0);
        doubles.sort_by(|a, b| b.recovery().total_cmp(&a.recovery()));
        doubles
    }

    fn with_all(&self, first: Change) -> Vec<Double> {
        let sites = (0..self.columns().sites()).filter(|&site| site != first.site);
        let others = sites.flat_map(|site| self.changes_of(site));
        others.map(|second| self.double(first, second)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::GapTreatment;
    use crate::mutants::testing::{columns, model};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pairs_are_what_is_left_of_the_singles(seed in any::<u64>(), states in prop::array::uniform4(4u8..20)) {
            let model = model(columns(1, "ACDE"), GapTreatment::Missing, true, seed);
            let scorer = MutantScorer::new(&model).unwrap();
            let changes: Vec<Change> = (0..).zip(states).map(|(site, state)| Change { site, state }).collect();
            let score = scorer.score(&changes);
            let terms = scorer.terms(&changes);
            prop_assert_eq!(terms.len(), 6);
            prop_assert!(terms.windows(2).all(|w| w[0].interaction.abs() >= w[1].interaction.abs()));
            let sum: f64 = terms.iter().map(|term| term.interaction).sum();
            prop_assert!((sum - score.epistasis).abs() < 1e-9);
            for term in terms {
                let double = scorer.double(term.pair.0, term.pair.1);
                prop_assert!((double.both.potts - double.first_score - double.second_score - term.interaction).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn partners_and_rescues_are_sorted_and_whole() {
        let model = model(columns(1, "ACDEF"), GapTreatment::Missing, true, 8);
        let scorer = MutantScorer::new(&model).unwrap();
        let first = Change { site: 2, state: 7 };
        let strongest = scorer.strongest_with(first);
        assert_eq!(strongest.len(), 4 * 19);
        let strength = |double: &Double| double.both.epistasis.abs();
        assert!(
            strongest
                .windows(2)
                .all(|w| strength(&w[0]) >= strength(&w[1]))
        );
        let rescues = scorer.rescues_of(first);
        assert!(
            rescues
                .windows(2)
                .all(|w| w[0].recovery() >= w[1].recovery())
        );
        let is_rescue = |double: &&Double| {
            double.both.epistasis > 0.0 && double.both.potts > double.first_score
        };
        assert_eq!(rescues.len(), strongest.iter().filter(is_rescue).count());
        assert!((1..76).contains(&rescues.len()));
    }
}
