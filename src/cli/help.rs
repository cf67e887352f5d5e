//! The help of the program in the order of use: examples and usual options first, what experts need in `--help`.

use crate::io::tables::columns::{Column, Table};
use clap::Command;
use clap::builder::StyledStr;
use std::fmt::Write;

/// The commands in groups, in the order in which they are met.
const GROUPS: [(&str, &[&str]); 4] = [
    (
        "Commands",
        &[
            "fit",
            "contacts",
            "score-mutants",
            "epistasis",
            "positions",
            "design",
            "sample",
            "partition",
            "evaluate",
            "energy",
            "calibrate",
            "report",
            "plot",
            "info",
        ],
    ),
    (
        "Alignments and models",
        &["weights", "objective", "convert"],
    ),
    (
        "Large families, and many",
        &["plan", "merge", "batch-status"],
    ),
    ("Shell", &["completions", "man", "help"]),
];

/// The options that a command is used with on most days, in order; of commands that are not here, all are.
const USUAL: [(&str, &[&str]); 16] = [
    ("fit", &["output", "focus", "preset", "method", "offset"]),
    (
        "contacts",
        &["top", "min_separation", "format", "score", "output"],
    ),
    (
        "score-mutants",
        &["file", "against", "all_single", "offset", "output"],
    ),
    (
        "design",
        &[
            "singles",
            "doubles",
            "number",
            "max_mutations",
            "distance",
            "score",
            "keep",
            "mutate",
            "output",
        ],
    ),
    (
        "epistasis",
        &[
            "positions",
            "partners",
            "rescue",
            "combine",
            "top",
            "output",
        ],
    ),
    (
        "calibrate",
        &["assay", "against", "output", "with", "suggest"],
    ),
    (
        "sample",
        &[
            "number",
            "temperature",
            "max_mutations",
            "keep",
            "seed",
            "output",
        ],
    ),
    (
        "partition",
        &[
            "estimator",
            "temperature",
            "temperature_curve",
            "store",
            "output",
        ],
    ),
    (
        "evaluate",
        &["samples", "natural", "number", "temperature", "output"],
    ),
    (
        "energy",
        &["verdict", "false_alarm", "aligned", "unaligned", "output"],
    ),
    (
        "report",
        &["output", "structure", "mutants", "keep", "title"],
    ),
    (
        "plot",
        &[
            "output",
            "structure",
            "positions",
            "top",
            "width",
            "no_title",
        ],
    ),
    ("weights", &["identity", "sweep", "format", "output"]),
    ("convert", &["to", "alignment", "force"]),
    ("objective", &["weights", "no_reweighting", "json"]),
    ("plan", &["focus", "preset", "max_memory", "json"]),
];

/// Options of a fit that do nothing in a plan of one: they are taken, so that `fit` can be exchanged for `plan` in any command.
const IDLE_IN_PLAN: [&str; 9] = [
    "output",
    "force",
    "write_alignment",
    "no_sequences",
    "strict",
    "sites",
    "checkpoint_every",
    "checkpoint",
    "restart",
];

/// Other words for commands, which users try.
const OTHER_WORDS: [(&str, &str); 34] = [
    ("log-z", "partition"),
    ("logz", "partition"),
    ("entropy", "partition"),
    ("ais", "partition"),
    ("evaluation", "evaluate"),
    ("validate", "evaluate"),
    ("energies", "energy"),
    ("likelihood", "energy"),
    ("novelty", "energy"),
    ("perplexity", "energy"),
    ("generate", "sample"),
    ("gibbs", "sample"),
    ("samples", "sample"),
    ("rescue", "epistasis"),
    ("combine", "epistasis"),
    ("interactions", "epistasis"),
    ("calibration", "calibrate"),
    ("assay", "calibrate"),
    ("conservation", "positions"),
    ("sites", "positions"),
    ("mutants", "score-mutants"),
    ("mutations", "score-mutants"),
    ("score", "score-mutants"),
    ("couplings", "contacts"),
    ("pairs", "contacts"),
    ("train", "fit"),
    ("neff", "weights"),
    ("order", "design"),
    ("optimise", "design"),
    ("export", "convert"),
    ("import", "convert"),
    ("figure", "plot"),
    ("draw", "plot"),
    ("logo", "plot"),
];

/// Words for what this program does not do itself, and what comes nearest.
const NOT_HERE: [(&str, &str); 2] = [
    (
        "batch",
        "potts fit --batch LIST --out-dir DIR fits many families; contacts and score-mutants have --batch as well",
    ),
    (
        "predict",
        "potts contacts ranks pairs, potts score-mutants scores mutants",
    ),
];

/// What to say of a word that is no command, if there is something to say.
pub fn pointer(word: &str) -> Option<String> {
    let of = |list: &[(&str, &'static str)]| {
        let found = list.iter().find(|(other, _)| *other == word);
        found.map(|(_, text)| *text)
    };
    match (of(&OTHER_WORDS), of(&NOT_HERE)) {
        (Some(command), _) => Some(format!("the command is potts {command}")),
        (None, Some(nearest)) => Some(nearest.into()),
        (None, None) => None,
    }
}

/// A command: what it is for, how it is called, examples, options.
const COMMAND_TEMPLATE: &str = "\
{about-with-newline}
{usage-heading} {usage}

{before-help}{all-args}{after-help}";

/// The program with its help arranged.
pub fn arranged(program: Command) -> Command {
    let names: Vec<String> = program
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let template = program_template(&program);
    let program = program.help_template(template);
    names.into_iter().fold(program, |program, name| {
        program.mut_subcommand(&name, |command| arranged_command(command, &name))
    })
}

fn program_template(program: &Command) -> StyledStr {
    let mut text = String::from("{about-with-newline}\n{usage-heading} {usage}\n");
    let about = |name: &str| match program.find_subcommand(name) {
        Some(command) => command.get_about().map(ToString::to_string),
        // clap's own, which comes when the program is built.
        None => Some("Print this, or the help of a command".into()),
    };
    for (heading, commands) in GROUPS {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{heading}:\n");
        for name in commands {
            let _ = writeln!(text, "  {name:<14} {}", about(name).unwrap_or_default());
        }
    }
    text.push_str("\nOptions:\n{options}{after-help}");
    text.into()
}

fn arranged_command(command: Command, name: &str) -> Command {
    let usual = USUAL.iter().find(|(command, _)| *command == name);
    let command = command.help_template(COMMAND_TEMPLATE).mut_args(|arg| {
        let id = arg.get_id().as_str().to_owned();
        let idle = name == "plan" && IDLE_IN_PLAN.contains(&id.as_str());
        let hidden = idle || arg.is_hide_set();
        let arg = arg.hide(hidden);
        let Some((_, usual)) = usual else {
            return arg;
        };
        match usual.iter().position(|&option| option == id) {
            Some(place) => arg.display_order(place).help_heading("Usual options"),
            None if arg.is_positional() => arg,
            None => arg.hide_short_help(true),
        }
    });
    match usual {
        Some(_) => command.after_help("All options: --help"),
        None => command,
    }
}

/// Where meanings begin in lists of columns, and where they end.
const MEANINGS: (usize, usize) = (20, 78);

/// The columns of a table and what they mean.
pub fn columns_help<T: Table>(columns: &[Column<T>]) -> String {
    let mut text = String::from("Columns of the table:");
    for column in columns {
        let unit = match column.unit {
            "" => String::new(),
            unit => format!(", {unit}"),
        };
        let mut line = format!("  {:<1$}", format!("{}{unit}", column.name), MEANINGS.0 - 2);
        if !line.ends_with(' ') {
            line.push(' ');
        }
        for word in column.meaning.split_whitespace() {
            if line.len() + word.len() > MEANINGS.1 {
                text.push('\n');
                text.push_str(line.trim_end());
                line = " ".repeat(MEANINGS.0);
            }
            line.push_str(word);
            line.push(' ');
        }
        text.push('\n');
        text.push_str(line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> Command {
        let mut program = crate::cli::program();
        program.build();
        program
    }

    #[test]
    fn every_command_stands_in_one_group() {
        let listed: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        let program = program();
        let mut names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
        let mut sorted = listed.clone();
        sorted.sort_unstable();
        names.sort_unstable();
        assert_eq!(sorted, names);
        for (word, command) in OTHER_WORDS {
            assert!(listed.contains(&command) && !listed.contains(&word));
        }
    }

    #[test]
    fn options_that_are_listed_exist() {
        let program = program();
        let has = |command: &str, option: &str| {
            let command = program.find_subcommand(command).unwrap();
            command.get_arguments().any(|arg| arg.get_id() == option)
        };
        for (command, options) in USUAL {
            for option in options {
                assert!(has(command, option), "{command} {option}");
            }
        }
        for option in IDLE_IN_PLAN {
            assert!(has("plan", option), "{option}");
        }
    }

    /// Short help fits on a screen, and each option's text on a line.
    #[test]
    fn short_help_is_short() {
        for command in program().get_subcommands() {
            for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(
                    help.chars().count() <= 80 && !help.contains('\n'),
                    "{} {}: {help}",
                    command.get_name(),
                    arg.get_id()
                );
            }
            let help = command.clone().render_help().to_string();
            let lines = help.lines().count();
            assert!(lines <= 45, "{} has {lines} lines", command.get_name());
        }
    }

    #[test]
    fn words_that_users_try_point_to_a_command() {
        assert_eq!(
            pointer("mutants").unwrap(),
            "the command is potts score-mutants"
        );
        assert!(pointer("figure").unwrap().contains("potts plot"));
        assert_eq!(pointer("xyz"), None);
    }
}
