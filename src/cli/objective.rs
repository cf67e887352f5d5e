//! `potts objective`: how good a model is on an alignment, by the objective of the pseudolikelihood fit.

use super::alignment_args::InputArgs;
use super::fit::{PenaltyArgs, Prepared, WeightingArgs};
use super::messages::Messages;
use crate::conventions::Tool;
use crate::error::{Error, Result};
use crate::fit::{FitOptions, ObjectiveValue, PenaltyOptions, PenaltyScale, objective};
use crate::io::files::output::to_stdout;
use crate::io::models;
use crate::model::{MethodName, Model};
use std::io::Write;
use std::path::PathBuf;

/// The pseudolikelihood objective of a model on an alignment, in double precision.
///
/// Says how near a fit of another program, or of fewer iterations, is to the optimum (the lowest objective with the same rows, columns,
/// weights and penalties), and how well a model knows sequences that it was not fitted to (the perplexity).
#[derive(Debug, clap::Args)]
#[command(
    before_help = "\
Examples:
  potts objective family.h5 family.a2m                     what the fit ended at
  potts objective family.h5 held_out.a2m --no-reweighting  perplexity on other sequences, aligned to the same columns
  potts objective plmc.params family.a2m --like plmc       another program's fit, by its own objective",
    after_long_help = "\
Penalties: those that the model's file tells, but for those that --lambda-h and --lambda-j give. Where it tells none, or --preset or --like \
is given, those of the preset or of the other program.

Rows: objective, the sum of the next three; negative_log_pseudolikelihood, field_penalty and coupling_penalty, in nats; residues, the \
weight of all that are not missing; perplexity, exp(negative_log_pseudolikelihood / residues): among how many states the model wavers \
at a residue, given all others. 1 is certainty. Of a model that knows the probabilities of whole sequences, which one of independent \
sites does, also log_likelihood: the weighted mean of log P(sequence) in nats, over the sequences without a missing residue; and \
whole_sequences, the weight of these. Where gaps are missing data, a sequence with a gap is not among them, and if all have gaps, \
log_likelihood is not printed (null in JSON)."
)]
pub struct ObjectiveArgs {
    /// Model of `potts fit` or another program
    model: PathBuf,
    /// Alignment of any common format; - for standard input
    alignment: PathBuf,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    weights: WeightingArgs,
    #[command(flatten)]
    penalties: PenaltyArgs,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Whether a preset, or another program's conventions, were asked for.
    #[arg(skip)]
    pub chosen: bool,
}

/// Runs the command.
///
/// # Errors
/// If a file cannot be read, or the model does not belong to the columns of the alignment.
pub fn run(args: &ObjectiveArgs, messages: &Messages) -> Result<()> {
    if args.penalties.chooses_lambda_j() {
        return Err(Error::Usage(
            "`lambda_j=auto` chooses a penalty for a fit; here give a number, or none for that of the model".into(),
        ));
    }
    messages.timings().begin("reading the model");
    let fitted = models::read_without_sequences(&args.model)?;
    let tool = args.input.tool();
    let mut options = FitOptions {
        gaps: fitted.gaps,
        weighting: args.weights.weighting(tool),
        ..args.penalties.options(MethodName::Plm.into(), tool)?
    };
    if !args.chosen {
        take_penalties(&fitted, args, &mut options.penalties, messages);
    }
    options.check()?;
    let mut reading = args.input.read_options();
    reading.alphabet.get_or_insert(fitted.alphabet.clone());
    let weights_file = args.weights.file();
    let prepared = Prepared::read(&args.alignment, &reading, options, weights_file, messages)?;
    prepared.announce_family(messages);
    prepared.announce_penalties(messages);
    note_other_positions(&fitted, &prepared, messages);
    note_site_by_site(&fitted, messages);
    messages.timings().begin("evaluating");
    let (alignment, weights, options) = prepared.parts();
    if fitted.alphabet != *alignment.alphabet() {
        return Err(Error::Model(format!(
            "the model has the letters {}, but the alignment is read with {}",
            fitted.alphabet.model_letters(fitted.gaps),
            alignment.alphabet().model_letters(fitted.gaps)
        )));
    }
    let found = objective(&fitted, alignment, weights, &options.penalties)?;
    to_stdout(|out| match args.json {
        true => {
            serde_json::to_writer_pretty(&mut *out, &found)?;
            writeln!(out)
        }
        false => write_rows(&found, out),
    })
}

/// Takes the penalties that the model was fitted with, as far as no option gives others.
fn take_penalties(
    fitted: &Model,
    args: &ObjectiveArgs,
    penalties: &mut PenaltyOptions,
    messages: &Messages,
) {
    let record = fitted.record.as_ref();
    let Some(own) = record.and_then(|record| record.inference.penalties()) else {
        messages.say("note: the model's file tells no penalties: they are those of the preset");
        return;
    };
    let (given_h, given_j) = args.penalties.given();
    if !given_h {
        penalties.lambda_h = PenaltyScale::Absolute(own.lambda_h);
    }
    if !given_j {
        penalties.lambda_j = PenaltyScale::Absolute(own.lambda_j);
    }
    let method = fitted.record.as_ref().map(|record| record.method());
    let like = Tool::named(&fitted.provenance.preset).zip(method);
    if let Some(conventions) = like.and_then(|(tool, method)| tool.fit_options(method).ok()) {
        penalties.origin = conventions.penalties.origin;
    }
}

/// The objective of such a fit is that of couplings that a model does not have.
fn note_site_by_site(fitted: &Model, messages: &Messages) {
    let record = fitted.record.as_ref();
    if record.is_some_and(|record| record.method() == MethodName::PlmAsymmetric) {
        messages.say("note: this model was fitted site by site, and the two couplings of each pair then averaged: the objective of the fit was that of before");
    }
}

/// A model of the same number of other columns would be evaluated without a word.
fn note_other_positions(fitted: &Model, prepared: &Prepared, messages: &Messages) {
    let (model, alignment) = (&fitted.columns, prepared.family.alignment.columns());
    let other = |site: &usize| model.residue(*site) != alignment.residue(*site);
    if model.sites() == alignment.sites()
        && let Some(site) = (0..model.sites()).find(other)
    {
        messages.say(format_args!(
            "note: site {} is position {} of the model and {} of the alignment: they are taken in order",
            site + 1,
            model.residue(site),
            alignment.residue(site)
        ));
    }
}

fn write_rows(found: &ObjectiveValue, out: &mut dyn Write) -> std::io::Result<()> {
    for (name, value) in [
        ("objective", found.objective),
        (
            "negative_log_pseudolikelihood",
            found.negative_log_pseudolikelihood,
        ),
        ("field_penalty", found.field_penalty),
        ("coupling_penalty", found.coupling_penalty),
        ("residues", found.residues),
        ("perplexity", found.perplexity),
    ] {
        writeln!(out, "{name}\t{value:.6}")?;
    }
    for (name, known) in [
        ("log_likelihood", found.log_likelihood),
        ("whole_sequences", found.whole_sequences),
    ] {
        if let Some(value) = known {
            writeln!(out, "{name}\t{value:.6}")?;
        }
    }
    Ok(())
}
