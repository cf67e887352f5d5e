//! What a command spends its time on.

use crate::error::human_bytes;
use crate::machine::memory::peak_memory;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The phases of a command and how long each took. Clones share what they record.
#[derive(Debug, Clone)]
pub struct Timings(Arc<Mutex<Clock>>);

#[derive(Debug)]
struct Clock {
    started: Instant,
    /// When each phase began; it ends where the next begins.
    begun: Vec<(&'static str, Instant)>,
    /// Bytes that the command was expected to take.
    predicted: Option<u64>,
}

/// What was recorded, in seconds and bytes.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Summary {
    /// Seconds of each phase, in the order in which they began; one that comes again is counted together.
    pub phases: Vec<Phase>,
    /// Seconds from the start of the program.
    pub total_seconds: f64,
    /// Bytes that the command was expected to take, where that was said.
    pub predicted_bytes: Option<u64>,
    /// The most bytes that the process has had in memory, where the system tells.
    pub peak_bytes: Option<u64>,
}

/// One phase.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Phase {
    /// What was done.
    pub name: &'static str,
    /// Seconds on the clock.
    pub seconds: f64,
}

impl Timings {
    /// Starts the clock.
    pub fn start() -> Self {
        Self(Arc::new(Mutex::new(Clock {
            started: Instant::now(),
            begun: Vec::new(),
            predicted: None,
        })))
    }

    /// Ends the phase before, and begins another.
    pub fn begin(&self, phase: &'static str) {
        self.lock().begun.push((phase, Instant::now()));
    }

    /// Records how much memory the command was expected to take.
    pub fn predict(&self, bytes: u64) {
        self.lock().predicted = Some(bytes);
    }

    /// Seconds since the start of the program.
    pub fn elapsed(&self) -> f64 {
        self.lock().started.elapsed().as_secs_f64()
    }

    /// What was recorded so far.
    pub fn summary(&self) -> Summary {
        let record = self.lock();
        let now = Instant::now();
        let ends = record.begun.iter().skip(1).map(|(_, begun)| *begun);
        let mut phases: Vec<Phase> = Vec::new();
        for ((name, begun), end) in record.begun.iter().zip(ends.chain([now])) {
            let seconds = (end - *begun).as_secs_f64();
            match phases.iter_mut().find(|phase| phase.name == *name) {
                Some(phase) => phase.seconds += seconds,
                None => phases.push(Phase { name, seconds }),
            }
        }
        Summary {
            phases,
            total_seconds: (now - record.started).as_secs_f64(),
            predicted_bytes: record.predicted,
            peak_bytes: peak_memory(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Clock> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for Phase { name, seconds } in &self.phases {
            let share = 100.0 * seconds / self.total_seconds;
            writeln!(f, "{name:>28}  {seconds:9.3} s  {share:5.1} %")?;
        }
        write!(f, "{:>28}  {:9.3} s", "in all", self.total_seconds)?;
        if let Some(peak) = self.peak_bytes {
            write!(f, "\n{:>28}  {}", "peak memory", human_bytes(peak))?;
            if let Some(predicted) = self.predicted_bytes {
                write!(f, ", {} were expected", human_bytes(predicted))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_phase_ends_where_the_next_begins() {
        let timings = Timings::start();
        for (phase, milliseconds) in [("reading", 20), ("fitting", 1), ("reading", 20)] {
            timings.clone().begin(phase);
            std::thread::sleep(Duration::from_millis(milliseconds));
        }
        let summary = timings.summary();
        let names: Vec<&str> = summary.phases.iter().map(|phase| phase.name).collect();
        assert_eq!(names, ["reading", "fitting"]);
        assert!(summary.phases[0].seconds >= 0.04);
        let sum: f64 = summary.phases.iter().map(|phase| phase.seconds).sum();
        assert!(sum <= summary.total_seconds);
    }

    #[test]
    fn the_table_sets_memory_beside_what_was_expected() {
        let summary = Summary {
            phases: vec![Phase {
                name: "weights",
                seconds: 0.5,
            }],
            total_seconds: 2.0,
            predicted_bytes: Some(162_000_000),
            peak_bytes: Some(163_000_000),
        };
        let text = summary.to_string();
        assert!(text.contains("weights      0.500 s   25.0 %"), "{text}");
        assert!(
            text.contains("peak memory  163 MB, 162 MB were expected"),
            "{text}"
        );
    }
}
