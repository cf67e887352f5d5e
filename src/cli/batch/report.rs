//! What a batch says as it goes: a line an item and a bar on a terminal, and the manifest.

use super::child::{Ending, Folder};
use super::item::Item;
use crate::cli::batch::manifest::{self, Status};
use crate::cli::messages::{Messages, tell};
use crate::error::Error;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Instant;

/// Counts and tells what became of the items.
pub struct Report {
    messages: Messages,
    bar: ProgressBar,
    manifest: PathBuf,
    folder: PathBuf,
    began: Instant,
    all: usize,
    counts: [usize; Status::ALL.len()],
    manifest_failed: bool,
}

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchEnd {
    /// Whether a signal kept items from being done.
    pub stopped: bool,
    /// Whether an item failed, or the manifest does not tell everything.
    pub failed: bool,
}

impl Report {
    /// For so many items.
    pub fn new(folder: &Folder, all: usize, messages: &Messages) -> Self {
        let on_terminal = std::io::stderr().is_terminal() && !messages.is_quiet();
        let bar = match on_terminal {
            true => ProgressBar::new(all as u64).with_style(style()),
            false => ProgressBar::hidden(),
        };
        Self {
            messages: messages.clone(),
            bar,
            manifest: folder.manifest(),
            folder: folder.path.clone(),
            began: Instant::now(),
            all,
            counts: [0; Status::ALL.len()],
            manifest_failed: false,
        }
    }

    /// Records what became of an item.
    pub fn ended(&mut self, folder: &Folder, item: &Item, ending: Ending) {
        let event = folder.event(item, ending);
        let written = manifest::append(&self.manifest, &event);
        if let Err(error) = written
            && !self.manifest_failed
        {
            self.manifest_failed = true;
            self.bar.suspend(|| {
                self.messages.warn(format_args!(
                    "{error}, so it does not tell everything: {}",
                    because(&error)
                ));
            });
        }
        self.counts[event.status as usize] += 1;
        self.bar.inc(1);
        let mut line = format!(
            "{:>12}  {}  {:.1} s  {} of {}",
            event.status.as_str(),
            event.name,
            event.seconds,
            self.counts.iter().sum::<usize>(),
            self.all
        );
        if !event.reason.is_empty() {
            line = format!("{line}: {}", event.reason);
        }
        let has_bar = !self.bar.is_hidden();
        match event.status {
            Status::Failed => self.bar.suspend(|| tell(&line)),
            Status::Done if !event.reason.is_empty() => self.bar.suspend(|| tell(&line)),
            // On a terminal the bar tells.
            _ if has_bar => {}
            _ => self.messages.say(line),
        }
    }

    /// Shows how many are running.
    pub fn running(&self, items: usize) {
        self.bar.set_message(format!("{items} running"));
    }

    /// The last line.
    pub fn finish(self) -> BatchEnd {
        self.bar.finish_and_clear();
        let of = |status: Status| self.counts[status as usize];
        let unstarted = self.all - self.counts.iter().sum::<usize>();
        let counted = Status::ALL.map(|status| (of(status), status.as_str()));
        let counted = counted.into_iter().chain([(unstarted, "not started")]);
        let counted: Vec<String> = counted
            .filter(|(n, what)| *n > 0 || *what == "done")
            .map(|(n, what)| format!("{n} {what}"))
            .collect();
        let end = BatchEnd {
            stopped: unstarted + of(Status::Stopped) + of(Status::Checkpointed) > 0,
            failed: of(Status::Failed) > 0 || self.manifest_failed,
        };
        let mut line = format!(
            "{} in {:.0} s",
            counted.join(", "),
            self.began.elapsed().as_secs_f64()
        );
        if of(Status::Failed) > 0 {
            line += &format!("; failures: potts batch-status {}", self.folder.display());
        }
        match end.stopped || end.failed {
            true => tell(line),
            false => self.messages.say(line),
        }
        end
    }
}

fn because(error: &Error) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(String::new, ToString::to_string)
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {pos} of {len}, {msg}, about {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
