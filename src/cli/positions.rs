//! `potts positions`: what a model says of each position by itself.

use super::help::columns_help;
use super::messages::Messages;
use crate::contacts::Positions;
use crate::error::{Error, Result};
use crate::io::files::harmless::harmless;
use crate::io::files::output::write_output;
use crate::io::files::{check_apart, check_output};
use crate::io::models;
use crate::io::tables::Style;
use crate::io::tables::columns::{POSITIONS, write_delimited, write_objects};
use crate::machine::memory::available_memory;
use crate::sites::{SiteSummary, describe};
use clap::ValueEnum;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a model says of each position: conservation, burial, what it bears, what it is coupled to.
///
/// One row a modelled position. Columns are empty where the model's file does not tell what they take: rate and burial take the sequences of a protein
/// family, coverage and entropy the frequencies.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "\
Examples:
  potts positions family.h5                        a table
  potts positions family.h5 --positions 68,100-110
  potts positions family.h5 -o positions.csv       .csv, .tsv, .json, each also .gz",
    after_long_help = columns_help(&POSITIONS)
)]
pub struct PositionsArgs {
    /// Model of `potts fit` or another program
    model: PathBuf,
    /// Only these positions
    ///
    /// Numbers and ranges with commas between; of a complex A:70,75 are two positions of chain A, 70 alone that of every chain.
    #[arg(long, value_name = "68,A:70,75-80")]
    positions: Option<Positions>,
    /// What to write [default: by the output's name, else tsv]
    #[arg(long, value_enum)]
    format: Option<FormatChoice>,
    /// File to write (.csv, .tsv, .json, each also .gz) [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite FILE
    #[arg(long)]
    force: bool,
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatChoice {
    /// Table with tabs
    Tsv,
    /// Table with commas
    Csv,
    /// Array of objects
    Json,
}

/// Runs the command.
///
/// # Errors
/// If the model cannot be read or lacks a position that was asked for, or the table cannot be written.
pub fn run(args: &PositionsArgs, messages: &Messages) -> Result<()> {
    if let Some(output) = &args.output {
        check_apart(output, [args.model.as_path()])?;
        check_output(output, args.force)?;
    }
    messages.timings().begin("reading the model");
    let model = models::read_without_sequences(&args.model)?;
    if let Some(positions) = &args.positions {
        positions.check(&model.columns)?;
    }
    messages.timings().begin("describing positions");
    let all = describe(&model, available_memory())?;
    let is_wanted = |site: &&SiteSummary| {
        let positions = args.positions.as_ref();
        positions.is_none_or(|positions| positions.hold(site.residue))
    };
    let rows: Vec<&SiteSummary> = all.iter().filter(is_wanted).collect();
    let named = args.output.as_deref().and_then(Style::of_name);
    let style = args.format.map(FormatChoice::style).or(named);
    let file = args.output.as_deref().unwrap_or(Path::new("the positions"));
    write_output(args.output.as_deref(), args.force, |output| {
        harmless(output, |output: &mut dyn Write| {
            match style.unwrap_or(Style::Tsv) {
                Style::Tsv => write_delimited(&POSITIONS, &rows, b'\t', output),
                Style::Csv => write_delimited(&POSITIONS, &rows, b',', output),
                Style::Json => write_objects(&POSITIONS, &rows, output),
            }
            .map_err(Error::io("write", file))
        })
    })
}

impl FormatChoice {
    fn style(self) -> Style {
        match self {
            Self::Tsv => Style::Tsv,
            Self::Csv => Style::Csv,
            Self::Json => Style::Json,
        }
    }
}
