//! The command line: arguments to typed options, library, files.

mod alignment_args;
mod amounts;
mod aside;
mod background;
pub mod batch;
pub mod calibrate;
mod calibration_facts;
pub mod checkpoints;
mod choice_args;
pub mod completions;
pub mod contacts;
pub mod convert;
mod created_by;
pub mod design;
pub mod energy;
pub mod epistasis;
pub mod evaluate;
mod family;
pub mod fit;
mod focus_structure;
mod given;
mod groups;
mod help;
pub mod info;
pub mod input_format;
mod input_name;
mod json;
pub mod like;
pub mod man;
pub mod merge;
pub mod messages;
pub mod objective;
mod pace;
pub mod partition;
pub mod plan;
mod plot;
pub mod positions;
mod progress;
mod pulse;
mod report;
pub mod sample;
pub mod score_mutants;
mod settings;
mod signals;
mod structure_args;
mod table_args;
mod temperature;
mod timings;
pub mod weights;
mod within_fit;

use crate::error::Error;
use crate::io::files::harmless::harmless;
use crate::io::files::output::write_output;
use crate::machine::threads::{self, Threads};
use batch::{Kind, OneOrMany};
use checkpoints::CheckpointArgs;
use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use messages::{Messages, tell};
use signals::Signals;
use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;

/// Exit code for a fit that did not converge, under `--strict`.
const NOT_CONVERGED: u8 = 4;

const EXAMPLES: &str = "\
Examples:
  potts fit family.a2m                         a model of an alignment: family.h5
  potts contacts family.h5 | head              the strongest co-evolving pairs
  potts score-mutants family.h5 A24V A24V:R57I scores of mutants, higher is better
  potts score-mutants family.h5 --file assay.csv --against DMS_score > scored.csv
  potts weights family.a2m --sweep             depth of the alignment (Neff) at several identities
  potts info family.h5                         what is in the model
  potts convert family.h5 family.model         the model for EVcouplings
  potts fit --batch list.txt --out-dir models  every alignment of a list, side by side
  potts batch-status models list.txt           what became of them

Exit codes: 0 done, 1 failed, 2 usage, 3 bad input data, 4 not converged under --strict, 75 stopped, the same command goes on;
128 + N ended by signal N, with nothing to go on with.";

/// Potts models of protein families: fit them, rank contacts, score mutants.
#[derive(Debug, Parser)]
#[command(name = "potts", version, about, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: CommonArgs,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Common options")]
struct CommonArgs {
    /// Threads [default: the processors this process may use]
    ///
    /// Or those of SLURM_CPUS_PER_TASK.
    #[arg(short, long, global = true, value_name = "N")]
    threads: Option<Threads>,
    /// Say nothing but warnings and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more: every iteration of a fit
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    verbose: u8,
    /// Say at the end what took time and memory
    #[arg(long, global = true)]
    timings: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fit a model to an alignment
    Fit(OneOrMany<fit::FitArgs>),
    /// What a fit will take here: memory, disk, time
    ///
    /// Of every method; of a model what sampling, log Z, evaluation and energies take. The options are those of `potts fit`, so that the plan is of the same command; nothing is written. Time is found by a
    /// trial on all threads, which fits some sites for half a second; it holds for a machine that does nothing else.
    Plan(Box<plan::PlanArgs>),
    /// Put together a model that was fitted in parts
    Merge(merge::MergeArgs),
    /// Rank the pairs of residues that co-evolve
    Contacts(OneOrMany<contacts::ContactsArgs>),
    /// Score mutants, single and multiple: higher is better
    ScoreMutants(OneOrMany<score_mutants::ScoreMutantsArgs>),
    /// What substitutions do together: interactions, rescues, combinations
    Epistasis(OneOrMany<epistasis::EpistasisArgs>),
    /// Fit scores of mutants to measured values
    Calibrate(OneOrMany<calibrate::CalibrateArgs>),
    /// What each position is like: conservation, burial, what it bears
    Positions(OneOrMany<positions::PositionsArgs>),
    /// What to make: mutants to order, or the best designs
    Design(OneOrMany<design::DesignArgs>),
    /// Draw new sequences from a model
    Sample(OneOrMany<sample::SampleArgs>),
    /// log Z, entropy, and how many sequences a model permits
    Partition(OneOrMany<partition::PartitionArgs>),
    /// How well samples of a model are like natural sequences
    Evaluate(OneOrMany<evaluate::EvaluateArgs>),
    /// How probable any sequences are, and whether they belong
    Energy(OneOrMany<energy::EnergyArgs>),
    /// One page of all that a model says
    Report(OneOrMany<report::ReportArgs>),
    /// Draw what a model says: SVG, PDF, PNG
    Plot(Box<plot::PlotArgs>),
    /// Weigh the sequences; how deep the alignment is
    Weights(Box<weights::WeightsArgs>),
    /// How well a model fits an alignment
    Objective(Box<objective::ObjectiveArgs>),
    /// Print what a model file holds
    Info(info::InfoArgs),
    /// Turn a model into the format of another program, or back
    Convert(convert::ConvertArgs),
    /// Print completions for a shell
    Completions(completions::CompletionsArgs),
    /// Print or write the manual pages
    Man(man::ManArgs),
    /// What became of the items of a batch
    BatchStatus(batch::status::BatchStatusArgs),
}

/// What has to be done before the libraries of the program begin.
pub extern "C" fn before_libraries() {
    crate::machine::blas::begin_with_one_thread();
    crate::machine::memory::share_one_heap_in_narrow_space();
}

/// Runs the program with the arguments of this process, and ends it.
pub fn main() -> ! {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if let Some(code) = aside::serve(&arguments) {
        signals::leave(code)
    }
    crate::io::models::hdf5::read_aside_with(aside::rewrite);
    let signals = Signals::catch();
    let code = called(arguments, &signals);
    // What could not be written has been told by whoever wrote it.
    let _ = std::io::stdout().flush();
    signals::leave(code)
}

/// Runs the program with these arguments, the first of which is its own name; returns its exit code. A process may do so many times; signals
/// do what they always do.
pub fn command(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    called(arguments, &Signals::default())
}

fn called(arguments: impl IntoIterator<Item = OsString>, signals: &Signals) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let (cli, matches) = match parse(&arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            if let Some(tip) = tip(&error) {
                tell(format_args!("error: {tip}"));
                return 2;
            }
            return explained(&error);
        }
    };
    let messages = Messages::new(cli.common.quiet, cli.common.verbose).called(&arguments);
    signals.speak_by(&messages);
    let end = run(&cli, &matches, signals, &messages);
    if cli.common.timings {
        tell(messages.timings().summary());
    }
    match end {
        Ok(code) => code,
        Err(error @ Error::Stopped { .. }) => error.exit_code(),
        Err(error) => {
            messages.error(&error);
            error.exit_code()
        }
    }
}

/// Help and version go to standard output with exit code 0, wrong usage to standard error with 2, whether or not somebody reads it.
fn explained(error: &clap::Error) -> u8 {
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    let said = error.to_string();
    if code != 0
        && let Cow::Owned(shown) = crate::error::harmless(&said)
    {
        tell(shown.trim_end());
        return code;
    }
    match error.print() {
        Err(problem) if code == 0 && problem.kind() != std::io::ErrorKind::BrokenPipe => 1,
        _ => code,
    }
}

/// What to say of a command that there is not, where its name tells what is wanted.
fn tip(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let pointer = help::pointer(word)?;
    Some(format!("there is no command '{word}': {pointer}"))
}

/// The program as clap knows it, with its help arranged.
pub(crate) fn program() -> clap::Command {
    help::arranged(Cli::command())
}

/// The arguments, and what clap knows of where each comes from.
fn parse(arguments: &[OsString]) -> Result<(Cli, ArgMatches), clap::Error> {
    let mut command = program();
    let matches = command.try_get_matches_from_mut(arguments)?;
    let mut cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    if let (Some(checkpoints), Some((name, given))) =
        (checkpoints(&mut cli.command), matches.subcommand())
        && let Some(own) = command.find_subcommand(name)
    {
        checkpoints.given = given::values(own, given);
    }
    if let (Command::Objective(args), Some(("objective", given))) =
        (&mut cli.command, matches.subcommand())
    {
        args.chosen = ["preset", "like"]
            .into_iter()
            .any(|option| given.value_source(option) == Some(ValueSource::CommandLine));
    }
    Ok((cli, matches))
}

/// The options about interruptions of commands that have them.
fn checkpoints(command: &mut Command) -> Option<&mut CheckpointArgs> {
    match command {
        Command::Fit(OneOrMany::One(args)) => Some(&mut args.checkpoints),
        Command::Sample(OneOrMany::One(args)) => Some(&mut args.checkpoints),
        Command::Partition(OneOrMany::One(args)) => Some(&mut args.checkpoints),
        Command::Evaluate(OneOrMany::One(args)) => Some(&mut args.checkpoints),
        Command::Energy(OneOrMany::One(args)) => Some(&mut args.checkpoints),
        _ => None,
    }
}

fn run(
    cli: &Cli,
    matches: &ArgMatches,
    signals: &Signals,
    messages: &Messages,
) -> Result<u8, Error> {
    let threads = threads::set_threads(cli.common.threads)?;
    let many = |args, kind| {
        // Those of the command, which has the options.
        let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
        batch::run(args, kind, matches, threads, signals, messages)
    };
    match &cli.command {
        Command::Fit(OneOrMany::Many(args)) => return many(args, Kind::Fit),
        Command::Contacts(OneOrMany::Many(args)) => return many(args, Kind::Contacts),
        Command::ScoreMutants(OneOrMany::Many(args)) => return many(args, Kind::ScoreMutants),
        Command::Epistasis(OneOrMany::Many(args)) => return many(args, Kind::Epistasis),
        Command::Positions(OneOrMany::Many(args)) => return many(args, Kind::Positions),
        Command::Design(OneOrMany::Many(args)) => return many(args, Kind::Design),
        Command::Sample(OneOrMany::Many(args)) => return many(args, Kind::Sample),
        Command::Partition(OneOrMany::Many(args)) => return many(args, Kind::Partition),
        Command::Evaluate(OneOrMany::Many(args)) => return many(args, Kind::Evaluate),
        Command::Energy(OneOrMany::Many(args)) => return many(args, Kind::Energy),
        Command::Calibrate(OneOrMany::Many(args)) => return many(args, Kind::Calibrate),
        Command::Report(OneOrMany::Many(args)) => return many(args, Kind::Report),
        Command::Fit(OneOrMany::One(args)) => {
            let converged = fit::run(args, threads, signals, messages)?;
            let is_failure = args.strict && !converged;
            return Ok(if is_failure { NOT_CONVERGED } else { 0 });
        }
        Command::Plan(args) => plan::run(args, threads, messages)?,
        Command::Merge(args) => merge::run(args, messages)?,
        Command::Contacts(OneOrMany::One(args)) => contacts::run(args, threads, messages)?,
        Command::ScoreMutants(OneOrMany::One(args)) => score_mutants::run(args, messages)?,
        Command::Epistasis(OneOrMany::One(args)) => epistasis::run(args, messages)?,
        Command::Calibrate(OneOrMany::One(args)) => calibrate::run(args, messages)?,
        Command::Positions(OneOrMany::One(args)) => positions::run(args, messages)?,
        Command::Design(OneOrMany::One(args)) => design::run(args, messages)?,
        Command::Sample(OneOrMany::One(args)) => sample::run(args, signals, messages)?,
        Command::Partition(OneOrMany::One(args)) => partition::run(args, signals, messages)?,
        Command::Evaluate(OneOrMany::One(args)) => evaluate::run(args, signals, messages)?,
        Command::Energy(OneOrMany::One(args)) => energy::run(args, signals, messages)?,
        Command::Report(OneOrMany::One(args)) => report::run(args, threads, messages)?,
        Command::Plot(args) => plot::run(args, messages)?,
        Command::Weights(args) => weights::run(args, messages)?,
        Command::Objective(args) => objective::run(args, messages)?,
        Command::Info(args) => {
            write_output(None, false, |out| harmless(out, |out| info::run(args, out)))?
        }
        Command::Convert(args) => convert::run(args, messages)?,
        Command::Completions(args) => completions::run(args, program())?,
        Command::Man(args) => man::run(args, program())?,
        Command::BatchStatus(args) => return batch::status::run(args).map(|done| u8::from(!done)),
    }
    Ok(0)
}
