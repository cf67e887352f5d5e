//! Symmetric matrices of blocks, and their inverses.

use super::blas::use_one_thread;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, s};
use ndarray_linalg::{FactorizeCInto, InverseCInto, UPLO};
use rayon::prelude::*;
use std::mem;

/// Rows of a tile, about: products of tiles run at the processor's speed, and what is stored twice is little.
const TILE_ROWS: usize = 320;

/// A symmetric matrix whose rows and columns are states of sites: L x L blocks of q x q numbers.
///
/// The sites are cut into ranges, and the lower triangle into square tiles of a range by a range; those on the diagonal are full, but
/// only their lower triangle has a meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockMatrix {
    sites: usize,
    states: usize,
    /// Sites of a range; the last may have fewer.
    range: usize,
    /// Row after row of tiles: that of range r with range c <= r is `tiles[r (r + 1) / 2 + c]`.
    tiles: Vec<Array2<f64>>,
}

/// The rows of one site in the lower triangle, to be written.
#[derive(Debug)]
pub struct Stripe<'a> {
    site: usize,
    states: usize,
    range: usize,
    /// A part for each range of sites.
    parts: Vec<ArrayViewMut2<'a, f64>>,
}

/// Sites of a range.
fn sites_of_range(states: usize) -> usize {
    (TILE_ROWS / states).max(1)
}

/// Number of the tile of ranges `row` and `column` <= `row`.
fn tile(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

impl BlockMatrix {
    /// A matrix of zeros.
    pub fn zeros(sites: usize, states: usize) -> Self {
        Self::zeros_in_ranges(sites, states, sites_of_range(states))
    }

    fn zeros_in_ranges(sites: usize, states: usize, range: usize) -> Self {
        let starts = (0..sites).step_by(range);
        let rows: Vec<usize> = starts.map(|s| range.min(sites - s) * states).collect();
        let tiles = rows.iter().enumerate().flat_map(|(r, &height)| {
            let columns = rows[..=r].iter();
            columns.map(move |&width| Array2::zeros((height, width)))
        });
        Self {
            sites,
            states,
            range,
            tiles: tiles.collect(),
        }
    }

    /// The identity.
    pub fn identity(sites: usize, states: usize) -> Self {
        let mut matrix = Self::zeros(sites, states);
        for r in 0..matrix.ranges() {
            matrix.tiles[tile(r, r)].diag_mut().fill(1.0);
        }
        matrix
    }

    /// Bytes that a matrix takes.
    pub fn bytes(sites: usize, states: usize) -> u64 {
        let range = sites_of_range(states);
        let starts = (0..sites).step_by(range);
        let blocks = starts.map(|start| {
            let end = sites.min(start + range);
            (end - start) * end
        });
        (blocks.sum::<usize>() * states * states * size_of::<f64>()) as u64
    }

    /// The most bytes that [`Self::invert`] takes besides, with so many threads: a column of tiles, and what the linear algebra copies.
    pub fn bytes_to_invert(sites: usize, states: usize, threads: usize) -> u64 {
        let range = sites_of_range(states).min(sites) * states;
        let copied = 2 * range * range * threads;
        ((sites * states * range + copied) * size_of::<f64>()) as u64
    }

    fn ranges(&self) -> usize {
        self.sites.div_ceil(self.range)
    }

    /// The rows of all sites.
    pub fn stripes_mut(&mut self) -> impl IndexedParallelIterator<Item = Stripe<'_>> {
        let (sites, states, range) = (self.sites, self.states, self.range);
        let mut stripes: Vec<Stripe> = (0..sites)
            .map(|site| Stripe {
                site,
                states,
                range,
                parts: Vec::with_capacity(site / range + 1),
            })
            .collect();
        let mut tiles = self.tiles.iter_mut();
        for (r, stripes) in stripes.chunks_mut(range).enumerate() {
            for tile in tiles.by_ref().take(r + 1) {
                let parts = tile.axis_chunks_iter_mut(Axis(0), states);
                for (stripe, part) in stripes.iter_mut().zip(parts) {
                    stripe.parts.push(part);
                }
            }
        }
        stripes.into_par_iter()
    }

    /// The number at row (i, a) and column (j, b).
    pub fn get(&self, i: usize, a: usize, j: usize, b: usize) -> f64 {
        let (q, height) = (self.states, self.range * self.states);
        let (x, y) = (i * q + a, j * q + b);
        let (high, low) = (x.max(y), x.min(y));
        self.tiles[tile(high / height, low / height)][[high % height, low % height]]
    }

    /// The block of sites i and j, the states of i its rows.
    ///
    /// Panics if they are the same site, of whose block one triangle is known, or not below L.
    #[inline]
    pub fn block(&self, i: usize, j: usize) -> ArrayView2<'_, f64> {
        assert!(i != j && i.max(j) < self.sites);
        let (q, range) = (self.states, self.range);
        let (high, low) = (i.max(j), i.min(j));
        let tile = &self.tiles[tile(high / range, low / range)];
        let (row, column) = (high % range * q, low % range * q);
        let block = tile.slice(s![row..row + q, column..column + q]);
        if i < j { block.reversed_axes() } else { block }
    }

    /// Writes the inverse over the matrix. Returns whether there is one; if the matrix is not positive definite, what is left of it has no
    /// meaning. The result does not depend on the number of threads.
    ///
    /// Gauss-Jordan elimination, a range at a time ("sweeps", Goodnight 1979, Am. Stat. 33, 149), leaves the inverse with its sign
    /// changed. It takes n^3 multiplications, as Cholesky's way does, nearly all of them in products of tiles.
    pub fn invert(&mut self) -> bool {
        use_one_thread();
        let is_positive = (0..self.ranges()).all(|k| self.eliminate(k));
        let tiles = self.tiles.par_iter_mut();
        tiles.for_each(|tile| tile.mapv_inplace(|x| -x));
        is_positive
    }

    /// With P the tile of range k on the diagonal and C_i those in its column: A_ij - C_i P^-1 C_j^T elsewhere, C_i P^-1 in the column,
    /// and -P^-1. Returns whether P is positive definite.
    fn eliminate(&mut self, k: usize) -> bool {
        let pivot = mem::take(&mut self.tiles[tile(k, k)]);
        let factor = pivot.factorizec_into(UPLO::Lower);
        let Ok(inverse) = factor.and_then(InverseCInto::invc_into) else {
            return false;
        };
        let column: Vec<Array2<f64>> = (0..self.ranges())
            .map(|i| match i {
                _ if i < k => mem::take(&mut self.tiles[tile(k, i)]).reversed_axes(),
                _ if i > k => mem::take(&mut self.tiles[tile(i, k)]),
                _ => Array2::zeros((0, inverse.nrows())),
            })
            .collect();
        let scaled: Vec<Array2<f64>> = column.par_iter().map(|c| c.dot(&inverse)).collect();
        let places = (0..self.ranges()).flat_map(|r| (0..=r).map(move |c| (r, c)));
        let places: Vec<(usize, usize)> = places.collect();
        let others = self.tiles.par_iter_mut().zip(places);
        others
            .filter(|(_, (r, c))| *r != k && *c != k)
            .for_each(|(tile, (r, c))| {
                general_mat_mul(-1.0, &scaled[r], &column[c].t(), 1.0, tile);
            });
        for (i, scaled) in scaled.into_iter().enumerate() {
            match i {
                _ if i < k => self.tiles[tile(k, i)] = scaled.reversed_axes(),
                _ if i > k => self.tiles[tile(i, k)] = scaled,
                _ => self.tiles[tile(k, k)] = -&inverse,
            }
        }
        true
    }
}

impl Stripe<'_> {
    /// Site i, of whose blocks with the sites up to itself the rows are to be written.
    pub fn site(&self) -> usize {
        self.site
    }

    /// Writes the row of state a in the block with site j: q numbers.
    ///
    /// Panics if j is above the site.
    pub fn set_row(&mut self, a: usize, j: usize, row: &[f64]) {
        let (q, range) = (self.states, self.range);
        assert!(j <= self.site && row.len() == q);
        let column = j % range * q;
        let mut place = self.parts[j / range].slice_mut(s![a, column..column + q]);
        place.assign(&ndarray::aview1(row));
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

    fn of_full((sites, states, range): (usize, usize, usize), full: &[f64]) -> BlockMatrix {
        let order = sites * states;
        let mut matrix = BlockMatrix::zeros_in_ranges(sites, states, range);
        matrix.stripes_mut().for_each(|mut stripe| {
            let i = stripe.site();
            for (j, a) in (0..=i).flat_map(|j| (0..states).map(move |a| (j, a))) {
                let row = &full[(i * states + a) * order + j * states..][..states];
                stripe.set_row(a, j, row);
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
        fn a_matrix_reads_as_it_was_written(
            sites in 1usize..9, states in 1usize..6, range in 1usize..5, seed in any::<u64>(),
        ) {
            let full = positive_definite(sites * states, &mut Noise::new(seed));
            let matrix = of_full((sites, states, range), &full);
            prop_assert_eq!(to_full(&matrix), full);
            for (i, j) in (0..sites).flat_map(|i| (0..sites).map(move |j| (i, j))) {
                for ((a, b), x) in (i != j).then(|| matrix.block(i, j)).iter().flat_map(|m| m.indexed_iter()) {
                    prop_assert_eq!(*x, matrix.get(i, a, j, b));
                }
            }
        }

        #[test]
        fn inverses_are_those_of_the_twin(
            sites in 1usize..9, states in 1usize..6, range in 1usize..5, seed in any::<u64>(),
        ) {
            let order = sites * states;
            let full = positive_definite(order, &mut Noise::new(seed));
            let mut matrix = of_full((sites, states, range), &full);
            prop_assert!(matrix.invert());
            let inverse = invert_plain(order, &full).unwrap();
            let largest = inverse.iter().fold(0.0f64, |m, x| m.max(x.abs()));
            for (found, expected) in to_full(&matrix).iter().zip(inverse) {
                prop_assert!((found - expected).abs() < 1e-10 * largest, "{} {}", found, expected);
            }
        }
    }

    #[test]
    fn bytes_are_those_of_the_tiles() {
        for (sites, states) in [(1, 1), (16, 20), (17, 20), (100, 20), (1000, 4), (3, 400)] {
            let matrix = BlockMatrix::zeros(sites, states);
            let numbers: usize = matrix.tiles.iter().map(|tile| tile.len()).sum();
            assert_eq!(BlockMatrix::bytes(sites, states), 8 * numbers as u64);
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_inverse() {
        for (sites, states) in [(3, 1), (4, 2)] {
            assert!(!BlockMatrix::zeros(sites, states).invert());
            let full = vec![0.0; (sites * states).pow(2)];
            assert_eq!(invert_plain(sites * states, &full), None);
        }
        // The first range has an inverse, the second none: its first row is twice that of the first.
        let full = [1.0, 0.0, 2.0, 0.0, 1.0, 0.0, 2.0, 0.0, 4.0];
        assert!(!of_full((3, 1, 2), &full).invert());
    }

    #[test]
    fn the_same_bits_whatever_the_threads() {
        let full = positive_definite(60, &mut Noise::new(7));
        let with = |threads: usize| {
            let mut matrix = of_full((20, 3, 4), &full);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            assert!(pool.build().unwrap().install(|| matrix.invert()));
            to_full(&matrix)
        };
        let one = with(1);
        assert!(one == with(2) && one == with(5));
    }
}
