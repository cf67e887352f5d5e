//! Gaps of sequences, where the gap is a state: how many there are, and in how many pieces.

use super::distribution::Distribution;
use super::set::Set;
use crate::alphabet::GapTreatment;
use crate::model::Model;

/// Share of gaps, and stretches of them, in each sequence of a set; the gap is the last state.
#[derive(Debug, Clone, PartialEq)]
pub struct Gaps {
    /// Share of the sites.
    pub shares: Distribution,
    /// Number of stretches.
    pub stretches: Distribution,
}

impl Gaps {
    /// Of a set; `None` of a model to which gaps are missing data.
    pub fn of_model(model: &Model, set: &Set) -> Option<Self> {
        (model.gaps == GapTreatment::State).then(|| Self::of(set))
    }

    fn of(set: &Set) -> Self {
        let gap = set.states - 1;
        let is_gap = |state: u8| usize::from(state) == gap;
        let rows = || set.rows().zip(set.weights.iter().copied());
        let share = |(row, weight): (&[u8], f64)| {
            let gaps = row.iter().filter(|&&state| is_gap(state)).count();
            (gaps as f64 / set.sites as f64, weight)
        };
        let stretches = |(row, weight): (&[u8], f64)| {
            let begins = row.iter().enumerate();
            let begins =
                begins.filter(|&(k, &state)| is_gap(state) && (k == 0 || !is_gap(row[k - 1])));
            (begins.count() as f64, weight)
        };
        Self {
            shares: Distribution::of(rows().map(share)),
            stretches: Distribution::of(rows().map(stretches)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_counted_once() {
        let found = Gaps::of(&Set::uniform(vec![2, 2, 0, 2, 0, 1, 1, 0], (4, 3)));
        assert_eq!(found.shares.values, [(0.0, 1.0), (0.75, 1.0)]);
        assert_eq!(found.stretches.values, [(0.0, 1.0), (2.0, 1.0)]);
    }
}
