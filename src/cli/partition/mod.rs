//! `potts partition`: log Z of a model.

mod args;

pub use args::PartitionArgs;

use super::checkpoints::Work;
use super::json::print_json;
use super::messages::Messages;
use super::pace::Pace;
use super::signals::Signals;
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use crate::io::models::{self, ModelFormat, OutputFormat};
use crate::io::tables::columns::{PARTITIONS, write_table};
use crate::model::{Model, Partition};
use crate::partition::{Estimate, Standing, estimate};
use crate::state::Journal;

/// What was found, for programs.
#[derive(Debug, serde::Serialize)]
struct Summary<'e> {
    /// The model file.
    model: String,
    /// The target's name.
    target: Option<&'e str>,
    /// Number of sites L and of states q.
    sites: usize,
    states: usize,
    /// Whether log Z is in the model file now.
    stored: bool,
    estimates: Vec<Row>,
}

#[derive(Debug, serde::Serialize)]
struct Row {
    temperature: f64,
    estimator: &'static str,
    standing: &'static str,
    log_z: f64,
    standard_error: Option<f64>,
    energy: Option<f64>,
    specific_heat: Option<f64>,
    entropy: Option<f64>,
    entropy_error: Option<f64>,
    effective_chains: Option<f64>,
    trusted: bool,
}

impl Row {
    fn of(found: &Estimate) -> Self {
        Self {
            temperature: found.temperature,
            estimator: found.estimator.as_str(),
            standing: found.standing.as_str(),
            log_z: found.log_z,
            standard_error: found.standard_error,
            energy: found.energy,
            specific_heat: found.specific_heat(),
            entropy: found.entropy.map(|(entropy, _)| entropy),
            entropy_error: found.entropy.map(|(_, error)| error),
            effective_chains: found.ess,
            trusted: found.is_trusted(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, the model is too large for the way that was asked for, or what shall be kept cannot be trusted.
pub fn run(args: &PartitionArgs, signals: &Signals, messages: &Messages) -> Result<()> {
    args.check()?;
    args.table.file.check([args.model.as_path()])?;
    if args.store && models::detect(&args.model) != Some(ModelFormat::Hdf5) {
        return Err(Error::Usage(format!(
            "--store writes into a model file, which {} is not\n  turn it into one first: potts convert {} MODEL.h5",
            args.model.display(),
            args.model.display()
        )));
    }
    messages.timings().begin("reading the model");
    let mut model = match args.store {
        true => models::read(&args.model)?,
        false => models::read_without_sequences(&args.model)?,
    };
    let kept_in = args.store.then_some(args.model.as_path());
    let output = args.table.file.output.as_deref().or(kept_in);
    let inputs = [("model", args.model.as_path())];
    let work = Work::open(&args.checkpoints, output, &inputs, signals, messages)?;
    messages.timings().begin("log Z");
    let found = find(args, &model, &work.journal, messages);
    let found = found.inspect(|_| work.finish());
    work.close(found.and_then(|found| tell(args, &mut model, &found, messages)))
}

/// Writes what was found.
fn tell(
    args: &PartitionArgs,
    model: &mut Model,
    found: &[Estimate],
    messages: &Messages,
) -> Result<()> {
    let kept = match args.store {
        true => Some(best(found)?),
        false => None,
    };
    for line in lines(model, found) {
        messages.say(line);
    }
    if !args.json || args.table.file.output.is_some() {
        let rows: Vec<&Estimate> = found.iter().collect();
        let style = args.table.style();
        args.table.file.write(|output| {
            write_table(&PARTITIONS, &rows, style, output).map_err(args.table.file.error())
        })?;
    }
    if let Some(kept) = kept {
        model.partition = Some(kept);
        messages.timings().begin("writing");
        OutputFormat::Hdf5.write(model, &args.model, true)?;
        messages.say(format_args!("log Z is kept in {}", args.model.display()));
    }
    if args.json {
        print_json(&Summary {
            model: args.model.display().to_string(),
            target: model.target.as_deref(),
            sites: model.sites(),
            states: model.states(),
            stored: args.store,
            estimates: found.iter().map(Row::of).collect(),
        })?;
    }
    Ok(())
}

/// All ways that were asked for; of `all` those that there are.
fn find(
    args: &PartitionArgs,
    model: &Model,
    journal: &Journal,
    messages: &Messages,
) -> Result<Vec<Estimate>> {
    let mut options = args.options();
    let mut pace = Pace::new(messages);
    let mut watch = |done: usize, of: usize| {
        pace.tell(done, of, "steps");
        Ok(())
    };
    if !args.asks_for_all() {
        return estimate(model, &options, (journal, &mut watch));
    }
    let mut found = Vec::new();
    for estimator in std::mem::take(&mut options.estimators) {
        options.estimators = vec![estimator];
        match estimate(model, &options, (journal, &mut watch)) {
            Ok(estimates) => found.extend(estimates),
            Err(error @ (Error::Usage(_) | Error::Numerical(_) | Error::Memory { .. })) => {
                let words = error.to_string();
                let first = words.lines().next().unwrap_or_default();
                messages.say(format_args!("{} left out: {first}", estimator.as_str()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The best of what was found at temperature 1, to be kept.
fn best(found: &[Estimate]) -> Result<Partition> {
    let error = |found: &&Estimate| found.standard_error.unwrap_or(f64::INFINITY);
    let best = found
        .iter()
        .filter(|found| found.kept().is_some())
        .min_by(|one, other| error(one).total_cmp(&error(other)));
    match best {
        Some(best) if !best.is_trusted() => Err(Error::Numerical(
            "the estimate cannot be trusted and is not kept\n  take more --steps".into(),
        )),
        best => best.and_then(Estimate::kept).ok_or_else(|| {
            Error::Usage("bounds are not kept: --store needs an estimate at temperature 1".into())
        }),
    }
}

/// The same for people.
fn lines(model: &Model, found: &[Estimate]) -> Vec<String> {
    let mut lines = Vec::new();
    let untrusted = found.iter().filter(|found| !found.is_trusted());
    let ess = untrusted.map(|found| found.ess.unwrap_or(0.0));
    if let Some(fewest) = ess.reduce(f64::min) {
        lines.push(format!(
            "only {fewest:.1} chains stand behind an estimate: neither it nor its error can be trusted; take more --steps"
        ));
    }
    let whole = found
        .iter()
        .find(|found| matches!(found.standing, Standing::Exact | Standing::Estimate));
    if let (Some(found), 1) = (whole, found.len()) {
        let error = match found.standard_error {
            Some(error) if error > 0.0 => format!(" +- {error:.4} nats"),
            _ => " nats, exact".into(),
        };
        lines.push(format!("log Z = {:.4}{error}", found.log_z));
        if let Some((entropy, _)) = found.entropy {
            lines.push(format!(
                "entropy {entropy:.2} nats, {:.3} a position: as many as 10^{:.1} sequences",
                entropy / model.sites() as f64,
                entropy / std::f64::consts::LN_10
            ));
        }
    }
    let of_molecules = model.alphabet.is_protein() || model.alphabet.is_nucleic();
    if model.gaps == GapTreatment::Missing && of_molecules {
        lines
            .push("gaps are missing data to this model: log Z is of sequences without gaps".into());
    }
    lines
}
