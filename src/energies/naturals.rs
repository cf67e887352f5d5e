//! Where a sequence stands among those of its family, over the sites that both have.

use super::terms::{Sited, Terms};
use crate::model::Model;
use rayon::prelude::*;

/// Sequences of the family that others are compared with: shares are known to a point or better. Fewer where sites may be missing, since then
/// energies are those of each pair's common sites.
const MOST: usize = 10_000;
const MOST_WITH_GAPS: usize = 1000;

/// Sequences of a family, as those of a model see them.
pub struct Naturals {
    rows: Vec<Natural>,
    weight: f64,
    /// Energies, rising, and the weight up to each; where no site is missing.
    sorted: Option<Vec<(f64, f64)>>,
    /// Mean energy, and of energy minus independent energy.
    means: (f64, f64),
}

struct Natural {
    sited: Sited,
    weight: f64,
    missing: Vec<usize>,
}

/// Where a sequence stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    /// By how much its energy is above those of the family over common sites, on the mean; in nats.
    pub energy: f64,
    /// The same of energy minus independent energy.
    pub difference: f64,
    /// Share of the family with a higher energy over common sites; those of the same energy count half.
    pub share_above: f64,
}

impl Naturals {
    /// The sequences that a model keeps of its family, or so many of them, evenly; `None` where it keeps none.
    pub(super) fn of(model: &Model, terms: &Terms<'_>) -> Option<Self> {
        let family = model.family.as_ref()?;
        let sequences = family.sequences.as_ref()?;
        let has_missing = sequences.iter().any(|&state| terms.is_missing(state));
        let most = if has_missing { MOST_WITH_GAPS } else { MOST };
        let all = sequences.nrows();
        let chosen: Vec<usize> = match all <= most {
            true => (0..all).collect(),
            // Evenly over the file, whose order is often by similarity.
            false => (0..most).map(|k| k * all / most).collect(),
        };
        let weights = family.weights.as_slice();
        let rows = chosen.into_par_iter().map(|n| {
            let sited = terms.sited(sequences.row(n).to_vec());
            let sites = sited.states.iter().enumerate();
            let missing = sites.filter(|(_, state)| terms.is_missing(**state));
            Natural {
                missing: missing.map(|(i, _)| i).collect(),
                weight: weights.get(n).copied().unwrap_or(1.0),
                sited,
            }
        });
        Self::from_rows(rows.collect(), has_missing)
    }

    fn from_rows(rows: Vec<Natural>, has_missing: bool) -> Option<Self> {
        let weight: f64 = rows.iter().map(|row| row.weight).sum();
        let mean = |of: &dyn Fn(&Sited) -> f64| {
            let terms = rows.iter().map(|row| row.weight * of(&row.sited));
            terms.sum::<f64>() / weight
        };
        let means = (mean(&|s| s.energy), mean(&|s| s.energy - s.independent));
        let sorted = (!has_missing).then(|| {
            let mut pairs: Vec<(f64, f64)> = rows
                .iter()
                .map(|row| (row.sited.energy, row.weight))
                .collect();
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut sum = 0.0;
            for pair in &mut pairs {
                sum += pair.1;
                pair.1 = sum;
            }
            pairs
        });
        (weight > 0.0).then_some(Self {
            rows,
            weight,
            sorted,
            means,
        })
    }

    /// Where a sequence stands.
    pub(super) fn standing(&self, terms: &Terms<'_>, sequence: &Sited) -> Standing {
        let sites = sequence.states.iter().enumerate();
        let missing = sites.filter(|(_, state)| terms.is_missing(**state));
        let missing: Vec<usize> = missing.map(|(i, _)| i).collect();
        match &self.sorted {
            Some(sorted) if missing.is_empty() => self.by_order(sorted, sequence),
            _ => self.pair_by_pair(terms, sequence, &missing),
        }
    }

    fn by_order(&self, sorted: &[(f64, f64)], sequence: &Sited) -> Standing {
        let up_to = |count: usize| count.checked_sub(1).map_or(0.0, |last| sorted[last].1);
        let below = up_to(sorted.partition_point(|pair| pair.0 < sequence.energy));
        let not_above = up_to(sorted.partition_point(|pair| pair.0 <= sequence.energy));
        Standing {
            energy: sequence.energy - self.means.0,
            difference: sequence.energy - sequence.independent - self.means.1,
            share_above: 1.0 - 0.5 * (below + not_above) / self.weight,
        }
    }

    fn pair_by_pair(&self, terms: &Terms<'_>, sequence: &Sited, missing: &[usize]) -> Standing {
        let (mut energy, mut difference, mut above) = (0.0, 0.0, 0.0);
        for natural in &self.rows {
            let own = terms.without(sequence, &natural.missing);
            let other = terms.without(&natural.sited, missing);
            let higher = match own.0.total_cmp(&other.0) {
                std::cmp::Ordering::Less => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Greater => 0.0,
            };
            energy += natural.weight * (own.0 - other.0);
            difference += natural.weight * ((own.0 - own.1) - (other.0 - other.1));
            above += natural.weight * higher;
        }
        Standing {
            energy: energy / self.weight,
            difference: difference / self.weight,
            share_above: above / self.weight,
        }
    }
}
