//! Three-point connected correlations
//!
//! c_ijk(a, b, c) = f_ijk - f_ij f_k - f_ik f_j - f_jk f_i + 2 f_i f_j f_k, over the sequences in which all three sites have a state. A family has L^3 q^3 / 6
//! of them, so that some triples of sites stand for all (as in Figliuzzi, Barrat-Charles and Weigt 2018): here they are drawn, whatever their correlations, since
//! choosing by those of the naturals would favour what chance made large.

use super::set::Set;
use crate::random::Random;
use crate::sample::moments::{Agreement, Sums};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0x3b0d_0000;

/// Triples of different sites, ascending: all, or so many that are drawn.
pub fn triples(sites: usize, most: usize, seed: u64) -> Vec<[usize; 3]> {
    let all = sites * sites.saturating_sub(1) * sites.saturating_sub(2) / 6;
    let mut found = BTreeSet::new();
    if all <= most {
        for i in 0..sites {
            for j in i + 1..sites {
                found.extend((j + 1..sites).map(|k| [i, j, k]));
            }
        }
        return found.into_iter().collect();
    }
    let mut random = Random::of(seed, STREAM, 0);
    while found.len() < most {
        let mut triple = [0; 3].map(|_: usize| random.below(sites));
        triple.sort_unstable();
        if triple[0] < triple[1] && triple[1] < triple[2] {
            found.insert(triple);
        }
    }
    found.into_iter().collect()
}

/// How the second set's correlations lie against those of the first, over all states of these triples.
pub fn compare(one: &Set, other: &Set, triples: &[[usize; 3]]) -> Agreement {
    let of_triple = |triple: &[usize; 3]| {
        let mut sums = Sums::default();
        if let (Some(one), Some(other)) = (connected(one, *triple), connected(other, *triple)) {
            one.iter().zip(&other).for_each(|(x, y)| sums.add(*x, *y));
        }
        sums
    };
    let parts: Vec<Sums> = triples.par_iter().map(of_triple).collect();
    parts
        .into_iter()
        .fold(Sums::default(), Sums::and)
        .agreement()
}

/// c(a, b, c) of three sites, the state of the last fastest; `None` where no sequence has all three.
fn connected(set: &Set, [i, j, k]: [usize; 3]) -> Option<Vec<f64>> {
    let q = set.states;
    let mut shares = vec![0.0; q * q * q];
    let mut total = 0.0;
    for (row, weight) in set.rows().zip(&set.weights) {
        let [a, b, c] = [row[i], row[j], row[k]].map(usize::from);
        if a < q && b < q && c < q {
            shares[(a * q + b) * q + c] += weight;
            total += weight;
        }
    }
    if total <= 0.0 {
        return None;
    }
    let mut singles = [vec![0.0; q], vec![0.0; q], vec![0.0; q]];
    let mut pairs = [vec![0.0; q * q], vec![0.0; q * q], vec![0.0; q * q]];
    for (place, share) in shares.iter_mut().enumerate() {
        if *share > 0.0 {
            *share /= total;
            let [a, b, c] = states(place, q);
            [a, b, c]
                .iter()
                .zip(&mut singles)
                .for_each(|(&state, single)| single[state] += *share);
            pairs[0][a * q + b] += *share;
            pairs[1][a * q + c] += *share;
            pairs[2][b * q + c] += *share;
        }
    }
    for (place, share) in shares.iter_mut().enumerate() {
        let [a, b, c] = states(place, q);
        let [x, y, z] = [singles[0][a], singles[1][b], singles[2][c]];
        let [xy, xz, yz] = [
            pairs[0][a * q + b],
            pairs[1][a * q + c],
            pairs[2][b * q + c],
        ];
        *share += 2.0 * x * y * z - xy * z - xz * y - yz * x;
    }
    Some(shares)
}

fn states(place: usize, q: usize) -> [usize; 3] {
    [place / (q * q), place / q % q, place % q]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlations_of_three_are_the_third_cumulant() {
        // x_2 = x_0 + x_1 modulo 2 of two fair coins: no two of them are correlated, all three are.
        let rows = vec![0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0];
        let set = Set::uniform(rows, (3, 2));
        let found = connected(&set, [0, 1, 2]).unwrap();
        for (place, c) in found.iter().enumerate() {
            let [a, b, c_] = states(place, 2);
            let expected = if (a + b + c_) % 2 == 0 { 0.125 } else { -0.125 };
            assert!((c - expected).abs() < 1e-12, "{place}: {c}");
        }
        assert!((compare(&set, &set, &[[0, 1, 2]]).pearson.unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn triples_are_all_or_so_many() {
        assert_eq!(triples(4, 10, 1).len(), 4);
        assert!(triples(2, 10, 1).is_empty());
        let drawn = triples(30, 100, 1);
        assert_eq!(drawn.len(), 100);
        assert!(
            drawn
                .iter()
                .all(|t| t[0] < t[1] && t[1] < t[2] && t[2] < 30)
        );
        assert_eq!(drawn, triples(30, 100, 1));
        assert_ne!(drawn, triples(30, 100, 2));
    }
}
