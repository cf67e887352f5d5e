//! argmin's own L-BFGS with its More-Thuente line search, as a yardstick for ours.

use super::{
    Descent, Minimum, Recorder, Settings, SmoothFunction, failed, is_bounded, is_optimum, lock,
};
use crate::error::{Error, Result};
use crate::fit::watch::Observer;
use crate::model::StopReason;
use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{
    CostFunction, Executor, Gradient, IterState, KV, Problem, Solver, State, TerminationReason,
    TerminationStatus,
};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use std::sync::Mutex;

/// Pairs of steps and gradient changes that are remembered: argmin's documentation suggests 3 to 20.
const KEPT_STEPS: usize = 5;

/// A [`SmoothFunction`] as argmin's solvers want it: value and gradient apart, in f64, each from one shared evaluation.
struct Separate<O>(Mutex<Cache<O>>);

struct Cache<O> {
    objective: O,
    x: Vec<f32>,
    value: f64,
    gradient: Vec<f32>,
    evaluations: u64,
}

impl<O: SmoothFunction> Cache<O> {
    fn at(&mut self, x: &[f64]) -> &Self {
        let x: Vec<f32> = x.iter().map(|&v| v as f32).collect();
        if self.x != x {
            self.value = self.objective.value_and_gradient(&x, &mut self.gradient);
            self.evaluations += 1;
            self.x = x;
        }
        self
    }
}

impl<O: SmoothFunction> CostFunction for Separate<O> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> std::result::Result<f64, argmin::core::Error> {
        Ok(lock(&self.0).at(x).value)
    }
}

impl<O: SmoothFunction> Gradient for Separate<O> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> std::result::Result<Vec<f64>, argmin::core::Error> {
        let mut cache = lock(&self.0);
        Ok(cache.at(x).gradient.iter().map(|&g| f64::from(g)).collect())
    }
}

/// argmin's solver with the end of ours: its own tolerances are of no share of the objective.
struct UntilOptimum<S> {
    solver: S,
    is_optimum: bool,
    tolerance: f64,
}

impl<S> UntilOptimum<S> {
    /// Decides whether the point is an optimum, as ours does.
    fn judge<O: Descent + SmoothFunction>(
        &mut self,
        problem: &mut Problem<Separate<O>>,
        state: &StockState,
    ) {
        let objective = state.get_cost();
        // What a step of Newton's method would gain if the scaling of the variables were perfect.
        let estimate = 0.5 * gradient_norm(state).powi(2);
        self.is_optimum = is_optimum(estimate, objective, self.tolerance);
        if let (true, Some(own), Some(x)) = (self.is_optimum, &problem.problem, state.get_param()) {
            let mut cache = lock(&own.0);
            // The last point that was looked at may be another.
            cache.at(x);
            let bound = cache.objective.largest_decrease();
            self.is_optimum = is_bounded(bound, objective, self.tolerance);
        }
    }
}

impl<S, O> Solver<Separate<O>, StockState> for UntilOptimum<S>
where
    S: Solver<Separate<O>, StockState>,
    O: Descent + SmoothFunction,
{
    fn name(&self) -> &str {
        self.solver.name()
    }

    fn init(
        &mut self,
        problem: &mut Problem<Separate<O>>,
        state: StockState,
    ) -> ArgminResult<(StockState, Option<KV>)> {
        let (state, told) = self.solver.init(problem, state)?;
        self.judge(problem, &state);
        Ok((state, told))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<Separate<O>>,
        state: StockState,
    ) -> ArgminResult<(StockState, Option<KV>)> {
        let (state, told) = self.solver.next_iter(problem, state)?;
        self.judge(problem, &state);
        Ok((state, told))
    }

    fn terminate(&mut self, state: &StockState) -> TerminationStatus {
        if self.is_optimum {
            TerminationStatus::Terminated(TerminationReason::SolverConverged)
        } else if state.get_cost() == state.get_prev_cost() {
            let stuck = "no step lowers the objective".to_owned();
            TerminationStatus::Terminated(TerminationReason::SolverExit(stuck))
        } else {
            TerminationStatus::NotTerminated
        }
    }
}

/// Runs argmin's solver.
pub fn minimize<O: Descent + SmoothFunction>(
    objective: O,
    settings: &Settings,
    observer: Option<Observer>,
) -> Result<(Minimum, O)> {
    let start = objective.start();
    let mut cache = Cache {
        gradient: vec![0.0; start.len()],
        objective,
        x: Vec::new(),
        value: f64::NAN,
        evaluations: 0,
    };
    let start: Vec<f64> = start.iter().map(|&v| f64::from(v)).collect();
    let value = cache.at(&start).value;
    if !value.is_finite() {
        return Err(Error::Numerical(
            "the objective is not a number at the start".into(),
        ));
    }
    let recorder = Recorder::new(observer);
    let solver = UntilOptimum {
        is_optimum: false,
        solver: LBFGS::new(MoreThuenteLineSearch::new(), KEPT_STEPS),
        tolerance: settings.tolerance,
    };
    let result = Executor::new(Separate(Mutex::new(cache)), solver)
        .configure(|state| {
            state
                .param(start)
                .counting(true)
                .max_iters(settings.max_iterations)
        })
        .ctrlc(false)
        .add_observer(recorder.clone(), ObserverMode::Always)
        .run()
        .map_err(failed)?;
    let mut state = result.state;
    let stop_reason = stop_reason(state.get_termination_status());
    let mut cache = result
        .problem
        .problem
        .and_then(|problem| problem.0.into_inner().ok())
        .ok_or_else(|| Error::Numerical("the minimiser lost its problem".into()))?;
    let x = state
        .take_best_param()
        .ok_or_else(|| Error::Numerical("the minimiser returned no point".into()))?;
    // The last point that was looked at may be another.
    cache.at(&x);
    let minimum = Minimum {
        objective: state.get_best_cost(),
        evaluations: cache.evaluations,
        iterations: state.get_iter(),
        stop_reason,
        history: recorder.history(),
    };
    Ok((minimum, cache.objective))
}

type ArgminResult<T> = std::result::Result<T, argmin::core::Error>;
type StockState = IterState<Vec<f64>, Vec<f64>, (), (), (), f64>;

impl Observe<StockState> for Recorder {
    fn observe_init(
        &mut self,
        _: &str,
        state: &StockState,
        _: &KV,
    ) -> std::result::Result<(), argmin::core::Error> {
        self.record(1, state.get_cost(), gradient_norm(state));
        Ok(())
    }

    fn observe_iter(
        &mut self,
        state: &StockState,
        _: &KV,
    ) -> std::result::Result<(), argmin::core::Error> {
        let evaluations = state.get_func_counts().get("cost_count").copied();
        self.record(
            evaluations.unwrap_or(0),
            state.get_cost(),
            gradient_norm(state),
        );
        Ok(())
    }
}

fn gradient_norm(state: &StockState) -> f64 {
    let norm = |g: &Vec<f64>| g.iter().map(|g| g * g).sum::<f64>().sqrt();
    state.get_gradient().map_or(f64::NAN, norm)
}

fn stop_reason(status: &TerminationStatus) -> StopReason {
    match status {
        TerminationStatus::Terminated(TerminationReason::SolverConverged) => {
            StopReason::GradientTolerance
        }
        // The line search ends in an error where single precision shows it no descent.
        TerminationStatus::Terminated(TerminationReason::SolverExit(_)) => {
            StopReason::PrecisionReached
        }
        _ => StopReason::MaxIterations,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counted(u64);

    impl SmoothFunction for Counted {
        fn start(&self) -> Vec<f32> {
            vec![3.0]
        }

        fn value_and_gradient(&mut self, x: &[f32], gradient: &mut [f32]) -> f64 {
            self.0 += 1;
            gradient[0] = 2.0 * x[0];
            f64::from(x[0] * x[0])
        }
    }

    #[test]
    fn value_and_gradient_of_a_point_share_an_evaluation() {
        let problem = Separate(Mutex::new(Cache {
            objective: Counted(0),
            x: Vec::new(),
            value: f64::NAN,
            gradient: vec![0.0],
            evaluations: 0,
        }));
        let x = vec![3.0];
        assert_eq!(problem.cost(&x).unwrap(), 9.0);
        assert_eq!(problem.gradient(&x).unwrap(), [6.0]);
        assert_eq!(problem.0.into_inner().unwrap().objective.0, 1);
    }
}
