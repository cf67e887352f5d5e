//! Facts in groups, as `potts info` prints them.

use crate::report::words::Group;
use std::io::{self, Write};

/// Prints them, the values below one another.
pub fn print_groups(groups: &[Group], output: &mut dyn Write) -> io::Result<()> {
    let names = groups.iter().flat_map(|(_, lines)| lines);
    let width = names.map(|(name, _)| name.len()).max().unwrap_or(0);
    for (k, (heading, lines)) in groups.iter().enumerate() {
        if k > 0 {
            writeln!(output)?;
        }
        writeln!(output, "{heading}")?;
        for (name, value) in lines {
            let name = format!("{name}:");
            // Names come from the user's files: none of them may move the cursor or break a line.
            let value = value.replace(char::is_control, " ");
            writeln!(output, "  {name:<width$} {value}", width = width + 1)?;
        }
    }
    Ok(())
}
