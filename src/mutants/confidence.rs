//! How far to trust the score of a mutant, in a word.

use super::support::Support;

/// Coverage below which a score is little more than what the penalty leaves.
const LEAST_COVERAGE: f64 = 0.5;

/// Coverage from which a score may be trusted.
const GOOD_COVERAGE: f64 = 0.8;

/// Share of the sequences from which a residue is known at its position.
const GOOD_SHARE: f64 = 0.002;

/// Standard error from which a score is no better than a guess among its like, and below which it may be trusted, in nats.
const POOR_ERROR: f64 = 1.5;
const GOOD_ERROR: f64 = 0.75;

/// Three levels, by what the alignment has of a mutant and by the error of its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Few sequences cover the position, or the fit does not determine the score.
    Low,
    /// Neither.
    Medium,
    /// The residue is seen at its position, which most sequences cover.
    High,
}

impl Confidence {
    /// All, from low to high.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// By the support of a mutant and, where there are replicates, the standard error of its score per substitution; none where the alignment is not known.
    pub fn of(support: Option<Support>, error: Option<f64>) -> Option<Self> {
        let support = support?;
        let covered = |least: f64| support.coverage.is_none_or(|coverage| coverage >= least);
        let within = |most: f64| error.is_none_or(|error| error <= most);
        Some(if !covered(LEAST_COVERAGE) || !within(POOR_ERROR) {
            Self::Low
        } else if support.seen >= GOOD_SHARE && covered(GOOD_COVERAGE) && within(GOOD_ERROR) {
            Self::High
        } else {
            Self::Medium
        })
    }
}
