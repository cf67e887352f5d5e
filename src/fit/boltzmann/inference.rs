//! From a problem to a model: where learning begins, its stages, and what is known of the end.

use super::course::{Course, Part, Until, fresh_pearson};
use super::decimation::{ROUNDS, UPDATES, decimate, left_after};
use super::features::Features;
use super::held_out::{Division, Effort, log_z};
use super::options::{Begin, BoltzmannOptions, Stop};
use super::state::{Stage, State};
use super::task::Task;
use crate::alignment::SequenceWeights;
use crate::error::{Error, Result};
use crate::fit::options::{FitOptions, PlmOptions};
use crate::fit::problem::{Inferred, Problem};
use crate::fit::start::Start;
use crate::fit::ties::tie_unseen;
use crate::fit::watch::{Phase, Watch};
use crate::model::{
    Couplings, Estimator, FitRecord, Gauge, Inference, Learning, MethodName, Parameters, Partition,
    PottsModel, StopReason,
};
use crate::partition::annealing::FEWEST;
use ndarray::Array2;

impl Problem<'_> {
    /// The model that makes the family likeliest, as far as learning is taken.
    pub fn boltzmann(&self, options: &BoltzmannOptions, watch: &Watch) -> Result<Inferred> {
        let weights = self.weights.as_slice();
        let division = match options.stop {
            Stop::HeldOut => Some(Division::of(self.alignment, self.weights, options.seed)?),
            Stop::Pearson(_) | Stop::Updates(_) => None,
        };
        let first = division.as_ref().map_or(Stage::All, |_| Stage::HeldOut);
        let mut state = State::new(self.alignment.sites(), self.states, first);
        if let Some(keeper) = &watch.keeper {
            keeper.recall(&mut state)?;
        }
        let mut reason = None;
        if let (Stage::HeldOut, Some(division)) = (state.stage, &division) {
            let task = self.task(&division.kept);
            self.begin(&mut state, &task, &division.kept, options, watch)?;
            let part = Part {
                task: &task,
                division: Some(division),
                until: Until::HeldOut,
            };
            (state, _) = self
                .course(options, watch, &division.kept)
                .run(&part, state)?;
            state.planned = state.best_look().map_or(0, |look| look.0);
            state.enter(Stage::All);
        }
        let task = self.task(weights);
        let course = self.course(options, watch, weights);
        if state.stage == Stage::All {
            self.begin(&mut state, &task, weights, options, watch)?;
            let until = match options.stop {
                Stop::HeldOut => Until::Updates(state.planned),
                Stop::Pearson(target) => Until::Pearson(target),
                Stop::Updates(count) => Until::Updates(count),
            };
            let part = Part {
                task: &task,
                division: None,
                until,
            };
            let end;
            (state, end) = course.run(&part, state)?;
            reason = Some(end);
            state.enter(Stage::Decimation);
        }
        if let Some(edges) = options.edges {
            let wanted = edges.of(state.parameters.pairs.len());
            state = decimated(&course, &task, state, wanted)?;
        }
        let reason = match (options.stop, reason) {
            (_, Some(StopReason::MaxIterations)) => StopReason::MaxIterations,
            (Stop::HeldOut, _) => StopReason::HeldOutLikelihood,
            (Stop::Pearson(_), _) => StopReason::PearsonReached,
            (Stop::Updates(_), _) => StopReason::UpdatesDone,
        };
        self.finish(&task, options, state, reason, watch)
    }

    fn task(&self, weights: &[f64]) -> Task {
        let shape = (self.alignment.sites(), self.states);
        Task::of(self.alignment.as_slice(), weights, shape, self.penalties)
    }

    fn course<'a>(
        &'a self,
        options: &'a BoltzmannOptions,
        watch: &'a Watch,
        weights: &'a [f64],
    ) -> Course<'a> {
        watch.begin(Phase::Learning);
        Course {
            options,
            watch,
            naturals: (self.alignment.as_slice(), weights),
        }
    }

    /// Sets the parameters to where a stage begins, unless it has.
    fn begin(
        &self,
        state: &mut State,
        task: &Task,
        weights: &[f64],
        options: &BoltzmannOptions,
        watch: &Watch,
    ) -> Result<()> {
        if state.begun {
            return Ok(());
        }
        state.parameters = match (&options.start, options.begin) {
            (Some(start), _) => at_model(start, task),
            (None, Begin::Profile) => task.independent(),
            (None, Begin::Pseudolikelihood) => match self.pseudolikelihood(weights, watch) {
                Err(Error::Stopped { at }) => {
                    if let Some(keeper) = &watch.keeper {
                        keeper.keep(&at, state)?;
                    }
                    return Err(Error::Stopped { at });
                }
                found => found?,
            },
        };
        Ok(())
    }

    /// A fit by pseudolikelihood with its usual penalties.
    fn pseudolikelihood(&self, weights: &[f64], watch: &Watch) -> Result<Features> {
        watch.begin(Phase::WarmStart);
        let options = FitOptions {
            gaps: self.options.gaps,
            ..FitOptions::with_method(MethodName::Plm)
        };
        let weights = SequenceWeights::of_some(weights);
        let problem = Problem::new(self.alignment, &weights, &options);
        let (fitted, _) = problem.symmetric(&PlmOptions::default(), &watch.quiet())?;
        let fitted = tie_unseen(fitted.parameters, problem.frequencies.sites())?;
        let pairwise = fitted.needs_pairwise("learning")?;
        Ok(Features {
            states: self.states,
            singles: pairwise.fields.iter().copied().collect(),
            pairs: pairwise.all()?.as_slice().to_vec(),
        })
    }

    fn finish(
        &self,
        task: &Task,
        options: &BoltzmannOptions,
        mut state: State,
        stop_reason: StopReason,
        watch: &Watch,
    ) -> Result<Inferred> {
        let is_sparse = !state.kept.is_empty();
        let parameters = self.parameters(&state.parameters, is_sparse)?;
        let of_model = features(&parameters, self.states)?;
        watch.begin(Phase::Partition);
        let pearson = fresh_pearson(task, &of_model, options.seed);
        let mut stopped = |_, _| match &watch.keeper {
            Some(keeper) if keeper.must_stop() => {
                let at = "log Z";
                keeper.keep(at, &mut state)?;
                Err(Error::Stopped { at: at.into() })
            }
            _ => Ok(()),
        };
        let effort = (Effort::End, options.seed);
        let found = log_z(task, &of_model, effort, &mut stopped)?;
        let learning = self.learning(options, &state, &of_model, pearson);
        Ok(Inferred {
            parameters,
            gauge: Gauge::Fitted,
            information: None,
            // What few chains stand behind is not kept for others to rely on.
            partition: (found.ess >= FEWEST).then_some(Partition {
                log_z: found.log_z,
                standard_error: found.standard_error,
                estimator: Estimator::Annealing,
                ess: Some(found.ess),
                entropy: Some(found.entropy),
            }),
            record: FitRecord {
                inference: Inference::Boltzmann(learning),
                objective: Some(self.objective(&of_model, found.log_z)),
                evaluations: state.updates_in_all,
                iterations: state.updates_in_all,
                stop_reason,
                history: Vec::new(),
            },
        })
    }

    /// The negative log-likelihood of the weighted family, with the penalties.
    fn objective(&self, parameters: &Features, log_z: f64) -> f64 {
        let rows = self.alignment.as_slice();
        let likelihoods = parameters.of_each(rows);
        let likelihoods = likelihoods.iter().zip(self.weights.as_slice());
        let likelihood: f64 = likelihoods.map(|(x, weight)| weight * (x - log_z)).sum();
        let square = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>();
        let penalty = self.penalties.lambda_h * square(&parameters.singles)
            + self.penalties.lambda_j * square(&parameters.pairs);
        penalty - likelihood
    }

    /// What was learnt, and how.
    fn learning(
        &self,
        options: &BoltzmannOptions,
        state: &State,
        found: &Features,
        pearson: f64,
    ) -> Learning {
        let look = state.best_look();
        let sites = self.alignment.sites() as f64;
        let is_sparse = !state.kept.is_empty();
        Learning {
            penalties: Some(self.penalties),
            negative: Some(options.negative.describe()),
            stop: Some(options.stop.describe()),
            begin: Some(options.describe_start().into()),
            start_sha256: options.start.as_ref().map(|start| start.sha256.clone()),
            seed: Some(options.seed),
            chains: Some(options.chains as u64),
            sweeps: Some(options.sweeps),
            held_out: look.map(|look| look.1 / sites),
            held_out_error: look.map(|look| look.2 / sites),
            pearson: Some(pearson).filter(|x| x.is_finite()),
            edges: is_sparse.then(|| found.pairs.iter().filter(|j| **j != 0.0).count() as u64),
        }
    }

    /// Parameters as a model has them. States that no sequence has share theirs, as in other fits, where no couplings were taken away.
    fn parameters(&self, features: &Features, is_sparse: bool) -> Result<Parameters> {
        let shape = (features.sites(), features.states);
        let fields = Array2::from_shape_vec(shape, features.singles.clone())
            .map_err(|error| Error::Numerical(error.to_string()))?;
        let couplings = Couplings::from_packed(shape.0, shape.1, features.pairs.clone());
        let parameters = PottsModel::new(fields, couplings)?.into();
        match is_sparse {
            true => Ok(parameters),
            false => tie_unseen(parameters, self.frequencies.sites()),
        }
    }
}

/// The parameters of a model as features.
fn features(parameters: &Parameters, states: usize) -> Result<Features> {
    let pairwise = parameters.needs_pairwise("learning")?;
    Ok(Features {
        states,
        singles: pairwise.fields.iter().copied().collect(),
        pairs: pairwise.all()?.as_slice().to_vec(),
    })
}

/// The parameters of a model to begin with; independent sites where it has none.
fn at_model(start: &Start, task: &Task) -> Features {
    let mut features = task.independent();
    let states = features.states;
    let rows = features.singles.chunks_exact_mut(states);
    for ((row, own), known) in rows.zip(start.fields.rows()).zip(&start.known) {
        if *known {
            row.iter_mut().zip(own).for_each(|(h, own)| *h = *own);
        }
    }
    features.pairs.copy_from_slice(start.couplings.as_slice());
    features
}

/// Takes couplings away in rounds until so many are left, and learns after each.
fn decimated(course: &Course, task: &Task, mut state: State, wanted: usize) -> Result<State> {
    let all = state.parameters.pairs.len();
    while state.stage == Stage::Decimation && state.round < ROUNDS {
        if !state.begun {
            let model = Features::frequencies(&state.sequences, task.shape());
            let left = left_after(state.round + 1, (all, wanted));
            decimate(&mut state.parameters, &model, &mut state.kept, left);
        }
        let is_last = state.round + 1 == ROUNDS;
        let part = Part {
            task,
            division: None,
            until: Until::Updates(if is_last { UPDATES.1 } else { UPDATES.0 }),
        };
        (state, _) = course.run(&part, state)?;
        state.round += 1;
        state.enter(Stage::Decimation);
    }
    state.enter(Stage::Done);
    Ok(state)
}
