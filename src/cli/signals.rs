//! What becomes of SIGTERM, SIGINT and SIGUSR1, by which batch systems and people end a program.

use super::messages::Messages;
use crate::error::Error;
use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator;
use signal_hook::low_level::{emulate_default_handler, signal_name};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread::JoinHandle;

/// What a signal does, by what the program is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// There is nothing to keep: the program ends at once.
    Exit,
    /// The work is asked to keep its state and stop.
    Keep,
    /// The rest is short: it is finished.
    Finish,
}

/// The reaction to signals, and whether one has come. Clones share both; with the last of them ends the catching.
#[derive(Debug, Clone)]
pub struct Signals {
    state: Arc<State>,
    _catching: Arc<Catching>,
}

#[derive(Debug)]
struct State {
    reaction: AtomicU8,
    stop: AtomicBool,
}

/// The thread that waits for signals. It ends with this; signals that come later do nothing.
#[derive(Debug)]
struct Catching {
    handle: iterator::Handle,
    /// It gives back what it waits at, which must outlast the call that wakes it: a write to a pipe that nobody reads is a signal itself.
    _waiting: JoinHandle<iterator::Signals>,
}

impl Drop for Catching {
    fn drop(&mut self) {
        self.handle.close();
    }
}

impl Signals {
    /// Catches signals from now on; until told otherwise, they end the program.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn catch(messages: &Messages) -> Result<Self, Error> {
        let state = Arc::new(State {
            reaction: AtomicU8::new(Reaction::Exit as u8),
            stop: AtomicBool::new(false),
        });
        let mut caught = iterator::Signals::new([SIGTERM, SIGINT, SIGUSR1])
            .map_err(Error::io("catch signals in", Path::new("this program")))?;
        let handle = caught.handle();
        let (shared, messages) = (Arc::clone(&state), messages.clone());
        let waiting = std::thread::spawn(move || {
            for signal in caught.forever() {
                shared.receive(signal, &messages);
            }
            caught
        });
        let catching = Catching {
            handle,
            _waiting: waiting,
        };
        Ok(Self {
            state,
            _catching: Arc::new(catching),
        })
    }

    /// What signals are to do from now on.
    pub fn react(&self, reaction: Reaction) {
        self.state.reaction.store(reaction as u8, Ordering::SeqCst);
    }

    /// Whether a signal has asked the work to stop.
    pub fn must_stop(&self) -> bool {
        self.state.stop.load(Ordering::SeqCst)
    }
}

impl State {
    fn receive(&self, signal: i32, messages: &Messages) {
        let name = signal_name(signal).unwrap_or("a signal");
        let before = self.stop.swap(true, Ordering::SeqCst);
        if before && signal == SIGINT {
            // Somebody at a terminal does not want to wait.
            let _ = emulate_default_handler(signal);
        }
        match self.reaction.load(Ordering::SeqCst) {
            reaction if reaction == Reaction::Exit as u8 => {
                messages.say(format_args!(
                    "{name}: stopped before there was anything to keep; the same command begins again"
                ));
                std::process::exit(i32::from(STOPPED));
            }
            reaction if reaction == Reaction::Keep as u8 && !before => {
                messages.say(format_args!("{name}: keeping the state, then stopping"));
            }
            _ => {}
        }
    }
}

/// Exit code of work that was stopped and may go on.
const STOPPED: u8 = 75;
