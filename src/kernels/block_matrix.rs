//! Symmetric matrices of blocks, and their inverses.
//!
//! One triangle is stored and inverted in its place. LAPACK does so too in rectangular full packed format (`dpftrf`, `dpftri`), but no
//! safe crate has that; a full matrix would take twice the memory. Here LAPACK, by `ndarray-linalg`, gets one tile of the diagonal at a
//! time, and the threads of this program share the products of tiles: results do not depend on their number. They depend on the
//! processor in the last digits of doubles, since OpenBLAS chooses its loops by it.

use crate::machine::blas::use_one_thread;
use crate::machine::huge_pages::prefer_huge_pages;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, s};
use ndarray_linalg::{FactorizeCInto, InverseCInto, UPLO};
use rayon::prelude::*;

/// Rows of a tile, about: products of tiles run at the processor's speed, and little is stored twice.
const TILE_ROWS: usize = 320;

/// A symmetric matrix whose rows and columns are states of sites: L x L blocks of q x q numbers.
///
/// The sites are cut into ranges. Of the rows of a range, the columns up to its last site are stored: the lower triangle, and of the
/// square tiles on the diagonal the upper one too, which has no meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockMatrix {
    shape: Shape,
    /// Row after row.
    values: Vec<f64>,
}

/// How a matrix is cut.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape {
    sites: usize,
    states: usize,
    /// Sites of a range; the last may have fewer.
    range: usize,
}

/// The rows of one site, to be written.
#[derive(Debug)]
pub struct Stripe<'a> {
    site: usize,
    states: usize,
    rows: &'a mut [f64],
}

impl Shape {
    fn new(sites: usize, states: usize) -> Self {
        Self {
            sites,
            states,
            range: (TILE_ROWS / states).max(1),
        }
    }

    fn ranges(self) -> usize {
        self.sites.div_ceil(self.range)
    }

    /// Rows and columns of the matrix.
    fn order(self) -> usize {
        self.sites * self.states
    }

    /// Rows of a range that is not the last.
    fn height(self) -> usize {
        self.range * self.states
    }

    /// Numbers in a row of range r: the columns up to its end.
    fn width(self, r: usize) -> usize {
        self.order().min((r + 1) * self.height())
    }

    /// Numbers before the rows of range r; of the one after the last range, all.
    fn start(self, r: usize) -> usize {
        let whole = r.min(self.order() / self.height());
        let rows = (r * self.height()).min(self.order()) - whole * self.height();
        whole * (whole + 1) / 2 * self.height().pow(2) + rows * self.order()
    }
}

impl BlockMatrix {
    /// A matrix of zeros.
    pub fn zeros(sites: usize, states: usize) -> Self {
        Self::of_shape(Shape::new(sites, states))
    }

    fn of_shape(shape: Shape) -> Self {
        let mut values = vec![0.0; shape.start(shape.ranges())];
        prefer_huge_pages(&mut values);
        Self { shape, values }
    }

    /// The identity.
    pub fn identity(sites: usize, states: usize) -> Self {
        let mut matrix = Self::zeros(sites, states);
        for (row, column, mut tile) in matrix.tiles_mut() {
            if row == column {
                tile.diag_mut().fill(1.0);
            }
        }
        matrix
    }

    /// Bytes that a matrix takes.
    pub fn bytes(sites: usize, states: usize) -> u64 {
        let shape = Shape::new(sites, states);
        (shape.start(shape.ranges()) * size_of::<f64>()) as u64
    }

    /// Bytes that [`Self::invert`] takes besides: two columns of tiles.
    pub fn bytes_to_invert(sites: usize, states: usize) -> u64 {
        let shape = Shape::new(sites, states);
        (2 * shape.order() * shape.width(0) * size_of::<f64>()) as u64
    }

    /// The rows of all sites.
    pub fn stripes_mut(&mut self) -> impl ParallelIterator<Item = Stripe<'_>> {
        let shape = self.shape;
        let mut rest = &mut self.values[..];
        let mut stripes = Vec::with_capacity(shape.sites);
        for site in 0..shape.sites {
            let length = shape.states * shape.width(site / shape.range);
            let (rows, after) = rest.split_at_mut(length);
            rest = after;
            stripes.push(Stripe {
                site,
                states: shape.states,
                rows,
            });
        }
        stripes.into_par_iter()
    }

    /// The rows of range r, up to its end.
    fn rows(&self, r: usize) -> ArrayView2<'_, f64> {
        let width = self.shape.width(r);
        let values = &self.values[self.shape.start(r)..self.shape.start(r + 1)];
        ArrayView2::from_shape((values.len() / width, width), values).expect("whole rows")
    }

    /// The tile of ranges `row` and `column`, of which the second is not the later.
    fn tile(&self, row: usize, column: usize) -> ArrayView2<'_, f64> {
        let rows = self.rows(row);
        let columns = column * self.shape.height()..self.shape.width(column);
        rows.slice_move(s![.., columns])
    }

    /// All tiles with their ranges, to be written.
    fn tiles_mut(&mut self) -> Vec<(usize, usize, ArrayViewMut2<'_, f64>)> {
        let shape = self.shape;
        let mut rest = &mut self.values[..];
        let mut tiles = Vec::new();
        for r in 0..shape.ranges() {
            let (values, after) = rest.split_at_mut(shape.start(r + 1) - shape.start(r));
            rest = after;
            let width = shape.width(r);
            let rows = ArrayViewMut2::from_shape((values.len() / width, width), values);
            let mut rows = rows.expect("whole rows");
            for c in 0..=r {
                let tile_width = shape.height().min(rows.ncols());
                let (tile, others) = rows.split_at(Axis(1), tile_width);
                rows = others;
                tiles.push((r, c, tile));
            }
        }
        tiles
    }

    /// The number at row (i, a) and column (j, b).
    #[cfg(any(test, feature = "internals"))]
    pub fn get(&self, i: usize, a: usize, j: usize, b: usize) -> f64 {
        let (x, y) = (i * self.shape.states + a, j * self.shape.states + b);
        let (high, low) = (x.max(y), x.min(y));
        self.rows(high / self.shape.height())[[high % self.shape.height(), low]]
    }

    /// The block of sites i and j, the states of i its rows.
    ///
    /// Panics if they are the same site, of whose block one triangle is known, or not below L.
    pub fn block(&self, i: usize, j: usize) -> ArrayView2<'_, f64> {
        let Shape { states, range, .. } = self.shape;
        let (high, low) = (i.max(j), i.min(j));
        assert!(low < high && high < self.shape.sites);
        let (row, column) = (high % range * states, low * states);
        let rows = self.rows(high / range);
        let block = rows.slice_move(s![row..row + states, column..column + states]);
        if i < j { block.reversed_axes() } else { block }
    }

    /// Writes the inverse over the matrix. Returns whether there is one; if the matrix is not positive definite, what is left of it has no
    /// meaning. The result does not depend on the number of threads.
    ///
    /// Gauss-Jordan elimination, a range at a time ("sweeps", Goodnight 1979, Am. Stat. 33, 149), leaves the inverse with its sign
    /// changed. It takes n^3 / 2 multiplications, as Cholesky's way does, and 3/2 n^2 times the rows of a tile; nearly all of them in
    /// products of tiles, which `ndarray` hands to OpenBLAS.
    pub fn invert(&mut self) -> bool {
        use_one_thread();
        let size = (self.shape.order(), self.shape.width(0));
        let mut panels = [Array2::zeros(size), Array2::zeros(size)];
        let is_positive = (0..self.shape.ranges()).all(|k| self.eliminate(k, &mut panels));
        self.values.par_iter_mut().for_each(|x| *x = -*x);
        is_positive
    }

    /// With P the tile of range k on the diagonal and C_i those in its column: A_ij - C_i P^-1 C_j^T elsewhere, C_i P^-1 in the column,
    /// and -P^-1. Returns whether P is positive definite.
    fn eliminate(&mut self, k: usize, [column, scaled]: &mut [Array2<f64>; 2]) -> bool {
        // Zeros first: a copy of a view of one number has strides that the crate does not take.
        let mut pivot = Array2::zeros(self.tile(k, k).dim());
        pivot.assign(&self.tile(k, k));
        let factor = pivot.factorizec_into(UPLO::Lower);
        let Ok(inverse) = factor.and_then(InverseCInto::invc_into) else {
            return false;
        };
        let height = self.shape.height();
        let mut column = column.slice_mut(s![.., ..inverse.nrows()]);
        let mut scaled = scaled.slice_mut(s![.., ..inverse.nrows()]);
        let columns = column.axis_chunks_iter_mut(Axis(0), height);
        let parts: Vec<_> = columns
            .zip(scaled.axis_chunks_iter_mut(Axis(0), height))
            .enumerate()
            .filter(|(i, _)| *i != k)
            .collect();
        parts
            .into_par_iter()
            .for_each(|(i, (mut own, mut scaled))| {
                own.assign(&match i < k {
                    true => self.tile(k, i).reversed_axes(),
                    false => self.tile(i, k),
                });
                general_mat_mul(1.0, &own, &inverse, 0.0, &mut scaled);
            });
        let part = |i: usize| s![i * height..self.shape.width(i), ..];
        let (column, scaled) = (column.view(), scaled.view());
        let parts: Vec<_> = (0..self.shape.ranges())
            .map(|i| (column.slice(part(i)), scaled.slice(part(i))))
            .collect();
        let update = |(r, c, mut tile): (usize, usize, ArrayViewMut2<f64>)| match (r == k, c == k) {
            (true, true) => tile.assign(&-&inverse),
            (true, false) => tile.assign(&parts[c].1.t()),
            (false, true) => tile.assign(&parts[r].1),
            _ => general_mat_mul(-1.0, &parts[r].1, &parts[c].0.t(), 1.0, &mut tile),
        };
        self.tiles_mut().into_par_iter().for_each(update);
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
        let q = self.states;
        assert!(a < q && j <= self.site && row.len() == q);
        let width = self.rows.len() / q;
        self.rows[a * width + j * q..][..q].copy_from_slice(row);
    }
}

/// The slow, obvious twin of [`BlockMatrix::invert`]: Gauss-Jordan elimination of a full matrix, n x n; `None` if it is not positive
/// definite.
#[cfg(any(test, feature = "internals"))]
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
        let mut matrix = BlockMatrix::of_shape(Shape {
            sites,
            states,
            range,
        });
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
        let (order, q) = (matrix.shape.order(), matrix.shape.states);
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
            let mut matrix = BlockMatrix::zeros(sites, states);
            let tiles = matrix.tiles_mut();
            let numbers: usize = tiles.iter().map(|(_, _, tile)| tile.len()).sum();
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
