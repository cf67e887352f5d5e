//! What became of a mutant: a score, or the reason why there is none.

use super::notation::{NotAMutant, Substitution};
use super::support::Support;
use crate::position::{Chain, ChainPrefix, Offsets, Residue};

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
    /// The chain is not named, or not one of the model's.
    UnknownChain,
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
    pub const ALL: [Self; 9] = [
        Self::Scored,
        Self::WildType,
        Self::DuplicatePosition,
        Self::UnknownResidue,
        Self::UnknownChain,
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
            Self::UnknownChain => "unknown_chain",
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
    /// What the alignment has of it, where that is known.
    pub support: Option<Support>,
}

/// Why a position has no score for a substitution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSite {
    /// It is no site of the model.
    NotModelled,
    /// It is one, but the target has a gap there, which nothing replaces.
    TargetGap,
    /// It is one, but the residue there is deleted.
    Deletion,
}

/// What became of a mutant, with what is needed to explain it. `Display` writes the explanation: nothing for a score, but
/// where it rests on nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It has a score.
    Scored(Score),
    /// It is the wild type.
    WildType,
    /// A position occurs twice.
    DuplicatePosition {
        /// The second substitution there, as written.
        again: Substitution,
    },
    /// A letter is not in the alphabet.
    UnknownResidue {
        /// The letter.
        letter: u8,
    },
    /// The chain is not named, or not one of the model's.
    UnknownChain {
        /// The substitution as written.
        substitution: Substitution,
        /// The chains of the model.
        chains: Vec<Chain>,
    },
    /// The target has another residue than the mutant says.
    WtMismatch {
        /// Position in the target.
        residue: Residue,
        /// The target's letter.
        target: u8,
        /// The mutant's letter.
        claimed: u8,
        /// The nearest offset with which all its residues in this chain would match.
        offset: Option<Offsets>,
    },
    /// A position is outside the target.
    OutOfRange {
        /// The number after the offset.
        number: i64,
        /// First and last residue of the target, or of its chain.
        range: (Residue, Residue),
        /// The nearest offset with which all its residues in this chain would match.
        offset: Option<Offsets>,
    },
    /// A position of the target is not modelled.
    PositionNotModelled {
        /// Position in the target.
        residue: Residue,
        /// Why there is nothing to score.
        why: NoSite,
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
            Self::UnknownChain { .. } => Status::UnknownChain,
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

    /// Whether it has a score that rests on nothing: no sequence has the residue at its position.
    pub fn is_unseen(&self) -> bool {
        let support = match self {
            Self::Scored(score) => score.support,
            _ => None,
        };
        support.is_some_and(|support| support.is_unseen())
    }

    /// The same with a hint at the offset that would fit, where one could matter.
    #[must_use]
    pub(super) fn with_offset(mut self, hint: Option<Offsets>) -> Self {
        if let Self::WtMismatch { offset, .. } | Self::OutOfRange { offset, .. } = &mut self {
            *offset = hint;
        }
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scored(_) if self.is_unseen() => {
                f.write_str("unseen: no sequence has this residue there")
            }
            Self::Scored(_) | Self::WildType => Ok(()),
            Self::DuplicatePosition { again } => {
                write!(
                    f,
                    "position {}{} occurs twice",
                    ChainPrefix(again.chain),
                    again.number
                )
            }
            Self::UnknownResidue { letter } => {
                write!(f, "'{}' is not a residue of the model", char::from(*letter))
            }
            Self::UnknownChain {
                substitution,
                chains,
            } => write!(f, "{}", chain_problem(substitution, chains)),
            Self::WtMismatch {
                residue,
                target,
                claimed,
                offset,
            } => {
                let (target, claimed) = (char::from(*target), char::from(*claimed));
                write!(f, "the target has {target} at {residue} and not {claimed}")?;
                fitting(f, offset.as_ref())
            }
            Self::OutOfRange {
                number,
                range: (first, last),
                offset,
            } => {
                let chain = ChainPrefix(first.chain);
                write!(
                    f,
                    "{chain}{number} is outside the target's {first} to {last}"
                )?;
                fitting(f, offset.as_ref())
            }
            Self::PositionNotModelled { residue, why } => match why {
                NoSite::NotModelled => write!(f, "position {residue} is not a site of the model"),
                NoSite::TargetGap => write!(f, "the target has a gap at {residue}"),
                NoSite::Deletion => write!(f, "a deletion at {residue} has no score"),
            },
            Self::Unparsable(problem) => write!(f, "{problem}"),
        }
    }
}

/// Why a substitution's chain is none of the model's, and what to write instead.
fn chain_problem(substitution: &Substitution, chains: &[Chain]) -> String {
    let listed: Vec<String> = chains.iter().map(Chain::to_string).collect();
    let listed = listed.join(", ");
    match (substitution.chain, chains) {
        (Some(chain), []) => format!("chain {chain} is named, but the model has no chains"),
        (Some(chain), _) => format!("the model has no chain {chain}, only {listed}"),
        (None, [first, ..]) => format!(
            "in which chain? write {first}:{substitution}, or name it with `chain` (there are {listed})"
        ),
        (None, []) => "the model has no chains".into(),
    }
}

/// The part of a note that names an offset.
fn fitting(f: &mut std::fmt::Formatter<'_>, offset: Option<&Offsets>) -> std::fmt::Result {
    match offset {
        Some(offset) => write!(f, " (`offset={offset}` would fit)"),
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
        let residue = Residue {
            chain: None,
            position: crate::position::Position::new(42).unwrap(),
        };
        let outcome = Outcome::WtMismatch {
            residue,
            target: b'L',
            claimed: b'A',
            offset: None,
        };
        assert_eq!(outcome.to_string(), "the target has L at 42 and not A");
        let hinted = outcome.with_offset(Some((-3).into())).to_string();
        assert_eq!(
            hinted,
            "the target has L at 42 and not A (`offset=-3` would fit)"
        );
    }
}
