//! `potts energy`: what a model says of any sequences.

mod args;
mod summary;

pub use args::EnergyArgs;

use super::json::print_json;
use super::messages::Messages;
use crate::energies::{Energies, Sequence};
use crate::error::Result;
use crate::io::alignments::each::Sequences;
use crate::io::models;
use crate::io::tables::columns::{ENERGIES, EnergyOf, EnergyTable, Stream};
use std::time::{Duration, Instant};
use summary::Summary;

/// Sequences, and characters of them, that are looked at together.
const AT_ONCE: usize = 4096;
const CHARACTERS: usize = 4 << 20;

/// Between two lines that say how far a long run is.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, or a record is no sequence that can be brought to the model's sites.
pub fn run(args: &EnergyArgs, messages: &Messages) -> Result<()> {
    args.check()?;
    let input = args.input()?;
    args.table.file.check([args.model.as_path(), input])?;
    messages.timings().begin("reading the model");
    let model = models::read(&args.model)?;
    messages.timings().begin("energies of the family");
    let energies = Energies::new(&model, args.options())?;
    let mut sequences = Sequences::open(input, args.reading())?;
    messages.timings().begin("energies");
    let mut summary = Summary::new(args, &model, &energies);
    let goes_nowhere = args.json && args.table.file.output.is_none();
    match goes_nowhere {
        true => all(&energies, &mut sequences, &mut summary, None, messages)?,
        false => args.table.file.write(|output| {
            let begun = Stream::begin(Vec::from(ENERGIES), args.table.style(), output);
            let mut table = Written {
                table: begun.map_err(args.table.file.error())?,
                args,
            };
            let output = Some(&mut table);
            all(&energies, &mut sequences, &mut summary, output, messages)?;
            let finished = table.table.finish();
            finished.map(drop).map_err(args.table.file.error())
        })?,
    }
    for line in summary.lines(&model, &energies) {
        messages.say(line);
    }
    match args.json {
        true => print_json(&summary),
        false => Ok(()),
    }
}

/// A table that is being written.
struct Written<'a, 'w> {
    table: Stream<'w, EnergyTable>,
    args: &'a EnergyArgs,
}

/// Goes through all sequences, some thousand at a time.
fn all(
    energies: &Energies<'_>,
    sequences: &mut Sequences,
    summary: &mut Summary,
    mut output: Option<&mut Written<'_, '_>>,
    messages: &Messages,
) -> Result<()> {
    let (started, mut last) = (Instant::now(), Instant::now());
    loop {
        let some = next_ones(sequences)?;
        if some.is_empty() {
            return Ok(());
        }
        let rows = energies.rows(&some)?;
        for (sequence, row) in some.iter().zip(&rows) {
            summary.add(&sequence.name, row);
            if let Some(output) = &mut output {
                let written = output.table.row(&EnergyOf {
                    record: summary.sequences(),
                    name: &sequence.name,
                    row,
                });
                written.map_err(output.args.table.file.error())?;
            }
        }
        if last.elapsed() > BETWEEN_LINES {
            last = Instant::now();
            let done = summary.sequences();
            let speed = done as f64 / started.elapsed().as_secs_f64();
            messages.say(format_args!("{done} sequences, {speed:.0} a second"));
        }
    }
}

/// The next sequences; none at the end.
fn next_ones(sequences: &mut Sequences) -> Result<Vec<Sequence>> {
    let (mut some, mut characters) = (Vec::new(), 0);
    while some.len() < AT_ONCE && characters < CHARACTERS {
        let Some(sequence) = sequences.next_sequence()? else {
            break;
        };
        characters += sequence.letters.len();
        some.push(sequence);
    }
    Ok(some)
}
