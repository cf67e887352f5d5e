//! Whether pairs at the top of a ranking show that a protein is an oligomer.

use super::distances::{Distances, Verdict};
use std::collections::BTreeMap;

/// Fewer pairs than this between copies are no evidence, nor are as many as chance gives once in a thousand lists.
const LEAST_PAIRS: usize = 3;
const LEAST_CHANCE: f64 = 1e-3;

/// Share of the pairs between copies that two copies must have, to be said to touch.
const LEAST_SHARE: f64 = 0.1;

/// A pair of sites, and what a structure says of it.
pub type Told = ((usize, usize), Verdict);

/// How many of some pairs touch, and where.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct TouchCounts {
    /// Pairs.
    pub pairs: usize,
    /// Those that touch within a chain.
    pub within: usize,
    /// Those that touch only between chains or copies.
    pub between: usize,
}

impl TouchCounts {
    /// Of some pairs.
    pub fn of(pairs: &[Told]) -> Self {
        let count = |verdict: Verdict| pairs.iter().filter(|(_, own)| *own == verdict).count();
        Self {
            pairs: pairs.len(),
            within: count(Verdict::Within),
            between: count(Verdict::Between),
        }
    }
}

/// What pairs at the top of a ranking say of a protein that stands several times in a structure.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Oligomer {
    /// Of the pairs at the top that do not touch within the chain, how many would touch between copies by chance.
    pub between_by_chance: f64,
    /// How many copies hold together by the pairs at the top; `None` where these do not show that it is an oligomer.
    pub copies: Option<usize>,
    /// The same in words.
    pub words: String,
}

/// What the first `top` of all `ranked` pairs of one protein say.
pub fn of(distances: &Distances<'_>, ranked: &[Told], top: usize, cutoff: f64) -> Oligomer {
    let first = &ranked[..top.min(ranked.len())];
    let (all, counts) = (TouchCounts::of(ranked), TouchCounts::of(first));
    let chance = all.between as f64 / (all.pairs - all.within).max(1) as f64;
    let open = counts.pairs - counts.within;
    let by_chance = chance * open as f64;
    let counted = format!(
        "{} of the top {} touch only between chains (by chance {by_chance:.1}), {} within a chain or between chains",
        counts.between,
        counts.pairs,
        counts.within + counts.between,
    );
    let is_more =
        counts.between >= LEAST_PAIRS && binomial_tail(open, counts.between, chance) < LEAST_CHANCE;
    if !is_more {
        return Oligomer {
            between_by_chance: by_chance,
            copies: None,
            words: format!("{counted}: the couplings do not show that it is an oligomer"),
        };
    }
    let between = first
        .iter()
        .filter(|(_, verdict)| *verdict == Verdict::Between);
    let copies = between.map(|&((i, j), _)| distances.touching_copies(i, j, cutoff));
    let copies = joined(copies);
    Oligomer {
        between_by_chance: by_chance,
        copies: Some(copies),
        words: format!("{counted}: the family looks like a homo{}", mer(copies)),
    }
}

/// How many copies hold together, by the copies between which each pair touches.
fn joined<'l>(pairs: impl Iterator<Item = Vec<(&'l str, &'l str)>>) -> usize {
    let mut interfaces: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut count = 0;
    for mut copies in pairs {
        count += 1;
        copies.iter_mut().for_each(|(a, b)| {
            if a > b {
                std::mem::swap(a, b)
            }
        });
        copies.sort_unstable();
        copies.dedup();
        for interface in copies {
            *interfaces.entry(interface).or_default() += 1;
        }
    }
    let least = (LEAST_SHARE * f64::from(count)).max(LEAST_PAIRS as f64);
    let mut groups: Vec<Vec<&str>> = Vec::new();
    for ((a, b), _) in interfaces
        .into_iter()
        .filter(|&(_, pairs)| pairs as f64 >= least)
    {
        let mut group = vec![a, b];
        groups.retain(|other| {
            let apart = !other.contains(&a) && !other.contains(&b);
            if !apart {
                group.extend(other);
            }
            apart
        });
        group.sort_unstable();
        group.dedup();
        groups.push(group);
    }
    // Two chains of one name are two copies.
    groups.iter().map(Vec::len).max().unwrap_or(2).max(2)
}

fn mer(copies: usize) -> String {
    match copies {
        2 => "dimer".into(),
        3 => "trimer".into(),
        4 => "tetramer".into(),
        5 => "pentamer".into(),
        6 => "hexamer".into(),
        n => format!("-oligomer of {n}"),
    }
}

/// The chance of `least` or more of `count`, each with `chance`.
fn binomial_tail(count: usize, least: usize, chance: f64) -> f64 {
    if chance <= 0.0 {
        return if least == 0 { 1.0 } else { 0.0 };
    }
    let odds = (chance / (1.0 - chance).max(f64::MIN_POSITIVE)).ln();
    let mut log = count as f64 * (1.0 - chance).max(f64::MIN_POSITIVE).ln();
    let mut tail = 0.0;
    for k in 0..=count {
        if k >= least {
            tail += log.exp();
        }
        log += odds + ((count - k) as f64).ln() - ((k + 1) as f64).ln();
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_binomial_is_that_of_its_sum() {
        // Of four coins: 1/16 four heads, 5/16 three or more.
        assert!((binomial_tail(4, 4, 0.5) - 1.0 / 16.0).abs() < 1e-12);
        assert!((binomial_tail(4, 3, 0.5) - 5.0 / 16.0).abs() < 1e-12);
        assert!((binomial_tail(300, 0, 0.01) - 1.0).abs() < 1e-9);
        assert_eq!(binomial_tail(10, 1, 0.0), 0.0);
    }

    #[test]
    fn copies_hold_together_where_enough_pairs_touch() {
        let pairs = |interfaces: &[(&'static str, &'static str)]| vec![interfaces.to_vec(); 12];
        // Two dimers of a tetramer, from either side.
        let dimers = pairs(&[("A", "B"), ("B", "A"), ("A-2", "B-2")]);
        assert_eq!(joined(dimers.clone().into_iter()), 2);
        // One pair of twelve between the dimers does not join them.
        let one = dimers.clone().into_iter().chain([vec![("B", "B-2")]]);
        assert_eq!(joined(one), 2);
        let some = dimers.into_iter().chain(vec![vec![("B", "B-2")]; 4]);
        assert_eq!(joined(some), 4);
        assert_eq!(
            joined(pairs(&[("A", "B"), ("B", "C"), ("A", "C")]).into_iter()),
            3
        );
    }
}
