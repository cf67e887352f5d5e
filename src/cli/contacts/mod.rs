//! `potts contacts`: the pairs of positions that a model couples, ranked.

mod evidence;

use super::alignment_args::ReadOptions;
use super::fit::Prepared;
use super::input_format::InputFormatArg;
use super::like::{Like, conventions_help};
use super::messages::Messages;
use crate::alignment::{ColumnMap, FocusOptions};
use crate::cli::help::columns_help;
use crate::contacts::evidence::LEAST_NEFF;
use crate::contacts::{self, Contact, ContactOptions, PairKind, RankingScore, Selection, Top};
use crate::conventions::Tool;
use crate::error::{Error, Result};
use crate::fit::FitOptions;
use crate::io::files::harmless::harmless;
use crate::io::files::output::write_output;
use crate::io::files::{check_apart, check_output};
use crate::io::models;
use crate::io::tables::Style;
use crate::io::tables::columns::{CONTACTS, chosen};
use crate::io::tables::contacts::{
    CASP_MIN_SEPARATION, CaspTarget, write_casp, write_ccmpred, write_csv, write_evcouplings,
    write_json, write_tsv,
};
use crate::machine::memory::available_memory;
use crate::model::{MethodName, Model};
use crate::position::Residue;
use clap::ValueEnum;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  potts contacts model.h5 | head
  potts contacts model.h5 --top L --min-separation 24
  potts contacts model.h5 -o contacts.csv
  potts contacts complex.h5 --pairs inter      pairs between chains only
  potts contacts model.h5 --format casp-rr > model.rr
  potts contacts --batch list.txt --out-dir contacts   every model of a list";

/// Options of `potts contacts`.
#[derive(Debug, Clone, PartialEq, clap::Args)]
#[command(before_help = EXAMPLES, after_long_help = format!("{}\n\n{}", columns_help(&CONTACTS), conventions_help()))]
pub struct ContactsArgs {
    /// Model of `potts fit` or another program, or an alignment to fit first
    pub input: PathBuf,
    /// How many pairs: a number, a multiple of the length (L, 0.5L, L/2), or all
    #[arg(
        long,
        value_name = "N|xL|all",
        default_value = "2L",
        allow_negative_numbers = true
    )]
    pub top: Top,
    /// Leave out pairs nearer than this along the chain
    ///
    /// In the target's numbering; pairs between chains are never left out.
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub min_separation: u64,
    /// Of a complex: all pairs, or those within or between chains
    #[arg(long, value_enum, default_value_t)]
    pub pairs: PairsChoice,
    /// What to rank by
    #[arg(long, value_enum, default_value_t)]
    pub score: ScoreChoice,
    /// Multiple of the average product correction [default: 1.1]
    ///
    /// 1 ranks by cn, as most tools do; 1.1 finds a few more contacts on average. Only with --score apc.
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true)]
    pub apc: Option<f64>,
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
    #[arg(long, value_enum)]
    pub format: Option<FormatChoice>,
    /// File to write (.csv, .tsv, .json, each also .gz) [default: standard output]
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
    /// Refuses options that would have no effect.
    ///
    /// # Errors
    /// [`Error::Usage`], naming the option.
    pub fn check(&self) -> Result<()> {
        self.score().map(drop)
    }

    /// The program whose conventions hold: the one asked for, else the one that the model was fitted like.
    fn tool(&self, fitted: &Model) -> Option<Tool> {
        self.like.map(|like| like.0).or_else(|| Tool::of(fitted))
    }

    /// How the contacts of a model are found: by the conventions of `tool`, but for the options given.
    fn options(&self, fitted: &Model, tool: Option<Tool>) -> Result<ContactOptions> {
        let conventions =
            tool.map_or_else(ContactOptions::default, |tool| tool.contact_options(fitted));
        Ok(ContactOptions {
            score: self.score()?.unwrap_or(conventions.score),
            selection: self.selection(),
            ..conventions
        })
    }

    /// The score asked for; `None` for that of the conventions.
    fn score(&self) -> Result<Option<RankingScore>> {
        match (self.score, self.apc) {
            (ScoreChoice::Apc, factor) => Ok(factor.map(RankingScore::Apc)),
            (_, Some(_)) => Err(Error::Usage(
                "--apc FACTOR changes the score of --score apc only; leave one of the two out"
                    .into(),
            )),
            (ScoreChoice::Fn, None) => Ok(Some(RankingScore::Frobenius)),
            (ScoreChoice::Mi, None) => Ok(Some(RankingScore::MutualInformation)),
            (ScoreChoice::Di, None) => Ok(Some(RankingScore::DirectInformation)),
        }
    }

    /// What is written: as asked for, else as the output's name says.
    pub fn format(&self) -> FormatChoice {
        let named = self.output.as_deref().and_then(Style::of_name);
        self.format.unwrap_or(match named {
            None | Some(Style::Tsv) => FormatChoice::Tsv,
            Some(Style::Csv) => FormatChoice::Csv,
            Some(Style::Json) => FormatChoice::Json,
        })
    }

    fn selection(&self) -> Selection {
        let floor = match self.format() {
            FormatChoice::CaspRr => CASP_MIN_SEPARATION,
            _ => 0,
        };
        Selection {
            min_separation: self.min_separation.max(floor),
            pairs: match self.pairs {
                PairsChoice::All => PairKind::All,
                PairsChoice::Intra => PairKind::Intra,
                PairsChoice::Inter => PairKind::Inter,
            },
            top: self.top,
        }
    }
}

/// Ranks the contacts of a model and writes them; what they rest on goes to `messages`.
///
/// # Errors
/// If the model lacks what was asked of it, an option is out of range, or `output` fails.
pub fn write(
    fitted: &Model,
    args: &ContactsArgs,
    messages: &Messages,
    output: &mut dyn Write,
) -> Result<()> {
    let tool = args.tool(fitted);
    let options = args.options(fitted, tool)?;
    if args.pairs == PairsChoice::Inter && !fitted.columns.has_chains() {
        return Err(no_chains());
    }
    let scores = contacts::scores(fitted, options.norm)?;
    evidence::remark(fitted, args.format(), &scores, &options, messages);
    let columns = chosen(CONTACTS, &[]);
    let list = || contacts::list_of(fitted, &scores, &options);
    match args.format() {
        FormatChoice::Tsv => put(output, &list()?, |list, out| write_tsv(&columns, list, out)),
        FormatChoice::Csv => put(output, &list()?, |list, out| write_csv(&columns, list, out)),
        FormatChoice::Json => put(output, &list()?, |list, out| {
            write_json(&columns, list, out)
        }),
        FormatChoice::Evcouplings => put(output, &list()?, |list, out| {
            write_evcouplings(list, &fitted.columns, out)
        }),
        FormatChoice::CaspRr => {
            let target = CaspTarget::new(fitted.target.as_deref(), &fitted.columns)?;
            let list = list()?;
            check_probabilities(fitted, tool, &list)?;
            put(output, &list, |list, out| write_casp(list, &target, out))
        }
        FormatChoice::Ccmpred => {
            let values = scores.ranked_by(options.score)?;
            let written = write_ccmpred(&values, scores.sites(), output);
            written.map_err(write_error())
        }
    }
}

fn no_chains() -> Error {
    Error::Model(
        "there are no chains, so there are no pairs between them\n  \
         fit the alignment by potts fit with --chains, the lengths of its proteins, as in --chains 120,98"
            .into(),
    )
}

/// A CASP file is a list of probabilities.
fn check_probabilities(fitted: &Model, tool: Option<Tool>, list: &[Contact]) -> Result<()> {
    let calibrated = |contact: &Contact| {
        let (i, j) = contact.residues;
        i.separation(j) >= Some(CASP_MIN_SEPARATION)
    };
    let unknown = |contact: &&Contact| calibrated(contact) && contact.probability.is_none();
    if list.iter().find(unknown).is_none() {
        return Ok(());
    }
    if let Some(tool) = tool {
        return Err(Error::Model(format!(
            "a CASP file holds probabilities, which are calibrated on the scores of potts, not of {}\n  choose another --format",
            tool.as_str()
        )));
    }
    if let Some(neff) = fitted.neff().filter(|&neff| neff < LEAST_NEFF) {
        return Err(Error::Model(format!(
            "a CASP file holds probabilities, and {neff:.1} effective sequences are too few for any (from {LEAST_NEFF} on)\n  \
             choose another --format, or a deeper alignment"
        )));
    }
    Err(Error::Model(match fitted.alphabet.is_protein() {
        true => "a CASP file holds probabilities, and those need the family's Neff, which this model's file did not tell\n  \
                 choose another --format".into(),
        false => format!(
            "a CASP file holds probabilities of contacts in proteins; this model is of {}\n  choose another --format",
            fitted.alphabet.describe()
        ),
    }))
}

/// Runs the command: reads the model, or fits one to an alignment, and writes its contacts to standard output.
///
/// # Errors
/// As [`write()`], or if the model or alignment cannot be read or fitted.
pub fn run(args: &ContactsArgs, threads: usize, messages: &Messages) -> Result<()> {
    if let Some(output) = &args.output {
        check_apart(output, [args.input.as_path()])?;
        check_output(output, args.force)?;
    }
    messages.timings().begin("reading the model");
    let model = models::detect(&args.input);
    if model.is_some() && args.input_format != InputFormatArg::Auto {
        return Err(Error::Usage(format!(
            "--input-format is for alignments, and {} is a model: leave the option out",
            args.input.display()
        )));
    }
    if model.is_some() && args.query.is_some() {
        return Err(Error::Usage(format!(
            "--query is for alignments, and {} is a model: leave the option out",
            args.input.display()
        )));
    }
    let fitted = match model {
        Some(_) => models::read_without_sequences(&args.input)?,
        None if args.pairs == PairsChoice::Inter => return Err(no_chains()),
        None => fit_first(args, threads, messages)?,
    };
    messages.timings().begin("ranking and writing");
    warn_if_nothing_is_left(&fitted, args, messages);
    remark_on_chains(&fitted.columns, args, messages);
    write_output(args.output.as_deref(), args.force, |output| {
        harmless(output, |output| write(&fitted, args, messages, output))
    })
}

/// A table without rows is a puzzle without a word.
fn warn_if_nothing_is_left(fitted: &Model, args: &ContactsArgs, messages: &Messages) {
    let (columns, selection) = (&fitted.columns, args.selection());
    let of_chain = columns.spans().iter().map(|span| span.sites.clone());
    // The ends of a chain are its widest pair, and no pair between chains is too near.
    let ends: Vec<Residue> = of_chain
        .filter(|sites| !sites.is_empty())
        .flat_map(|sites| [sites.start, sites.end - 1])
        .map(|site| columns.residue(site))
        .collect();
    let mut pairs = pairs_of(&ends);
    if args.format() == FormatChoice::Ccmpred || pairs.any(|(i, j)| selection.admits(i, j)) {
        return;
    }
    if selection.pairs == PairKind::Inter {
        messages.warn("only one chain has modelled positions, so there is no pair between chains");
        return;
    }
    let widest = pairs_of(&ends).filter_map(|(i, j)| i.separation(j)).max();
    messages.warn(format_args!(
        "no two modelled positions are {} or more apart (at most {}): choose a smaller --min-separation",
        selection.min_separation,
        widest.unwrap_or(0)
    ));
}

fn pairs_of(residues: &[Residue]) -> impl Iterator<Item = (Residue, Residue)> {
    let with_later = |(k, &i): (usize, &Residue)| residues[k + 1..].iter().map(move |&j| (i, j));
    residues.iter().enumerate().flat_map(with_later)
}

/// What a format cannot say of a complex.
fn remark_on_chains(columns: &ColumnMap, args: &ContactsArgs, messages: &Messages) {
    if !columns.has_chains() {
        return;
    }
    match args.format() {
        FormatChoice::Evcouplings => {
            let mut last = 0;
            let numbers = columns.spans().iter().zip(columns.chains()).map(|(span, chain)| {
                let first = last + 1;
                last += span.len();
                format!("{chain} {first} to {last}")
            });
            let numbers: Vec<String> = numbers.collect();
            messages.say(format_args!(
                "note: this format knows no chains, so residues are counted through all of them: {}",
                numbers.join(", ")
            ));
        }
        FormatChoice::CaspRr if args.pairs != PairsChoice::Intra => messages.say(
            "note: pairs between chains have no calibrated probability, which this format needs: they stand last, with 0",
        ),
        _ => {}
    }
}

/// How an alignment is read and fitted: with the defaults of `potts fit`; by mean field where only that gives the score.
pub(super) fn fit_options(args: &ContactsArgs) -> Result<(ReadOptions, FitOptions)> {
    let method = match args.score {
        ScoreChoice::Apc | ScoreChoice::Fn => MethodName::Plm,
        ScoreChoice::Mi | ScoreChoice::Di => MethodName::MeanField,
    };
    let tool = args.like.map(|like| like.0);
    let conventions = match tool {
        Some(tool) => tool.fit_options(method)?,
        None => FitOptions::with_method(method),
    };
    let options = FitOptions {
        max_memory: available_memory(),
        ..conventions
    };
    let reading = ReadOptions {
        format: args.input_format.format(),
        query: args.query,
        focus: tool.map_or_else(FocusOptions::default, Tool::focus_options),
        ..ReadOptions::default()
    };
    Ok((reading, options))
}

fn fit_first(args: &ContactsArgs, threads: usize, messages: &Messages) -> Result<Model> {
    let (reading, options) = fit_options(args)?;
    options.check()?;
    let prepared = Prepared::read(&args.input, &reading, options, None, messages)?;
    messages.say(format_args!(
        "{0} is no model file: fitting it with the defaults first ('potts fit {0}' would keep the model)",
        args.input.display()
    ));
    prepared.announce(threads, messages);
    prepared.fit(None, messages)
}

fn put(
    output: &mut dyn Write,
    contacts: &[Contact],
    write: impl FnOnce(&[Contact], &mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    write(contacts, output).map_err(write_error())
}

fn write_error() -> impl FnOnce(io::Error) -> Error {
    Error::io("write", Path::new("the contacts"))
}

#[cfg(test)]
mod tests;
