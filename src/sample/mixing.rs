//! How long chains take to forget where they were.
//!
//! The overlap of two sequences is the share of sites with the same state. Let q(t, s) be the mean over chains of the overlap of a chain with itself
//! at t and at s < t, and q(t) that of a chain with the next one. As chains forget, q(t, t/2) falls to q(t): where both agree within two
//! standard errors, a chain has forgotten in t/2 sweeps. t doubles until then.
//!
//! Chains that all begin alike may agree without having been everywhere; where they begin in two ways, both halves have to come to the same
//! mean energy as well.

use crate::state::{Persistent, Transfer};
use std::io;

/// Standard errors within which means agree.
const WITHIN: f64 = 2.0;

/// The overlaps and energies at a time t.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Overlaps {
    /// Sweeps t.
    pub sweeps: u64,
    /// q(t, t/2).
    pub with_itself: Mean,
    /// q(t).
    pub with_another: Mean,
    /// Mean energies of the two halves; `None` where all began alike.
    pub halves: Option<(Mean, Mean)>,
}

/// What was found of how chains mix.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Mixing {
    /// Sweeps after which a chain has forgotten.
    pub sweeps: u64,
    /// Where that was seen.
    pub seen: Overlaps,
}

/// A mean with its standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Mean {
    /// The mean.
    pub value: f64,
    /// Its standard error; 0 of fewer than two.
    pub error: f64,
}

impl Mean {
    /// Of independent numbers.
    pub fn of(numbers: impl Iterator<Item = f64> + Clone) -> Self {
        let count = numbers.clone().count() as f64;
        let value = numbers.clone().sum::<f64>() / count;
        let squares: f64 = numbers.map(|x| (x - value) * (x - value)).sum();
        let error = match count > 1.0 {
            true => (squares / (count - 1.0) / count).sqrt(),
            false => 0.0,
        };
        Self { value, error }
    }

    /// Whether this is above another by more than chance would have it.
    fn is_above(self, other: Self) -> bool {
        self.value - other.value > WITHIN * self.error.hypot(other.error)
    }
}

impl Persistent for Mean {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.number(&mut self.value)?;
        state.number(&mut self.error)
    }
}

impl Persistent for Mixing {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.number(&mut self.sweeps)?;
        state.number(&mut self.seen.sweeps)?;
        self.seen.with_itself.serialise(state)?;
        self.seen.with_another.serialise(state)?;
        let mut are_two = u64::from(self.seen.halves.is_some());
        state.number(&mut are_two)?;
        let nothing = Mean {
            value: 0.0,
            error: 0.0,
        };
        let mut halves = self.seen.halves.unwrap_or((nothing, nothing));
        halves.0.serialise(state)?;
        halves.1.serialise(state)?;
        self.seen.halves = (are_two != 0).then_some(halves);
        Ok(())
    }
}

impl Overlaps {
    /// Of sequences at t, in one row after the other, and the same chains at t/2; `energies` where the chains began in two ways, every other
    /// one alike.
    pub fn of(
        sweeps: u64,
        (now, before): (&[u8], &[u8]),
        sites: usize,
        energies: Option<&[f64]>,
    ) -> Self {
        let chains: Vec<&[u8]> = now.chunks_exact(sites).collect();
        let itself = chains.iter().zip(before.chunks_exact(sites));
        let itself = itself.map(|(one, other)| overlap(one, other));
        // Each chain in one pair only, so that pairs are independent; of different beginnings where there are two.
        let another = chains.chunks_exact(2);
        let another = another.map(|pair| overlap(pair[0], pair[1]));
        let half = |energies: &[f64], from: usize| {
            Mean::of(energies.iter().skip(from).step_by(2).copied())
        };
        Self {
            sweeps,
            with_itself: Mean::of(itself),
            with_another: Mean::of(another),
            halves: energies.map(|energies| (half(energies, 0), half(energies, 1))),
        }
    }

    /// Whether the chains have forgotten where they were.
    pub fn are_mixed(&self) -> bool {
        let forgotten = !self.with_itself.is_above(self.with_another);
        let agree = |(one, other): (Mean, Mean)| !one.is_above(other) && !other.is_above(one);
        forgotten && self.halves.is_none_or(agree)
    }
}

/// The share of sites with the same state.
fn overlap(one: &[u8], other: &[u8]) -> f64 {
    let same = one.iter().zip(other).filter(|(a, b)| a == b).count();
    same as f64 / one.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn chains_that_stand_still_are_not_mixed() {
        let mut random = Random::of(1, 2, 3);
        let mut states = || -> Vec<u8> { (0..800).map(|_| random.below(5) as u8).collect() };
        let (states, other) = (states(), states());
        let still = Overlaps::of(8, (&states, &states), 10, None);
        assert_eq!(still.with_itself.value, 1.0);
        assert!(still.with_another.value < 0.5 && !still.are_mixed());
        assert!(Overlaps::of(8, (&states, &other), 10, None).are_mixed());
    }

    #[test]
    fn halves_that_differ_are_not_mixed() {
        let states = vec![0; 80];
        let energies = |step: f64| (0..8).map(move |k| f64::from(k / 2) + step * f64::from(k % 2));
        let mixed = |step: f64| {
            let energies: Vec<f64> = energies(step).collect();
            Overlaps::of(8, (&states, &states), 10, Some(&energies)).are_mixed()
        };
        assert!(mixed(0.1) && !mixed(9.0) && !mixed(-9.0));
    }
}
