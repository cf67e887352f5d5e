//! How a fit went.

use super::options::{FitOptions, Method, Optimizer, Penalties};
use crate::alignment::IdentityRule;
use std::sync::Arc;

/// One iteration of a minimiser.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Iteration {
    /// From 0, the starting point.
    pub iteration: u64,
    /// Evaluations of value and gradient so far.
    pub evaluations: u64,
    /// The objective.
    pub objective: f64,
    /// Norm of the gradient in the minimiser's variables.
    pub gradient_norm: f64,
    /// Seconds since the minimiser started.
    pub seconds: f64,
}

/// What a fit is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Counting residues, and the independent-site model.
    Frequencies,
    /// Ordering the sequences in trees of relatives.
    Tree,
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
}

impl Phase {
    /// A few words for people and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Frequencies => "counting residues",
            Self::Tree => "ordering sequences",
            Self::Minimisation => "minimising",
            Self::Model => "filling the model",
            Self::Correlations => "counting pairs",
            Self::Inverse => "inverting",
            Self::DirectInformation => "direct information",
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
    /// Sites done out of all, of a fit that goes site by site.
    Sites {
        /// Done.
        done: usize,
        /// All.
        all: usize,
    },
}

/// Receives [`Progress`]; called from any thread.
pub type Observer = Arc<dyn Fn(Progress) + Send + Sync>;

/// Why a minimiser stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// The objective fell by less than the tolerance over five iterations.
    ObjectiveTolerance,
    /// The gradient is as small as the tolerance asks.
    GradientTolerance,
    /// No step lowers the objective by more than the rounding error of single precision.
    PrecisionReached,
    /// The largest number of iterations was reached first.
    MaxIterations,
    /// There is nothing iterative about the method.
    ClosedForm,
    /// Another program fitted the model, and its file does not say.
    NotRecorded,
}

impl StopReason {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ObjectiveTolerance,
        Self::GradientTolerance,
        Self::PrecisionReached,
        Self::MaxIterations,
        Self::ClosedForm,
        Self::NotRecorded,
    ];

    /// Whether the end is known to be an optimum.
    pub fn converged(self) -> bool {
        !matches!(self, Self::MaxIterations | Self::NotRecorded)
    }

    /// A word for files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ObjectiveTolerance => "objective-tolerance",
            Self::GradientTolerance => "gradient-tolerance",
            Self::PrecisionReached => "precision-reached",
            Self::MaxIterations => "max-iterations",
            Self::ClosedForm => "closed-form",
            Self::NotRecorded => "not-recorded",
        }
    }

    /// A sentence for people.
    pub fn explain(self) -> &'static str {
        match self {
            Self::ObjectiveTolerance => {
                "the objective fell by less than the tolerance over five iterations"
            }
            Self::GradientTolerance => "the gradient is smaller than the tolerance asks",
            Self::PrecisionReached => "no step lowers the objective within single precision",
            Self::MaxIterations => "the largest number of iterations was reached first",
            Self::ClosedForm => "solved directly, nothing had to converge",
            Self::NotRecorded => "fitted by another program, whose file does not say",
        }
    }
}

/// What was fitted and how it ended.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FitReport {
    /// The kind of inference.
    pub method: Method,
    /// The minimiser, if there was one.
    pub optimizer: Option<Optimizer>,
    /// The penalties; `None` for mean field.
    pub penalties: Option<Penalties>,
    /// The penalty of plmc on the norms of whole coupling blocks, which this program does not use.
    pub lambda_group: Option<f64>,
    /// The pseudocount of mean field.
    pub pseudocount: Option<f64>,
    /// Where the minimiser was to stop; `None` where another program did not record it.
    pub tolerance: Option<f64>,
    /// The most iterations that another program was allowed, 0 for no limit: all that its file tells about them.
    pub iteration_limit: Option<u64>,
    /// The objective at the end; for the asymmetric fit, the sum over sites. `None` for mean field.
    pub objective: Option<f64>,
    /// Evaluations of value and gradient; for the asymmetric fit, the most of any site. 0 where not recorded.
    pub evaluations: u64,
    /// Iterations; for the asymmetric fit, the most of any site. 0 where not recorded.
    pub iterations: u64,
    /// Why it stopped.
    pub stop_reason: StopReason,
    /// Every iteration; empty for methods without.
    #[serde(skip)]
    pub history: Vec<Iteration>,
}

impl FitReport {
    /// Whether the fit ended at an optimum.
    pub fn converged(&self) -> bool {
        self.stop_reason.converged()
    }

    /// [`Self::converged`], or `None` where it is not known.
    pub fn known_to_converge(&self) -> Option<bool> {
        (self.stop_reason != StopReason::NotRecorded).then(|| self.converged())
    }

    /// A report of a method that needs no iterations.
    pub fn closed_form(options: &FitOptions) -> Self {
        Self {
            method: options.method,
            optimizer: None,
            penalties: None,
            lambda_group: None,
            pseudocount: None,
            tolerance: Some(options.tolerance),
            iteration_limit: None,
            objective: None,
            evaluations: 0,
            iterations: 0,
            stop_reason: StopReason::ClosedForm,
            history: Vec::new(),
        }
    }

    /// A report of a fit by another program that recorded the method only.
    pub fn not_recorded(method: Method) -> Self {
        Self {
            method,
            tolerance: None,
            stop_reason: StopReason::NotRecorded,
            ..Self::closed_form(&FitOptions::default())
        }
    }
}

/// Where a model comes from; goes into its file.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Provenance {
    /// Program, version and commit.
    pub created_by: String,
    /// The command line.
    pub command_line: String,
    /// The alignment file.
    pub input: String,
    /// SHA-256 of the alignment file.
    pub input_sha256: String,
    /// The preset of the penalties.
    pub preset: String,
    /// Share of identical columns that makes sequences neighbours; `None` if they were not weighted so.
    pub identity: Option<f64>,
    /// How columns were held against that share.
    pub identity_rule: Option<IdentityRule>,
    /// The file that the weights come from; `None` if they were computed.
    pub weights_file: Option<String>,
    /// SHA-256 of that file.
    pub weights_sha256: Option<String>,
    /// Seconds from start to end.
    pub wall_seconds: f64,
}
