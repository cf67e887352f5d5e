//! One update after the other: chains, the gradient, a step, and as far of it as chains confirm.

use super::features::Features;
use super::natural::natural_step;
use super::options::{BoltzmannOptions, Negative};
use super::saturation::saturated;
use super::state::State;
use super::statistics::{Agreement, Halves};
use super::task::Task;
use super::trust::{Taken, bounded, curvature};
use crate::error::{Error, Result};
use crate::kernels::gibbs::{Rule, Tables};
use crate::random::Random;
use crate::sample::ensemble::{AT_ONCE, Ensemble};

/// Most chains whose sequences make up the Fisher information: the matrix is of this order.
pub const MOST_IN_KERNEL: usize = 2000;

/// Most chains that judge a step.
const MOST_JUDGES: usize = 4000;

/// Damping of the natural gradient: at first, and what it falls to by the factor an update.
const DAMPING: (f64, f64, f64) = (0.1, 0.03, 0.96);

/// The most that it is raised to.
const MOST_DAMPING: f64 = 10.0;

/// Sweeps before the first update, from independent sites.
const BURN_IN: u64 = 50;

/// The share of the way to the minimum along the gradient that a plain step goes.
const PLAIN: f64 = 0.5;

/// What tells random numbers from others of the same seed.
const CHAINS: u64 = 0xb017_0000;
const DRAWS: u64 = 0xb017_1000;

/// What an update found and did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    /// Of the chains that learning goes on with, before the step.
    pub agreement: Agreement,
    /// <E> of the chains less <E> of the family, in nats.
    pub energy_gap: f64,
    /// The step; `None` if it was refused.
    pub taken: Option<Taken>,
    /// The damping that it was found with.
    pub damping: f64,
}

/// Learning as it goes.
pub struct Learner<'a> {
    pub task: &'a Task,
    pub options: &'a BoltzmannOptions,
    pub state: State,
    ensemble: Ensemble,
    /// Sequences of the family with their weights, where chains begin at them.
    naturals: &'a [u8],
    cumulative: Vec<f64>,
}

impl<'a> Learner<'a> {
    /// Goes on with a state, or begins with its parameters where it has no chains yet.
    pub fn new(
        task: &'a Task,
        (naturals, weights): (&'a [u8], &[f64]),
        options: &'a BoltzmannOptions,
        mut state: State,
    ) -> Self {
        let chains = options.chains.next_multiple_of(AT_ONCE);
        let is_new = !state.begun;
        if is_new {
            state.sequences = task.drawn(chains, options.seed);
            state.damping = DAMPING.0;
            state.good = state.parameters.clone();
            state.good_update = 0;
            state.begun = true;
        }
        let tables = tables(task, &state.parameters);
        let moves = ((0..task.shape().0).collect(), Rule::Gibbs);
        let stream = (options.seed ^ CHAINS, 0);
        let ensemble = Ensemble::new(tables, (&state.sequences, None), moves, stream);
        let mut sum = 0.0;
        let cumulative = weights.iter().map(|weight| {
            sum += weight;
            sum
        });
        let mut learner = Self {
            task,
            options,
            cumulative: cumulative.collect(),
            state,
            ensemble,
            naturals,
        };
        match is_new {
            true => learner.ensemble.sweep(BURN_IN),
            false => {
                learner.ensemble.set_random_state(&learner.state.random);
                0
            }
        };
        learner
    }

    /// The state, with that of the chains.
    pub fn saved(&mut self) -> &mut State {
        self.state.sequences = self.ensemble.sequences();
        self.state.random = self.ensemble.random_state();
        &mut self.state
    }

    /// The same, when no more is learnt.
    pub fn into_state(mut self) -> State {
        self.saved();
        self.state
    }

    /// What the chains show, and a step of the parameters.
    ///
    /// # Errors
    /// [`Error::Numerical`] if there is no step.
    pub fn update(&mut self) -> Result<Update> {
        let shape = self.task.shape();
        if let Negative::Contrastive(sweeps) = self.options.negative {
            self.begin_at_naturals();
            self.ensemble.sweep(sweeps);
        }
        let sequences = self.ensemble.sequences();
        let halves = Halves::of(&sequences, shape);
        let agreement = halves.agreement(&self.task.target);
        let model = halves.mean();
        drop(halves);
        let parameters = &self.state.parameters;
        let energy_gap = parameters.dot(&self.task.target) - parameters.dot(&model);
        let mut gradient = self.task.gradient(model, parameters);
        self.mask(&mut gradient);
        let (step, taken) = self.step(&sequences, &gradient)?;
        let damping = self.state.damping;
        self.adapt(taken);
        let is_taken = taken.gain > 0.0 || self.options.negative != Negative::Natural;
        if is_taken {
            let share = taken.share as f32;
            self.state
                .parameters
                .change(&step, |x, step| x + share * step);
            drop(step);
            self.follow();
        } else {
            self.state.refused += 1;
        }
        if !matches!(self.options.negative, Negative::Contrastive(_)) {
            self.ensemble.sweep(self.options.sweeps);
        }
        self.state.update += 1;
        Ok(Update {
            agreement,
            energy_gap,
            taken: is_taken.then_some(taken),
            damping,
        })
    }

    /// The step that the gradient asks for, and how much of it is to be taken.
    fn step(&self, sequences: &[u8], gradient: &Features) -> Result<(Features, Taken)> {
        let sites = self.task.shape().0;
        let chains = sequences.len() / sites;
        // Chains of which the step is made know too well that it is right.
        let own = MOST_IN_KERNEL.min(chains / 2);
        let judges = &sequences[own * sites..][..(chains - own).min(MOST_JUDGES) * sites];
        let damping = self.state.damping + self.task.curvature();
        let (step, most) = match self.options.negative {
            Negative::Natural => {
                let own = &sequences[..own * sites];
                let mut step = natural_step(own, gradient, damping)?;
                self.mask(&mut step);
                (step, None)
            }
            Negative::Contrastive(_) | Negative::Persistent => (gradient.clone(), Some(PLAIN)),
        };
        let along = step.of_each(judges);
        let slope = gradient.dot(&step);
        if !(slope.is_finite() && along.iter().all(|x| x.is_finite())) {
            return Err(Error::Numerical("a step of learning is not finite".into()));
        }
        // Of the gradient itself no length is natural but that to the minimum along it.
        let penalty = self.task.penalty(&step);
        let curvature = (curvature(&along) + 2.0 * penalty).max(1e-12);
        let most = most.map_or(1.0, |share| share * slope / curvature);
        let mut taken = bounded(&along, slope, most);
        taken.gain -= taken.share * taken.share * penalty;
        Ok((step, taken))
    }

    /// Lets the damping fall where chains confirm what a step promises, and raises it where they do not.
    fn adapt(&mut self, taken: Taken) {
        let (_, least, factor) = DAMPING;
        let damping = &mut self.state.damping;
        *damping = match taken.gain > 0.0 {
            true => (*damping * factor).max(least.min(*damping)),
            false => (*damping * 2.0).min(MOST_DAMPING),
        };
    }

    /// Leaves out couplings that were taken away.
    fn mask(&self, features: &mut Features) {
        if !self.state.kept.is_empty() {
            let both = features.pairs.iter_mut().zip(&self.state.kept);
            both.for_each(|(x, kept)| *x *= f32::from(*kept));
        }
    }

    /// Lets the chains go on with the parameters as they are now.
    pub fn follow(&mut self) {
        self.ensemble
            .follow(tables(self.task, &self.state.parameters));
    }

    /// Goes back to the last parameters that were good, with new chains and more damping.
    pub fn go_back(&mut self) {
        let state = &mut self.state;
        state.failures += 1;
        state.failures_in_all += 1;
        state.parameters.clone_from(&state.good);
        state.update = state.good_update;
        state.looked = state.looked.min(state.update);
        state.damping = (state.damping * 4.0).min(MOST_DAMPING);
        self.follow();
        let seed = Random::of(self.options.seed, CHAINS, self.state.failures_in_all).bits();
        let begun = self.task.drawn(self.ensemble.count(), seed);
        self.ensemble.begin(&begun, None, (seed, 0));
        self.ensemble.sweep(BURN_IN);
    }

    /// The share of the chains that feel no gradient.
    pub fn saturated(&self) -> f64 {
        saturated(&self.state.parameters, &self.ensemble.sequences())
    }

    /// Has all chains begin at sequences of the family, each as often as its weight says.
    fn begin_at_naturals(&mut self) {
        let sites = self.task.shape().0;
        let all = self.cumulative.last().copied().unwrap_or(0.0);
        let seed = Random::of(self.options.seed, DRAWS, self.state.update).bits();
        let mut begun = Vec::with_capacity(self.ensemble.count() * sites);
        for chain in 0..self.ensemble.count() {
            let place = Random::of(seed, DRAWS, chain as u64).share() * all;
            let row = self.cumulative.partition_point(|&sum| sum <= place);
            let row = row.min(self.cumulative.len() - 1);
            begun.extend_from_slice(&self.naturals[row * sites..][..sites]);
        }
        self.ensemble.begin(&begun, None, (seed, 0));
    }
}

/// Sequences of chains that begin anew at independent sites and go so many sweeps.
pub fn fresh(
    task: &Task,
    parameters: &Features,
    (count, sweeps): (usize, u64),
    seed: u64,
) -> Vec<u8> {
    let begun = task.drawn(count, seed);
    let moves = ((0..task.shape().0).collect(), Rule::Gibbs);
    let mut chains = Ensemble::new(tables(task, parameters), (&begun, None), moves, (seed, 0));
    chains.sweep(sweeps);
    chains.sequences()
}

/// The parameters as sweeps need them.
fn tables(task: &Task, parameters: &Features) -> Tables {
    Tables::new(parameters.as_pairs(), &task.common)
}
