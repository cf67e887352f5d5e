//! What of Boltzmann learning can be chosen.

use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use crate::fit::start::Start;
use std::sync::Arc;

/// Options of Boltzmann learning.
#[derive(Debug, Clone, PartialEq)]
pub struct BoltzmannOptions {
    /// Where the sequences of the model's side come from, and how parameters follow.
    pub negative: Negative,
    /// When it ends.
    pub stop: Stop,
    /// Where it begins, without a model to begin with.
    pub begin: Begin,
    /// The model to begin with.
    pub start: Option<Arc<Start>>,
    /// Most updates of the parameters.
    pub max_updates: u64,
    /// Number of chains, a multiple of eight.
    pub chains: usize,
    /// Sweeps of the chains between two updates.
    pub sweeps: u64,
    /// How many couplings stay; `None` for all.
    pub edges: Option<Edges>,
    /// Of all random numbers.
    pub seed: u64,
}

impl Default for BoltzmannOptions {
    fn default() -> Self {
        Self {
            negative: Negative::Natural,
            stop: Stop::HeldOut,
            begin: Begin::Pseudolikelihood,
            start: None,
            max_updates: 500,
            chains: 10_000,
            sweeps: 10,
            edges: None,
            seed: 0,
        }
    }
}

/// Where the sequences of the model's side come from, and how parameters follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Negative {
    /// Chains that go on from update to update, and the natural gradient.
    Natural,
    /// Chains that begin at sequences of the family before each update and go so many sweeps (contrastive divergence), and the gradient.
    Contrastive(u64),
    /// Chains that go on from update to update (persistent contrastive divergence), and the gradient.
    Persistent,
}

impl Negative {
    /// The word on the command line and in model files.
    pub fn describe(self) -> String {
        match self {
            Self::Natural => "natural".into(),
            Self::Contrastive(sweeps) => format!("cd:{sweeps}"),
            Self::Persistent => "pcd".into(),
        }
    }
}

/// When learning ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    /// When the likelihood of sequences that are left out gets no better; then all are learnt from in as many updates.
    HeldOut,
    /// When connected correlations of fresh chains have this Pearson correlation with those of the family.
    Pearson(f64),
    /// After so many updates.
    Updates(u64),
}

impl Stop {
    /// The word on the command line and in model files.
    pub fn describe(self) -> String {
        match self {
            Self::HeldOut => "held-out".into(),
            Self::Pearson(target) => format!("pearson:{target}"),
            Self::Updates(count) => format!("updates:{count}"),
        }
    }
}

/// Where learning begins, without a model to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// A fit by pseudolikelihood, with its usual penalties.
    Pseudolikelihood,
    /// Independent sites.
    Profile,
}

/// How many couplings J_ij(a, b) stay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Edges {
    /// So many.
    Count(u64),
    /// This share of them.
    Share(f64),
}

impl Edges {
    /// How many of `all` couplings.
    pub fn of(self, all: usize) -> usize {
        match self {
            Self::Count(count) => (count as usize).min(all),
            Self::Share(share) => (share * all as f64).ceil() as usize,
        }
    }
}

/// With fewer chains frequencies are too noisy for a step.
const FEWEST_CHAINS: usize = 64;

impl BoltzmannOptions {
    /// Checks what the type of an option cannot say.
    ///
    /// # Errors
    /// For numbers outside their range, and gaps that are no state.
    pub fn check(&self, gaps: GapTreatment) -> Result<()> {
        let wrong = |message: String| Err(Error::Usage(message));
        if gaps == GapTreatment::Missing {
            return wrong(
                "`method=bm` is a law of whole sequences, gaps included: `gaps=missing` does not go with it"
                    .into(),
            );
        }
        match self.stop {
            Stop::Pearson(target) if !(target > 0.0 && target < 1.0) => {
                return wrong(format!(
                    "`stop=pearson:{target}`, but a correlation to be reached lies between 0 and 1; 0.95 is usual"
                ));
            }
            Stop::Updates(0) => return wrong("`stop=updates:0` would learn nothing".into()),
            _ => {}
        }
        if self.negative == Negative::Contrastive(0) {
            return wrong(
                "`negative=cd:0` has chains that never move: take 1 sweep or more".into(),
            );
        }
        if self.chains < FEWEST_CHAINS {
            return wrong(format!(
                "`learning_chains={}`, but frequencies need at least {FEWEST_CHAINS} chains; 10000 are usual",
                self.chains
            ));
        }
        if self.sweeps == 0 {
            return wrong("`learning_sweeps=0` has chains that never move: take 1 or more".into());
        }
        match self.edges {
            Some(Edges::Count(0)) => {
                wrong("`edges=0` leaves no coupling: `method=independent` is that model".into())
            }
            Some(Edges::Share(share)) if !(share > 0.0 && share < 1.0) => wrong(format!(
                "`edges={share}` is no share between 0 and 1, and no whole number of couplings"
            )),
            _ => Ok(()),
        }
    }

    /// Where it begins, in a word.
    pub fn describe_start(&self) -> &'static str {
        match (&self.start, self.begin) {
            (Some(_), _) => "from a model",
            (None, Begin::Pseudolikelihood) => "from pseudolikelihood",
            (None, Begin::Profile) => "from independent sites",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_choices_are_refused() {
        let with = |change: fn(&mut BoltzmannOptions)| {
            let mut options = BoltzmannOptions::default();
            change(&mut options);
            options.check(GapTreatment::State)
        };
        assert!(with(|_| ()).is_ok());
        let wrong: [fn(&mut BoltzmannOptions); 8] = [
            |options| options.stop = Stop::Pearson(1.0),
            |options| options.stop = Stop::Pearson(f64::NAN),
            |options| options.stop = Stop::Updates(0),
            |options| options.negative = Negative::Contrastive(0),
            |options| options.chains = 8,
            |options| options.sweeps = 0,
            |options| options.edges = Some(Edges::Count(0)),
            |options| options.edges = Some(Edges::Share(1.0)),
        ];
        assert!(wrong.into_iter().all(|change| with(change).is_err()));
        let missing = BoltzmannOptions::default().check(GapTreatment::Missing);
        assert!(missing.is_err());
        assert_eq!(Edges::Share(0.1).of(441), 45);
        assert_eq!(Edges::Count(900).of(441), 441);
    }
}
