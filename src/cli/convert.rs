//! `potts convert`: a model in the format of another program, or another program's model as a model file.

use super::fit::created_by;
use super::messages::Messages;
use crate::error::{Error, Result};
use crate::fit::FittedModel;
use crate::io::check_target;
use crate::io::model_file::{self, ModelFormat, TargetFormat};
use crate::io::model_formats::Note;
use clap::ValueEnum;
use std::path::PathBuf;

/// Formats and examples; below the options of `--help`.
const FORMATS_HELP: &str = "\
Formats, and the endings of OUT that choose them (before any .gz):
  h5         .h5 .hdf5              model file of this program
  plmc       .plmc .model .params   plmc's binary parameters, which EVcouplings reads (Python: CouplingsModel)

Examples:
  potts convert family.h5 family.model        for EVcouplings
  potts convert plmc.params family.h5         from plmc";

/// Options of `potts convert`.
#[derive(Debug, clap::Args)]
#[command(after_help = FORMATS_HELP)]
pub struct ConvertArgs {
    /// Model file of any format that can be read, plain or gzip: its content decides
    pub input: PathBuf,
    /// File to write: its ending decides the format, and whether it is compressed (.gz)
    pub output: PathBuf,
    /// Format of OUT, whatever its ending
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub to: Option<FormatChoice>,
    /// Overwrite OUT
    #[arg(long)]
    pub force: bool,
}

/// `--to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatChoice {
    /// Model file of this program (HDF5)
    H5,
    /// Binary parameters of plmc, as EVcouplings reads them
    Plmc,
}

impl From<FormatChoice> for TargetFormat {
    fn from(choice: FormatChoice) -> Self {
        match choice {
            FormatChoice::H5 => Self::Hdf5,
            FormatChoice::Plmc => Self::Plmc,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Whatever goes wrong on the way.
pub fn run(args: &ConvertArgs, messages: &Messages) -> Result<()> {
    let format = args.format()?;
    check_target(&args.output, args.force)?;
    let mut fitted = model_file::read(&args.input)?;
    if model_file::detect(&args.input) != Some(ModelFormat::Hdf5) {
        record_origin(args, &mut fitted);
    }
    for note in format.notes(&fitted) {
        match note {
            Note::NotKept(_) => messages.say(format_args!("note: {note}")),
            Note::MadeUp(_) => messages.warn(note),
        }
    }
    format.write(&fitted, &args.output, args.force)
}

impl ConvertArgs {
    fn format(&self) -> Result<TargetFormat> {
        match self.to {
            Some(choice) => Ok(choice.into()),
            None => TargetFormat::of_name(&self.output).ok_or_else(|| {
                Error::Usage(format!(
                    "the name {} does not tell a format\n  choose one with --to, or an ending such as .h5 or .params (--help lists them)",
                    self.output.display()
                ))
            }),
        }
    }
}

/// Who made this file of another program's model.
fn record_origin(args: &ConvertArgs, fitted: &mut FittedModel) {
    let origin = &mut fitted.provenance;
    origin.created_by = format!("{}; converted by {}", origin.created_by, created_by());
    origin.command_line = std::env::args().collect::<Vec<_>>().join(" ");
    origin.input = args.input.display().to_string();
}
