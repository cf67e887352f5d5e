//! Naive mean field ("DCA"): J = -C^-1 (Morcos et al. 2011, Marks et al. 2011).
//!
//! Frequencies are counted over all residues and the gap with a pseudocount of total weight p, f_i = (1-p) f^_i + p/q and
//! f_ij = (1-p) f^_ij + p/q^2 with q = residues + 1; the gap is the reference state with zero field and couplings, so that
//! C_ij(a,b) = f_ij(a,b) - f_i(a) f_j(b) runs over residues. The mean-field equations then give
//! h_i(a) = log(f_i(a) / f_i(gap)) - sum_{j != i} sum_b J_ij(a,b) f_j(b).

use super::options::MeanFieldOptions;
use super::problem::{Inferred, Problem};
use super::watch::{Phase, Watch};
use crate::alignment::frequencies::{counted, with_pseudocount};
use crate::alignment::{Alignment, Frequencies, SequenceWeights};
use crate::error::{Error, Result};
use crate::kernels::block_matrix::{BlockMatrix, Stripe};
use crate::kernels::direct_information::TwoSites;
use crate::kernels::pair_counts::{Counted, PairTables, pair_counts};
use crate::machine::blas::{buffer_bytes, check_room};
use crate::model::couplings::{Couplings, pair_index, pair_sites, pairs, split_by_first_site};
use crate::model::{FitRecord, Gauge, Inference, PairInformation, PottsModel};
use ndarray::Array2;
use rayon::prelude::*;

/// Fits by mean field, telling the observer what it is at; the model's states are the residues.
///
/// # Errors
/// If the correlation matrix cannot be inverted.
fn fit(
    alignment: &Alignment,
    weights: &SequenceWeights,
    frequencies: &Frequencies,
    pseudocount: f64,
    watch: &Watch,
) -> Result<(PottsModel, PairInformation)> {
    let threads = rayon::current_num_threads();
    let (sites, residues) = (alignment.sites(), alignment.alphabet().residues());
    check_room(threads, matrix_bytes(sites, residues, threads))?;
    watch.begin(Phase::Correlations);
    let all_states = alignment.alphabet().residues() + 1;
    let singles = frequencies
        .sites()
        .mapv(|f| with_pseudocount(f, pseudocount, all_states));
    let counted = counted(alignment, weights);
    let (correlations, mutual) = PairFrequencies::new(&singles, weights, pseudocount).all(&counted);
    watch.begin(Phase::Inverse);
    let inverse = invert(correlations)?;
    watch.begin(Phase::Model);
    let couplings = couplings(&inverse, alignment.sites(), all_states - 1);
    drop(inverse);
    let fields = fields(&singles, &couplings);
    watch.begin(Phase::DirectInformation);
    let direct = direct_information(&couplings, &singles);
    let model = PottsModel::new(fields, couplings)?;
    Ok((model, PairInformation { mutual, direct }))
}

impl Problem<'_> {
    /// Couplings and fields by mean field, and the information of all pairs.
    pub fn mean_field(&self, options: &MeanFieldOptions, watch: &Watch) -> Result<Inferred> {
        let pseudocount = options.pseudocount;
        let (model, information) = fit(
            self.alignment,
            self.weights,
            &self.frequencies,
            pseudocount,
            watch,
        )?;
        Ok(Inferred {
            parameters: model.into(),
            gauge: Gauge::GapReference,
            information: Some(information),
            partition: None,
            record: FitRecord::closed_form(Inference::MeanField(Some(pseudocount))),
        })
    }
}

/// Frequencies of pairs with the pseudocount, and what is made of them.
struct PairFrequencies<'a> {
    /// f_i(a), L x (residues + 1).
    singles: &'a Array2<f64>,
    /// log f_i(a).
    logarithms: Array2<f64>,
    /// f_ij = scale counts_ij + floor.
    scale: f64,
    floor: f64,
}

impl<'a> PairFrequencies<'a> {
    fn new(singles: &'a Array2<f64>, weights: &SequenceWeights, pseudocount: f64) -> Self {
        Self {
            singles,
            logarithms: singles.mapv(f64::ln),
            scale: (1.0 - pseudocount) / weights.effective_number(),
            floor: pseudocount / (singles.ncols() * singles.ncols()) as f64,
        }
    }

    /// The correlation matrix over residues and the mutual information of all pairs, packed as couplings are.
    fn all(&self, counted: &Counted) -> (BlockMatrix, Vec<f64>) {
        let (sites, all) = self.singles.dim();
        let mut matrix = BlockMatrix::zeros(sites, all - 1);
        let parts: Vec<Vec<(usize, f64)>> = matrix
            .stripes_mut()
            .map(|mut stripe| {
                let i = stripe.site();
                self.set_site(&mut stripe);
                let mut information = Vec::with_capacity(i);
                pair_counts(counted, i, 0..i, |tables| {
                    for j in tables.others() {
                        let pair = pair_index(sites, j, i);
                        information.push((pair, self.set_pair(&mut stripe, j, tables)));
                    }
                });
                information
            })
            .collect();
        let mut mutual = vec![0.0; pairs(sites)];
        for (pair, information) in parts.into_iter().flatten() {
            mutual[pair] = information;
        }
        (matrix, mutual)
    }

    /// Writes the correlations of a site's residues with one another: no sequence has two.
    fn set_site(&self, stripe: &mut Stripe) {
        let (i, residues) = (stripe.site(), self.singles.ncols() - 1);
        let f = self.singles.row(i);
        let mut row = vec![0.0; residues];
        for a in 0..residues {
            for (b, value) in row.iter_mut().enumerate() {
                *value = -f[a] * f[b];
            }
            row[a] += f[a];
            stripe.set_row(a, i, &row);
        }
    }

    /// Writes the correlations of a pair; returns its mutual information.
    fn set_pair(&self, stripe: &mut Stripe, j: usize, tables: &PairTables) -> f64 {
        let (i, residues) = (stripe.site(), self.singles.ncols() - 1);
        let (f_i, f_j) = (self.singles.row(i), self.singles.row(j));
        let (log_i, log_j) = (self.logarithms.row(i), self.logarithms.row(j));
        let mut row = vec![0.0; residues + 1];
        let mut information = 0.0;
        for (a, (f_a, log_a)) in f_i.iter().zip(&log_i).enumerate() {
            for (f, count) in row.iter_mut().zip(tables.row(a, j)) {
                *f = self.scale * count + self.floor;
            }
            for (f, log_b) in row.iter().zip(&log_j) {
                information += f * (f.ln() - log_a - log_b);
            }
            if a < residues {
                for (f, f_b) in row.iter_mut().zip(&f_j) {
                    *f -= f_a * f_b;
                }
                stripe.set_row(a, j, &row[..residues]);
            }
        }
        information
    }
}

fn invert(mut matrix: BlockMatrix) -> Result<BlockMatrix> {
    match matrix.invert() {
        true => Ok(matrix),
        false => Err(Error::Numerical(
            "the correlation matrix could not be inverted: raise `pseudocount`".into(),
        )),
    }
}

/// J_ij(a, b) = -(C^-1)_ij(a, b).
fn couplings(inverse: &BlockMatrix, sites: usize, residues: usize) -> Couplings {
    let size = residues * residues;
    let mut values = vec![0.0; pairs(sites) * size];
    split_by_first_site(&mut values, sites, size)
        .into_par_iter()
        .enumerate()
        .for_each(|(i, part)| {
            for (j, block) in (i + 1..).zip(part.chunks_exact_mut(size)) {
                for (value, x) in block.iter_mut().zip(inverse.block(i, j)) {
                    *value = -x as f32;
                }
            }
        });
    Couplings::from_packed(sites, residues, values)
}

/// h_i(a), L x residues.
fn fields(singles: &Array2<f64>, couplings: &Couplings) -> Array2<f32> {
    let (sites, residues) = (couplings.sites(), couplings.states());
    let of_site = |i: usize| {
        let mut coupled = vec![0.0; residues];
        for j in (0..sites).filter(|&j| j != i) {
            let f = singles.row(j);
            if j < i {
                let rows = couplings.block(j, i).chunks_exact(residues);
                for (row, f) in rows.zip(&f) {
                    for (sum, &value) in coupled.iter_mut().zip(row) {
                        *sum += f64::from(value) * f;
                    }
                }
            } else {
                let rows = couplings.block(i, j).chunks_exact(residues);
                for (row, sum) in rows.zip(&mut coupled) {
                    let terms = row.iter().zip(&f).map(|(&value, f)| f64::from(value) * f);
                    *sum += terms.sum::<f64>();
                }
            }
        }
        let f = singles.row(i);
        let field = |(a, coupled)| ((f[a] / f[residues]).ln() - coupled) as f32;
        coupled.into_iter().enumerate().map(field).collect()
    };
    let rows: Vec<Vec<f32>> = (0..sites).into_par_iter().map(of_site).collect();
    Array2::from_shape_fn((sites, residues), |(i, a)| rows[i][a])
}

/// Direct information of all pairs.
fn direct_information(couplings: &Couplings, singles: &Array2<f64>) -> Vec<f64> {
    let all = singles.ncols();
    let frequencies: Vec<Vec<f64>> = singles.rows().into_iter().map(|f| f.to_vec()).collect();
    let pairs: Vec<(usize, usize)> = pair_sites(couplings.sites()).collect();
    let of_pair = |two: &mut TwoSites, (i, j): (usize, usize)| {
        two.direct_information(couplings.block(i, j), &frequencies[i], &frequencies[j])
    };
    pairs
        .into_par_iter()
        .map_init(|| TwoSites::new(all), of_pair)
        .collect()
}

/// Bytes that the matrices of a mean-field fit take with `threads` threads: the correlation matrix, what its inversion takes besides or
/// the couplings, whichever is more, buffers of the linear algebra, and the information of pairs.
pub fn matrix_bytes(sites: usize, residues: usize, threads: usize) -> u64 {
    let couplings = (pairs(sites) * residues * residues * size_of::<f32>()) as u64;
    BlockMatrix::bytes(sites, residues)
        + BlockMatrix::bytes_to_invert(sites, residues).max(couplings)
        + buffer_bytes(sites * residues, threads)
        + (pairs(sites) * 2 * size_of::<f64>()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::Alphabet;

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
        let (_, information) =
            fit(&alignment, &weights, &frequencies, 0.3, &Watch::default()).unwrap();
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
        let (matrix, _) =
            PairFrequencies::new(&singles, &weights, 0.3).all(&counted(&alignment, &weights));
        let full = |matrix: &BlockMatrix| {
            Array2::from_shape_fn((12, 12), |(x, y)| matrix.get(x / 3, x % 3, y / 3, y % 3))
        };
        let product = full(&matrix).dot(&full(&invert(matrix).unwrap()));
        for ((i, j), v) in product.indexed_iter() {
            let expected = if i == j { 1.0 } else { 0.0 };
            assert!((v - expected).abs() < 1e-9, "{i} {j} {v}");
        }
    }

    #[test]
    fn the_same_bits_whatever_the_threads() {
        let (alignment, weights) = planted();
        let frequencies = Frequencies::of(&alignment, &weights);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| {
                fit(&alignment, &weights, &frequencies, 0.3, &Watch::default()).unwrap()
            })
        };
        let ((one, information), (two, same)) = (with(1), with(2));
        assert_eq!(information, same);
        assert_eq!(one.fields(), two.fields());
        assert_eq!(one.couplings(), two.couplings());
    }

    #[test]
    fn a_matrix_without_inverse_is_an_error() {
        assert!(invert(BlockMatrix::zeros(3, 1)).is_err());
    }
}
