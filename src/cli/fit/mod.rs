//! `potts fit`.

mod arguments;

mod learning_args;
mod model_args;
mod prepared;

pub use arguments::{FitArgs, WeightingArgs};
pub use model_args::PenaltyArgs;
pub use prepared::{Prepared, fit_in_place};

use super::family::Family;
use super::info::chains_json;
use super::messages::Messages;
use super::signals::{Reaction, Signals};
use super::within_fit::{bootstrap_json, validation_json};
use crate::cli::checkpoints::Checkpoints;
use crate::error::{Error, Place, Result};
use crate::io::files::output::to_stdout;
use crate::io::models::{self, hdf5};
use crate::model::{
    Bootstrap, FitRecord, Inference, Learning, Model, StopReason, Validation, Verdict,
};
use std::path::Path;
use std::sync::Arc;

/// Runs the command; returns whether the fit converged.
///
/// # Errors
/// Whatever goes wrong on the way.
pub fn run(args: &FitArgs, threads: usize, signals: &Signals, messages: &Messages) -> Result<bool> {
    args.check()?;
    let options = args.bounded_fit_options()?;
    options.check()?;
    let output = args.output()?;
    refuse_model(&args.alignment)?;
    args.check_files(&output)?;
    signals.react(Reaction::Exit);
    let reading = args.read_options();
    let mut prepared = Prepared::read(
        &args.alignment,
        &reading,
        options,
        args.weights_file(),
        messages,
    )?;
    if let Some(start) = args.start() {
        prepared.start_from(start, messages)?;
    }
    prepared.announce(threads, messages);
    prepared.rehearse(&output, args.force, messages)?;
    let keeper = args.keeper(&prepared, &output, signals, messages)?;
    let fitted = fit_and_write(args, &prepared, keeper.clone(), signals, &output, messages);
    let fitted = match (fitted, &keeper) {
        (Err(Error::Stopped { at }), Some(keeper)) => {
            let within = match at.starts_with("replicate") {
                true => ", and begins its replicates again",
                false => "",
            };
            keeper.stopped(&at, within);
            return Err(Error::Stopped { at });
        }
        (fitted, _) => fitted?,
    };
    if let Some(keeper) = keeper {
        keeper.discard()?;
    }
    // After the fit, so that one that fails leaves nothing in the way of the next; the model, which took the time, first.
    if let Some(path) = &args.write_alignment {
        prepared.family.write_alignment(path, args.force)?;
        prepared.family.warn_about_saved(path, messages);
    }
    let (_, _, options) = prepared.parts();
    announce_end(&fitted, &output, options.method.sites().is_some(), messages);
    if args.json {
        let summary = summary(&prepared.family, &fitted, &output, messages);
        to_stdout(|out| writeln!(out, "{summary}"))?;
    }
    Ok(fitted.record.is_none_or(|report| report.converged()))
}

/// A model in the place of the alignment is named as what it is, before anything is said about the file to be written.
fn refuse_model(path: &Path) -> Result<()> {
    match models::detect(path) {
        Some(format) => Err(Error::input(
            Place::file(path.display().to_string()),
            format!("this is a model, not an alignment: {}", format.describe()),
            "give the alignment to be fitted; --start MODEL begins a fit at the parameters of a model",
        )),
        None => Ok(()),
    }
}

/// Fits the model, or the part of it that is wanted, and writes it. Of a part, returns what a model would have besides.
fn fit_and_write(
    args: &FitArgs,
    prepared: &Prepared,
    keeper: Option<Arc<Checkpoints>>,
    signals: &Signals,
    output: &Path,
    messages: &Messages,
) -> Result<Model> {
    let before = keeper
        .as_ref()
        .map_or(0.0, |keeper| keeper.seconds_before());
    let writing = |fitted: &mut Model| {
        signals.react(Reaction::Finish);
        messages.timings().begin("writing the model");
        fitted.provenance.wall_seconds = before + messages.timings().elapsed();
    };
    let (_, _, options) = prepared.parts();
    if options.method.sites().is_none() {
        let mut fitted = prepared.fit(keeper.clone(), messages)?;
        writing(&mut fitted);
        let written = hdf5::write(&fitted, output, args.force);
        if let Err(error) = &written
            && is_kept(error, &fitted, output, messages)
            && let Some(keeper) = &keeper
        {
            keeper.discard()?;
        }
        return written.map(|()| fitted);
    }
    let mut fingerprint = args.fingerprint(prepared);
    fingerprint.options.remove("sites");
    let mut part = prepared.fit_part(fingerprint, keeper, messages)?;
    writing(&mut part.frame);
    hdf5::write_part(&part, output, args.force)?;
    Ok(part.into_frame())
}

/// Whether a model that could not be written, for this reason, is kept all the same: somebody has made the same one meanwhile, or it can be written
/// elsewhere, beside it or in the folder for temporary files.
fn is_kept(error: &Error, fitted: &Model, output: &Path, messages: &Messages) -> bool {
    let is_there = matches!(error, Error::Exists(_));
    let is_same =
        |made: Model| made.fields() == fitted.fields() && made.couplings() == fitted.couplings();
    if is_there && hdf5::read(output).is_ok_and(is_same) {
        return true;
    }
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    let name = format!("potts-{}-{name}", std::process::id());
    // A full disk has no room beside it either.
    let beside = is_there.then(|| output.with_file_name(&name));
    let elsewhere = std::env::temp_dir().join(&name);
    let mut places = beside.into_iter().chain([elsewhere]);
    match places.find(|place| hdf5::write(fitted, place, false).is_ok()) {
        Some(place) => {
            messages.warn(format_args!("the model was written to {}", place.display()));
            true
        }
        None => false,
    }
}

/// Fewer replicates than these leave an error uncertain by more than a quarter.
const FEW_REPLICATES: u64 = 10;

/// Fewer clusters than these are few to draw from.
const FEW_CLUSTERS: u64 = 30;

fn announce_replicates(bootstrap: &Bootstrap, messages: &Messages) {
    messages.field("replicates", bootstrap);
    if bootstrap.replicates < FEW_REPLICATES {
        messages.warn(format_args!(
            "errors from {} replicates are uncertain by {:.0} %: 20 are usual",
            bootstrap.replicates,
            // Of a standard deviation from k draws.
            100.0 / f64::sqrt(2.0 * (bootstrap.replicates as f64 - 1.0))
        ));
    }
    if bootstrap.clusters < FEW_CLUSTERS {
        messages.warn(format_args!(
            "replicates draw from {} clusters of similar sequences only: take errors for too small",
            bootstrap.clusters
        ));
    }
}

fn announce_end(fitted: &Model, output: &Path, is_part: bool, messages: &Messages) {
    let Some(report) = &fitted.record else {
        return;
    };
    match report.stop_reason {
        StopReason::ClosedForm => messages.field("result", report.stop_reason.explain()),
        reason => messages.field(
            "result",
            format_args!(
                "{}: {}",
                if reason.converged() {
                    "converged"
                } else {
                    "NOT converged"
                },
                reason.explain()
            ),
        ),
    }
    if let Some(objective) = report.objective {
        let work = match report.evaluations {
            0 => String::new(),
            n => format!(" after {} iterations, {n} evaluations", report.iterations),
        };
        messages.field("objective", format_args!("{objective:.4}{work}"));
    }
    if let Inference::Boltzmann(learning) = &report.inference {
        announce_learning(learning, fitted, messages);
    }
    if !report.converged() {
        warn_not_converged(report.stop_reason, messages);
    }
    if let Some(validation) = &fitted.validation {
        announce_left_out(validation, messages);
    }
    if let Some(bootstrap) = &fitted.bootstrap {
        announce_replicates(bootstrap, messages);
    }
    if !is_part && let Some(verdict) = Verdict::of(fitted) {
        messages.field("verdict", verdict);
    }
    messages.field(
        "written",
        format_args!(
            "{} in {:.1} s",
            output.display(),
            fitted.provenance.wall_seconds
        ),
    );
    let next = match report.method().couples() {
        _ if is_part => "potts merge, with the other parts".into(),
        true => format!("potts contacts {}", output.display()),
        false => format!("potts score-mutants {} --all-single", output.display()),
    };
    messages.field("next", next);
}

fn warn_not_converged(reason: StopReason, messages: &Messages) {
    let remedy = match reason {
        StopReason::PrecisionReached => {
            "a larger --tolerance or stronger penalties make it possible"
        }
        _ => "raise --max-iterations, or take the numbers with care",
    };
    messages.warn(format_args!("the fit has not converged: {remedy}"));
}

/// How well the model does what it was learnt for.
fn announce_learning(learning: &Learning, fitted: &Model, messages: &Messages) {
    if let Some((value, error)) = learning.held_out.zip(learning.held_out_error) {
        messages.field(
            "held out",
            format_args!(
                "{value:.4} +- {error:.4} nats a site, of sequences left out to find the end"
            ),
        );
    }
    if let Some(pearson) = learning.pearson {
        messages.field(
            "samples",
            format_args!(
                "connected correlations of fresh chains: Pearson {pearson:.3} with the family's"
            ),
        );
    }
    if let Some(partition) = &fitted.partition {
        messages.field(
            "log Z",
            format_args!("{:.3} +- {:.3}", partition.log_z, partition.standard_error),
        );
    } else {
        messages.warn("log Z is not known well enough to be kept: potts partition MODEL.h5 --steps 10000 --store");
    }
}

/// How well the model knows what it has not seen, and the penalty that was chosen by that.
fn announce_left_out(validation: &Validation, messages: &Messages) {
    if let Some(factor) = validation.chosen() {
        let tried = validation.tried.iter();
        let tried = tried.map(|tried| tried.factor.to_string());
        let tried = tried.collect::<Vec<_>>().join(", ");
        messages.field(
            "lambda_J",
            format_args!("{factor} (L-1)(q-1), which suits sequences left out best of {tried}"),
        );
    }
    messages.field("left out", validation);
}

fn summary(
    family: &Family,
    fitted: &Model,
    output: &Path,
    messages: &Messages,
) -> serde_json::Value {
    let rows = family.alignment.rows();
    let mut summary = serde_json::json!({
        "model": output.display().to_string(),
        "alignment": family.records.file,
        "format": family.records.format,
        "columns": family.options.columns.as_str(),
        "target": fitted.target,
        "sequences_read": rows.read(),
        "sequences_dropped_unknown": rows.dropped_unknown,
        "sequences_dropped_coverage": rows.dropped_coverage,
        "sequences_dropped_copies": rows.dropped_copies,
        "sequences_kept": family.alignment.sequences(),
        "sites": family.alignment.sites(),
        "alphabet": fitted.alphabet.model_letters(fitted.gaps),
        "states": family.alignment.alphabet().states(fitted.gaps),
        "identity": fitted.provenance.identity,
        "identity_rule": fitted.provenance.identity_rule,
        "weights_file": fitted.provenance.weights_file,
        "neff": fitted.neff(),
        "neff_per_site": fitted.neff().map(|neff| neff / family.alignment.sites() as f64),
        "fit": fitted.record,
        "verdict": Verdict::of(fitted),
        "converged": fitted.record.as_ref().map(FitRecord::converged),
        "wall_seconds": fitted.provenance.wall_seconds,
        "timings": messages.timings().summary(),
    });
    if let Some(bootstrap) = &fitted.bootstrap {
        summary["bootstrap"] = bootstrap_json(bootstrap);
    }
    if let Some(validation) = &fitted.validation {
        summary["validation"] = validation_json(validation);
    }
    if fitted.columns.has_chains() {
        summary["chains"] = chains_json(&fitted.columns);
    }
    summary
}
