//! Items of a batch: what the list and the command line ask of each, checked before any is started.

use super::list::{List, Listed};
use super::pass_on::{self, Given};
use super::{Kind, task};
use crate::cli::settings::in_flags;
use crate::cli::{Cli, Command};
use crate::error::{Error, Place, Result};
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// An item of a batch.
#[derive(Debug)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it writes, in the folder of the batch.
    pub output: String,
    /// Bytes of its input; 0 if there is none.
    pub size: u64,
    /// The file that it reads.
    pub input: PathBuf,
    /// What it is asked to do.
    pub task: Command,
    /// The words of its command line that it has whatever threads and memory it is given, from the command's name on.
    words: Vec<OsString>,
}

/// The words of a child's command line.
pub fn words(item: &Item, kind: Kind, folder: &Path, threads: usize, memory: u64) -> Vec<OsString> {
    let mut words = item.words.clone();
    words.push("--output".into());
    words.push(folder.join(&item.output).into());
    words.push(format!("--threads={threads}").into());
    match kind {
        Kind::Fit => {
            words.push(format!("--max-memory={memory}").into());
            words.push("--json".into());
        }
        Kind::Contacts => words.push("--timings".into()),
        Kind::ScoreMutants => words.extend(["--timings", "--json"].map(OsString::from)),
        Kind::Epistasis
        | Kind::Positions
        | Kind::Design
        | Kind::Sample
        | Kind::Partition
        | Kind::Evaluate
        | Kind::Energy
        | Kind::Calibrate
        | Kind::Report => words.push("--timings".into()),
    }
    words
}

impl Item {
    /// Why its input cannot be read, if there is none: then no process needs to be started to find out.
    pub fn missing(&self) -> Option<Error> {
        match std::fs::metadata(&self.input) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Some(Error::io("read", &self.input)(error))
            }
            _ => None,
        }
    }

    /// The words that its log begins with where no process has been started.
    pub fn own_words(&self) -> &[OsString] {
        &self.words
    }
}

/// Makes items of the rows of a list.
pub struct Maker {
    kind: Kind,
    program: clap::Command,
    common: Vec<Given>,
}

impl Maker {
    /// For a batch whose command line is `matches`.
    pub fn new(kind: Kind, matches: &ArgMatches) -> Self {
        let mut program = Cli::command();
        program.build();
        let command = program.find_subcommand(kind.name());
        let common = command.map(|command| pass_on::given(command, matches));
        Self {
            kind,
            common: common.unwrap_or_default(),
            program,
        }
    }

    /// Whether a column of a sample sheet is no concern of the command: one that is an option of it never is left out.
    pub fn ignores(&self, column: &str) -> bool {
        self.kind.is_for_others(column) && !pass_on::is_column(self.command(), column)
    }

    /// Checks that the columns of the list are options.
    ///
    /// # Errors
    /// [`Error::Input`] naming the first that is not.
    pub fn check_columns(&self, list: &List) -> Result<()> {
        let header = list.header.iter().flat_map(|header| header.split('\t'));
        let known = ["name", self.kind.input_column()];
        let options = header.map(str::trim).filter(|column| {
            !known.contains(column) && !list.ignored.iter().any(|ignored| ignored == column)
        });
        for column in options {
            if !pass_on::is_column(self.command(), column) {
                return Err(Error::input(
                    Place::file(&list.file),
                    format!(
                        "the column '{column}' is no option of potts {}",
                        self.kind.name()
                    ),
                    format!(
                        "columns may be {}, and options: {}",
                        known.join(", "),
                        pass_on::columns(self.command()).join(", ")
                    ),
                ));
            }
        }
        Ok(())
    }

    fn command(&self) -> &clap::Command {
        let command = self.program.find_subcommand(self.kind.name());
        command.unwrap_or(&self.program)
    }

    /// The item of a row.
    ///
    /// # Errors
    /// [`Error::Usage`] if the options of the command line are wrong by themselves, [`Error::Input`] if those of the row are.
    pub fn item(&mut self, file: &str, row: &Listed) -> Result<Item> {
        let made = self.try_item(row);
        made.map_err(|problem| match row.options.is_empty() {
            true => Error::Usage(problem),
            false => Error::input(
                Place::file(file).line(row.line).record(&row.name),
                problem,
                "correct the line, or the options beside --batch",
            ),
        })
    }

    fn try_item(&mut self, row: &Listed) -> std::result::Result<Item, String> {
        let mut own = Vec::new();
        let mut named = Vec::new();
        for (column, cell) in &row.options {
            named.push(column);
            own.extend(pass_on::of_cell(self.command(), column, cell)?);
        }
        // What the list says of an item is more to the point than what the command line says of all.
        let common = self.common.iter();
        let common = common.filter(|given| !named.contains(&&given.option));
        let mut words: Vec<OsString> = vec![self.kind.name().into(), path_word(&row.input)];
        for given in common.chain(&own) {
            words.extend(given.arguments.iter().cloned());
        }
        let task = self.parse(&words, &row.name)?;
        task::check(&task).map_err(|error| in_flags(&error.to_string()).into_owned())?;
        let ending = task::ending(&task);
        Ok(Item {
            name: row.name.clone(),
            output: format!("{}.{ending}", row.name),
            size: std::fs::metadata(&row.input).map_or(0, |found| found.len()),
            input: row.input.clone().into(),
            task,
            words,
        })
    }

    fn parse(&mut self, words: &[OsString], name: &str) -> std::result::Result<Command, String> {
        let words = std::iter::once(OsString::from("potts")).chain(words.iter().cloned());
        // The one command that does not do without.
        let output = matches!(self.kind, Kind::Calibrate | Kind::Report)
            .then(|| format!("--output={name}.h5").into());
        let words = words.chain(output);
        let matches = self.program.try_get_matches_from_mut(words);
        let cli = matches.and_then(|matches| Cli::from_arg_matches(&matches));
        cli.map(|cli| cli.command).map_err(|error| {
            let said = error.to_string();
            let first = said.split("\n\n").next().unwrap_or_default();
            first.trim_start_matches("error: ").to_owned()
        })
    }
}

/// A path that is not taken for an option.
fn path_word(path: &str) -> OsString {
    match path.starts_with('-') {
        true => Path::new(".").join(path).into(),
        false => PathBuf::from(path).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    #[test]
    fn a_column_of_a_sample_sheet_is_left_out_unless_it_is_an_option() {
        let maker_of = |kind: Kind| {
            let words = ["potts", kind.name(), "--batch", "list", "--out-dir", "out"];
            let matches = Cli::command().get_matches_from(words);
            Maker::new(kind, matches.subcommand().unwrap().1)
        };
        let mut maker = maker_of(Kind::Contacts);
        let sheet = ["mutants", "alignment"];
        assert!(sheet.iter().all(|column| maker.ignores(column)));
        assert!(!maker.ignores("top") && !maker.ignores("no-such"));
        assert!(!maker.ignores("structure") && maker_of(Kind::ScoreMutants).ignores("structure"));
        assert!(!maker_of(Kind::Fit).ignores("alignment"));
        maker.program = maker.program.mut_subcommand("contacts", |command| {
            command.arg(Arg::new("mutants").long("mutants"))
        });
        assert!(!maker.ignores("mutants") && maker.ignores("alignment"));
    }
}
