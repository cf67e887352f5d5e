//! `potts sample`: sequences drawn from a model.

mod args;
mod output;
mod summary;

pub use args::SampleArgs;

use super::amounts::human_time;
use super::json::print_json;
use super::messages::Messages;
use crate::alphabet::GapTreatment;
use crate::error::Result;
use crate::io::models;
use crate::model::Model;
use crate::sample::{Progress, Sampler, rows};
use output::Output;
use std::path::Path;
use std::time::{Duration, Instant};
use summary::Summary;

/// Between two lines that say how far a long run is.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

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
    let mut sampler = Sampler::new(&model, args.options()?)?;
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
    let mut summary = Summary::new(args, &model);
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

/// A model that knows no gaps makes none: once, and what to do.
pub(super) fn say_what_gaps_are(model: &Model, messages: &Messages) {
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

/// Says how far a run is, every so often.
pub(super) struct Pulse<'m> {
    messages: &'m Messages,
    wanted: u64,
    last: Instant,
    /// When the first sequences were there, and how many.
    first: Option<(Instant, u64)>,
}

impl<'m> Pulse<'m> {
    pub(super) fn new(messages: &'m Messages, wanted: u64) -> Self {
        Self {
            messages,
            wanted,
            last: Instant::now(),
            first: None,
        }
    }

    pub(super) fn drew(&mut self, sampler: &Sampler<'_>, done: u64) {
        if self.first.is_none() {
            self.first = Some((Instant::now(), done));
            if let Some(mixing) = sampler.mixing() {
                self.messages.say(format_args!(
                    "chains mix: each has forgotten after {} sweeps",
                    mixing.sweeps
                ));
            }
        }
    }

    pub(super) fn tell(&mut self, progress: Progress, done: u64) {
        if self.last.elapsed() < BETWEEN_LINES {
            return;
        }
        self.last = Instant::now();
        match (progress, self.first) {
            (Progress::Settling(overlaps), _) => self.messages.say(format_args!(
                "{} sweeps: chains agree with what they were half as many before at {:.1} % of the positions, with others at {:.1} %",
                overlaps.sweeps,
                100.0 * overlaps.with_itself.value,
                100.0 * overlaps.with_another.value
            )),
            (Progress::Sweeps { done: sweeps, of }, None) => {
                self.messages.say(format_args!("{sweeps} of {of} sweeps"));
            }
            (Progress::Sweeps { .. }, Some((since, first))) => {
                let left = (self.wanted - done) as f64 / (done - first).max(1) as f64;
                let left = match done > first {
                    true => format!(", {} left", human_time(left * since.elapsed().as_secs_f64())),
                    false => String::new(),
                };
                self.messages
                    .say(format_args!("{done} of {} sequences{left}", self.wanted));
            }
        }
    }
}
