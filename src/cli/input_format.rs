//! `--input-format`, of every command that reads an alignment.

use crate::io::alignments::InputFormat;
use crate::io::alignments::fasta::Dialect;
use clap::ValueEnum;

/// Format of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum InputFormatArg {
    /// As the content tells
    #[default]
    Auto,
    /// FASTA: every letter has a column
    Fasta,
    /// A2M: every letter has a column, lower case marks insertions
    A2m,
    /// A3M: lower case and '.' are insertions without a column, even if all rows are equally long
    A3m,
    /// Stockholm, with or without its first line
    Stockholm,
    /// One sequence a line, without names (also: aln)
    #[value(alias = "aln")]
    OneALine,
    /// Clustal, with or without its first line
    Clustal,
}

impl InputFormatArg {
    /// The format; `None` where the content decides.
    pub fn format(self) -> Option<InputFormat> {
        match self {
            Self::Auto => None,
            Self::Fasta => Some(InputFormat::Fasta(Some(Dialect::Fasta))),
            Self::A2m => Some(InputFormat::Fasta(Some(Dialect::A2m))),
            Self::A3m => Some(InputFormat::Fasta(Some(Dialect::A3m))),
            Self::Stockholm => Some(InputFormat::Stockholm),
            Self::OneALine => Some(InputFormat::OneALine),
            Self::Clustal => Some(InputFormat::Clustal),
        }
    }
}
