//! `potts score-mutants`: how much worse, or better, mutants are than the wild type.

mod all;
mod args;
mod calibrated;
mod collected;
mod correlation;
mod decimals;
mod duplicates;
mod evcouplings;
mod measured;
#[cfg(test)]
mod measured_tests;
mod names;
mod numbering;
mod offset_choice;
mod reading;
mod refused;
mod rows;
mod share;
mod summary;
#[cfg(test)]
mod tests;

pub use args::{Format, ScoreMutantsArgs, TableLayout};
pub use calibrated::of_model;
pub use collected::{Assay, Dropped, measured, mutants_of_table};
pub use correlation::{Cell, Correlation, Duplicates, WithWildType};
pub use offset_choice::OffsetChoice;
pub use reading::Positions;
pub use summary::{ByChance, FittingOffset, Summary};

use super::background;
use super::json::print_json;
use super::messages::Messages;
use super::settings::in_flags;
use crate::alignment::ColumnMap;
use crate::calibration::Calibration;
use crate::error::{Error, Result};
use crate::io::files::harmless::harmless;
use crate::io::files::output::{write_file, write_output};
use crate::io::models;
use crate::io::tables::columns::{CALIBRATED, Column, RESULTS, Results, chosen};
use crate::io::tables::mutants::{self as mutant_tables, Layout, TableWriter};
use crate::model::Model;
use crate::mutants::{Background, MutantScorer, Numbering};
use crate::position::Chain;
use crate::position::Offsets;
use args::Request;
use collected::Collected;
use reading::Reading;
use refused::Refused;
use std::io::{BufRead, Write};
use std::path::Path;

/// Runs the command.
///
/// # Errors
/// As [`score`], or if the model or the table cannot be read or a file cannot be written.
pub fn run(args: &ScoreMutantsArgs, messages: &Messages) -> Result<()> {
    let request = Request::of(args)?;
    let table = match request {
        Request::Table(path) => Some(path),
        _ => None,
    };
    let given = [&args.calibration, &args.numbering];
    let given = given.into_iter().filter_map(Option::as_deref);
    let background = args.background.as_deref().map(Path::new);
    let inputs = table.into_iter().chain([args.model.as_path()]).chain(given);
    let inputs = inputs.chain(background);
    args.written.check(inputs)?;
    messages.timings().begin("opening the model");
    let model = models::open(&args.model)?;
    messages.timings().begin("scoring and writing");
    let scored = run_with(&model, args, &mut *messages.writer())?;
    // The summary says it, but where nobody asked for one.
    if messages.is_quiet()
        && let Some(chance) = scored.and_then(|summary| summary.by_chance)
    {
        messages.warn(chance);
    }
    Ok(())
}

/// Scores what `args` ask for with a model that has been opened, and writes it where they say.
///
/// # Errors
/// If the options contradict each other, a file cannot be read or written, or no row holds a mutant.
///
/// The counts are missing where the reader of the table has stopped early.
fn run_with(
    model: &Model,
    args: &ScoreMutantsArgs,
    messages: &mut dyn Write,
) -> Result<Option<Summary>> {
    let mut input: Box<dyn BufRead> = match Request::of(args)? {
        Request::Table(path) => mutant_tables::open(path)?,
        _ => Box::new(std::io::empty()),
    };
    let mut refused = None;
    let mut scored = |output: &mut dyn Write| {
        harmless(output, |output| {
            let scored = try_score(model, args, &mut *input, output, &mut *messages);
            scored.map_err(|refusal| {
                refused = refusal.summary();
                refusal.error
            })
        })
    };
    let scored = match (&args.written.output, args.json) {
        (Some(path), _) => write_file(path, args.written.force, &mut scored),
        (None, true) => scored(&mut std::io::sink()),
        (None, false) => {
            let mut summary = None;
            write_output(None, false, |out| {
                scored(out).map(|counts| summary = Some(counts))
            })?;
            return Ok(summary);
        }
    };
    if args.json {
        match (&scored, refused) {
            (Ok(summary), _) => print_json(summary)?,
            // What was counted is of use all the same; that it cannot be printed is the lesser evil.
            (Err(_), Some(summary)) => drop(print_json(&summary)),
            (Err(_), None) => {}
        }
    }
    scored.map(Some)
}

/// Scores what `args` ask for: the table to `output`, notes and the summary in words to `messages`.
///
/// `input` is the table, if they ask for one.
///
/// # Errors
/// If the options contradict each other, the model has no target, reading or writing fails, or no row holds a mutant.
pub fn score(
    model: &Model,
    args: &ScoreMutantsArgs,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> Result<Summary> {
    try_score(model, args, input, output, messages).map_err(|refusal| refusal.error)
}

/// As [`score`], with what was counted until a refusal.
fn try_score(
    model: &Model,
    args: &ScoreMutantsArgs,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> std::result::Result<Summary, Refused> {
    let request = Request::of(args)?;
    let background = background::read(args.background.as_deref(), model, args.chain)?;
    let mut job = Job {
        scorer: background::scorer(model, background.as_ref())?,
        args,
        name: request.name(),
        offset: args.offset.given(),
        numbering: args.numbering.as_deref().map(numbering::read).transpose()?,
        chain_column: None,
        calibration: calibrated::read(model, args, &request)?,
        extras: Vec::new(),
        collected: None,
    };
    if let Some(temperature) = args.temperature {
        job.scorer.set_temperature(temperature)?;
    }
    job.check_chains(&model.columns)?;
    let reading = Reading::of(&job, model)?;
    job.announce(model.target.as_deref(), messages);
    announce_wild_type(&job, background.as_ref(), &reading, messages);
    let summary = match request {
        Request::Mutants(mutants) => {
            rows::score_list(&mut job, mutants, &reading, output, messages)?
        }
        Request::Table(_) => rows::score_table(&mut job, input, reading, output, messages)?,
        Request::AllSingle(format) => {
            job.scorer.fetch_singles()?;
            match format {
                Some(Format::Matrix) => all::matrix(&job, output)?,
                Some(Format::Evcouplings) => evcouplings::singles(&job, model, output)?,
                Some(Format::Table | Format::Tsv | Format::Csv | Format::Json) | None => {
                    all::singles(&job, output)?
                }
            }
        }
        Request::AllDouble => {
            job.scorer.fetch_all()?;
            all::doubles(&job, output)?
        }
    };
    output.flush().map_err(job.write_error())?;
    let summary = Summary {
        background: background.as_ref().map(Background::in_words),
        temperature: args.temperature,
        effect_from: job.scorer.effect_basis(),
        ..summary
    };
    summary.tell(messages);
    Ok(summary)
}

/// Says what mutants are made in, where that is not the target, and what it has at positions that the table gives.
fn announce_wild_type(
    job: &Job,
    background: Option<&Background>,
    reading: &Reading,
    messages: &mut dyn Write,
) {
    if let Some(background) = background {
        let _ = writeln!(messages, "{}", background::in_words(background));
    }
    if let Some(wild_type) = reading.wild_type() {
        let _ = writeln!(
            messages,
            "the {} has {wild_type} at the given positions",
            job.scorer.whose()
        );
    }
}

/// Refuses a chain that the model does not have.
///
/// # Errors
/// [`Error::Usage`] with the chains that there are.
pub fn check_chain(chain: Option<Chain>, columns: &ColumnMap) -> Result<()> {
    match chain {
        Some(_) if !columns.has_chains() => Err(no_chains()),
        Some(chain) if columns.span_of(Some(chain)).is_none() => Err(Error::Usage(format!(
            "the model has no chain {chain}: it has {}",
            columns.numbering()
        ))),
        _ => Ok(()),
    }
}

fn no_chains() -> Error {
    Error::Usage(
        "--chain and --chain-column are for models of several chains, and this one was fitted without --chains"
            .into(),
    )
}

/// What every way of scoring needs.
struct Job<'a> {
    scorer: MutantScorer<'a>,
    args: &'a ScoreMutantsArgs,
    /// The input, in messages.
    name: String,
    /// What is added to positions.
    offset: Offsets,
    /// The table of numbers, if there is one.
    numbering: Option<Numbering>,
    /// A column of the table that may name the chains, though nobody said so.
    chain_column: Option<String>,
    /// What else is predicted.
    calibration: Option<Calibration>,
    /// The further columns that predictions, or a fit of them, take.
    extras: Vec<usize>,
    /// Where measured rows go, if a fit is to be made of them.
    collected: Option<Collected>,
}

impl Job<'_> {
    /// The columns of the results.
    fn columns(&self) -> Vec<Column<Results>> {
        match self.calibration {
            Some(_) => chosen(RESULTS, &CALIBRATED),
            None => chosen(RESULTS, &[]),
        }
    }

    /// Makes lines of results, beside the cells of an input of this layout if there is one.
    fn writer(&self, input: Option<&Layout>) -> TableWriter {
        let style = self.args.style(input.map(Layout::separator));
        TableWriter::new(input, style, self.columns()).worded(in_flags)
    }

    /// Refuses options about chains that the model does not have.
    fn check_chains(&self, columns: &ColumnMap) -> Result<()> {
        let args = self.args;
        self.offset.check(columns.spans().len())?;
        if args.chain_column.is_some() && !columns.has_chains() {
            return Err(no_chains());
        }
        check_chain(args.chain, columns)
    }

    /// Says which positions can be scored, before anybody wonders.
    fn announce(&self, target: Option<&str>, messages: &mut dyn Write) {
        let columns = self.scorer.columns();
        let sites = (0..columns.sites()).filter(|&s| self.scorer.changes_of(s).next().is_some());
        // Messages that cannot be shown are no reason to stop.
        let _ = writeln!(
            messages,
            "target {}: {}, {} of {} residues modelled",
            target.unwrap_or("without a name"),
            columns.numbering(),
            sites.count(),
            columns.columns().len()
        );
    }

    fn write_error(&self) -> impl FnOnce(std::io::Error) -> Error + use<> {
        self.args.written.error()
    }
}
