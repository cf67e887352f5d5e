//! Fits under penalties of eleven orders of magnitude each, against optima found by Newton's method in f64.

use super::asymmetric::fit_sites;
use super::symmetric::fit_pairs;
use super::tests::{Family, family, penalised};
use crate::fit::options::{FieldOrigin, PlmOptions};
use crate::fit::watch::Watch;
use crate::model::{Optimizer, Penalties, StopReason};

const SITES: usize = 6;
const STATES: usize = 4;
const BLOCK: usize = STATES * STATES;

/// The variables that a conditional sees: those of a field and of the couplings with what is at other sites, for each state.
type Seen = [Vec<usize>; STATES];

/// F, by its definition: conditionals of weighted residues, each with the variables of its logits, and a penalty a variable.
struct Definition {
    conditionals: Vec<(f64, usize, Seen)>,
    penalties: Vec<f64>,
}

impl Definition {
    /// Of all sites, whose couplings are their own, or shared by both sites of a pair.
    fn new(family: &Family, shared: bool, penalties: Penalties) -> Self {
        let fields = SITES * STATES;
        let coupling = |i: usize, j: usize, a: usize, b: usize| match shared && i > j {
            true => fields + (j * SITES + i) * BLOCK + b * STATES + a,
            false => fields + (i * SITES + j) * BLOCK + a * STATES + b,
        };
        let known = |state: u8| (usize::from(state) < STATES).then_some(usize::from(state));
        let rows = family.alignment.as_slice().chunks_exact(SITES);
        let mut conditionals = Vec::new();
        for (row, &weight) in rows.zip(family.weights.as_slice()) {
            for i in 0..SITES {
                let Some(state) = known(row[i]) else { continue };
                let seen = std::array::from_fn(|a| {
                    let others = (0..SITES).filter(|&j| j != i);
                    let others = others.filter_map(|j| Some(coupling(i, j, a, known(row[j])?)));
                    others.chain([i * STATES + a]).collect()
                });
                conditionals.push((weight, state, seen));
            }
        }
        let mut own = vec![penalties.lambda_h; fields];
        own.resize(fields + SITES * SITES * BLOCK, penalties.lambda_j);
        Self::of_variables_seen(conditionals, &own)
    }

    /// Variables that no conditional sees are zero at the optimum, and left out.
    fn of_variables_seen(mut conditionals: Vec<(f64, usize, Seen)>, penalties: &[f64]) -> Self {
        let mut places = vec![None; penalties.len()];
        let mut kept = Vec::new();
        for variable in conditionals
            .iter_mut()
            .flat_map(|(_, _, seen)| seen)
            .flatten()
        {
            let place = *places[*variable].get_or_insert_with(|| {
                kept.push(penalties[*variable]);
                kept.len() - 1
            });
            *variable = place;
        }
        Self {
            conditionals,
            penalties: kept,
        }
    }

    fn value(&self, x: &[f64]) -> f64 {
        let of_one = |(weight, state, seen): &(f64, usize, Seen)| {
            let logits = logits(x, seen);
            weight * (log_sum(&logits) - logits[*state])
        };
        let penalties = self.penalties.iter().zip(x);
        self.conditionals.iter().map(of_one).sum::<f64>()
            + penalties.map(|(lambda, x)| lambda * x * x).sum::<f64>()
    }

    /// Gradient, and the lower triangle of the matrix of second derivatives by rows.
    fn derivatives(&self, x: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let n = x.len();
        let penalties = self.penalties.iter().zip(x);
        let mut gradient: Vec<f64> = penalties.map(|(lambda, x)| 2.0 * lambda * x).collect();
        let mut second = vec![0.0; n * n];
        for (k, lambda) in self.penalties.iter().enumerate() {
            second[k * n + k] = 2.0 * lambda;
        }
        for (weight, state, seen) in &self.conditionals {
            let logits = logits(x, seen);
            let sum = log_sum(&logits);
            let p = logits.map(|l| (l - sum).exp());
            for a in 0..STATES {
                let own = if a == *state { 1.0 } else { 0.0 };
                for &k in &seen[a] {
                    gradient[k] += weight * (p[a] - own);
                }
                for b in 0..STATES {
                    let curvature = weight * p[a] * (if a == b { 1.0 } else { 0.0 } - p[b]);
                    for &k in &seen[a] {
                        for &l in seen[b].iter().filter(|&&l| l <= k) {
                            second[k * n + l] += curvature;
                        }
                    }
                }
            }
        }
        (gradient, second)
    }

    /// The optimum.
    fn optimum(&self) -> f64 {
        let mut x = vec![0.0; self.penalties.len()];
        let mut value = self.value(&x);
        for _ in 0..200 {
            let (gradient, second) = self.derivatives(&x);
            let step = solve(second, gradient.clone());
            let decrement: f64 = gradient.iter().zip(&step).map(|(g, s)| g * s).sum();
            if decrement < 1e-10 * value {
                return value;
            }
            let mut length = 1.0;
            let next = loop {
                let moved = x.iter().zip(&step).map(|(x, s)| x - length * s);
                let moved: Vec<f64> = moved.collect();
                let next = self.value(&moved);
                if next <= value - 0.1 * length * decrement {
                    x = moved;
                    break next;
                }
                length *= 0.5;
                assert!(length > 1e-12, "no way down at {value}");
            };
            value = next;
        }
        panic!("no optimum after 200 steps: {value}");
    }
}

fn logits(x: &[f64], seen: &Seen) -> [f64; STATES] {
    std::array::from_fn(|a| seen[a].iter().map(|&k| x[k]).sum())
}

fn log_sum(logits: &[f64; STATES]) -> f64 {
    let most = logits
        .iter()
        .fold(f64::NEG_INFINITY, |most, &l| most.max(l));
    most + logits.iter().map(|l| (l - most).exp()).sum::<f64>().ln()
}

/// A^-1 b of a positive definite A, of which the lower triangle is given by rows (Cholesky).
fn solve(mut a: Vec<f64>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for k in 0..n {
        for l in 0..=k {
            let (row, other) = (&a[k * n..][..l], &a[l * n..][..l]);
            let rest = a[k * n + l] - row.iter().zip(other).map(|(x, y)| x * y).sum::<f64>();
            a[k * n + l] = if k == l {
                rest.sqrt()
            } else {
                rest / a[l * n + l]
            };
        }
    }
    for k in 0..n {
        let known: f64 = (0..k).map(|l| a[k * n + l] * b[l]).sum();
        b[k] = (b[k] - known) / a[k * n + k];
    }
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|l| a[l * n + k] * b[l]).sum();
        b[k] = (b[k] - known) / a[k * n + k];
    }
    b
}

const TOLERANCE: f64 = 1e-5;

fn options() -> PlmOptions {
    PlmOptions {
        tolerance: TOLERANCE,
        max_iterations: 3000,
        ..PlmOptions::default()
    }
}

/// Penalties of 1e-3 to 1e8 each.
fn grid() -> Vec<Penalties> {
    let powers = || (-3..=8).map(|power| 10f64.powi(power));
    let all = powers()
        .flat_map(move |lambda_h| powers().map(move |lambda_j| Penalties { lambda_h, lambda_j }));
    all.collect()
}

/// Converged, and within ten tolerances of the optimum, the bound that holds at all penalties; below it by rounding alone.
fn assert_optimal(found: (f64, StopReason), definition: &Definition, case: impl std::fmt::Debug) {
    let (objective, reason) = found;
    assert_eq!(reason, StopReason::GradientTolerance, "{case:?}");
    let best = definition.optimum();
    let error = objective / best - 1.0;
    assert!(
        (-1e-6..10.0 * TOLERANCE).contains(&error),
        "{case:?}: {objective} is {error:e} above {best}"
    );
}

#[test]
fn fits_under_any_penalties_reach_the_optimum() {
    let family = family(60, SITES);
    for penalties in grid() {
        let mut sequences = penalised(&family, STATES, (penalties, FieldOrigin::Zero));
        let fit = fit_pairs(
            &mut sequences,
            None,
            &(&options()).into(),
            &Watch::default(),
        )
        .unwrap();
        let found = (fit.minimum.objective, fit.minimum.stop_reason);
        let definition = Definition::new(&family, true, penalties);
        assert_optimal(found, &definition, penalties);
    }
}

#[test]
fn so_do_fits_of_each_site_alone() {
    let family = family(60, SITES);
    for penalties in grid().into_iter().step_by(13) {
        let sequences = penalised(&family, STATES, (penalties, FieldOrigin::Zero));
        let fit = fit_sites(&sequences, &options(), &Watch::default(), None).unwrap();
        let [end] = &fit.ends[..] else {
            panic!("one group");
        };
        let definition = Definition::new(&family, false, penalties);
        assert_optimal((end.objective, end.stop_reason), &definition, penalties);
    }
}

/// What argmin's minimiser calls converged is held to the same: under weak penalties it is the bound that tells.
#[test]
fn nothing_else_is_called_converged_by_the_other_minimiser() {
    let family = family(60, SITES);
    let mut converged = 0;
    for penalties in grid().into_iter().step_by(5) {
        let mut sequences = penalised(&family, STATES, (penalties, FieldOrigin::Zero));
        let stock = PlmOptions {
            optimizer: Optimizer::ArgminLbfgs,
            ..options()
        };
        let fit = fit_pairs(&mut sequences, None, &(&stock).into(), &Watch::default()).unwrap();
        if fit.minimum.stop_reason == StopReason::GradientTolerance {
            let definition = Definition::new(&family, true, penalties);
            let found = (fit.minimum.objective, fit.minimum.stop_reason);
            assert_optimal(found, &definition, penalties);
            converged += 1;
        }
    }
    assert!(converged > 15, "{converged}");
}

/// The bound is what makes it so: where the penalty on couplings is weak, the gradient by scaled variables is small far from the optimum.
#[test]
fn iterations_that_run_out_are_not_convergence() {
    let family = family(60, SITES);
    let penalties = Penalties {
        lambda_h: 10.0,
        lambda_j: 1e-3,
    };
    let mut sequences = penalised(&family, STATES, (penalties, FieldOrigin::Zero));
    let few = PlmOptions {
        max_iterations: 180,
        ..options()
    };
    let fit = fit_pairs(&mut sequences, None, &(&few).into(), &Watch::default()).unwrap();
    assert_eq!(fit.minimum.stop_reason, StopReason::MaxIterations);
}
