//! What a list of contacts amounts to, in words and as JSON.

use super::structures::StructureSummary;
use crate::cli::messages::Messages;
use crate::contacts::{Contact, Ranking, RankingScore};
use crate::model::Model;
use std::path::Path;

/// The list as a whole.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Summary {
    /// The model file, or the alignment that was fitted.
    pub model: String,
    /// The target's name.
    pub target: Option<String>,
    /// Number of modelled sites L.
    pub sites: usize,
    /// Effective number of sequences.
    pub neff: Option<f64>,
    /// The score that the list is sorted by, and whose probability it gives.
    pub ranked_by: &'static str,
    /// Why that is not pattern, if it is another without having been asked for.
    pub without_pattern: Option<String>,
    /// Pairs in the list.
    pub pairs: usize,
    /// How many of them are expected to be in contact: the sum of their probabilities; `None` if no pair has one.
    pub expected_true: Option<f64>,
    /// The same of the first L of the list, or of all if there are fewer.
    pub top_l: Expected,
    /// What structures say of the whole ranking, in the order they were given.
    pub structures: Vec<StructureSummary>,
}

/// What is expected of some pairs.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Expected {
    /// How many pairs.
    pub pairs: usize,
    /// Sum of their probabilities.
    pub expected_true: Option<f64>,
}

impl Expected {
    fn of(list: &[Contact]) -> Self {
        let known: Vec<f64> = list
            .iter()
            .filter_map(|contact| contact.probability)
            .collect();
        Self {
            pairs: list.len(),
            expected_true: (!known.is_empty()).then(|| known.iter().sum()),
        }
    }
}

/// The word for a score.
pub(super) fn word(score: RankingScore) -> &'static str {
    match score {
        RankingScore::Pattern => "pattern",
        RankingScore::Apc(_) | RankingScore::SumsApc { .. } => "apc",
        RankingScore::Frobenius => "fn",
        RankingScore::MutualInformation => "mi",
        RankingScore::DirectInformation => "di",
    }
}

impl Summary {
    /// Of the list of a model.
    pub fn new(input: &Path, model: &Model, ranking: Ranking, list: &[Contact]) -> Self {
        let sites = model.sites();
        let all = Expected::of(list);
        Self {
            model: input.display().to_string(),
            target: model.target.clone(),
            sites,
            neff: model.neff(),
            ranked_by: word(ranking.score),
            without_pattern: ranking.without.map(|reason| reason.to_string()),
            pairs: all.pairs,
            expected_true: all.expected_true,
            top_l: Expected::of(&list[..list.len().min(sites)]),
            structures: Vec::new(),
        }
    }

    /// In words.
    pub fn tell(&self, messages: &Messages) {
        if let Some(expected) = self.top_l.expected_true {
            let all = match self.expected_true.filter(|_| self.pairs > self.top_l.pairs) {
                Some(expected) => format!(", {expected:.1} of all {}", self.pairs),
                None => String::new(),
            };
            messages.say(format_args!(
                "expected in contact: {expected:.1} of the first {} pairs{all} (the sum of their probabilities)",
                self.top_l.pairs
            ));
        }
        self.structures
            .iter()
            .for_each(|structure| structure.tell(messages));
    }
}
