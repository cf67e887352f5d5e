//! What is searched: the substitutions that are allowed, what each gains by itself, and what two of them have together.
//!
//! The value of a set of substitutions at distinct sites is the sum of their gains and, where the score has couplings, of the terms of their pairs: so
//! a score that is a sum over sites needs gains alone, and any other, of which nothing is known but its values, can be asked for them.

use crate::choices::Allowed;
use crate::error::{Error, Result};
use crate::mutants::{Change, MutantScorer, Score};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// The value of any set of changes.
pub type Function<'a> = dyn Fn(&[Change]) -> f64 + Sync + 'a;

/// Substitutions and their values. An `option` counts the substitutions that are allowed, site after site.
pub struct Problem<'a> {
    changes: Vec<Change>,
    /// Of each option its place among the sites that may change.
    places: Vec<u32>,
    /// Of each such site its options.
    options: Vec<Range<usize>>,
    gains: Vec<f64>,
    terms: Terms<'a>,
    /// Sets that are left out, each in order.
    without: BTreeSet<Vec<usize>>,
}

/// What there is beyond single gains.
enum Terms<'a> {
    /// Nothing: the value is a sum over sites.
    None,
    /// Those of all pairs of options, a full square; 0 of two at one site.
    Pairs(Vec<f32>),
    /// Anything.
    Any(&'a Function<'a>),
}

impl fmt::Debug for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem of {} substitutions", self.changes.len())
    }
}

impl<'a> Problem<'a> {
    /// Of a score that is a sum over sites, by what it gives a single change.
    pub fn additive(allowed: &Allowed, gain: impl Fn(Change) -> f64) -> Self {
        let changes: Vec<Change> = allowed.changes().collect();
        let gains = changes.iter().map(|&change| gain(change)).collect();
        Self::new(changes, gains, Terms::None)
    }

    /// Of a model's score, whose pairs are worked out once.
    ///
    /// # Errors
    /// [`Error::Memory`] if the pairs do not fit into `memory`.
    pub fn pairwise(scorer: &MutantScorer, allowed: &Allowed, memory: Option<u64>) -> Result<Self> {
        let gain = |change: Change| scorer.score(&[change]).potts;
        Self::with_epistasis(scorer, allowed, (&gain, 1.0), memory)
    }

    /// Of a score that is a sum of gains of single changes and so many times the epistasis of the model.
    ///
    /// # Errors
    /// As for [`Self::pairwise`].
    pub fn with_epistasis(
        scorer: &MutantScorer,
        allowed: &Allowed,
        (gain, times): (&dyn Fn(Change) -> f64, f64),
        memory: Option<u64>,
    ) -> Result<Self> {
        let changes: Vec<Change> = allowed.changes().collect();
        check_memory(changes.len(), memory)?;
        let gains = changes.iter().map(|&change| gain(change)).collect();
        let count = changes.len();
        let mut pairs = vec![0.0f32; count * count];
        let rows = pairs.par_chunks_exact_mut(count.max(1)).enumerate();
        rows.for_each(|(k, row)| {
            for (term, &other) in row.iter_mut().zip(&changes) {
                if other.site != changes[k].site {
                    *term = (times * in_order(changes[k], other, scorer).epistasis) as f32;
                }
            }
        });
        Ok(Self::new(changes, gains, Terms::Pairs(pairs)))
    }

    /// The standard deviation of the gains; 1 where there is none. Searches have tolerances for values whose gains have one of 1 or so.
    pub fn spread(&self) -> f64 {
        let (_, deviation) = crate::statistics::moments(&self.gains);
        if deviation > 0.0 { deviation } else { 1.0 }
    }

    /// Of any score at all, of which nothing can be proved.
    pub fn any(allowed: &Allowed, value: &'a Function<'a>) -> Self {
        let changes: Vec<Change> = allowed.changes().collect();
        let gains = changes.iter().map(|&change| value(&[change])).collect();
        Self::new(changes, gains, Terms::Any(value))
    }

    fn new(changes: Vec<Change>, gains: Vec<f64>, terms: Terms<'a>) -> Self {
        let (mut options, mut places) = (Vec::new(), Vec::new());
        let mut start = 0;
        for run in changes.chunk_by(|one, other| one.site == other.site) {
            places.extend(std::iter::repeat_n(options.len() as u32, run.len()));
            options.push(start..start + run.len());
            start += run.len();
        }
        Self {
            changes,
            places,
            options,
            gains,
            terms,
            without: BTreeSet::new(),
        }
    }

    /// The same, but these sets of changes, each by site, are no solution.
    #[must_use]
    pub fn without(mut self, mutants: &BTreeSet<Vec<Change>>) -> Self {
        let option = |change: &Change| self.changes.binary_search(change).ok();
        let options = |changes: &Vec<Change>| changes.iter().map(option).collect();
        self.without = mutants.iter().filter_map(options).collect();
        self
    }

    /// Whether a set of options, in order, is left out.
    pub fn leaves_out(&self, options: &[usize]) -> bool {
        self.without.contains(options)
    }

    /// Number of options.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether nothing may change.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Number of sites that may change.
    pub fn sites(&self) -> usize {
        self.options.len()
    }

    /// The options of one of them.
    pub fn options(&self, place: usize) -> Range<usize> {
        self.options[place].clone()
    }

    /// Which of the sites an option is at.
    #[inline]
    pub fn place(&self, option: usize) -> usize {
        self.places[option] as usize
    }

    /// The changes of some options, by site.
    pub fn changes(&self, options: &[usize]) -> Vec<Change> {
        let mut changes: Vec<Change> = options.iter().map(|&o| self.changes[o]).collect();
        changes.sort_unstable_by_key(|change| change.site);
        changes
    }

    /// What an option gains by itself.
    #[inline]
    pub fn gain(&self, option: usize) -> f64 {
        self.gains[option]
    }

    /// Whether there are bounds of values, so that something can be proved.
    pub fn is_bounded(&self) -> bool {
        !matches!(self.terms, Terms::Any(_))
    }

    /// The terms of an option with all; `None` where the value has no terms of pairs.
    #[inline]
    pub fn row(&self, option: usize) -> Option<&[f32]> {
        match &self.terms {
            Terms::Pairs(pairs) => Some(&pairs[option * self.len()..][..self.len()]),
            Terms::None | Terms::Any(_) => None,
        }
    }

    /// The value of some options at distinct sites.
    pub fn value(&self, options: &[usize]) -> f64 {
        match self.terms {
            Terms::Any(value) => value(&self.changes(options)),
            _ => (0..options.len()).fold(0.0, |sum, k| {
                sum + self.conditional(&options[..k], options[k])
            }),
        }
    }

    /// What an option gains beside others, at other sites.
    pub fn conditional(&self, chosen: &[usize], option: usize) -> f64 {
        match &self.terms {
            Terms::None => self.gains[option],
            Terms::Pairs(_) => {
                let row = self.row(option).unwrap_or_default();
                let terms = chosen.iter().map(|&other| f64::from(row[other]));
                terms.fold(self.gains[option], |sum, term| sum + term)
            }
            Terms::Any(value) => {
                let without = self.changes(chosen);
                let with = self.changes(&[chosen, &[option]].concat());
                value(&with) - value(&without)
            }
        }
    }
}

/// The score of two changes, whose rounding does not depend on their order.
fn in_order(one: Change, other: Change, scorer: &MutantScorer) -> Score {
    match one.site < other.site {
        true => scorer.score(&[one, other]),
        false => scorer.score(&[other, one]),
    }
}

/// Refuses more pairs than there is memory for.
fn check_memory(options: usize, available: Option<u64>) -> Result<()> {
    let options = options as u64;
    let needed = options.saturating_mul(options).saturating_mul(4);
    match available {
        Some(available) if needed > available => Err(Error::Memory {
            needed,
            available,
            remedy: "let fewer positions change, by `mutate` or `keep`, or to residues of more sequences alone, by `only_seen=0.01`".into(),
        }),
        _ => Ok(()),
    }
}

/// At how many sites two sets of options differ.
pub fn distance(problem: &Problem, one: &[usize], other: &[usize]) -> usize {
    let same_site = |a: usize, b: usize| problem.place(a) == problem.place(b);
    let shared = one
        .iter()
        .filter(|&&a| other.iter().any(|&b| same_site(a, b)))
        .count();
    let equal = one.iter().filter(|a| other.contains(a)).count();
    one.len() + other.len() - shared - equal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_pairs_than_memory_are_refused_with_a_remedy() {
        let refused = check_memory(13_300, Some(1 << 20)).unwrap_err().to_string();
        assert!(refused.contains("`mutate`") && refused.contains("available"));
        assert!(check_memory(13_300, None).is_ok());
        assert!(check_memory(usize::MAX, Some(1 << 40)).is_err());
    }
}
