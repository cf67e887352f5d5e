//! Limited-memory BFGS as an argmin solver that holds no vector.
//!
//! The two-loop recursion needs inner products of the history and the gradient only; these are kept in a Gram matrix, so that
//! the direction is a combination of the vectors with known coefficients ("vector-free L-BFGS", Chen, Wang and Zhou 2014). The vectors
//! are the problem's own ([`Descent`]), which can pass over them once an evaluation.
//!
//! The initial inverse Hessian is the mean over the last three steps of s.y / y.y; a step of length 1 is tried first
//! and shortened by safeguarded quadratic interpolation until it lowers the objective (Armijo). Where the objective's rounding error
//! hides the difference, the slope at the end of the step decides.

use super::{
    Descent, Minimum, OBJECTIVE_NOISE, Recorder, Settings, failed, has_stalled, is_bounded,
    is_optimum, lock,
};
use crate::error::{Error, Result};
use crate::fit::optimizer::descent::{Direction, Gram, KEPT_STEPS};
use crate::fit::watch::Progress;
use crate::fit::watch::Watch;
use crate::model::StopReason;
use crate::state::Keeper;
use crate::state::{Persistent, Transfer};
use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{
    Executor, IterState, KV, Problem, Solver, State, TerminationReason, TerminationStatus,
};
use argmin::kv;
use std::sync::Arc;

/// Index of the gradient in a [`Gram`] matrix.
const GRADIENT: usize = 2 * KEPT_STEPS;

/// Iterations after which the variables are scaled anew, by the curvature there: the first steps change it most.
const RESCALES: [u64; 2] = [3, 8];

/// Share of the steepest descent step tried first, where nothing is known: a full one is nearly always too long.
const FIRST_STEP: f64 = 0.2;

/// Share of the decrease promised by the slope that a step must reach (Armijo).
const SUFFICIENT_DECREASE: f64 = 1e-4;

/// Where the objective differs by less than this (relative), its error may hide whether a step was good, and the slope decides.
const NEARLY_EQUAL: f64 = 1e-7;

/// The slope at the end of such a step may be this share of that at its start, upwards (the approximate condition of Hager and Zhang
/// 2005, with their delta of 0.1).
const MOST_SLOPE: f64 = 0.8;

/// Shortenings of a step before the direction is given up.
const MAX_BACKTRACKS: u32 = 12;

/// Names under which argmin counts evaluations, and the solver tells its observers of the gradient.
const EVALUATIONS: &str = "evaluations";
const GRADIENT_NORM: &str = "gradient_norm";

type ArgminResult<T> = std::result::Result<T, argmin::core::Error>;
type SolverState = IterState<(), (), (), (), (), f64>;

struct Lbfgs {
    tolerance: f64,
    /// Slots of the history.
    slots: usize,
    /// Slots in use, most recent first.
    recent: Vec<usize>,
    gram: Gram,
    /// s.y / y.y of the accepted steps.
    inverse_curvatures: Vec<f64>,
    /// Objectives and squared norms of the gradient, at every iteration.
    objectives: Vec<f64>,
    squared_norms: Vec<f64>,
    is_optimum: bool,
    stop_reason: Option<StopReason>,
    recorder: Recorder,
    keeper: Option<Arc<dyn Keeper>>,
}

/// Runs the solver on argmin's executor.
///
/// # Errors
/// As [`super::minimize`].
pub fn minimize<D: Descent>(
    problem: D,
    settings: &Settings,
    watch: &Watch,
) -> Result<(Minimum, D)> {
    let recorder = Recorder::new(watch.observer.clone());
    let solver = Lbfgs::new(
        settings.tolerance,
        problem.slots(),
        recorder.clone(),
        watch.keeper.clone(),
    );
    let result = Executor::new(problem, solver)
        .configure(|state: SolverState| {
            state
                .param(())
                .counting(true)
                .max_iters(settings.max_iterations)
        })
        .ctrlc(false)
        .add_observer(recorder.clone(), ObserverMode::Always)
        .run()
        .map_err(failed)?;
    let (mut solver, state) = (result.solver, result.state);
    let mut problem = result
        .problem
        .problem
        .ok_or_else(|| Error::Numerical("the minimiser lost its problem".into()))?;
    if let Some(keeper) = watch.keeper.as_ref().filter(|keeper| keeper.keeps_end()) {
        let mut run = Run {
            problem: &mut problem,
            solver: &mut solver,
        };
        keeper.keep(&format!("iteration {}", state.get_iter()), &mut run)?;
    }
    let minimum = Minimum {
        objective: state.get_cost(),
        evaluations: recorder.history().last().map_or(0, |last| last.evaluations),
        iterations: state.get_iter(),
        stop_reason: match solver.is_optimum {
            true => StopReason::GradientTolerance,
            false => solver.stop_reason.unwrap_or(StopReason::MaxIterations),
        },
        history: recorder.history(),
    };
    Ok((minimum, problem))
}

impl Lbfgs {
    fn new(
        tolerance: f64,
        slots: usize,
        recorder: Recorder,
        keeper: Option<Arc<dyn Keeper>>,
    ) -> Self {
        Self {
            tolerance,
            slots,
            recent: Vec::new(),
            gram: Gram::default(),
            inverse_curvatures: Vec::new(),
            objectives: Vec::new(),
            squared_norms: Vec::new(),
            is_optimum: false,
            stop_reason: None,
            recorder,
            keeper,
        }
    }

    /// Coefficients of the direction -H g: the two-loop recursion on inner products.
    fn direction(&self) -> [f64; GRADIENT + 1] {
        let mut c = [0.0; GRADIENT + 1];
        c[GRADIENT] = 1.0;
        let dot = |c: &[f64; GRADIENT + 1], k: usize| -> f64 {
            c.iter().zip(&self.gram[k]).map(|(c, g)| c * g).sum()
        };
        let mut alphas = Vec::with_capacity(KEPT_STEPS);
        for &slot in &self.recent {
            let alpha = dot(&c, slot) / self.gram[slot][KEPT_STEPS + slot];
            c[KEPT_STEPS + slot] -= alpha;
            alphas.push(alpha);
        }
        let scale = self.initial_scale();
        c.iter_mut().for_each(|c| *c *= scale);
        for (&slot, alpha) in self.recent.iter().zip(alphas).rev() {
            let beta = dot(&c, KEPT_STEPS + slot) / self.gram[slot][KEPT_STEPS + slot];
            c[slot] += alpha - beta;
        }
        c.map(|c| -c)
    }

    /// Of the objective along a direction.
    fn slope(&self, direction: &[f64; GRADIENT + 1]) -> f64 {
        let products = direction.iter().zip(&self.gram[GRADIENT]);
        products.map(|(c, g)| c * g).sum()
    }

    /// An estimate of what the objective can still fall by: the geometric mean of 1/2 |g|^2, which is that if the scaling of the variables is
    /// perfect, and of 1/2 g H g, which is that if H, the inverse Hessian that the history knows, is. The first is too large where the
    /// gradient has something left in directions of large curvature, the second too small, since the history knows little of small ones.
    fn distance(&self) -> f64 {
        let square = self.gram[GRADIENT][GRADIENT];
        let slope = self.slope(&self.direction());
        0.5 * (square * -slope).sqrt()
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
        (0..self.slots)
            .find(|slot| !self.recent.contains(slot))
            .or(self.recent.last().copied())
            .unwrap_or(0)
    }

    /// Learns the gradient at the point that was reached by the step in `slot`.
    fn update<D: Descent>(&mut self, problem: &mut D, slot: usize) {
        let products = problem.update(slot);
        let mut set = |k: usize, l: usize, value: f64| {
            self.gram[k][l] = value;
            self.gram[l][k] = value;
        };
        for k in 0..GRADIENT {
            set(k, GRADIENT, products.gradient[k]);
            set(k, KEPT_STEPS + slot, products.change[k]);
        }
        set(GRADIENT, GRADIENT, products.square);
    }

    /// Remembers the step in `slot` if the objective curves upwards along it.
    fn remember(&mut self, slot: usize) {
        let sy = self.gram[slot][KEPT_STEPS + slot];
        let yy = self.gram[KEPT_STEPS + slot][KEPT_STEPS + slot];
        self.recent.retain(|&k| k != slot);
        if sy > 1e-10 * yy && yy > 0.0 {
            self.recent.insert(0, slot);
            self.inverse_curvatures.push(sy / yy);
        }
    }

    /// One line search along the current direction. `None` if no step lowers the objective.
    fn search<D: Descent>(
        &mut self,
        problem: &mut Problem<D>,
        state: &SolverState,
    ) -> ArgminResult<Option<f64>> {
        let objective = state.get_cost();
        let c = self.direction();
        let slope = self.slope(&c);
        if slope.is_nan() || slope >= 0.0 {
            return Ok(None);
        }
        let slot = self.next_slot();
        let direction = Direction {
            gradient: c[GRADIENT] as f32,
            steps: std::array::from_fn(|k| c[k] as f32),
            changes: std::array::from_fn(|k| c[KEPT_STEPS + k] as f32),
        };
        let step_change = own(problem)?.take_step(&direction, slot);
        let rescales = RESCALES.contains(&(state.get_iter() + 1));
        let mut length = 1.0;
        for _ in 0..MAX_BACKTRACKS {
            let first = length == 1.0;
            let next = evaluate(problem, rescales && first)?;
            let promised = SUFFICIENT_DECREASE * length * slope;
            let is_lower = next <= objective + promised + OBJECTIVE_NOISE * objective.abs();
            if is_lower || next <= objective + NEARLY_EQUAL * objective.abs() {
                for (k, product) in step_change.iter().enumerate() {
                    self.gram[slot][KEPT_STEPS + k] = product * length;
                    self.gram[KEPT_STEPS + k][slot] = product * length;
                }
                self.update(own(problem)?, slot);
                if !is_lower && self.gram[slot][GRADIENT] > MOST_SLOPE * length * slope.abs() {
                    // Neither the objective nor the gradient can tell a way down.
                    own(problem)?.shorten_step(0.0, slot);
                    evaluate(problem, false)?;
                    self.update(own(problem)?, slot);
                    self.recent.retain(|&k| k != slot);
                    return Ok(None);
                }
                self.remember(slot);
                if rescales && first {
                    self.gram = own(problem)?.rescale();
                }
                return Ok(Some(next));
            }
            let parabola = -slope * length / (2.0 * (next - objective - slope * length));
            let ratio = if parabola.is_finite() {
                parabola.clamp(0.1, 0.5)
            } else {
                0.1
            };
            own(problem)?.shorten_step(ratio as f32, slot);
            length *= ratio;
        }
        // Back to where the search began; the slot's contents are no longer a step that was taken.
        own(problem)?.shorten_step(0.0, slot);
        self.recent.retain(|&k| k != slot);
        Ok(None)
    }

    /// Decides whether the point is an optimum, and whether the search ends there.
    fn judge<D: Descent>(&mut self, problem: &mut D, objective: f64) {
        let square = self.gram[GRADIENT][GRADIENT];
        self.objectives.push(objective);
        self.squared_norms.push(square);
        self.is_optimum = is_optimum(self.distance(), objective, self.tolerance)
            && is_bounded(problem.largest_decrease(), objective, self.tolerance);
        if self.is_optimum {
            self.stop_reason = Some(StopReason::GradientTolerance);
        } else if has_stalled(&self.objectives, &self.squared_norms) {
            self.stop_reason = Some(StopReason::PrecisionReached);
        }
    }

    fn gradient_norm(&self) -> f64 {
        self.gram[GRADIENT][GRADIENT].sqrt()
    }

    /// Keeps the state if it is time to. An error if it is time to stop.
    fn keep<D: Descent>(&mut self, problem: &mut Problem<D>, iteration: u64) -> ArgminResult<()> {
        let Some(keeper) = self.keeper.clone() else {
            return Ok(());
        };
        let stops = keeper.must_stop();
        if stops || keeper.is_due() {
            let at = format!("iteration {iteration}");
            let mut state = Run {
                problem: own(problem)?,
                solver: self,
            };
            keeper.keep(&at, &mut state)?;
            if stops {
                return Err(Error::Stopped { at }.into());
            }
        }
        Ok(())
    }

    /// Goes on where an earlier run was, if its state was kept. Returns the iteration and the objective there.
    fn recall<D: Descent>(&mut self, problem: &mut Problem<D>) -> ArgminResult<Option<(u64, f64)>> {
        let Some(keeper) = self.keeper.clone() else {
            return Ok(None);
        };
        let mut state = Run {
            problem: own(problem)?,
            solver: self,
        };
        if !keeper.recall(&mut state)? {
            return Ok(None);
        }
        let last = self.recorder.history().last().copied();
        let last = last.ok_or(Error::Numerical("a state without any iteration".into()))?;
        problem.counts.insert(EVALUATIONS, last.evaluations);
        self.recorder.tell(Progress::Resumed(last));
        Ok(Some((last.iteration, last.objective)))
    }

    fn progress(&self) -> KV {
        kv!(GRADIENT_NORM => self.gradient_norm();)
    }
}

/// A problem and its minimiser between two iterations.
struct Run<'a, D> {
    problem: &'a mut D,
    solver: &'a mut Lbfgs,
}

impl<D: Descent> Persistent for Run<'_, D> {
    fn serialise(&mut self, state: &mut Transfer) -> std::io::Result<()> {
        self.problem.serialise(state)?;
        let solver = &mut self.solver;
        let mut recent: Vec<u64> = solver.recent.iter().map(|&slot| slot as u64).collect();
        state.list(&mut recent)?;
        solver.recent = recent.into_iter().map(|slot| slot as usize).collect();
        state.numbers(&mut solver.gram)?;
        state.list(&mut solver.objectives)?;
        state.list(&mut solver.squared_norms)?;
        state.list(&mut solver.inverse_curvatures)?;
        // A state may be that of the end, which the problem cannot tell again: its bounds come from an evaluation.
        let mut end = u8::from(solver.is_optimum) + 2 * u8::from(solver.stop_reason.is_some());
        state.number(&mut end)?;
        solver.is_optimum = end & 1 > 0;
        let reason = match solver.is_optimum {
            true => StopReason::GradientTolerance,
            false => StopReason::PrecisionReached,
        };
        solver.stop_reason = (end & 2 > 0).then_some(reason);
        solver.recorder.serialise(state)
    }
}

fn own<D>(problem: &mut Problem<D>) -> ArgminResult<&mut D> {
    let missing = || argmin::core::Error::msg("no problem to minimise");
    problem.problem.as_mut().ok_or_else(missing)
}

fn evaluate<D: Descent>(problem: &mut Problem<D>, curvature: bool) -> ArgminResult<f64> {
    *problem.counts.entry(EVALUATIONS).or_insert(0) += 1;
    Ok(own(problem)?.evaluate(curvature))
}

impl<D: Descent> Solver<D, SolverState> for Lbfgs {
    fn name(&self) -> &str {
        "L-BFGS"
    }

    fn init(
        &mut self,
        problem: &mut Problem<D>,
        mut state: SolverState,
    ) -> ArgminResult<(SolverState, Option<KV>)> {
        if let Some((iteration, objective)) = self.recall(problem)? {
            state.iter = iteration;
            return Ok((state.cost(objective), Some(self.progress())));
        }
        let objective = evaluate(problem, false)?;
        if !objective.is_finite() {
            return Err(argmin::core::Error::msg(
                "the objective is not a number at the start",
            ));
        }
        // No step led here: the slot holds nothing that is remembered.
        self.update(own(problem)?, 0);
        self.judge(own(problem)?, objective);
        Ok((state.cost(objective), Some(self.progress())))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<D>,
        state: SolverState,
    ) -> ArgminResult<(SolverState, Option<KV>)> {
        self.keep(problem, state.get_iter())?;
        let mut next = self.search(problem, &state)?;
        if next.is_none() && !self.recent.is_empty() {
            self.reset();
            next = self.search(problem, &state)?;
        }
        if next.is_none() {
            self.stop_reason = Some(StopReason::PrecisionReached);
        }
        let objective = next.unwrap_or(state.get_cost());
        self.judge(own(problem)?, objective);
        Ok((state.cost(objective), Some(self.progress())))
    }

    fn terminate(&mut self, _: &SolverState) -> TerminationStatus {
        match self.stop_reason {
            Some(_) => TerminationStatus::Terminated(TerminationReason::SolverConverged),
            None => TerminationStatus::NotTerminated,
        }
    }
}

impl Observe<SolverState> for Recorder {
    fn observe_init(&mut self, _: &str, state: &SolverState, kv: &KV) -> ArgminResult<()> {
        // A resumed run has recorded its start.
        if lock(&self.record).history.is_empty() {
            self.record(1, state.get_cost(), gradient_norm(kv));
        }
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
