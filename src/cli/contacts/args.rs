//! The command line of `potts contacts`.

use super::formats::FormatChoice;
use crate::alignment::ColumnMap;
use crate::cli::alignment_args::number;
use crate::cli::help::columns_help;
use crate::cli::input_format::InputFormatArg;
use crate::cli::like::{Like, conventions_help};
use crate::cli::structure_args::StructureArgs;
use crate::cli::table_args::FileArgs;
use crate::contacts::pattern::SCORED_FROM;
use crate::contacts::{ContactOptions, PairKind, Positions, RankingScore, Selection, Spread, Top};
use crate::conventions::Tool;
use crate::error::{Error, Result};
use crate::io::tables::columns::CONTACTS;
use crate::io::tables::contacts::CASP_MIN_SEPARATION;
use crate::machine::memory::available_memory;
use crate::model::Model;
use clap::ValueEnum;
use std::num::NonZeroUsize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  potts contacts model.h5 | head
  potts contacts model.h5 --top L --min-separation 24
  potts contacts model.h5 -o contacts.csv
  potts contacts model.h5 --positions 68,70      what some positions are coupled to
  potts contacts model.h5 --structure 1abc.cif   which of them touch, within and between chains
  potts contacts model.h5 --spread 3 --top 20    twenty pairs that don't crowd
  potts contacts complex.h5 --pairs inter      pairs between chains only
  potts contacts model.h5 --format casp-rr > model.rr
  potts contacts model.h5 --structure 1abc.cif -o pairs.pml    drawn in PyMOL
  potts contacts model.h5 --spread 3 -o restraints.cst         for Rosetta
  potts contacts --batch list.txt --out-dir contacts   every model of a list";

/// Options of `potts contacts`.
#[derive(Debug, Clone, PartialEq, clap::Args)]
#[command(before_help = EXAMPLES, after_long_help = format!("{}\n\n{}", columns_help(&CONTACTS), conventions_help()))]
pub struct ContactsArgs {
    /// Model of `potts fit` or another program, or an alignment to fit first
    pub input: PathBuf,
    /// How many pairs: N, a multiple of the length (0.5L, L/2), or all [default: 2L]
    ///
    /// With --positions the default is all.
    #[arg(long, value_name = "N|xL|all", allow_negative_numbers = true)]
    pub top: Option<Top>,
    /// Leave out pairs nearer than this along the chain [default: 6]
    ///
    /// With --positions 1. In the target's numbering; pairs between chains are never left out.
    #[arg(long, value_name = "N")]
    pub min_separation: Option<u64>,
    /// Only the partners of these positions, and which residues they like
    ///
    /// Numbers and ranges with commas between; of a complex A:70,75 are two positions of chain A, 70 alone that of every chain. Adds the columns likes and
    /// dislikes.
    #[arg(long, value_name = "68,A:70,75-80")]
    pub positions: Option<Positions>,
    /// Leave out pairs less likely than this to be in contact
    #[arg(long, value_name = "P", value_parser = share)]
    pub min_probability: Option<f64>,
    /// Leave out pairs with a smaller z
    #[arg(long, value_name = "Z", value_parser = finite, allow_negative_numbers = true)]
    pub min_z: Option<f64>,
    /// At most K (1) pairs within W positions of one another
    ///
    /// In both i and j, going down the list. For folding, and for choosing cross-links: neighbours of a pair at the top tell little more than it does.
    #[arg(long, value_name = "W[:K]")]
    pub spread: Option<Spread>,
    /// Of a complex: all pairs, or those within or between chains
    #[arg(long, value_enum, default_value_t)]
    pub pairs: PairsChoice,
    /// What to rank by [default: pattern, where a model has it, else apc]
    #[arg(long, value_enum)]
    pub score: Option<ScoreChoice>,
    /// Multiple of the average product correction [default: 1.1]
    ///
    /// 1 ranks by cn, as most tools do; 1.1 finds a few more contacts on average. Ranks by apc.
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true)]
    pub apc: Option<f64>,
    #[command(flatten)]
    pub structures: StructureArgs,
    /// Norm and correction of another program
    ///
    /// By default of the program that the model was fitted like, if of any. Contact probabilities are then empty: they were calibrated on the
    /// scores of potts.
    #[arg(long, value_enum, value_name = "TOOL")]
    pub like: Option<Like>,
    /// Format of the alignment, where its content should not decide
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub input_format: InputFormatArg,
    /// Which alignment of a file that holds several
    #[arg(long, value_name = "N")]
    pub query: Option<NonZeroUsize>,
    /// What to write [default: by the output's name, else tsv]
    ///
    /// Scripts and restraints of CNS and HADDOCK count residues as the --structure does, without one as the target does; Rosetta, Boltz and Chai
    /// count from 1 along the target's residues.
    #[arg(long, value_enum)]
    pub format: Option<FormatChoice>,
    #[command(flatten)]
    pub file: FileArgs,
    /// Print a summary as one JSON object
    ///
    /// To standard output; the list then goes to --output or nowhere.
    #[arg(long)]
    pub json: bool,
}

/// `--score`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScoreChoice {
    /// What couplings say together with those of neighbouring pairs, their signs and the columns' composition (proteins)
    Pattern,
    /// fn with the average product correction
    Apc,
    /// fn as it is
    Fn,
    /// Mutual information (mean-field models only)
    Mi,
    /// Direct information (mean-field models only)
    Di,
}

/// `--pairs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PairsChoice {
    /// Both
    #[default]
    All,
    /// Within a chain
    Intra,
    /// Between two chains
    Inter,
}

impl ContactsArgs {
    /// Refuses options that would have no effect.
    ///
    /// # Errors
    /// [`Error::Usage`], naming the option.
    pub fn check(&self) -> Result<()> {
        self.score().map(drop)
    }

    /// The program whose conventions hold: the one asked for, else the one that the model was fitted like.
    pub(super) fn tool(&self, fitted: &Model) -> Option<Tool> {
        self.like.map(|like| like.0).or_else(|| Tool::of(fitted))
    }

    /// How the contacts of a model are found: by the conventions of `tool`, but for the options given.
    pub(super) fn options(&self, fitted: &Model, tool: Option<Tool>) -> Result<ContactOptions> {
        let conventions =
            tool.map_or_else(ContactOptions::default, |tool| tool.contact_options(fitted));
        let asked = self.score()?;
        // These formats are of other programs, whose users expect what those rank by.
        let of_format = match self.format() {
            FormatChoice::Evcouplings | FormatChoice::Ccmpred => Some(RankingScore::default()),
            _ => None,
        };
        let selection = self.selection(&fitted.columns);
        if let (Some(RankingScore::Pattern), Some(tool)) = (asked, tool) {
            return Err(Error::Usage(format!(
                "the score pattern is not one of {}'s: leave --like or --score pattern out",
                tool.as_str()
            )));
        }
        let near = selection.positions.is_none() && selection.min_separation < SCORED_FROM;
        if asked == Some(RankingScore::Pattern) && near {
            return Err(Error::Usage(format!(
                "pairs nearer than {SCORED_FROM} positions have no pattern: leave out --score pattern, or --min-separation"
            )));
        }
        let hides_patterns = of_format.is_some() && asked != Some(RankingScore::Pattern);
        Ok(ContactOptions {
            probabilities: conventions.probabilities && !hides_patterns,
            score: asked.or(conventions.score).or(of_format),
            selection,
            max_memory: available_memory(),
            ..conventions
        })
    }

    /// The score asked for; `None` for that of the conventions.
    fn score(&self) -> Result<Option<RankingScore>> {
        let score = match (self.score, self.apc) {
            (None | Some(ScoreChoice::Apc), Some(factor)) => RankingScore::Apc(factor),
            (_, Some(_)) => {
                return Err(Error::Usage(
                    "--apc FACTOR changes the score of --score apc only; leave one of the two out"
                        .into(),
                ));
            }
            (None, None) => return Ok(None),
            (Some(ScoreChoice::Pattern), None) => RankingScore::Pattern,
            (Some(ScoreChoice::Apc), None) => RankingScore::default(),
            (Some(ScoreChoice::Fn), None) => RankingScore::Frobenius,
            (Some(ScoreChoice::Mi), None) => RankingScore::MutualInformation,
            (Some(ScoreChoice::Di), None) => RankingScore::DirectInformation,
        };
        Ok(Some(score))
    }

    /// What is written: as asked for, else as the output's name says.
    pub fn format(&self) -> FormatChoice {
        let named = self.file.output.as_deref().and_then(FormatChoice::of_name);
        self.format.or(named).unwrap_or_default()
    }

    /// Which pairs of a model with these columns are listed. A format that knows pairs between chains only lists these alone.
    pub(super) fn selection(&self, columns: &ColumnMap) -> Selection {
        let floor = match self.format() {
            FormatChoice::CaspRr => CASP_MIN_SEPARATION,
            _ => 0,
        };
        Selection {
            min_separation: self.least_separation().max(floor),
            pairs: match self.pairs {
                PairsChoice::All if columns.has_chains() && self.format().is_of_docking() => {
                    PairKind::Inter
                }
                PairsChoice::All => PairKind::All,
                PairsChoice::Intra => PairKind::Intra,
                PairsChoice::Inter => PairKind::Inter,
            },
            positions: self.positions.clone(),
            min_probability: self.min_probability,
            min_z: self.min_z,
            spread: self.spread,
            top: self.top.unwrap_or(match self.positions {
                Some(_) => Top::All,
                None => Top::default(),
            }),
        }
    }

    /// Smallest separation in a chain: as asked for, else the usual one; of some positions all partners are wanted.
    fn least_separation(&self) -> u64 {
        self.min_separation.unwrap_or(match self.positions {
            Some(_) => 1,
            None => Selection::default().min_separation,
        })
    }
}

/// A number from 0 to 1.
fn share(text: &str) -> std::result::Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a probability is a number from 0 to 1".into()),
    }
}

/// A number above 0.
fn finite(text: &str) -> std::result::Result<f64, String> {
    number(text, "a number", |_| true)
}
