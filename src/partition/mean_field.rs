//! Mean field: a lower bound of log Z, and Laplace's method about it.
//!
//! For a product of independent sites m, log Z >= sum_i S(m_i) - `<E>_m` (Gibbs, Bogoliubov, Feynman); the best m are found by
//! m_i <- softmax_a(b [h_i(a) + sum_j sum_b J_ij(a, b) m_j(b)]), a site after the other, which never lowers the bound.
//!
//! **Laplace.** The m are a saddle of the Gaussian integral over fields that is Z exactly (Hubbard 1959, Stratonovich 1957). To the second
//! order about it, log Z = bound - 1/2 log det(1 - A J), where A has the covariances of the states of each site, diag(m_i) - m_i m_i', and J
//! all couplings. Of several saddles, the exponentials are summed. What the determinant adds is taken for the size of what is left out: no more than
//! that is known of the error.

use crate::error::{Error, Result};
use crate::kernels::gibbs::Pairs;
use crate::kernels::positive_definite::log_determinant;
use crate::model::couplings::pair_sites;
use crate::model::energy::log_sum_exp;
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

/// Rounds over all sites, at most.
const ROUNDS: usize = 2000;

/// Where no frequency changes by more, m are taken for found.
const SETTLED: f64 = 1e-12;

/// States whose frequencies differ by less are one.
const SAME: f64 = 1e-3;

/// The smallest error of Laplace's method, in nats. In the cold its corrections vanish faster than the sequences do that it knows nothing of: those
/// of several substitutions from every saddle.
const LEAST: f64 = 1e-3;

/// Sites of independent states.
#[derive(Debug, Clone)]
pub struct MeanField {
    /// m_i(a), L x q.
    pub frequencies: Array2<f64>,
    /// The bound, in nats.
    pub log_z: f64,
}

/// The states that mean field ends in, the best bound first, each once: from even frequencies, from those of the fields alone, and from sequences.
pub fn mean_fields(model: Pairs<'_>, b: f64, sequences: &[u8]) -> Vec<MeanField> {
    let (sites, states) = (model.sites(), model.states);
    let even = Array2::from_elem((sites, states), 1.0 / states as f64);
    let mut of_fields = even.clone();
    for (site, mut row) in of_fields.outer_iter_mut().enumerate() {
        let own = &model.fields[site * states..][..states];
        row.assign(&softmax(own.iter().map(|&h| b * f64::from(h)).collect()));
    }
    let of_sequence = |sequence: &[u8]| {
        Array2::from_shape_fn((sites, states), |(site, state)| {
            f64::from(u8::from(usize::from(sequence[site]) == state))
        })
    };
    let mut starts = vec![even, of_fields];
    starts.extend(sequences.chunks_exact(sites).map(of_sequence));
    let mut found: Vec<MeanField> = starts
        .into_par_iter()
        .map(|start| settled(model, b, start))
        .collect();
    found.sort_by(|one, other| other.log_z.total_cmp(&one.log_z));
    let mut distinct: Vec<MeanField> = Vec::new();
    for state in found {
        if !distinct.iter().any(|other| other.is(&state)) {
            distinct.push(state);
        }
    }
    distinct
}

impl MeanField {
    fn is(&self, other: &Self) -> bool {
        let mut pairs = self.frequencies.iter().zip(&other.frequencies);
        pairs.all(|(one, other)| (one - other).abs() < SAME)
    }
}

/// Laplace's estimate over all states of mean field, and its error.
///
/// # Errors
/// [`Error::Numerical`] if none of them is a saddle of which fluctuations can be worked out.
pub fn laplace(model: Pairs<'_>, b: f64, states: &[MeanField]) -> Result<(f64, f64)> {
    let of_state = |state: &MeanField| {
        let (added, error) = fluctuations(model, b, &state.frequencies)?;
        Some((state.log_z + added, error))
    };
    let found: Vec<(f64, f64)> = states.iter().filter_map(of_state).collect();
    let numbers: Vec<f64> = found.iter().map(|(log_z, _)| *log_z).collect();
    let error = found.iter().map(|(_, error)| *error).reduce(f64::max);
    match error {
        Some(error) => Ok((log_sum_exp(&numbers), error)),
        None => Err(Error::Numerical(
            "Laplace's method: mean field has no stable state here, so that nothing can be said of its fluctuations".into(),
        )),
    }
}

fn settled(model: Pairs<'_>, b: f64, mut frequencies: Array2<f64>) -> MeanField {
    for _ in 0..ROUNDS {
        let mut largest = 0f64;
        for site in 0..model.sites() {
            let row = softmax(
                field(model, frequencies.view(), site)
                    .into_iter()
                    .map(|f| b * f)
                    .collect(),
            );
            for (&new, old) in row.iter().zip(frequencies.row(site)) {
                largest = largest.max((new - old).abs());
            }
            frequencies.row_mut(site).assign(&row);
        }
        if largest < SETTLED {
            break;
        }
    }
    let (mut entropy, mut energy) = (0.0, 0.0);
    for (site, row) in frequencies.outer_iter().enumerate() {
        let own = &model.fields[site * model.states..][..model.states];
        let field = field(model, frequencies.view(), site);
        for ((&m, &h), field) in row.iter().zip(own).zip(field) {
            let h = f64::from(h);
            // Each coupling is felt from both sides.
            energy -= m * (h + (field - h) / 2.0);
            entropy -= if m > 0.0 { m * m.ln() } else { 0.0 };
        }
    }
    MeanField {
        frequencies,
        log_z: entropy - b * energy,
    }
}

/// h_i(a) + sum_j sum_b J_ij(a, b) m_j(b) of a site.
fn field(model: Pairs<'_>, frequencies: ArrayView2<'_, f64>, site: usize) -> Vec<f64> {
    let own = &model.fields[site * model.states..][..model.states];
    let mut field: Vec<f64> = own.iter().map(|&h| f64::from(h)).collect();
    for other in (0..model.sites()).filter(|&other| other != site) {
        let block = model.block(site, other);
        for (b, &m) in frequencies.row(other).iter().enumerate() {
            for (a, field) in field.iter_mut().enumerate() {
                *field += m * f64::from(block.at(a, b));
            }
        }
    }
    field
}

fn softmax(numbers: Vec<f64>) -> ndarray::Array1<f64> {
    let top = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let row: ndarray::Array1<f64> = numbers.into_iter().map(|x| (x - top).exp()).collect();
    let sum = row.sum();
    row / sum
}

/// What the fluctuations about m add to the bound, in nats, and how far off that may be: no less than its first term, tr (A J)^2 / 4, which no
/// others can cancel. `None` where m are no stable state.
fn fluctuations(model: Pairs<'_>, b: f64, frequencies: &Array2<f64>) -> Option<(f64, f64)> {
    let (sites, states) = frequencies.dim();
    let size = sites * states;
    // A = R R', R_i = diag(sqrt m) - m sqrt(m)': then det(1 - A J) = det(1 - R' J R), which is symmetric.
    let root = |i: usize| {
        let row = frequencies.row(i);
        Array2::from_shape_fn((states, states), |(a, k)| {
            let own = if a == k { row[a].sqrt() } else { 0.0 };
            own - row[a] * row[k].sqrt()
        })
    };
    let roots: Vec<Array2<f64>> = (0..sites).map(root).collect();
    let mut matrix = Array2::eye(size);
    let mut first = 0.0;
    for (i, j) in pair_sites(sites) {
        let block = model.block(i, j);
        let block = Array2::from_shape_fn((states, states), |(a, c)| b * f64::from(block.at(a, c)));
        let product = roots[i].t().dot(&block).dot(&roots[j]);
        for ((k, l), value) in product.indexed_iter() {
            matrix[(i * states + k, j * states + l)] = -value;
            matrix[(j * states + l, i * states + k)] = -value;
            first += value * value / 2.0;
        }
    }
    // Positive definite where m is a stable state.
    let added = -0.5 * log_determinant(matrix.into_raw_vec_and_offset().0, size)?;
    Some((added, added.abs().max(first).max(LEAST)))
}
