//! `potts plan`: what a fit will take, before it begins.

use super::fit::{FitArgs, Prepared};
use super::messages::Messages;
use crate::alignment::weights::depth_in_words;
use crate::error::{Error, Result, human_bytes};
use crate::fit::plan::{self, Cost, Trial};
use crate::fit::{FitOptions, Method};
use crate::kernels::eight::LANES;
use std::collections::BTreeMap;
use std::time::Duration;

/// Options of `potts plan`: those of the fit.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:
  potts plan family.a2m
  potts plan family.a2m --threads 8 --max-memory 16GB
  potts plan family.a2m --json                 for a scheduler: memory in bytes, time in seconds",
    after_long_help = ""
)]
pub struct PlanArgs {
    #[command(flatten)]
    fit: FitArgs,
}

/// How long the trial takes, where there is enough to do.
const TRIAL: Duration = Duration::from_millis(500);

const METHODS: [Method; 4] = [
    Method::Plm,
    Method::PlmAsymmetric,
    Method::MeanField,
    Method::Independent,
];

/// Effective sequences a site below which couplings are hardly better than none for mutants.
const SHALLOW: f64 = 0.3;

/// What to do.
#[derive(Debug, serde::Serialize)]
struct Recommendation {
    method: Method,
    /// Into so many parts, each on a machine of its own (`--sites`).
    parts: usize,
    reason: String,
}

/// Runs the command.
///
/// # Errors
/// If the alignment cannot be read, or there is not enough memory for any method.
pub fn run(args: &PlanArgs, threads: usize, messages: &Messages) -> Result<()> {
    let mut options = args.fit.fit_options();
    options.check()?;
    // Of the whole family, whatever part of it an option names.
    options.sites = None;
    let reading = args.fit.read_options();
    let path = &args.fit.alignment;
    let prepared = Prepared::read(path, &reading, options, args.fit.weights_file(), messages)?;
    let before = messages.timings().elapsed();
    prepared.announce_family(messages);
    let (alignment, weights, options) = prepared.parts();
    let neff = weights.effective_number();
    messages.timings().begin("trial");
    let trial = match plan::trial(alignment, weights, options, TRIAL) {
        Err(Error::Memory { .. }) => None,
        trial => Some(trial?),
    };
    let of = |options: &FitOptions| {
        plan::cost(alignment, options, neff, before, trial.as_ref(), threads)
    };
    let by = |method: Method| FitOptions {
        method,
        ..options.clone()
    };
    let costs: Vec<Cost> = METHODS.iter().map(|&method| of(&by(method))).collect();
    let sites = alignment.sites();
    let part = |parts: usize| {
        let sites = (sites.div_ceil(parts)).next_multiple_of(LANES).min(sites);
        of(&FitOptions {
            sites: Some(0..sites),
            ..by(Method::PlmAsymmetric)
        })
    };
    let advice = recommend(&costs, part, sites, neff, options.max_memory)?;
    if args.fit.json {
        let methods: BTreeMap<&str, &Cost> = costs
            .iter()
            .map(|cost| (cost.method.as_str(), cost))
            .collect();
        let depth = depth_in_words(neff / sites as f64);
        let summary = serde_json::json!({
            "alignment": prepared.family.records.file,
            "sequences": alignment.sequences(),
            "sites": sites,
            "states": alignment.alphabet().states(options.gaps),
            "neff": neff,
            "neff_per_site": neff / sites as f64,
            "depth": depth,
            "threads": threads,
            "available_bytes": options.max_memory,
            "recommended": advice,
            "methods": methods,
            "trial": trial,
        });
        println!("{summary}");
        return Ok(());
    }
    print(&costs, &advice, options.max_memory, trial.as_ref(), threads);
    Ok(())
}

/// The most accurate method that there is memory for.
fn recommend(
    costs: &[Cost],
    part: impl Fn(usize) -> Cost,
    sites: usize,
    neff: f64,
    available: Option<u64>,
) -> Result<Recommendation> {
    let available = available.unwrap_or(u64::MAX);
    let fits = |cost: &Cost| cost.memory_bytes <= available;
    let [symmetric, asymmetric, ..] = costs else {
        return Err(Error::Numerical("no methods to choose from".into()));
    };
    let too_much = |cost: &Cost| {
        format!(
            "{} takes about {}, and there are {}",
            cost.method.as_str(),
            human_bytes(cost.memory_bytes),
            human_bytes(available)
        )
    };
    if fits(symmetric) {
        let shallow = neff / (sites as f64) < SHALLOW;
        return Ok(Recommendation {
            method: Method::Plm,
            parts: 1,
            reason: if shallow {
                "the most accurate, but there are few sequences: mutant scores may be no better than those of --method independent".into()
            } else {
                "the most accurate for contacts and mutants, and there is memory for it".into()
            },
        });
    }
    if fits(asymmetric) {
        return Ok(Recommendation {
            method: Method::PlmAsymmetric,
            parts: 1,
            reason: format!("nearly as accurate: {}", too_much(symmetric)),
        });
    }
    let most = sites.div_ceil(LANES);
    match (2..=most).find(|&parts| fits(&part(parts))) {
        Some(parts) => Ok(Recommendation {
            method: Method::PlmAsymmetric,
            parts,
            reason: format!(
                "in parts of some sites (--sites), put together by potts merge, which needs {}: {}",
                human_bytes(asymmetric.model_bytes),
                too_much(asymmetric)
            ),
        }),
        None => Err(Error::Memory {
            needed: part(most).memory_bytes,
            available,
            remedy: "not even eight sites a thread can be fitted: use fewer --threads, model fewer columns (--max-column-gap 0.3), or use a machine with more memory".into(),
        }),
    }
}

fn print(
    costs: &[Cost],
    advice: &Recommendation,
    available: Option<u64>,
    trial: Option<&Trial>,
    threads: usize,
) {
    println!("method          memory    model     checkpoint  time");
    for cost in costs {
        let disk = |bytes: u64| match bytes {
            0 => "-".into(),
            bytes => human_bytes(bytes),
        };
        let too_large = available.is_some_and(|available| cost.memory_bytes > available);
        println!(
            "{:<15} {:<9} {:<9} {:<11} {}{}",
            cost.method.as_str(),
            human_bytes(cost.memory_bytes),
            disk(cost.model_bytes),
            disk(cost.checkpoint_bytes),
            cost.seconds.map_or("unknown".into(), human_time),
            if too_large { "  too much memory" } else { "" }
        );
    }
    println!();
    let parts = match advice.parts {
        1 => String::new(),
        parts => format!(" in {parts} parts"),
    };
    println!("recommended: {}{parts}", advice.method.as_str());
    println!("  {}", advice.reason);
    if let Some(trial) = trial {
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        println!(
            "  on {threads} thread{}; {} group{} of eight sites converged in {:.0} evaluations of {:.2} ms",
            plural(threads),
            trial.groups_fitted,
            plural(trial.groups_fitted),
            trial.evaluations,
            (trial.evaluating_seconds + trial.stepping_seconds) * 1e3
        );
    }
}

/// `0.4 s`, `12 s`, `3.5 min`, `2.1 h`, `4.0 days`.
fn human_time(seconds: f64) -> String {
    match seconds {
        s if s < 9.95 => format!("{s:.1} s"),
        s if s < 99.5 => format!("{s:.0} s"),
        s if s < 5970.0 => format!("{:.1} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} days", s / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIGA: u64 = 1_000_000_000;

    fn cost(method: Method, memory_bytes: u64) -> Cost {
        Cost {
            method,
            memory_bytes,
            model_bytes: GIGA,
            checkpoint_bytes: 0,
            seconds: None,
        }
    }

    fn advice(symmetric: u64, asymmetric: u64, available: u64) -> Result<Recommendation> {
        let costs = [
            cost(Method::Plm, symmetric * GIGA),
            cost(Method::PlmAsymmetric, asymmetric * GIGA),
        ];
        let part = |parts: usize| {
            cost(
                Method::PlmAsymmetric,
                GIGA + asymmetric * GIGA / parts as u64,
            )
        };
        recommend(&costs, part, 800, 1e4, Some(available * GIGA))
    }

    #[test]
    fn the_most_accurate_method_that_fits_is_recommended() {
        let chosen = |symmetric, asymmetric, available| {
            let advice = advice(symmetric, asymmetric, available).unwrap();
            (advice.method, advice.parts)
        };
        assert_eq!(chosen(10, 2, 16), (Method::Plm, 1));
        assert_eq!(chosen(100, 20, 32), (Method::PlmAsymmetric, 1));
        assert_eq!(chosen(100, 20, 8), (Method::PlmAsymmetric, 3));
        assert!(advice(100, 20, 1).is_err());
    }

    #[test]
    fn times_are_read_at_a_glance() {
        let times = [0.04, 12.3, 240.0, 7200.0, 432_000.0].map(human_time);
        assert_eq!(times, ["0.0 s", "12 s", "4.0 min", "2.0 h", "5.0 days"]);
    }
}
