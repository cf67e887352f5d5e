//! `potts calibrate`: scores of mutants fitted to measured values.

mod summary;

use super::created_by::created_by;
use super::help::columns_help;
use super::json::print_json;
use super::messages::Messages;
use super::score_mutants::{self, Assay, Positions, ScoreMutantsArgs, TableLayout};
use crate::calibration::{Calibrated, FEWEST, beyond_reckoning, calibrate};
use crate::cli::choice_args::ChoiceArgs;
use crate::design::WholeSequence;
use crate::error::{Error, Place, Result};
use crate::io::files::output::to_stdout;
use crate::io::files::source::file_sha256;
use crate::io::files::{check_apart, check_output};
use crate::io::models;
use crate::io::models::hdf5::{CalibrationOrigin, write_calibration};
use crate::io::tables::columns::{SUGGESTIONS, SuggestionRow, write_delimited};
use crate::machine::memory::available_memory;
use crate::model::Model;
use crate::mutants::MutantScorer;
use crate::position::Chain;
use std::path::{Path, PathBuf};
use summary::Summary;

/// Fit the scores of a model to measured values of its mutants: predictions in the unit of the assay, with intervals of 80 %
///
/// A line through the effects, and what the measured values say beyond it of positions, residues and substitutions, kept small by as much as values
/// that were left out tell. `potts score-mutants MODEL --calibration CAL.h5` adds the predictions to any table.
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "\
Examples:
  potts calibrate family.h5 --assay dms.csv -o cal.h5
  potts calibrate family.h5 --assay dms.csv --against fitness --with esm,ddg -o cal.h5
  potts calibrate family.h5 --assay dms.csv -o cal.h5 --suggest 24 > next.tsv
  potts score-mutants family.h5 --all-single --calibration cal.h5",
    after_long_help = columns_help(&SUGGESTIONS))]
pub struct CalibrateArgs {
    /// Model of `potts fit` or another program
    model: PathBuf,
    /// Table of mutants with measured values; - for standard input
    ///
    /// Read as `potts score-mutants --file` reads it.
    #[arg(long, value_name = "TABLE")]
    assay: PathBuf,
    /// Column of the measured values [default: told by its name]
    ///
    /// score, DMS_score, fitness, value or measured, whichever there is.
    #[arg(long, value_name = "COLUMN")]
    against: Option<String>,
    /// Further columns to predict from, such as scores of other programs
    ///
    /// Tables that are scored with the calibration need them, too.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    with: Vec<String>,
    /// Calibration to write
    #[arg(short, long, value_name = "CAL.h5")]
    output: PathBuf,
    /// Also print so many single mutants to measure next
    ///
    /// By expected improvement, at most three at a position. To standard output; with --json in the object.
    #[arg(long, value_name = "N", conflicts_with = "with", value_parser = at_least_one)]
    suggest: Option<usize>,
    /// Column with the mutants, or what --layout says [default: told by contents]
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// How rows say what their mutants are [default: told by contents]
    #[arg(long, value_enum)]
    layout: Option<TableLayout>,
    /// Positions of the residues that each row gives, as VDGV for 39,40,41,54
    #[arg(long, value_name = "LIST", conflicts_with_all = ["offset", "numbering", "chain_column"])]
    positions: Option<Positions>,
    /// Chain of mutants that name none
    #[arg(long, value_name = "LETTER")]
    chain: Option<Chain>,
    /// Column with the chain of each mutant, a letter
    #[arg(long, value_name = "NAME", conflicts_with = "chain")]
    chain_column: Option<String>,
    /// Number added to every position of the table, or auto
    #[arg(long, value_name = "K", default_value_t, allow_hyphen_values = true)]
    offset: score_mutants::OffsetChoice,
    /// Table of the numbers of the mutants and the positions that they are
    #[arg(long, value_name = "TABLE", conflicts_with = "offset")]
    numbering: Option<PathBuf>,
    /// Overwrite CAL.h5
    #[arg(long)]
    pub(super) force: bool,
    /// Print a summary as one JSON object
    #[arg(long)]
    json: bool,
    /// Which positions suggestions may change, and to what.
    #[command(flatten, next_help_heading = "Positions and residues of --suggest")]
    choices: ChoiceArgs,
}

impl CalibrateArgs {
    /// Refuses what only a single run has a place for.
    pub(super) fn check_batch(&self) -> Result<()> {
        match self.suggest {
            Some(_) => Err(Error::Usage(
                "--suggest prints to standard output, which a batch does not have: calibrate that assay by itself".into(),
            )),
            None => Ok(()),
        }
    }

    /// The table of measured values.
    pub(super) fn assay(&self) -> &Path {
        &self.assay
    }

    /// Refuses options that contradict each other, or would have no effect.
    fn check(&self) -> Result<()> {
        for (k, name) in self.with.iter().enumerate() {
            if self.against.as_ref() == Some(name) {
                return Err(Error::Usage(format!(
                    "--with {name} is the measured column itself"
                )));
            }
            if self.with[..k].contains(name) {
                return Err(Error::Usage(format!("--with has {name} twice")));
            }
        }
        match self.suggest.is_none() && !self.choices.is_default() {
            true => Err(Error::Usage(
                "--keep, --mutate, --allow, --only-seen and --min-coverage are of suggestions: they go with --suggest".into(),
            )),
            false => Ok(()),
        }
    }

    /// Refuses further columns that leave too little.
    fn check_columns(&self, assay: &Assay) -> Result<()> {
        if self.with.contains(&assay.column) {
            return Err(Error::Usage(format!(
                "--with {} is the measured column itself",
                assay.column
            )));
        }
        let (found, lost) = (
            assay.measurements.variants.len(),
            assay.dropped.without_column,
        );
        match found < FEWEST && lost > 0 {
            true => Err(Error::input(
                Place::file(self.assay.display().to_string()),
                format!(
                    "{lost} measured rows have no number in {}, and {found} different mutants are left",
                    self.with.join(", or ")
                ),
                format!("name columns of numbers with --with; {FEWEST} mutants are needed"),
            )),
            false => Ok(()),
        }
    }

    /// How the table is read.
    fn reading(&self) -> ScoreMutantsArgs {
        ScoreMutantsArgs {
            column: self.column.clone(),
            layout: self.layout,
            positions: self.positions.clone(),
            chain: self.chain,
            chain_column: self.chain_column.clone(),
            offset: self.offset.clone(),
            numbering: self.numbering.clone(),
            against: self.against.clone(),
            ..ScoreMutantsArgs::of_table(&self.model, &self.assay)
        }
    }
}

fn at_least_one(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("a whole number from 1 on is needed".into()),
    }
}

/// Runs the command.
///
/// # Errors
/// If the model or the assay cannot be read, it has too few mutants with a value, or the calibration cannot be written.
pub fn run(args: &CalibrateArgs, messages: &Messages) -> Result<()> {
    args.check()?;
    let inputs = [
        Some(&args.model),
        Some(&args.assay),
        args.numbering.as_ref(),
    ];
    let inputs = inputs.into_iter().flatten().map(PathBuf::as_path);
    check_apart(&args.output, inputs.chain(args.choices.inputs()))?;
    check_output(&args.output, args.force)?;
    messages.timings().begin("reading the model");
    let model = models::read_without_sequences(&args.model)?;
    let sha256 = file_sha256(&args.model)?;
    messages.timings().begin("reading the assay");
    let table = args.reading();
    let assay = score_mutants::measured(&model, &table, &args.with, &mut *messages.writer())?;
    args.check_columns(&assay)?;
    if let Some(value) = beyond_reckoning(&assay.measurements.values) {
        return Err(Error::input(
            Place::file(args.assay.display().to_string()),
            format!(
                "a value in '{}' is {value:e}, too large or too small to be reckoned with",
                assay.column
            ),
            "give the values in another unit",
        ));
    }
    let scorer = MutantScorer::new(&model)?;
    let allowed = args.choices.choices()?.of(&model)?;
    if args.suggest.is_some() {
        allowed.check_any()?;
    }
    messages.timings().begin("fitting");
    let found = calibrate(
        &model,
        &scorer,
        &assay.measurements,
        (args.suggest.unwrap_or(0), &allowed),
        available_memory(),
    );
    let mut found = found.map_err(|error| of_assay(error, &args.assay))?;
    found.calibration.model_sha256 = sha256;
    let origin = CalibrationOrigin {
        created_by: created_by(),
        command_line: messages.command_line().into(),
        input: args.assay.display().to_string(),
        column: assay.column.clone(),
    };
    write_calibration(&found.calibration, &origin, &args.output, args.force)?;
    let rows = suggestions(&model, &scorer, &found);
    let summary = Summary::of(&args.output, &assay, &found, &rows);
    summary.tell(messages);
    if args.json {
        return print_json(&summary);
    }
    match args.suggest {
        None => Ok(()),
        Some(_) => to_stdout(|out| write_delimited(&SUGGESTIONS, &rows, b'\t', out)),
    }
}

/// What is wrong with the values is wrong with the table.
fn of_assay(error: Error, assay: &Path) -> Error {
    match error {
        Error::Model(problem) => Error::input(
            Place::file(assay.display().to_string()),
            problem,
            "give more rows with a mutant of the target and a number, or use effect_score of potts score-mutants as it is",
        ),
        other => other,
    }
}

fn suggestions(model: &Model, scorer: &MutantScorer<'_>, found: &Calibrated) -> Vec<SuggestionRow> {
    let whole = WholeSequence::of(&model.columns);
    let rows = found.suggestions.iter().map(|suggestion| {
        let mut name = Vec::new();
        scorer.push_name(suggestion.change, &mut name);
        SuggestionRow {
            mutant: String::from_utf8_lossy(&name).into_owned(),
            prediction: suggestion.prediction,
            improvement: suggestion.improvement,
            sequence: String::from_utf8_lossy(&whole.with(&[suggestion.change], scorer.letters()))
                .into_owned(),
        }
    });
    rows.collect()
}
