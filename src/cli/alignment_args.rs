//! Options about the alignment that several commands share.

use super::focus_structure::FocusStructure;
use super::input_format::InputFormatArg;
use super::like::Like;
use crate::alignment::{
    ChainLengths, ColumnRule, Focus, FocusOptions, GapLimit, IdentityThreshold, UnknownLetters,
};
use crate::alphabet::Alphabet;
use crate::conventions::Tool;
use crate::io::alignments::InputFormat;
use crate::position::Offsets;
use clap::{Args, ValueEnum};
use std::num::NonZeroUsize;
use std::path::Path;

/// Which rows and columns are modelled.
#[derive(Debug, Args)]
#[command(next_help_heading = "Target, columns and rows")]
pub struct InputArgs {
    /// Format of the alignment, where its content should not decide
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    input_format: InputFormatArg,
    /// Which alignment of a file that holds several
    ///
    /// Counted from 1: those of MMseqs2 and ColabFold end with a NUL byte, those of Stockholm files with '//'.
    #[arg(long, value_name = "N")]
    query: Option<NonZeroUsize>,
    /// What decides which columns are modelled
    #[arg(long, value_enum, default_value_t = ColumnsArg::Target)]
    columns: ColumnsArg,
    /// Target sequence [default: the first]
    ///
    /// Its whole name, or the part before the first blank or '/'.
    #[arg(long, value_name = "NAME", conflicts_with = "no_focus")]
    focus: Option<String>,
    /// Target: the sequence most like a chain of this structure (PDB or mmCIF)
    ///
    /// With :CHAIN behind the file's name that chain's, else that of any. Positions are those of the sequence, not of the file.
    #[arg(long, value_name = "FILE[:CHAIN]", conflicts_with_all = ["focus", "no_focus", "target"])]
    focus_structure: Option<FocusStructure>,
    /// No target: model every column, counted from 1
    #[arg(long)]
    no_focus: bool,
    /// With --no-focus: the sequence whose mutants are to be scored later
    #[arg(long, value_name = "NAME", requires = "no_focus")]
    target: Option<String>,
    /// Number added to the target's positions [default: from NAME/start-end]
    ///
    /// Position of the target's k-th residue is k + OFFSET; a list such as 10,-2 has one for each chain. Without it NAME/start-end gives the
    /// first number, else 1. (potts score-mutants --offset K is another matter: there a table's number + K is the target's position.)
    #[arg(long, allow_hyphen_values = true, conflicts_with = "no_focus")]
    offset: Option<Offsets>,
    /// Lengths of the chains of paired proteins, as in 120,98
    ///
    /// The length of each chain of a concatenated alignment in residues of the target (with --no-focus: in columns or match columns),
    /// lettered A, B, ... or named as in H=120,L=98. A file of ColabFold says so itself; none takes it for one protein all the same.
    #[arg(long, value_name = "N,N,...", allow_hyphen_values = true)]
    chains: Option<Chains>,
    /// Every convention of another program; --help spells them out
    ///
    /// Rows, columns, weights, gaps, penalties, contact scores.
    #[arg(long, value_enum, value_name = "TOOL")]
    like: Option<Like>,
    /// Drop sequences that cover less of the modelled columns [default: 0.5]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_sequence_coverage: Option<f64>,
    /// Do not model columns with a larger share of gaps [default: 1]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_column_gap: Option<f64>,
    /// protein, rna, dna, or letters in order of states [default: told by the letters]
    #[arg(long, value_name = "NAME|LETTERS", allow_hyphen_values = true)]
    alphabet: Option<Alphabet>,
    /// Sequences with letters that are no residue (B, X, Z, ...) [default: drop]
    #[arg(long, value_enum)]
    unknown: Option<Unknown>,
}

/// `--chains`.
#[derive(Debug, Clone)]
enum Chains {
    /// Several, of these lengths.
    Lengths(ChainLengths),
    /// None, whatever the file says.
    OneProtein,
}

impl std::str::FromStr for Chains {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::OneProtein),
            lengths => lengths.parse().map(Self::Lengths),
        }
    }
}

/// From which identity sequences are neighbours.
#[derive(Debug, Args)]
pub struct IdentityArgs {
    /// Identity from which sequences share their weight [default: 0.8]
    ///
    /// '>0.8' leaves ties out, '>ceil(0.8L)' is CCMpred's rule.
    #[arg(long, value_name = "SHARE")]
    identity: Option<IdentityThreshold>,
}

/// Declares the command line's words for a closed choice of the library.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident => $target:ty { $($(#[$doc:meta])* $variant:ident => $value:expr),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl From<$name> for $target {
            fn from(choice: $name) -> Self {
                match choice {
                    $($name::$variant => $value,)+
                }
            }
        }
    };
}

pub(super) use choice;

choice!(Unknown => UnknownLetters {
    /// Drop the sequence
    Drop => UnknownLetters::Drop,
    /// Count them as gaps
    Gap => UnknownLetters::Gap,
});

choice!(ColumnsArg => ColumnRule {
    /// The target: those of its upper-case residues; with --no-focus every column
    Target => ColumnRule::Target,
    /// The reference line of a Stockholm file (#=GC RF): its match columns, with a target those where it has a residue
    Reference => ColumnRule::Reference,
});

pub(super) fn number(
    text: &str,
    what: &str,
    fits: impl Fn(f64) -> bool,
) -> std::result::Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && fits(value) => Ok(value),
        _ => Err(format!("'{text}' is not {what}")),
    }
}

pub(super) fn share(text: &str) -> std::result::Result<f64, String> {
    number(text, "a share between 0 and 1", |v| {
        (0.0..=1.0).contains(&v)
    })
}

/// How an alignment is read and reduced to what is modelled.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The format; `None` leaves it to the content.
    pub format: Option<InputFormat>,
    /// Which alignment of a file that holds several.
    pub query: Option<NonZeroUsize>,
    /// The alphabet; `None` leaves it to the letters.
    pub alphabet: Option<Alphabet>,
    /// Which rows and columns are modelled.
    pub focus: FocusOptions,
    /// A structure that chooses the target.
    pub focus_structure: Option<FocusStructure>,
    /// Bytes of memory that may be used; `None` for those that are free.
    pub max_memory: Option<u64>,
}

impl IdentityArgs {
    /// From which identity sequences are neighbours: as given, else as `tool` has it.
    pub fn threshold(&self, tool: Option<Tool>) -> IdentityThreshold {
        self.identity
            .unwrap_or_else(|| tool.map_or(IdentityThreshold::DEFAULT, Tool::identity))
    }
}

impl InputArgs {
    /// How the alignment is read.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            format: self.input_format.format(),
            query: self.query,
            alphabet: self.alphabet.clone(),
            focus: self.focus_options(),
            focus_structure: self.focus_structure.clone(),
            max_memory: None,
        }
    }

    /// Which rows and columns are modelled.
    fn focus_options(&self) -> FocusOptions {
        let conventions = self
            .tool()
            .map_or_else(FocusOptions::default, Tool::focus_options);
        FocusOptions {
            focus: match &self.focus {
                _ if self.no_focus => Focus::None {
                    target: self.target.clone(),
                },
                Some(name) => Focus::Named(name.clone()),
                None => conventions.focus,
            },
            columns: self.columns.into(),
            offsets: self.offset.clone(),
            chains: match &self.chains {
                Some(Chains::Lengths(lengths)) => Some(lengths.clone()),
                Some(Chains::OneProtein) | None => None,
            },
            declared_chains: self.chains.is_none() && conventions.declared_chains,
            min_sequence_coverage: self
                .min_sequence_coverage
                .unwrap_or(conventions.min_sequence_coverage),
            max_column_gap: self.max_column_gap.unwrap_or(conventions.max_column_gap),
            gap_limit: match self.max_column_gap {
                Some(_) => GapLimit::AtMost,
                None => conventions.gap_limit,
            },
            unknown: self.unknown.map_or(conventions.unknown, Into::into),
            ..conventions
        }
    }

    /// The structure that chooses the target.
    pub fn focus_structure(&self) -> Option<&Path> {
        self.focus_structure.as_ref().map(FocusStructure::file)
    }

    /// The program whose conventions hold.
    pub fn tool(&self) -> Option<Tool> {
        self.like.map(|like| like.0)
    }
}
