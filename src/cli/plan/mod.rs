//! `potts plan`: what work will take, before it begins: a fit, or what is done with a model.

mod fit;
mod model;

use super::fit::FitArgs;
use super::messages::Messages;
use crate::error::Result;
use crate::io::models;

/// Options of `potts plan`: those of the fit.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:
  potts plan family.a2m
  potts plan family.a2m --threads 8 --max-memory 16GB
  potts plan family.a2m --json                 for a scheduler: memory in bytes, time in seconds
  potts plan family.h5                         of a model: to sample, evaluate, find log Z, ...",
    after_help = "",
    after_long_help = ""
)]
pub struct PlanArgs {
    #[command(flatten)]
    fit: FitArgs,
}

/// Runs the command.
///
/// # Errors
/// If the file is neither alignment nor model, or there is not enough memory for any method.
pub fn run(args: &PlanArgs, threads: usize, messages: &Messages) -> Result<()> {
    match models::detect(&args.fit.alignment) {
        Some(_) => model::run(&args.fit, threads, messages),
        None => fit::run(&args.fit, threads, messages),
    }
}
