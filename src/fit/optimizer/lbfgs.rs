//! Limited-memory BFGS as an argmin solver that keeps its buffers.
//!
//! One iteration evaluates value and gradient once and touches each vector of the history twice. The two-loop recursion
//! needs inner products of the history and the gradient only; these are kept in a Gram matrix, so that
//! the direction is a combination of the vectors with known coefficients ("vector-free L-BFGS", Chen, Wang and Zhou 2014).
//!
//! The initial inverse Hessian is the mean over the last three steps of s.y / y.y; a step of length 1 is tried first
//! and shortened by safeguarded quadratic interpolation until it lowers the objective (Armijo), up to the
//! rounding error of single precision gradients.

use super::{Minimum, Objective, Recorder, Settings, failed, has_settled};
use crate::error::{Error, Result};
use crate::fit::report::{Observer, StopReason};
use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{
    Executor, IterState, KV, Problem, Solver, State, TerminationReason, TerminationStatus,
};
use argmin::kv;
use rayon::prelude::*;

/// Pairs of steps and gradient changes that are remembered.
const MEMORY: usize = 4;

/// Vectors whose inner products are kept: steps, gradient changes, the gradient.
const BASIS: usize = 2 * MEMORY + 1;

/// Index of the gradient in the basis.
const GRADIENT: usize = 2 * MEMORY;

/// Numbers handled as one piece by a thread; inner products are summed piece by piece in order, whatever the threads.
const CHUNK: usize = 4096;

/// Share of the steepest descent step tried first, where nothing is known: a full one is nearly always too long.
const FIRST_STEP: f64 = 0.2;

/// Share of the decrease promised by the slope that a step must reach (Armijo).
const SUFFICIENT_DECREASE: f64 = 1e-4;

/// Relative error of the objective that comes from single precision.
const OBJECTIVE_NOISE: f64 = 1e-8;

/// Shortenings of a step before the direction is given up.
const MAX_BACKTRACKS: u32 = 12;

/// 1/2 |g|^2 estimates the decrease still possible in well scaled variables; a hundredth of the tolerance is safe.
const GRADIENT_SAFETY: f64 = 0.01;

/// Names under which argmin counts evaluations, and the solver tells its observers of the gradient.
const EVALUATIONS: &str = "evaluations";
const GRADIENT_NORM: &str = "gradient_norm";

type ArgminResult<T> = std::result::Result<T, argmin::core::Error>;
type SolverState = IterState<(), (), (), (), (), f64>;
type Gram = [[f64; BASIS]; BASIS];

struct Lbfgs {
    tolerance: f64,
    parallel: bool,
    x: Vec<f32>,
    gradient: Vec<f32>,
    next_gradient: Vec<f32>,
    steps: Vec<Vec<f32>>,
    changes: Vec<Vec<f32>>,
    /// Slots in use, most recent first.
    recent: Vec<usize>,
    gram: Gram,
    objectives: Vec<f64>,
    /// s.y / y.y of the accepted steps.
    inverse_curvatures: Vec<f64>,
    stop_reason: Option<StopReason>,
}

/// Runs the solver on argmin's executor.
pub fn minimize<O: Objective>(
    objective: O,
    start: Vec<f32>,
    settings: &Settings,
    observer: Option<Observer>,
) -> Result<(Minimum, O)> {
    let recorder = Recorder::new(observer);
    let result = Executor::new(objective, Lbfgs::new(start, settings))
        .configure(|state: SolverState| {
            state
                .param(())
                .counting(true)
                .max_iters(settings.max_iterations)
        })
        .ctrlc(false)
        .add_observer(recorder.clone(), ObserverMode::Always)
        .run()
        .map_err(|error| failed(&error))?;
    let (solver, state) = (result.solver, result.state);
    let objective = result
        .problem
        .problem
        .ok_or_else(|| Error::Numerical("the minimiser lost its problem".into()))?;
    let minimum = Minimum {
        x: solver.x,
        objective: state.get_cost(),
        evaluations: recorder.history().last().map_or(0, |last| last.evaluations),
        iterations: state.get_iter(),
        stop_reason: solver.stop_reason.unwrap_or(StopReason::MaxIterations),
        history: recorder.history(),
    };
    Ok((minimum, objective))
}

impl Lbfgs {
    fn new(start: Vec<f32>, settings: &Settings) -> Self {
        let zeros = || vec![0.0; start.len()];
        Self {
            tolerance: settings.tolerance,
            parallel: settings.parallel,
            gradient: zeros(),
            next_gradient: zeros(),
            steps: (0..MEMORY).map(|_| zeros()).collect(),
            changes: (0..MEMORY).map(|_| zeros()).collect(),
            x: start,
            recent: Vec::new(),
            gram: [[0.0; BASIS]; BASIS],
            objectives: Vec::new(),
            inverse_curvatures: Vec::new(),
            stop_reason: None,
        }
    }

    /// Coefficients of the direction -H g in the basis: the two-loop recursion on inner products.
    fn direction(&self) -> [f64; BASIS] {
        let mut c = [0.0; BASIS];
        c[GRADIENT] = 1.0;
        let dot = |c: &[f64; BASIS], k: usize| -> f64 {
            c.iter().zip(&self.gram[k]).map(|(c, g)| c * g).sum()
        };
        let mut alphas = Vec::with_capacity(MEMORY);
        for &slot in &self.recent {
            let alpha = dot(&c, slot) / self.gram[slot][MEMORY + slot];
            c[MEMORY + slot] -= alpha;
            alphas.push(alpha);
        }
        let scale = self.initial_scale();
        c.iter_mut().for_each(|c| *c *= scale);
        for (&slot, alpha) in self.recent.iter().zip(alphas).rev() {
            let beta = dot(&c, MEMORY + slot) / self.gram[slot][MEMORY + slot];
            c[slot] += alpha - beta;
        }
        c.map(|c| -c)
    }

    fn initial_scale(&self) -> f64 {
        let last = &self.inverse_curvatures[self.inverse_curvatures.len().saturating_sub(3)..];
        if last.is_empty() {
            FIRST_STEP
        } else {
            last.iter().sum::<f64>() / last.len() as f64
        }
    }

    /// Forgets the history; the next direction is steepest descent.
    fn reset(&mut self) {
        self.recent.clear();
        self.inverse_curvatures.clear();
    }

    /// The slot for the next step: an unused one, or the oldest.
    fn next_slot(&self) -> usize {
        (0..MEMORY)
            .find(|slot| !self.recent.contains(slot))
            .or(self.recent.last().copied())
            .unwrap_or(0)
    }

    /// x += d and steps\[slot\] = d for the direction d with these coefficients.
    fn take_step(&mut self, coefficients: &[f64; BASIS], slot: usize) {
        let mut step = std::mem::take(&mut self.steps[slot]);
        let (x, gradient) = (&mut self.x, &self.gradient);
        let (steps, changes, recent) = (&self.steps, &self.changes, &self.recent);
        for_each_piece(self.parallel, x, &mut step, |start, x, step| {
            let range = start..start + x.len();
            let mut d: Vec<f32> = scaled(&gradient[range.clone()], coefficients[GRADIENT]);
            for &k in recent {
                // The oldest step is overwritten below: it has been taken out of `steps`.
                let s = if k == slot {
                    &*step
                } else {
                    &steps[k][range.clone()]
                };
                add_scaled(&mut d, s, coefficients[k]);
                add_scaled(&mut d, &changes[k][range.clone()], coefficients[MEMORY + k]);
            }
            add_scaled(x, &d, 1.0);
            step.copy_from_slice(&d);
        });
        self.steps[slot] = step;
    }

    /// Shortens the step in `slot` to `ratio` of its length.
    fn shorten_step(&mut self, slot: usize, ratio: f64) {
        let step = &mut self.steps[slot];
        for_each_piece(self.parallel, &mut self.x, step, |_, x, step| {
            add_scaled(x, step, ratio - 1.0);
            step.iter_mut().for_each(|s| *s *= ratio as f32);
        });
    }

    /// changes\[slot\] = new gradient - old; the new gradient becomes the gradient; all inner products with the three new vectors.
    fn learn(&mut self, slot: usize) {
        let mut change = std::mem::take(&mut self.changes[slot]);
        for_each_piece(
            self.parallel,
            &mut self.gradient,
            &mut change,
            |start, gradient, change| {
                let next = &self.next_gradient[start..start + gradient.len()];
                for ((g, c), n) in gradient.iter_mut().zip(change).zip(next) {
                    *c = n - *g;
                    *g = *n;
                }
            },
        );
        self.changes[slot] = change;
        let mut basis: Vec<usize> = self.recent.iter().flat_map(|&k| [k, MEMORY + k]).collect();
        basis.extend([slot, MEMORY + slot, GRADIENT]);
        self.update_gram(&basis, &[slot, MEMORY + slot, GRADIENT]);
    }

    fn vector(&self, k: usize) -> &[f32] {
        match k {
            GRADIENT => &self.gradient,
            k if k >= MEMORY => &self.changes[k - MEMORY],
            k => &self.steps[k],
        }
    }

    /// Recomputes the inner products of `new` with `basis`.
    fn update_gram(&mut self, basis: &[usize], new: &[usize]) {
        let piece = |start: usize| -> Vec<f64> {
            let range = start..self.x.len().min(start + CHUNK);
            let part = |k: usize| &self.vector(k)[range.clone()];
            new.iter()
                .flat_map(|&a| basis.iter().map(move |&b| (a, b)))
                .map(|(a, b)| dot(part(a), part(b)))
                .collect()
        };
        let starts: Vec<usize> = (0..self.x.len()).step_by(CHUNK).collect();
        let pieces: Vec<Vec<f64>> = if self.parallel {
            starts.into_par_iter().map(piece).collect()
        } else {
            starts.into_iter().map(piece).collect()
        };
        for (k, &a) in new.iter().enumerate() {
            for (l, &b) in basis.iter().enumerate() {
                let sum: f64 = pieces.iter().map(|p| p[k * basis.len() + l]).sum();
                self.gram[a][b] = sum;
                self.gram[b][a] = sum;
            }
        }
    }

    /// Remembers the step in `slot` if the objective curves upwards along it.
    fn remember(&mut self, slot: usize) {
        let sy = self.gram[slot][MEMORY + slot];
        let yy = self.gram[MEMORY + slot][MEMORY + slot];
        self.recent.retain(|&k| k != slot);
        if sy > 1e-10 * yy && yy > 0.0 {
            self.recent.insert(0, slot);
            self.inverse_curvatures.push(sy / yy);
        }
    }

    /// One line search along the current direction. `None` if no step lowers the objective.
    fn search<O: Objective>(
        &mut self,
        problem: &mut Problem<O>,
        objective: f64,
    ) -> ArgminResult<Option<f64>> {
        let coefficients = self.direction();
        let slope: f64 = coefficients
            .iter()
            .zip(&self.gram[GRADIENT])
            .map(|(c, g)| c * g)
            .sum();
        if slope.is_nan() || slope >= 0.0 {
            return Ok(None);
        }
        let slot = self.next_slot();
        self.take_step(&coefficients, slot);
        let noise = OBJECTIVE_NOISE * objective.abs();
        let mut length = 1.0;
        for _ in 0..MAX_BACKTRACKS {
            let next = self.evaluate(problem)?;
            if next <= objective + SUFFICIENT_DECREASE * length * slope + noise {
                self.learn(slot);
                self.remember(slot);
                return Ok(Some(next));
            }
            let parabola = -slope * length / (2.0 * (next - objective - slope * length));
            let ratio = if parabola.is_finite() {
                parabola.clamp(0.1, 0.5)
            } else {
                0.1
            };
            self.shorten_step(slot, ratio);
            length *= ratio;
        }
        // Back to where the search began; the slot's contents are no longer a step that was taken.
        self.shorten_step(slot, 0.0);
        self.recent.retain(|&k| k != slot);
        Ok(None)
    }

    fn evaluate<O: Objective>(&mut self, problem: &mut Problem<O>) -> ArgminResult<f64> {
        *problem.counts.entry(EVALUATIONS).or_insert(0) += 1;
        let objective = problem
            .problem
            .as_mut()
            .ok_or_else(|| argmin::core::Error::msg("no problem to minimise"))?;
        Ok(objective.value_and_gradient(&self.x, &mut self.next_gradient))
    }

    fn gradient_norm(&self) -> f64 {
        self.gram[GRADIENT][GRADIENT].sqrt()
    }

    fn progress(&self) -> KV {
        kv!(GRADIENT_NORM => self.gradient_norm();)
    }
}

impl<O: Objective> Solver<O, SolverState> for Lbfgs {
    fn name(&self) -> &str {
        "L-BFGS"
    }

    fn init(
        &mut self,
        problem: &mut Problem<O>,
        state: SolverState,
    ) -> ArgminResult<(SolverState, Option<KV>)> {
        let objective = self.evaluate(problem)?;
        if !objective.is_finite() {
            return Err(argmin::core::Error::msg(
                "the objective is not a number at the start",
            ));
        }
        std::mem::swap(&mut self.gradient, &mut self.next_gradient);
        self.update_gram(&[GRADIENT], &[GRADIENT]);
        self.objectives.push(objective);
        Ok((state.cost(objective), Some(self.progress())))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<O>,
        state: SolverState,
    ) -> ArgminResult<(SolverState, Option<KV>)> {
        let objective = state.get_cost();
        let mut next = self.search(problem, objective)?;
        if next.is_none() && !self.recent.is_empty() {
            self.reset();
            next = self.search(problem, objective)?;
        }
        if next.is_none() {
            self.stop_reason = Some(StopReason::PrecisionReached);
        }
        let objective = next.unwrap_or(objective);
        self.objectives.push(objective);
        Ok((state.cost(objective), Some(self.progress())))
    }

    fn terminate(&mut self, state: &SolverState) -> TerminationStatus {
        let scale = self.tolerance * state.get_cost().abs();
        if 0.5 * self.gradient_norm().powi(2) <= GRADIENT_SAFETY * scale {
            self.stop_reason = Some(StopReason::GradientTolerance);
        } else if self.stop_reason.is_none() && has_settled(&self.objectives, self.tolerance) {
            self.stop_reason = Some(StopReason::ObjectiveTolerance);
        }
        match self.stop_reason {
            Some(_) => TerminationStatus::Terminated(TerminationReason::SolverConverged),
            None => TerminationStatus::NotTerminated,
        }
    }
}

impl Observe<SolverState> for Recorder {
    fn observe_init(&mut self, _: &str, state: &SolverState, kv: &KV) -> ArgminResult<()> {
        self.record(1, state.get_cost(), gradient_norm(kv));
        Ok(())
    }

    fn observe_iter(&mut self, state: &SolverState, kv: &KV) -> ArgminResult<()> {
        let evaluations = state.get_func_counts().get(EVALUATIONS).copied();
        self.record(
            evaluations.unwrap_or(0),
            state.get_cost(),
            gradient_norm(kv),
        );
        Ok(())
    }
}

fn gradient_norm(kv: &KV) -> f64 {
    kv.get(GRADIENT_NORM)
        .and_then(|norm| norm.get_float())
        .unwrap_or(f64::NAN)
}

/// Calls `f(start, a, b)` for pieces of two equally long slices.
fn for_each_piece(
    parallel: bool,
    a: &mut [f32],
    b: &mut [f32],
    f: impl Fn(usize, &mut [f32], &mut [f32]) + Sync,
) {
    if parallel {
        a.par_chunks_mut(CHUNK)
            .zip(b.par_chunks_mut(CHUNK))
            .enumerate()
            .for_each(|(k, (a, b))| f(k * CHUNK, a, b));
    } else {
        a.chunks_mut(CHUNK)
            .zip(b.chunks_mut(CHUNK))
            .enumerate()
            .for_each(|(k, (a, b))| f(k * CHUNK, a, b));
    }
}

fn scaled(x: &[f32], factor: f64) -> Vec<f32> {
    x.iter().map(|x| x * factor as f32).collect()
}

fn add_scaled(total: &mut [f32], x: &[f32], factor: f64) {
    let factor = factor as f32;
    for (t, x) in total.iter_mut().zip(x) {
        *t += factor * x;
    }
}

/// Inner product: sixteen running sums in f32 over at most [`CHUNK`] numbers, added up in f64.
fn dot(x: &[f32], y: &[f32]) -> f64 {
    const LANES: usize = 16;
    let mut sums = [0.0f32; LANES];
    let (x_parts, x_rest) = x.as_chunks::<LANES>();
    let (y_parts, y_rest) = y.as_chunks::<LANES>();
    for (x, y) in x_parts.iter().zip(y_parts) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f64 = x_rest
        .iter()
        .zip(y_rest)
        .map(|(x, y)| f64::from(x * y))
        .sum();
    sums.iter().map(|&s| f64::from(s)).sum::<f64>() + rest
}
