//! Symmetric matrices of blocks, and their inverses.

use crate::machine::blas::invert_packed;
use rayon::prelude::*;
use std::ops::Range;

/// A symmetric matrix whose rows and columns are states of sites: L x L blocks of q x q numbers.
///
/// One triangle is stored, and nothing else, in LAPACK's rectangular full packed format: of the n rows, the upper triangle of the first
/// half and all that stands right of it fill a rectangle of n + 1 by n/2 numbers, but for a triangle, in which the lower half of the
/// matrix finds room (Gustavson, Wasniewski, Dongarra, Langou 2010, ACM Trans. Math. Softw. 37, 18). Blocks of it are full matrices,
/// for which there is fast linear algebra. An odd number of sites gets one more, which is coupled to none and has the identity as its
/// block: the halves are whole sites then.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockMatrix {
    sites: usize,
    states: usize,
    /// Column after column of the rectangle, each n + 1 numbers. With h = half the sites, column (s, a) holds first the row (s + h, a)
    /// from site h to its diagonal, then the row (s, a) from its diagonal to the last site.
    values: Vec<f64>,
}

/// Rows of two sites, to be written.
#[derive(Debug)]
pub struct Stripe<'a> {
    first: usize,
    half: usize,
    sites: usize,
    states: usize,
    columns: &'a mut [f64],
}

/// Sites and the one that makes them even.
fn even(sites: usize) -> usize {
    sites.next_multiple_of(2)
}

fn length(sites: usize, states: usize) -> usize {
    let order = even(sites) * states;
    order / 2 * (order + 1)
}

impl BlockMatrix {
    /// A matrix of zeros.
    pub fn zeros(sites: usize, states: usize) -> Self {
        let mut matrix = Self {
            sites,
            states,
            values: vec![0.0; length(sites, states)],
        };
        for added in sites..even(sites) {
            for a in 0..states {
                let place = matrix.place(added, a, added, a);
                matrix.values[place] = 1.0;
            }
        }
        matrix
    }

    /// The identity.
    pub fn identity(sites: usize, states: usize) -> Self {
        let mut matrix = Self::zeros(sites, states);
        for (i, a) in (0..sites).flat_map(|i| (0..states).map(move |a| (i, a))) {
            let place = matrix.place(i, a, i, a);
            matrix.values[place] = 1.0;
        }
        matrix
    }

    /// Bytes that a matrix takes.
    pub fn bytes(sites: usize, states: usize) -> u64 {
        (length(sites, states) * size_of::<f64>()) as u64
    }

    /// All rows, those of two sites at a time: site s of the first half with s + h of the second.
    pub fn stripes_mut(&mut self) -> impl IndexedParallelIterator<Item = Stripe<'_>> {
        let (half, sites, states) = (even(self.sites) / 2, self.sites, self.states);
        let size = states * (2 * half * states + 1);
        let stripes = self.values.par_chunks_mut(size).enumerate();
        stripes.map(move |(first, columns)| Stripe {
            first,
            half,
            sites,
            states,
            columns,
        })
    }

    /// The number at row (i, a) and column (j, b).
    #[inline]
    pub fn get(&self, i: usize, a: usize, j: usize, b: usize) -> f64 {
        self.values[self.place(i, a, j, b)]
    }

    #[inline]
    fn place(&self, i: usize, a: usize, j: usize, b: usize) -> usize {
        let (half, q) = (even(self.sites) / 2, self.states);
        let rows = 2 * half * q + 1;
        let (x, y) = (i * q + a, j * q + b);
        let (low, high) = (x.min(y), x.max(y));
        if low < half * q {
            low * rows + high + 1
        } else {
            (high - half * q) * rows + (low - half * q)
        }
    }

    /// Writes the inverse over the matrix. Returns whether there is one; if the matrix is not positive definite, what is left of it has no
    /// meaning.
    pub fn invert(&mut self) -> bool {
        invert_packed(even(self.sites) * self.states, &mut self.values)
    }
}

impl Stripe<'_> {
    /// The two sites, or one of them where the other was added, and the sites of the blocks in which their rows are to be written.
    pub fn rows(&self) -> impl Iterator<Item = (usize, Range<usize>)> + use<> {
        let (first, second, sites) = (self.first, self.first + self.half, self.sites);
        let rows = [(first, first..sites), (second, self.half..second + 1)];
        rows.into_iter().filter(move |&(i, _)| i < sites)
    }

    /// Writes the row of state a of site i, one of the two, in its block with site j: q numbers. Of the block of a site with itself,
    /// one triangle is taken.
    ///
    /// Panics if that row is not among those to be written.
    pub fn set_row(&mut self, i: usize, a: usize, j: usize, row: &[f64]) {
        let (half, q) = (self.half, self.states);
        assert!(a < q && row.len() == q);
        let column = &mut self.columns[a * (2 * half * q + 1)..][..2 * half * q + 1];
        if i == self.first {
            assert!((i..self.sites).contains(&j));
            let skipped = if j == i { a } else { 0 };
            column[j * q + 1 + skipped..][..q - skipped].copy_from_slice(&row[skipped..]);
        } else {
            assert!(i == self.first + half && (half..=i).contains(&j));
            let taken = if j == i { a + 1 } else { q };
            column[(j - half) * q..][..taken].copy_from_slice(&row[..taken]);
        }
    }
}

/// The slow, obvious twin of [`BlockMatrix::invert`]: Gauss-Jordan elimination of a full matrix, n x n; `None` if it is not positive
/// definite.
pub fn invert_plain(order: usize, matrix: &[f64]) -> Option<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = matrix.chunks(order).map(<[f64]>::to_vec).collect();
    for (k, row) in rows.iter_mut().enumerate() {
        row.extend((0..order).map(|j| f64::from(u8::from(j == k))));
    }
    for k in 0..order {
        let pivot = rows[k][k];
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        rows[k].iter_mut().for_each(|x| *x /= pivot);
        let pivot_row = rows[k].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(j, _)| *j != k) {
            let factor = row[k];
            for (x, y) in row.iter_mut().zip(&pivot_row) {
                *x -= factor * y;
            }
        }
    }
    Some(
        rows.into_iter()
            .flat_map(|row| row[order..].to_vec())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::Noise;
    use proptest::prelude::*;

    /// A full matrix of the form A^T A + 0.1, n x n.
    fn positive_definite(order: usize, noise: &mut Noise) -> Vec<f64> {
        let factor: Vec<f64> = (0..order * order)
            .map(|_| f64::from(noise.number()))
            .collect();
        let element = |k: usize| {
            let (x, y) = (k / order, k % order);
            let products = (0..order).map(|r| factor[r * order + x] * factor[r * order + y]);
            products.sum::<f64>() + if x == y { 0.1 } else { 0.0 }
        };
        (0..order * order).map(element).collect()
    }

    fn of_full(sites: usize, states: usize, full: &[f64]) -> BlockMatrix {
        let order = sites * states;
        let mut matrix = BlockMatrix::zeros(sites, states);
        matrix.stripes_mut().for_each(|mut stripe| {
            for (i, others) in stripe.rows() {
                for j in others {
                    for a in 0..states {
                        let row = &full[(i * states + a) * order + j * states..][..states];
                        stripe.set_row(i, a, j, row);
                    }
                }
            }
        });
        matrix
    }

    fn to_full(matrix: &BlockMatrix) -> Vec<f64> {
        let (order, q) = (matrix.sites * matrix.states, matrix.states);
        (0..order * order)
            .map(|k| {
                let (x, y) = (k / order, k % order);
                matrix.get(x / q, x % q, y / q, y % q)
            })
            .collect()
    }

    proptest! {
        #[test]
        fn a_matrix_reads_as_it_was_written(sites in 1usize..9, states in 1usize..6, seed in any::<u64>()) {
            let full = positive_definite(sites * states, &mut Noise::new(seed));
            let matrix = of_full(sites, states, &full);
            prop_assert_eq!(to_full(&matrix), full);
            prop_assert_eq!(BlockMatrix::bytes(sites, states), 8 * matrix.values.len() as u64);
        }

        #[test]
        fn inverses_are_those_of_the_twin(sites in 1usize..9, states in 1usize..6, seed in any::<u64>()) {
            let order = sites * states;
            let full = positive_definite(order, &mut Noise::new(seed));
            let mut matrix = of_full(sites, states, &full);
            prop_assert!(matrix.invert());
            let inverse = invert_plain(order, &full).unwrap();
            let largest = inverse.iter().fold(0.0f64, |m, x| m.max(x.abs()));
            for (found, expected) in to_full(&matrix).iter().zip(inverse) {
                prop_assert!((found - expected).abs() < 1e-10 * largest, "{} {}", found, expected);
            }
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_inverse() {
        for (sites, states) in [(3, 1), (4, 2)] {
            assert!(!BlockMatrix::zeros(sites, states).invert());
            let full = vec![0.0; (sites * states).pow(2)];
            assert_eq!(invert_plain(sites * states, &full), None);
        }
    }
}
