//! `potts fit`.

mod arguments;
mod prepared;

pub use arguments::FitArgs;
pub use prepared::Prepared;

use super::messages::Messages;
use crate::error::Result;
use crate::fit::{FittedModel, Method, StopReason};
use crate::io::{check_target, hdf5};
use std::path::Path;
use std::time::Instant;

/// Runs the command; returns whether the fit converged.
///
/// # Errors
/// Whatever goes wrong on the way.
pub fn run(args: &FitArgs, threads: usize, messages: &Messages) -> Result<bool> {
    let started = Instant::now();
    args.check()?;
    let options = args.fit_options();
    options.check()?;
    let output = args.output()?;
    check_target(&output, args.force)?;
    let prepared = Prepared::read(
        &args.alignment,
        args.input_format(),
        &args.focus_options(),
        &options,
    )?;
    prepared.announce(&options, threads, messages);
    let mut fitted = prepared.fit(&options, messages)?;
    fitted.provenance.wall_seconds = started.elapsed().as_secs_f64();
    hdf5::write(&fitted, &output, args.force)?;
    announce_end(&fitted, &output, messages);
    if args.json {
        println!("{}", summary(&prepared, &fitted, &output));
    }
    Ok(fitted.report.converged())
}

fn announce_end(fitted: &FittedModel, output: &Path, messages: &Messages) {
    let report = &fitted.report;
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
    if !report.converged() {
        messages.warn(
            "the fit has not converged: raise --max-iterations, or take the numbers with care",
        );
    }
    messages.field(
        "written",
        format_args!(
            "{} in {:.1} s",
            output.display(),
            fitted.provenance.wall_seconds
        ),
    );
    let next = match report.method {
        Method::Independent => format!("potts score-mutants {} --all-single", output.display()),
        _ => format!("potts contacts {}", output.display()),
    };
    messages.field("next", next);
}

fn summary(prepared: &Prepared, fitted: &FittedModel, output: &Path) -> serde_json::Value {
    let rows = prepared.alignment.rows();
    serde_json::json!({
        "model": output.display().to_string(),
        "alignment": prepared.records.file,
        "format": prepared.records.format,
        "target": fitted.target,
        "columns": prepared.columns.as_str(),
        "sequences_read": rows.read(),
        "sequences_dropped_unknown": rows.dropped_unknown,
        "sequences_dropped_coverage": rows.dropped_coverage,
        "sequences_kept": prepared.alignment.sequences(),
        "sites": prepared.alignment.sites(),
        "states": prepared.alignment.alphabet().states(fitted.gaps),
        "neff": fitted.neff(),
        "neff_per_site": fitted.neff() / prepared.alignment.sites() as f64,
        "fit": fitted.report,
        "converged": fitted.report.converged(),
        "wall_seconds": fitted.provenance.wall_seconds,
    })
}
