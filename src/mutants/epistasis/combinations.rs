//! The best combinations of some substitutions.

use crate::error::{Error, Result};
use crate::kernels::combinations::{MOST, Terms, combinations};
use crate::mutants::change::Change;
use crate::mutants::outcome::Score;
use crate::mutants::scorer::MutantScorer;
use rayon::prelude::*;
use std::ops::RangeInclusive;

/// Substitutions at once, at most.
pub const MOST_AT_ONCE: usize = MOST;

/// Substitutions to choose from, with their scores and interactions.
#[derive(Debug)]
pub struct Combinations<'s, 'm> {
    scorer: &'s MutantScorer<'m>,
    choices: Vec<Change>,
    singles: Vec<f64>,
    pairs: Vec<f64>,
    next: Vec<usize>,
}

/// A combination and its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Combination {
    /// Its substitutions, by their sites.
    pub changes: Vec<Change>,
    /// Its score, as that of any mutant.
    pub score: Score,
}

impl<'s, 'm> Combinations<'s, 'm> {
    /// To choose from these, each once, whatever their order. Their interactions, n x n numbers, may take so many bytes, any number where none
    /// is given. Panics where couplings have not been fetched.
    ///
    /// # Errors
    /// [`Error::Memory`] if they take more.
    pub fn of(
        scorer: &'s MutantScorer<'m>,
        choices: &[Change],
        max_memory: Option<u64>,
    ) -> Result<Self> {
        let mut choices = choices.to_vec();
        choices.sort_unstable_by_key(|change| (change.site, change.state));
        choices.dedup();
        let n = choices.len();
        let needed = (n as u64).saturating_mul(n as u64).saturating_mul(8);
        if let Some(available) = max_memory.filter(|available| needed > *available) {
            return Err(Error::Memory {
                needed,
                available,
                remedy: format!("choose from fewer than {n} substitutions"),
            });
        }
        let mut pairs = vec![0.0; n * n];
        let rows = pairs.par_chunks_exact_mut(n.max(1)).enumerate();
        rows.for_each(|(k, row)| {
            for (pair, &other) in row.iter_mut().zip(&choices).skip(k + 1) {
                if other.site != choices[k].site {
                    *pair = scorer.interaction(choices[k], other);
                }
            }
        });
        let end = |change: &Change| choices.partition_point(|other| other.site <= change.site);
        Ok(Self {
            singles: choices.iter().map(|&c| scorer.score(&[c]).potts).collect(),
            next: choices.iter().map(end).collect(),
            pairs,
            choices,
            scorer,
        })
    }

    /// How many combinations there are of so many substitutions at once; as many as can be counted where there are more.
    pub fn count(&self, at_once: RangeInclusive<usize>) -> u128 {
        let most = *at_once.end();
        let mut counts = vec![0u128; most + 1];
        counts[0] = 1;
        for site in self.choices.chunk_by(|a, b| a.site == b.site) {
            for k in (1..=most).rev() {
                let more = counts[k - 1].saturating_mul(site.len() as u128);
                counts[k] = counts[k].saturating_add(more);
            }
        }
        let counts = counts[*at_once.start()..].iter();
        counts.fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Sites that the substitutions are at.
    pub fn sites(&self) -> usize {
        self.choices.chunk_by(|a, b| a.site == b.site).count()
    }

    /// The `keep` best of all combinations of so many substitutions at different sites, the best first; of equal ones those of fewer
    /// substitutions, then of earlier sites, whatever the number of threads. `told` is called now and then, from any thread, with how many more
    /// combinations were looked at.
    ///
    /// Panics unless there is one substitution at once at least, and [`MOST_AT_ONCE`] at most.
    pub fn best(
        &self,
        at_once: RangeInclusive<usize>,
        keep: usize,
        told: &(dyn Fn(u64) + Sync),
    ) -> Vec<Combination> {
        let terms = Terms {
            singles: &self.singles,
            pairs: &self.pairs,
            next: &self.next,
        };
        let best = combinations(&terms, at_once, keep, told);
        let of_choices = best.into_iter().map(|found| {
            let changes: Vec<Change> = found.choices().map(|k| self.choices[k]).collect();
            Combination {
                score: self.scorer.score(&changes),
                changes,
            }
        });
        of_choices.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::GapTreatment;
    use crate::mutants::testing::{columns, model};
    use proptest::prelude::*;

    /// All subsets of some changes at different sites, with their scores.
    fn all(scorer: &MutantScorer, choices: &[Change], at_once: RangeInclusive<usize>) -> Vec<f64> {
        let subsets = 0u32..1 << choices.len();
        let subset = |bits: u32| -> Vec<Change> {
            let chosen = (0..choices.len()).filter(|k| bits >> k & 1 == 1);
            chosen.map(|k| choices[k]).collect()
        };
        let is_one = |changes: &Vec<Change>| {
            let mut sites: Vec<usize> = changes.iter().map(|c| c.site).collect();
            sites.sort_unstable();
            at_once.contains(&sites.len()) && sites.windows(2).all(|w| w[0] != w[1])
        };
        let mutants = subsets.map(subset).filter(is_one);
        let mut scores: Vec<f64> = mutants.map(|m| scorer.score(&m).potts).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        scores
    }

    proptest! {
        #[test]
        fn the_best_combinations_are_those_of_a_full_list(
            seed in any::<u64>(),
            choices in prop::collection::vec((0usize..5, 5u8..20), 1..9),
            fewest in 1usize..4,
            more in 0usize..3,
        ) {
            let model = model(columns(1, "ACDEF"), GapTreatment::Missing, true, seed);
            let scorer = MutantScorer::new(&model).unwrap();
            let choices: Vec<Change> = choices.into_iter().map(|(site, state)| Change { site, state }).collect();
            let combinations = Combinations::of(&scorer, &choices, None).unwrap();
            let at_once = fewest..=fewest + more;
            let mut distinct = choices.clone();
            distinct.sort_by_key(|c| (c.site, c.state));
            distinct.dedup();
            let expected = all(&scorer, &distinct, at_once.clone());
            prop_assert_eq!(combinations.count(at_once.clone()), expected.len() as u128);
            let found = combinations.best(at_once.clone(), 20, &|_| {});
            prop_assert_eq!(found.len(), expected.len().min(20));
            for (found, expected) in found.iter().zip(expected) {
                prop_assert!((found.score.potts - expected).abs() < 1e-9);
                prop_assert_eq!(found.score, scorer.score(&found.changes));
            }
        }
    }

    #[test]
    fn what_takes_too_much_is_refused() {
        let model = model(columns(1, "ACDEF"), GapTreatment::Missing, true, 1);
        let scorer = MutantScorer::new(&model).unwrap();
        let choices: Vec<Change> = (0..5).flat_map(|site| scorer.changes_of(site)).collect();
        let problem = Combinations::of(&scorer, &choices, Some(1000)).unwrap_err();
        assert!(problem.to_string().contains("fewer than 95"), "{problem}");
        let combinations = Combinations::of(&scorer, &choices, Some(1 << 20)).unwrap();
        assert_eq!(combinations.count(2..=2), 10 * 19 * 19);
        assert_eq!(combinations.sites(), 5);
        assert_eq!(combinations.count(6..=8), 0);
    }
}
