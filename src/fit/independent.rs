//! The independent-site model: fields only, in closed form but for a Newton iteration a site.
//!
//! Exponentials and logarithms are those of the crate `libm`, which rounds them alike everywhere. Those of the C library depend on its
//! version and on the processor, and every fit by pseudolikelihood starts here.

use libm::{exp, log};
use ndarray::{Array2, ArrayView1};

/// The smallest penalty: without any, a residue that was never seen would have the field -infinity.
const LEAST_PENALTY: f64 = 1e-6;

/// Most Newton steps of a site; a dozen suffice.
const MAX_STEPS: usize = 100;

/// Fields and probabilities of the independent-site model, both L x q, and the objective
/// F = -sum_i \[sum_a c_i(a) h_i(a) - C_i log sum_a exp h_i(a)\] + lambda_h sum h^2 for weighted counts c_i(a), C_i their sum.
#[derive(Debug, Clone)]
pub struct IndependentFit {
    /// h_i(a).
    pub fields: Array2<f64>,
    /// p_i(a) = softmax(h_i)(a).
    pub probabilities: Array2<f64>,
    /// F at the optimum.
    pub objective: f64,
}

/// Fits every site of `counts` (L x q weighted counts; gaps are left out by leaving out their column).
pub fn fit(counts: &Array2<f64>, lambda_h: f64) -> IndependentFit {
    let lambda = lambda_h.max(LEAST_PENALTY);
    let mut fields = Array2::zeros(counts.dim());
    let mut probabilities = Array2::zeros(counts.dim());
    let mut objective = 0.0;
    for (site, counts) in counts.rows().into_iter().enumerate() {
        let problem = SiteProblem {
            counts,
            total: counts.sum(),
            lambda,
        };
        let h = problem.solve();
        objective += problem.objective(&h);
        for (a, p) in softmax(&h).into_iter().enumerate() {
            fields[[site, a]] = h[a];
            probabilities[[site, a]] = p;
        }
    }
    IndependentFit {
        fields,
        probabilities,
        objective,
    }
}

struct SiteProblem<'a> {
    counts: ArrayView1<'a, f64>,
    total: f64,
    lambda: f64,
}

impl SiteProblem<'_> {
    fn objective(&self, h: &[f64]) -> f64 {
        let largest = h.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let log_z = largest + log(h.iter().map(|x| exp(x - largest)).sum::<f64>());
        let data: f64 = h
            .iter()
            .zip(self.counts)
            .map(|(h, c)| c * (log_z - h))
            .sum();
        data + self.lambda * h.iter().map(|h| h * h).sum::<f64>()
    }

    /// Newton's method from h = log(c + 1/2), with steps of at most 3 in any field, halved until the objective falls.
    fn solve(&self) -> Vec<f64> {
        let mut h: Vec<f64> = self.counts.iter().map(|c| log(c + 0.5)).collect();
        let mean = h.iter().sum::<f64>() / h.len() as f64;
        h.iter_mut().for_each(|h| *h -= mean);
        for _ in 0..MAX_STEPS {
            let step = self.newton_step(&h);
            let largest = step.iter().fold(0.0, |m: f64, s| m.max(s.abs()));
            if largest < 1e-10 {
                break;
            }
            let before = self.objective(&h);
            let mut length = (3.0 / largest).min(1.0);
            let moved = |length: f64| -> Vec<f64> {
                h.iter().zip(&step).map(|(h, s)| h + length * s).collect()
            };
            while length > 1e-9 && self.objective(&moved(length)) > before + 1e-12 * before.abs() {
                length /= 2.0;
            }
            h = moved(length);
        }
        h
    }

    /// -H^-1 g for H = diag(C p + 2 lambda) - C p p^T, by Sherman and Morrison.
    fn newton_step(&self, h: &[f64]) -> Vec<f64> {
        let p = softmax(h);
        let diagonal = |p: f64| self.total * p + 2.0 * self.lambda;
        let gradient = |a: usize| self.total * p[a] - self.counts[a] + 2.0 * self.lambda * h[a];
        let pp: f64 = p.iter().map(|p| p * p / diagonal(*p)).sum();
        let pg: f64 = (0..p.len())
            .map(|a| p[a] * gradient(a) / diagonal(p[a]))
            .sum();
        let along = self.total * pg / (1.0 - self.total * pp);
        (0..p.len())
            .map(|a| -(gradient(a) + along * p[a]) / diagonal(p[a]))
            .collect()
    }
}

fn softmax(h: &[f64]) -> Vec<f64> {
    let largest = h.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let p: Vec<f64> = h.iter().map(|x| exp(x - largest)).collect();
    let z: f64 = p.iter().sum();
    p.into_iter().map(|p| p / z).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_gradient_vanishes_at_the_optimum() {
        for lambda in [0.01, 1.0, 100.0] {
            let counts = array![[10.0, 0.0, 5.5], [0.0, 0.0, 300.0], [0.0, 0.0, 0.0]];
            let fit = fit(&counts, lambda);
            for ((site, a), h) in fit.fields.indexed_iter() {
                let total = counts.row(site).sum();
                let g = total * fit.probabilities[[site, a]] - counts[[site, a]] + 2.0 * lambda * h;
                assert!(g.abs() < 1e-7, "{lambda} {site} {a} {g}");
            }
        }
    }

    #[test]
    fn a_small_penalty_gives_the_frequencies() {
        let fit = fit(&array![[30.0, 70.0]], 1e-6);
        assert!((fit.probabilities[[0, 1]] - 0.7).abs() < 1e-6);
        assert!((fit.fields[[0, 1]] - fit.fields[[0, 0]] - (7.0f64 / 3.0).ln()).abs() < 1e-5);
    }
}
