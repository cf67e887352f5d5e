//! Where no single offset fits: which stretches of numbers fit which.
//!
//! Schemes such as Ambler's leave numbers out and put others in, so their offset changes along the chain by a few at a time. The most
//! likely course of it is found by dynamic programming: a residue that matches speaks for an offset by the logarithm of how rare its letter
//! is in the target, each change costs something, more the larger it is. Where chance decides, the changes cost more than they gain.

use super::evidence::Evidence;
use crate::position::Chain;

/// Offsets further from the one that fits most are not looked at.
const WITHIN: i64 = 50;

/// The share of residues that do not match where the offset is right.
const ERRORS: f64 = 0.05;

/// What a change of the offset costs, and each unit of it.
const CHANGE: f64 = 3.0;
const UNIT: f64 = 0.5;

/// What the whole course must gain over chance, beyond the logarithm of the number of offsets tried.
const GAIN: f64 = 4.6;

/// The share of residues that the offsets found must fit.
const EXPLAINED: f64 = 0.85;

/// The share of residues that other offsets than the one that fits most must fit, and two at least: fewer are typing errors.
const MIXED: f64 = 0.05;

/// More residues than this are not looked at: no protein has so many.
const MOST_RESIDUES: usize = 20_000;

/// Numbers that one offset fits.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Stretch {
    /// The chain, where there are several.
    #[serde(serialize_with = "chain_name", skip_serializing_if = "Option::is_none")]
    pub chain: Option<Chain>,
    /// The first number, as written.
    pub first: i64,
    /// The last.
    pub last: i64,
    /// The offset.
    pub offset: i64,
    /// Mutants that it fits, but for single ones that are another stretch's.
    pub matching: u64,
}

fn chain_name<S: serde::Serializer>(chain: &Option<Chain>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&chain.map(|chain| chain.to_string()).unwrap_or_default())
}

/// The stretches near the offset that fits most; none if chance explains them, or one offset fits all.
pub(super) fn stretches(evidence: &Evidence, best: i64) -> Option<Vec<Stretch>> {
    if evidence.said.len() > MOST_RESIDUES {
        return None;
    }
    let (gain, course) = course(evidence, best)?;
    let needed = GAIN + (evidence.tried() as f64).ln();
    let matches = |(&(number, letter, _), &offset): (&(i64, u8, u64), &i64)| {
        evidence.search.letter_at(number.saturating_add(offset)) == Some(letter)
    };
    let matching: Vec<bool> = evidence.said.iter().zip(&course).map(matches).collect();
    let explained = matching.iter().filter(|is| **is).count();
    let elsewhere = course.iter().zip(&matching);
    let elsewhere = elsewhere
        .filter(|(offset, is)| **is && **offset != best)
        .count();
    let is_mixed = elsewhere >= 2 && elsewhere as f64 >= MIXED * course.len() as f64;
    if gain < needed || (explained as f64) < EXPLAINED * course.len() as f64 || !is_mixed {
        return None;
    }
    // A residue of another stretch may match by chance.
    let own = |offset: i64| {
        let others = evidence.said.iter().zip(&course);
        let others = others.filter(|(said, own)| **own != offset && matches((*said, &offset)));
        let singles = others.map(|(&(number, letter, _), _)| evidence.singles(number, letter));
        evidence.rows(offset).saturating_sub(singles.sum())
    };
    let mut found: Vec<Stretch> = Vec::new();
    for ((&(number, ..), &offset), _) in evidence
        .said
        .iter()
        .zip(&course)
        .zip(&matching)
        .filter(|(_, is)| **is)
    {
        match found.last_mut() {
            Some(stretch) if stretch.offset == offset => stretch.last = number,
            _ => found.push(Stretch {
                chain: evidence.search.chain,
                first: number,
                last: number,
                offset,
                matching: own(offset),
            }),
        }
    }
    (found.len() > 1).then_some(found)
}

/// The most likely offset of each residue, and how much more likely all are than chance.
fn course(evidence: &Evidence, best: i64) -> Option<(f64, Vec<i64>)> {
    let states = 2 * WITHIN as usize + 1;
    let offset = |state: usize| best.saturating_add(state as i64 - WITHIN);
    let mut gains = vec![0.0; states];
    let mut origins: Vec<Vec<usize>> = Vec::with_capacity(evidence.said.len());
    for (k, &(number, letter, _)) in evidence.said.iter().enumerate() {
        let from = match k {
            0 => (0..states).collect(),
            _ => changed(&mut gains),
        };
        origins.push(from);
        let frequency = evidence.search.frequency(letter).clamp(1e-3, 0.999);
        for (state, gain) in gains.iter_mut().enumerate() {
            let position = number.saturating_add(offset(state));
            *gain += match evidence.search.letter_at(position) == Some(letter) {
                true => ((1.0 - ERRORS) / frequency).ln(),
                false => (ERRORS / (1.0 - frequency)).ln(),
            };
        }
    }
    // Among equals the one that fits most, or is nearest to it.
    let nearness = |state: usize| -(state as i64 - WITHIN).abs();
    let states = gains.iter().enumerate();
    let (mut state, &gain) =
        states.max_by(|(i, a), (j, b)| a.total_cmp(b).then(nearness(*i).cmp(&nearness(*j))))?;
    let mut course = vec![0; origins.len()];
    for (k, from) in origins.iter().enumerate().rev() {
        course[k] = offset(state);
        state = from[state];
    }
    Some((gain, course))
}

/// Lets the offset change: puts into `gains` the best of staying and coming from another, and says from which.
fn changed(gains: &mut [f64]) -> Vec<usize> {
    let stay = gains.to_vec();
    let mut reached: Vec<(f64, usize)> = stay.iter().copied().zip(0..).collect();
    // What comes from below, then from above: a unit at a time.
    for state in 1..reached.len() {
        let (gain, from) = reached[state - 1];
        if gain - UNIT > reached[state].0 {
            reached[state] = (gain - UNIT, from);
        }
    }
    for state in (0..reached.len() - 1).rev() {
        let (gain, from) = reached[state + 1];
        if gain - UNIT > reached[state].0 {
            reached[state] = (gain - UNIT, from);
        }
    }
    let states = gains.iter_mut().zip(&stay).zip(&reached).enumerate();
    let chosen = states.map(|(state, ((gain, &stay), &(reached, from)))| {
        if from != state && reached - CHANGE > stay {
            *gain = reached - CHANGE;
            from
        } else {
            state
        }
    });
    chosen.collect()
}
