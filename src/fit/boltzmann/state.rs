//! The state of learning, as it is kept when it is interrupted.

use super::features::Features;
use crate::state::{Persistent, Transfer};
use std::io;

/// What learning is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Learning without some of the sequences, to find out how many updates are best.
    HeldOut,
    /// Learning from all.
    All,
    /// Taking couplings away.
    Decimation,
    /// All is learnt.
    Done,
}

const STAGES: [Stage; 4] = [Stage::HeldOut, Stage::All, Stage::Decimation, Stage::Done];

/// Everything that the rest of learning depends on, between two updates.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What it is at.
    pub stage: Stage,
    /// Whether this stage has begun.
    pub begun: bool,
    /// Updates of this stage.
    pub update: u64,
    /// Updates of the stage before that were best.
    pub planned: u64,
    /// Parameters now.
    pub parameters: Features,
    /// Parameters at the last look that found nothing wrong, and when.
    pub good: Features,
    pub good_update: u64,
    /// Sequences of the chains.
    pub sequences: Vec<u8>,
    /// Where their random numbers are.
    pub random: Vec<u32>,
    /// Damping of the natural gradient.
    pub damping: f64,
    /// Times that learning went astray since the last good look, and in all.
    pub failures: u64,
    pub failures_in_all: u64,
    /// Updates of all stages after which the model was left, those without some sequences not counted.
    pub updates_in_all: u64,
    /// Updates whose step was refused.
    pub refused: u64,
    /// Log-likelihood of left out sequences at each look of the first stage: update, value, standard error.
    pub looks: Vec<f64>,
    /// The update of the last look.
    pub looked: u64,
    /// Pearson correlation of the last fresh chains; NaN before.
    pub fresh: f64,
    /// By how much a look at few chains of few sweeps falls short of one that decides: chains that take long to forget have not got as far.
    pub lag: f64,
    /// Energy gap of the last good look.
    pub gap: f64,
    /// Which couplings stay; empty for all.
    pub kept: Vec<u8>,
    /// Rounds of decimation that are done.
    pub round: u64,
}

impl State {
    /// Before anything is learnt.
    pub fn new(sites: usize, states: usize, stage: Stage) -> Self {
        Self {
            stage,
            begun: false,
            update: 0,
            planned: 0,
            parameters: Features::zeros(sites, states),
            good: Features::zeros(sites, states),
            good_update: 0,
            sequences: Vec::new(),
            random: Vec::new(),
            damping: 0.0,
            failures: 0,
            failures_in_all: 0,
            updates_in_all: 0,
            refused: 0,
            looks: Vec::new(),
            looked: 0,
            fresh: f64::NAN,
            lag: 0.04,
            gap: f64::NAN,
            kept: Vec::new(),
            round: 0,
        }
    }

    /// Goes on to another stage.
    pub fn enter(&mut self, stage: Stage) {
        if self.stage != Stage::HeldOut {
            self.updates_in_all += self.update;
        }
        self.stage = stage;
        self.begun = false;
        self.update = 0;
        self.looked = 0;
        self.failures = 0;
    }

    /// The look with the best log-likelihood: update, value, standard error.
    pub fn best_look(&self) -> Option<(u64, f64, f64)> {
        let looks = self.looks.chunks_exact(3);
        let looks = looks.map(|look| (look[0] as u64, look[1], look[2]));
        looks.reduce(|best, look| if look.1 > best.1 { look } else { best })
    }
}

impl Persistent for State {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        let mut stage = self.stage as u64;
        let mut begun = u64::from(self.begun);
        state.number(&mut stage)?;
        state.number(&mut begun)?;
        let known = usize::try_from(stage).ok().and_then(|k| STAGES.get(k));
        self.stage = *known.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("a stage {stage} of learning"),
            )
        })?;
        self.begun = begun != 0;
        for count in [
            &mut self.update,
            &mut self.planned,
            &mut self.good_update,
            &mut self.failures,
            &mut self.failures_in_all,
            &mut self.updates_in_all,
            &mut self.refused,
            &mut self.looked,
            &mut self.round,
        ] {
            state.number(count)?;
        }
        for number in [
            &mut self.damping,
            &mut self.fresh,
            &mut self.lag,
            &mut self.gap,
        ] {
            state.number(number)?;
        }
        for features in [&mut self.parameters, &mut self.good] {
            state.numbers(&mut features.singles)?;
            state.numbers(&mut features.pairs)?;
        }
        state.list(&mut self.sequences)?;
        state.list(&mut self.random)?;
        state.list(&mut self.looks)?;
        state.list(&mut self.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_restored() {
        let mut state = State::new(3, 2, Stage::All);
        state.enter(Stage::Decimation);
        state.parameters.pairs[3] = 0.25;
        state.looks = vec![3.0, -7.0, 0.1, 6.0, -6.5, 0.2, 9.0, -6.75, 0.1];
        state.random = vec![1, 2, u32::MAX];
        (state.fresh, state.lag, state.gap) = (0.5, 0.07, -1.0);
        let mut bytes = Vec::new();
        state.serialise(&mut Transfer::Save(&mut bytes)).unwrap();
        let mut other = State::new(3, 2, Stage::HeldOut);
        other
            .serialise(&mut Transfer::Restore(&mut &bytes[..]))
            .unwrap();
        assert_eq!(other, state);
        assert_eq!(other.best_look(), Some((6, -6.5, 0.2)));
        // No stage has this number.
        bytes[0] = 9;
        assert!(
            other
                .serialise(&mut Transfer::Restore(&mut &bytes[..]))
                .is_err()
        );
    }
}
