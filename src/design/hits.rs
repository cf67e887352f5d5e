//! How likely a mutant is a hit: measured at least as good as the wild type, less a tenth of the way from there to the assay's 5th percentile.
//!
//! Of a single by its percentile among all singles of the model; of a double by the product of the probabilities of its two singles, from which
//! hits are more than it says, because proteins differ in how much they bear, and the same protein is behind both; never more than of the worse of the two. The numbers are means over
//! proteins of the means over their assays, made monotone: of singles 14 proteins with 20 assays of growth, binding, activity, fluorescence, abundance or
//! stability, of doubles five with six. Shares differ much between assays: among the best 5 % of the singles by effect they are from 0.3 to 1.
//! `workflows/measure/hits.py` measures them, and tells for each protein what the others foretell.

use super::ranks::Ranking;

/// Percentiles, 0 to 1, and what they are worth by effect and by the model's score.
const SINGLES: [(f64, f64, f64); 12] = [
    (0.05, 0.130, 0.155),
    (0.15, 0.150, 0.187),
    (0.25, 0.222, 0.252),
    (0.35, 0.309, 0.306),
    (0.45, 0.375, 0.375),
    (0.55, 0.436, 0.454),
    (0.65, 0.494, 0.496),
    (0.75, 0.594, 0.555),
    (0.85, 0.657, 0.626),
    (0.925, 0.695, 0.690),
    (0.965, 0.759, 0.724),
    (0.99, 0.801, 0.776),
];

/// Products of the probabilities of two singles, and what they are worth.
const DOUBLES: [(f64, f64, f64); 11] = [
    (0.025, 0.055, 0.071),
    (0.075, 0.131, 0.139),
    (0.125, 0.212, 0.211),
    (0.175, 0.271, 0.265),
    (0.225, 0.322, 0.336),
    (0.275, 0.408, 0.396),
    (0.325, 0.496, 0.469),
    (0.375, 0.564, 0.542),
    (0.425, 0.620, 0.612),
    (0.475, 0.694, 0.652),
    (0.54, 0.770, 0.742),
];

/// The curves of one ranking.
#[derive(Debug, Clone, Copy)]
pub struct Hits {
    by_effect: bool,
}

impl Hits {
    /// Those of a ranking; `None` of predictions, whose own values say what is to be expected.
    pub fn of(ranking: Ranking<'_>) -> Option<Self> {
        let by_effect = match ranking {
            Ranking::Effect => true,
            Ranking::Potts => false,
            Ranking::Calibrated(_) => return None,
        };
        Some(Self { by_effect })
    }

    /// Of a single at this percentile, 0 to 1.
    pub fn single(&self, percentile: f64) -> f64 {
        self.at(&SINGLES, percentile)
    }

    /// Of a double whose singles are at these percentiles.
    pub fn double(&self, one: f64, other: f64) -> f64 {
        let (one, other) = (self.single(one), self.single(other));
        // The five proteins of the doubles bear more than most: what they have beyond the worse of the two is theirs alone.
        self.at(&DOUBLES, one * other).min(one).min(other)
    }

    /// The curve, straight between its knots and level beyond them.
    fn at(&self, knots: &[(f64, f64, f64)], x: f64) -> f64 {
        let value = |knot: &(f64, f64, f64)| match self.by_effect {
            true => knot.1,
            false => knot.2,
        };
        let after = knots.partition_point(|knot| knot.0 <= x);
        let before = &knots[after.saturating_sub(1)];
        let Some(next) = knots.get(after).filter(|_| after > 0) else {
            return value(before);
        };
        let share = (x - before.0) / (next.0 - before.0);
        value(before) + share * (value(next) - value(before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_ranks_are_likelier_hits() {
        for ranking in [Ranking::Effect, Ranking::Potts] {
            let hits = Hits::of(ranking).unwrap();
            let singles: Vec<f64> = (0..=100)
                .map(|k| hits.single(f64::from(k) / 100.0))
                .collect();
            assert!(singles.windows(2).all(|pair| pair[0] <= pair[1]));
            let doubles: Vec<f64> = (0..=100)
                .map(|k| hits.double(f64::from(k) / 100.0, 0.9))
                .collect();
            assert!(doubles.windows(2).all(|pair| pair[0] <= pair[1]));
            // Two substitutions are no likelier a hit than the worse of them.
            for k in 0..=100 {
                assert!(hits.double(f64::from(k) / 100.0, 1.0) <= singles[k as usize]);
            }
        }
        let hits = Hits::of(Ranking::Effect).unwrap();
        assert_eq!((hits.single(0.0), hits.single(1.0)), (0.130, 0.801));
        assert!((hits.single(0.1) - 0.140).abs() < 1e-12);
    }
}
