//! `potts sample`: sequences drawn from a model.

mod args;
mod output;
mod summary;

pub use args::SampleArgs;

use super::json::print_json;
use super::messages::Messages;
use super::pulse::Pulse;
use super::temperature::{self, Temperature};
use crate::alphabet::GapTreatment;
use crate::error::Result;
use crate::evaluation::Naturals;
use crate::io::models;
use crate::model::Model;
use crate::sample::{SampleOptions, Sampler, rows};
use output::Output;
use std::path::Path;
use summary::Summary;

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, positions or residues do not fit the model, or its chains do not mix.
pub fn run(args: &SampleArgs, messages: &Messages) -> Result<()> {
    args.check()?;
    let inputs = std::iter::once(args.model.as_path()).chain(args.choices.inputs());
    args.file.check(inputs.collect::<Vec<&Path>>())?;
    messages.timings().begin("reading the model");
    let model = models::read(&args.model)?;
    say_what_gaps_are(&model, messages);
    let options = at_temperature(args, &model, messages)?;
    let mut summary = Summary::new(args, &model, options.temperature);
    let mut sampler = Sampler::new(&model, options)?;
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
    let goes_nowhere = args.json && args.file.output.is_none();
    match goes_nowhere {
        true => draw_all(args, (&model, &mut sampler), &mut summary, None, messages)?,
        false => args.file.write(|output| {
            let mut output = Output::begin(args, &model, sampler.space(), output)?;
            draw_all(
                args,
                (&model, &mut sampler),
                &mut summary,
                Some(&mut output),
                messages,
            )?;
            output.finish()
        })?,
    }
    summary.finish(&sampler);
    for line in summary.lines() {
        messages.say(line);
    }
    match args.json {
        true => print_json(&summary),
        false => Ok(()),
    }
}

/// How sequences are drawn, with the temperature that was asked for or found.
fn at_temperature(args: &SampleArgs, model: &Model, messages: &Messages) -> Result<SampleOptions> {
    let mut options = args.options()?;
    if args.temperature == Some(Temperature::Auto) {
        messages.timings().begin("looking for a temperature");
        let naturals = Naturals::of_model(model, args.seed)?;
        let mut sampler = Sampler::new(model, options.clone())?;
        let found = temperature::find(model, &mut sampler, (&naturals, args.seed), messages)?;
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

/// Draws until there are enough.
fn draw_all(
    args: &SampleArgs,
    (model, sampler): (&Model, &mut Sampler<'_>),
    summary: &mut Summary,
    mut output: Option<&mut Output<'_, '_>>,
    messages: &Messages,
) -> Result<()> {
    let mut pulse = Pulse::new(messages, args.number);
    let mut done = 0;
    while done < args.number {
        let mut states = sampler.draw(&mut |progress| {
            pulse.tell(progress, done);
            Ok(())
        })?;
        let wanted = usize::try_from(args.number - done).unwrap_or(usize::MAX);
        states.truncate(wanted.saturating_mul(model.sites()));
        let drawn = rows(
            model,
            sampler.space(),
            (&states, done + 1, summary.temperature),
        )?;
        for row in &drawn {
            summary.add(row);
            if let Some(output) = &mut output {
                output.write(row)?;
            }
        }
        done += drawn.len() as u64;
        pulse.drew(sampler, done);
    }
    Ok(())
}
