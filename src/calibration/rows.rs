//! Rows of features, most of which are 0; and the minimum of a weighted sum of squares over them.

/// Rows of places and values.
#[derive(Debug, Default, Clone)]
pub struct Rows {
    entries: Vec<(u32, f64)>,
    ends: Vec<usize>,
}

/// The least relative residual, and the most steps: a step for every weight would be enough but for rounding.
const TOLERANCE: f64 = 1e-9;
const MOST_STEPS: usize = 2000;

impl Rows {
    /// Appends a row.
    pub fn push(&mut self, row: &[(u32, f64)]) {
        self.entries.extend_from_slice(row);
        self.ends.push(self.entries.len());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// One of them.
    pub fn row(&self, k: usize) -> &[(u32, f64)] {
        let start = k.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[start..self.ends[k]]
    }

    /// Some of them.
    pub fn some(&self, which: &[usize]) -> Self {
        let mut rows = Self::default();
        which.iter().for_each(|&k| rows.push(self.row(k)));
        rows
    }

    /// The sum over a row.
    pub fn dot(row: &[(u32, f64)], weights: &[f64]) -> f64 {
        let terms = row
            .iter()
            .map(|&(place, value)| value * weights[place as usize]);
        terms.sum()
    }

    /// sum_j v_j x_j y_j of two rows, whose places rise.
    pub fn product(one: &[(u32, f64)], other: &[(u32, f64)], variances: &[f64]) -> f64 {
        let (mut a, mut b, mut sum) = (0, 0, 0.0);
        while let (Some(&(i, x)), Some(&(j, y))) = (one.get(a), other.get(b)) {
            match i.cmp(&j) {
                std::cmp::Ordering::Less => a += 1,
                std::cmp::Ordering::Greater => b += 1,
                std::cmp::Ordering::Equal => {
                    sum += variances[i as usize] * x * y;
                    a += 1;
                    b += 1;
                }
            }
        }
        sum
    }

    /// The weights w that make sum_n (t_n - x_n.w)^2 / noise + sum_j w_j^2 / v_j least, by conjugate gradients. A weight without variance is 0.
    pub fn ridge(&self, targets: &[f64], variances: &[f64], noise: f64) -> Vec<f64> {
        // In z = w / sqrt(v) all directions that no row has are at their minimum from the start.
        let scales: Vec<f64> = variances.iter().map(|v| v.sqrt()).collect();
        let back = |residuals: &[f64]| {
            let mut sums = vec![0.0; scales.len()];
            for (k, residual) in residuals.iter().enumerate() {
                for &(place, value) in self.row(k) {
                    sums[place as usize] += value * residual;
                }
            }
            sums
        };
        let apply = |z: &[f64]| -> Vec<f64> {
            let weights: Vec<f64> = z.iter().zip(&scales).map(|(z, s)| z * s).collect();
            let values: Vec<f64> = (0..self.len())
                .map(|k| Self::dot(self.row(k), &weights) / noise)
                .collect();
            let sums = back(&values);
            let whole = sums.iter().zip(&scales).zip(z);
            whole.map(|((sum, s), z)| sum * s + z).collect()
        };
        let scaled: Vec<f64> = targets.iter().map(|t| t / noise).collect();
        let sums = back(&scaled);
        let right: Vec<f64> = sums.iter().zip(&scales).map(|(sum, s)| sum * s).collect();
        let z = conjugate_gradients(apply, &right);
        z.iter().zip(&scales).map(|(z, s)| z * s).collect()
    }
}

/// Solves A z = b, A symmetric and positive definite.
fn conjugate_gradients(apply: impl Fn(&[f64]) -> Vec<f64>, right: &[f64]) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut solution = vec![0.0; right.len()];
    let mut residual = right.to_vec();
    let mut direction = right.to_vec();
    let mut square = dot(&residual, &residual);
    let enough = square * TOLERANCE * TOLERANCE;
    for _ in 0..MOST_STEPS {
        if square <= enough {
            break;
        }
        let image = apply(&direction);
        let step = square / dot(&direction, &image);
        for k in 0..solution.len() {
            solution[k] += step * direction[k];
            residual[k] -= step * image[k];
        }
        let next = dot(&residual, &residual);
        let share = next / square;
        for (d, r) in direction.iter_mut().zip(&residual) {
            *d = r + share * *d;
        }
        square = next;
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::super::dense::Symmetric;
    use super::*;

    fn some_rows() -> (Rows, Vec<f64>, Vec<f64>) {
        let mut rows = Rows::default();
        for n in 0u32..40 {
            let row: Vec<(u32, f64)> = (0..12)
                .filter(|j| (n * 7 + j * 5) % 4 != 0)
                .map(|j| (j, f64::from((n * 13 + j * 29) % 17) / 8.0 - 1.0))
                .collect();
            rows.push(&row);
        }
        let targets = (0..40).map(|n| f64::from(n * n % 23) / 10.0 - 1.0);
        let variances = (0..12).map(|j| {
            if j == 7 {
                0.0
            } else {
                0.1 + 0.3 * f64::from(j)
            }
        });
        (rows, targets.collect(), variances.collect())
    }

    #[test]
    fn the_minimum_fulfils_the_normal_equations() {
        let (rows, targets, variances) = some_rows();
        let weights = rows.ridge(&targets, &variances, 0.3);
        for j in (0..12).filter(|&j| j != 7) {
            let slope: f64 = (0..40)
                .map(|n| {
                    let row = rows.row(n);
                    let own = row.iter().find(|entry| entry.0 == j as u32);
                    own.map_or(0.0, |own| {
                        own.1 * (targets[n] - Rows::dot(row, &weights)) / 0.3
                    })
                })
                .sum();
            assert!((slope - weights[j] / variances[j]).abs() < 1e-6, "{j}");
        }
        assert_eq!(weights[7], 0.0);
    }

    #[test]
    fn conjugate_gradients_find_what_the_dense_solution_is() {
        let (rows, targets, variances) = some_rows();
        let weights = rows.ridge(&targets, &variances, 0.3);
        let kernel = Symmetric::filled(40, |i, j| {
            let own = if i == j { 0.3 } else { 0.0 };
            Rows::product(rows.row(i), rows.row(j), &variances) + own
        });
        let inverse = kernel.inverse().unwrap();
        let alpha = inverse.times(&targets);
        for n in 0..40 {
            let dense: f64 = (0..40)
                .map(|m| alpha[m] * Rows::product(rows.row(n), rows.row(m), &variances))
                .sum();
            assert!((dense - Rows::dot(rows.row(n), &weights)).abs() < 1e-7);
        }
    }
}
