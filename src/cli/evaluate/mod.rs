//! `potts evaluate`: samples of a model held against natural sequences.

mod args;
mod reading;
mod summary;

pub use args::EvaluateArgs;

use super::json::print_json;
use super::messages::Messages;
use super::pulse::Pulse;
use super::temperature::{self, Temperature};
use crate::error::{Error, Result};
use crate::evaluation::{Evaluation, Fitting, Measure, Naturals, density, evaluate};
use crate::io::models;
use crate::io::tables::columns::{MEASURES, write_table};
use crate::model::Model;
use crate::report::facts::Evaluated;
use crate::sample::{SampleOptions, Sampler};
use std::path::{Path, PathBuf};
use summary::Summary;

/// Chains of a search for a temperature: means are then known to a few hundredths of a standard deviation.
const SEARCHING: usize = 512;

/// What to do where chains do not mix.
const DRAW_BEFORE: &str = "or draw samples with potts sample, which has --tempering, --burn-in and --thin, and give them with --samples and --no-temperature";

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, sequences do not fit the model, or its chains do not mix.
pub fn run(args: &EvaluateArgs, messages: &Messages) -> Result<()> {
    args.check()?;
    let inputs = [
        Some(&args.model),
        args.samples.as_ref(),
        args.natural.as_ref(),
    ];
    let inputs = inputs.into_iter().flatten().map(PathBuf::as_path);
    args.table.file.check(inputs.collect::<Vec<&Path>>())?;
    messages.timings().begin("reading");
    let model = models::read(&args.model)?;
    let naturals = reading::naturals(args, &model, messages)?;
    say_what_is_compared(&naturals, messages);
    let given = args.samples.as_deref();
    let given = given.map(|path| reading::samples(path, &model, messages));
    let given = given.transpose()?;
    let fitting = fitting(args, &model, &naturals, messages)?;
    let (samples, sampled_at) = match given {
        Some(samples) => (samples, None),
        None => {
            let (samples, at) = drawn(args, &model, fitting.as_ref(), messages)?;
            (samples, Some(at))
        }
    };
    messages.timings().begin("comparing");
    let mut found = evaluate(&model, &naturals, &samples, &args.options()?, &mut |what| {
        messages.timings().begin(what);
        Ok(())
    })?;
    found.temperature = fitting;
    tell(args, &model, (&found, sampled_at), messages)
}

/// Samples held against the sequences that a model holds, for drawings: those of a file, or drawn here.
///
/// # Errors
/// As for [`run`].
pub(super) fn for_drawings(
    model: &Model,
    (path, samples): (&Path, Option<&Path>),
    messages: &Messages,
) -> Result<Evaluated> {
    let args = EvaluateArgs::of_drawing(path, samples);
    let naturals = reading::naturals(&args, model, messages)?;
    let samples = match samples {
        Some(path) => reading::samples(path, model, messages)?,
        None => drawn(&args, model, None, messages)?.0,
    };
    Ok(Evaluated {
        evaluation: evaluate(
            model,
            &naturals,
            &samples,
            &args.options()?,
            &mut |_| Ok(()),
        )?,
        density: density(&naturals, &samples),
    })
}

fn tell(
    args: &EvaluateArgs,
    model: &Model,
    (found, sampled_at): (&Evaluation, Option<f64>),
    messages: &Messages,
) -> Result<()> {
    let measures = found.measures();
    if !args.json || args.table.file.output.is_some() {
        let rows: Vec<&Measure> = measures.iter().collect();
        args.table.file.write(|output| {
            write_table(&MEASURES, &rows, args.table.style(), output)
                .map_err(args.table.file.error())
        })?;
    }
    for line in found.verdict() {
        messages.say(line);
    }
    match args.json {
        true => print_json(&Summary::of(args, model, (found, &measures), sampled_at)),
        false => Ok(()),
    }
}

/// Once, what is not the same of both.
fn say_what_is_compared(naturals: &Naturals, messages: &Messages) {
    if naturals.lack {
        messages.say("gaps are missing data to this model: natural sequences are compared over their residues, with samples that lack as much; fit with --gaps state to compare gaps too");
    }
}

/// The temperature at which samples are like naturals, unless it is not wanted.
fn fitting(
    args: &EvaluateArgs,
    model: &Model,
    naturals: &Naturals,
    messages: &Messages,
) -> Result<Option<Fitting>> {
    if args.no_temperature {
        return Ok(None);
    }
    messages.timings().begin("looking for a temperature");
    let options = SampleOptions {
        chains: SEARCHING,
        ..args.sampling()?
    };
    let mut sampler = Sampler::new(model, options)?;
    temperature::find(model, &mut sampler, (naturals, args.seed), messages).map(Some)
}

/// Samples, and what they were drawn at.
fn drawn(
    args: &EvaluateArgs,
    model: &Model,
    fitting: Option<&Fitting>,
    messages: &Messages,
) -> Result<(Vec<u8>, f64)> {
    messages.timings().begin("sampling");
    let mut options = args.sampling()?;
    if args.temperature == Temperature::Auto {
        options.temperature = temperature::found(fitting)?;
    }
    let temperature = options.temperature;
    let mut sampler = Sampler::new(model, options)?;
    let mut pulse = Pulse::new(messages, args.number);
    let wanted = usize::try_from(args.number).unwrap_or(usize::MAX);
    let wanted = wanted.saturating_mul(model.sites());
    let mut samples = Vec::new();
    while samples.len() < wanted {
        let done = (samples.len() / model.sites()) as u64;
        let draw = sampler.draw(&mut |progress| {
            pulse.tell(progress, done);
            Ok(())
        });
        samples.extend(draw.map_err(advised)?);
        pulse.drew(&sampler, (samples.len() / model.sites()) as u64);
    }
    samples.truncate(wanted);
    Ok((samples, temperature))
}

/// Where chains do not mix, what this command can be given instead.
fn advised(error: Error) -> Error {
    match error {
        Error::Numerical(words) => Error::Numerical(format!("{words}\n  {DRAW_BEFORE}")),
        other => other,
    }
}
