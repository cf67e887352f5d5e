//! How far to trust the score of a mutant, in a word.

use super::support::Support;

/// Coverage below which scores hardly follow measured values.
const LEAST_COVERAGE: f64 = 0.5;

/// Coverage from which a score may be trusted.
const GOOD_COVERAGE: f64 = 0.8;

/// Standard error up to which a score may be trusted, in nats a substitution.
const GOOD_ERROR: f64 = 0.6;

/// Three levels, by what the alignment covers and by the error of the score. Whether the residue itself is seen makes no difference: over the
/// singles of ten proteins the ranks of those that no sequence has were as far from measured ones as others, or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Less than half of the sequences have any residue at the position.
    Low,
    /// Neither.
    Medium,
    /// Most sequences cover the position and, where there are replicates, they agree on the score.
    High,
}

impl Confidence {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// By the support of a mutant and, where there are replicates, the standard error of its score by the root of the number of substitutions; none
    /// where the alignment, or its gaps, are not known.
    pub fn of(support: Option<Support>, error: Option<f64>) -> Option<Self> {
        let coverage = support?.coverage?;
        let agrees = error.is_none_or(|error| error <= GOOD_ERROR);
        Some(if coverage < LEAST_COVERAGE {
            Self::Low
        } else if coverage >= GOOD_COVERAGE && agrees {
            Self::High
        } else {
            Self::Medium
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_and_errors_decide() {
        let of = |coverage: Option<f64>, error| {
            let support = Support {
                seen: 0.0,
                coverage,
            };
            Confidence::of(Some(support), error)
        };
        assert_eq!(of(Some(0.9), None), Some(Confidence::High));
        assert_eq!(of(Some(0.9), Some(0.7)), Some(Confidence::Medium));
        assert_eq!(of(Some(0.6), Some(0.1)), Some(Confidence::Medium));
        assert_eq!(of(Some(0.4), Some(0.1)), Some(Confidence::Low));
        assert_eq!(of(None, Some(0.1)), None);
        assert_eq!(Confidence::of(None, None), None);
    }
}
