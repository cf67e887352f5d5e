//! One item in a process of its own, and what became of it.

use super::children::{self, Children};
use super::item::{Item, words};
use super::packing::Share;
use super::task::replaces;
use super::{Kind, MANIFEST};
use crate::cli::NOT_CONVERGED;
use crate::cli::amounts::parse_bytes;
use crate::cli::batch::lock::{self, Lock, Wish};
use crate::cli::batch::manifest::{Event, Scores, Status};
use crate::cli::score_mutants::ByChance;
use crate::cli::settings::in_flags;
use crate::cli::signals::STOPPED;
use crate::error::{Error, Result};
use crate::report::summary;
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

/// Folder of what the children say, in the folder of the batch.
pub const LOGS: &str = "logs";

/// Bytes at the end of a log in which its error is looked for.
const LOG_END: u64 = 1 << 16;

/// The longest reason, in characters.
const MOST_REASON: usize = 600;

/// Where the outputs of a batch go.
#[derive(Debug)]
pub struct Folder {
    /// Its path.
    pub path: PathBuf,
    /// What runs there.
    pub kind: Kind,
    /// Whether items whose output is there are skipped.
    pub skip_existing: bool,
    /// Host, shard and process.
    pub place: String,
}

/// What became of an item.
#[derive(Debug)]
pub struct Ending {
    status: Status,
    exit_code: Option<i32>,
    seconds: f64,
    peak_bytes: Option<u64>,
    threads: usize,
    reason: String,
    scores: Scores,
}

/// What is known of a process that has ended.
struct Ran {
    status: ExitStatus,
    peak_bytes: Option<u64>,
    scores: Scores,
    /// What makes its result doubtful, if it has one.
    doubt: String,
}

impl Ending {
    /// Of an item that was not started.
    pub fn unstarted(status: Status, reason: impl Into<String>) -> Self {
        Self {
            status,
            exit_code: None,
            seconds: 0.0,
            peak_bytes: None,
            threads: 0,
            reason: reason.into(),
            scores: Scores::default(),
        }
    }

    /// Whether the output was made.
    pub fn is_done(&self) -> bool {
        self.status == Status::Done
    }
}

impl Folder {
    /// The manifest.
    pub fn manifest(&self) -> PathBuf {
        self.path.join(MANIFEST)
    }

    /// The output of an item.
    pub fn output(&self, item: &Item) -> PathBuf {
        self.path.join(&item.output)
    }

    /// Whether an item is not to be started because its output is there, which is to be kept or in its way.
    pub fn has(&self, item: &Item) -> bool {
        (self.skip_existing || !replaces(&item.task)) && self.output(item).exists()
    }

    /// Whether an output that is there is that of the command: a name may be taken by something that is no page.
    fn is_done(&self, item: &Item) -> bool {
        self.kind != Kind::Report || summary::read(&self.output(item)).is_some()
    }

    /// The ending of an item whose input is not there, which its log tells, too.
    pub fn without_input(&self, item: &Item) -> Option<Ending> {
        let error = item.missing()?;
        let why = explain(&error);
        let log = format!("{}\nerror: {why}\n", command_line(item.own_words()));
        // The manifest tells it as well.
        let _ = std::fs::write(self.log(item), log);
        Some(Ending {
            exit_code: Some(i32::from(error.exit_code())),
            ..Ending::unstarted(Status::Failed, why)
        })
    }

    /// What became of an item, for the manifest.
    pub fn event(&self, item: &Item, ending: Ending) -> Event {
        let reason: Vec<&str> = ending.reason.split_whitespace().collect();
        Event {
            name: item.name.clone(),
            status: ending.status,
            exit_code: ending.exit_code,
            seconds: ending.seconds,
            peak_memory_bytes: ending.peak_bytes,
            threads: ending.threads,
            output: item.output.clone(),
            reason: reason.join(" ").chars().take(MOST_REASON).collect(),
            when: Event::now(),
            place: self.place.clone(),
            command: self.kind.name().into(),
            scores: ending.scores,
        }
    }

    /// Takes the lock of an item; the ending if there is nothing to be done for it.
    fn claim(&self, item: &Item) -> std::result::Result<Option<Lock>, Box<Ending>> {
        let unstarted = |status, why: &str| Box::new(Ending::unstarted(status, why));
        let lock = lock::path_of(&self.path, &item.name);
        let lock = match Lock::wish(&lock) {
            Ok(Wish::Granted(lock)) => Some(lock),
            // Without locks two may do the same work, but outputs appear whole or not at all.
            Ok(Wish::Unsupported) => None,
            Ok(Wish::Held) => {
                return Err(unstarted(Status::Skipped, "another job is at it"));
            }
            Err(error) => return Err(unstarted(Status::Failed, &explain(&error))),
        };
        // Whoever had the lock before may have done it.
        match (self.has(item), self.skip_existing && self.is_done(item)) {
            (true, true) => Err(unstarted(Status::Skipped, "the output is there")),
            (true, false) => Err(Box::new(self.in_the_way(item))),
            (false, _) => Ok(lock),
        }
    }

    /// The ending of an item whose output is there and is neither to be skipped nor to be replaced.
    fn in_the_way(&self, item: &Item) -> Ending {
        let why = format!(
            "{} exists already; --skip-existing leaves alone what is done, --force makes it anew",
            self.output(item).display()
        );
        Ending {
            exit_code: Some(1),
            ..Ending::unstarted(Status::Failed, why)
        }
    }

    /// Ends an item whose output is there, which also removes the lock that a killed batch may have left.
    pub fn skip(&self, item: &Item) -> Option<Ending> {
        self.claim(item).err().map(|ending| *ending)
    }

    /// Runs an item; `None` if a signal came before it had started.
    pub fn run(&self, item: &Item, share: Share, children: &Children) -> Option<Ending> {
        let lock = match self.claim(item) {
            Ok(lock) => lock,
            Err(ending) => return Some(*ending),
        };
        let begun = Instant::now();
        let ran = self.run_locked(item, share, children, lock.as_ref());
        // The lock goes last, when the output is there.
        drop(lock);
        let ran = match ran {
            Ok(ran) => ran?,
            Err(error) => return Some(Ending::unstarted(Status::Failed, explain(&error))),
        };
        let log = self.log(item);
        let (ended, reason) = match verdict(ran.status, children.are_stopping(), &log) {
            (Status::Done, _) => (Status::Done, ran.doubt),
            ended => ended,
        };
        Some(Ending {
            status: ended,
            exit_code: ran.status.code(),
            seconds: begun.elapsed().as_secs_f64(),
            peak_bytes: ran.peak_bytes,
            threads: share.threads,
            reason,
            scores: ran.scores,
        })
    }

    fn log(&self, item: &Item) -> PathBuf {
        self.path.join(LOGS).join(format!("{}.log", item.name))
    }

    fn run_locked(
        &self,
        item: &Item,
        share: Share,
        children: &Children,
        lock: Option<&Lock>,
    ) -> Result<Option<Ran>> {
        let program = std::env::current_exe().map_err(Error::io("find", Path::new("potts")))?;
        let words = words(item, self.kind, &self.path, share.threads, share.memory);
        let path = self.log(item);
        let log_error = || Error::io("write", &path);
        let mut log = File::create(&path).map_err(log_error())?;
        writeln!(log, "{}", command_line(&words)).map_err(log_error())?;
        let mut command = Command::new(program);
        children::in_own_group(&mut command)
            .args(words)
            // The child never reads it; it keeps the lock for as long as it lives, whatever becomes of the batch.
            .stdin(match lock {
                Some(lock) => Stdio::from(lock.duplicate()?),
                None => Stdio::null(),
            })
            // Not a file, for which a disk may have no room. A child that outlives the batch does not mind that nobody reads.
            .stdout(Stdio::piped())
            .stderr(log);
        let failed = || Error::io("start", Path::new("potts"));
        let Some(mut child) = children.start(&mut command).map_err(failed())? else {
            return Ok(None);
        };
        // Read while it runs, or a long one would wait until somebody does.
        let said = child.stdout.take();
        let reader = std::thread::spawn(move || said.map_or(Vec::new(), everything));
        let status = children.wait(&mut child).map_err(failed())?;
        let said = reader.join().unwrap_or_default();
        let summary: serde_json::Value = serde_json::from_slice(&said).unwrap_or_default();
        let peak_bytes = match self.kind {
            Kind::Fit => summary["timings"]["peak_bytes"].as_u64(),
            _ => peak_of_log(&end_of(&path)),
        };
        let (scores, doubt) = match self.kind {
            Kind::ScoreMutants => (Scores::of_summary(&summary), ByChance::of_summary(&summary)),
            _ => (Scores::default(), None),
        };
        Ok(Some(Ran {
            status,
            peak_bytes,
            scores,
            doubt: doubt.map_or_else(String::new, |chance| chance.to_string()),
        }))
    }
}

/// An error with its causes, for a line.
fn explain(error: &Error) -> String {
    let mut text = in_flags(&error.to_string()).into_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text += &format!("; because: {inner}");
        cause = inner.source();
    }
    text
}

/// The words as a shell would read them.
fn command_line(words: &[OsString]) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=,:+@%".contains(c);
    let words = words.iter().map(|word| {
        let word = word.to_string_lossy();
        match !word.is_empty() && word.chars().all(is_plain) {
            true => word.into_owned(),
            false => format!("'{}'", word.replace('\'', "'\\''")),
        }
    });
    let words: Vec<String> = words.collect();
    format!("potts {}", words.join(" "))
}

/// What the end of a process means, and why it ended so.
fn verdict(status: ExitStatus, stopping: bool, log: &Path) -> (Status, String) {
    if status.success() {
        return (Status::Done, String::new());
    }
    let said = end_of(log);
    if let Some(signal) = children::killed_by(status) {
        let last = said.lines().rfind(|line| !line.trim().is_empty());
        return match signal {
            _ if stopping => (Status::Stopped, format!("ended by signal {signal}")),
            9 => (
                Status::Failed,
                "killed by signal 9, perhaps for want of memory".into(),
            ),
            _ => (
                Status::Failed,
                format!("killed by signal {signal}: {}", last.unwrap_or_default()),
            ),
        };
    }
    match status.code() {
        Some(code) if code == i32::from(STOPPED) => (Status::Checkpointed, String::new()),
        Some(code) if code == i32::from(NOT_CONVERGED) => {
            (Status::Failed, "the fit has not converged".into())
        }
        code => {
            let unknown = || {
                let code = code.map_or_else(String::new, |code| code.to_string());
                format!("exit code {code}; see {}", log.display())
            };
            (Status::Failed, error_in(&said).unwrap_or_else(unknown))
        }
    }
}

/// The last error in what a command said, in one line.
fn error_in(said: &str) -> Option<String> {
    let lines: Vec<&str> = said.lines().collect();
    let is_start = |line: &&str| line.starts_with("error: ") || line.contains(" panicked at ");
    let start = lines.iter().rposition(is_start)?;
    let more = lines[start + 1..].iter();
    let more = more.take_while(|line| line.starts_with("  ") || lines[start].contains(" panicked"));
    let mut text = lines[start].trim_start_matches("error: ").to_owned();
    for line in more {
        text += "; ";
        text += line.trim();
    }
    Some(text)
}

/// The end of a log, or nothing.
fn end_of(path: &Path) -> String {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|mut file| {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOG_END)))?;
        file.read_to_end(&mut bytes)
    });
    match read {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    }
}

/// What a command says of itself with `--json`; of more than it ever says, the beginning.
fn everything(mut output: impl Read) -> Vec<u8> {
    const MOST: u64 = 1 << 20;
    let mut said = Vec::new();
    // What cannot be read has not been said.
    let _ = output.by_ref().take(MOST).read_to_end(&mut said);
    let _ = std::io::copy(&mut output, &mut std::io::sink());
    said
}

/// The memory that `--timings` tells of, in few digits.
fn peak_of_log(said: &str) -> Option<u64> {
    let line = said.lines().rfind(|line| line.contains("peak memory"))?;
    parse_bytes(line.split_once("peak memory")?.1.split(',').next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_error_is_the_reason() {
        let said = "potts fit x\nerror: old\nwarning: no\nerror: cannot read x\n  because: No such file\n in all 1 s\n";
        assert_eq!(
            error_in(said).as_deref(),
            Some("cannot read x; because: No such file")
        );
        let panic = "thread 'main' panicked at src/x.rs:1:2:\nno\nnote: run\n";
        assert!(error_in(panic).unwrap().ends_with("; no; note: run"));
        assert_eq!(error_in("all is well\n"), None);
    }

    #[test]
    fn command_lines_can_be_typed_again() {
        let words = ["fit", "a b.fa", "--focus=it's", "--lambda-j=0.02x"].map(OsString::from);
        assert_eq!(
            command_line(&words),
            r"potts fit 'a b.fa' '--focus=it'\''s' --lambda-j=0.02x"
        );
    }

    #[test]
    fn memory_is_read_from_the_timings() {
        let said = "   in all   0.1 s\n      peak memory  163 MB, 162 MB were expected\n";
        assert_eq!(peak_of_log(said), Some(163_000_000));
        assert_eq!(peak_of_log("peak memory  1.5 GB"), Some(1_500_000_000));
        assert_eq!(peak_of_log("nothing"), None);
    }
}
