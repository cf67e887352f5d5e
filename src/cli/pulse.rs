//! Lines that say how far chains are.

use super::amounts::human_time;
use super::messages::Messages;
use crate::sample::{Progress, Sampler};
use std::time::{Duration, Instant};

/// Between two lines that say how far a long run is.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Says how far a run is, every so often.
pub struct Pulse<'m> {
    messages: &'m Messages,
    wanted: u64,
    last: Instant,
    /// When the first sequences were there, and how many.
    first: Option<(Instant, u64)>,
}

impl<'m> Pulse<'m> {
    /// Of so many sequences.
    pub fn new(messages: &'m Messages, wanted: u64) -> Self {
        Self {
            messages,
            wanted,
            last: Instant::now(),
            first: None,
        }
    }

    /// Once so many are there.
    pub fn drew(&mut self, sampler: &Sampler<'_>, done: u64) {
        if self.first.is_none() {
            self.first = Some((Instant::now(), done));
            if let Some(mixing) = sampler.mixing() {
                self.messages.say(format_args!(
                    "chains mix: each has forgotten after {} sweep{}",
                    mixing.sweeps,
                    if mixing.sweeps == 1 { "" } else { "s" }
                ));
            }
        }
    }

    /// How far chains are, and how many sequences are there.
    pub fn tell(&mut self, progress: Progress, done: u64) {
        if self.last.elapsed() < BETWEEN_LINES {
            return;
        }
        self.last = Instant::now();
        match (progress, self.first) {
            (Progress::Settling(overlaps), _) => self.messages.say(format_args!(
                "{} sweeps: chains agree with what they were half as many before at {:.1} % of the positions, with others at {:.1} %",
                overlaps.sweeps,
                100.0 * overlaps.with_itself.value,
                100.0 * overlaps.with_another.value
            )),
            (Progress::Sweeps { done: sweeps, of }, None) => {
                self.messages.say(format_args!("{sweeps} of {of} sweeps"));
            }
            (Progress::Sweeps { .. }, Some((since, first))) => {
                let left = (self.wanted - done) as f64 / (done - first).max(1) as f64;
                let left = match done > first {
                    true => format!(", {} left", human_time(left * since.elapsed().as_secs_f64())),
                    false => String::new(),
                };
                self.messages
                    .say(format_args!("{done} of {} sequences{left}", self.wanted));
            }
        }
    }
}
