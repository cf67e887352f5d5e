//! `--input-format`, of every command that reads an alignment.

use crate::io::alignments::InputFormat;
use crate::io::alignments::table::KNOWN;
use clap::ValueEnum;
use clap::builder::PossibleValue;

/// Format of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputFormatArg {
    /// As the content tells.
    #[default]
    Auto,
    /// The one with this number in the table of those that are read.
    Known(usize),
}

/// All choices: one for each format of the table.
const CHOICES: [InputFormatArg; KNOWN.len() + 1] = {
    let mut choices = [InputFormatArg::Auto; KNOWN.len() + 1];
    let mut n = 0;
    while n < KNOWN.len() {
        choices[n + 1] = InputFormatArg::Known(n);
        n += 1;
    }
    choices
};

impl ValueEnum for InputFormatArg {
    fn value_variants<'a>() -> &'a [Self] {
        &CHOICES
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Auto => PossibleValue::new("auto").help("As the content tells"),
            Self::Known(n) => {
                let known = KNOWN.get(*n)?;
                let (word, others) = known.words.split_first()?;
                PossibleValue::new(*word)
                    .aliases(others.iter().copied())
                    .help(known.help())
            }
        })
    }
}

impl InputFormatArg {
    /// The format; `None` where the content decides.
    pub fn format(self) -> Option<InputFormat> {
        match self {
            Self::Auto => None,
            Self::Known(n) => KNOWN.get(n).map(|known| known.format),
        }
    }
}
