//! What becomes of the signals by which people, terminals and batch systems end a program.
//!
//! All commands leave by one door: temporary files are removed, and the process ends without the exit handlers of libraries, which would
//! wait for threads that are at work.

use super::messages::Messages;
use crate::io::files::unfinished;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ};
use signal_hook::iterator;
use signal_hook::low_level::{emulate_default_handler, exit, signal_name};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Signals that ask a program to end: a job's time is up, or its time of the processor, Ctrl-C, a terminal that was closed.
const STOPPING: [i32; 5] = [SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGXCPU];

/// What a signal does, by what the program is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// The program ends as by the signal itself.
    Die,
    /// There is nothing to keep: the program ends at once, and says that the same command begins again.
    Exit,
    /// The work is asked to keep its state and stop.
    Keep,
    /// The rest is short: it is finished.
    Finish,
}

/// The reaction to signals, and whether one has come. Clones share both. By default there are none.
#[derive(Debug, Clone, Default)]
pub struct Signals(Arc<State>);

/// Where signals are passed on to instead.
type Receiver = Box<dyn Fn(i32) + Send>;

#[derive(Default)]
struct State {
    reaction: AtomicU8,
    stop: AtomicBool,
    messages: Mutex<Option<Messages>>,
    receiver: Mutex<Option<Receiver>>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { reaction, stop, .. } = self;
        write!(f, "State {{ reaction: {reaction:?}, stop: {stop:?}, .. }}")
    }
}

impl Signals {
    /// Catches the signals of this process from now on, to its end. Where the system refuses, they do what they always do.
    pub fn catch() -> Self {
        let signals = Self::default();
        let mut wanted = STOPPING.to_vec();
        // `nohup` ignores it, for the program is to outlive its terminal.
        if !is_ignored(SIGHUP) {
            wanted.push(SIGHUP);
        }
        // Caught, it lets writing beyond the limit of files fail, which is told.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
        if let Ok(mut caught) = iterator::Signals::new(wanted) {
            let state = Arc::clone(&signals.0);
            std::thread::spawn(move || {
                for signal in caught.forever() {
                    state.receive(signal);
                }
            });
        }
        signals
    }

    /// What signals are to do from now on.
    pub fn react(&self, reaction: Reaction) {
        self.0.reaction.store(reaction as u8, Ordering::SeqCst);
    }

    /// Says from now on what they do.
    pub fn speak_by(&self, messages: &Messages) {
        *locked(&self.0.messages) = Some(messages.clone());
    }

    /// Passes them on from now on.
    pub fn pass_to(&self, receiver: impl Fn(i32) + Send + 'static) {
        *locked(&self.0.receiver) = Some(Box::new(receiver));
    }

    /// Whether a signal has asked the work to stop.
    pub fn must_stop(&self) -> bool {
        self.0.stop.load(Ordering::SeqCst)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn receive(&self, signal: i32) {
        if let Some(receiver) = &*locked(&self.receiver) {
            return receiver(signal);
        }
        let before = self.stop.swap(true, Ordering::SeqCst);
        let reaction = self.reaction.load(Ordering::SeqCst);
        let is = |other: Reaction| reaction == other as u8;
        // Somebody at a terminal who asks again does not want to wait.
        let may_finish = !before && unfinished::is_output_whole();
        if is(Reaction::Die) && !may_finish || before && signal == SIGINT {
            die(signal);
        }
        let name = signal_name(signal).unwrap_or("a signal");
        if is(Reaction::Exit) {
            self.say(&format!(
                "{name}: stopped before there was anything to keep; the same command begins again"
            ));
            leave(STOPPED);
        }
        if is(Reaction::Keep) && !before {
            self.say(&format!("{name}: keeping the state, then stopping"));
        }
    }

    fn say(&self, line: &str) {
        if let Some(messages) = &*locked(&self.messages) {
            messages.say(line);
        }
    }
}

/// Ends the process at once with this code. Temporary files are removed.
pub fn leave(code: u8) -> ! {
    unfinished::remove_all();
    exit(i32::from(code))
}

/// Ends the process as the signal does, but for the image of the memory that some of them leave.
fn die(signal: i32) -> ! {
    unfinished::remove_all();
    if signal != SIGXCPU {
        let _ = emulate_default_handler(signal);
    }
    exit(128 + signal)
}

/// Whether whoever started the program has it ignore a signal, where the system tells.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Exit code of work that was stopped and may go on.
pub const STOPPED: u8 = 75;
