//! What to fit, and how: every choice of `potts fit` that reaches the model.

use super::tool::Tool;
use crate::alignment::{IdentityThreshold, SequenceWeights};
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use std::ops::Range;

/// The kind of inference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Symmetric pseudolikelihood: one J_ij shared by both conditionals.
    #[default]
    Plm,
    /// L independent problems, the two estimates of each J_ij averaged.
    PlmAsymmetric,
    /// Naive mean field: J = -C^-1.
    MeanField,
    /// Fields only.
    Independent,
}

impl Method {
    /// The word on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plm => "plm",
            Self::PlmAsymmetric => "plm-asymmetric",
            Self::MeanField => "mean-field",
            Self::Independent => "independent",
        }
    }
}

/// Penalties for a purpose, measured on 40 families with known structures and 19 mutant assays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// One fit for both: lambda_h 1, lambda_J 0.015 (L-1)(q-1).
    #[default]
    Balanced,
    /// Best contacts: lambda_J 0.01 (L-1)(q-1).
    Contacts,
    /// Best mutant scores: lambda_J 0.03 (L-1)(q-1).
    Mutants,
    /// As another program has them.
    #[serde(untagged)]
    Like(Tool),
}

impl Preset {
    /// The word on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Contacts => "contacts",
            Self::Mutants => "mutants",
            Self::Like(tool) => tool.as_str(),
        }
    }

    /// lambda_h. 1 is better than 0.01 for contacts (+.013 +- .003 of precision) and for mutants.
    fn lambda_h(self) -> PenaltyScale {
        match self {
            Self::Balanced | Self::Contacts | Self::Mutants => PenaltyScale::Absolute(1.0),
            Self::Like(tool) => tool.lambda_h(),
        }
    }

    fn lambda_j(self) -> PenaltyScale {
        match self {
            Self::Balanced => PenaltyScale::Relative(0.015),
            Self::Contacts => PenaltyScale::Relative(0.01),
            Self::Mutants => PenaltyScale::Relative(0.03),
            Self::Like(tool) => tool.lambda_j(),
        }
    }

    /// What the penalty on the fields measures them from.
    pub fn field_origin(self) -> FieldOrigin {
        match self {
            Self::Like(Tool::Ccmpred) => FieldOrigin::Gap,
            _ => FieldOrigin::Zero,
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
    /// The word on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lbfgs => "lbfgs",
            Self::ArgminLbfgs => "argmin-lbfgs",
        }
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
    /// Penalties unless given.
    pub preset: Preset,
    /// lambda_h; `None` leaves it to the preset.
    pub lambda_h: Option<PenaltyScale>,
    /// lambda_J; `None` leaves it to the preset.
    pub lambda_j: Option<PenaltyScale>,
    /// Weight of the uniform pseudocount, for mean field.
    pub pseudocount: f64,
    /// The minimiser.
    pub optimizer: Optimizer,
    /// Most iterations of the minimiser.
    pub max_iterations: u64,
    /// Relative decrease of the objective over five iterations below which it has converged.
    pub tolerance: f64,
    /// Most bytes that the fit may take; `None` for no limit.
    pub max_memory: Option<u64>,
    /// Of an asymmetric fit, these sites only ([`super::fit_part`]); `None` for all.
    pub sites: Option<Range<usize>>,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            method: Method::Plm,
            gaps: GapTreatment::Missing,
            weighting: Weighting::default(),
            preset: Preset::Balanced,
            lambda_h: None,
            lambda_j: None,
            pseudocount: 0.5,
            optimizer: Optimizer::Lbfgs,
            max_iterations: 500,
            tolerance: 1e-5,
            max_memory: None,
            sites: None,
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

impl FitOptions {
    /// The penalties for an alignment of `sites` sites and `states` states.
    pub fn penalties(&self, sites: usize, states: usize) -> Penalties {
        Penalties {
            lambda_h: self
                .lambda_h
                .unwrap_or(self.preset.lambda_h())
                .resolve(sites, states),
            lambda_j: self
                .lambda_j
                .unwrap_or(self.preset.lambda_j())
                .resolve(sites, states),
        }
    }

    /// Checks what the type of an option cannot say.
    ///
    /// # Errors
    /// For numbers outside their range, and for gaps as a state where the method has none.
    pub fn check(&self) -> Result<()> {
        let wrong = |message: String| Err(Error::Usage(message));
        for (option, scale) in [("--lambda-h", self.lambda_h), ("--lambda-j", self.lambda_j)] {
            let value = scale.map_or(0.0, PenaltyScale::number);
            if !(value.is_finite() && value >= 0.0) {
                return wrong(format!(
                    "{option} is {value}, but a penalty is a number >= 0"
                ));
            }
        }
        if let Preset::Like(tool) = self.preset {
            tool.check(self.method)?;
        }
        if self.preset.field_origin() == FieldOrigin::Gap && self.gaps == GapTreatment::Missing {
            return wrong("CCMpred's penalty measures fields from that of the gap: --like ccmpred needs --gaps state".into());
        }
        if !(self.tolerance.is_finite() && self.tolerance > 0.0) {
            return wrong(format!(
                "--tolerance is {}, but must be above 0",
                self.tolerance
            ));
        }
        if !(self.pseudocount > 0.0 && self.pseudocount < 1.0) {
            return wrong(format!(
                "--pseudocount is {}, but must lie between 0 and 1",
                self.pseudocount
            ));
        }
        if self.method == Method::MeanField && self.gaps == GapTreatment::State {
            return wrong(
                "mean field already counts the gap as the reference state: --gaps state does not go with it".into(),
            );
        }
        if self.sites.is_some() && self.method != Method::PlmAsymmetric {
            return wrong(format!(
                "--sites fits some sites by themselves, which --method {} cannot: use --method plm-asymmetric",
                self.method.as_str()
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
    fn presets_fill_in_what_is_not_given() {
        let options = FitOptions::default();
        let penalties = options.penalties(101, 21);
        assert_eq!(penalties.lambda_h, 1.0);
        assert!((penalties.lambda_j - 30.0).abs() < 1e-9);
    }

    #[test]
    fn impossible_numbers_are_refused() {
        let wrong = FitOptions {
            lambda_h: Some(PenaltyScale::Absolute(f64::NAN)),
            ..FitOptions::default()
        };
        assert!(wrong.check().is_err());
        assert!(FitOptions::default().check().is_ok());
    }
}
