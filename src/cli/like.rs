//! `--like TOOL`: the conventions of another program.

use super::settings::all_in_flags;
use crate::conventions::Tool;
use clap::ValueEnum;
use std::fmt::Write;
use std::sync::LazyLock;

/// The programs that `--like` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Like(pub Tool);

impl ValueEnum for Like {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: LazyLock<[Like; Tool::ALL.len()]> = LazyLock::new(|| Tool::ALL.map(Like));
        &*ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.as_str()))
    }
}

/// What every `--like` expands to; below the options of `--help`.
pub fn conventions_help() -> String {
    let mut text = String::from(
        "Conventions of --like (an option given beside it wins; the fit runs to its optimum where the\nprogram stops early):",
    );
    for tool in Tool::ALL {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {}", tool.as_str());
        for (what, convention) in tool.conventions() {
            let _ = write!(text, "\n    {what:<9}  {}", all_in_flags(&convention));
        }
    }
    text
}
