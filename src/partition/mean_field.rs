//! Mean field: a lower bound of log Z, and Laplace's method about it.
//!
//! For a product of independent sites m, log Z >= sum_i S(m_i) - <E>_m (Gibbs, Bogoliubov, Feynman); the best m are found by
//! m_i <- softmax_a(b [h_i(a) + sum_j sum_b J_ij(a, b) m_j(b)]), a site after the other, which never lowers the bound.
//!
//! **Laplace.** The m are a saddle of the Gaussian integral over fields that is Z exactly (Hubbard 1959, Stratonovich 1957). To the second
//! order about it, log Z = bound - 1/2 log det(1 - A J), where A has the covariances of the states of each site, diag(m_i) - m_i m_i', and J
//! all couplings. What the determinant adds is taken for the size of what is left out: no more than that is known of the error.

use crate::error::{Error, Result};
use crate::kernels::gibbs::Pairs;
use ndarray::{Array2, ArrayView2};
use ndarray_linalg::{CholeskyInto, UPLO};

/// Rounds over all sites, at most.
const ROUNDS: usize = 2000;

/// Where no frequency changes by more, m are taken for found.
const SETTLED: f64 = 1e-12;

/// Sites of independent states.
#[derive(Debug, Clone)]
pub struct MeanField {
    /// m_i(a), L x q.
    pub frequencies: Array2<f64>,
    /// The bound, in nats.
    pub log_z: f64,
    /// <E> of the product.
    pub energy: f64,
}

/// The best bound that is reached from even frequencies, from those of the fields alone, and from others, L x q.
pub fn mean_field(model: Pairs<'_>, b: f64, others: &[Array2<f64>]) -> MeanField {
    let (sites, states) = (model.sites(), model.states);
    let even = Array2::from_elem((sites, states), 1.0 / states as f64);
    let mut of_fields = even.clone();
    for (site, mut row) in of_fields.outer_iter_mut().enumerate() {
        let own = &model.fields[site * states..][..states];
        row.assign(&softmax(
            own.iter().map(|&h| b * f64::from(h)).collect::<Vec<_>>(),
        ));
    }
    let starts = [even, of_fields].into_iter().chain(others.iter().cloned());
    let found = starts.map(|start| settled(model, b, start));
    let better = |best: MeanField, next: MeanField| match next.log_z > best.log_z + 1e-9 {
        true => next,
        false => best,
    };
    found
        .reduce(better)
        .unwrap_or_else(|| settled(model, b, Array2::zeros((sites, states))))
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
        energy,
    }
}

/// h_i(a) + sum_j sum_b J_ij(a, b) m_j(b) of a site.
fn field(model: Pairs<'_>, frequencies: ArrayView2<'_, f64>, site: usize) -> Vec<f64> {
    let own = &model.fields[site * model.states..][..model.states];
    let mut field: Vec<f64> = own.iter().map(|&h| f64::from(h)).collect();
    for other in (0..model.sites()).filter(|&other| other != site) {
        for (b, &m) in frequencies.row(other).iter().enumerate() {
            for (a, field) in field.iter_mut().enumerate() {
                *field += m * f64::from(model.coupling((site, a), (other, b)));
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

/// What the fluctuations about m add to the bound, in nats.
///
/// # Errors
/// [`Error::Numerical`] if m are no saddle of which they can be worked out: the model is colder than its mean field can follow.
pub fn fluctuations(model: Pairs<'_>, b: f64, frequencies: &Array2<f64>) -> Result<f64> {
    let (sites, states) = frequencies.dim();
    let size = sites * states;
    // A = R R', R_i = diag(sqrt m) - m sqrt(m)': then det(1 - A J) = det(1 - R' J R), which is symmetric.
    let root = |i: usize, a: usize, k: usize| {
        let row = frequencies.row(i);
        let own = if a == k { row[a].sqrt() } else { 0.0 };
        own - row[a] * row[k].sqrt()
    };
    let mut matrix = Array2::eye(size);
    for i in 0..sites {
        for j in i + 1..sites {
            let block = Array2::from_shape_fn((states, states), |(a, c)| {
                b * f64::from(model.coupling((i, a), (j, c)))
            });
            let left = Array2::from_shape_fn((states, states), |(a, k)| root(i, a, k));
            let right = Array2::from_shape_fn((states, states), |(a, k)| root(j, a, k));
            let product = left.t().dot(&block).dot(&right);
            for ((k, l), value) in product.indexed_iter() {
                matrix[(i * states + k, j * states + l)] = -value;
                matrix[(j * states + l, i * states + k)] = -value;
            }
        }
    }
    // Positive definite where m is a stable state.
    match matrix.cholesky_into(UPLO::Lower) {
        Ok(factor) => Ok(-factor.diag().iter().map(|value| value.ln()).sum::<f64>()),
        Err(_) => Err(Error::Numerical(
            "Laplace's method: mean field has no stable state here, so that nothing can be said of its fluctuations".into(),
        )),
    }
}
