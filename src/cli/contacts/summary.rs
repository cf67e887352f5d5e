//! What a list of contacts amounts to, in words and as JSON.

use crate::cli::messages::Messages;
use crate::contacts::{Contact, Ranking};
use crate::model::Model;
use crate::report::pairs::word;
use crate::report::structures::StructureSummary;
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
    /// How many have a probability: not pairs between chains, nor those nearer than 6 positions.
    pub with_probability: usize,
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
    /// How many of them have a probability.
    pub with_probability: usize,
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
            with_probability: known.len(),
            expected_true: (!known.is_empty()).then(|| known.iter().sum()),
        }
    }
}

/// `the first 76 pairs`, or where some have no probability, `the 70 with a probability among the first 76 pairs`.
fn counted(pairs: usize, with_probability: usize, what: &str) -> String {
    match with_probability < pairs {
        true => format!("the {with_probability} with a probability among {what}"),
        false => what.to_owned(),
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
            with_probability: all.with_probability,
            top_l: Expected::of(&list[..list.len().min(sites)]),
            structures: Vec::new(),
        }
    }

    /// In words.
    pub fn tell(&self, messages: &Messages) {
        if let Some(expected) = self.top_l.expected_true {
            let all = match self.expected_true.filter(|_| self.pairs > self.top_l.pairs) {
                Some(expected) => {
                    let what = format!("all {}", self.pairs);
                    let pairs = counted(self.pairs, self.with_probability, &what);
                    format!(", {expected:.1} of {pairs}")
                }
                None => String::new(),
            };
            let top = self.top_l;
            let what = format!("the first {} pairs", top.pairs);
            messages.say(format_args!(
                "expected in contact: {expected:.1} of {}{all} (the sum of their probabilities)",
                counted(top.pairs, top.with_probability, &what)
            ));
        }
        self.structures
            .iter()
            .flat_map(StructureSummary::lines)
            .for_each(|line| messages.say(line));
    }
}
