//! What work with a model will take.

use crate::cli::amounts::human_time;
use crate::cli::fit::FitArgs;
use crate::cli::json::print_json;
use crate::cli::messages::Messages;
use crate::energies::{Alignedness, Energies, EnergyOptions, Sequence};
use crate::error::{Error, Place, Result, human_bytes};
use crate::evaluation;
use crate::fit::{cost, membership};
use crate::io::files::output::to_stdout;
use crate::io::models;
use crate::machine::memory::available_memory;
use crate::model::Model;
use crate::partition::{self, AnnealingOptions, PartitionOptions, Standing};
use crate::sample::SampleOptions;
use crate::sample::trial::Trial;
use crate::state::Journal;
use std::time::{Duration, Instant};

/// How long chains are tried.
const TRIAL: Duration = Duration::from_secs(2);

/// Steps of annealing that are tried.
const STEPS: usize = 16;

/// Sequences that are aligned to the profile to see how long that takes.
const ALIGNED: usize = 64;

/// Samples of `potts evaluate`, its chains while it looks for a temperature, and as how many first draws at temperature 1 that counts.
const EVALUATED: usize = 10_000;
const SEARCHING: f64 = 512.0;
const SEARCH: f64 = 70.0;

/// Thread-seconds of a comparison: of all, and by sequence and square of the sites (measured on two families).
const COMPARING: (f64, f64) = (0.6, 5e-9);

/// What a command takes.
#[derive(Debug, serde::Serialize)]
struct Planned {
    /// As it is called.
    command: &'static str,
    /// Bytes of memory at the peak.
    memory_bytes: u64,
    /// Seconds until all is there, or before the first sequence.
    seconds: Option<f64>,
    /// Sequences a second from then on, where that is asked for by their number.
    sequences_per_second: Option<f64>,
}

#[derive(Debug, serde::Serialize)]
struct Summary<'m> {
    model: String,
    target: Option<&'m str>,
    sites: usize,
    states: usize,
    sequences: usize,
    threads: usize,
    available_bytes: Option<u64>,
    chains: Trial,
    commands: Vec<Planned>,
}

/// Tells it of every command that may take long.
///
/// # Errors
/// If the model cannot be read, or is of a kind that chains cannot be run of.
pub fn run(args: &FitArgs, threads: usize, messages: &Messages) -> Result<()> {
    let path = &args.alignment;
    messages.timings().begin("reading the model");
    let began = Instant::now();
    let model = models::read(path)?;
    let reading = began.elapsed().as_secs_f64();
    messages.timings().begin("trial");
    let options = SampleOptions {
        max_memory: available_memory(),
        ..SampleOptions::default()
    };
    let trial = Trial::of(&model, &options, TRIAL)?;
    let (own, couplings) = cost::model_memory(&model);
    let sequences = model.family.as_ref().and_then(|f| f.sequences.as_ref());
    let sequences = sequences.map_or(0, |sequences| sequences.nrows());
    let job = Job {
        model: &model,
        trial: &trial,
        reading,
        own,
        couplings,
        threads,
    };
    let mut commands = vec![job.sample()];
    commands.extend(job.partition()?);
    commands.extend((sequences > 3).then(|| job.evaluate(sequences)));
    commands.extend(job.energy()?);
    commands.extend(job.verdict()?);
    let available = options.max_memory;
    if args.json {
        return print_json(&Summary {
            model: path.display().to_string(),
            target: model.target.as_deref(),
            sites: model.sites(),
            states: model.states(),
            sequences,
            threads,
            available_bytes: available,
            chains: trial,
            commands,
        });
    }
    to_stdout(|out| {
        writeln!(out, "command              memory    time")?;
        for planned in &commands {
            let too_large = available.is_some_and(|available| planned.memory_bytes > available);
            writeln!(
                out,
                "{:<20} {:<9} {}{}",
                planned.command,
                human_bytes(planned.memory_bytes),
                planned.time(),
                if too_large { "  too much memory" } else { "" }
            )?;
        }
        writeln!(out)?;
        writeln!(out, "{}", in_words(&trial, options.most_sweeps))
    })
}

impl Planned {
    fn time(&self) -> String {
        let seconds = self.seconds.map_or("unknown".into(), human_time);
        match self.sequences_per_second {
            Some(rate) => format!("{seconds}, then {} sequences a second", two_digits(rate)),
            None => seconds,
        }
    }
}

/// A number as well as it is known.
fn two_digits(number: f64) -> String {
    let unit = 10f64.powf(number.max(1.0).log10().floor() - 1.0).max(1.0);
    format!("{:.0}", (number / unit).round() * unit)
}

/// What chains did.
fn in_words(trial: &Trial, most: u64) -> String {
    let sweep = human_sweep(trial.sweep_seconds);
    let chains = trial.chains;
    match trial.mixing_sweeps {
        Some(sweeps) => format!(
            "{chains} chains, {sweep} a sweep, forget within {sweeps} at temperature 1; the time of evaluate and of a verdict is rough"
        ),
        None => format!(
            "{chains} chains, {sweep} a sweep, had not forgotten after {} at temperature 1; sample gives up after {most}, in {}",
            trial.sweeps,
            human_time(most as f64 * trial.sweep_seconds)
        ),
    }
}

fn human_sweep(seconds: f64) -> String {
    format!("{:.2} ms", 1e3 * seconds)
}

struct Job<'j> {
    model: &'j Model,
    trial: &'j Trial,
    /// Seconds of reading.
    reading: f64,
    /// Bytes of the program and the model, and those of its couplings among them.
    own: u64,
    couplings: u64,
    threads: usize,
}

impl Job<'_> {
    fn sample(&self) -> Planned {
        let chains = self.trial.seconds();
        let draw = |(_, each): (f64, f64)| each + self.trial.telling_seconds;
        Planned {
            command: "sample",
            memory_bytes: self.own - self.couplings + self.trial.memory_bytes,
            seconds: chains.map(|(first, _)| self.reading + first),
            sequences_per_second: chains.map(|of| self.trial.chains as f64 / draw(of)),
        }
    }

    /// By a few steps of the usual way. None of a model without a log Z that could be found.
    fn partition(&self) -> Result<Option<Planned>> {
        let options = |steps| PartitionOptions {
            annealing: AnnealingOptions {
                steps,
                ..AnnealingOptions::default()
            },
            max_memory: available_memory(),
            ..PartitionOptions::default()
        };
        let journal = Journal::unkept();
        let took = |steps| -> Result<(f64, bool)> {
            let began = Instant::now();
            let tell = &mut |_, _| Ok(());
            let found = partition::estimate(self.model, &options(steps), (&journal, tell))?;
            let is_exact = found.iter().all(|found| found.standing == Standing::Exact);
            Ok((began.elapsed().as_secs_f64(), is_exact))
        };
        let (few, is_exact) = match took(1) {
            Err(Error::Memory { .. }) => return Ok(None),
            few => few?,
        };
        let usual = AnnealingOptions::default().steps as f64;
        let step = match is_exact {
            true => 0.0,
            false => (took(1 + STEPS)?.0 - few).max(0.0) / STEPS as f64,
        };
        Ok(Some(Planned {
            command: "partition",
            memory_bytes: self.own - self.couplings + partition::bytes(self.model),
            seconds: Some(self.reading + few + usual * step),
            sequences_per_second: None,
        }))
    }

    fn evaluate(&self, sequences: usize) -> Planned {
        let (sites, states) = (self.model.sites(), self.model.states());
        let (all, each) = COMPARING;
        let compared = (sequences + EVALUATED) as f64 * (sites * sites) as f64;
        let comparing = (all + each * compared) / self.threads as f64;
        let chains = self.trial.seconds().map(|(first, each)| {
            let draws = EVALUATED.div_ceil(self.trial.chains) as f64;
            let search = SEARCH * first * SEARCHING / self.trial.chains as f64;
            self.reading + first + (draws - 1.0) * each + search + comparing
        });
        Planned {
            command: "evaluate",
            memory_bytes: self.own - self.couplings
                + self
                    .trial
                    .memory_bytes
                    .max(evaluation::bytes((sequences, EVALUATED), (sites, states))),
            seconds: chains,
            sequences_per_second: None,
        }
    }

    /// Of sequences that are aligned, and of others; none of these without a profile to align to.
    fn energy(&self) -> Result<Vec<Planned>> {
        let mut planned = Vec::new();
        let ways = [
            ("energy, aligned", Alignedness::All, self.trial.chains),
            ("energy, unaligned", Alignedness::None, ALIGNED),
        ];
        for (command, alignedness, count) in ways {
            let options = EnergyOptions {
                alignedness,
                ..EnergyOptions::default()
            };
            let began = Instant::now();
            let energies = match Energies::new(self.model, options) {
                Err(Error::Model(_)) => continue,
                energies => energies?,
            };
            let before = self.reading + began.elapsed().as_secs_f64();
            let sequences = self.sequences(count, alignedness);
            let began = Instant::now();
            energies.rows(&sequences)?;
            let rate = sequences.len() as f64 / began.elapsed().as_secs_f64();
            planned.push(Planned {
                command,
                memory_bytes: self.own + self.couplings,
                seconds: Some(before),
                sequences_per_second: Some(rate),
            });
        }
        Ok(planned)
    }

    /// Where chains stand, without gaps where they are to be aligned.
    fn sequences(&self, count: usize, alignedness: Alignedness) -> Vec<Sequence> {
        let alphabet = &self.model.alphabet;
        let has_gap = |letter: &u8| *letter != b'-';
        let of = |row: &[u8]| {
            let letters = row.iter().map(|&state| alphabet.letter(state));
            let letters: Vec<u8> = letters.collect();
            Sequence {
                name: String::new(),
                letters: match alignedness {
                    Alignedness::None => letters.into_iter().filter(has_gap).collect(),
                    _ => letters,
                },
                place: Place::file("a chain"),
            }
        };
        let rows = self.trial.sequences.chunks_exact(self.model.sites());
        rows.take(count).map(of).collect()
    }

    /// None of a model that a verdict cannot be made by.
    fn verdict(&self) -> Result<Option<Planned>> {
        if self.model.independent_fields.is_none() {
            return Ok(None);
        }
        let cost = match membership::cost(self.model, available_memory(), self.threads) {
            Err(Error::Model(_) | Error::Memory { .. }) => return Ok(None),
            cost => cost?,
        };
        Ok(Some(Planned {
            command: "energy --verdict",
            memory_bytes: self.own + cost.memory_bytes,
            seconds: cost.seconds.map(|seconds| self.reading + seconds),
            sequences_per_second: None,
        }))
    }
}
