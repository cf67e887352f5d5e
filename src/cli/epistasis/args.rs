//! Options of `potts epistasis`.

use crate::cli::help::columns_help;
use crate::cli::table_args::{TableArgs, TableFormat};
use crate::contacts::Positions;
use crate::error::{Error, Result};
use crate::io::tables::Style;
use crate::io::tables::columns::{DOUBLES, JOINT, PARTNERS};
use crate::mutants::epistasis::MOST_AT_ONCE;
use crate::position::Chain;
use clap::ValueEnum;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What substitutions do together that they do not do alone
///
/// The interaction of two is the score of both minus the sum of their scores: above 0 they help one another, below 0 they hurt one another.
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "\
Examples:
  potts epistasis model.h5 A24V:R57I                   joint score, sum of the singles, interaction
  potts epistasis model.h5 --positions 24,57           all pairs of substitutions at two positions
  potts epistasis model.h5 --partners 24               the positions that 24 depends on most
  potts epistasis model.h5 --partners A24V             the substitutions that A24V depends on most
  potts epistasis model.h5 --rescue A24D               what makes up for a harmful substitution
  potts epistasis model.h5 --combine A24V,L25M,57-60 --order 2-4 --top 50
  potts epistasis model.h5 --partners 24 --background R57I",
    after_long_help = [
        format!("Mutants, and --combine. {}", columns_help(&JOINT)),
        format!("--positions, --partners of a mutant, --rescue. {}", columns_help(&DOUBLES)),
        format!("--partners of a position. {}", columns_help(&PARTNERS)),
    ].join("\n\n")
)]
pub struct EpistasisArgs {
    /// Model of `potts fit` or another program, with couplings
    pub model: PathBuf,
    /// Mutants such as A24V:R57I; in a complex B:A24V:A:L5F
    #[arg(value_name = "MUTANT", group = "mode")]
    pub mutants: Vec<String>,
    /// All pairs of substitutions at these positions
    ///
    /// Numbers and ranges with commas between, two positions at least; of a complex A:70,75 are two of chain A, 70 alone that of every chain.
    #[arg(long, value_name = "24,57", group = "mode")]
    pub positions: Option<Positions>,
    /// Strongest partners of a position, or of a substitution
    ///
    /// Of a position the other positions, by the interactions of all pairs of substitutions; of a substitution the substitutions elsewhere whose
    /// interaction with it is the strongest, of either sign.
    #[arg(long, value_name = "24|A24V", group = "mode")]
    pub partners: Option<String>,
    /// Second substitutions that make up for a harmful one
    ///
    /// Those with an interaction above 0 that are better together than this one alone, by how much.
    #[arg(long, value_name = "A24V", group = "mode")]
    pub rescue: Option<String>,
    /// Best combinations of these substitutions
    ///
    /// Substitutions with commas between; a position or a range stands for all substitutions there: A24V,A24L,57-60.
    #[arg(long, value_name = "LIST", group = "mode")]
    pub combine: Option<String>,
    /// With --combine: how many substitutions at once [default: 2]
    #[arg(long, value_name = "N|N-M")]
    pub order: Option<Order>,
    /// How many rows: a number, or all [default: 20; with --positions all]
    ///
    /// Of --positions those with the strongest interactions, of either sign.
    #[arg(long, value_name = "N", conflicts_with = "mutants")]
    pub top: Option<Rows>,
    /// By what rows are sorted [default: rms of a position, recovery of rescues]
    #[arg(long, value_enum)]
    pub by: Option<By>,
    /// A row for each pair of substitutions of the mutants
    #[arg(long)]
    pub pairs: bool,
    /// Chain of mutants that name none
    #[arg(long, value_name = "LETTER")]
    pub chain: Option<Chain>,
    /// What mutants are made in [default: the target]
    ///
    /// A mutant of the target such as A24V:R57I, a whole sequence of its length, or a FASTA file of one. Mutants are then written against it (of a background with V at 24,
    /// V24L and not A24L), and all scores are against it: the background has 0.
    #[arg(long, value_name = "MUTANT")]
    pub background: Option<String>,
    /// Structure that tells how far the positions are apart: PDB or mmCIF
    #[arg(long, value_name = "FILE", conflicts_with = "combine")]
    pub structure: Option<PathBuf>,
    /// Chain of the structure [default: the one most like the target]
    ///
    /// Of a complex, for its chains: A:C,B:D.
    #[arg(long, value_name = "NAME", requires = "structure")]
    pub structure_chain: Option<String>,
    #[command(flatten)]
    pub table: TableArgs<FormatChoice>,
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatChoice {
    /// Table with tabs (.tsv)
    Tsv,
    /// Table with commas (.csv)
    Csv,
    /// Array of objects (.json)
    Json,
    /// Of two positions: a row and a column a residue, interactions only; with commas where the output is called .csv
    Matrix,
}

impl TableFormat for FormatChoice {
    fn of_name(path: &Path) -> Option<Self> {
        Style::of_name(path).map(|style| match style {
            Style::Tsv => Self::Tsv,
            Style::Csv => Self::Csv,
            Style::Json => Self::Json,
        })
    }
}

/// `--by`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// With --partners of a position: root mean square of the interactions
    Rms,
    /// With --partners of a position: the strongest interaction
    Largest,
    /// With --rescue: how much better both are than the first alone
    Recovery,
    /// With --rescue: how much the two help one another, beyond what the second does by itself
    Interaction,
}

impl By {
    /// Whether it is one of rescues.
    fn is_of_rescues(self) -> bool {
        matches!(self, Self::Recovery | Self::Interaction)
    }
}

/// `--order`: how many substitutions at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(pub RangeInclusive<usize>);

impl FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let number = |text: &str| text.trim().parse::<usize>().ok();
        match (number(first), number(last)) {
            (Some(first), Some(last)) if 1 <= first && first <= last && last <= MOST_AT_ONCE => {
                Ok(Self(first..=last))
            }
            _ => Err(format!(
                "'{text}' is not a number from 1 to {MOST_AT_ONCE}, or a range such as 2-4"
            )),
        }
    }
}

/// `--top`: how many rows, all for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows(pub Option<usize>);

impl FromStr for Rows {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.parse::<usize>() {
            Ok(rows) if rows > 0 => Ok(Self(Some(rows))),
            _ if text.eq_ignore_ascii_case("all") => Ok(Self(None)),
            _ => Err(format!("'{text}' is not a whole number from 1, or all")),
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub enum Request<'a> {
    Mutants(&'a [String]),
    Positions(&'a Positions),
    Partners(&'a str),
    Rescue(&'a str),
    Combine(&'a str),
}

impl EpistasisArgs {
    /// The one thing that was asked for.
    ///
    /// # Errors
    /// [`Error::Usage`] if nothing was, or with options that go with another thing.
    pub fn request(&self) -> Result<Request<'_>> {
        let request = match self {
            Self {
                positions: Some(positions),
                ..
            } => Request::Positions(positions),
            Self {
                partners: Some(partners),
                ..
            } => Request::Partners(partners),
            Self {
                rescue: Some(mutant),
                ..
            } => Request::Rescue(mutant),
            Self {
                combine: Some(list),
                ..
            } => Request::Combine(list),
            _ if !self.mutants.is_empty() => Request::Mutants(&self.mutants),
            _ => {
                return Err(Error::Usage(
                    "nothing to look at\n  name mutants (A24V:R57I), or use --positions, --partners, --rescue or --combine".into(),
                ));
            }
        };
        self.check(request)?;
        Ok(request)
    }

    /// Refuses options that would have no effect.
    fn check(&self, request: Request<'_>) -> Result<()> {
        let is_matrix = self.table.format == Some(FormatChoice::Matrix);
        let is_of_mutants = matches!(request, Request::Mutants(_));
        for (is_given, has_effect, goes) in [
            (
                is_matrix,
                matches!(request, Request::Positions(_)),
                "--format matrix goes with --positions, of two",
            ),
            (
                self.order.is_some(),
                matches!(request, Request::Combine(_)),
                "--order goes with --combine",
            ),
            (
                self.by.is_some_and(|by| !by.is_of_rescues()),
                matches!(request, Request::Partners(_)),
                "--by rms and --by largest go with --partners, of a position",
            ),
            (
                self.by.is_some_and(By::is_of_rescues),
                matches!(request, Request::Rescue(_)),
                "--by recovery and --by interaction go with --rescue",
            ),
            (
                is_matrix,
                self.top.is_none(),
                "--top is for rows, and --format matrix has all",
            ),
            (
                self.pairs,
                is_of_mutants,
                "--pairs goes with mutants that are named",
            ),
        ] {
            if is_given && !has_effect {
                return Err(Error::Usage(goes.into()));
            }
        }
        if self.structure.is_some() && is_of_mutants && !self.pairs {
            return Err(Error::Usage(
                "--structure tells distances of pairs: it goes with --positions, --partners, --rescue, and mutants with --pairs".into(),
            ));
        }
        Ok(())
    }

    /// How a table is written.
    pub fn style(&self) -> Style {
        match self.table.format() {
            Some(FormatChoice::Csv) => Style::Csv,
            Some(FormatChoice::Json) => Style::Json,
            Some(FormatChoice::Tsv | FormatChoice::Matrix) | None => Style::Tsv,
        }
    }

    /// What separates the cells of a matrix.
    pub fn matrix_separator(&self) -> Result<u8> {
        match self.table.file.output.as_deref().and_then(Style::of_name) {
            Some(Style::Csv) => Ok(b','),
            Some(Style::Tsv) | None => Ok(b'\t'),
            Some(Style::Json) => Err(Error::Usage(
                "a matrix is a table: call it .csv or .tsv, or leave out --format matrix".into(),
            )),
        }
    }

    /// How many rows, where not all are meant.
    pub fn rows(&self) -> usize {
        const ROWS: usize = 20;
        let rows = self.top.map_or(Some(ROWS), |Rows(rows)| rows);
        rows.unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_rows_are_numbers() {
        assert_eq!("3".parse(), Ok(Order(3..=3)));
        assert_eq!("2-4".parse(), Ok(Order(2..=4)));
        for wrong in ["", "0", "4-2", "2-9", "a", "-2", "2-"] {
            assert!(wrong.parse::<Order>().is_err(), "{wrong}");
        }
        assert_eq!("5".parse(), Ok(Rows(Some(5))));
        assert_eq!("all".parse(), Ok(Rows(None)));
        assert!("0".parse::<Rows>().is_err() && "L".parse::<Rows>().is_err());
    }
}
