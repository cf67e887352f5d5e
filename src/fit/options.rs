//! What to fit, and how: every choice that reaches the model.

use super::start::Start;
use crate::alignment::{IdentityThreshold, SequenceWeights};
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use crate::model::{MethodName, Optimizer, Penalties};
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
            Self::Independent => MethodName::Independent,
        }
    }

    /// The options of its minimiser, if it has one.
    pub fn minimisation(&self) -> Option<&PlmOptions> {
        match self {
            Self::Plm(options) => Some(options),
            Self::PlmAsymmetric(options) => Some(&options.minimisation),
            Self::MeanField(_) | Self::Independent => None,
        }
    }

    /// The sites that are fitted, where they are not all.
    pub fn sites(&self) -> Option<&Range<usize>> {
        match self {
            Self::PlmAsymmetric(options) => options.sites.as_ref(),
            Self::Plm(_) | Self::MeanField(_) | Self::Independent => None,
        }
    }

    /// Whether the state of a fit can be kept and taken up again.
    pub fn keeps_state(&self) -> bool {
        // The state of argmin's own minimiser is out of reach.
        self.minimisation()
            .is_some_and(|options| options.optimizer == Optimizer::Lbfgs)
    }
}

impl From<MethodName> for Method {
    /// The method with its default options.
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Plm => Self::Plm(PlmOptions::default()),
            MethodName::PlmAsymmetric => Self::PlmAsymmetric(AsymmetricOptions::default()),
            MethodName::MeanField => Self::MeanField(MeanFieldOptions::default()),
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

/// Penalties for a purpose, measured on 40 families with known structures and 19 mutant assays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// One fit for both: lambda_h 1, lambda_J 0.015 (L-1)(q-1).
    #[default]
    Balanced,
    /// Best contacts: lambda_J 0.01 (L-1)(q-1).
    Contacts,
    /// Best mutant scores: lambda_J 0.03 (L-1)(q-1).
    Mutants,
}

impl Preset {
    /// The word on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Contacts => "contacts",
            Self::Mutants => "mutants",
        }
    }

    /// Its penalties. lambda_h 1 is better than 0.01 for contacts (+.013 +- .003 of precision) and for mutants.
    pub fn penalties(self) -> PenaltyOptions {
        let lambda_j = match self {
            Self::Balanced => 0.015,
            Self::Contacts => 0.01,
            Self::Mutants => 0.03,
        };
        PenaltyOptions {
            lambda_h: PenaltyScale::Absolute(1.0),
            lambda_j: PenaltyScale::Relative(lambda_j),
            origin: FieldOrigin::Zero,
        }
    }
}

/// The penalties of a fit, as they grow with the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PenaltyOptions {
    /// On fields, those of the model of independent sites too.
    pub lambda_h: PenaltyScale,
    /// On couplings.
    pub lambda_j: PenaltyScale,
    /// What the fields are measured from.
    pub origin: FieldOrigin,
}

impl PenaltyOptions {
    /// The penalties for `sites` sites of `states` states.
    pub fn resolve(&self, sites: usize, states: usize) -> Penalties {
        Penalties {
            lambda_h: self.lambda_h.resolve(sites, states),
            lambda_j: self.lambda_j.resolve(sites, states),
        }
    }
}

/// A penalty on the couplings, or the fields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PenaltyScale {
    /// As it is.
    Absolute(f64),
    /// A multiple of (L-1)(q-1), written `0.01x`.
    Relative(f64),
    /// A multiple of L-1, whatever the number of states: how some programs define theirs.
    PerSite(f64),
}

impl PenaltyScale {
    fn number(self) -> f64 {
        match self {
            Self::Absolute(value) | Self::Relative(value) | Self::PerSite(value) => value,
        }
    }

    /// The penalty for `sites` sites of `states` states.
    pub fn resolve(self, sites: usize, states: usize) -> f64 {
        match self {
            Self::Absolute(value) => value,
            Self::Relative(factor) => factor * ((sites - 1) * (states - 1)) as f64,
            Self::PerSite(factor) => factor * (sites - 1) as f64,
        }
    }
}

impl std::fmt::Display for PenaltyScale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absolute(value) => write!(f, "{value}"),
            Self::Relative(factor) => write!(f, "{factor} (L-1)(q-1)"),
            Self::PerSite(factor) => write!(f, "{factor} (L-1)"),
        }
    }
}

impl std::str::FromStr for PenaltyScale {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (number, relative) = match text.strip_suffix('x') {
            Some(number) => (number, true),
            None => (text, false),
        };
        match number.parse::<f64>() {
            Ok(value) if value.is_finite() && value >= 0.0 && relative => Ok(Self::Relative(value)),
            Ok(value) if value.is_finite() && value >= 0.0 => Ok(Self::Absolute(value)),
            _ => Err(format!(
                "'{text}' is not a penalty: a number >= 0, or one followed by 'x' for that multiple of (L-1)(q-1)"
            )),
        }
    }
}

/// What the penalty on the fields of a site measures them from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldOrigin {
    /// lambda_h sum_a h(a)^2.
    #[default]
    Zero,
    /// lambda_h sum_a (h(a) - h(gap))^2: the same as a gap field fixed at 0.
    Gap,
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
}

impl Default for FitOptions {
    fn default() -> Self {
        Self::with_method(MethodName::Plm)
    }
}

impl FitOptions {
    /// The defaults, for a method with its defaults.
    pub fn with_method(method: impl Into<Method>) -> Self {
        Self {
            method: method.into(),
            gaps: GapTreatment::Missing,
            weighting: Weighting::default(),
            penalties: Preset::Balanced.penalties(),
            preset: Preset::Balanced.as_str(),
            max_memory: None,
            keep_sequences: true,
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
        }
        if self.penalties.origin == FieldOrigin::Gap && self.gaps == GapTreatment::Missing {
            return wrong(
                "CCMpred's penalty measures fields from that of the gap: `like=ccmpred` needs `gaps=state`"
                    .into(),
            );
        }
        match &self.method {
            Method::Plm(options) => options.check(),
            Method::PlmAsymmetric(options) => options.minimisation.check(),
            Method::MeanField(options) => options.check(self.gaps),
            Method::Independent => Ok(()),
        }
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
    fn a_relative_penalty_grows_with_the_model() {
        let scale: PenaltyScale = "0.01x".parse().unwrap();
        assert!((scale.resolve(101, 20) - 19.0).abs() < 1e-12);
        assert_eq!("16".parse::<PenaltyScale>().unwrap().resolve(7, 20), 16.0);
        for wrong in ["-1", "NaN", "inf", "x", "", "1xx"] {
            assert!(wrong.parse::<PenaltyScale>().is_err(), "{wrong}");
        }
    }

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
            assert_eq!(options.method.minimisation().is_some(), name.iterates());
            assert_eq!(options.method.keeps_state(), name.iterates());
        }
    }
}
