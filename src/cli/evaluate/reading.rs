//! Where sequences come from: files that are aligned as the model is, or the model.

use super::EvaluateArgs;
use crate::alignment::{IdentityThreshold, SequenceWeights};
use crate::cli::family::say_notes;
use crate::cli::messages::Messages;
use crate::error::{Error, Result};
use crate::evaluation::{Naturals, Placed, placed};
use crate::io::alignments;
use crate::io::alignments::foreign::EXPECTED;
use crate::io::files::source::Source;
use crate::machine::memory::available_memory;
use crate::model::Model;
use std::path::Path;

/// The natural sequences.
///
/// # Errors
/// If the file cannot be read or is not aligned as the model is, or there is none and the model holds no sequences.
pub fn naturals(args: &EvaluateArgs, model: &Model, messages: &Messages) -> Result<Naturals> {
    let Some(path) = &args.natural else {
        return Naturals::of_model(model, args.seed);
    };
    let read = read(path, model, messages)?;
    let weights = match args.no_reweighting {
        true => SequenceWeights::uniform(read.alignment.sequences()),
        false => SequenceWeights::by_identity(&read.alignment, IdentityThreshold::DEFAULT),
    };
    Naturals::of(model, &read.alignment, &weights, (false, args.seed))
}

/// Rows of states of a file.
///
/// # Errors
/// If it cannot be read or is not aligned as the model is.
pub fn samples(path: &Path, model: &Model, messages: &Messages) -> Result<Vec<u8>> {
    Ok(read(path, model, messages)?.alignment.as_slice().to_vec())
}

fn read(path: &Path, model: &Model, messages: &Messages) -> Result<Placed> {
    let source = Source::read_expecting(path, EXPECTED, available_memory())?;
    let records = alignments::read(&source)?;
    say_notes(&records, messages);
    let found = placed(model, &records)?;
    let kept = found.alignment.sequences();
    if found.dropped > 0 {
        messages.warn(format_args!(
            "{}: {} of {} sequences have letters that the model does not know, and are left out",
            records.file,
            found.dropped,
            kept + found.dropped
        ));
    }
    match kept {
        0 => Err(Error::Usage(format!("{}: no sequence", records.file))),
        _ => Ok(found),
    }
}
