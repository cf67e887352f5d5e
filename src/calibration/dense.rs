//! Small symmetric matrices, and their inverses.

/// A symmetric matrix, all of it.
#[derive(Debug, Clone)]
pub struct Symmetric {
    size: usize,
    values: Vec<f64>,
}

impl Symmetric {
    /// With this value at each place; only those on and below the diagonal are asked for.
    pub fn filled(size: usize, value: impl Fn(usize, usize) -> f64) -> Self {
        let mut values = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let value = value(i, j);
                values[i * size + j] = value;
                values[j * size + i] = value;
            }
        }
        Self { size, values }
    }

    /// The value at a place.
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.size + j]
    }

    /// The product with a vector.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        let rows = self.values.chunks_exact(self.size.max(1));
        let dot = |row: &[f64]| row.iter().zip(vector).map(|(a, b)| a * b).sum();
        rows.map(dot).collect()
    }

    /// The factor C of C C^T, row by row, each as long as its number says; `None` where the matrix is not positive definite.
    fn factor(&self) -> Option<Vec<f64>> {
        let size = self.size;
        let mut factor = vec![0.0; size * size];
        for i in 0..size {
            let (above, own) = factor.split_at_mut(i * size);
            for j in 0..=i {
                let other = if j < i { &above[j * size..] } else { &own[..] };
                let known: f64 = own[..j].iter().zip(&other[..j]).map(|(a, b)| a * b).sum();
                let left = self.at(i, j) - known;
                if i == j {
                    if left.is_nan() || left <= 0.0 {
                        return None;
                    }
                    own[j] = left.sqrt();
                } else {
                    own[j] = left / other[j];
                }
            }
        }
        Some(factor)
    }

    /// The inverse; `None` where the matrix is not positive definite.
    pub fn inverse(&self) -> Option<Self> {
        let (size, factor) = (self.size, self.factor()?);
        // The inverse of the factor, of which a row of this is a column.
        let mut columns = vec![0.0; size * size];
        for k in 0..size {
            let column = &mut columns[k * size..(k + 1) * size];
            column[k] = factor[k * size + k].recip();
            for i in k + 1..size {
                let row = &factor[i * size..i * size + i];
                let known: f64 = row[k..].iter().zip(&column[k..i]).map(|(a, b)| a * b).sum();
                column[i] = -known / factor[i * size + i];
            }
        }
        Some(Self::filled(size, |i, j| {
            let (one, other) = (&columns[i * size + i..], &columns[j * size + i..]);
            let count = size - i;
            let terms = one[..count].iter().zip(&other[..count]);
            terms.map(|(a, b)| a * b).sum()
        }))
    }

    /// The rows and columns of these places.
    pub fn part(&self, places: &[usize]) -> Self {
        Self::filled(places.len(), |i, j| self.at(places[i], places[j]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_times_the_matrix_is_one() {
        let matrix = Symmetric::filled(7, |i, j| {
            let own = if i == j { 5.0 } else { 0.0 };
            own + 1.0 / (1.0 + i as f64 + 2.0 * j as f64)
        });
        let inverse = matrix.inverse().unwrap();
        for j in 0..7 {
            let column: Vec<f64> = (0..7).map(|i| inverse.at(i, j)).collect();
            for (i, value) in matrix.times(&column).into_iter().enumerate() {
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((value - expected).abs() < 1e-12, "{i} {j}");
            }
        }
        assert!(Symmetric::filled(2, |_, _| 1.0).inverse().is_none());
    }
}
