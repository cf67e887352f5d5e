//! What goes to standard error.

use super::settings::in_flags;
use super::timings::Timings;
use crate::error::{Error, harmless, in_a_line};
use crate::io::files::harmless::Harmless;
use std::ffi::OsString;
use std::sync::Arc;

/// Writes a line to standard error, without what a terminal would obey. A log that has lost its reader, or its disk, is no reason to stop or to change what is done.
pub fn tell(line: impl std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{}", harmless(&line.to_string()));
}

/// How much is said, and what the command is at.
#[derive(Debug, Clone)]
pub struct Messages {
    quiet: bool,
    verbose: u8,
    timings: Timings,
    command_line: Arc<str>,
}

impl Messages {
    /// By `--quiet` and the number of `-v`.
    pub fn new(quiet: bool, verbose: u8) -> Self {
        Self {
            quiet,
            verbose,
            timings: Timings::start(),
            command_line: "".into(),
        }
    }

    /// Of a command that was called with these words.
    #[must_use]
    pub fn called(self, words: &[OsString]) -> Self {
        let mut kept = Vec::new();
        let mut words = words.iter().map(|word| word.to_string_lossy());
        while let Some(word) = words.next() {
            match &*word {
                // What does not change any result is no part of it.
                "-t" | "--threads" => drop(words.next()),
                "-q" | "--quiet" | "--timings" => {}
                word if word.starts_with("--threads=") => {}
                word => kept.push(quoted(word)),
            }
        }
        Self {
            command_line: kept.join(" ").into(),
            ..self
        }
    }

    /// How the program was called, as models tell it, in words that a shell takes as they are; what is no text in it is replaced, and how many
    /// threads it had and what it said is left out.
    pub fn command_line(&self) -> &str {
        &self.command_line
    }

    /// What the command spends its time on.
    pub fn timings(&self) -> &Timings {
        &self.timings
    }

    /// Whether nothing but warnings and errors is said.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether every iteration is said.
    pub fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    /// `name: value`, the names padded to one width.
    pub fn field(&self, name: &str, value: impl std::fmt::Display) {
        self.say(format_args!(
            "{name:>10}  {}",
            in_a_line(&value.to_string())
        ));
    }

    /// A line.
    pub fn say(&self, line: impl std::fmt::Display) {
        if !self.quiet {
            tell(in_flags(&line.to_string()));
        }
    }

    /// Where lines may be written; nowhere if `--quiet`.
    pub fn writer(&self) -> Box<dyn std::io::Write> {
        if self.quiet {
            Box::new(std::io::sink())
        } else {
            Box::new(Harmless::new(std::io::stderr()))
        }
    }

    /// A line that even `--quiet` shows.
    pub fn warn(&self, line: impl std::fmt::Display) {
        tell(format_args!("warning: {}", in_flags(&line.to_string())));
    }

    /// An error with its causes.
    pub fn error(&self, error: &Error) {
        tell(format_args!("error: {}", in_flags(&error.to_string())));
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            tell(format_args!("  because: {inner}"));
            cause = inner.source();
        }
    }
}
/// A word in quotes, where a shell would read something else.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:=,+@%^".contains(letter);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
