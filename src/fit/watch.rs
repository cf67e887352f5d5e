//! Who watches a long fit: an observer that is told how far it is, and a keeper that saves its state so that another run can go on.
//!
//! A method says what its state is ([`Persistent`](crate::state::Persistent)); whoever runs the fit decides where states go and when ([`Keeper`]).

use crate::model::Iteration;
use crate::state::Keeper;
use std::sync::Arc;

/// What a fit is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Counting residues, and the independent-site model.
    Frequencies,
    /// Ordering the sequences in trees of relatives.
    Tree,
    /// A fit by pseudolikelihood, to begin learning with.
    WarmStart,
    /// Learning from the model's own sequences.
    Learning,
    /// Estimating log Z.
    Partition,
    /// Minimising the objective.
    Minimisation,
    /// Putting couplings and fields into their places.
    Model,
    /// Counting pairs of residues, for mean field.
    Correlations,
    /// Inverting their correlations.
    Inverse,
    /// Direct information of all pairs.
    DirectInformation,
    /// Fits to resampled sequences.
    Replicates,
    /// Fits without some of the sequences.
    Validation,
}

impl Phase {
    /// A few words for people and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Frequencies => "counting residues",
            Self::Tree => "ordering sequences",
            Self::WarmStart => "pseudolikelihood to begin with",
            Self::Learning => "learning",
            Self::Partition => "log Z",
            Self::Minimisation => "minimising",
            Self::Model => "filling the model",
            Self::Correlations => "counting pairs",
            Self::Inverse => "inverting",
            Self::DirectInformation => "direct information",
            Self::Validation => "fitting without some sequences",
            Self::Replicates => "fitting resampled sequences",
        }
    }
}

/// What a long fit tells while it runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// A part of the work begins.
    Phase(Phase),
    /// A minimiser finished an iteration.
    Iteration(Iteration),
    /// A minimiser goes on after this iteration, which an earlier run reached.
    Resumed(Iteration),
    /// Boltzmann learning finished an update.
    Learning(LearningStep),
    /// Steps done out of all, of a fit that knows how many there are.
    Steps {
        /// What a step is, in the plural: "sites".
        unit: &'static str,
        /// Done.
        done: usize,
        /// All.
        all: usize,
    },
}

/// An update of Boltzmann learning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearningStep {
    /// Updates of this stage.
    pub update: u64,
    /// Of how many, where that is known.
    pub all: Option<u64>,
    /// What is learnt from: a few words.
    pub stage: &'static str,
    /// Pearson correlation of the connected correlations of fresh chains with those of the family, at the last look.
    pub pearson_fresh: Option<f64>,
    /// The same of the chains that learning goes on with: it flatters.
    pub pearson_chains: f64,
    /// <E> of the chains less <E> of the family, in nats.
    pub energy_gap: f64,
    /// Log-likelihood of left out sequences and its standard error, in nats a site, at the last look.
    pub held_out: Option<(f64, f64)>,
    /// The share of the step that was taken; `None` if none was.
    pub step: Option<f64>,
    /// What the log-likelihood gained by other chains, in nats a sequence.
    pub gain: f64,
    /// The share of steps that other chains confirmed.
    pub accepted: f64,
    /// The damping of the natural gradient.
    pub damping: f64,
    /// The share of chains that feel no gradient.
    pub saturated: f64,
    /// Times that learning went astray and was taken back.
    pub failures: u64,
}

/// Receives [`Progress`]; called from any thread.
pub type Observer = Arc<dyn Fn(Progress) + Send + Sync>;

/// What the caller of a fit wants to see and to keep of it.
#[derive(Clone, Default)]
pub struct Watch {
    /// Is told how far the fit is.
    pub observer: Option<Observer>,
    /// Keeps its state.
    pub keeper: Option<Arc<dyn Keeper>>,
}

impl Watch {
    /// Tells the observer, if there is one, that a part of the work begins.
    pub(super) fn begin(&self, phase: Phase) {
        self.tell(Progress::Phase(phase));
    }

    /// The same for fits within this one: nobody sees them, and their state is not kept, but they stop with it.
    pub(super) fn quiet(&self) -> Self {
        let stopper = |keeper: Arc<dyn Keeper>| Arc::new(Stopper(keeper)) as Arc<dyn Keeper>;
        Self {
            observer: None,
            keeper: self.keeper.clone().map(stopper),
        }
    }

    /// Tells the observer, if there is one.
    pub(super) fn tell(&self, progress: Progress) {
        if let Some(observer) = &self.observer {
            observer(progress);
        }
    }
}

/// Stops with another keeper, and keeps nothing.
pub(super) struct Stopper(pub Arc<dyn Keeper>);

impl Keeper for Stopper {
    fn must_stop(&self) -> bool {
        self.0.must_stop()
    }
}
