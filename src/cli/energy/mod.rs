//! `potts energy`: what a model says of any sequences.

mod args;
mod summary;
mod verdict;

pub use args::EnergyArgs;

use super::checkpoints::Work;
use super::json::print_json;
use super::messages::Messages;
use super::signals::Signals;
use crate::energies::{Energies, EnergyRow, Sequence};
use crate::error::{Error, Result};
use crate::io::alignments::each::Sequences;
use crate::io::models;
use crate::io::tables::columns::{ENERGIES, EnergyOf, Stream, chosen};
use crate::model::Model;
use crate::state::{Keeper, Unkept};
use std::time::{Duration, Instant};
use summary::Summary;
use verdict::Test;

/// Sequences, and characters of them, that are looked at together.
const AT_ONCE: usize = 4096;
const CHARACTERS: usize = 4 << 20;

/// Between two lines that say how far a long run is.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, or a record is no sequence that can be brought to the model's sites.
pub fn run(args: &EnergyArgs, signals: &Signals, messages: &Messages) -> Result<()> {
    args.check()?;
    let input = args.input()?;
    args.table.file.check([args.model.as_path(), input])?;
    messages.timings().begin("reading the model");
    let model = models::read(&args.model)?;
    messages.timings().begin("energies of the family");
    let energies = Energies::new(&model, args.options())?;
    if !args.verdict {
        return tell(args, (&model, &energies), None, (&Unkept, messages));
    }
    let inputs = [("model", args.model.as_path())];
    let output = args.table.file.output.as_deref();
    let work = Work::open(&args.checkpoints, output, &inputs, signals, messages)?;
    let told = verdict::test(args, &model, &work.journal, messages).and_then(|test| {
        work.journal.part("energies", (), |keeper| {
            tell(args, (&model, &energies), Some(&test), (keeper, messages))
        })
    });
    work.close(told)
}

/// Writes what is said of all sequences. Where that is stopped it begins anew: only what the test takes is kept.
fn tell(
    args: &EnergyArgs,
    (model, energies): (&Model, &Energies<'_>),
    test: Option<&Test>,
    (keeper, messages): (&dyn Keeper, &Messages),
) -> Result<()> {
    let input = args.input()?;
    let mut sequences = Sequences::open(input, args.reading())?;
    messages.timings().begin("energies");
    let mut work = All {
        energies,
        test,
        keeper,
        // Before anything is written: a file that is no file of sequences leaves no heading behind.
        next: next_ones(energies, &mut sequences)?,
        sequences,
        summary: Summary::new(args, model, energies),
    };
    let goes_nowhere = args.json && args.table.file.output.is_none();
    match goes_nowhere {
        true => work.each(|_| Ok(()), messages)?,
        false => args.table.file.write(|output| {
            let asked: &[&str] = match args.verdict {
                true => &["p_value", "verdict"],
                false => &[],
            };
            let failed = || args.table.file.error();
            let begun = Stream::begin(chosen(ENERGIES, asked), args.table.style(), output);
            let mut table = begun.map_err(failed())?;
            work.each(|of| table.row(of).map_err(failed()), messages)?;
            table.finish().map(drop).map_err(failed())
        })?,
    }
    let summary = work.summary;
    for line in summary.lines(model, energies) {
        messages.say(line);
    }
    match args.json {
        true => print_json(&summary),
        false => Ok(()),
    }
}

/// Sequences and what is said of them.
type Found = Vec<(Sequence, EnergyRow)>;

/// What goes through all sequences, some thousand at a time.
struct All<'a> {
    energies: &'a Energies<'a>,
    test: Option<&'a Test>,
    keeper: &'a dyn Keeper,
    sequences: Sequences,
    next: Found,
    summary: Summary,
}

impl All<'_> {
    fn each(
        &mut self,
        mut write: impl FnMut(&EnergyOf<'_>) -> Result<()>,
        messages: &Messages,
    ) -> Result<()> {
        let (started, mut last) = (Instant::now(), Instant::now());
        while !self.next.is_empty() {
            for (sequence, row) in std::mem::take(&mut self.next) {
                let verdict = self.test.and_then(|test| test.of(&row));
                self.summary.add(&sequence.name, &row, verdict);
                write(&EnergyOf {
                    record: self.summary.sequences(),
                    name: &sequence.name,
                    row: &row,
                    verdict,
                })?;
            }
            let done = self.summary.sequences();
            if self.keeper.must_stop() {
                let at = format!("{done} sequences");
                return Err(Error::Stopped { at });
            }
            if last.elapsed() > BETWEEN_LINES {
                last = Instant::now();
                let speed = done as f64 / started.elapsed().as_secs_f64();
                messages.say(format_args!("{done} sequences, {speed:.0} a second"));
            }
            self.next = next_ones(self.energies, &mut self.sequences)?;
        }
        Ok(())
    }
}

/// The next sequences; none at the end.
fn next_ones(energies: &Energies<'_>, sequences: &mut Sequences) -> Result<Found> {
    let (mut some, mut characters) = (Vec::new(), 0);
    while some.len() < AT_ONCE && characters < CHARACTERS {
        let Some(sequence) = sequences.next_sequence()? else {
            break;
        };
        characters += sequence.letters.len();
        some.push(sequence);
    }
    let rows = energies.rows(&some)?;
    Ok(some.into_iter().zip(rows).collect())
}
