//! What became of a mutant: a score, or the reason why there is none.

use super::notation::NotAMutant;
use crate::position::Position;

/// One word for what became of a mutant. Where several fit, the earliest in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has a score.
    Scored,
    /// It is the wild type, whose score is 0.
    WildType,
    /// A position occurs twice.
    DuplicatePosition,
    /// A letter is not in the alphabet.
    UnknownResidue,
    /// The target has another residue than the mutant says.
    WtMismatch,
    /// A position is outside the target.
    OutOfRange,
    /// A position of the target is not modelled, or a residue is deleted.
    PositionNotModelled,
    /// The text is not a mutant.
    Unparsable,
}

impl Status {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Scored,
        Self::WildType,
        Self::DuplicatePosition,
        Self::UnknownResidue,
        Self::WtMismatch,
        Self::OutOfRange,
        Self::PositionNotModelled,
        Self::Unparsable,
    ];

    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::WildType => "wild_type",
            Self::DuplicatePosition => "duplicate_position",
            Self::UnknownResidue => "unknown_residue",
            Self::WtMismatch => "wt_mismatch",
            Self::OutOfRange => "out_of_range",
            Self::PositionNotModelled => "position_not_modelled",
            Self::Unparsable => "unparsable",
        }
    }
}

/// log P(mutant) - log P(wild type) and its parts: higher is better, the wild type has 0.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Score {
    /// E(wild type) - E(mutant) in the Potts model: `additive + epistasis`.
    pub potts: f64,
    /// The same in the independent-site model, if there is one.
    pub independent: Option<f64>,
    /// Sum of the Potts scores of the single substitutions.
    pub additive: f64,
    /// Sum over pairs of substituted sites of J(b,b') - J(b,a') - J(a,b') + J(a,a'), from a, a' to b, b'.
    pub epistasis: f64,
}

/// What became of a mutant, with what is needed to explain it. `Display` writes the explanation: nothing for a score.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It has a score.
    Scored(Score),
    /// It is the wild type.
    WildType,
    /// A position occurs twice.
    DuplicatePosition {
        /// The number as written.
        number: i64,
    },
    /// A letter is not in the alphabet.
    UnknownResidue {
        /// The letter.
        letter: u8,
    },
    /// The target has another residue than the mutant says.
    WtMismatch {
        /// Position in the target.
        position: Position,
        /// The target's letter.
        target: u8,
        /// The mutant's letter.
        claimed: u8,
        /// The offset nearest to 0 with which all its residues would match.
        offset: Option<i64>,
    },
    /// A position is outside the target.
    OutOfRange {
        /// The number after the offset.
        number: i64,
        /// First and last position of the target.
        range: (Position, Position),
        /// The offset nearest to 0 with which all its residues would match.
        offset: Option<i64>,
    },
    /// A position of the target is not modelled.
    PositionNotModelled {
        /// Position in the target.
        position: Position,
        /// Whether the position would be, were the change not a deletion.
        deletion: bool,
    },
    /// The text is not a mutant.
    Unparsable(NotAMutant),
}

impl Outcome {
    /// The word for it.
    pub fn status(&self) -> Status {
        match self {
            Self::Scored(_) => Status::Scored,
            Self::WildType => Status::WildType,
            Self::DuplicatePosition { .. } => Status::DuplicatePosition,
            Self::UnknownResidue { .. } => Status::UnknownResidue,
            Self::WtMismatch { .. } => Status::WtMismatch,
            Self::OutOfRange { .. } => Status::OutOfRange,
            Self::PositionNotModelled { .. } => Status::PositionNotModelled,
            Self::Unparsable(_) => Status::Unparsable,
        }
    }

    /// The score, which the wild type has too.
    pub fn score(&self) -> Option<Score> {
        match self {
            Self::Scored(score) => Some(*score),
            Self::WildType => Some(Score {
                independent: Some(0.0),
                ..Score::default()
            }),
            _ => None,
        }
    }

    /// The same with a hint at the offset that would fit, where one could matter.
    #[must_use]
    pub(super) fn with_offset(mut self, hint: Option<i64>) -> Self {
        if let Self::WtMismatch { offset, .. } | Self::OutOfRange { offset, .. } = &mut self {
            *offset = hint;
        }
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scored(_) | Self::WildType => Ok(()),
            Self::DuplicatePosition { number } => write!(f, "position {number} occurs twice"),
            Self::UnknownResidue { letter } => {
                write!(f, "'{}' is not a residue of the model", char::from(*letter))
            }
            Self::WtMismatch {
                position,
                target,
                claimed,
                offset,
            } => {
                let (target, claimed) = (char::from(*target), char::from(*claimed));
                write!(f, "the target has {target} at {position} and not {claimed}")?;
                fitting(f, *offset)
            }
            Self::OutOfRange {
                number,
                range: (first, last),
                offset,
            } => {
                write!(f, "{number} is outside the target's {first} to {last}")?;
                fitting(f, *offset)
            }
            Self::PositionNotModelled { position, deletion } => match deletion {
                true => write!(f, "a deletion at {position} has no score"),
                false => write!(f, "position {position} is not a site of the model"),
            },
            Self::Unparsable(problem) => write!(f, "{problem}"),
        }
    }
}

/// The part of a note that names an offset.
fn fitting(f: &mut std::fmt::Formatter<'_>, offset: Option<i64>) -> std::fmt::Result {
    match offset {
        Some(offset) => write!(f, " (--offset {offset} would fit)"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_listed_in_their_order() {
        assert!(Status::ALL.windows(2).all(|w| w[0] < w[1]));
        let json = serde_json::to_string(&Status::ALL).unwrap();
        let words: Vec<&str> = Status::ALL.iter().map(|s| s.as_str()).collect();
        assert_eq!(json, serde_json::to_string(&words).unwrap());
    }

    #[test]
    fn a_note_names_the_offset_that_would_fit() {
        let position = Position::new(42).unwrap();
        let outcome = Outcome::WtMismatch {
            position,
            target: b'L',
            claimed: b'A',
            offset: None,
        };
        assert_eq!(outcome.to_string(), "the target has L at 42 and not A");
        let hinted = outcome.with_offset(Some(-3)).to_string();
        assert_eq!(
            hinted,
            "the target has L at 42 and not A (--offset -3 would fit)"
        );
    }
}
