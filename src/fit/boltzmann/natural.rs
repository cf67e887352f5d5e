//! The natural gradient, in the space of samples.
//!
//! With phi_c the features of n chains less their mean, one chain a row, F = phi_c^T phi_c / n is what the chains say of the Fisher information, and the
//! step that a gradient g asks for (Amari 1998), damped (Martens 2020), is (F + delta I)^-1 g. F has millions of rows; but by Woodbury's identity
//!
//! step = (g - phi_c^T alpha) / delta,  alpha = (n delta I + K)^-1 phi_c g,  K = phi_c phi_c^T = H [m (m + 1) / 2] H,
//!
//! where m are the sites at which two chains agree and H takes off means: one Cholesky factor of an n x n matrix, whatever the number of parameters.

use super::features::Features;
use crate::error::{Error, Result};
use crate::kernels::pair_kernel::pair_kernel;
use crate::kernels::positive_solve::solve_positive;
use rayon::prelude::*;

/// The step that a gradient asks for, by the sequences of some chains.
///
/// # Errors
/// [`Error::Numerical`] if the matrix is not positive definite, as with numbers that are not finite.
pub fn natural_step(sequences: &[u8], gradient: &Features, damping: f64) -> Result<Features> {
    let sites = gradient.sites();
    let count = sequences.len() / sites;
    let mut kernel = vec![0.0; count * count];
    pair_kernel(sequences, sites, &mut kernel);
    centre(&mut kernel, count, count as f64 * damping);
    let mut alpha = gradient.of_each(sequences);
    take_off_mean(&mut alpha);
    if !solve_positive(kernel, &mut alpha) {
        return Err(Error::Numerical(
            "the Fisher information of the chains could not be inverted".into(),
        ));
    }
    // The means of phi: alpha sums to 0, as what it was solved for does, but for rounding.
    take_off_mean(&mut alpha);
    let shape = (sites, gradient.states);
    let mut step = Features::sums(sequences, &alpha, shape, 1.0);
    step.change(gradient, |own, g| {
        ((f64::from(g) - f64::from(own)) / damping) as f32
    });
    Ok(step)
}

/// Takes off the mean.
fn take_off_mean(numbers: &mut [f64]) {
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    numbers.iter_mut().for_each(|x| *x -= mean);
}

/// Takes off the means of rows and columns of a symmetric matrix, and adds to the diagonal.
fn centre(matrix: &mut [f64], count: usize, added: f64) {
    let means: Vec<f64> = matrix
        .par_chunks_exact(count)
        .map(|row| row.iter().sum::<f64>() / count as f64)
        .collect();
    let mean = means.iter().sum::<f64>() / count as f64;
    let rows = matrix.par_chunks_exact_mut(count).enumerate();
    rows.for_each(|(k, row)| {
        for (value, of_column) in row.iter_mut().zip(&means) {
            *value += mean - means[k] - of_column;
        }
        row[k] += added;
    });
}

/// Bytes that [`natural_step`] takes for the matrix of so many chains.
pub fn matrix_bytes(chains: usize) -> u64 {
    (size_of::<f64>() * chains * chains) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::positive_solve::solve_positive_plain;
    use crate::kernels::testing::{Noise, family};
    use ndarray::Array2;

    /// (F + delta I) step = g with all of F, on a system of a few dozen features.
    #[test]
    fn the_step_is_that_of_the_whole_matrix() {
        let (sites, states, count) = (4, 3, 50);
        let mut noise = Noise::new(11);
        let rows = family((count, sites), states - 1, 3, &mut noise);
        let mut gradient = Features::zeros(sites, states);
        let places = gradient.singles.iter_mut().chain(&mut gradient.pairs);
        places.for_each(|x| *x = noise.number());
        let size = gradient.singles.len() + gradient.pairs.len();
        let mut phi = Array2::zeros((count, size));
        for (mut phi, row) in phi.rows_mut().into_iter().zip(rows.chunks_exact(sites)) {
            let one = Features::sums(row, &[1.0], (sites, states), 1.0);
            let numbers = one.singles.iter().chain(&one.pairs);
            phi.iter_mut()
                .zip(numbers)
                .for_each(|(place, x)| *place = f64::from(*x));
        }
        let mean = phi.mean_axis(ndarray::Axis(0)).unwrap();
        phi -= &mean;
        for damping in [0.03, 0.5] {
            let fisher = phi.t().dot(&phi) / count as f64 + Array2::<f64>::eye(size) * damping;
            let g = gradient.singles.iter().chain(&gradient.pairs);
            let mut expected: Vec<f64> = g.map(|x| f64::from(*x)).collect();
            solve_positive_plain(fisher.iter().copied().collect(), &mut expected);
            let step = natural_step(&rows, &gradient, damping).unwrap();
            let found = step.singles.iter().chain(&step.pairs);
            for (found, expected) in found.zip(&expected) {
                let error = (f64::from(*found) - expected).abs();
                assert!(error < 1e-5 * (1.0 + expected.abs()), "{found} {expected}");
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_an_error() {
        let rows = [0, 1, 1, 0, 1, 1];
        let mut gradient = Features::zeros(2, 2);
        gradient.singles[0] = 1.0;
        assert!(natural_step(&rows, &gradient, f64::NAN).is_err());
        assert!(natural_step(&rows, &gradient, 0.1).is_ok());
    }
}
