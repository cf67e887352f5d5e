//! `potts sample`: sequences drawn from a model.

mod args;
mod draws;
mod output;
mod summary;

pub use args::SampleArgs;

use super::checkpoints::Checkpoints;
use super::json::print_json;
use super::messages::Messages;
use super::signals::{Reaction, Signals};
use super::temperature::{self, Temperature};
use crate::alphabet::GapTreatment;
use crate::error::Result;
use crate::evaluation::{Naturals, SEARCH};
use crate::io::models;
use crate::model::Model;
use crate::sample::{SampleOptions, Sampler};
use crate::state::{Keeper, Unkept};
use draws::Draws;
use output::Output;
use std::path::Path;
use summary::Summary;

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, positions or residues do not fit the model, or its chains do not mix.
pub fn run(args: &SampleArgs, signals: &Signals, messages: &Messages) -> Result<()> {
    args.check()?;
    let inputs = std::iter::once(args.model.as_path()).chain(args.choices.inputs());
    args.file.check(inputs.collect::<Vec<&Path>>())?;
    messages.timings().begin("reading the model");
    let model = models::read(&args.model)?;
    say_what_gaps_are(&model, messages);
    let files = args.choices.inputs().map(|path| ("allowed", path));
    let files: Vec<(&str, &Path)> = [("model", args.model.as_path())]
        .into_iter()
        .chain(files)
        .collect();
    let output = args.file.output.as_deref();
    let keeper = args.checkpoints.keeper(output, &files, signals, messages)?;
    let found = drawn(args, &model, keeper.as_deref(), messages);
    let summary = match &keeper {
        Some(keeper) => keeper.close(found)?,
        None => found?,
    };
    for line in summary.lines() {
        messages.say(line);
    }
    match args.json {
        true => print_json(&summary),
        false => Ok(()),
    }
}

/// Draws and writes sequences.
fn drawn(
    args: &SampleArgs,
    model: &Model,
    keeper: Option<&Checkpoints>,
    messages: &Messages,
) -> Result<Summary> {
    let options = match keeper {
        // It is known, and in the state.
        Some(keeper) if keeper.kept_at().is_some_and(|at| !at.starts_with(SEARCH)) => {
            args.options()?
        }
        _ => at_temperature(args, model, keeper, messages)?,
    };
    let mut sampler = Sampler::new(model, options)?;
    if let Some(allowed) = sampler.space().allowed() {
        messages.say(format_args!(
            "target {}: {} of {} modelled positions may change, by {} substitutions",
            model.target.as_deref().unwrap_or("without a name"),
            allowed.free(),
            allowed.sites(),
            allowed.changes().count()
        ));
    }
    messages.timings().begin("sampling");
    let mut draws = Draws::new(model, &mut sampler, keeper)?;
    let mut summary = Summary::new(args, model, draws.sampler.temperature());
    let goes_nowhere = args.json && args.file.output.is_none();
    match goes_nowhere {
        true => draws.all(args, &mut summary, None, messages)?,
        false => args.file.write(|output| {
            let space = draws.sampler.space().clone();
            let mut output = Output::begin(args, model, &space, output)?;
            draws.all(args, &mut summary, Some(&mut output), messages)?;
            if let Some(keeper) = keeper {
                keeper.react(Reaction::Finish);
            }
            output.finish()
        })?,
    }
    summary.finish(&sampler);
    Ok(summary)
}

/// How sequences are drawn, with the temperature that was asked for or found.
fn at_temperature(
    args: &SampleArgs,
    model: &Model,
    keeper: Option<&Checkpoints>,
    messages: &Messages,
) -> Result<SampleOptions> {
    let mut options = args.options()?;
    if args.temperature == Some(Temperature::Auto) {
        messages.timings().begin("looking for a temperature");
        let naturals = Naturals::of_model(model, args.seed)?;
        let mut sampler = Sampler::new(model, options.clone())?;
        let keeper: &dyn Keeper = keeper.map_or(&Unkept, |keeper| keeper);
        let naturals = (&naturals, args.seed);
        let found = temperature::find(model, &mut sampler, naturals, keeper, messages)?;
        options.temperature = temperature::found(Some(&found))?;
        match found.fits_all {
            true => messages.say(found.in_words()),
            false => messages.warn(found.in_words()),
        }
    }
    Ok(options)
}

/// A model that knows no gaps makes none: once, and what to do.
fn say_what_gaps_are(model: &Model, messages: &Messages) {
    if model.gaps == GapTreatment::Missing {
        messages.say("gaps are missing data to this model, so that sequences have a residue at every modelled position; fit with --gaps state for sequences with gaps");
    }
}
