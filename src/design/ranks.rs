//! Where a mutant stands among all of the model: the share of all singles, or of doubles, that score less.

use super::random::Random;
use crate::mutants::{Change, MutantScorer};

/// Doubles that stand for all.
const SAMPLE: usize = 20_000;

/// Their seed: they are the same in all runs.
const SEED: u64 = 1;

/// By which score mutants are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ranking {
    /// By the effect: a sum over the substitutions.
    Effect,
    /// By the model's score.
    Potts,
}

impl Ranking {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effect => "effect",
            Self::Potts => "potts",
        }
    }

    /// The score of changes; `None` where the model tells no effects.
    pub fn of(self, scorer: &MutantScorer, changes: &[Change]) -> Option<f64> {
        let score = scorer.score(changes);
        match self {
            Self::Effect => score.effect,
            Self::Potts => Some(score.potts),
        }
    }
}

/// Scores of all singles, and of some doubles by chance, in order.
#[derive(Debug, Clone)]
pub struct Ranks {
    singles: Vec<f64>,
    doubles: Vec<f64>,
}

impl Ranks {
    /// Of a scorer that has fetched all.
    pub fn of(scorer: &MutantScorer, ranking: Ranking) -> Self {
        let sites = 0..scorer.columns().sites();
        let changes: Vec<Change> = sites.flat_map(|site| scorer.changes_of(site)).collect();
        let scores = |changes: &[Change]| ranking.of(scorer, changes);
        let singles = changes.iter().filter_map(|&change| scores(&[change]));
        let mut random = Random::of(SEED, 0, 0);
        let doubles = (0..SAMPLE).filter_map(|_| {
            let pair = [0, 1].map(|_| changes.get(random.below(changes.len().max(1))));
            let (one, other) = (*pair[0]?, *pair[1]?);
            match one.site == other.site {
                true => None,
                false => scores(&[one, other]),
            }
        });
        Self {
            singles: sorted(singles.collect()),
            doubles: sorted(doubles.collect()),
        }
    }

    /// The share of all singles that score less than this, ties half, 0 to 1; `None` without singles.
    pub fn single(&self, score: f64) -> Option<f64> {
        share_below(&self.singles, score)
    }

    /// The same of doubles.
    pub fn double(&self, score: f64) -> Option<f64> {
        share_below(&self.doubles, score)
    }
}

fn sorted(mut scores: Vec<f64>) -> Vec<f64> {
    scores.sort_unstable_by(f64::total_cmp);
    scores
}

fn share_below(sorted: &[f64], score: f64) -> Option<f64> {
    let below = sorted.partition_point(|&other| other < score);
    let up_to = sorted.partition_point(|&other| other <= score);
    (!sorted.is_empty()).then(|| (below + up_to) as f64 / (2 * sorted.len()) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_count_half() {
        let scores = sorted(vec![2.0, -1.0, 0.0, 0.0]);
        for (score, share) in [
            (-2.0, 0.0),
            (-1.0, 0.125),
            (0.0, 0.5),
            (1.0, 0.75),
            (3.0, 1.0),
        ] {
            assert_eq!(share_below(&scores, score), Some(share), "{score}");
        }
        assert_eq!(share_below(&[], 1.0), None);
    }
}
