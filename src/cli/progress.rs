//! How a long fit shows that it is alive: a bar on a terminal, a line every few seconds elsewhere.

use super::amounts::human_time;
use super::messages::Messages;
use crate::fit::{LearningStep, Observer, Progress};
use crate::model::Iteration;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Seconds between two lines where there is no terminal.
const QUIET_SECONDS: u64 = 10;

/// Steps of the bar of a fit whose end is an estimate.
const STEPS: u64 = 100;

/// Shows the progress of one fit until it is dropped.
pub struct ProgressDisplay {
    bar: ProgressBar,
}

struct Tracker {
    bar: ProgressBar,
    messages: Messages,
    tolerance: Option<f64>,
    history: Vec<Iteration>,
    /// When the part of the work began.
    started: Instant,
    last_line: Instant,
}

impl ProgressDisplay {
    /// A display, and the observer that feeds it.
    pub fn start(messages: &Messages, tolerance: Option<f64>) -> (Self, Observer) {
        let on_terminal = std::io::stderr().is_terminal() && !messages.is_quiet();
        let bar = if on_terminal {
            ProgressBar::new(STEPS).with_style(style())
        } else {
            ProgressBar::hidden()
        };
        let tracker = Mutex::new(Tracker {
            bar: bar.clone(),
            messages: messages.clone(),
            tolerance,
            history: Vec::new(),
            started: Instant::now(),
            last_line: Instant::now(),
        });
        let observer: Observer = Arc::new(move |progress| {
            let mut tracker = tracker.lock().unwrap_or_else(PoisonError::into_inner);
            tracker.show(progress);
        });
        (Self { bar }, observer)
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Tracker {
    fn show(&mut self, progress: Progress) {
        let (message, share) = match progress {
            Progress::Iteration(iteration) => {
                self.history.push(iteration);
                let remaining = self
                    .tolerance
                    .and_then(|tolerance| iterations_left(&self.history, tolerance));
                let share = share_done(&iteration, remaining);
                let message = match self.bar.is_hidden() && !self.messages.is_verbose() {
                    true => in_short(&iteration, remaining, share),
                    false => describe(&iteration, remaining),
                };
                (message, share)
            }
            Progress::Phase(phase) => {
                self.messages.timings().begin(phase.as_str());
                self.bar.set_message(phase.as_str());
                self.started = Instant::now();
                return;
            }
            Progress::Learning(step) => {
                let share = step
                    .all
                    .map_or(0.0, |all| step.update as f64 / all.max(1) as f64);
                let left = self.started.elapsed().as_secs_f64() * (1.0 - share) / share;
                (learning(&step, step.all.map(|_| left)), share)
            }
            Progress::Resumed(iteration) => {
                self.history.push(iteration);
                return;
            }
            Progress::Steps { unit, done, all } => {
                let share = done as f64 / all as f64;
                let left = self.started.elapsed().as_secs_f64() * (1.0 - share) / share;
                let is_log = self.bar.is_hidden() && !self.messages.is_verbose();
                // Of nothing done there is no pace.
                let message = match is_log && done > 0 {
                    true => percent(unit, share, left),
                    false => format!("{done} of {all} {unit}"),
                };
                (message, share)
            }
        };
        if self.bar.is_hidden() {
            self.line(&message);
        } else {
            self.bar.set_position((share * STEPS as f64) as u64);
            self.bar.set_message(message);
        }
    }

    fn line(&mut self, message: &str) {
        let due = self.last_line.elapsed() >= Duration::from_secs(QUIET_SECONDS);
        if due || self.messages.is_verbose() {
            self.messages.say(message);
            self.last_line = Instant::now();
        }
    }
}

/// How far a fit is and how long it takes, for a log.
fn in_short(iteration: &Iteration, remaining: Option<f64>, share: f64) -> String {
    let left = remaining.zip(seconds_left(iteration, remaining));
    match left {
        Some((_, seconds)) => percent("fit", share, seconds),
        None => format!(
            "{:>10}  iteration {}; how many more cannot be told yet",
            "fit", iteration.iteration
        ),
    }
}

/// An update of learning, in a line.
fn learning(step: &LearningStep, left: Option<f64>) -> String {
    let of = step.all.map_or_else(String::new, |all| format!("/{all}"));
    let fresh = step
        .pearson_fresh
        .map_or_else(String::new, |r| format!("{r:.3} fresh, "));
    let held_out = step.held_out.map_or_else(String::new, |(value, error)| {
        format!(", held out {value:.4} +- {error:.4} nats a site")
    });
    let taken = match step.step {
        Some(share) => format!("step {share:.2} (gains {:.2})", step.gain),
        None => "step refused".into(),
    };
    let left = left.map_or_else(String::new, |left| {
        format!(", about {} left", human_time(left))
    });
    let failures = match step.failures {
        0 => String::new(),
        count => format!(", went back {count} times"),
    };
    format!(
        "update {}{of} {}: Pearson {fresh}{:.3} chains, energy gap {:.2}{held_out}, {taken}, {:.0} % accepted, damping {:.3}, {:.0} % saturated{failures}{left}",
        step.update,
        step.stage,
        step.pearson_chains,
        step.energy_gap,
        100.0 * step.accepted,
        step.damping,
        100.0 * step.saturated,
    )
}

fn percent(what: &str, share: f64, seconds_left: f64) -> String {
    format!(
        "{:>10}  {:.0} %, about {} left",
        if what == "sites" { "fit" } else { what },
        (100.0 * share).floor(),
        human_time(seconds_left)
    )
}

/// Seconds until the end, at the pace so far.
fn seconds_left(iteration: &Iteration, remaining: Option<f64>) -> Option<f64> {
    let number = iteration.iteration;
    let left = remaining.filter(|_| number > 0)?;
    Some((left * iteration.seconds / number as f64).ceil())
}

fn describe(iteration: &Iteration, remaining: Option<f64>) -> String {
    let Iteration {
        iteration: number,
        objective,
        gradient_norm,
        seconds,
        ..
    } = iteration;
    let left = seconds_left(iteration, remaining);
    let left = left.map_or_else(String::new, |left| format!(", about {left:.0} s left"));
    format!(
        "iteration {number}: objective {objective:.2}, gradient norm {gradient_norm:.2e}, {seconds:.1} s{left}"
    )
}

/// Iterations until the gradient is about as small as the tolerance asks, if its square goes on shrinking as it did over the last five.
fn iterations_left(history: &[Iteration], tolerance: f64) -> Option<f64> {
    const WINDOW: usize = 5;
    let square = |at: &Iteration| at.gradient_norm.powi(2) / at.objective.abs();
    let last = history.len().checked_sub(1)?;
    let now = square(&history[last]);
    if now <= tolerance {
        return Some(0.0);
    }
    let before = square(&history[last.checked_sub(WINDOW)?]);
    let shrinkage = (before / now).ln() / WINDOW as f64;
    (shrinkage > 0.0).then(|| (now / tolerance).ln() / shrinkage)
}

fn share_done(iteration: &Iteration, remaining: Option<f64>) -> f64 {
    let done = iteration.iteration as f64;
    remaining.map_or(0.0, |left| done / (done + left).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_geometric_decrease_is_extrapolated() {
        // The squared norm halves every iteration.
        let history: Vec<Iteration> = (0..=20)
            .map(|k| Iteration {
                iteration: k,
                evaluations: k,
                objective: 4.0,
                gradient_norm: 0.5f64.powf(k as f64 / 2.0),
                seconds: k as f64,
            })
            .collect();
        let left = iterations_left(&history, 0.25 * 0.5f64.powi(25)).unwrap();
        assert!((left - 5.0).abs() < 0.01, "{left}");
        assert_eq!(iterations_left(&history, 1.0), Some(0.0));
        assert_eq!(iterations_left(&history[..3], 1e-9), None);
    }
}
