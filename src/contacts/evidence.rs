//! What z-scores and probabilities rest on: how many sequences speak of a pair, and whether couplings differ at all.
//!
//! The calibration saw no family of fewer than some tens of effective sequences; below, the pairs at the top are chance, and their
//! probabilities summed to three times the contacts among them. Where no column varies, couplings differ by rounding alone, whose spread
//! makes z-scores as well as any other.

use super::ContactScores;
use super::depth::{Depth, ROUNDING, Whose};
use crate::alignment::ColumnMap;
use crate::model::couplings::pair_sites;
use crate::position::Chain;
use crate::statistics::RobustScale;
use ndarray::Array2;

/// Fewer effective sequences than this are no evidence.
pub const LEAST_NEFF: f64 = 30.0;

/// Why pairs have neither z-score nor probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lack {
    /// There are too few effective sequences.
    Depth {
        /// The chains whose pairs these are: one, or two; none of a model without.
        chains: (Option<Chain>, Option<Chain>),
        /// How many there are.
        neff: f64,
    },
    /// Couplings differ by rounding only.
    Spread,
}

/// From so many pairs on, a chain's pairs, or those of two chains, are measured among themselves; fewer with all that are within chains, or
/// all between.
const LEAST_PAIRS: usize = 50;

/// What z-scores are measured by, of pairs with evidence. Chains are coupled differently, that of fewer sequences as a rule the more: measured
/// together, all its pairs would stand out.
#[derive(Debug, Clone)]
pub struct Evidence<'m> {
    depth: Depth<'m>,
    /// Of each chain (on the diagonal), and of each two.
    scales: Array2<Scale>,
}

/// Median and spread of pairs.
#[derive(Debug, Clone, Copy)]
enum Scale {
    /// As they are.
    Spread(RobustScale),
    /// All alike, but for rounding.
    Rounding,
    /// There is no such pair.
    NoPair,
}

impl Scale {
    fn of(corrected: &[f64], mean_norm: f64) -> Self {
        match RobustScale::of(corrected) {
            None => Self::NoPair,
            Some(scale) if scale.deviation > ROUNDING * mean_norm => Self::Spread(scale),
            Some(_) => Self::Rounding,
        }
    }
}

impl<'m> Evidence<'m> {
    /// For the scores of a model with these columns.
    pub fn of(scores: &ContactScores, columns: &ColumnMap, depth: Depth<'m>) -> Self {
        let corrected = scores.cn();
        let norms = scores.frobenius();
        let mean = norms.iter().sum::<f64>() / norms.len().max(1) as f64;
        let chains = columns.spans().len().max(1);
        let mut values = Array2::from_elem((chains, chains), Vec::new());
        for (sites, value) in pair_sites(columns.sites()).zip(corrected) {
            let (a, b) = whose(columns, sites);
            values[[a.min(b), a.max(b)]].push(value);
        }
        let all = |within: bool| {
            let chosen = values
                .indexed_iter()
                .filter(|((a, b), _)| (a == b) == within);
            let pooled: Vec<f64> = chosen.flat_map(|(_, values)| values).copied().collect();
            Scale::of(&pooled, mean)
        };
        let (within, between) = (all(true), all(false));
        let scale = |(a, b): Whose| match &values[[a.min(b), a.max(b)]] {
            few if few.is_empty() => Scale::NoPair,
            few if few.len() < LEAST_PAIRS => {
                if a == b {
                    within
                } else {
                    between
                }
            }
            enough => Scale::of(enough, mean),
        };
        Self {
            depth,
            scales: Array2::from_shape_fn((chains, chains), scale),
        }
    }

    /// The effective number of sequences that speak of pairs, where it is known.
    pub fn neff(&self, whose: Whose) -> Option<f64> {
        self.depth.neff(whose)
    }

    /// What the CN of a pair is measured by; `None` without evidence.
    pub fn scale(&self, whose: Whose) -> Option<RobustScale> {
        let enough = self.neff(whose).is_none_or(|neff| neff >= LEAST_NEFF);
        match self.scale_of(whose) {
            Scale::Spread(scale) if enough => Some(scale),
            _ => None,
        }
    }

    fn scale_of(&self, whose: Whose) -> Scale {
        self.scales[whose]
    }

    /// Why some pairs have no z-score, chain by chain and then between them; nothing where all have one.
    pub fn lacks(&self, columns: &ColumnMap) -> Vec<Lack> {
        let spans = columns.spans();
        let within = (0..spans.len()).map(|a| (a, a));
        let between = (0..spans.len()).flat_map(|a| (a + 1..spans.len()).map(move |b| (a, b)));
        let mut lacks: Vec<Lack> = Vec::new();
        for whose in within.chain(between) {
            let neff = self.neff(whose).filter(|&neff| neff < LEAST_NEFF);
            let lack = match (neff, self.scale_of(whose)) {
                (_, Scale::NoPair) => None,
                (Some(neff), _) => {
                    let second = (whose.0 != whose.1).then_some(spans[whose.1].chain);
                    let chains = (spans[whose.0].chain, second.flatten());
                    Some(Lack::Depth { chains, neff })
                }
                (None, Scale::Rounding) => Some(Lack::Spread),
                (None, Scale::Spread(_)) => None,
            };
            lacks.extend(lack.filter(|lack| !lacks.contains(lack)));
        }
        lacks
    }
}

/// Whose pair two sites are.
pub fn whose(columns: &ColumnMap, (i, j): (usize, usize)) -> Whose {
    let place = |site| columns.span_of(columns.residue(site).chain).unwrap_or(0);
    (place(i), place(j))
}

impl std::fmt::Display for Lack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Depth { chains, neff } => {
                write!(f, "Neff = {neff:.1}")?;
                match chains {
                    (Some(a), Some(b)) => write!(f, " of {a} with {b}"),
                    (Some(a), None) => write!(f, " of {a}"),
                    (None, _) => Ok(()),
                }?;
                write!(
                    f,
                    " is below the {LEAST_NEFF} from which single couplings are more than chance"
                )
            }
            Self::Spread => write!(f, "couplings differ by rounding only"),
        }
    }
}
