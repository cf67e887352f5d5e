//! The one error type of the library, and what each kind means for a program that calls `potts`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong, grouped by whose turn it is to act.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused: a missing file, a full disk, a folder without write permission.
    #[error("cannot {action} {}", shown_path(path))]
    Io {
        /// What was attempted, as a verb: "read", "write", "rename".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's own words.
        #[source]
        source: std::io::Error,
    },
    /// The contents of an input are not what they should be.
    #[error("{place}: {problem}\n  {advice}")]
    Input {
        /// Where: file, line and record as far as known.
        place: Place,
        /// What was found and what was expected.
        problem: String,
        /// What to do next.
        advice: String,
    },
    /// An option, or a combination of options, makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file would have been overwritten.
    #[error("{} exists already\n  use `force` to overwrite it, or choose another name", shown_path(.0))]
    Exists(PathBuf),
    /// The work needs more memory than there is.
    #[error(
        "this needs about {} of memory, and {} are available\n  {remedy}",
        human_bytes(*needed),
        human_bytes(*available)
    )]
    Memory {
        /// Bytes that the work needs.
        needed: u64,
        /// Bytes that may be used.
        available: u64,
        /// What would make it fit.
        remedy: String,
    },
    /// The model does not hold what was asked of it.
    #[error("{0}")]
    Model(String),
    /// The work was told to stop, before its end.
    #[error("stopped at {at}")]
    Stopped {
        /// How far it was: "iteration 7".
        at: String,
    },
    /// A computation failed: a matrix that is not positive definite, say.
    #[error("{0}")]
    Numerical(String),
}

/// Where in the input something was found. `Display` prints `file, line 3, record 'name'`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it; `standard input` for `-`.
    pub file: String,
    /// 1-based line.
    pub line: Option<u64>,
    /// Name of the sequence or row.
    pub record: Option<String>,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            ..Self::default()
        }
    }

    /// The same place, at a 1-based line.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same place, in a named record.
    #[must_use]
    pub fn record(mut self, record: impl Into<String>) -> Self {
        self.record = Some(record.into());
        self
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", in_a_line(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(record) = &self.record {
            let record = in_a_line(&shortened(record)).into_owned();
            write!(f, ", record '{record}'")?;
        }
        Ok(())
    }
}

impl Error {
    /// An [`Error::Io`] for `path`; made to be used in `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// An [`Error::Input`]. What the problem quotes of the file is shortened and escaped.
    pub fn input(place: Place, problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Input {
            place,
            problem: presentable(problem.into()),
            advice: advice.into(),
        }
    }

    /// The same, with another advice where the contents of an input are at fault.
    #[must_use]
    pub fn advise(self, advice: impl Into<String>) -> Self {
        match self {
            Self::Input { place, problem, .. } => Self::input(place, problem, advice),
            other => other,
        }
    }

    /// The exit code of the program: 1 failed, 2 usage, 3 bad input data, 75 stopped.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Input { .. } => 3,
            Self::Stopped { .. } => 75,
            _ => 1,
        }
    }
}

/// A name as messages show it: of a very long one only the beginning.
pub fn shortened(name: &str) -> Cow<'_, str> {
    const MOST: usize = 120;
    match name.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &name[..end]).into(),
        None => name.into(),
    }
}

/// Whether a terminal obeys a character rather than show it: control characters but tabs and line ends, and those that turn the direction of
/// writing.
pub fn is_obeyed(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control() && c != '\n' && c != '\t'
}

/// A name from a file, as it stands in one line of a log or of a table: what would end the line or the cell becomes a blank.
pub fn breaks_as_blanks(name: String) -> String {
    match name.contains(['\n', '\r', '\t']) {
        true => name.replace(['\n', '\r', '\t'], " "),
        false => name,
    }
}

/// A text as it may be shown on a terminal: what that would obey is written out, `\u{1b}`.
pub fn harmless(text: &str) -> Cow<'_, str> {
    written_out(text, is_obeyed)
}

/// A name or a path as it may be shown within a line.
pub fn in_a_line(name: &str) -> Cow<'_, str> {
    written_out(name, |c| is_obeyed(c) || c == '\n' || c == '\t')
}

/// A path within a line.
fn shown_path(path: &Path) -> String {
    in_a_line(&path.to_string_lossy()).into_owned()
}

fn written_out(text: &str, is_odd: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_odd) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_odd(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// A text that quotes a file: control characters, which would upset terminals, are escaped, and of a very long one the middle is
/// left out.
fn presentable(text: String) -> String {
    const START: usize = 400;
    const END: usize = 200;
    if text.len() <= START + END && !text.contains(is_obeyed) {
        return text;
    }
    let characters = text.chars().count();
    let mut shown = String::new();
    for (k, c) in text.chars().enumerate() {
        match characters > START + END && k >= START && k < characters - END {
            true if k == START => shown.push_str(" ... "),
            true => {}
            false if is_obeyed(c) => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

/// `1.5 GB`, `20 MB`, `812 bytes`: decimal units, two figures.
pub fn human_bytes(bytes: u64) -> String {
    const UNITS: [(&str, f64); 4] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let value = bytes as f64;
    for (unit, size) in UNITS {
        if value >= size {
            let scaled = value / size;
            return if scaled < 10.0 {
                format!("{scaled:.1} {unit}")
            } else {
                format!("{scaled:.0} {unit}")
            };
        }
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_printed_with_two_figures() {
        assert_eq!(human_bytes(812), "812 bytes");
        assert_eq!(human_bytes(1_500_000_000), "1.5 GB");
        assert_eq!(human_bytes(20_100_000), "20 MB");
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(shortened("abc"), "abc");
        let long = "\u{e9}".repeat(1000);
        assert_eq!(shortened(&long).chars().count(), 123);
        assert_eq!(
            Place::file("a").record("b\0").to_string(),
            "a, record 'b\\u{0}'"
        );
        assert!(Place::file("a").record(long).to_string().len() < 300);
    }

    #[test]
    fn quotes_of_a_file_are_short_and_harmless() {
        let problem = format!("'{}\u{1b}[2J' is no number\n", "x".repeat(100_000));
        let message = Error::input(Place::file("a"), problem, "b").to_string();
        assert!(message.len() < 1000, "{message}");
        assert!(message.contains("xx ... xx"), "{message}");
        assert!(
            message.ends_with("\\u{1b}[2J' is no number\n\n  b"),
            "{message}"
        );
        assert_eq!(presentable("'\u{e9}' is short".into()), "'\u{e9}' is short");
    }

    #[test]
    fn names_and_paths_stay_in_their_line() {
        assert_eq!(in_a_line("a b\n\u{1b}\u{202e}"), "a b\\n\\u{1b}\\u{202e}");
        assert_eq!(harmless("a\n\tb\r"), "a\n\tb\\r");
        let error = Error::Exists("x\n\u{9b}".into()).to_string();
        assert!(error.starts_with("x\\n\\u{9b} exists"), "{error}");
        let place = Place::file("\u{1b}[31mx\ny");
        assert_eq!(place.to_string(), "\\u{1b}[31mx\\ny");
    }

    #[test]
    fn a_place_names_what_is_known() {
        let place = Place::file("a.fa").line(3).record("x");
        assert_eq!(place.to_string(), "a.fa, line 3, record 'x'");
        assert_eq!(Place::file("a.fa").to_string(), "a.fa");
    }
}
