//! `potts positions`: what a model says of each position by itself.

use super::help::columns_help;
use super::messages::Messages;
use super::table_args::{PlainFormat, TableArgs};
use crate::contacts::{ContactOptions, Positions};
use crate::conventions::Tool;
use crate::error::Result;
use crate::io::models;
use crate::io::tables::columns::{POSITIONS, write_table};
use crate::machine::memory::available_memory;
use crate::sites::{SiteSummary, describe};
use std::path::PathBuf;

/// What a model says of each position: conservation, burial, what it bears, what it is coupled to.
///
/// One row a modelled position. Columns are empty where the model's file does not tell what they take: rate and burial take the sequences of a protein
/// family, coverage and entropy the frequencies.
#[derive(Debug, Clone, clap::Args)]
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
    pub(super) model: PathBuf,
    /// Only these positions
    ///
    /// Numbers and ranges with commas between; of a complex A:70,75 are two positions of chain A, 70 alone that of every chain.
    #[arg(long, value_name = "68,A:70,75-80")]
    positions: Option<Positions>,
    #[command(flatten)]
    pub(super) table: TableArgs<PlainFormat>,
}

/// Runs the command.
///
/// # Errors
/// If the model cannot be read or lacks a position that was asked for, or the table cannot be written.
pub fn run(args: &PositionsArgs, messages: &Messages) -> Result<()> {
    args.table.file.check([args.model.as_path()])?;
    messages.timings().begin("reading the model");
    let model = models::read_without_sequences(&args.model)?;
    if let Some(positions) = &args.positions {
        positions.check(&model.columns)?;
    }
    messages.timings().begin("describing positions");
    let all = describe(
        &model,
        &ContactOptions {
            max_memory: available_memory(),
            ..Tool::usual_contacts(&model)
        },
    )?;
    let is_wanted = |site: &&SiteSummary| {
        let positions = args.positions.as_ref();
        positions.is_none_or(|positions| positions.hold(site.residue))
    };
    let rows: Vec<&SiteSummary> = all.iter().filter(is_wanted).collect();
    let style = args.table.style();
    args.table.file.write(|output| {
        let written = write_table(&POSITIONS, &rows, style, output);
        written.map_err(args.table.file.error())
    })
}
