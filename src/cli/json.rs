//! Summaries for programs, on standard output.

use crate::error::{Error, Result};
use crate::io::files::output::to_stdout;
use serde::Serialize;

/// Prints a summary as one JSON object.
///
/// # Errors
/// If it cannot be written.
pub fn print_json<T: Serialize>(summary: &T) -> Result<()> {
    let text = serde_json::to_string_pretty(summary)
        .map_err(|e| Error::Numerical(format!("the summary cannot be written: {e}")))?;
    to_stdout(|out| writeln!(out, "{text}"))
}
