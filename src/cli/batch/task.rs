//! What a batch has to know of the commands it runs: whether their options make sense, and what they will need.

use super::packing::Needs;
use crate::cli::alignment_args::ReadOptions;
use crate::cli::contacts::{ContactsArgs, fit_options};
use crate::cli::family::Family;
use crate::cli::input_name::{is_packed, unpacked};
use crate::cli::messages::Messages;
use crate::cli::score_mutants::{Format, ScoreMutantsArgs};
use crate::cli::settings::in_flags;
use crate::cli::{Command, OneOrMany};
use crate::error::{Error, Result};
use crate::fit::{FitOptions, cost};
use crate::io::models;
use std::path::Path;

/// Bytes that a command takes that reads a model, and its file this many times: 1.1 where all is read, less for a few mutants.
const OF_MODEL: (u64, f64) = (30_000_000, 1.3);

/// What sampling takes beyond: tables of 16-bit numbers, twice while they are made anew (measured: 2.7 of the file's size at L 159).
const OF_SAMPLING: f64 = 3.0;

/// Bytes that the reading of an alignment takes for each byte of the file; packed ones are some five times as large.
const OF_ALIGNMENT: u64 = 8;
const PACKED: u64 = 5;

/// Processor seconds a byte of reading a model; only the ratio to those of fits matters.
const COST_BYTE: f64 = 5e-9;

/// What an item needs, as far as can be told.
#[derive(Debug, Clone, PartialEq)]
pub enum Forecast {
    /// So much.
    Needs(Needs),
    /// More memory than there is; the reason and the remedy in one line.
    TooLarge(String),
    /// The input cannot be read: its command will say why.
    Unknown,
}

/// Refuses options that a command would refuse, or that make no sense for many inputs.
///
/// # Errors
/// [`Error::Usage`].
pub fn check(task: &Command) -> Result<()> {
    match task {
        Command::Fit(OneOrMany::One(args)) => {
            refuse_standard_input("--weights", args.weights_file())?;
            args.check()?;
            args.fit_options()?.check()
        }
        Command::Contacts(OneOrMany::One(args)) => args.check(),
        Command::ScoreMutants(OneOrMany::One(args)) => {
            refuse_standard_input("--file", args.file.as_deref())?;
            args.check_request()
        }
        Command::Epistasis(OneOrMany::One(args)) => args.request().map(drop),
        Command::Design(OneOrMany::One(args)) => args.check(),
        Command::Sample(OneOrMany::One(args)) => args.check(),
        Command::Partition(OneOrMany::One(args)) => args.check(),
        Command::Evaluate(OneOrMany::One(args)) => {
            refuse_standard_input("--samples", args.samples.as_deref())?;
            refuse_standard_input("--natural", args.natural.as_deref())?;
            args.check()
        }
        Command::Energy(OneOrMany::One(args)) => {
            args.check()?;
            refuse_standard_input("--file", args.input().ok())
        }
        Command::Calibrate(OneOrMany::One(args)) => {
            args.check_batch()?;
            refuse_standard_input("--assay", Some(args.assay()))
        }
        Command::Report(OneOrMany::One(args)) => {
            refuse_standard_input("--mutants", args.mutants.as_deref())?;
            refuse_standard_input("--samples", args.samples.as_deref())?;
            refuse_standard_input("--natural", args.natural.as_deref())
        }
        _ => Ok(()),
    }
}

/// Whether a task replaces an output that is there.
pub fn replaces(task: &Command) -> bool {
    match task {
        Command::Fit(OneOrMany::One(args)) => args.force,
        Command::Contacts(OneOrMany::One(args)) => args.file.force,
        Command::ScoreMutants(OneOrMany::One(args)) => args.written.force,
        Command::Epistasis(OneOrMany::One(args)) => args.table.file.force,
        Command::Positions(OneOrMany::One(args)) => args.table.file.force,
        Command::Design(OneOrMany::One(args)) => args.table.file.force,
        Command::Sample(OneOrMany::One(args)) => args.file.force,
        Command::Partition(OneOrMany::One(args)) => args.table.file.force,
        Command::Evaluate(OneOrMany::One(args)) => args.table.file.force,
        Command::Energy(OneOrMany::One(args)) => args.table.file.force,
        Command::Calibrate(OneOrMany::One(args)) => args.force,
        Command::Report(OneOrMany::One(args)) => args.force,
        _ => false,
    }
}

fn refuse_standard_input(option: &str, path: Option<&Path>) -> Result<()> {
    match path == Some(Path::new("-")) {
        true => Err(Error::Usage(format!(
            "{option} - cannot be read by many items: name a file"
        ))),
        false => Ok(()),
    }
}

/// Ending of the output.
pub fn ending(task: &Command) -> &'static str {
    match task {
        Command::Contacts(OneOrMany::One(args)) => args.format().ending(),
        Command::ScoreMutants(OneOrMany::One(args)) => ending_of_scores(args),
        Command::Epistasis(OneOrMany::One(args)) => args.style().ending(),
        Command::Positions(OneOrMany::One(args)) => args.table.style().ending(),
        Command::Design(OneOrMany::One(args)) => args.written_as().ending(),
        Command::Sample(OneOrMany::One(args)) => args.written_as().ending(),
        Command::Partition(OneOrMany::One(args)) => args.table.style().ending(),
        Command::Evaluate(OneOrMany::One(args)) => args.table.style().ending(),
        Command::Energy(OneOrMany::One(args)) => args.table.style().ending(),
        Command::Report(_) => "html",
        _ => "h5",
    }
}

/// Tables keep their separator, and what has none of a table gets tabs.
fn ending_of_scores(args: &ScoreMutantsArgs) -> &'static str {
    let table = args.file.as_deref().map(unpacked);
    let has_tabs = |table: &Path| table.extension().is_some_and(|ending| ending == "tsv");
    match (args.format, &table) {
        (Some(Format::Json), _) => "json",
        (Some(Format::Csv | Format::Evcouplings), _) => "csv",
        (Some(Format::Tsv | Format::Matrix), _) => "tsv",
        (Some(Format::Table) | None, Some(table)) if !has_tabs(table) => "csv",
        (Some(Format::Table) | None, _) => "tsv",
    }
}

/// Bytes that it may take to find out what an item needs.
pub fn reading_bytes(task: &Command, size: u64) -> u64 {
    let Some(path) = alignment_of(task) else {
        return 0;
    };
    size * OF_ALIGNMENT * if is_packed(path) { PACKED } else { 1 }
}

/// Bytes that an item may take whose input could not be read.
pub fn unknown_bytes(task: &Command, size: u64) -> u64 {
    OF_MODEL.0 + reading_bytes(task, size)
}

/// The alignment that a task reads, if it reads one.
fn alignment_of(task: &Command) -> Option<&Path> {
    match task {
        Command::Fit(OneOrMany::One(args)) => Some(&args.alignment),
        Command::Contacts(OneOrMany::One(args)) if models::detect(&args.input).is_none() => {
            Some(&args.input)
        }
        Command::Report(OneOrMany::One(args)) if models::detect(&args.input).is_none() => {
            Some(&args.input)
        }
        _ => None,
    }
}

/// What an item needs whose input has `size` bytes, with up to `threads` threads, if it may have `limit` bytes.
pub fn forecast(task: &Command, size: u64, threads: usize, limit: u64) -> Forecast {
    let found = match task {
        Command::Fit(OneOrMany::One(args)) => {
            let reading = args.read_options();
            args.fit_options().and_then(|options| {
                of_alignment(&args.alignment, &reading, options, threads, limit)
            })
        }
        Command::Contacts(OneOrMany::One(args)) => of_contacts(args, size, threads, limit),
        Command::Report(OneOrMany::One(args)) if models::detect(&args.input).is_none() => {
            of_alignment(
                &args.input,
                &args.reading(),
                FitOptions::default(),
                threads,
                limit,
            )
        }
        Command::Sample(_) | Command::Partition(_) | Command::Evaluate(_) => {
            of_bytes(size, OF_MODEL.1 + OF_SAMPLING, limit)
        }
        _ => of_model(size, limit),
    };
    match found {
        Ok(needs) => Forecast::Needs(needs),
        Err(error @ Error::Memory { .. }) => {
            Forecast::TooLarge(in_flags(&error.to_string()).into_owned())
        }
        Err(_) => Forecast::Unknown,
    }
}

fn of_model(size: u64, limit: u64) -> Result<Needs> {
    of_bytes(size, OF_MODEL.1, limit)
}

fn of_bytes(size: u64, times: f64, limit: u64) -> Result<Needs> {
    let needed = OF_MODEL.0 + (times * size as f64) as u64;
    match needed > limit {
        true => Err(Error::Memory {
            needed,
            available: limit,
            remedy: "use a machine with more memory".into(),
        }),
        false => Ok(Needs {
            memory: vec![needed],
            cost: COST_BYTE * size as f64,
        }),
    }
}

fn of_contacts(args: &ContactsArgs, size: u64, threads: usize, limit: u64) -> Result<Needs> {
    if models::detect(&args.input).is_some() {
        return of_model(size, limit);
    }
    let (reading, options) = fit_options(args)?;
    of_alignment(&args.input, &reading, options, threads, limit)
}

fn of_alignment(
    path: &Path,
    reading: &ReadOptions,
    options: FitOptions,
    threads: usize,
    limit: u64,
) -> Result<Needs> {
    let reading = ReadOptions {
        max_memory: Some(limit),
        ..reading.clone()
    };
    let family = Family::read(path, &reading, &Messages::new(true, 0))?;
    // The command is allowed what it is foreseen to need, and must be able to read its input.
    let reading_bytes = family.reading_bytes();
    let alignment = &family.alignment;
    let options = FitOptions {
        max_memory: Some(limit),
        ..options
    };
    cost::check_memory(alignment, &options, 1)?;
    Ok(Needs {
        memory: (1..=threads)
            .map(|threads| cost::memory(alignment, &options, threads).max(reading_bytes))
            .collect(),
        cost: cost::rough_seconds(alignment, options.method.name()),
    })
}
