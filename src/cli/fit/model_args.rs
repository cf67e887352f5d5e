//! Options of what is fitted, and how: the method with its own, and the penalties.

use super::learning_args::LearningArgs;
use crate::alphabet::GapTreatment;
use crate::cli::alignment_args::{choice, number, share};
use crate::cli::amounts::parse_bytes;
use crate::conventions::Tool;
use crate::error::Result;
use crate::fit::{
    AsymmetricOptions, Begin, FitOptions, MeanFieldOptions, Method, PenaltyScale, PlmOptions,
    Preset,
};
use crate::model::{MethodName, Optimizer};
use clap::{Args, ValueEnum};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The penalties of the objective.
#[derive(Debug, Args)]
#[command(next_help_heading = "Model")]
pub struct PenaltyArgs {
    /// Penalties for a purpose [default: balanced; learning of bm]
    ///
    /// lambda_h 1 and lambda_J 0.015 (balanced), 0.01 (contacts) or 0.03 (mutants) times (L-1)(q-1); for bm lambda_h 0.01 and 0.005 (learning).
    #[arg(long, value_enum, conflicts_with = "like")]
    preset: Option<PresetArg>,
    /// Penalty lambda_h on fields [default: from the preset]
    ///
    /// lambda_h sum h^2.
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    lambda_h: Option<PenaltyScale>,
    /// Penalty lambda_J on couplings [default: from the preset]
    ///
    /// '0.01x' is 0.01 (L-1)(q-1), a bare number is absolute; auto, in `potts fit`, takes what suits left out sequences best, as a rule too weak for mutants.
    #[arg(long, value_name = "X|auto", allow_negative_numbers = true)]
    lambda_j: Option<CouplingPenalty>,
}

/// `--lambda-j`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CouplingPenalty {
    /// A number.
    Given(PenaltyScale),
    /// What suits sequences best that were left out.
    Auto,
}

impl FromStr for CouplingPenalty {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            number => number.parse().map(Self::Given),
        }
    }
}

impl PenaltyArgs {
    /// Whether lambda_h and lambda_J are given.
    pub fn given(&self) -> (bool, bool) {
        (self.lambda_h.is_some(), self.lambda_j.is_some())
    }

    /// Whether lambda_J is to be chosen.
    pub fn chooses_lambda_j(&self) -> bool {
        self.lambda_j == Some(CouplingPenalty::Auto)
    }

    /// The options of a fit by `method` with these penalties and, but for them, `tool`'s conventions.
    ///
    /// # Errors
    /// [`Error::Usage`] if the tool has no such method.
    pub fn options(&self, method: Method, tool: Option<Tool>) -> Result<FitOptions> {
        let mut options = match tool {
            Some(tool) => tool.fit_options(method.name())?,
            None => {
                let options = FitOptions::with_method(method.name());
                match self.preset {
                    Some(preset) => options.preset(preset.into()),
                    None => options,
                }
            }
        };
        options.method = method;
        let penalties = &mut options.penalties;
        penalties.lambda_h = self.lambda_h.unwrap_or(penalties.lambda_h);
        if let Some(CouplingPenalty::Given(lambda_j)) = self.lambda_j {
            penalties.lambda_j = lambda_j;
        }
        Ok(options)
    }
}

/// What is fitted, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Model")]
pub(super) struct ModelArgs {
    /// Kind of inference
    #[arg(long, value_enum, default_value_t = MethodArg::Plm)]
    method: MethodArg,
    #[command(flatten)]
    pub(super) penalties: PenaltyArgs,
    /// Gaps: missing data (q = 20), or a state (q = 21) [default: missing; bm: state]
    #[arg(long, value_enum)]
    gaps: Option<GapsArg>,
    /// Fit only these sites, for `potts merge`
    ///
    /// Of plm-asymmetric; modelled columns, counted from 1.
    #[arg(long, value_name = "A-B", value_parser = sites)]
    pub(super) sites: Option<Range<usize>>,
    /// Pseudocount of mean field [default: 0.5]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pseudocount: Option<f64>,
    /// Minimiser of the pseudolikelihood
    #[arg(long, value_enum, default_value_t = OptimizerArg::Lbfgs)]
    optimizer: OptimizerArg,
    /// Begin at the parameters of this model
    ///
    /// Sites are matched by alignment column, else by position; the states must be the same. The end is the same optimum, reached with
    /// fewer evaluations. Of bm also plm, a fit by pseudolikelihood, its default, or profile, independent sites; ./plm is a file.
    #[arg(long, value_name = "MODEL")]
    start: Option<PathBuf>,
    /// Most iterations of the minimiser, or updates of bm
    #[arg(long, value_name = "N", default_value = "500", value_parser = clap::value_parser!(u64).range(1..))]
    max_iterations: u64,
    /// Distance from the optimum, as a share of the objective, at which a fit ends
    #[arg(long, value_name = "X", default_value = "1e-5", value_parser = tolerance)]
    tolerance: f64,
    /// plmc's group penalty, which is not wanted here
    #[arg(long, visible_aliases = ["lambdag"], value_name = "X", hide = true, value_parser = no_group_penalty)]
    lambda_group: Option<f64>,
    /// plmc's scale of the sequence weights, which is not wanted here
    #[arg(long, value_name = "X", hide = true, value_parser = no_scale)]
    scale: Option<f64>,
    /// Refuse a fit that needs more memory [default: what is free]
    #[arg(long, value_name = "8GB", value_parser = parse_bytes)]
    pub(super) max_memory: Option<u64>,
    // The last, since what follows would stand below its heading.
    #[command(flatten)]
    learning: LearningArgs,
}

impl ModelArgs {
    /// The kind of inference.
    pub(super) fn name(&self) -> MethodName {
        self.method.into()
    }

    /// Whether gaps are a state, if an option says so.
    pub(super) fn gaps(&self) -> Option<GapTreatment> {
        self.gaps.map(Into::into)
    }

    /// The kind of inference with its own options; a seed, for one that draws.
    pub(super) fn method(&self, seed: u64) -> Method {
        let minimisation = PlmOptions {
            optimizer: self.optimizer.into(),
            max_iterations: self.max_iterations,
            tolerance: self.tolerance,
            start: None,
        };
        match self.name() {
            MethodName::Plm => Method::Plm(minimisation),
            MethodName::PlmAsymmetric => Method::PlmAsymmetric(AsymmetricOptions {
                minimisation,
                sites: self.sites.clone(),
            }),
            MethodName::MeanField => Method::MeanField(match self.pseudocount {
                Some(pseudocount) => MeanFieldOptions { pseudocount },
                None => MeanFieldOptions::default(),
            }),
            MethodName::Boltzmann => Method::Boltzmann(self.learning.options(
                self.max_iterations,
                self.begin().unwrap_or(Begin::Pseudolikelihood),
                seed,
            )),
            MethodName::Independent => Method::Independent,
        }
    }

    /// Where learning begins, if a word says so.
    fn begin(&self) -> Option<Begin> {
        let word = self.start.as_ref()?.to_str()?;
        match (self.name(), word) {
            (MethodName::Boltzmann, "plm") => Some(Begin::Pseudolikelihood),
            (MethodName::Boltzmann, "profile") => Some(Begin::Profile),
            _ => None,
        }
    }

    /// The model to start from, if there is one.
    pub(super) fn start(&self) -> Option<&Path> {
        match self.begin() {
            Some(_) => None,
            None => self.start.as_deref(),
        }
    }

    /// An option that is given, but has no effect on the method.
    pub(super) fn ignored(&self) -> Option<&'static str> {
        let has = |setting| self.name().has_setting(setting);
        let penalises_couplings = self.name().penalises_couplings();
        let (pseudocount, start) = (&self.pseudocount, &self.start);
        let lambda_j = &self.penalties.lambda_j;
        let of_some_methods = [
            ("--pseudocount", pseudocount.is_some(), has("pseudocount")),
            ("--lambda-j", lambda_j.is_some(), penalises_couplings),
            ("--start", start.is_some(), has("start_sha256")),
        ];
        let of_learning = self.learning.given().into_iter();
        let of_learning = of_learning.map(|(option, is_given)| (option, is_given, has("negative")));
        let mut ignored = of_some_methods
            .into_iter()
            .chain(of_learning)
            .filter(|&(_, is_given, has_effect)| is_given && !has_effect);
        ignored.next().map(|(option, _, _)| option)
    }
}

choice!(MethodArg => MethodName {
    /// Symmetric pseudolikelihood, the most accurate
    Plm => MethodName::Plm,
    /// One problem a site, little memory: for long proteins
    PlmAsymmetric => MethodName::PlmAsymmetric,
    /// Mean field ("DCA"), the fastest; fair contacts, poor mutant scores; also gives mutual and direct information
    MeanField => MethodName::MeanField,
    /// Boltzmann learning, by sequences of the model: the best samples and likelihoods; takes long
    Bm => MethodName::Boltzmann,
    /// Sites on their own, no couplings
    Independent => MethodName::Independent,
});

choice!(PresetArg => Preset {
    /// One fit for contacts and mutants
    Balanced => Preset::Balanced,
    /// Best contacts
    Contacts => Preset::Contacts,
    /// Best mutant scores
    Mutants => Preset::Mutants,
    /// Likeliest held-out sequences of bm
    Learning => Preset::Learning,
});

choice!(GapsArg => GapTreatment {
    /// Missing data
    Missing => GapTreatment::Missing,
    /// A state
    State => GapTreatment::State,
});

choice!(OptimizerArg => Optimizer {
    /// Limited-memory BFGS made for this problem
    Lbfgs => Optimizer::Lbfgs,
    /// argmin's own L-BFGS, for comparison
    ArgminLbfgs => Optimizer::ArgminLbfgs,
});

fn sites(text: &str) -> std::result::Result<Range<usize>, String> {
    let wrong = || format!("'{text}' is no range of sites such as 1-48");
    let (first, last) = text.split_once('-').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<usize>().map_err(|_| wrong());
    match (number(first)?, number(last)?) {
        (first, last) if 1 <= first && first <= last => Ok(first - 1..last),
        _ => Err(wrong()),
    }
}

fn tolerance(text: &str) -> std::result::Result<f64, String> {
    number(text, "a tolerance, a number > 0", |v| v > 0.0)
}

fn no_group_penalty(_: &str) -> std::result::Result<f64, String> {
    Err("potts has no group penalty on whole coupling blocks (plmc's -lg): contacts are ranked by the norm of the blocks under \
         the quadratic penalty --lambda-j, which is what plmc fits by default, too"
        .into())
}

fn no_scale(_: &str) -> std::result::Result<f64, String> {
    Err("potts does not scale the weights of sequences (plmc's --scale): multiplying all weights by s is the same as dividing \
         --lambda-h and --lambda-j by s"
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_can_be_asked_for_by_its_word() {
        let offered = MethodArg::value_variants().iter();
        let words: Vec<&str> = offered
            .map(|&method| MethodName::from(method).as_str())
            .collect();
        assert_eq!(words, MethodName::ALL.map(MethodName::as_str));
        for word in words {
            assert!(MethodArg::from_str(word, false).is_ok(), "{word}");
        }
    }
}
