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
    /// Sweeps of chains that have not forgotten, when they were last looked at, and when that was.
    looked: (u64, Instant),
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
            looked: (0, Instant::now()),
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
        let mut each = 0.0;
        if let Progress::Settling { seen, .. } = progress {
            let (before, at) = std::mem::replace(&mut self.looked, (seen.sweeps, Instant::now()));
            // At another temperature they begin anew.
            let more = seen.sweeps.checked_sub(before).filter(|&more| more > 0);
            let sweeps = more.unwrap_or(seen.sweeps);
            each = at.elapsed().as_secs_f64() / sweeps as f64;
        }
        if self.last.elapsed() < BETWEEN_LINES {
            return;
        }
        self.last = Instant::now();
        match (progress, self.first) {
            (Progress::Settling { seen, most }, _) => {
                self.messages.say(format_args!(
                    "{} sweeps: chains agree with what they were half as many before at {:.1} % of the positions, with others at {:.1} %; it ends without samples where they have not forgotten after {most}, in {}",
                    seen.sweeps,
                    100.0 * seen.with_itself.value,
                    100.0 * seen.with_another.value,
                    human_time(each * most.saturating_sub(seen.sweeps) as f64)
                ));
            }
            (Progress::Sweeps { done: sweeps, of }, None) => {
                self.messages.say(format_args!("{sweeps} of {of} sweeps"));
            }
            (Progress::Sweeps { .. }, Some((since, first))) => {
                let left = (self.wanted - done) as f64 / (done - first).max(1) as f64;
                let left = match done > first {
                    true => format!(
                        ", {} left",
                        human_time(left * since.elapsed().as_secs_f64())
                    ),
                    false => String::new(),
                };
                self.messages
                    .say(format_args!("{done} of {} sequences{left}", self.wanted));
            }
        }
    }
}
