//! Options of the batch as arguments of its items, whatever the command: from what clap knows of them.

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;

/// Options that the batch sets for its items, or that are about the batch as a whole.
const OWN: [&str; 12] = [
    "batch",
    "out_dir",
    "shard",
    "skip_existing",
    "output",
    "json",
    "threads",
    "max_memory",
    "quiet",
    "timings",
    "help",
    "version",
];

/// An option and how it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Its long name, without dashes.
    pub option: String,
    /// As arguments.
    pub arguments: Vec<OsString>,
}

/// Options given to `command` on the command line that concern every item.
pub fn given(command: &Command, matches: &ArgMatches) -> Vec<Given> {
    let of_items = command.get_arguments().filter(|arg| !is_own(arg));
    let typed = of_items.filter(|arg| {
        matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
    });
    typed
        .filter_map(|arg| {
            let option = arg.get_long()?.to_owned();
            let arguments = arguments_of(arg, &option, matches);
            Some(Given { option, arguments })
        })
        .collect()
}

fn arguments_of(arg: &Arg, option: &str, matches: &ArgMatches) -> Vec<OsString> {
    let id = arg.get_id().as_str();
    match arg.get_action() {
        ArgAction::SetTrue | ArgAction::SetFalse => vec![flag(option)],
        ArgAction::Count => vec![flag(option); usize::from(matches.get_count(id))],
        _ => {
            let values = matches.get_raw(id).into_iter().flatten();
            values.map(|value| with_value(option, value)).collect()
        }
    }
}

/// The cell of a column as an option of `command`; none if it says `no` to a flag.
///
/// # Errors
/// What is wrong with it, in words.
pub fn of_cell(command: &Command, column: &str, cell: &str) -> Result<Option<Given>, String> {
    let arg = of_columns(command).find(|arg| arg.get_long() == Some(column));
    let arg = arg.ok_or_else(|| format!("'{column}' is no option"))?;
    let given = |argument| {
        Some(Given {
            option: column.to_owned(),
            arguments: vec![argument],
        })
    };
    if arg.get_action().takes_values() {
        return Ok(given(with_value(column, cell.as_ref())));
    }
    match cell {
        "yes" => Ok(given(flag(column))),
        "no" => Ok(None),
        _ => Err(format!(
            "'{cell}' in the column '{column}' is neither yes nor no"
        )),
    }
}

/// Whether a list may have this column for `command`.
pub fn is_column(command: &Command, column: &str) -> bool {
    columns(command).contains(&column)
}

/// Options that a list may have a column for, by the alphabet.
pub fn columns(command: &Command) -> Vec<&str> {
    let mut names: Vec<&str> = of_columns(command).filter_map(Arg::get_long).collect();
    names.sort_unstable();
    names
}

fn of_columns(command: &Command) -> impl Iterator<Item = &Arg> {
    let of_items = command.get_arguments().filter(|arg| !is_own(arg));
    of_items.filter(|arg| !arg.is_hide_set() && !matches!(arg.get_action(), ArgAction::Count))
}

fn is_own(arg: &Arg) -> bool {
    arg.is_positional() || OWN.contains(&arg.get_id().as_str())
}

fn flag(option: &str) -> OsString {
    format!("--{option}").into()
}

/// One argument, so that a value may begin with a dash.
fn with_value(option: &str, value: &std::ffi::OsStr) -> OsString {
    let mut argument = flag(option);
    argument.push("=");
    argument.push(value);
    argument
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory;

    fn program() -> Command {
        let mut program = Cli::command();
        program.build();
        program
    }

    fn passed(line: &str) -> Vec<String> {
        let matches = Cli::command()
            .try_get_matches_from(line.split_whitespace())
            .unwrap();
        let (name, matches) = matches.subcommand().unwrap();
        let program = program();
        let given = given(program.find_subcommand(name).unwrap(), matches);
        let arguments = given.into_iter().flat_map(|given| given.arguments);
        arguments.map(|a| a.into_string().unwrap()).collect()
    }

    #[test]
    fn what_was_typed_is_passed_on_and_nothing_else() {
        let mut options = passed(
            "potts fit --batch l --out-dir d --shard 1/2 --skip-existing -t 3 -v -v --focus=-x --no-reweighting \
             --lambda-j 0.02x --max-memory 2GB --force --offset -3",
        );
        // clap keeps its own order.
        options.sort();
        let expected = [
            "--focus=-x",
            "--force",
            "--lambda-j=0.02x",
            "--no-reweighting",
            "--offset=-3",
            "--verbose",
            "--verbose",
        ];
        assert_eq!(options, expected);
    }

    #[test]
    fn cells_are_options() {
        let program = program();
        let fit = program.find_subcommand("fit").unwrap();
        let arguments = |column, cell| {
            let given = of_cell(fit, column, cell).unwrap();
            given.map(|given| given.arguments)
        };
        assert_eq!(
            arguments("offset", "-3"),
            Some(vec![OsString::from("--offset=-3")])
        );
        assert_eq!(
            arguments("no-focus", "yes"),
            Some(vec![OsString::from("--no-focus")])
        );
        assert_eq!(arguments("no-focus", "no"), None);
        assert!(of_cell(fit, "no-focus", "maybe").is_err());
        assert!(is_column(fit, "lambda-j") && is_column(fit, "write-alignment"));
        for own in ["output", "threads", "batch", "verbose", "scale", "no-such"] {
            assert!(!is_column(fit, own), "{own}");
            assert!(of_cell(fit, own, "x").is_err(), "{own}");
        }
    }
}
