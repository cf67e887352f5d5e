//! The options of a command as words, whatever they are.

use clap::{ArgMatches, Command};
use std::collections::BTreeMap;

/// Values of all options of `command` by their long names, defaults included; several values of one with commas between.
pub fn values(command: &Command, matches: &ArgMatches) -> BTreeMap<String, String> {
    let options = command.get_arguments().filter_map(|argument| {
        let raw = matches.try_get_raw(argument.get_id().as_str()).ok()??;
        let values: Vec<_> = raw.map(|value| value.to_string_lossy()).collect();
        Some((argument.get_long()?.to_owned(), values.join(",")))
    });
    options.collect()
}
