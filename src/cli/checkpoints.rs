//! Keeping the state of long work, so that the same command goes on after an interruption.

use crate::cli::created_by::created_by;
use crate::cli::messages::Messages;
use crate::cli::signals::{Reaction, Signals};
use crate::error::{Error, Result};
use crate::io::files::checkpoint::{self, Checkpoint, Header};
use crate::io::files::input::is_standard;
use crate::io::files::source::file_sha256;
use crate::io::files::{check_apart, check_output};
use crate::state::{Fingerprint, Journal, Keeper, Persistent};
use clap::Args;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Options about interruptions.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Interruptions")]
pub struct CheckpointArgs {
    /// How often to keep the state: 90s, 10m, 2h, or never
    ///
    /// SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 and SIGXCPU always keep it, where it has a file.
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = interval)]
    checkpoint_every: Interval,
    /// Where it is kept until all is done [default: the output's name.checkpoint]
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Discard the state that an earlier run has kept
    #[arg(long)]
    restart: bool,
    /// All options of the command as words.
    #[arg(skip)]
    pub given: BTreeMap<String, String>,
}

/// Options of every command that may change between two runs of the same work.
const NEUTRAL: [&str; 12] = [
    "checkpoint",
    "checkpoint-every",
    "force",
    "format",
    "json",
    "max-memory",
    "output",
    "quiet",
    "restart",
    "threads",
    "timings",
    "verbose",
];

/// Time between two checkpoints; none for never.
type Interval = Option<Duration>;

fn interval(text: &str) -> std::result::Result<Interval, String> {
    if text == "never" {
        return Ok(None);
    }
    let wrong = || format!("'{text}' is no time such as 90s, 10m or 2h, and not 'never'");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3600.0,
        _ => return Err(wrong()),
    };
    let number: f64 = text[..text.len() - 1].trim().parse().map_err(|_| wrong())?;
    let time = Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())?;
    Ok(Some(time))
}

impl CheckpointArgs {
    /// The file of a command whose output is `output`.
    pub fn path(&self, output: &Path) -> PathBuf {
        self.checkpoint.clone().unwrap_or_else(|| {
            let mut name = OsString::from(output);
            name.push(".checkpoint");
            name.into()
        })
    }

    /// Keeps the state of work on `inputs`, each with what it is; `None` where nobody says where: without an output the options must.
    ///
    /// # Errors
    /// As [`Checkpoints::open`], and if the file is one of the others.
    pub fn keeper(
        &self,
        output: Option<&Path>,
        inputs: &[(&str, &Path)],
        signals: &Signals,
        messages: &Messages,
    ) -> Result<Option<Arc<Checkpoints>>> {
        let Some(path) = output
            .map(|output| self.path(output))
            .or(self.checkpoint.clone())
        else {
            return Ok(None);
        };
        let others = inputs.iter().map(|(_, input)| *input).chain(output);
        check_apart(&path, others)?;
        check_output(&path, true)?;
        let file = |(name, path): &(&str, &Path)| -> Result<_> {
            let sha256 = match is_standard(path) {
                true => "standard input".into(),
                false => file_sha256(path)?,
            };
            Ok(((*name).to_owned(), sha256))
        };
        let is_input = |value: &str| inputs.iter().any(|(_, input)| *input == Path::new(value));
        let options = self.given.iter();
        let options =
            options.filter(|(name, value)| !NEUTRAL.contains(&name.as_str()) && !is_input(value));
        let fingerprint = Fingerprint {
            program: created_by(),
            inputs: inputs.iter().map(file).collect::<Result<_>>()?,
            options: options
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            ..Fingerprint::default()
        };
        let keeper = Checkpoints::open(self, path, fingerprint, signals.clone(), messages, false)?;
        signals.react(Reaction::Keep);
        Ok(Some(Arc::new(keeper)))
    }
}

/// Work of several parts that keeps its state, if there is a file to keep it in.
pub struct Work {
    keeper: Option<Arc<Checkpoints>>,
    /// The parts that are done.
    pub journal: Arc<Journal>,
}

impl Work {
    /// As [`CheckpointArgs::keeper`].
    ///
    /// # Errors
    /// As there, and if the state cannot be read.
    pub fn open(
        args: &CheckpointArgs,
        output: Option<&Path>,
        inputs: &[(&str, &Path)],
        signals: &Signals,
        messages: &Messages,
    ) -> Result<Self> {
        let keeper = args.keeper(output, inputs, signals, messages)?;
        let journal = Journal::open(keeper.clone().map(|keeper| keeper as Arc<dyn Keeper>))?;
        Ok(Self {
            keeper,
            journal: Arc::new(journal),
        })
    }

    /// Signals wait from now on: only writing is left.
    pub fn finish(&self) {
        if let Some(keeper) = &self.keeper {
            keeper.react(Reaction::Finish);
        }
    }

    /// As [`Checkpoints::close`].
    ///
    /// # Errors
    /// As there.
    pub fn close<T>(&self, result: Result<T>) -> Result<T> {
        match &self.keeper {
            Some(keeper) => keeper.close(result),
            None => result,
        }
    }
}

/// Writing a checkpoint is at most one part in so many of the time until the next.
const LEAST_PARTS: u32 = 20;

/// Keeps the state of some work in a file.
pub struct Checkpoints {
    path: PathBuf,
    fingerprint: Fingerprint,
    every: Interval,
    signals: Signals,
    messages: Messages,
    /// Whether replicates follow.
    keeps_end: bool,
    started: Instant,
    /// Seconds of earlier runs.
    before: f64,
    recalled: Mutex<Option<Checkpoint>>,
    last: Mutex<Last>,
}

/// The last checkpoint: when it was written, and how long that took.
struct Last {
    at: Instant,
    took: Duration,
}

impl Checkpoints {
    /// Looks for a state of the work that `fingerprint` names.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is one of other work, naming what differs; as [`checkpoint::open`].
    pub fn open(
        args: &CheckpointArgs,
        path: PathBuf,
        fingerprint: Fingerprint,
        signals: Signals,
        messages: &Messages,
        keeps_end: bool,
    ) -> Result<Self> {
        if args.restart {
            checkpoint::remove(&path)?;
        }
        let recalled = checkpoint::open(&path)?;
        if let Some(Checkpoint { header, .. }) = &recalled {
            check(&path, header, &fingerprint)?;
        }
        Ok(Self {
            before: recalled.as_ref().map_or(0.0, |kept| kept.header.seconds),
            recalled: Mutex::new(recalled),
            path,
            fingerprint,
            every: args.checkpoint_every,
            signals,
            keeps_end,
            messages: messages.clone(),
            started: Instant::now(),
            last: Mutex::new(Last {
                at: Instant::now(),
                took: Duration::ZERO,
            }),
        })
    }

    /// Where states are kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a state is kept.
    pub fn has_kept(&self) -> bool {
        self.path.exists()
    }

    /// Where the work was whose state is kept and not recalled yet.
    pub fn kept_at(&self) -> Option<String> {
        let kept = lock(&self.recalled);
        kept.as_ref().map(|kept| kept.header.at.clone())
    }

    /// What signals do from now on.
    pub fn react(&self, reaction: Reaction) {
        self.signals.react(reaction);
    }

    /// Says where stopped work goes on, and removes what was kept of work that is done.
    ///
    /// # Errors
    /// Those of the work; [`Error::Io`] if the system does not let the file be removed.
    pub fn close<T>(&self, result: Result<T>) -> Result<T> {
        match result {
            Ok(found) => {
                self.discard()?;
                Ok(found)
            }
            Err(Error::Stopped { at }) => {
                self.stopped(&at, "");
                Err(Error::Stopped { at })
            }
            Err(error) => Err(error),
        }
    }

    /// Says where stopped work goes on.
    pub fn stopped(&self, at: &str, more: &str) {
        let path = self.path.display();
        self.messages.field(
            "stopped",
            format_args!("at {at}: the same command goes on from {path}{more}"),
        );
    }

    /// Seconds of earlier runs.
    pub fn seconds_before(&self) -> f64 {
        self.before
    }

    /// Removes the file, once the model is written.
    ///
    /// # Errors
    /// [`Error::Io`] if the system refuses.
    pub fn discard(&self) -> Result<()> {
        checkpoint::remove(&self.path)
    }
}

/// Refuses to go on with the state of other work.
fn check(path: &Path, kept: &Header, now: &Fingerprint) -> Result<()> {
    let differences = kept.fingerprint.differences(now);
    if differences.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = differences
        .iter()
        .map(|d| format!("\n  {}: {} then, {} now", d.what, d.first, d.second))
        .collect();
    Err(Error::Usage(format!(
        "{} is the state of other work, at {}:{}\n  run the command as it was, or discard that state with --restart",
        path.display(),
        kept.at,
        lines.concat()
    )))
}

impl Keeper for Checkpoints {
    fn must_stop(&self) -> bool {
        self.signals.must_stop()
    }

    fn is_due(&self) -> bool {
        let Some(every) = self.every else {
            return false;
        };
        let mut last = lock(&self.last);
        let least = if every.is_zero() {
            every
        } else {
            every.max(last.took * LEAST_PARTS)
        };
        let is_due = last.at.elapsed() >= least;
        if is_due {
            last.at = Instant::now();
        }
        is_due
    }

    fn keeps_end(&self) -> bool {
        self.keeps_end
    }

    fn keep(&self, at: &str, state: &mut dyn Persistent) -> Result<()> {
        let began = Instant::now();
        let header = Header {
            fingerprint: self.fingerprint.clone(),
            at: at.into(),
            seconds: self.before + self.started.elapsed().as_secs_f64(),
        };
        let written = checkpoint::write(&self.path, &header, state);
        *lock(&self.last) = Last {
            at: Instant::now(),
            took: began.elapsed(),
        };
        match written {
            // The work is worth more than its checkpoint.
            Err(error) if !self.must_stop() => {
                self.messages
                    .warn(format_args!("no checkpoint at {at}: {error}"));
                if let Some(cause) = std::error::Error::source(&error) {
                    self.messages.say(format_args!("  because: {cause}"));
                }
                Ok(())
            }
            Ok(()) if self.messages.is_verbose() => {
                let path = self.path.display();
                self.messages.say(format_args!("kept {at} in {path}"));
                Ok(())
            }
            written => written,
        }
    }

    fn recall(&self, state: &mut dyn Persistent) -> Result<bool> {
        let Some(kept) = lock(&self.recalled).take() else {
            return Ok(false);
        };
        let at = kept.header.at.clone();
        kept.restore(state)?;
        self.messages.field(
            "resumed",
            format_args!("at {at}, of {}", self.path.display()),
        );
        Ok(true)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        let seconds = |text| interval(text).unwrap().map(|time| time.as_secs_f64());
        assert_eq!(seconds("90s"), Some(90.0));
        assert_eq!(seconds("0.5m"), Some(30.0));
        assert_eq!(seconds("2h"), Some(7200.0));
        assert_eq!(seconds("never"), None);
        for wrong in ["", "10", "m", "-1s", "NaNs", "1e300h", "10 min", "5\u{b5}"] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
    }
}
