//! The penalties of a fit, as they grow with the model, and those for a purpose.

use crate::model::{MethodName, Penalties};

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
    /// Likeliest held-out sequences of Boltzmann learning: lambda_h 0.01, lambda_J 0.005 (L-1)(q-1).
    Learning,
}

impl Preset {
    /// The word on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Contacts => "contacts",
            Self::Mutants => "mutants",
            Self::Learning => "learning",
        }
    }

    /// That of a method, without a wish.
    pub fn of(method: MethodName) -> Self {
        match method {
            MethodName::Boltzmann => Self::Learning,
            _ => Self::Balanced,
        }
    }

    /// Its penalties. lambda_h 1 is better than 0.01 for contacts (+.013 +- .003 of precision) and for mutants. Of learning, lambda_J 0, 0.5, 2, 5 and
    /// 10 left sequences held out at -1.578, -1.576, -1.575, -1.569 and -1.587 nats a site (PF00014, L 53, Neff 1669, one division).
    pub fn penalties(self) -> PenaltyOptions {
        let lambda_j = match self {
            Self::Learning => 0.005,
            Self::Balanced => 0.015,
            Self::Contacts => 0.01,
            Self::Mutants => 0.03,
        };
        PenaltyOptions {
            lambda_h: PenaltyScale::Absolute(match self {
                Self::Learning => 0.01,
                _ => 1.0,
            }),
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

    /// The penalties for `sites` sites of `states` states, in words.
    pub fn describe(&self, sites: usize, states: usize) -> String {
        let penalties = self.resolve(sites, states);
        format!(
            "lambda_h {}, lambda_J {} = {} (L-1)(q-1)",
            penalties.lambda_h,
            significant(penalties.lambda_j),
            significant(penalties.lambda_j / ((sites.max(2) - 1) * (states - 1)) as f64)
        )
    }
}

/// A number with six significant digits, without trailing zeros.
fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let decimals = (5 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
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
    pub(super) fn number(self) -> f64 {
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
}
