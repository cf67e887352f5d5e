//! `--batch`: one command over many inputs, each in a process of its own.

mod child;
mod children;
mod index;
mod item;
mod list;
mod lock;
mod manifest;
mod packing;
mod pass_on;
mod report;
mod scheduler;
mod shard;
pub mod status;
mod task;
mod utc;

use super::messages::Messages;
use super::signals::{STOPPED, Signals};
use crate::cli::batch::lock::remove_abandoned;
use crate::error::{Error, Result};
use crate::io::files::check_apart;
use crate::machine::memory::available_memory;
use child::Folder;
use clap::builder::Resettable;
use clap::{ArgMatches, Args, FromArgMatches};
use list::{IGNORED, List};
use packing::Packing;
use report::Report;
use scheduler::Scheduler;
use shard::Shard;
use std::path::{Path, PathBuf};

/// Name of the manifest in the folder of a batch.
const MANIFEST: &str = "manifest.tsv";

/// Share of the memory found free that several items may take together; what they take is known within some percent.
const SHARED_MEMORY: f64 = 0.9;

/// A list of inputs, and where their outputs go.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Many inputs")]
pub struct BatchArgs {
    /// Run over the inputs of a list; - for standard input
    ///
    /// Each in a process of its own. One path a line, or a table with tabs and a header: `alignment` (fit) or `model`, `name` [default: the
    /// file's name without endings], and any option without its dashes (focus, method, lambda-j, file, ...; flags: yes or no), which then goes
    /// for that line. Paths start from the current folder. Lines that begin with # are left out, and so are the columns structure and mutants where the
    /// command has no such option.
    /// Options beside --batch go for all lines; --threads and --max-memory are shared out among those that run side by side.
    #[arg(long, value_name = "LIST", requires = "out_dir")]
    pub batch: PathBuf,
    /// Folder for outputs, logs and manifest.tsv
    ///
    /// The manifest says what became of each (potts batch-status).
    #[arg(long, value_name = "DIR", requires = "batch")]
    pub out_dir: PathBuf,
    /// One of n parts of the list, i from 1 to n
    ///
    /// In a job of an array: $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT.
    #[arg(long, value_name = "i/n", requires = "batch")]
    pub shard: Option<Shard>,
    /// Skip items whose output is there
    #[arg(long, requires = "batch")]
    pub skip_existing: bool,
}

/// A command for one input, or for a list of them.
#[derive(Debug, Clone)]
pub enum OneOrMany<T> {
    /// One.
    One(Box<T>),
    /// Many.
    Many(BatchArgs),
}

impl<T: Args> FromArgMatches for OneOrMany<T> {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        match matches.contains_id("batch") {
            true => BatchArgs::from_arg_matches(matches).map(Self::Many),
            false => T::from_arg_matches(matches).map(|one| Self::One(Box::new(one))),
        }
    }

    fn update_from_arg_matches(
        &mut self,
        matches: &ArgMatches,
    ) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<T: Args> Args for OneOrMany<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        // The arguments of one input come with what the command is about, which those of the list must not replace.
        let command = T::augment_args(command);
        let about = command.get_about().cloned();
        let long_about = command.get_long_about().cloned();
        let command = BatchArgs::augment_args(command)
            .about(about.map_or(Resettable::Reset, Resettable::Value))
            .long_about(long_about.map_or(Resettable::Reset, Resettable::Value))
            .next_help_heading(None);
        command.mut_args(|arg| match arg.get_id().as_str() {
            // Required with each other, not by the command.
            "batch" | "out_dir" => arg.required(false),
            // Of one file for all, the last would win.
            "output" | "json" | "write_alignment" | "checkpoint" | "suggest"
                if !arg.is_required_set() =>
            {
                arg.conflicts_with("batch")
            }
            "output" => arg
                .required(false)
                .required_unless_present("batch")
                .conflicts_with("batch"),
            // A row of the list may give it as well.
            _ if !arg.is_positional() && arg.is_required_set() => {
                arg.required(false).required_unless_present("batch")
            }
            _ if arg.is_positional() && arg.is_required_set() => arg
                .required(false)
                .required_unless_present("batch")
                .conflicts_with("batch"),
            _ if arg.is_positional() => arg.conflicts_with("batch"),
            _ => arg,
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

/// A command that can run over a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `potts fit`
    Fit,
    /// `potts contacts`
    Contacts,
    /// `potts score-mutants`
    ScoreMutants,
    /// `potts epistasis`
    Epistasis,
    /// `potts positions`
    Positions,
    /// `potts design`
    Design,
    /// `potts sample`
    Sample,
    /// `potts partition`
    Partition,
    /// `potts evaluate`
    Evaluate,
    /// `potts energy`
    Energy,
    /// `potts calibrate`
    Calibrate,
    /// `potts report`
    Report,
}

impl Kind {
    /// The command's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Contacts => "contacts",
            Self::ScoreMutants => "score-mutants",
            Self::Epistasis => "epistasis",
            Self::Positions => "positions",
            Self::Design => "design",
            Self::Sample => "sample",
            Self::Partition => "partition",
            Self::Evaluate => "evaluate",
            Self::Energy => "energy",
            Self::Calibrate => "calibrate",
            Self::Report => "report",
        }
    }

    /// The column of a list with the input.
    pub fn input_column(self) -> &'static str {
        match self {
            Self::Fit => "alignment",
            _ => "model",
        }
    }

    /// Whether a column is one of a sample sheet, for other uses than this command.
    fn is_for_others(self, column: &str) -> bool {
        IGNORED.contains(&column) || (self != Self::Fit && column == "alignment")
    }
}

/// Runs the batch; returns the exit code.
///
/// # Errors
/// If the options or the list make no sense, or the folder cannot be made; then nothing has been started.
pub fn run(
    args: &BatchArgs,
    kind: Kind,
    matches: &ArgMatches,
    threads: usize,
    signals: &Signals,
    messages: &Messages,
) -> Result<u8> {
    check_apart(&args.out_dir.join(MANIFEST), [args.batch.as_path()])?;
    let mut maker = item::Maker::new(kind, matches);
    let list = List::read(&args.batch, &[kind.input_column()], |column| {
        maker.ignores(column)
    })?;
    maker.check_columns(&list)?;
    if !list.ignored.is_empty() {
        messages.say(format_args!(
            "note: columns of {} that potts {} does not need: {}",
            list.file,
            kind.name(),
            list.ignored.join(", ")
        ));
    }
    // All rows, so that a list with a mistake fails every part of it alike.
    let rows = list.rows.iter();
    let items: Result<Vec<item::Item>> = rows.map(|row| maker.item(&list.file, row)).collect();
    let items = items?;
    if kind == Kind::Report {
        index::check_names(&items)?;
        index::check_free(&args.out_dir)?;
    }
    let parts = items.into_iter().enumerate();
    let items: Vec<item::Item> = parts
        .filter(|(index, _)| args.shard.is_none_or(|shard| shard.has(*index)))
        .map(|(_, item)| item)
        .collect();
    prepare_folder(&args.out_dir, kind, &items)?;

    let limit = matches.try_get_one::<u64>("max_memory").ok().flatten();
    let packing = match (limit, available_memory()) {
        (Some(&bytes), _) => Packing::new(threads, bytes, bytes),
        (None, Some(free)) => Packing::new(threads, free, (free as f64 * SHARED_MEMORY) as u64),
        (None, None) => Packing::new(threads, u64::MAX, u64::MAX),
    };
    let folder = Folder {
        path: args.out_dir.clone(),
        kind,
        skip_existing: args.skip_existing,
        place: place(args.shard),
    };
    let report = Report::new(&folder, items.len(), messages);
    let end = Scheduler::new(&items, &folder, packing, report).run(signals);
    if kind == Kind::Report {
        index::write(&args.out_dir, messages)?;
    }
    Ok(match end {
        end if end.stopped => STOPPED,
        end if end.failed => 1,
        _ => 0,
    })
}

/// Makes the folder, and refuses one with the results of another command, whose outputs could have the same names.
fn prepare_folder(path: &Path, kind: Kind, items: &[item::Item]) -> Result<()> {
    std::fs::create_dir_all(path.join(child::LOGS)).map_err(Error::io("make the folder", path))?;
    let events = manifest::read(&path.join(MANIFEST)).unwrap_or_default();
    let names = events.iter().map(|event| event.name.as_str());
    remove_abandoned(
        path,
        names.chain(items.iter().map(|item| item.name.as_str())),
    );
    match events.iter().find(|event| event.command != kind.name()) {
        Some(event) => Err(Error::Usage(format!(
            "{} holds results of potts {}: choose another --out-dir for those of potts {}",
            path.display(),
            event.command,
            kind.name()
        ))),
        None => Ok(()),
    }
}

/// Host, part and process.
fn place(shard: Option<Shard>) -> String {
    let shard = shard.map_or_else(String::new, |shard| format!(", shard {shard}"));
    format!("{}{shard}, pid {}", children::host(), std::process::id())
}
