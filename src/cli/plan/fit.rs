//! What a fit will take.

use crate::alignment::weights::depth_in_words;
use crate::cli::amounts::human_time;
use crate::cli::fit::{FitArgs, Prepared};
use crate::cli::messages::Messages;
use crate::cli::settings::in_flags;
use crate::error::{Error, Result, human_bytes};
use crate::fit::cost::{self, Cost, Trial};
use crate::fit::plan::{self, Recommendation};
use crate::fit::trial;
use crate::fit::{AsymmetricOptions, FitOptions, Method};
use crate::io::files::output::to_stdout;
use crate::model::MethodName;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

/// How long the trial takes, where there is enough to do.
const TRIAL: Duration = Duration::from_millis(500);

/// Tells it of every method.
///
/// # Errors
/// If the alignment cannot be read, or there is not enough memory for any method.
pub fn run(args: &FitArgs, threads: usize, messages: &Messages) -> Result<()> {
    let mut options = args.bounded_fit_options()?;
    options.check()?;
    // Of the whole family, whatever part of it an option names.
    if let Method::PlmAsymmetric(method) = &mut options.method {
        method.sites = None;
    }
    let reading = args.read_options();
    let path = &args.alignment;
    let prepared = Prepared::read(path, &reading, options, args.weights_file(), messages)?;
    let before = messages.timings().elapsed();
    prepared.announce_family(messages);
    let (alignment, weights, options) = prepared.parts();
    let neff = weights.effective_number();
    messages.timings().begin("trial");
    let trial = match trial::trial(alignment, weights, options, TRIAL) {
        Err(Error::Memory { .. }) => None,
        trial => Some(trial?),
    };
    let of = |method: Method| {
        let options = FitOptions {
            method,
            ..options.clone()
        };
        cost::cost(alignment, &options, neff, before, trial.as_ref(), threads)
    };
    let costs = MethodName::ALL.map(|method| of(method.into()));
    let sites = alignment.sites();
    let part = |parts: usize| {
        of(Method::PlmAsymmetric(AsymmetricOptions {
            sites: Some(plan::part_sites(sites, parts)),
            ..AsymmetricOptions::default()
        }))
    };
    let mut advice = plan::recommend(
        (
            &of(MethodName::Plm.into()),
            &of(MethodName::PlmAsymmetric.into()),
        ),
        part,
        sites,
        neff,
        options.max_memory,
    )?;
    advice.reason = in_flags(&advice.reason).into_owned();
    let trial = trial.as_ref();
    to_stdout(|out| match args.json {
        true => writeln!(
            out,
            "{}",
            summary(&prepared, &costs, &advice, trial, threads)
        ),
        false => write_table(out, &costs, &advice, options.max_memory, trial, threads),
    })
}

fn summary(
    prepared: &Prepared,
    costs: &[Cost],
    advice: &Recommendation,
    trial: Option<&Trial>,
    threads: usize,
) -> serde_json::Value {
    let (alignment, weights, options) = prepared.parts();
    let methods: BTreeMap<&str, &Cost> = costs
        .iter()
        .map(|cost| (cost.method.as_str(), cost))
        .collect();
    let neff = weights.effective_number();
    let neff_per_site = neff / alignment.sites() as f64;
    serde_json::json!({
        "alignment": prepared.family.records.file,
        "sequences": alignment.sequences(),
        "sites": alignment.sites(),
        "states": alignment.alphabet().states(options.gaps),
        "neff": neff,
        "neff_per_site": neff_per_site,
        "depth": depth_in_words(neff_per_site),
        "threads": threads,
        "available_bytes": options.max_memory,
        "recommended": advice,
        "methods": methods,
        "trial": trial,
    })
}

fn write_table(
    out: &mut dyn Write,
    costs: &[Cost],
    advice: &Recommendation,
    available: Option<u64>,
    trial: Option<&Trial>,
    threads: usize,
) -> std::io::Result<()> {
    writeln!(out, "method          memory    model     checkpoint  time")?;
    for cost in costs {
        let disk = |bytes: u64| match bytes {
            0 => "-".into(),
            bytes => human_bytes(bytes),
        };
        let too_large = available.is_some_and(|available| cost.memory_bytes > available);
        writeln!(
            out,
            "{:<15} {:<9} {:<9} {:<11} {}{}",
            cost.method.as_str(),
            human_bytes(cost.memory_bytes),
            disk(cost.model_bytes),
            disk(cost.checkpoint_bytes),
            cost.seconds.map_or("unknown".into(), human_time),
            if too_large { "  too much memory" } else { "" }
        )?;
    }
    writeln!(out)?;
    let parts = match advice.parts {
        1 => String::new(),
        parts => format!(" in {parts} parts"),
    };
    writeln!(out, "recommended: {}{parts}", advice.method.as_str())?;
    writeln!(out, "  {}", advice.reason)?;
    if let Some(trial) = trial {
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        writeln!(
            out,
            "  on {threads} thread{}; {} group{} of eight sites converged in {:.0} evaluations of {:.2} ms",
            plural(threads),
            trial.groups.groups_fitted,
            plural(trial.groups.groups_fitted),
            trial.groups.evaluations,
            (trial.groups.evaluating_seconds + trial.groups.stepping_seconds) * 1e3
        )?;
    }
    Ok(())
}
