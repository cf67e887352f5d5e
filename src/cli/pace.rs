//! A line every so often of how many steps of a long run are done, and how long it will take.

use super::amounts::human_time;
use super::messages::Messages;
use std::time::{Duration, Instant};

/// Between two lines.
const BETWEEN: Duration = Duration::from_secs(10);

/// Says how far a run is.
pub struct Pace<'m> {
    messages: &'m Messages,
    began: Instant,
    last: Instant,
}

impl<'m> Pace<'m> {
    /// Of a run that begins now.
    pub fn new(messages: &'m Messages) -> Self {
        Self {
            messages,
            began: Instant::now(),
            last: Instant::now(),
        }
    }

    /// `done` of `of` steps are done.
    pub fn tell(&mut self, done: usize, of: usize, steps: &str) {
        if self.last.elapsed() < BETWEEN || done == 0 || done >= of {
            return;
        }
        self.last = Instant::now();
        let left = self.began.elapsed().as_secs_f64() * (of - done) as f64 / done as f64;
        self.messages.say(format_args!(
            "{done} of {of} {steps}, {} left",
            human_time(left)
        ));
    }
}
