//! `potts weights`: the sequence weights of an alignment, and its depth at several thresholds.

use super::alignment_args::{IdentityArgs, InputArgs};
use super::family::Family;
use super::messages::Messages;
use super::settings::in_flags;
use super::table_args::{TableArgs, TableFormat};
use crate::alignment::identity::IdentitySweep;
use crate::alignment::weights::{neighbours, neighbours_at};
use crate::alignment::{IdentityThreshold, SequenceWeights};
use crate::cli::help::columns_help;
use crate::error::{Error, Result};
use crate::io::files::output::write_output;
use crate::io::tables::Style;
use crate::io::tables::columns::{DEPTHS, WEIGHTS};
use crate::io::tables::rows::{Depth, row_weights};
use crate::io::tables::weights::{
    write_depths, write_evcouplings, write_npy, write_objects, write_plain, write_rows,
};
use clap::ValueEnum;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Weigh the sequences of an alignment.
///
/// A sequence with m - 1 near-copies counts 1/m, so that a crowd of close relatives does not outvote the rest of the family. The sum
/// of the weights is the effective number of sequences, Neff.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  potts weights family.a2m > weights.tsv
  potts weights family.a2m --sweep                       Neff at identities 0.6, 0.65, ... 0.95
  potts weights family.a2m --sweep '>0.7:0.9:0.1'        at 0.7, 0.8 and 0.9 under a strict rule
  potts weights family.a2m --format npy -o weights.npy   for EVE, ProteinGym, numpy
  potts fit family.a2m --weights weights.tsv             a fit with these weights, or others",
    after_long_help = format!("{}\n\nWith --sweep:\n{}", columns_help(&WEIGHTS), columns_help(&DEPTHS))
)]
pub struct WeightsArgs {
    /// Alignment of any common format; - for standard input
    alignment: PathBuf,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten, next_help_heading = "Weights")]
    identity: IdentityArgs,
    /// Print Neff at each of several identities instead
    ///
    /// Without a range, at 0.6:0.95:0.05; without a rule by that of --like.
    #[arg(
        long,
        value_name = "FROM:TO:STEP",
        num_args = 0..=1,
        default_missing_value = "0.6:0.95:0.05",
        value_parser = sweep,
        conflicts_with = "identity"
    )]
    sweep: Option<IdentitySweep>,
    #[command(flatten)]
    table: TableArgs<FormatChoice>,
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum FormatChoice {
    /// Table with tabs (.tsv)
    #[default]
    Tsv,
    /// Table with commas (.csv)
    Csv,
    /// Array of objects (.json)
    Json,
    /// One weight a line for every row of the file, 0 for a dropped one: plmc's file
    Plain,
    /// EVcouplings' table of inverse weights: id, num_cluster_members; kept rows only
    Evcouplings,
    /// Float64 numpy array (.npy); kept rows only
    Npy,
}

fn sweep(text: &str) -> std::result::Result<IdentitySweep, String> {
    text.parse()
        .map_err(|problem: String| in_flags(&problem).into_owned())
}

impl TableFormat for FormatChoice {
    fn of_name(path: &Path) -> Option<Self> {
        match Style::of_name(path) {
            Some(Style::Tsv) => Some(Self::Tsv),
            Some(Style::Csv) => Some(Self::Csv),
            Some(Style::Json) => Some(Self::Json),
            None => path
                .extension()
                .is_some_and(|ending| ending == "npy")
                .then_some(Self::Npy),
        }
    }
}

impl WeightsArgs {
    /// What is written: as asked for, else as the output's name says.
    fn format(&self) -> FormatChoice {
        self.table.format().unwrap_or_default()
    }

    /// Refuses what could only disappoint.
    fn check(&self) -> Result<()> {
        let read = [Some(self.alignment.as_path()), self.input.focus_structure()];
        self.table.file.check(read.into_iter().flatten())?;
        match self.format() {
            FormatChoice::Plain | FormatChoice::Evcouplings | FormatChoice::Npy
                if self.sweep.is_some() =>
            {
                Err(Error::Usage(
                    "--sweep gives a table of thresholds: it goes with --format tsv, csv or json"
                        .into(),
                ))
            }
            FormatChoice::Npy if self.table.file.output.is_none() && io::stdout().is_terminal() => {
                Err(Error::Usage(
                    "a .npy array is not for a terminal: name a file with -o FILE.npy".into(),
                ))
            }
            _ => Ok(()),
        }
    }

    fn put(&self, contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let file = &self.table.file;
        let contents = |out: &mut dyn Write| contents(out).map_err(file.error());
        match self.format() {
            FormatChoice::Npy => write_output(file.output.as_deref(), file.force, contents),
            _ => file.write(contents),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// If the alignment cannot be read, nothing is left of it, or the output fails.
pub fn run(args: &WeightsArgs, messages: &Messages) -> Result<()> {
    args.check()?;
    let family = Family::read(&args.alignment, &args.input.read_options(), messages)?;
    family.announce(messages);
    family.warn(messages);
    messages.timings().begin("weighing sequences");
    match &args.sweep {
        Some(sweep) => {
            let rule = args.identity.threshold(args.input.tool()).rule();
            run_sweep(args, &family, &sweep.thresholds(rule), messages)
        }
        None => run_weights(args, &family, messages),
    }
}

fn run_weights(args: &WeightsArgs, family: &Family, messages: &Messages) -> Result<()> {
    let threshold = args.identity.threshold(args.input.tool());
    let counts = neighbours(&family.alignment, threshold);
    let how = format!("identity {threshold}");
    family.announce_depth(&SequenceWeights::by_neighbours(&counts), &how, messages);
    messages.timings().begin("writing");
    let rows = row_weights(&family.records, family.alignment.rows(), &counts);
    args.put(|out| match args.format() {
        FormatChoice::Tsv => write_rows(&rows, b'\t', out),
        FormatChoice::Csv => write_rows(&rows, b',', out),
        FormatChoice::Json => write_objects(&rows, out),
        FormatChoice::Plain => write_plain(&rows, out),
        FormatChoice::Evcouplings => write_evcouplings(&rows, out),
        FormatChoice::Npy => write_npy(&rows, out),
    })
}

fn run_sweep(
    args: &WeightsArgs,
    family: &Family,
    thresholds: &[IdentityThreshold],
    messages: &Messages,
) -> Result<()> {
    let sites = family.alignment.sites();
    messages.field(
        "depth",
        format_args!("at {} thresholds, L = {sites} sites", thresholds.len()),
    );
    let counts = neighbours_at(&family.alignment, thresholds);
    let depths: Vec<Depth> = thresholds
        .iter()
        .zip(&counts)
        .map(|(threshold, counts)| {
            let neff = SequenceWeights::by_neighbours(counts).effective_number();
            Depth::new(*threshold, neff, sites)
        })
        .collect();
    args.put(|out| match args.format() {
        FormatChoice::Json => write_objects(&depths, out),
        FormatChoice::Csv => write_depths(&depths, b',', out),
        _ => write_depths(&depths, b'\t', out),
    })
}
