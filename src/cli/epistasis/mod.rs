//! `potts epistasis`: what substitutions do together beyond what each does alone.

mod args;
mod combine;
mod distances;
mod doubles;
mod given;
mod named;

pub use args::EpistasisArgs;

use super::background;
use super::messages::Messages;
use super::score_mutants::check_chain;
use crate::error::{Error, Result};
use crate::io::models;
use crate::io::tables::columns::{Column, Stream, Table};
use crate::mutants::{Change, MutantScorer, epistasis};
use args::Request;
use distances::PlacedStructure;
use std::io::Write;
use std::path::Path;

/// What every request needs.
struct Job<'a, 'm> {
    args: &'a EpistasisArgs,
    scorer: MutantScorer<'m>,
    structure: Option<PlacedStructure>,
    messages: &'a Messages,
}

/// Runs the command.
///
/// # Errors
/// If the options contradict each other, the model cannot be read or has no couplings, a mutant or position is not the target's, or the table
/// cannot be written.
pub fn run(args: &EpistasisArgs, messages: &Messages) -> Result<()> {
    let request = args.request()?;
    let inputs = [Some(&args.model), args.structure.as_ref()];
    let inputs = inputs.into_iter().flatten().map(|path| &**path);
    let inputs = inputs.chain(args.background.as_deref().map(Path::new));
    args.table.file.check(inputs)?;
    messages.timings().begin("opening the model");
    let model = models::open(&args.model)?;
    epistasis::check_couplings(&model)?;
    check_chain(args.chain, &model.columns)?;
    let background = background::read(args.background.as_deref(), &model, args.chain)?;
    let scorer = background::scorer(&model, background.as_ref())?;
    let target = model.target.as_deref().unwrap_or("without a name");
    messages.say(format_args!(
        "target {target}: {}",
        model.columns.numbering()
    ));
    if let Some(background) = &background {
        messages.say(background::in_words(background));
    }
    let mut job = Job {
        args,
        scorer,
        structure: PlacedStructure::read(args, &model, messages)?,
        messages,
    };
    messages.timings().begin("scoring and writing");
    args.table.file.write(|output| job.answer(request, output))
}

impl Job<'_, '_> {
    fn answer(&mut self, request: Request<'_>, output: &mut dyn Write) -> Result<()> {
        match request {
            Request::Mutants(mutants) => self.named(mutants, output),
            Request::Positions(positions) => self.positions(positions, output),
            Request::Partners(text) => self.partners(text, output),
            Request::Rescue(text) => self.rescue(text, output),
            Request::Combine(list) => self.combine(list, output),
        }
    }

    /// Begins a table of these columns.
    fn stream<'w, T: Table>(
        &self,
        columns: Vec<Column<T>>,
        output: &'w mut dyn Write,
    ) -> Result<Stream<'w, T>> {
        let stream = Stream::begin(columns, self.args.style(), output);
        stream.map_err(self.write_error())
    }

    fn write_error(&self) -> impl FnOnce(std::io::Error) -> Error + use<> {
        self.args.table.file.error()
    }

    /// How changes are written.
    fn name(&self, changes: &[Change]) -> String {
        let mut name = Vec::new();
        for (k, &change) in changes.iter().enumerate() {
            if k > 0 {
                name.push(b':');
            }
            self.scorer.push_name(change, &mut name);
        }
        String::from_utf8_lossy(&name).into_owned()
    }
}
