//! The course of learning: stages, looks, and when to stop or go back.

use super::features::Features;
use super::held_out::{Division, Effort, log_likelihood, log_z};
use super::learner::{Learner, Update, fresh};
use super::options::BoltzmannOptions;
use super::state::{Stage, State};
use super::statistics::Halves;
use super::task::Task;
use crate::error::{Error, Result};
use crate::fit::watch::{LearningStep, Progress, Watch};
use crate::model::StopReason;
use crate::random::Random;

/// Updates from one look to the next.
const EVERY: u64 = 3;

/// Updates after which no better log-likelihood is waited for.
const PATIENCE: u64 = 5;

/// Fresh chains of a look, and their sweeps.
const FRESH: (usize, u64) = (512, 100);

/// The same where they decide the end.
const DECIDING: (usize, u64) = (4096, 200);

/// Noise of few chains is not to hide the end.
const NOISE: f64 = 0.02;

/// Learning is given up when it went astray so often in a row.
const MOST_FAILURES: u64 = 6;

/// Of chains that feel no gradient no gradient says where to go.
const MOST_SATURATED: f64 = 0.5;

/// An energy gap by so many times that of the start, or nats a site, is no noise.
const LARGEST_GAP: f64 = 2.0;

/// What tells these random numbers from others of the same seed.
const LOOKS: u64 = 0xb017_4000;

/// What a stage needs.
pub struct Course<'a> {
    pub options: &'a BoltzmannOptions,
    pub watch: &'a Watch,
    /// Sequences and their weights.
    pub naturals: (&'a [u8], &'a [f64]),
}

/// A stage of learning: what is learnt from, and which sequences are left out of it.
pub struct Part<'a> {
    pub task: &'a Task,
    pub division: Option<&'a Division>,
    /// When it ends.
    pub until: Until,
}

/// When a stage ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Until {
    /// When left out sequences get no likelier.
    HeldOut,
    /// When fresh chains agree so well.
    Pearson(f64),
    /// After so many updates.
    Updates(u64),
}

impl Course<'_> {
    /// Learns to the end of a stage.
    ///
    /// # Errors
    /// [`Error::Stopped`] if the keeper wants to stop; [`Error::Numerical`] if learning diverges again and again.
    pub fn run(&self, part: &Part, state: State) -> Result<(State, StopReason)> {
        let mut learner = Learner::new(part.task, self.naturals, self.options, state);
        loop {
            self.keep(&mut learner)?;
            if let Some(reason) = self.look(part, &mut learner)? {
                return Ok((learner.into_state(), reason));
            }
            let result = learner.update();
            self.judge(part, &mut learner, result)?;
        }
    }

    /// Looks at how far it is; a reason if this is the end.
    fn look(&self, part: &Part, learner: &mut Learner) -> Result<Option<StopReason>> {
        let update = learner.state.update;
        if let Until::Updates(count) = part.until
            && update >= count
        {
            return Ok(Some(StopReason::UpdatesDone));
        }
        if update >= self.options.max_updates {
            return Ok(Some(StopReason::MaxIterations));
        }
        let is_due = update == 0 || update >= learner.state.looked + EVERY;
        if !is_due {
            return Ok(None);
        }
        let seed = Random::of(self.options.seed, LOOKS, update).bits();
        learner.state.fresh = pearson(part.task, &learner.state.parameters, FRESH, seed);
        let reason = match part.division {
            Some(division) => self.look_at_left_out(part, division, learner)?,
            None => self.look_at_fresh(part, learner, seed),
        };
        // At the end: who is interrupted before looks again.
        learner.state.looked = update;
        Ok(reason)
    }

    /// Whether fresh chains agree as well as was wished for.
    fn look_at_fresh(&self, part: &Part, learner: &mut Learner, seed: u64) -> Option<StopReason> {
        let state = &mut learner.state;
        let Until::Pearson(target) = part.until else {
            return None;
        };
        if state.fresh + state.lag < target - NOISE {
            return None;
        }
        let decided = pearson(part.task, &state.parameters, DECIDING, seed);
        state.lag = 0.5 * (state.lag + (decided - state.fresh).max(0.0));
        state.fresh = decided;
        (decided >= target).then_some(StopReason::PearsonReached)
    }

    fn look_at_left_out(
        &self,
        part: &Part,
        division: &Division,
        learner: &mut Learner,
    ) -> Result<Option<StopReason>> {
        let effort = (Effort::Look, self.options.seed);
        let parameters = learner.state.parameters.clone();
        let mut watch = |_, _| self.stop_if_asked(learner);
        let found = log_z(part.task, &parameters, effort, &mut watch)?;
        let parameters = &learner.state.parameters;
        let value = log_likelihood(parameters, &division.left_out, found.log_z);
        let look = [learner.state.update as f64, value, found.standard_error];
        learner.state.looks.extend(look);
        let best = learner.state.best_look().map_or(0, |look| look.0);
        let is_over = learner.state.update >= best + PATIENCE;
        Ok(is_over.then_some(StopReason::HeldOutLikelihood))
    }

    /// Whether an update left everything in order; else goes back.
    fn judge(&self, part: &Part, learner: &mut Learner, result: Result<Update>) -> Result<()> {
        let saturated = learner.saturated();
        let sites = part.task.shape().0 as f64;
        let problem = match &result {
            Err(Error::Numerical(problem)) => Some(problem.clone()),
            Err(_) => return result.map(drop),
            Ok(_) if !learner.state.parameters.are_finite() => {
                Some("parameters are not finite".into())
            }
            Ok(_) if saturated > MOST_SATURATED => Some(format!(
                "{:.0} % of the chains feel no gradient",
                100.0 * saturated
            )),
            Ok(update) if update.energy_gap.abs() > LARGEST_GAP * sites => Some(format!(
                "the energies of chains and family are {:.0} nats apart",
                update.energy_gap
            )),
            Ok(_) => None,
        };
        let Some(problem) = problem else {
            if let Ok(update) = result {
                self.tell(part, learner, &update, saturated);
                let state = &mut learner.state;
                if state.update >= state.good_update + EVERY {
                    state.good.clone_from(&state.parameters);
                    state.good_update = state.update;
                    state.failures = 0;
                }
            }
            return Ok(());
        };
        if learner.state.failures >= MOST_FAILURES {
            return Err(Error::Numerical(format!(
                "learning diverged {} times in a row, though steps became shorter: {problem}\n  \
                 stronger penalties (`lambda_j=0.01x`) or more chains (`learning_chains=20000`) hold it",
                learner.state.failures + 1
            )));
        }
        learner.go_back();
        Ok(())
    }

    fn tell(&self, part: &Part, learner: &Learner, update: &Update, saturated: f64) {
        let state = &learner.state;
        let look = state.looks.chunks_exact(3).last();
        let look = look.filter(|_| part.division.is_some());
        self.watch.tell(Progress::Learning(LearningStep {
            update: state.update,
            all: match part.until {
                Until::Updates(count) => Some(count),
                Until::HeldOut | Until::Pearson(_) => None,
            },
            stage: match state.stage {
                Stage::HeldOut => "without some sequences",
                Stage::All | Stage::Done => "from all sequences",
                Stage::Decimation => "with fewer couplings",
            },
            pearson_fresh: Some(state.fresh).filter(|x| x.is_finite()),
            pearson_chains: update.agreement.pearson,
            energy_gap: update.energy_gap,
            held_out: look.map(|look| {
                (
                    look[1] / part.task.shape().0 as f64,
                    look[2] / part.task.shape().0 as f64,
                )
            }),
            step: update.taken.map(|taken| taken.share),
            gain: update.taken.map_or(0.0, |taken| taken.gain),
            accepted: 1.0 - state.refused as f64 / state.update.max(1) as f64,
            damping: update.damping,
            saturated,
            failures: state.failures_in_all,
        }));
    }

    /// Keeps the state where that is due, and stops where somebody wants to.
    fn keep(&self, learner: &mut Learner) -> Result<()> {
        match &self.watch.keeper {
            Some(keeper) if keeper.must_stop() => self.stop_if_asked(learner),
            Some(keeper) if keeper.is_due() => {
                let at = place(&learner.state);
                keeper.keep(&at, learner.saved())
            }
            _ => Ok(()),
        }
    }

    /// Keeps the state and stops where somebody wants to.
    fn stop_if_asked(&self, learner: &mut Learner) -> Result<()> {
        match &self.watch.keeper {
            Some(keeper) if keeper.must_stop() => {
                let at = place(&learner.state);
                keeper.keep(&at, learner.saved())?;
                Err(Error::Stopped { at })
            }
            _ => Ok(()),
        }
    }
}

/// Pearson correlation of connected correlations of the family with those of many fresh chains.
pub fn fresh_pearson(task: &Task, parameters: &Features, seed: u64) -> f64 {
    let seed = Random::of(seed, LOOKS, u64::MAX).bits();
    pearson(task, parameters, DECIDING, seed)
}

fn pearson(task: &Task, parameters: &Features, effort: (usize, u64), seed: u64) -> f64 {
    let fresh = fresh(task, parameters, effort, seed);
    Halves::of(&fresh, task.shape())
        .agreement(&task.target)
        .pearson
}

/// How far learning is, in words.
fn place(state: &State) -> String {
    let of = match state.stage {
        Stage::HeldOut => " without some sequences",
        Stage::All | Stage::Done => "",
        Stage::Decimation => " with fewer couplings",
    };
    format!("update {}{of}", state.update)
}
