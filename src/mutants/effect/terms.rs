//! What an effect is made of.

use ndarray::{Array3, s};
use std::fmt;

/// Number of terms.
pub const TERMS: usize = 6;

/// Their names, in the order in which they are added up.
pub const NAMES: [&str; TERMS] = ["model", "rate", "burial", "residue", "relatives", "volume"];

/// The terms of the sum that an effect is the rank of, each beside its mean over all singles, in standard deviations of the model's scores: above 0
/// it speaks for the substitution. Of several substitutions they are added up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EffectTerms(pub [f64; TERMS]);

impl EffectTerms {
    /// Names and values, the largest first.
    fn sorted(&self) -> Vec<(&'static str, f64)> {
        let mut terms: Vec<(&str, f64)> = NAMES.into_iter().zip(self.0).collect();
        terms.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        terms
    }
}

impl std::ops::AddAssign for EffectTerms {
    fn add_assign(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a += b);
    }
}

impl fmt::Display for EffectTerms {
    /// Those that matter: `relatives +1.21, burial +0.60, model -0.45`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 4;
        const LEAST: f64 = 0.05;
        let terms = self.sorted().into_iter().take(SHOWN);
        for (k, (name, value)) in terms.filter(|(_, v)| v.abs() >= LEAST).enumerate() {
            let between = if k > 0 { ", " } else { "" };
            write!(f, "{between}{name} {value:+.2}")?;
        }
        Ok(())
    }
}

/// The terms of all singles, L x residues x terms.
#[derive(Debug, Clone, PartialEq)]
pub struct TermTable(Array3<f32>);

impl TermTable {
    /// Of a protein of so many sites, without any.
    pub fn new(sites: usize, residues: usize) -> Self {
        Self(Array3::from_elem((sites, residues, TERMS), f32::NAN))
    }

    /// Takes in the terms of some singles, which become differences from their means.
    pub fn put(&mut self, singles: impl Iterator<Item = (usize, usize)>, terms: &[[f64; TERMS]]) {
        let mut means = [0.0; TERMS];
        for term in terms {
            means.iter_mut().zip(term).for_each(|(sum, t)| *sum += t);
        }
        let count = terms.len().max(1) as f64;
        for ((site, state), term) in singles.zip(terms) {
            let mut row = self.0.slice_mut(s![site, state, ..]);
            for (k, value) in row.iter_mut().enumerate() {
                *value = (term[k] - means[k] / count) as f32;
            }
        }
    }

    /// Those of a single; `None` where there are none.
    pub fn of(&self, site: usize, state: usize) -> Option<EffectTerms> {
        let mut terms = EffectTerms::default();
        for (k, term) in terms.0.iter_mut().enumerate() {
            *term = f64::from(*self.0.get([site, state, k])?);
        }
        terms.0.iter().all(|term| term.is_finite()).then_some(terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_stand_first_and_small_ones_nowhere() {
        let mut terms = EffectTerms([0.4, 0.01, -0.6, 0.0, 1.2, -0.02]);
        assert_eq!(
            terms.to_string(),
            "relatives +1.20, burial -0.60, model +0.40"
        );
        terms += EffectTerms([0.1; TERMS]);
        assert_eq!(
            terms.to_string(),
            "relatives +1.30, model +0.50, burial -0.50, rate +0.11"
        );
        assert_eq!(EffectTerms::default().to_string(), "");
    }

    #[test]
    fn terms_are_differences_from_their_means() {
        let mut table = TermTable::new(2, 3);
        let singles = [(0, 1), (1, 2)];
        table.put(singles.into_iter(), &[[1.0; TERMS], [3.0; TERMS]]);
        assert_eq!(table.of(0, 1), Some(EffectTerms([-1.0; TERMS])));
        assert_eq!(table.of(1, 2), Some(EffectTerms([1.0; TERMS])));
        assert_eq!((table.of(0, 0), table.of(5, 0)), (None, None));
    }
}
