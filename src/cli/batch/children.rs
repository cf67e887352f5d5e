//! Processes that are running, and the signals that they are sent.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The children of a batch. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Children(Arc<Mutex<Processes>>);

#[derive(Debug, Default)]
struct Processes {
    running: Vec<u32>,
    stopping: bool,
}

impl Children {
    /// Starts a child, unless a signal has come: then there is none.
    ///
    /// # Errors
    /// As [`Command::spawn`].
    pub fn start(&self, command: &mut Command) -> io::Result<Option<Child>> {
        let mut record = self.lock();
        if record.stopping {
            return Ok(None);
        }
        let child = command.spawn()?;
        record.running.push(child.id());
        Ok(Some(child))
    }

    /// Waits for the end of a child.
    ///
    /// # Errors
    /// As [`Child::wait`].
    pub fn wait(&self, child: &mut Child) -> io::Result<ExitStatus> {
        // Its number is free for others once it has been waited for, and must then not be sent signals.
        system::wait_for_end(child);
        let mut record = self.lock();
        record.running.retain(|id| *id != child.id());
        child.wait()
    }

    /// Whether a signal has come.
    pub fn are_stopping(&self) -> bool {
        self.lock().stopping
    }

    fn lock(&self) -> MutexGuard<'_, Processes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub use system::{host, in_own_group, killed_by, pass_on_signals};

#[cfg(unix)]
mod system {
    use super::Children;
    use crate::cli::signals::Signals;
    use rustix::io::Errno;
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
    use signal_hook::consts::SIGINT;
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::{Child, Command, ExitStatus};

    /// From now on, signals to stop are passed on to the children, a second SIGINT, from somebody who does not want to wait, as a kill; `came` is
    /// called after each.
    pub fn pass_on_signals(
        signals: &Signals,
        children: &Children,
        came: impl Fn() + Send + 'static,
    ) {
        let children = children.clone();
        signals.pass_to(move |number| {
            let mut record = children.lock();
            let signal = match record.stopping && number == SIGINT {
                true => Some(Signal::KILL),
                false => Signal::from_named_raw(number),
            };
            record.stopping = true;
            let running = record.running.iter();
            let ids = running.filter_map(|&id| Pid::from_raw(i32::try_from(id).ok()?));
            if let Some(signal) = signal {
                for id in ids {
                    // One that has just ended needs no signal.
                    let _ = kill_process(id, signal);
                }
            }
            drop(record);
            came();
        });
    }

    /// Waits until the child has ended, but leaves its number in use.
    pub(super) fn wait_for_end(child: &Child) {
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let Some(id) = id else {
            return;
        };
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(id), options), Err(Errno::INTR)) {}
    }

    /// A terminal's signals go to all of a group: the children get theirs from the batch.
    pub fn in_own_group(command: &mut Command) -> &mut Command {
        command.process_group(0)
    }

    /// The signal that ended a process.
    pub fn killed_by(status: ExitStatus) -> Option<i32> {
        status.signal()
    }

    /// Name of this machine.
    pub fn host() -> String {
        let system = rustix::system::uname();
        system.nodename().to_string_lossy().into_owned()
    }
}

#[cfg(not(unix))]
mod system {
    use super::Children;
    use crate::cli::signals::Signals;
    use std::process::{Child, Command, ExitStatus};

    /// There are no signals to pass on.
    pub fn pass_on_signals(_: &Signals, _: &Children, _: impl Fn() + Send + 'static) {}

    pub(super) fn wait_for_end(_: &Child) {}

    /// There are no groups.
    pub fn in_own_group(command: &mut Command) -> &mut Command {
        command
    }

    /// No process is ended by a signal.
    pub fn killed_by(_: ExitStatus) -> Option<i32> {
        None
    }

    /// Name of this machine.
    pub fn host() -> String {
        std::env::var("COMPUTERNAME").unwrap_or_default()
    }
}
