//! What became of a mutant: a score, or the reason why there is none.

use super::confidence::Confidence;
use super::notation::{NotAMutant, OtherChange, Substitution};
use super::support::Support;
use crate::position::{Chain, ChainPrefix, Residue};

/// What the notes of mutants begin with that are no typing errors, but have no score.
const VALID: &str = "valid, but no substitution";

/// One word for what became of a mutant. Where several fit, the earliest in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has a score.
    Scored,
    /// It is the wild type, whose score is 0.
    WildType,
    /// Its protein is the wild type's, as in `A42A`: the score is 0.
    Synonymous,
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
    /// A stop replaces a residue.
    Stop,
    /// Residues are inserted or deleted.
    Indel,
    /// Another change that is no substitution, such as a frameshift.
    NoSubstitution,
    /// A position of the target is not modelled.
    PositionNotModelled,
    /// The text is not a mutant.
    Unparsable,
}

impl Status {
    /// All of them, in order.
    pub const ALL: [Self; 13] = [
        Self::Scored,
        Self::WildType,
        Self::Synonymous,
        Self::DuplicatePosition,
        Self::UnknownResidue,
        Self::UnknownChain,
        Self::WtMismatch,
        Self::OutOfRange,
        Self::Stop,
        Self::Indel,
        Self::NoSubstitution,
        Self::PositionNotModelled,
        Self::Unparsable,
    ];

    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::WildType => "wild_type",
            Self::Synonymous => "synonymous",
            Self::DuplicatePosition => "duplicate_position",
            Self::UnknownResidue => "unknown_residue",
            Self::UnknownChain => "unknown_chain",
            Self::WtMismatch => "wt_mismatch",
            Self::OutOfRange => "out_of_range",
            Self::Stop => "stop",
            Self::Indel => "indel",
            Self::NoSubstitution => "no_substitution",
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
    /// The effect: 0 like the wild type, -1 as bad as the worst single; of several substitutions the sum. Of protein families only.
    pub effect: Option<f64>,
    /// What the alignment has of it, where that is known.
    pub support: Option<Support>,
    /// Standard error of `potts`, where the fit has replicates.
    pub error: Option<f64>,
    /// How far to trust it, where the alignment is known.
    pub confidence: Option<Confidence>,
}

impl Score {
    /// Whether it rests on nothing: no sequence has the residue, or one of several, at its position.
    pub fn is_unseen(&self) -> bool {
        self.support.is_some_and(|support| support.is_unseen())
    }
}

/// Why a position has no score for a substitution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSite {
    /// It is no site of the model.
    NotModelled,
    /// It is one, but the target, or what is named here in its place, has a gap there, which nothing replaces.
    Gap(&'static str),
}

/// What became of a mutant, with what is needed to explain it. `Display` writes the explanation: nothing for a score, but
/// where it rests on nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It has a score.
    Scored(Score),
    /// It is the wild type.
    WildType,
    /// Its protein is the wild type's.
    Synonymous,
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
        /// Whose letter it is, in words: the target's, or a background's.
        whose: &'static str,
        /// The target's letter.
        target: u8,
        /// The mutant's letter.
        claimed: u8,
    },
    /// A position is outside the target.
    OutOfRange {
        /// The number after the offset.
        number: i64,
        /// First and last residue of the target, or of its chain.
        range: (Residue, Residue),
    },
    /// A stop replaces a residue.
    Stop {
        /// Position in the target.
        residue: Residue,
    },
    /// A residue is deleted.
    Deletion {
        /// Position in the target.
        residue: Residue,
    },
    /// Another change that no substitution is.
    Other(OtherChange),
    /// A position of the target is not modelled.
    PositionNotModelled {
        /// Position in the target.
        residue: Residue,
        /// Why there is nothing to score.
        why: NoSite,
    },
    /// The text is not a mutant.
    Unparsable(NotAMutant),
    /// A number is not in the table of numbers.
    NotNumbered(Substitution),
    /// This, of a mutant that was not written in full, and how it was read.
    ReadAs(Box<Outcome>, Box<str>),
}

impl Outcome {
    /// The word for it.
    pub fn status(&self) -> Status {
        match self {
            Self::Scored(_) => Status::Scored,
            Self::WildType => Status::WildType,
            Self::Synonymous => Status::Synonymous,
            Self::DuplicatePosition { .. } => Status::DuplicatePosition,
            Self::UnknownResidue { .. } => Status::UnknownResidue,
            Self::UnknownChain { .. } => Status::UnknownChain,
            Self::WtMismatch { .. } => Status::WtMismatch,
            Self::OutOfRange { .. } => Status::OutOfRange,
            Self::Stop { .. } => Status::Stop,
            Self::Deletion { .. }
            | Self::Other(OtherChange::Indel | OtherChange::Aligned { .. }) => Status::Indel,
            Self::Other(_) => Status::NoSubstitution,
            Self::PositionNotModelled { .. } => Status::PositionNotModelled,
            Self::Unparsable(_) => Status::Unparsable,
            Self::NotNumbered(_) => Status::OutOfRange,
            Self::ReadAs(outcome, _) => outcome.status(),
        }
    }

    /// The score, which the wild type has too.
    pub fn score(&self) -> Option<Score> {
        match self {
            Self::Scored(score) => Some(*score),
            Self::WildType | Self::Synonymous => Some(Score {
                independent: Some(0.0),
                effect: Some(0.0),
                ..Score::default()
            }),
            Self::ReadAs(outcome, _) => outcome.score(),
            _ => None,
        }
    }

    /// Whether it has a score that rests on nothing: no sequence has the residue at its position.
    pub fn is_unseen(&self) -> bool {
        match self {
            Self::Scored(score) => score.is_unseen(),
            Self::ReadAs(outcome, _) => outcome.is_unseen(),
            _ => false,
        }
    }

    /// The same with a word on how the mutant was read.
    #[must_use]
    pub fn read_as(self, reading: Option<Box<str>>) -> Self {
        match reading {
            Some(reading) => Self::ReadAs(Box::new(self), reading),
            None => self,
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scored(_) if self.is_unseen() => {
                f.write_str("unseen: a residue that no sequence has at its position")
            }
            Self::Scored(_) | Self::WildType | Self::Synonymous => Ok(()),
            Self::DuplicatePosition { again } => {
                write!(
                    f,
                    "position {}{} occurs twice: alternatives go into rows of their own",
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
                whose,
                target,
                claimed,
            } => {
                let (target, claimed) = (char::from(*target), char::from(*claimed));
                write!(f, "the {whose} has {target} at {residue} and not {claimed}")
            }
            Self::OutOfRange { number, range } => f.write_str(&out_of_range(*number, *range)),
            Self::Stop { residue } => write!(f, "{VALID}: a stop at {residue}"),
            Self::Deletion { residue } => write!(f, "{VALID}: {residue} is deleted"),
            Self::Other(change) => write!(f, "{VALID}: {}", change.in_words()),
            Self::PositionNotModelled { residue, why } => match why {
                NoSite::NotModelled => write!(f, "position {residue} is not a site of the model"),
                NoSite::Gap(whose) => write!(f, "the {whose} has a gap at {residue}"),
            },
            Self::Unparsable(problem) => write!(f, "{problem}"),
            Self::NotNumbered(substitution) => write!(
                f,
                "the number of {substitution} is not in the table of numbers"
            ),
            Self::ReadAs(outcome, reading) => match outcome.score() {
                Some(_) if outcome.is_unseen() => write!(f, "{reading}; {outcome}"),
                Some(_) => write!(f, "{reading}"),
                None => write!(f, "{outcome}"),
            },
        }
    }
}

/// Which number is outside which residues.
fn out_of_range(number: i64, (first, last): (Residue, Residue)) -> String {
    let number = match number.unsigned_abs() < i64::MAX.unsigned_abs() {
        true => format!("{}{number}", ChainPrefix(first.chain)),
        // As large as a number can be, and not what was written.
        false => "a number of more than 18 digits".into(),
    };
    format!("{number} is outside the target's {first} to {last}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_mutant_was_read_does_not_hide_that_it_is_unseen() {
        let note = |seen| {
            let support = Some(Support {
                seen,
                coverage: None,
            });
            let outcome = Outcome::Scored(Score {
                support,
                ..Score::default()
            });
            outcome.read_as(Some("read as L25F".into())).to_string()
        };
        assert_eq!(note(0.1), "read as L25F");
        assert_eq!(
            note(0.0),
            "read as L25F; unseen: a residue that no sequence has at its position"
        );
    }

    #[test]
    fn statuses_are_listed_in_their_order() {
        assert!(Status::ALL.windows(2).all(|w| w[0] < w[1]));
        let json = serde_json::to_string(&Status::ALL).unwrap();
        let words: Vec<&str> = Status::ALL.iter().map(|s| s.as_str()).collect();
        assert_eq!(json, serde_json::to_string(&words).unwrap());
    }
}
