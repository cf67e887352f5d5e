//! `potts evaluate`: samples of a model held against natural sequences.

mod args;
mod reading;
mod summary;

pub use args::EvaluateArgs;

use super::checkpoints::Work;
use super::json::print_json;
use super::messages::Messages;
use super::pulse::Pulse;
use super::signals::Signals;
use super::temperature::{self, Temperature};
use crate::error::{Error, Result};
use crate::evaluation::{Evaluation, Fitting, Measure, Naturals, density, evaluate};
use crate::io::models;
use crate::io::tables::columns::{MEASURES, write_table};
use crate::model::Model;
use crate::report::facts::Evaluated;
use crate::sample::{SampleOptions, Sampler};
use crate::state::{Keeper, Persistent, Transfer, Unkept};
use std::io;
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
pub fn run(args: &EvaluateArgs, signals: &Signals, messages: &Messages) -> Result<()> {
    args.check()?;
    let inputs = [
        Some(&args.model),
        args.samples.as_ref(),
        args.natural.as_ref(),
    ];
    let inputs = inputs.into_iter().flatten().map(PathBuf::as_path);
    let inputs: Vec<&Path> = inputs.collect();
    args.table.file.check(inputs.iter().copied())?;
    messages.timings().begin("reading");
    let model = models::read(&args.model)?;
    let naturals = reading::naturals(args, &model, messages)?;
    say_what_is_compared(&naturals, messages);
    let given = args.samples.as_deref();
    let given = given.map(|path| reading::samples(path, &model, messages));
    let given = given.transpose()?;
    let inputs: Vec<(&str, &Path)> = ["model", "sequences", "more sequences"]
        .into_iter()
        .zip(inputs)
        .collect();
    let output = args.table.file.output.as_deref();
    let work = Work::open(&args.checkpoints, output, &inputs, signals, messages)?;
    let found = found(args, &model, (&naturals, given), (&work, messages));
    work.close(found.and_then(|found| tell(args, &model, &found, messages)))
}

/// What was found, and the temperature of samples that were drawn.
type Found = (Evaluation, Option<f64>);

/// Looks for a temperature, draws samples unless there are some, and compares.
fn found(
    args: &EvaluateArgs,
    model: &Model,
    (naturals, given): (&Naturals, Option<Vec<u8>>),
    (work, messages): (&Work, &Messages),
) -> Result<Found> {
    let journal = &work.journal;
    let fitting = match args.no_temperature {
        true => None,
        false => Some(journal.part("a temperature", Fitting::default(), |keeper| {
            fitting(args, model, naturals, (keeper, messages))
        })?),
    };
    let (samples, sampled_at) = match given {
        Some(samples) => (samples, None),
        None => {
            let drawn = journal.part("samples", Drawn::default(), |keeper| {
                drawn(args, model, fitting.as_ref(), (keeper, messages))
            })?;
            (drawn.samples, Some(drawn.temperature))
        }
    };
    work.finish();
    messages.timings().begin("comparing");
    let mut found = evaluate(model, naturals, &samples, &args.options()?, &mut |what| {
        messages.timings().begin(what);
        Ok(())
    })?;
    found.temperature = fitting;
    Ok((found, sampled_at))
}

/// What a drawing is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Files<'a> {
    /// The model.
    pub model: &'a Path,
    /// Samples; `None` to draw some.
    pub samples: Option<&'a Path>,
    /// Natural sequences; `None` for those that the model holds.
    pub natural: Option<&'a Path>,
}

/// Samples held against natural sequences, for drawings.
///
/// # Errors
/// As for [`run`].
pub(super) fn for_drawings(
    model: &Model,
    files: Files<'_>,
    messages: &Messages,
) -> Result<Evaluated> {
    let args = EvaluateArgs::of_drawing(files);
    args.check()?;
    let naturals = reading::naturals(&args, model, messages)?;
    let samples = match files.samples {
        Some(path) => reading::samples(path, model, messages)?,
        None => drawn(&args, model, None, (&Unkept, messages))?.samples,
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
    (found, sampled_at): &Found,
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
        true => print_json(&Summary::of(args, model, (found, &measures), *sampled_at)),
        false => Ok(()),
    }
}

/// Once, what is not the same of both.
fn say_what_is_compared(naturals: &Naturals, messages: &Messages) {
    if naturals.lack {
        messages.say("gaps are missing data to this model: natural sequences are compared over their residues, with samples that lack as much; fit with --gaps state to compare gaps too");
    }
}

/// The temperature at which samples are like naturals.
fn fitting(
    args: &EvaluateArgs,
    model: &Model,
    naturals: &Naturals,
    (keeper, messages): (&dyn Keeper, &Messages),
) -> Result<Fitting> {
    messages.timings().begin("looking for a temperature");
    let options = SampleOptions {
        chains: SEARCHING,
        ..args.sampling()?
    };
    let mut sampler = Sampler::new(model, options)?;
    temperature::find(model, &mut sampler, (naturals, args.seed), keeper, messages)
}

/// Samples, and what they were drawn at.
#[derive(Default)]
struct Drawn {
    samples: Vec<u8>,
    temperature: f64,
}

impl Persistent for Drawn {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.number(&mut self.temperature)?;
        state.list(&mut self.samples)
    }
}

/// Samples that are being drawn.
struct Drawing<'d, 'm> {
    sampler: &'d mut Sampler<'m>,
    drawn: &'d mut Drawn,
}

impl Persistent for Drawing<'_, '_> {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        self.drawn.serialise(state)?;
        self.sampler.serialise(state)
    }
}

/// Draws them.
fn drawn(
    args: &EvaluateArgs,
    model: &Model,
    fitting: Option<&Fitting>,
    (keeper, messages): (&dyn Keeper, &Messages),
) -> Result<Drawn> {
    messages.timings().begin("sampling");
    let mut options = args.sampling()?;
    if args.temperature == Temperature::Auto {
        options.temperature = temperature::found(fitting)?;
    }
    let mut drawn = Drawn {
        samples: Vec::new(),
        temperature: options.temperature,
    };
    let mut sampler = Sampler::new(model, options)?;
    let mut pulse = Pulse::new(messages, args.number);
    let wanted = usize::try_from(args.number).unwrap_or(usize::MAX);
    let wanted = wanted.saturating_mul(model.sites());
    let mut drawing = Drawing {
        sampler: &mut sampler,
        drawn: &mut drawn,
    };
    keeper.recall(&mut drawing)?;
    let count = |samples: &[u8]| (samples.len() / model.sites()) as u64;
    while drawing.drawn.samples.len() < wanted {
        let done = count(&drawing.drawn.samples);
        let tell = &mut |progress| pulse.tell(progress, done);
        let drawn = drawing.sampler.draw_or_pause(tell, keeper);
        let Some(more) = drawn.map_err(advised)? else {
            keeper.pause(&format!("{done} samples"), &mut drawing)?;
            continue;
        };
        drawing.drawn.samples.extend(more);
        pulse.drew(drawing.sampler, count(&drawing.drawn.samples));
    }
    drawn.samples.truncate(wanted);
    Ok(drawn)
}

/// Where chains do not mix, what this command can be given instead.
fn advised(error: Error) -> Error {
    match error {
        Error::Numerical(words) => Error::Numerical(format!("{words}\n  {DRAW_BEFORE}")),
        other => other,
    }
}
