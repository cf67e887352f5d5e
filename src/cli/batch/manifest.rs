//! `manifest.tsv`: what became of each item of a batch, a line an event, appended by any number of processes at once.

use super::lock::wait_for;
use super::utc::{is_utc, utc};
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::SystemTime;

/// Names of the columns, in the order in which they are written; the last has a fixed form, by which a line is known to be whole.
pub const COLUMNS: [&str; 11] = [
    "name",
    "status",
    "exit_code",
    "seconds",
    "peak_memory_bytes",
    "threads",
    "output",
    "reason",
    "where",
    "command",
    "when",
];

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The output is there.
    Done,
    /// It is not, or is not what was asked for; the reason says why.
    Failed,
    /// Nothing was done: the output was there, or another process was at it.
    Skipped,
    /// A signal ended it, and it goes on from where it was when it is run again.
    Checkpointed,
    /// A signal ended it.
    Stopped,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Done,
        Self::Failed,
        Self::Skipped,
        Self::Checkpointed,
        Self::Stopped,
    ];

    /// As the file has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Checkpointed => "checkpointed",
            Self::Stopped => "stopped",
        }
    }
}

/// A line of the manifest.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Event {
    /// The item.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// Exit code of its process, if that ended by itself.
    pub exit_code: Option<i32>,
    /// Seconds on the clock.
    pub seconds: f64,
    /// The most bytes that its process had in memory, where that is known.
    pub peak_memory_bytes: Option<u64>,
    /// Threads that it was given; 0 if it was not started.
    pub threads: usize,
    /// Name of its output in the folder of the manifest.
    pub output: String,
    /// Why it is not done, in one line.
    pub reason: String,
    /// When it ended, UTC.
    pub when: String,
    /// Host, shard and process of the batch.
    #[serde(rename = "where")]
    pub place: String,
    /// The command, `fit` say.
    pub command: String,
}

impl Event {
    /// The present time as [`Event::when`] has it.
    pub fn now() -> String {
        utc(SystemTime::now())
    }

    /// The cells, in the order of [`COLUMNS`].
    pub fn cells(&self) -> [String; COLUMNS.len()] {
        let known = |number: Option<String>| number.unwrap_or_default();
        [
            self.name.clone(),
            self.status.as_str().into(),
            known(self.exit_code.map(|code| code.to_string())),
            format!("{:.2}", self.seconds),
            known(self.peak_memory_bytes.map(|bytes| bytes.to_string())),
            self.threads.to_string(),
            self.output.clone(),
            self.reason.clone(),
            self.place.clone(),
            self.command.clone(),
            self.when.clone(),
        ]
    }

    /// The event of a line whose cells are found by `cell`; `None` if one of them makes no sense.
    fn of<'a>(cell: impl Fn(&str) -> &'a str) -> Option<Self> {
        fn number<T: std::str::FromStr>(cell: &str) -> Option<Option<T>> {
            match cell {
                "" => Some(None),
                text => text.parse().ok().map(Some),
            }
        }
        let status = Status::ALL.into_iter();
        Some(Self {
            name: Some(cell("name").to_owned()).filter(|name| !name.is_empty())?,
            status: status.clone().find(|s| s.as_str() == cell("status"))?,
            exit_code: number(cell("exit_code"))?,
            seconds: cell("seconds").parse().ok()?,
            peak_memory_bytes: number(cell("peak_memory_bytes"))?,
            threads: cell("threads").parse().ok()?,
            output: cell("output").to_owned(),
            reason: cell("reason").to_owned(),
            when: Some(cell("when").to_owned()).filter(|when| is_utc(when))?,
            place: cell("where").to_owned(),
            command: cell("command").to_owned(),
        })
    }
}

/// Cells as a line, without its end: what would break it becomes a blank.
pub fn line<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells = cells.into_iter();
    let plain: Vec<String> = cells
        .map(|cell| cell.as_ref().replace(char::is_control, " "))
        .collect();
    plain.join("\t")
}

/// Adds a line to the manifest `path`, which is made if it is not there.
///
/// Whatever others append at the same time, and whatever a full disk or a crash left half-written, the line stands by itself.
///
/// # Errors
/// [`Error::Io`].
pub fn append(path: &Path, event: &Event) -> Result<()> {
    append_line(path, &line(event.cells())).map_err(Error::io("write", path))
}

fn append_line(path: &Path, line: &str) -> io::Result<()> {
    let mut file = File::options()
        .read(true)
        .append(true)
        .create(true)
        .open(path)?;
    wait_for(&file)?;
    let start = if file.metadata()?.len() == 0 {
        COLUMNS.join("\t") + "\n"
    } else {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        String::from(if last == *b"\n" { "" } else { "\n" })
    };
    file.write_all(format!("{start}{line}\n").as_bytes())
}

/// All events of the manifest `path`, in their order; torn lines are left out.
///
/// # Errors
/// [`Error::Io`] if it cannot be read.
pub fn read(path: &Path) -> Result<Vec<Event>> {
    let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
    Ok(parse(&String::from_utf8_lossy(&bytes)))
}

fn parse(text: &str) -> Vec<Event> {
    let mut columns: Vec<&str> = COLUMNS.to_vec();
    let mut events = Vec::new();
    // What has no line end is still being written, or was never finished.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    for line in whole.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if COLUMNS.iter().all(|column| cells.contains(column)) {
            columns = cells;
            continue;
        }
        let cell = |column: &str| {
            let at = columns.iter().position(|c| *c == column);
            at.and_then(|k| cells.get(k)).copied().unwrap_or_default()
        };
        if cells.len() == columns.len() {
            events.extend(Event::of(cell));
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str) -> Event {
        Event {
            name: name.into(),
            status: Status::Failed,
            exit_code: Some(3),
            seconds: 1.25,
            peak_memory_bytes: None,
            threads: 2,
            output: format!("{name}.h5"),
            reason: "it\tis\nno alignment".into(),
            when: Event::now(),
            place: "here".into(),
            command: "fit".into(),
        }
    }

    #[test]
    fn what_is_appended_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.tsv");
        for name in ["a", "b"] {
            append(&path, &event(name)).unwrap();
        }
        let mut expected = [event("a"), event("b")];
        let found = read(&path).unwrap();
        for (expected, found) in expected.iter_mut().zip(&found) {
            expected.reason = "it is no alignment".into();
            expected.when.clone_from(&found.when);
        }
        assert_eq!(found, expected);
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
    }

    #[test]
    fn a_torn_line_harms_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.tsv");
        append(&path, &event("a")).unwrap();
        let whole = std::fs::read(&path).unwrap();
        // Torn anywhere, the header's line included; only a file cut right before a line end still has the event.
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(read(&path).unwrap().is_empty(), "{length}");
            append(&path, &event("b")).unwrap();
            let names: Vec<String> = read(&path).unwrap().into_iter().map(|e| e.name).collect();
            assert_eq!(names.last().map(String::as_str), Some("b"), "{length}");
            let torn_end_only = length == whole.len() - 1;
            assert_eq!(names.len(), 1 + usize::from(torn_end_only), "{length}");
        }
    }

    #[test]
    fn many_write_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.tsv");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    for k in 0..50 {
                        append(path, &event(&format!("{writer}-{k}"))).unwrap();
                    }
                });
            }
        });
        assert_eq!(read(&path).unwrap().len(), 200);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().filter(|l| l.starts_with("name\t")).count(), 1);
    }

    #[test]
    fn columns_are_found_by_name() {
        let (mut columns, mut cells) = (COLUMNS.to_vec(), event("a").cells().to_vec());
        columns.reverse();
        cells.reverse();
        let text = format!("{}\textra\n{}\tx\n", columns.join("\t"), line(cells));
        assert_eq!(parse(&text)[0].output, "a.h5");
    }
}
