//! Options of Boltzmann learning.

use crate::fit::{Begin, BoltzmannOptions, Edges, Negative, Stop};
use clap::Args;

/// How a model learns from its own sequences.
#[derive(Debug, Args)]
#[command(next_help_heading = "Boltzmann learning")]
pub(super) struct LearningArgs {
    /// When bm ends: held-out, pearson:X or updates:N [default: held-out]
    ///
    /// held-out: clusters of similar sequences, a tenth of Neff, are left out until they get no likelier in 5 updates; then all are learnt from, in as
    /// many updates as were best. pearson:0.95: when connected correlations of fresh chains agree so well. updates:40: after so many.
    #[arg(long, value_name = "RULE", value_parser = stop)]
    stop: Option<Stop>,
    /// The model's side of bm: natural, cd:K or pcd [default: natural]
    ///
    /// natural: chains that go on, and the natural gradient. cd:K: chains that begin at the family's sequences before each update and go K sweeps, and the
    /// gradient. pcd: chains that go on, and the gradient.
    #[arg(long, value_name = "HOW", value_parser = negative)]
    negative: Option<Negative>,
    /// Couplings J_ij(a, b) that bm leaves, a number or a share [default: all]
    ///
    /// Those that matter least are taken away in rounds, and what is left learns again.
    #[arg(long, value_name = "N|SHARE", value_parser = edges)]
    edges: Option<Edges>,
    /// Chains of bm [default: 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(64..=10_000_000))]
    learning_chains: Option<u64>,
    /// Sweeps of the chains of bm between two updates [default: 10]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..))]
    learning_sweeps: Option<u64>,
}

impl LearningArgs {
    /// The options, and whether each is given.
    pub(super) fn given(&self) -> [(&'static str, bool); 5] {
        [
            ("--stop", self.stop.is_some()),
            ("--negative", self.negative.is_some()),
            ("--edges", self.edges.is_some()),
            ("--learning-chains", self.learning_chains.is_some()),
            ("--learning-sweeps", self.learning_sweeps.is_some()),
        ]
    }

    /// What is asked for.
    pub(super) fn options(&self, max_updates: u64, begin: Begin, seed: u64) -> BoltzmannOptions {
        let usual = BoltzmannOptions::default();
        BoltzmannOptions {
            negative: self.negative.unwrap_or(usual.negative),
            stop: self.stop.unwrap_or(usual.stop),
            begin,
            start: None,
            max_updates,
            chains: self.learning_chains.map_or(usual.chains, |n| n as usize),
            sweeps: self.learning_sweeps.unwrap_or(usual.sweeps),
            edges: self.edges,
            seed,
        }
    }
}

fn stop(text: &str) -> Result<Stop, String> {
    let wrong = || format!("'{text}' is none of held-out, pearson:0.95 and updates:40");
    match text.split_once(':') {
        None if text == "held-out" => Ok(Stop::HeldOut),
        Some(("pearson", number)) => match number.parse() {
            Ok(target) if target > 0.0 && target < 1.0 => Ok(Stop::Pearson(target)),
            _ => Err(format!("'{number}' is no correlation between 0 and 1")),
        },
        Some(("updates", number)) => match number.parse() {
            Ok(count) if count > 0 => Ok(Stop::Updates(count)),
            _ => Err(format!("'{number}' is no number of updates")),
        },
        _ => Err(wrong()),
    }
}

fn negative(text: &str) -> Result<Negative, String> {
    match (text, text.strip_prefix("cd:")) {
        ("natural", _) => Ok(Negative::Natural),
        ("pcd", _) => Ok(Negative::Persistent),
        (_, Some(sweeps)) => match sweeps.parse() {
            Ok(sweeps) if sweeps > 0 => Ok(Negative::Contrastive(sweeps)),
            _ => Err(format!("'{sweeps}' is no number of sweeps")),
        },
        _ => Err(format!("'{text}' is none of natural, cd:10 and pcd")),
    }
}

fn edges(text: &str) -> Result<Edges, String> {
    let wrong =
        || format!("'{text}' is no number of couplings such as 5000, and no share such as 0.1");
    match (text.parse::<u64>(), text.parse::<f64>()) {
        (Ok(count), _) if count > 0 => Ok(Edges::Count(count)),
        (Err(_), Ok(share)) if share > 0.0 && share < 1.0 => Ok(Edges::Share(share)),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_rules() {
        assert_eq!(stop("held-out"), Ok(Stop::HeldOut));
        assert_eq!(stop("pearson:0.9"), Ok(Stop::Pearson(0.9)));
        assert_eq!(stop("updates:7"), Ok(Stop::Updates(7)));
        assert_eq!(negative("cd:3"), Ok(Negative::Contrastive(3)));
        assert_eq!(negative("natural"), Ok(Negative::Natural));
        assert_eq!(edges("500"), Ok(Edges::Count(500)));
        assert_eq!(edges("0.25"), Ok(Edges::Share(0.25)));
        for wrong in [
            "",
            "held-out:3",
            "pearson:1",
            "pearson:NaN",
            "updates:0",
            "7",
        ] {
            assert!(stop(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "cd", "cd:0", "pcd:3", "CD:3"] {
            assert!(negative(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "0", "-3", "1.5", "NaN"] {
            assert!(edges(wrong).is_err(), "{wrong}");
        }
    }
}
