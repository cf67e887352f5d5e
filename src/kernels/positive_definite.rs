//! Linear systems and determinants of symmetric positive definite matrices, by Cholesky's factor (LAPACK, on one thread: same bits whatever
//! their number).

use crate::machine::blas::use_one_thread;
use ndarray::{Array1, Array2};
use ndarray_linalg::{CholeskyInto, FactorizeCInto, SolveC, UPLO};

/// A^-1 b of an n x n matrix, which is overwritten; `None` if it is not positive definite, or a number is not finite.
///
/// Panics if there are not n x n numbers for the n of `right`.
pub fn solve(matrix: Vec<f64>, right: &[f64]) -> Option<Vec<f64>> {
    use_one_thread();
    let factor = square(matrix, right.len()).factorizec_into(UPLO::Lower);
    let solved = factor.and_then(|factor| factor.solvec(&Array1::from(right.to_vec())));
    // Of a number that is not finite a factor may be found all the same.
    let solved = solved.ok()?.to_vec();
    solved.iter().all(|x| x.is_finite()).then_some(solved)
}

/// log det A of an n x n matrix, which is overwritten; `None` if it is not positive definite.
///
/// Panics if there are not n x n numbers.
pub fn log_determinant(matrix: Vec<f64>, order: usize) -> Option<f64> {
    use_one_thread();
    let factor = square(matrix, order).cholesky_into(UPLO::Lower).ok()?;
    let sum = factor.diag().iter().map(|value| value.ln()).sum::<f64>();
    sum.is_finite().then_some(2.0 * sum)
}

fn square(numbers: Vec<f64>, order: usize) -> Array2<f64> {
    assert_eq!(numbers.len(), order * order);
    let mut matrix = Array2::zeros((order, order));
    let places = matrix.iter_mut().zip(numbers);
    places.for_each(|(place, number)| *place = number);
    matrix
}

/// [`solve`] and [`log_determinant`] by Gauss's elimination, without a thought of size or speed.
#[cfg(any(test, feature = "internals"))]
pub fn eliminated_plain(matrix: &[f64], right: &[f64]) -> (Vec<f64>, f64) {
    let order = right.len();
    let mut rows: Vec<Vec<f64>> = matrix
        .chunks_exact(order)
        .zip(right)
        .map(|(row, &b)| row.iter().copied().chain([b]).collect())
        .collect();
    let mut log_determinant = 0.0;
    for k in 0..order {
        let pivot = rows[k].clone();
        log_determinant += pivot[k].ln();
        for (other, row) in rows.iter_mut().enumerate() {
            let share = match other == k {
                true => 1.0 - 1.0 / pivot[k],
                false => row[k] / pivot[k],
            };
            for (value, pivot) in row.iter_mut().zip(&pivot) {
                *value -= share * pivot;
            }
        }
    }
    (rows.iter().map(|row| row[order]).collect(), log_determinant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::Noise;

    #[test]
    fn solutions_and_determinants_are_those_of_elimination() {
        for order in [1, 2, 5, 40] {
            let mut noise = Noise::new(order as u64);
            let rows: Vec<f64> = (0..order * order)
                .map(|_| f64::from(noise.number()))
                .collect();
            let mut matrix = vec![0.0; order * order];
            for i in 0..order {
                for j in 0..order {
                    let product = (0..order).map(|k| rows[i * order + k] * rows[j * order + k]);
                    matrix[i * order + j] = product.sum::<f64>() + f64::from(u8::from(i == j));
                }
            }
            let right: Vec<f64> = (0..order).map(|_| f64::from(noise.number())).collect();
            let (expected, determinant) = eliminated_plain(&matrix, &right);
            let found = solve(matrix.clone(), &right).unwrap();
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-8, "{found} {expected}");
            }
            let found = log_determinant(matrix, order).unwrap();
            assert!((found - determinant).abs() < 1e-8 * (1.0 + determinant.abs()));
        }
        let indefinite = vec![1.0, 2.0, 2.0, 1.0];
        assert_eq!(solve(indefinite.clone(), &[1.0, 1.0]), None);
        assert_eq!(log_determinant(indefinite, 2), None);
        assert_eq!(solve(vec![f64::NAN], &[1.0]), None);
    }
}
