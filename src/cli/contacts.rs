//! `potts contacts`: the pairs of positions that a model couples, ranked.

use super::fit::Prepared;
use super::input_format::InputFormatArg;
use super::machine::available_memory;
use super::messages::Messages;
use crate::alignment::FocusOptions;
use crate::contacts::score::DEFAULT_APC_FACTOR;
use crate::contacts::{Contact, ContactScores, RankingScore, Selection, Top, rank};
use crate::error::{Error, Result};
use crate::fit::{FitOptions, FittedModel, Method};
use crate::io::contact_formats::{
    CASP_MIN_SEPARATION, CaspTarget, write_casp, write_ccmpred, write_csv, write_evcouplings,
    write_json, write_tsv,
};
use crate::io::output::write_file;
use crate::io::source::is_hdf5;
use crate::io::{check_target, hdf5};
use clap::ValueEnum;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What the columns mean; below the options of `--help`.
pub const COLUMNS_HELP: &str = "\
Columns of the table:
  rank         from 1, within the list
  i A_i j A_j  positions in the target's numbering, and its residues there
               ('-' without a target)
  fn           strength of the coupling: Frobenius norm over residues in the
               zero-sum gauge
  cn           fn minus what the two positions share with all others (average
               product correction): the usual contact score, higher is stronger
  score        what the list is sorted by: by default cn with a correction 1.1
               times as large
  z            cn in robust standard deviations from the median of all pairs:
               near 0 for pairs in the noise, comparable between families
  probability  of a contact (C-beta atoms nearer than 8 A), from z, |i - j| and
               the depth and length of the family: of many pairs given 0.7, some
               70 % are in contact. Calibrated on small soluble domains; the
               list of a single family may be off by 0.1

Examples:
  potts contacts model.h5 | head
  potts contacts model.h5 --top L --min-separation 24
  potts contacts model.h5 --format casp-rr > model.rr
  potts contacts model.h5 --format evcouplings --top all --min-separation 1";

/// Options of `potts contacts`.
#[derive(Debug, Clone, PartialEq, clap::Args)]
#[command(after_long_help = COLUMNS_HELP)]
pub struct ContactsArgs {
    /// Model file of `potts fit`, or an alignment, which is fitted first with all defaults
    pub input: PathBuf,
    /// Format of the alignment, where its content should not decide
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub input_format: InputFormatArg,
    /// How many pairs: a number, a multiple of the modelled length (L, 0.5L, 2L), or all
    #[arg(
        long,
        value_name = "N|xL|all",
        default_value = "2L",
        allow_negative_numbers = true
    )]
    pub top: Top,
    /// Leave out pairs nearer than this in the target's numbering
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub min_separation: u64,
    /// What to rank by
    #[arg(long, value_enum, default_value_t)]
    pub score: ScoreChoice,
    /// Multiple of the average product correction in the score [default: 1.1]
    ///
    /// 1 ranks by cn, as most tools do; 1.1 finds a few more contacts on average. Only with --score apc.
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true)]
    pub apc: Option<f64>,
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    pub format: FormatChoice,
    /// Where to write it [default: standard output]; compressed if the name ends in .gz
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite FILE
    #[arg(long)]
    pub force: bool,
}

/// `--score`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ScoreChoice {
    /// fn with the average product correction
    #[default]
    Apc,
    /// fn as it is
    Fn,
    /// Mutual information (mean-field models only)
    Mi,
    /// Direct information (mean-field models only)
    Di,
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FormatChoice {
    /// Table with tabs
    #[default]
    Tsv,
    /// Table with commas
    Csv,
    /// Array of objects
    Json,
    /// Couplings file of plmc and EVcouplings: cn of the selected pairs, in the order of (i, j)
    Evcouplings,
    /// CASP contact file: pairs 6 or more apart, numbered from 1 along the residues of the target, which it prints
    CaspRr,
    /// CCMpred's L x L matrix of the score; all pairs, whatever --top and --min-separation say
    Ccmpred,
}

impl ContactsArgs {
    fn ranking(&self) -> Result<RankingScore> {
        match (self.score, self.apc) {
            (ScoreChoice::Apc, factor) => {
                Ok(RankingScore::Apc(factor.unwrap_or(DEFAULT_APC_FACTOR)))
            }
            (_, Some(_)) => Err(Error::Usage(
                "--apc FACTOR changes the score of --score apc only; leave one of the two out"
                    .into(),
            )),
            (ScoreChoice::Fn, None) => Ok(RankingScore::Frobenius),
            (ScoreChoice::Mi, None) => Ok(RankingScore::MutualInformation),
            (ScoreChoice::Di, None) => Ok(RankingScore::DirectInformation),
        }
    }

    fn selection(&self) -> Selection {
        let floor = match self.format {
            FormatChoice::CaspRr => CASP_MIN_SEPARATION,
            _ => 0,
        };
        Selection {
            min_separation: self.min_separation.max(floor),
            top: self.top,
        }
    }
}

/// Ranks the contacts of a model and writes them. A reader that stops early, such as `head`, is no error.
///
/// # Errors
/// If the model lacks what was asked of it, an option is out of range, or `output` fails.
pub fn write(fitted: &FittedModel, args: &ContactsArgs, output: &mut dyn Write) -> Result<()> {
    let ranking = args.ranking()?;
    let scores = scores_of(fitted)?;
    let list = || {
        let (columns, neff) = (&fitted.columns, fitted.neff());
        rank(&scores, ranking, columns, neff, &args.selection())
    };
    match args.format {
        FormatChoice::Tsv => put(output, &list()?, write_tsv),
        FormatChoice::Csv => put(output, &list()?, write_csv),
        FormatChoice::Json => put(output, &list()?, write_json),
        FormatChoice::Evcouplings => put(output, &list()?, write_evcouplings),
        FormatChoice::CaspRr => {
            let target = CaspTarget::new(fitted.target.as_deref(), &fitted.columns)?;
            put(output, &list()?, |list, out| write_casp(list, &target, out))
        }
        FormatChoice::Ccmpred => {
            let values = scores.ranked_by(ranking)?;
            buffered(output, |out| write_ccmpred(&values, scores.sites(), out))
        }
    }
}

/// Runs the command: reads the model, or fits one to an alignment, and writes its contacts to standard output.
///
/// # Errors
/// As [`write()`], or if the model or alignment cannot be read or fitted.
pub fn run(args: &ContactsArgs, threads: usize, messages: &Messages) -> Result<()> {
    if let Some(output) = &args.output {
        check_target(output, args.force)?;
    }
    let fitted = match (is_hdf5(&args.input), args.input_format) {
        (true, InputFormatArg::Auto) => hdf5::read(&args.input)?,
        (true, _) => {
            return Err(Error::Usage(format!(
                "--input-format is for alignments, and {} is a model: leave the option out",
                args.input.display()
            )));
        }
        (false, _) => fit_first(args, threads, messages)?,
    };
    warn_if_nothing_is_left(&fitted, args, messages);
    let Some(output) = &args.output else {
        return write(&fitted, args, &mut io::stdout().lock());
    };
    write_file(output, args.force, |file| write(&fitted, args, file))
}

/// A table without rows is a puzzle without a word.
fn warn_if_nothing_is_left(fitted: &FittedModel, args: &ContactsArgs, messages: &Messages) {
    let sites = fitted.columns.sites();
    let widest = fitted
        .columns
        .position(0)
        .separation(fitted.columns.position(sites - 1));
    if widest < args.selection().min_separation && args.format != FormatChoice::Ccmpred {
        messages.warn(format_args!(
            "no two modelled positions are {} or more apart (at most {widest}): choose a smaller --min-separation",
            args.selection().min_separation
        ));
    }
}

/// Fits the alignment with the defaults of `potts fit`; by mean field where only that gives the score.
fn fit_first(args: &ContactsArgs, threads: usize, messages: &Messages) -> Result<FittedModel> {
    let method = match args.score {
        ScoreChoice::Apc | ScoreChoice::Fn => Method::Plm,
        ScoreChoice::Mi | ScoreChoice::Di => Method::MeanField,
    };
    let options = FitOptions {
        method,
        max_memory: available_memory(),
        ..FitOptions::default()
    };
    let format = args.input_format.format();
    let prepared = Prepared::read(&args.input, format, &FocusOptions::default(), &options)?;
    messages.say(format_args!(
        "{0} is no model file: fitting it with the defaults first ('potts fit {0}' would keep the model)",
        args.input.display()
    ));
    prepared.announce(&options, threads, messages);
    prepared.fit(&options, messages)
}

/// All scores that a model gives.
fn scores_of(fitted: &FittedModel) -> Result<ContactScores> {
    let scores = ContactScores::of(&fitted.model, fitted.alphabet.residues())?;
    match &fitted.information {
        Some(known) => scores.with_information(known.mutual.clone(), known.direct.clone()),
        None => Ok(scores),
    }
}

fn put(
    output: &mut dyn Write,
    contacts: &[Contact],
    write: impl FnOnce(&[Contact], &mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    buffered(output, |out| write(contacts, out))
}

/// Runs a writer with a buffer before `output`; a closed pipe ends it quietly.
fn buffered(
    output: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    let mut buffer = BufWriter::new(output);
    match write(&mut buffer).and_then(|()| buffer.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Error::io("write", Path::new("the contacts"))(error)),
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
