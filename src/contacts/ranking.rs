//! Which score a list is ranked by.

use super::pattern::{self, Absence, SCORED_FROM};
use super::{ContactOptions, Norm, PairKind, RankingScore};
use crate::alignment::ColumnMap;
use crate::model::Model;

/// The score that a list is ranked by, and why that is not the score of patterns, if it is another without having been asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranking {
    /// The score.
    pub score: RankingScore,
    /// Why patterns do not rank.
    pub without: Option<NoPatterns>,
}

/// Why patterns do not rank a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPatterns {
    /// They were not wanted: the conventions are another program's.
    Conventions,
    /// The model has none.
    Absent(Absence),
    /// The list has pairs between chains, which have no such score.
    Between,
    /// The list has pairs that are too near to have one.
    Near,
}

impl std::fmt::Display for NoPatterns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Conventions => f.write_str("it is not one of the other program's"),
            Self::Absent(absence) => absence.fmt(f),
            Self::Between => f.write_str("pairs between chains have none"),
            Self::Near => write!(f, "pairs nearer than {SCORED_FROM} positions have none"),
        }
    }
}

impl Ranking {
    /// Of a list of a model's pairs.
    pub fn of(model: &Model, options: &ContactOptions) -> Self {
        if let Some(score) = options.score {
            return Self {
                score,
                without: None,
            };
        }
        let without = no_patterns(model, options);
        Self {
            score: match without {
                None => RankingScore::Pattern,
                Some(_) => RankingScore::default(),
            },
            without,
        }
    }
}

/// Why patterns cannot rank the whole list that `options` ask for.
pub fn no_patterns(model: &Model, options: &ContactOptions) -> Option<NoPatterns> {
    if !options.probabilities || options.norm != Norm::default() {
        return Some(NoPatterns::Conventions);
    }
    if let Some(absence) = pattern::absence(model) {
        return Some(NoPatterns::Absent(absence));
    }
    match options.selection.pairs {
        PairKind::Inter => Some(NoPatterns::Between),
        PairKind::All if has_several_chains(&model.columns) => Some(NoPatterns::Between),
        // Those of some positions are wanted as the whole list has them; those too near take their places by score.
        _ if options.selection.positions.is_some() => None,
        _ if options.selection.min_separation < SCORED_FROM => Some(NoPatterns::Near),
        _ => None,
    }
}

fn has_several_chains(columns: &ColumnMap) -> bool {
    columns
        .spans()
        .iter()
        .filter(|span| !span.sites.is_empty())
        .count()
        > 1
}
