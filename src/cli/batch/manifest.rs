//! `manifest.tsv`: what became of each item of a batch, a line an event, appended by any number of processes at once.

use super::lock::wait_for;
use super::utc::{is_utc, utc};
use crate::error::{Error, Result};
use crate::io::files::input;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::SystemTime;

/// Names of the columns, in the order in which they are written.
pub const COLUMNS: [&str; 15] = [
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
    "rows",
    "scored",
    "spearman",
    "fitting_offset",
];

/// Those that every manifest has; the others came later.
const FIRST_COLUMNS: usize = 11;

/// Ends a line that a full disk or a crash left half-written.
const UNFINISHED: &str = "unfinished";

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
    /// What a table of mutants came to.
    #[serde(flatten)]
    pub scores: Scores,
}

/// What a table of mutants came to; nothing of other commands.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Scores {
    /// Rows of the table.
    pub rows: Option<u64>,
    /// Those with a score, wild types aside.
    pub scored: Option<u64>,
    /// Spearman's correlation of the Potts scores with the measured column.
    pub spearman: Option<f64>,
    /// An offset with which more rows would match the target.
    pub fitting_offset: Option<String>,
}

impl Scores {
    /// Of the summary that `potts score-mutants` prints as JSON.
    pub fn of_summary(summary: &serde_json::Value) -> Self {
        let offset = &summary["fitting_offset"]["offset"];
        Self {
            rows: summary["rows"].as_u64(),
            scored: summary["statuses"]["scored"].as_u64(),
            spearman: summary["against"]["potts_score"].as_f64(),
            fitting_offset: match offset.as_array() {
                Some(chains) => {
                    let each: Vec<String> = chains.iter().map(ToString::to_string).collect();
                    Some(each.join(","))
                }
                None => Some(offset.to_string()).filter(|_| !offset.is_null()),
            },
        }
    }
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
            known(self.scores.rows.map(|n| n.to_string())),
            known(self.scores.scored.map(|n| n.to_string())),
            known(self.scores.spearman.map(|rho| format!("{rho:.4}"))),
            known(self.scores.fitting_offset.clone()),
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
            scores: Scores {
                rows: number(cell("rows"))?,
                scored: number(cell("scored"))?,
                spearman: number(cell("spearman"))?,
                fitting_offset: Some(cell("fitting_offset").to_owned()).filter(|o| !o.is_empty()),
            },
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
    append_cells(path, &event.cells()).map_err(Error::io("write", path))
}

fn append_cells(path: &Path, cells: &[String; COLUMNS.len()]) -> io::Result<()> {
    let mut file = File::options()
        .read(true)
        .append(true)
        .create(true)
        .open(path)?;
    wait_for(&file)?;
    let header = || line(COLUMNS) + "\n";
    let (start, width) = if file.metadata()?.len() == 0 {
        (header(), COLUMNS.len())
    } else {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        match (last == *b"\n", first_line(&mut file)?) {
            (true, first) => (String::new(), width_of(&first)),
            // The header itself is torn.
            (false, first) if !first.ends_with('\n') => {
                (format!("\t{UNFINISHED}\n{}", header()), COLUMNS.len())
            }
            (false, first) => (format!("\t{UNFINISHED}\n"), width_of(&first)),
        }
    };
    let line = line(&cells[..width]);
    file.write_all(format!("{start}{line}\n").as_bytes())
}

/// The first line with its end, if it has one; no more of a long one than could be a header.
fn first_line(file: &mut File) -> io::Result<String> {
    const LONGEST: u64 = 1 << 12;
    let mut line = Vec::new();
    file.rewind()?;
    BufReader::new(file.take(LONGEST)).read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// Cells of a line in a manifest with this header: one that was begun by an earlier version goes on with the columns that it has.
fn width_of(header: &str) -> usize {
    match header.trim_end() == COLUMNS[..FIRST_COLUMNS].join("\t") {
        true => FIRST_COLUMNS,
        false => COLUMNS.len(),
    }
}

/// All events of the manifest `path`, in their order; torn lines are left out.
///
/// # Errors
/// [`Error::Io`] if it cannot be read.
pub fn read(path: &Path) -> Result<Vec<Event>> {
    let bytes = input::read(path, None)?;
    Ok(parse(&String::from_utf8_lossy(&bytes)))
}

fn parse(text: &str) -> Vec<Event> {
    let mut columns: Vec<&str> = COLUMNS.to_vec();
    let mut events = Vec::new();
    // What has no line end is still being written, or was never finished.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    for line in whole.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if COLUMNS[..FIRST_COLUMNS]
            .iter()
            .all(|column| cells.contains(column))
        {
            columns = cells;
            continue;
        }
        let cell = |column: &str| {
            let at = columns.iter().position(|c| *c == column);
            at.and_then(|k| cells.get(k)).copied().unwrap_or_default()
        };
        if cells.len() == columns.len() && cells.last() != Some(&UNFINISHED) {
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
            command: "score-mutants".into(),
            scores: Scores {
                rows: Some(120),
                scored: Some(117),
                spearman: Some(-0.5),
                fitting_offset: Some("-17".into()),
            },
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
        // Torn anywhere, the header's line included.
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(read(&path).unwrap().is_empty(), "{length}");
            append(&path, &event("b")).unwrap();
            let names: Vec<String> = read(&path).unwrap().into_iter().map(|e| e.name).collect();
            assert_eq!(names.last().map(String::as_str), Some("b"), "{length}");
            assert_eq!(names.len(), 1, "{length}");
        }
    }

    #[test]
    fn a_manifest_of_before_goes_on_as_it_began() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.tsv");
        let old = line(&event("a").cells()[..FIRST_COLUMNS]);
        let header = line(&COLUMNS[..FIRST_COLUMNS]);
        std::fs::write(&path, format!("{header}\n{old}\n{}", &old[..20])).unwrap();
        append(&path, &event("b")).unwrap();
        let found = read(&path).unwrap();
        let names: Vec<&str> = found.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(found.iter().all(|e| e.scores == Scores::default()));
        let text = std::fs::read_to_string(&path).unwrap();
        let width = |line: &str| line.split('\t').count();
        assert_eq!(text.lines().last().map(width), Some(FIRST_COLUMNS));
    }

    #[test]
    fn a_summary_tells_what_a_table_came_to() {
        let summary = serde_json::json!({
            "rows": 5, "statuses": {"scored": 3, "wild_type": 1},
            "against": {"potts_score": 0.25}, "fitting_offset": {"offset": 7, "matching": 4},
        });
        let found = Scores::of_summary(&summary);
        let expected = Scores {
            rows: Some(5),
            scored: Some(3),
            spearman: Some(0.25),
            fitting_offset: Some("7".into()),
        };
        assert_eq!(found, expected);
        let none =
            serde_json::json!({"rows": 5, "statuses": {}, "against": null, "fitting_offset": null});
        assert_eq!(Scores::of_summary(&none).fitting_offset, None);
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
