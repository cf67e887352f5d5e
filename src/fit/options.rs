//! What to fit, and how: every choice that reaches the model.

pub use super::penalties::{FieldOrigin, PenaltyOptions, PenaltyScale, Preset};

use super::boltzmann::options::BoltzmannOptions;
use super::inner_options::{BootstrapOptions, ValidationOptions};
use super::start::Start;
use crate::alignment::{IdentityThreshold, SequenceWeights};
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use crate::model::{MethodName, Optimizer};
use std::ops::Range;
use std::sync::Arc;

/// A kind of inference with its own options.
#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    /// Symmetric pseudolikelihood: one J_ij shared by both conditionals.
    Plm(PlmOptions),
    /// L independent problems, the two estimates of each J_ij averaged.
    PlmAsymmetric(AsymmetricOptions),
    /// Naive mean field: J = -C^-1.
    MeanField(MeanFieldOptions),
    /// Boltzmann learning.
    Boltzmann(BoltzmannOptions),
    /// Fields only.
    Independent,
}

impl Method {
    /// Its name.
    pub fn name(&self) -> MethodName {
        match self {
            Self::Plm(_) => MethodName::Plm,
            Self::PlmAsymmetric(_) => MethodName::PlmAsymmetric,
            Self::MeanField(_) => MethodName::MeanField,
            Self::Boltzmann(_) => MethodName::Boltzmann,
            Self::Independent => MethodName::Independent,
        }
    }

    /// The options of its minimiser, if it has one.
    pub fn minimisation(&self) -> Option<&PlmOptions> {
        match self {
            Self::Plm(options) => Some(options),
            Self::PlmAsymmetric(options) => Some(&options.minimisation),
            Self::MeanField(_) | Self::Boltzmann(_) | Self::Independent => None,
        }
    }

    /// The sites that are fitted, where they are not all.
    pub fn sites(&self) -> Option<&Range<usize>> {
        match self {
            Self::PlmAsymmetric(options) => options.sites.as_ref(),
            Self::Plm(_) | Self::MeanField(_) | Self::Boltzmann(_) | Self::Independent => None,
        }
    }

    /// Whether the state of a fit can be kept and taken up again.
    pub fn keeps_state(&self) -> bool {
        // The state of argmin's own minimiser is out of reach.
        let kept = |options: &PlmOptions| options.optimizer == Optimizer::Lbfgs;
        match self {
            Self::Plm(options) => kept(options),
            Self::PlmAsymmetric(options) => kept(&options.minimisation),
            Self::Boltzmann(_) => true,
            Self::MeanField(_) | Self::Independent => false,
        }
    }

    /// The model that it starts from, if there is one.
    pub fn start(&self) -> Option<&Start> {
        match self {
            Self::Plm(options) => options.start.as_deref(),
            Self::PlmAsymmetric(options) => options.minimisation.start.as_deref(),
            Self::Boltzmann(options) => options.start.as_deref(),
            Self::MeanField(_) | Self::Independent => None,
        }
    }

    /// Where a model to start from goes; `None` for methods that cannot start from one.
    pub fn start_mut(&mut self) -> Option<&mut Option<Arc<Start>>> {
        match self {
            Self::Plm(options) => Some(&mut options.start),
            Self::PlmAsymmetric(options) => Some(&mut options.minimisation.start),
            Self::Boltzmann(options) => Some(&mut options.start),
            Self::MeanField(_) | Self::Independent => None,
        }
    }

    /// The method and its options in words, with the penalties for `sites` sites of `states` states where it has some.
    pub fn describe(&self, penalties: &PenaltyOptions, sites: usize, states: usize) -> String {
        let name = self.name().as_str();
        match self {
            Self::Plm(options)
            | Self::PlmAsymmetric(AsymmetricOptions {
                minimisation: options,
                ..
            }) => format!(
                "{name} ({}{}), {}",
                options.optimizer.as_str(),
                if options.start.is_some() {
                    ", from a model"
                } else {
                    ""
                },
                penalties.describe(sites, states)
            ),
            Self::Boltzmann(options) => format!(
                "{name}, {}, until {}, {}, {}",
                options.negative.describe(),
                options.stop.describe(),
                options.describe_start(),
                penalties.describe(sites, states)
            ),
            Self::MeanField(options) => format!("{name}, pseudocount {}", options.pseudocount),
            Self::Independent => {
                let lambda_h = penalties.resolve(sites, states).lambda_h;
                format!("{name}, lambda_h {lambda_h}")
            }
        }
    }

    fn check(&self, gaps: GapTreatment) -> Result<()> {
        match self {
            Self::Plm(options) => options.check(),
            Self::PlmAsymmetric(options) => options.minimisation.check(),
            Self::MeanField(options) => options.check(gaps),
            Self::Boltzmann(options) => options.check(gaps),
            Self::Independent => Ok(()),
        }
    }
}

impl From<MethodName> for Method {
    /// The method with its default options.
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Plm => Self::Plm(PlmOptions::default()),
            MethodName::PlmAsymmetric => Self::PlmAsymmetric(AsymmetricOptions::default()),
            MethodName::MeanField => Self::MeanField(MeanFieldOptions::default()),
            MethodName::Boltzmann => Self::Boltzmann(BoltzmannOptions::default()),
            MethodName::Independent => Self::Independent,
        }
    }
}

/// How a pseudolikelihood is minimised.
#[derive(Debug, Clone, PartialEq)]
pub struct PlmOptions {
    /// The minimiser.
    pub optimizer: Optimizer,
    /// Most iterations of the minimiser.
    pub max_iterations: u64,
    /// Relative decrease of the objective over five iterations below which it has converged.
    pub tolerance: f64,
    /// The model to start from; `None` for the model of independent sites.
    pub start: Option<Arc<Start>>,
}

impl Default for PlmOptions {
    fn default() -> Self {
        Self {
            optimizer: Optimizer::Lbfgs,
            max_iterations: 500,
            tolerance: 1e-5,
            start: None,
        }
    }
}

/// Options of the asymmetric fit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AsymmetricOptions {
    /// How each problem is minimised.
    pub minimisation: PlmOptions,
    /// These sites only ([`super::fit_part`]); `None` for all.
    pub sites: Option<Range<usize>>,
}

/// Options of mean field.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanFieldOptions {
    /// Weight of the uniform pseudocount, between 0 and 1.
    pub pseudocount: f64,
}

impl Default for MeanFieldOptions {
    /// Half, the field's habit.
    fn default() -> Self {
        Self { pseudocount: 0.5 }
    }
}

/// How sequences are weighted.
#[derive(Debug, Clone, PartialEq)]
pub enum Weighting {
    /// By the number of neighbours at this identity.
    Identity(IdentityThreshold),
    /// Every sequence counts 1.
    None,
    /// By weights from elsewhere.
    Given(GivenWeights),
}

/// Weights from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenWeights {
    /// One a sequence of the alignment.
    pub weights: SequenceWeights,
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

impl Default for Weighting {
    fn default() -> Self {
        Self::Identity(IdentityThreshold::DEFAULT)
    }
}

/// Everything that decides the fitted numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct FitOptions {
    /// The kind of inference.
    pub method: Method,
    /// Whether gaps are a state.
    pub gaps: GapTreatment,
    /// Sequence weights.
    pub weighting: Weighting,
    /// Penalties of the fields and, of methods that have one, of the couplings.
    pub penalties: PenaltyOptions,
    /// What the penalties are called, in the record: a preset's word, or that of a program whose conventions hold.
    pub preset: &'static str,
    /// Most bytes that the fit may take; `None` for no limit.
    pub max_memory: Option<u64>,
    /// Whether the model keeps the sequences.
    pub keep_sequences: bool,
    /// Replicates of the fit, for the errors of its numbers.
    pub bootstrap: Option<BootstrapOptions>,
    /// Fits without some of the sequences, for how well the model knows what it has not seen.
    pub validation: Option<ValidationOptions>,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self::with_method(MethodName::Plm)
    }
}

/// Numbers of the fit are products of a penalty, multiplied by (L-1)(q-1) perhaps, and what it is a penalty on.
const LARGEST_PENALTY: f64 = 1e20;

impl FitOptions {
    /// The defaults, for a method with its defaults.
    pub fn with_method(method: impl Into<Method>) -> Self {
        let method: Method = method.into();
        let name = method.name();
        let preset = Preset::of(name);
        Self {
            method,
            gaps: match name.needs_gap_state() {
                true => GapTreatment::State,
                false => GapTreatment::Missing,
            },
            weighting: Weighting::default(),
            penalties: preset.penalties(),
            preset: preset.as_str(),
            max_memory: None,
            keep_sequences: true,
            bootstrap: None,
            validation: None,
        }
    }

    /// The same with the penalties of a preset.
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        self.penalties = preset.penalties();
        self.preset = preset.as_str();
        self
    }

    /// Checks what the type of an option cannot say.
    ///
    /// # Errors
    /// For numbers outside their range, and for gaps as a state where the method has none.
    pub fn check(&self) -> Result<()> {
        let wrong = |message: String| Err(Error::Usage(message));
        let penalties = [
            ("lambda_h", self.penalties.lambda_h),
            ("lambda_j", self.penalties.lambda_j),
        ];
        for (setting, scale) in penalties {
            let value = scale.number();
            if !(value.is_finite() && value >= 0.0) {
                return wrong(format!(
                    "`{setting}` is {value}, but a penalty is a number >= 0"
                ));
            }
            if value > LARGEST_PENALTY {
                return wrong(format!(
                    "`{setting}` is {value:e}, and no penalty above {LARGEST_PENALTY:e} can be worked with in single precision"
                ));
            }
        }
        if self.penalties.origin == FieldOrigin::Gap && self.gaps == GapTreatment::Missing {
            return wrong(
                "CCMpred's penalty measures fields from that of the gap: `like=ccmpred` needs `gaps=state`"
                    .into(),
            );
        }
        if let Some(bootstrap) = &self.bootstrap {
            bootstrap.check(self.method.name())?;
        }
        if let Some(validation) = &self.validation {
            validation.check(self.method.name())?;
        }
        self.method.check(self.gaps)
    }
}

impl PlmOptions {
    fn check(&self) -> Result<()> {
        if !(self.tolerance.is_finite() && self.tolerance > 0.0) {
            return Err(Error::Usage(format!(
                "`tolerance` is {}, but must be above 0",
                self.tolerance
            )));
        }
        if self.start.is_some() && self.optimizer == Optimizer::ArgminLbfgs {
            return Err(Error::Usage(
                "`start` needs `optimizer=lbfgs`: argmin's own is for comparison, and begins at independent sites"
                    .into(),
            ));
        }
        Ok(())
    }
}

impl MeanFieldOptions {
    fn check(&self, gaps: GapTreatment) -> Result<()> {
        if !(self.pseudocount > 0.0 && self.pseudocount < 1.0) {
            return Err(Error::Usage(format!(
                "`pseudocount` is {}, but must lie between 0 and 1",
                self.pseudocount
            )));
        }
        if gaps == GapTreatment::State {
            return Err(Error::Usage(
                "mean field already counts the gap as the reference state: `gaps=state` does not go with it"
                    .into(),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_have_penalties() {
        let penalties = FitOptions::default().penalties.resolve(101, 21);
        assert_eq!(penalties.lambda_h, 1.0);
        assert!((penalties.lambda_j - 30.0).abs() < 1e-9);
        let mutants = FitOptions::default().preset(Preset::Mutants);
        assert!((mutants.penalties.resolve(101, 21).lambda_j - 60.0).abs() < 1e-9);
        assert_eq!(mutants.preset, "mutants");
    }

    #[test]
    fn impossible_numbers_are_refused() {
        let mut wrong = FitOptions::default();
        wrong.penalties.lambda_h = PenaltyScale::Absolute(f64::NAN);
        assert!(wrong.check().is_err());
        assert!(FitOptions::default().check().is_ok());
        for pseudocount in [0.0, 1.0, f64::NAN] {
            let options = MeanFieldOptions { pseudocount };
            assert!(
                FitOptions::with_method(Method::MeanField(options))
                    .check()
                    .is_err()
            );
        }
    }

    #[test]
    fn every_method_has_defaults_and_its_name() {
        for name in MethodName::ALL {
            let options = FitOptions::with_method(name);
            assert_eq!(options.method.name(), name);
            assert!(options.check().is_ok());
        }
    }

    #[test]
    fn states_are_kept_of_our_own_minimiser() {
        let of = |optimizer| PlmOptions {
            optimizer,
            ..PlmOptions::default()
        };
        assert!(Method::Plm(of(Optimizer::Lbfgs)).keeps_state());
        assert!(!Method::Plm(of(Optimizer::ArgminLbfgs)).keeps_state());
        assert!(Method::from(MethodName::PlmAsymmetric).keeps_state());
        assert!(!Method::from(MethodName::MeanField).keeps_state());
    }

    #[test]
    fn what_can_start_from_a_model_records_it() {
        for name in MethodName::ALL {
            let mut method = Method::from(name);
            let can_start = method.start_mut().is_some();
            assert_eq!(can_start, name.has_setting("start_sha256"), "{name:?}");
        }
    }
}
