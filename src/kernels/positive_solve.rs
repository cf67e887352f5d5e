//! The solution of A x = b with a symmetric, positive definite A.
//!
//! By Cholesky's factor, n^3 / 3 multiplications, in OpenBLAS on one thread: more of them would round in other ways.

use crate::machine::blas::use_one_thread;
use ndarray::{Array2, ArrayView1};
use ndarray_linalg::{FactorizeCInto, SolveC, UPLO};

/// Solves for `right`, b, which becomes x, with `matrix`, A, n x n, whose room is used; returns whether there is a solution of finite numbers.
///
/// Panics if there are not n x n numbers.
pub fn solve_positive(matrix: Vec<f64>, right: &mut [f64]) -> bool {
    use_one_thread();
    let count = right.len();
    assert_eq!(matrix.len(), count * count);
    let Ok(matrix) = Array2::from_shape_vec((count, count), matrix) else {
        return false;
    };
    let factor = matrix.factorizec_into(UPLO::Lower);
    let solved = factor.and_then(|factor| factor.solvec(&ArrayView1::from(&*right)));
    // Of a number that is not finite a factor may be found all the same.
    match solved {
        Ok(solved) if solved.iter().all(|x| x.is_finite()) => {
            right
                .iter_mut()
                .zip(&solved)
                .for_each(|(x, solved)| *x = *solved);
            true
        }
        _ => false,
    }
}

/// The slow, obvious twin of [`solve_positive`]: Gauss's elimination.
#[cfg(any(test, feature = "internals"))]
pub fn solve_positive_plain(mut matrix: Vec<f64>, right: &mut [f64]) {
    let count = right.len();
    for k in 0..count {
        for i in k + 1..count {
            let factor = matrix[i * count + k] / matrix[k * count + k];
            for j in k..count {
                matrix[i * count + j] -= factor * matrix[k * count + j];
            }
            right[i] -= factor * right[k];
        }
    }
    for k in (0..count).rev() {
        let known: f64 = (k + 1..count)
            .map(|j| matrix[k * count + j] * right[j])
            .sum();
        right[k] = (right[k] - known) / matrix[k * count + k];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::Noise;
    use proptest::prelude::*;

    /// B B^T + I / 4.
    fn positive(count: usize, noise: &mut Noise) -> Vec<f64> {
        let b: Vec<f64> = (0..count * count)
            .map(|_| f64::from(noise.number()))
            .collect();
        let row = |i: usize| &b[i * count..][..count];
        let product =
            |i: usize, j: usize| -> f64 { row(i).iter().zip(row(j)).map(|(x, y)| x * y).sum() };
        let at = |k: usize| {
            product(k / count, k % count) + if k / count == k % count { 0.25 } else { 0.0 }
        };
        (0..count * count).map(at).collect()
    }

    proptest! {
        #[test]
        fn solutions_are_those_of_the_twin(count in 1usize..40, seed in any::<u64>()) {
            let mut noise = Noise::new(seed);
            let matrix = positive(count, &mut noise);
            let right: Vec<f64> = (0..count).map(|_| f64::from(noise.number())).collect();
            let (mut found, mut expected) = (right.clone(), right);
            prop_assert!(solve_positive(matrix.clone(), &mut found));
            solve_positive_plain(matrix, &mut expected);
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert!((found - expected).abs() < 1e-9 * (1.0 + expected.abs()));
            }
        }
    }

    #[test]
    fn what_has_no_solution_is_told() {
        assert!(!solve_positive(vec![1.0, 2.0, 2.0, 1.0], &mut [1.0, 1.0]));
        assert!(!solve_positive(vec![f64::NAN], &mut [1.0]));
        assert!(!solve_positive(vec![1.0], &mut [f64::NAN]));
    }
}
