//! How a model came about: what was fitted, how it ended, and from what.

use super::method::MethodName;
use crate::alignment::IdentityRule;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::BTreeMap;

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

/// Which minimiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Optimizer {
    /// Our limited-memory BFGS on argmin's executor: value and gradient in one pass, no copies of vectors.
    #[default]
    Lbfgs,
    /// argmin's own L-BFGS with its More-Thuente line search: the yardstick.
    ArgminLbfgs,
}

impl Optimizer {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Lbfgs, Self::ArgminLbfgs];

    /// The word on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lbfgs => "lbfgs",
            Self::ArgminLbfgs => "argmin-lbfgs",
        }
    }
}

/// Penalties as the objective uses them: lambda_h sum h^2 + lambda_J sum_{i<j} sum_ab J_ij(a,b)^2.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Penalties {
    /// On fields.
    pub lambda_h: f64,
    /// On couplings.
    pub lambda_j: f64,
}

/// Why a minimiser stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// The objective fell by less than the tolerance over five iterations: in models of earlier versions, for which this was the end.
    ObjectiveTolerance,
    /// The gradient is as small as the tolerance asks.
    GradientTolerance,
    /// No step lowers the objective by more than the rounding error of single precision.
    PrecisionReached,
    /// Sequences that were left out got no likelier.
    HeldOutLikelihood,
    /// Fresh chains agreed as well with the family as was asked.
    PearsonReached,
    /// As many updates as were asked for.
    UpdatesDone,
    /// The largest number of iterations was reached first.
    MaxIterations,
    /// There is nothing iterative about the method.
    ClosedForm,
    /// Another program fitted the model, and its file does not say.
    NotRecorded,
}

impl StopReason {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ObjectiveTolerance,
        Self::GradientTolerance,
        Self::PrecisionReached,
        Self::HeldOutLikelihood,
        Self::PearsonReached,
        Self::UpdatesDone,
        Self::MaxIterations,
        Self::ClosedForm,
        Self::NotRecorded,
    ];

    /// Whether the end is known to be an optimum or, of learning, what was to be reached.
    pub fn converged(self) -> bool {
        matches!(
            self,
            Self::GradientTolerance
                | Self::ObjectiveTolerance
                | Self::ClosedForm
                | Self::HeldOutLikelihood
                | Self::PearsonReached
                | Self::UpdatesDone
        )
    }

    /// A word for files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ObjectiveTolerance => "objective-tolerance",
            Self::GradientTolerance => "gradient-tolerance",
            Self::PrecisionReached => "precision-reached",
            Self::HeldOutLikelihood => "held-out-likelihood",
            Self::PearsonReached => "pearson-reached",
            Self::UpdatesDone => "updates-done",
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
            Self::GradientTolerance => "the gradient is as small as the tolerance asks",
            Self::PrecisionReached => {
                "no step lowers the objective in single precision, though its gradient is not small"
            }
            Self::HeldOutLikelihood => {
                "sequences that were left out got no likelier; all were learnt from in as many updates"
            }
            Self::PearsonReached => "fresh chains agree with the family as well as was asked",
            Self::UpdatesDone => "as many updates as were asked for",
            Self::MaxIterations => "the largest number of iterations was reached first",
            Self::ClosedForm => "solved directly, nothing had to converge",
            Self::NotRecorded => "fitted by another program, whose file does not say",
        }
    }
}

/// The settings of a minimisation, as far as they are known: another program's file may tell few.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Minimisation {
    /// The minimiser.
    pub optimizer: Option<Optimizer>,
    /// The penalties.
    pub penalties: Option<Penalties>,
    /// The penalty of plmc on the norms of whole coupling blocks, which this program does not use.
    pub lambda_group: Option<f64>,
    /// Where the minimiser was to stop.
    pub tolerance: Option<f64>,
    /// The most iterations that another program was allowed, 0 for no limit: all that its file tells about them.
    pub iteration_limit: Option<u64>,
    /// SHA-256 of the model that it started from, in hexadecimal; `None` if it started at independent sites.
    pub start_sha256: Option<String>,
}

/// The settings of Boltzmann learning, and what it came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learning {
    /// The penalties.
    pub penalties: Option<Penalties>,
    /// Where the sequences of the model's side came from: natural, cd:K or pcd.
    pub negative: Option<String>,
    /// When it was to end: held-out, pearson:X or updates:N.
    pub stop: Option<String>,
    /// Where it began, in words.
    pub begin: Option<String>,
    /// SHA-256 of the model that it started from, in hexadecimal.
    pub start_sha256: Option<String>,
    /// Of all random numbers.
    pub seed: Option<u64>,
    /// Number of chains.
    pub chains: Option<u64>,
    /// Their sweeps between two updates.
    pub sweeps: Option<u64>,
    /// Mean log-likelihood of the sequences that were left out to find the end, in nats a site.
    pub held_out: Option<f64>,
    /// Its standard error, that of log Z.
    pub held_out_error: Option<f64>,
    /// Pearson correlation of the connected correlations of fresh chains with those of the family.
    pub pearson: Option<f64>,
    /// Couplings that are left, where some were taken away.
    pub edges: Option<u64>,
}

/// The kind of inference, with the settings that it has.
#[derive(Debug, Clone, PartialEq)]
pub enum Inference {
    /// Symmetric pseudolikelihood.
    Plm(Minimisation),
    /// Asymmetric pseudolikelihood.
    PlmAsymmetric(Minimisation),
    /// Mean field, and the weight of its uniform pseudocount.
    MeanField(Option<f64>),
    /// Boltzmann learning.
    Boltzmann(Learning),
    /// Independent sites; of the penalties, lambda_h has an effect.
    Independent(Option<Penalties>),
}

impl Inference {
    /// Its name.
    pub fn method(&self) -> MethodName {
        match self {
            Self::Plm(_) => MethodName::Plm,
            Self::PlmAsymmetric(_) => MethodName::PlmAsymmetric,
            Self::MeanField(_) => MethodName::MeanField,
            Self::Boltzmann(_) => MethodName::Boltzmann,
            Self::Independent(_) => MethodName::Independent,
        }
    }

    /// The settings of its minimiser, if it has one.
    pub fn minimisation(&self) -> Option<&Minimisation> {
        match self {
            Self::Plm(settings) | Self::PlmAsymmetric(settings) => Some(settings),
            Self::MeanField(_) | Self::Boltzmann(_) | Self::Independent(_) => None,
        }
    }

    /// The penalties, where it has some and they are known.
    pub fn penalties(&self) -> Option<Penalties> {
        match self {
            Self::Plm(settings) | Self::PlmAsymmetric(settings) => settings.penalties,
            Self::Boltzmann(settings) => settings.penalties,
            Self::Independent(penalties) => *penalties,
            Self::MeanField(_) => None,
        }
    }

    /// The pseudocount, where it has one and it is known.
    pub fn pseudocount(&self) -> Option<f64> {
        match self {
            Self::MeanField(pseudocount) => *pseudocount,
            Self::Plm(_) | Self::PlmAsymmetric(_) | Self::Boltzmann(_) | Self::Independent(_) => {
                None
            }
        }
    }
}

/// The place of a setting's value in an [`Inference`]; `None` in it where the value is not known.
#[derive(Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Setting<'a> {
    /// Any number.
    Number(&'a mut Option<f64>),
    /// A whole number.
    Count(&'a mut Option<u64>),
    /// Any text.
    Text(&'a mut Option<String>),
    /// A minimiser.
    Optimizer(&'a mut Option<Optimizer>),
    /// Both penalties.
    Penalties(&'a mut Option<Penalties>),
}

impl From<MethodName> for Inference {
    /// The kind of inference, of whose settings nothing is known.
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Plm => Self::Plm(Minimisation::default()),
            MethodName::PlmAsymmetric => Self::PlmAsymmetric(Minimisation::default()),
            MethodName::MeanField => Self::MeanField(None),
            MethodName::Boltzmann => Self::Boltzmann(Learning::default()),
            MethodName::Independent => Self::Independent(None),
        }
    }
}

impl Inference {
    /// All of its settings, in the order and with the names that they have in model files: the one list of them, to read as well as to
    /// set them.
    pub fn settings(&mut self) -> Vec<(&'static str, Setting<'_>)> {
        match self {
            Self::Plm(settings) | Self::PlmAsymmetric(settings) => vec![
                ("penalties", Setting::Penalties(&mut settings.penalties)),
                ("tolerance", Setting::Number(&mut settings.tolerance)),
                (
                    "iteration_limit",
                    Setting::Count(&mut settings.iteration_limit),
                ),
                ("optimizer", Setting::Optimizer(&mut settings.optimizer)),
                ("lambda_group", Setting::Number(&mut settings.lambda_group)),
                ("start_sha256", Setting::Text(&mut settings.start_sha256)),
            ],
            Self::Boltzmann(settings) => vec![
                ("penalties", Setting::Penalties(&mut settings.penalties)),
                ("negative", Setting::Text(&mut settings.negative)),
                ("stop", Setting::Text(&mut settings.stop)),
                ("begin", Setting::Text(&mut settings.begin)),
                ("start_sha256", Setting::Text(&mut settings.start_sha256)),
                ("seed", Setting::Count(&mut settings.seed)),
                ("chains", Setting::Count(&mut settings.chains)),
                ("sweeps", Setting::Count(&mut settings.sweeps)),
                ("held_out", Setting::Number(&mut settings.held_out)),
                (
                    "held_out_error",
                    Setting::Number(&mut settings.held_out_error),
                ),
                ("pearson", Setting::Number(&mut settings.pearson)),
                ("edges", Setting::Count(&mut settings.edges)),
            ],
            Self::MeanField(pseudocount) => vec![("pseudocount", Setting::Number(pseudocount))],
            Self::Independent(penalties) => vec![("penalties", Setting::Penalties(penalties))],
        }
    }
}

impl MethodName {
    /// Whether the method has a setting of this name.
    pub fn has_setting(self, name: &str) -> bool {
        let mut inference = Inference::from(self);
        inference.settings().iter().any(|(own, _)| *own == name)
    }
}

/// What was fitted and how it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct FitRecord {
    /// The kind of inference and its settings.
    pub inference: Inference,
    /// The objective at the end; for the asymmetric fit, the sum over sites. `None` for mean field.
    pub objective: Option<f64>,
    /// Evaluations of value and gradient; for the asymmetric fit, the most of any site. 0 where not recorded.
    pub evaluations: u64,
    /// Iterations; for the asymmetric fit, the most of any site. 0 where not recorded.
    pub iterations: u64,
    /// Why it stopped.
    pub stop_reason: StopReason,
    /// Every iteration; empty for methods without.
    pub history: Vec<Iteration>,
}

impl FitRecord {
    /// A record of what needs no iterations, or of a fit that has yet to begin.
    pub fn closed_form(inference: Inference) -> Self {
        Self {
            inference,
            objective: None,
            evaluations: 0,
            iterations: 0,
            stop_reason: StopReason::ClosedForm,
            history: Vec::new(),
        }
    }

    /// A record of a fit by another program, of which no more is known than this.
    pub fn not_recorded(inference: Inference) -> Self {
        Self {
            stop_reason: StopReason::NotRecorded,
            ..Self::closed_form(inference)
        }
    }

    /// The kind of inference.
    pub fn method(&self) -> MethodName {
        self.inference.method()
    }

    /// Whether the fit ended at an optimum.
    pub fn converged(&self) -> bool {
        self.stop_reason.converged()
    }

    /// [`Self::converged`], or `None` where it is not known.
    pub fn known_to_converge(&self) -> Option<bool> {
        (self.stop_reason != StopReason::NotRecorded).then(|| self.converged())
    }
}

/// One flat object with the names of the model file; what does not apply is null.
impl Serialize for FitRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut own = self.inference.clone();
        let mut all = MethodName::ALL.map(Inference::from);
        let mut settings: BTreeMap<_, _> = all.iter_mut().flat_map(Inference::settings).collect();
        settings.extend(own.settings());
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("method", &self.method())?;
        for (name, value) in &settings {
            object.serialize_entry(name, value)?;
        }
        object.serialize_entry("objective", &self.objective)?;
        object.serialize_entry("evaluations", &self.evaluations)?;
        object.serialize_entry("iterations", &self.iterations)?;
        object.serialize_entry("stop_reason", &self.stop_reason)?;
        object.end()
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
    /// Columns of the alignment; of A3M without the insertions. `None` where that was not kept.
    pub alignment_columns: Option<u64>,
    /// The preset of the penalties, or the program whose conventions were asked for.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A variant that is in no list could be written, but not read back. This stops compiling when one is added: it belongs into `ALL`.
    #[test]
    fn every_word_is_listed() {
        for optimizer in Optimizer::ALL {
            match optimizer {
                Optimizer::Lbfgs | Optimizer::ArgminLbfgs => {}
            }
        }
        for reason in StopReason::ALL {
            match reason {
                StopReason::ObjectiveTolerance
                | StopReason::GradientTolerance
                | StopReason::PrecisionReached
                | StopReason::HeldOutLikelihood
                | StopReason::PearsonReached
                | StopReason::UpdatesDone
                | StopReason::MaxIterations
                | StopReason::ClosedForm
                | StopReason::NotRecorded => {}
            }
        }
    }

    #[test]
    fn the_settings_of_every_method_are_in_every_object() {
        let record = FitRecord::closed_form(Inference::MeanField(Some(0.5)));
        let object = serde_json::to_value(record).unwrap();
        assert_eq!(object["pseudocount"], 0.5);
        for method in MethodName::ALL {
            for (name, _) in Inference::from(method).settings() {
                assert!(object.get(name).is_some(), "{name}");
            }
        }
        assert!(object["penalties"].is_null());
    }
}
