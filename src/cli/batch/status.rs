//! `potts batch-status`: what became of the items of a batch, and what is still to do.

use super::list::List;
use super::{Kind, MANIFEST};
use crate::cli::NOT_CONVERGED;
use crate::cli::batch::manifest::{self, COLUMNS, Event, Status, line};
use crate::cli::messages::tell;
use crate::error::{Error, Result};
use crate::io::files::output::to_stdout;
use clap::Args;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Show what became of the items of a batch
///
/// A table on standard output, a line an item as it last stood, with the columns of manifest.tsv; the counts on standard error. An item
/// is done if its output is there. Exit code 0 if all are done, else 1.
#[derive(Debug, Clone, Args)]
#[command(before_help = "Examples:
  potts batch-status models
  potts batch-status models list.tsv                         also what has never been tried
  potts batch-status models list.tsv --missing > again.tsv   the lines that are not done: a list for the next run
  potts batch-status models --json")]
pub struct BatchStatusArgs {
    /// Folder of the batch (--out-dir)
    pub folder: PathBuf,
    /// Its list; - for standard input
    pub list: Option<PathBuf>,
    /// Print the lines of the list whose items are not done, and its header
    #[arg(long, requires = "list", conflicts_with = "json")]
    pub missing: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// How an item stands.
struct Standing {
    name: String,
    /// What became of it last, if it was ever tried.
    event: Option<Event>,
    /// Whether it is done.
    done: bool,
}

impl Standing {
    fn of(folder: &Path, name: String, event: Option<Event>) -> Self {
        let done = event.as_ref().is_some_and(|event| {
            matches!(event.status, Status::Done | Status::Skipped)
                && folder.join(&event.output).exists()
        });
        Self { name, event, done }
    }

    fn word(&self) -> &'static str {
        match &self.event {
            None => "missing",
            // Somebody has removed it.
            Some(event) if event.status == Status::Done && !self.done => "missing",
            Some(event) => event.status.as_str(),
        }
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = match &self.event {
            Some(event) => event.cells().to_vec(),
            None => vec![String::new(); COLUMNS.len()],
        };
        cells[0].clone_from(&self.name);
        cells[1] = self.word().into();
        cells
    }

    fn json(&self) -> Value {
        let mut value = serde_json::to_value(&self.event).unwrap_or_default();
        if value.is_null() {
            value = json!({});
        }
        value["name"] = self.name.clone().into();
        value["status"] = self.word().into();
        value
    }
}

/// Prints the status; returns whether all items are done.
///
/// # Errors
/// If the manifest or the list cannot be read, or standard output cannot be written.
pub fn run(args: &BatchStatusArgs) -> Result<bool> {
    let path = args.folder.join(MANIFEST);
    let events = match manifest::read(&path) {
        // With a list, a batch that has not begun has everything to do.
        Err(Error::Io { source, .. })
            if args.list.is_some() && source.kind() == std::io::ErrorKind::NotFound =>
        {
            Vec::new()
        }
        read => read?,
    };
    let list = args.list.as_deref().map(|path| read_list(path, &events));
    let list = list.transpose()?;
    let standings = standings(&args.folder, events, list.as_ref());
    let mut output = Vec::new();
    match &list {
        Some(list) if args.missing => print_missing(list, &standings, &mut output),
        _ if args.json => print_json(&standings, &mut output),
        _ => print_table(&standings, &mut output),
    }
    to_stdout(|out| out.write_all(&output))?;
    let counted = counts(&standings).into_iter();
    let counted: Vec<String> = counted.map(|(word, n)| format!("{n} {word}")).collect();
    tell(counted.join(", "));
    Ok(standings.iter().all(|standing| standing.done))
}

/// The list, with the input's column of the command that ran, or where none did, of any.
fn read_list(path: &Path, events: &[Event]) -> Result<List> {
    let kinds = [Kind::Fit, Kind::Contacts, Kind::ScoreMutants];
    let ran = events.first().map(|event| event.command.as_str());
    let ran = kinds.iter().find(|kind| Some(kind.name()) == ran);
    match ran {
        Some(kind) => List::read(path, &[kind.input_column()], |_| false),
        None => List::read(path, &["alignment", "model"], |_| false),
    }
}

/// Items in the order of the list, then others in the order in which they first ended.
fn standings(folder: &Path, events: Vec<Event>, list: Option<&List>) -> Vec<Standing> {
    let listed = list.map_or(&[][..], |list| &list.rows).iter();
    let mut names: Vec<String> = listed.map(|row| row.name.clone()).collect();
    let mut known: HashSet<String> = names.iter().cloned().collect();
    let mut last: HashMap<String, Event> = HashMap::new();
    for event in events {
        if list.is_none() && known.insert(event.name.clone()) {
            names.push(event.name.clone());
        }
        let before = last.get(&event.name);
        if before.is_none_or(|before| replaces(&event, before)) {
            last.insert(event.name.clone(), event);
        }
    }
    let standings = names.into_iter().map(|name| {
        let event = last.remove(&name);
        Standing::of(folder, name, event)
    });
    standings.collect()
}

/// A skipped item stands as it stood before, if that says more.
fn replaces(event: &Event, before: &Event) -> bool {
    let says_more = before.status == Status::Done || before.exit_code == Some(NOT_CONVERGED.into());
    event.status != Status::Skipped || !says_more
}

fn counts(standings: &[Standing]) -> Vec<(&'static str, usize)> {
    let words = Status::ALL.map(Status::as_str).into_iter();
    let counted = words.chain(["missing"]).map(|word| {
        let n = standings.iter().filter(|s| s.word() == word).count();
        (word, n)
    });
    counted
        .filter(|(word, n)| *n > 0 || *word == "done")
        .collect()
}

fn print_missing(list: &List, standings: &[Standing], output: &mut Vec<u8>) {
    let done = standings.iter().filter(|standing| standing.done);
    let done: HashSet<&str> = done.map(|standing| standing.name.as_str()).collect();
    let left = list
        .rows
        .iter()
        .filter(|row| !done.contains(row.name.as_str()));
    let lines: Vec<&str> = left.map(|row| row.text.as_str()).collect();
    // A header alone would be a list that names nothing.
    if !lines.is_empty() {
        for line in list.header.as_deref().into_iter().chain(lines) {
            output.extend_from_slice(line.as_bytes());
            output.push(b'\n');
        }
    }
}

fn print_table(standings: &[Standing], output: &mut Vec<u8>) {
    let rows = standings.iter().map(|standing| line(standing.cells()));
    for row in std::iter::once(line(COLUMNS)).chain(rows) {
        output.extend_from_slice(row.as_bytes());
        output.push(b'\n');
    }
}

fn print_json(standings: &[Standing], output: &mut Vec<u8>) {
    let counts: HashMap<&str, usize> = counts(standings).into_iter().collect();
    let items: Vec<Value> = standings.iter().map(Standing::json).collect();
    let text = json!({ "counts": counts, "items": items }).to_string();
    output.extend_from_slice(text.as_bytes());
    output.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(status: Status, exit_code: Option<i32>) -> Event {
        Event {
            name: "a".into(),
            status,
            exit_code,
            seconds: 1.0,
            peak_memory_bytes: None,
            threads: 1,
            output: "a.h5".into(),
            reason: String::new(),
            when: Event::now(),
            place: String::new(),
            command: "fit".into(),
            scores: manifest::Scores::default(),
        }
    }

    #[test]
    fn the_last_event_counts_and_a_skip_hides_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let word = |events: &[Event]| {
            let standings = standings(folder.path(), events.to_vec(), None);
            (standings[0].word(), standings[0].done)
        };
        let done = event(Status::Done, Some(0));
        let killed = event(Status::Failed, None);
        let unfinished = event(Status::Failed, Some(NOT_CONVERGED.into()));
        let skipped = event(Status::Skipped, None);
        // Another job was at it, and no output came of it.
        assert_eq!(word(&[killed.clone(), skipped.clone()]), ("skipped", false));
        assert_eq!(word(std::slice::from_ref(&done)), ("missing", false));
        std::fs::write(folder.path().join("a.h5"), "").unwrap();
        assert_eq!(word(&[killed.clone(), done.clone()]), ("done", true));
        assert_eq!(word(&[done.clone(), skipped.clone()]), ("done", true));
        assert_eq!(word(&[killed, skipped.clone()]), ("skipped", true));
        assert_eq!(word(&[unfinished.clone(), skipped]), ("failed", false));
        assert_eq!(word(&[unfinished, done]), ("done", true));
    }
}
