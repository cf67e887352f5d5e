//! What a model tells of one of its chains, before features are made of it.

use super::residues::{self, COUNT};
use crate::alignment::Frequencies;
use crate::alphabet::{Alphabet, RESIDUES};
use crate::contacts::score::{DEFAULT_APC_FACTOR, apc};
use crate::model::couplings::{Couplings, pair_index, pairs};
use crate::position::Position;
use crate::statistics::RobustScale;
use ndarray::Array2;
use rayon::prelude::*;
use std::ops::Range;

/// Kinds of residues whose couplings are told apart by sign.
pub const KINDS: usize = 4;

/// Pairs nearer than this have no score.
pub const SCORED_FROM: u64 = 6;

/// A chain of L sites. Pairs are in the order of [`crate::model::couplings::pair_sites`].
#[derive(Debug)]
pub struct Chain {
    /// L.
    pub sites: usize,
    /// Its positions, ascending.
    pub positions: Vec<Position>,
    /// Effective number of its sequences.
    pub neff: f64,
    /// FN - 1.1 times the average product correction among its own pairs.
    pub corrected: Vec<f64>,
    /// That in robust standard deviations from the median.
    pub z: Vec<f64>,
    /// sum_ab u(a) J(a, b) u(b) by the same deviation, for u = hydropathy, charge, volume and cysteine, centred and of length 1.
    pub signs: [Vec<f64>; KINDS],
    /// Shares of residues among residues, L x 20 in the order of [`RESIDUES`].
    pub profile: Array2<f64>,
    /// Shares of gaps.
    pub gaps: Vec<f64>,
}

impl Chain {
    /// The chain at `sites` of a model. `None` if its scores differ by less than `least_spread` of the mean norm: there is nothing to learn
    /// from them.
    pub fn new(
        couplings: &Couplings,
        alphabet: &Alphabet,
        frequencies: &Frequencies,
        (sites, positions): (Range<usize>, Vec<Position>),
        neff: f64,
        least_spread: f64,
    ) -> Option<Self> {
        let count = sites.len();
        let (norms, mut signs) = strengths(couplings, alphabet, sites.clone());
        let corrected = apc(&norms, count, DEFAULT_APC_FACTOR);
        let mean = norms.iter().sum::<f64>() / norms.len().max(1) as f64;
        let scale = RobustScale::of(&corrected).filter(|s| s.deviation > least_spread * mean)?;
        let z = corrected.iter().map(|&value| scale.z(value)).collect();
        for kind in &mut signs {
            kind.iter_mut().for_each(|value| *value /= scale.deviation);
        }
        let (profile, gaps) = composition(alphabet, frequencies, sites);
        Some(Self {
            sites: count,
            positions,
            neff,
            corrected,
            z,
            signs,
            profile,
            gaps,
        })
    }

    /// Distance in the chain of two sites.
    pub fn separation(&self, i: usize, j: usize) -> u64 {
        self.positions[i].separation(self.positions[j])
    }

    /// The first site behind i that is [`SCORED_FROM`] or more positions away; L if there is none. All behind it are, too.
    pub fn first_partner(&self, i: usize) -> usize {
        let near = |&position: &Position| position.separation(self.positions[i]) < SCORED_FROM;
        i + self.positions[i..].partition_point(near)
    }

    /// The pairs that have a score: their place among all, and their sites.
    pub fn scored_pairs(&self) -> impl Iterator<Item = (usize, (usize, usize))> + '_ {
        (0..self.sites).flat_map(move |i| {
            let partners = self.first_partner(i)..self.sites;
            partners.map(move |j| (pair_index(self.sites, i, j), (i, j)))
        })
    }
}

/// Norms of the blocks among residues in the zero-sum gauge, and sum_ab u(a) J(a, b) u(b).
fn strengths(
    couplings: &Couplings,
    alphabet: &Alphabet,
    sites: Range<usize>,
) -> (Vec<f64>, [Vec<f64>; KINDS]) {
    let states = couplings.states();
    let kinds = kinds(alphabet);
    let of_row =
        |i: usize| (i + 1..sites.end).map(move |j| strength(couplings.block(i, j), states, &kinds));
    let all: Vec<(f64, [f64; KINDS])> = sites
        .clone()
        .into_par_iter()
        .flat_map_iter(of_row)
        .collect();
    debug_assert_eq!(all.len(), pairs(sites.len()));
    let signs = std::array::from_fn(|kind| all.iter().map(|(_, signs)| signs[kind]).collect());
    (all.iter().map(|&(norm, _)| norm).collect(), signs)
}

/// The vectors u, by state.
fn kinds(alphabet: &Alphabet) -> [[f64; COUNT]; KINDS] {
    let of = |property: [f64; COUNT]| {
        let property = residues::centred(property);
        let mut by_state = [0.0; COUNT];
        for (value, residue) in by_state.iter_mut().zip(states_of(alphabet)) {
            *value = property[residue];
        }
        by_state
    };
    [
        of(residues::HYDROPATHY),
        of(residues::charge()),
        of(residues::VOLUME),
        of(residues::among("C")),
    ]
}

/// For each state of an alphabet of proteins its place in [`RESIDUES`].
fn states_of(alphabet: &Alphabet) -> impl Iterator<Item = usize> + '_ {
    let place = |letter: &u8| RESIDUES.bytes().position(|residue| residue == *letter);
    alphabet.letters().iter().filter_map(place)
}

/// Of one block. The norm of the centred block is what its squares exceed those of its means by.
fn strength(block: &[f32], states: usize, kinds: &[[f64; COUNT]; KINDS]) -> (f64, [f64; KINDS]) {
    let (mut squares, mut of_rows, mut all) = (0.0, 0.0, 0.0);
    let mut columns = [0.0; COUNT];
    let mut signs = [0.0; KINDS];
    for (a, row) in block.chunks_exact(states).take(COUNT).enumerate() {
        let mut values = [0.0; COUNT];
        for (value, &number) in values.iter_mut().zip(row) {
            *value = f64::from(number);
        }
        let mut sum = 0.0;
        for (column, value) in columns.iter_mut().zip(values) {
            *column += value;
            sum += value;
            squares += value * value;
        }
        of_rows += sum * sum;
        all += sum;
        for (sign, kind) in signs.iter_mut().zip(kinds) {
            let product: f64 = values.iter().zip(kind).map(|(v, u)| v * u).sum();
            *sign += kind[a] * product;
        }
    }
    let of_columns: f64 = columns.iter().map(|column| column * column).sum();
    let count = COUNT as f64;
    let centred = squares - (of_rows + of_columns) / count + all * all / (count * count);
    (centred.max(0.0).sqrt(), signs)
}

/// Shares of residues among residues, and of gaps among all.
fn composition(
    alphabet: &Alphabet,
    frequencies: &Frequencies,
    sites: Range<usize>,
) -> (Array2<f64>, Vec<f64>) {
    let mut profile = Array2::zeros((sites.len(), COUNT));
    let mut gaps = Vec::with_capacity(sites.len());
    for (mut own, site) in profile.rows_mut().into_iter().zip(sites) {
        let shares = frequencies.sites().row(site);
        for (state, residue) in states_of(alphabet).enumerate() {
            own[residue] = shares[state];
        }
        own /= own.sum().max(1e-9);
        gaps.push(shares[COUNT]);
    }
    (profile, gaps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::frobenius::{Norm, frobenius_norms};
    use crate::kernels::testing::Noise;

    #[test]
    fn strengths_are_norms_and_products() {
        for states in [20, 21] {
            let mut noise = Noise::new(3);
            let blocks: Vec<f32> = (0..states * states).map(|_| noise.number() + 0.5).collect();
            let couplings = Couplings::from_packed(2, states, blocks);
            let alphabet = Alphabet::new("YWVTSRQPNMLKIHGFEDCA").unwrap();
            let (norms, signs) = strengths(&couplings, &alphabet, 0..2);
            let expected = frobenius_norms(&couplings, 20, Norm::ZeroSumOfResidues);
            assert!(
                (norms[0] - expected[0]).abs() < 1e-9,
                "{norms:?} {expected:?}"
            );
            let charge = residues::centred(residues::charge());
            let of = |state: usize| charge[19 - state];
            let mut product = 0.0;
            for a in 0..20 {
                for b in 0..20 {
                    product += of(a) * f64::from(couplings.get(0, a, 1, b)) * of(b);
                }
            }
            assert!((signs[1][0] - product).abs() < 1e-9);
        }
    }
}
