//! Naive mean field ("DCA"): J = -C^-1 (Morcos et al. 2011, Marks et al. 2011).
//!
//! Frequencies are counted over all residues and the gap with a pseudocount of total weight p, f_i = (1-p) f^_i + p/q and
//! f_ij = (1-p) f^_ij + p/q^2 with q = residues + 1; the gap is the reference state with zero field and couplings, so that
//! C_ij(a,b) = f_ij(a,b) - f_i(a) f_j(b) runs over residues. The mean-field equations then give
//! h_i(a) = log(f_i(a) / f_i(gap)) - sum_{j != i} sum_b J_ij(a,b) f_j(b).

use super::PairInformation;
use crate::alignment::frequencies::with_pseudocount;
use crate::alignment::{Alignment, Frequencies, SequenceWeights};
use crate::error::{Error, Result};
use crate::model::PottsModel;
use crate::model::couplings::{Couplings, pair_sites, pairs};
use ndarray::Array2;
use ndarray_linalg::cholesky::{FactorizeCInto, InverseCInto, UPLO};
use rayon::prelude::*;

/// Fits by mean field; the model's states are the residues.
///
/// # Errors
/// If the correlation matrix cannot be inverted.
pub fn fit(
    alignment: &Alignment,
    weights: &SequenceWeights,
    frequencies: &Frequencies,
    pseudocount: f64,
) -> Result<(PottsModel, PairInformation)> {
    let all_states = alignment.alphabet().residues() + 1;
    let singles = frequencies
        .sites()
        .mapv(|f| with_pseudocount(f, pseudocount, all_states));
    let (correlations, mutual) = correlations(alignment, weights, &singles, pseudocount);
    let inverse = invert(correlations)?;
    let couplings = couplings(&inverse, alignment.sites(), all_states - 1);
    let fields = fields(&singles, &couplings);
    let direct = pair_sites(alignment.sites())
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(i, j)| {
            let row = |site: usize| singles.row(site).to_vec();
            direct_information(couplings.block(i, j), &row(i), &row(j))
        })
        .collect();
    let model = PottsModel::new(fields, Some(couplings))?;
    Ok((model, PairInformation { mutual, direct }))
}

/// The correlation matrix over residues (upper triangle of an L q x L q matrix) and the mutual information of all pairs.
fn correlations(
    alignment: &Alignment,
    weights: &SequenceWeights,
    singles: &Array2<f64>,
    pseudocount: f64,
) -> (Array2<f64>, Vec<f64>) {
    let (sites, all) = singles.dim();
    let residues = all - 1;
    let width = sites * residues;
    let mut matrix = Array2::<f64>::zeros((width, width));
    let rows = matrix.as_slice_mut().unwrap_or_default();
    let mutual: Vec<Vec<f64>> = rows
        .par_chunks_mut(residues * width)
        .enumerate()
        .map(|(i, rows)| {
            let counts = pair_counts(alignment, weights, i);
            let neff = weights.effective_number();
            let mut information = Vec::with_capacity(sites - i);
            for j in i..sites {
                let pair = PairFrequencies {
                    counts: &counts[(j - i) * all * all..][..all * all],
                    scale: (1.0 - pseudocount) / neff,
                    floor: pseudocount / (all * all) as f64,
                    same_site: (i == j).then_some(pseudocount / all as f64),
                };
                let (f_i, f_j) = (singles.row(i), singles.row(j));
                for a in 0..residues {
                    for b in 0..residues {
                        rows[a * width + j * residues + b] = pair.at(a, b) - f_i[a] * f_j[b];
                    }
                }
                if j > i {
                    let terms = (0..all * all).map(|k| {
                        let (a, b) = (k / all, k % all);
                        let f = pair.at(a, b);
                        f * (f / (f_i[a] * f_j[b])).ln()
                    });
                    information.push(terms.sum());
                }
            }
            information
        })
        .collect();
    (matrix, mutual.concat())
}

/// Frequencies of one pair of sites with the pseudocount; a site with itself is diagonal.
struct PairFrequencies<'a> {
    counts: &'a [f64],
    scale: f64,
    floor: f64,
    same_site: Option<f64>,
}

impl PairFrequencies<'_> {
    fn at(&self, a: usize, b: usize) -> f64 {
        let all = self.counts.len().isqrt();
        let seen = self.scale * self.counts[a * all + b];
        match self.same_site {
            None => seen + self.floor,
            Some(floor) if a == b => seen + floor,
            Some(_) => 0.0,
        }
    }
}

/// Weighted counts of site i with each site j >= i, `[j - i][a][b]` over all states.
pub(super) fn pair_counts(alignment: &Alignment, weights: &SequenceWeights, i: usize) -> Vec<f64> {
    let all = alignment.alphabet().residues() + 1;
    let sites = alignment.sites();
    let mut counts = vec![0.0; (sites - i) * all * all];
    let sequences = alignment.as_slice().chunks_exact(sites);
    for (sequence, weight) in sequences.zip(weights.as_slice()) {
        let a = usize::from(sequence[i]);
        for (&b, table) in sequence[i..].iter().zip(counts.chunks_exact_mut(all * all)) {
            table[a * all + usize::from(b)] += weight;
        }
    }
    counts
}

/// The inverse of a symmetric positive definite matrix given by its upper triangle.
fn invert(matrix: Array2<f64>) -> Result<Array2<f64>> {
    matrix
        .factorizec_into(UPLO::Upper)
        .and_then(InverseCInto::invc_into)
        .map_err(|error| {
            Error::Numerical(format!(
                "the correlation matrix could not be inverted ({error}): raise --pseudocount"
            ))
        })
}

/// J_ij(a, b) = -(C^-1)_ij(a, b).
fn couplings(inverse: &Array2<f64>, sites: usize, residues: usize) -> Couplings {
    let mut couplings = Couplings::zeros(sites, residues);
    for (i, j) in pair_sites(sites) {
        for (k, value) in couplings.block_mut(i, j).iter_mut().enumerate() {
            let (a, b) = (k / residues, k % residues);
            *value = -inverse[[i * residues + a, j * residues + b]] as f32;
        }
    }
    couplings
}

fn fields(singles: &Array2<f64>, couplings: &Couplings) -> Array2<f32> {
    let (sites, residues) = (couplings.sites(), couplings.states());
    Array2::from_shape_fn((sites, residues), |(i, a)| {
        let coupled: f64 = (0..sites)
            .filter(|&j| j != i)
            .flat_map(|j| (0..residues).map(move |b| (j, b)))
            .map(|(j, b)| f64::from(couplings.get(i, a, j, b)) * singles[[j, b]])
            .sum();
        ((singles[[i, a]] / singles[[i, residues]]).ln() - coupled) as f32
    })
}

/// Information of the two-site model P(a,b) ~ exp(J(a,b) + u(a) + v(b)) whose marginals are the given ones:
/// sum P log(P / f_i f_j). The last state is the gap, without couplings.
fn direct_information(block: &[f32], f_i: &[f64], f_j: &[f64]) -> f64 {
    const TOLERANCE: f64 = 1e-6;
    const MAX_ROUNDS: usize = 500;
    let all = f_i.len();
    let residues = all - 1;
    let boltzmann: Vec<f64> = (0..all * all)
        .map(|k| match (k / all, k % all) {
            (a, b) if a < residues && b < residues => f64::from(block[a * residues + b]).exp(),
            _ => 1.0,
        })
        .collect();
    let (mut u, mut v) = (vec![1.0; all], vec![1.0; all]);
    // Iterative proportional fitting: rows and columns in turn are scaled to their marginals.
    for _ in 0..MAX_ROUNDS {
        let mut change: f64 = 0.0;
        for a in 0..all {
            let row: f64 = (0..all).map(|b| boltzmann[a * all + b] * v[b]).sum();
            change = change.max((u[a] * row / f_i[a] - 1.0).abs());
            u[a] = f_i[a] / row;
        }
        for b in 0..all {
            let column: f64 = (0..all).map(|a| boltzmann[a * all + b] * u[a]).sum();
            v[b] = f_j[b] / column;
        }
        if change < TOLERANCE {
            break;
        }
    }
    (0..all * all)
        .map(|k| {
            let (a, b) = (k / all, k % all);
            let p = boltzmann[k] * u[a] * v[b];
            p * (p / (f_i[a] * f_j[b])).ln()
        })
        .sum()
}

/// Bytes that the matrices of a mean-field fit take.
pub fn matrix_bytes(sites: usize, residues: usize) -> u64 {
    let width = (sites * residues) as u64;
    // The matrix, its inverse being written over it, and LAPACK's transposed copy.
    2 * width * width * 8 + (pairs(sites) * residues * residues * 4) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::Alphabet;
    use crate::model::couplings::pair_index;
    use ndarray::Array2;

    fn planted() -> (Alignment, SequenceWeights) {
        let mut x = 12_345u64;
        let mut uniform = move || {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (x >> 40) as f64 / (1u64 << 24) as f64
        };
        let mut states = Array2::zeros((400, 4));
        for mut row in states.rows_mut() {
            row.iter_mut().for_each(|s| *s = (uniform() * 4.0) as u8);
            // Sites 0 and 3 agree in most sequences.
            if uniform() < 0.7 {
                row[3] = row[0];
            }
        }
        let alignment = Alignment::from_states(Alphabet::new("ACD").unwrap(), states).unwrap();
        let weights = SequenceWeights::uniform(400);
        (alignment, weights)
    }

    #[test]
    fn the_planted_pair_stands_out() {
        let (alignment, weights) = planted();
        let frequencies = Frequencies::of(&alignment, &weights);
        let (_, information) = fit(&alignment, &weights, &frequencies, 0.3).unwrap();
        let planted = pair_index(4, 0, 3);
        for scores in [&information.mutual, &information.direct] {
            assert!(
                scores
                    .iter()
                    .enumerate()
                    .all(|(k, s)| k == planted || *s < scores[planted] / 5.0)
            );
            assert!(scores.iter().all(|s| *s >= 0.0));
        }
    }

    #[test]
    fn couplings_invert_the_correlations() {
        let (alignment, weights) = planted();
        let frequencies = Frequencies::of(&alignment, &weights);
        let singles = frequencies.sites().mapv(|f| with_pseudocount(f, 0.3, 4));
        let (upper, _) = correlations(&alignment, &weights, &singles, 0.3);
        let mut full = upper.clone();
        for ((i, j), v) in upper.indexed_iter().filter(|((i, j), _)| j > i) {
            full[[j, i]] = *v;
        }
        let product = full.dot(&invert(upper).unwrap());
        for ((i, j), v) in product.indexed_iter() {
            let expected = if i == j { 1.0 } else { 0.0 };
            assert!((v - expected).abs() < 1e-9, "{i} {j} {v}");
        }
    }

    #[test]
    fn a_matrix_without_inverse_is_an_error() {
        assert!(invert(Array2::zeros((3, 3))).is_err());
    }
}
