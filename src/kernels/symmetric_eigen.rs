//! Eigenvectors of small symmetric matrices by plane rotations (Jacobi 1846; Rutishauser 1966, Numer. Math. 9, 1).
//!
//! A = U diag(d) U^T. Turning rows and columns p and q by the angle whose tangent is t makes A(p, q) zero; sweeps over all pairs converge
//! quadratically. It is sums, products, quotients and roots of doubles, each rounded by itself in the order that is written here: the
//! same bits on every processor. A linear algebra library picks its loops, and with them its rounding, by the processor; that of
//! `ndarray-linalg` (`eigh`) is the twin in the tests.

/// Sweeps at most; ten are many.
const MAX_SWEEPS: usize = 60;

/// An element below this share of the largest counts as zero.
const NEGLIGIBLE: f64 = f64::EPSILON / 8.0;

/// Eigenvalues d in ascending order and orthonormal eigenvectors U(a, k), `[a][k]`, of a symmetric matrix n x n, which is overwritten.
/// Of each vector the largest component, the first of several, is positive.
///
/// Panics if there are not n x n numbers in `matrix` and `vectors` for the n of `values`.
pub fn symmetric_eigen(matrix: &mut [f64], values: &mut [f64], vectors: &mut [f64]) {
    let n = values.len();
    assert_eq!((matrix.len(), vectors.len()), (n * n, n * n));
    // U^T, a vector a row.
    let mut rows = vec![0.0; n * n];
    (0..n).for_each(|k| rows[k * n + k] = 1.0);
    let largest = matrix.iter().fold(0.0f64, |most, x| most.max(x.abs()));
    for _ in 0..MAX_SWEEPS {
        if !sweep(matrix, &mut rows, n, NEGLIGIBLE * largest) {
            break;
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&k, &l| matrix[k * n + k].total_cmp(&matrix[l * n + l]));
    for (k, &found) in order.iter().enumerate() {
        values[k] = matrix[found * n + found];
        let row = &rows[found * n..][..n];
        let sign = sign(row);
        for (a, x) in row.iter().enumerate() {
            vectors[a * n + k] = sign * x;
        }
    }
}

/// That of the first of the largest components.
fn sign(vector: &[f64]) -> f64 {
    let larger = |largest: f64, &x: &f64| if x.abs() > largest.abs() { x } else { largest };
    1f64.copysign(vector.iter().fold(0.0, larger))
}

/// Makes each element right of the diagonal zero in turn, where it is not negligible; returns whether any was not.
fn sweep(matrix: &mut [f64], vectors: &mut [f64], n: usize, negligible: f64) -> bool {
    let mut any = false;
    for p in 0..n {
        for q in p + 1..n {
            let element = matrix[p * n + q];
            if element.abs() <= negligible {
                continue;
            }
            any = true;
            let diagonal = (matrix[p * n + p], matrix[q * n + q]);
            // The smaller of two angles, by its cotangent.
            let twice = (diagonal.1 - diagonal.0) / (2.0 * element);
            let tangent = 1f64.copysign(twice) / (twice.abs() + (twice * twice + 1.0).sqrt());
            rotate(matrix, n, (p, q), tangent);
            rotate(vectors, n, (p, q), tangent);
            // The columns are the rows, but where they meet.
            for k in 0..n {
                matrix[k * n + p] = matrix[p * n + k];
                matrix[k * n + q] = matrix[q * n + k];
            }
            matrix[p * n + p] = diagonal.0 - tangent * element;
            matrix[q * n + q] = diagonal.1 + tangent * element;
            matrix[p * n + q] = 0.0;
            matrix[q * n + p] = 0.0;
        }
    }
    any
}

/// Turns rows p < q: x cos - y sin and y cos + x sin, written so that small angles lose no digits.
fn rotate(matrix: &mut [f64], n: usize, (p, q): (usize, usize), tangent: f64) {
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let half = sine / (1.0 + cosine);
    let (above, below) = matrix.split_at_mut(q * n);
    for (x, y) in above[p * n..][..n].iter_mut().zip(&mut below[..n]) {
        (*x, *y) = (*x - sine * (*y + half * *x), *y + sine * (*x - half * *y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::Noise;
    use ndarray::{Array1, Array2, ArrayView2};
    use ndarray_linalg::{Eigh, UPLO};
    use proptest::prelude::*;

    fn eigen(matrix: &Array2<f64>) -> (Array1<f64>, Array2<f64>) {
        let n = matrix.nrows();
        let mut overwritten: Vec<f64> = matrix.iter().copied().collect();
        let (mut values, mut vectors) = (vec![0.0; n], vec![0.0; n * n]);
        symmetric_eigen(&mut overwritten, &mut values, &mut vectors);
        let vectors = Array2::from_shape_vec((n, n), vectors).unwrap();
        (Array1::from_vec(values), vectors)
    }

    fn largest(matrix: &ArrayView2<f64>) -> f64 {
        matrix.iter().fold(0.0, |most, x| most.max(x.abs()))
    }

    /// What must hold of the eigenvectors of any matrix, and that the twin finds the same eigenvalues.
    fn check(matrix: &Array2<f64>) {
        let n = matrix.nrows();
        let (values, vectors) = eigen(matrix);
        let scale = largest(&matrix.view());
        assert!(values.windows(2).into_iter().all(|pair| pair[0] <= pair[1]));
        let rebuilt = (&vectors * &values).dot(&vectors.t());
        assert!(largest(&(rebuilt - matrix).view()) <= 1e-13 * scale);
        let products = vectors.t().dot(&vectors) - Array2::<f64>::eye(n);
        assert!(largest(&products.view()) < 1e-13);
        let (twin, _) = matrix.eigh(UPLO::Lower).unwrap();
        for (found, expected) in values.iter().zip(twin) {
            assert!(
                (found - expected).abs() <= 1e-12 * scale,
                "{found} {expected}"
            );
        }
        for vector in vectors.columns() {
            let largest = vector.iter().fold(0.0f64, |most, x| most.max(x.abs()));
            assert!(*vector.iter().find(|x| x.abs() == largest).unwrap() > 0.0);
        }
    }

    /// diag(f) - f f^T of shares f, some of them zero and some equal.
    fn covariance(states: usize, noise: &mut Noise) -> Array2<f64> {
        let mut shares: Vec<f64> = (0..states).map(|_| noise.uniform()).collect();
        for a in 0..states {
            match noise.below(3) {
                0 => shares[a] = 0.0,
                1 => shares[a] = shares[noise.below(states)],
                _ => shares[a] = shares[a].powi(6),
            }
        }
        let sum = shares.iter().sum::<f64>().max(1e-300);
        Array2::from_shape_fn((states, states), |(a, b)| {
            let diagonal = if a == b { shares[a] / sum } else { 0.0 };
            diagonal - shares[a] / sum * (shares[b] / sum)
        })
    }

    /// U diag(d) U^T with few different d, U of reflections.
    fn degenerate(n: usize, noise: &mut Noise) -> Array2<f64> {
        let choices = [0.0, 1.0, -2.5, 1e-9];
        let values = Array1::from_shape_fn(n, |_| choices[noise.below(4)]);
        let mut matrix = Array2::from_diag(&values);
        for _ in 0..3 {
            let v = Array2::from_shape_fn((n, 1), |_| f64::from(noise.number()) + 1e-3);
            let square = v.iter().map(|x| x * x).sum::<f64>();
            let reflection = Array2::<f64>::eye(n) - v.dot(&v.t()) * (2.0 / square);
            matrix = reflection.dot(&matrix).dot(&reflection.t());
        }
        (&matrix + &matrix.t()) / 2.0
    }

    proptest! {
        #[test]
        fn eigenvectors_rebuild_the_matrix_and_the_twin_agrees(
            n in 1usize..25,
            kind in 0..3,
            exponent in -100..100,
            seed in any::<u64>(),
        ) {
            let mut noise = Noise::new(seed);
            let matrix = match kind {
                0 => covariance(n, &mut noise),
                1 => degenerate(n, &mut noise),
                _ => {
                    let any = Array2::from_shape_fn((n, n), |_| f64::from(noise.number()));
                    &any + &any.t()
                }
            };
            check(&matrix);
            check(&(matrix * 2f64.powi(exponent)));
        }
    }

    #[test]
    fn zeros_and_diagonals_stay_as_they_are() {
        for n in [1, 4, 5, 20, 21] {
            let (values, vectors) = eigen(&Array2::zeros((n, n)));
            assert_eq!((values, vectors), (Array1::zeros(n), Array2::eye(n)));
        }
        let (values, vectors) = eigen(&Array2::from_diag(&Array1::from_vec(vec![3.0, -1.0, 2.0])));
        assert_eq!(values.to_vec(), [-1.0, 2.0, 3.0]);
        assert_eq!(
            vectors.into_iter().collect::<Vec<_>>(),
            [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
        );
        check(&Array2::from_elem((21, 21), 1.0 / 21.0));
    }

    #[test]
    fn two_by_two() {
        let (values, vectors) = eigen(&ndarray::array![[2.0, 1.0], [1.0, 2.0]]);
        assert_eq!(values.to_vec(), [1.0, 3.0]);
        let root = 0.5f64.sqrt();
        for (found, expected) in vectors.iter().zip([root, root, -root, root]) {
            assert!((found - expected).abs() <= f64::EPSILON);
        }
    }
}
