//! Where a mutant stands among all of the model: the share of all singles, or of doubles, that score less.

use crate::calibration::Calibration;
use crate::mutants::{Change, MutantScorer};
use crate::random::Random;

/// Doubles that stand for all.
const SAMPLE: usize = 20_000;

/// Their seed: they are the same in all runs.
const SEED: u64 = 1;

/// What an interaction of one standard deviation of the singles' scores is worth beside two effects. Over the doubles of four proteins no weight
/// from 0 to 0.1 is better than another by more than chance; of two doubles with like effects it chooses the one whose substitutions help each other.
const INTERACTION: f64 = 0.02;

/// By which score mutants are ranked.
#[derive(Debug, Clone, Copy)]
pub enum Ranking<'a> {
    /// By the effect: a sum over the substitutions.
    Effect,
    /// By the model's score.
    Potts,
    /// By what a calibration without further columns predicts; the lowest first where low values are the good ones.
    Calibrated(&'a Calibration),
}

impl Ranking<'_> {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effect => "effect",
            Self::Potts => "potts",
            Self::Calibrated(_) => "calibrated",
        }
    }

    /// The score of changes; `None` where the model tells no effects.
    pub fn of(self, scorer: &MutantScorer, changes: &[Change]) -> Option<f64> {
        let score = scorer.score(changes);
        match self {
            Self::Effect => score.effect,
            Self::Potts => Some(score.potts),
            Self::Calibrated(calibration) => {
                Some(calibration.direction * calibration.predict(changes, &score, &[]).value)
            }
        }
    }

    /// What a double is ranked by: its score, and of effects, which are sums, a little more where the two help each other. `scale` is the standard
    /// deviation of the model's scores of all singles.
    fn of_double(self, scorer: &MutantScorer, changes: &[Change], scale: f64) -> Option<f64> {
        match self {
            Self::Effect => {
                let score = scorer.score(changes);
                let helped = INTERACTION * score.epistasis / scale;
                score.effect.map(|effect| effect + helped)
            }
            Self::Potts | Self::Calibrated(_) => self.of(scorer, changes),
        }
    }
}

/// Scores of all singles, and of some doubles by chance, in order.
#[derive(Debug, Clone)]
pub struct Ranks<'a> {
    ranking: Ranking<'a>,
    /// The standard deviation of the model's scores of all singles; 1 where it is 0.
    scale: f64,
    singles: Vec<f64>,
    doubles: Vec<f64>,
}

impl<'a> Ranks<'a> {
    /// Of a scorer that has fetched all.
    pub fn of(scorer: &MutantScorer, ranking: Ranking<'a>) -> Self {
        let sites = 0..scorer.columns().sites();
        let changes: Vec<Change> = sites.flat_map(|site| scorer.changes_of(site)).collect();
        let potts = changes.iter().map(|&change| scorer.score(&[change]).potts);
        let (_, deviation) = crate::statistics::moments(&potts.collect::<Vec<f64>>());
        let scale = if deviation > 0.0 { deviation } else { 1.0 };
        let singles = changes.iter();
        let singles = singles.filter_map(|&change| ranking.of(scorer, &[change]));
        let mut random = Random::of(SEED, 0, 0);
        let doubles = (0..SAMPLE).filter_map(|_| {
            let pair = [0, 1].map(|_| changes.get(random.below(changes.len().max(1))));
            let (one, other) = (*pair[0]?, *pair[1]?);
            match one.site == other.site {
                true => None,
                false => ranking.of_double(scorer, &by_site(one, other), scale),
            }
        });
        Self {
            ranking,
            scale,
            singles: sorted(singles.collect()),
            doubles: sorted(doubles.collect()),
        }
    }

    /// The share of all singles that score less than this, ties half, 0 to 1; `None` without singles.
    pub fn single(&self, score: f64) -> Option<f64> {
        share_below(&self.singles, score)
    }

    /// What a double is ranked by; `None` where the model tells no effects.
    pub fn of_double(&self, scorer: &MutantScorer, changes: &[Change]) -> Option<f64> {
        self.ranking.of_double(scorer, changes, self.scale)
    }

    /// The share of doubles that rank below one with this rank.
    pub fn double(&self, score: f64) -> Option<f64> {
        share_below(&self.doubles, score)
    }
}

/// Two changes in the order of their sites.
pub fn by_site(one: Change, other: Change) -> [Change; 2] {
    match one.site < other.site {
        true => [one, other],
        false => [other, one],
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
