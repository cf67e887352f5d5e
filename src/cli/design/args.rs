//! Options of `potts design`.

use crate::cli::choice_args::ChoiceArgs;
use crate::cli::help::columns_help;
use crate::cli::table_args::{TableArgs, TableFormat};
use crate::design::Wanted;
use crate::error::{Error, Result};
use crate::io::tables::Style;
use crate::io::tables::columns::{DESIGNS, ORDERS};
use std::path::{Path, PathBuf};

/// Singles and doubles of a list, where nothing is said.
const USUAL: usize = 20;

/// What to make: singles and doubles to order, or designs with several substitutions.
///
/// Without -n a list to order: the best singles and doubles, few of them at a position, none with a residue that no sequence has there. With -n so
/// many designs of at most --max-mutations substitutions, each the best of all that differ enough from those before it; where the search
/// ends in time, that is proved.
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "\
Examples:
  potts design family.h5                                    20 singles and 20 doubles to order
  potts design family.h5 --singles 48 --doubles 48 -o order.csv
  potts design family.h5 -n 96 --max-mutations 5 --distance 2 -o designs.fasta
  potts design family.h5 -n 1 --max-mutations 8 --mutate 40-60 --keep 52 --prove
  potts design family.h5 --calibration cal.h5 --exclude assay.csv
  potts design family.h5 --allow library.tsv --full-length protein.fasta",
    after_long_help = format!("{}\n\nWith -n:\n{}", columns_help(&ORDERS), columns_help(&DESIGNS))
)]
pub struct DesignArgs {
    /// Model of `potts fit` or another program
    pub model: PathBuf,

    /// Singles to order [default: 20, or none beside --doubles]
    #[arg(long, value_name = "N", conflicts_with = "number")]
    pub singles: Option<usize>,

    /// Doubles to order [default: 20, or none beside --singles]
    #[arg(long, value_name = "N", conflicts_with = "number")]
    pub doubles: Option<usize>,

    /// At most so many singles at a position, and twice as many doubles
    #[arg(long, value_name = "N", default_value = "1", conflicts_with = "number", value_parser = at_least_one)]
    pub per_position: usize,

    /// Make so many designs instead
    #[arg(short, long, value_name = "N", value_parser = number_of_designs)]
    pub number: Option<usize>,

    /// With -n: at most so many substitutions in a design [default: 5]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub max_mutations: Option<usize>,

    /// With -n: at least so many [default: 1]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub min_mutations: Option<usize>,

    /// With -n: at how many positions two designs differ at least [default: 1]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub distance: Option<usize>,

    /// With -n: search until all designs are proved, or fail
    ///
    /// Without it a search of some seconds ends with what is proved till then; the other designs come from annealing, and the summary says by how
    /// much they could be bettered at most. With it forty times as much is looked at.
    #[arg(long)]
    pub prove: bool,

    /// With -n: seed of the annealing [default: 1]
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,

    /// By which score [default: calibrated, if it can be; of lists effect, else potts]
    ///
    /// Calibrated with --calibration; effect of lists, in models that tell effects; potts otherwise.
    #[arg(long, value_enum)]
    pub score: Option<ScoreChoice>,

    /// Calibration of this model: what an assay is predicted to measure
    ///
    /// Of `potts calibrate`, without further columns.
    #[arg(long, value_name = "CAL.h5", conflicts_with = "background")]
    pub calibration: Option<PathBuf>,

    /// What mutants are made in [default: the target]
    ///
    /// A mutant of the target such as A24V:R57I, a whole sequence of its length, or a FASTA file of one. Substitutions, scores and sequences are
    /// then those of mutants of the background.
    #[arg(long, value_name = "MUTANT")]
    pub background: Option<String>,

    /// Table of mutants that are left out, such as those that were made
    ///
    /// Read as `potts score-mutants --file` reads it.
    #[arg(long, value_name = "TABLE")]
    pub exclude: Option<PathBuf>,

    /// The target's whole sequence (FASTA), for the designs' [default: as aligned]
    ///
    /// It is checked against the model's letters; of a complex it has each chain, in their order.
    #[arg(long, value_name = "FASTA")]
    pub full_length: Option<PathBuf>,

    #[command(flatten)]
    pub table: TableArgs<FormatChoice>,

    /// Print a summary as one JSON object
    ///
    /// To standard output; the designs then go to --output or nowhere.
    #[arg(long)]
    pub json: bool,

    /// Which positions may change, and to what.
    #[command(flatten, next_help_heading = "Positions and residues")]
    pub choices: ChoiceArgs,
}

/// `--score`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ScoreChoice {
    /// The effect_score: a sum over substitutions
    Effect,
    /// The potts_score
    Potts,
    /// What --calibration predicts
    Calibrated,
}

impl ScoreChoice {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effect => "effect",
            Self::Potts => "potts",
            Self::Calibrated => "calibrated",
        }
    }
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FormatChoice {
    /// Table with tabs (.tsv)
    Tsv,
    /// Table with commas (.csv)
    Csv,
    /// Array of objects (.json)
    Json,
    /// Whole sequences (.fasta, .fa)
    Fasta,
}

fn at_least_one(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("a whole number from 1 on is needed".into()),
    }
}

/// The most designs: each is searched for among all that are left.
const MOST_DESIGNS: usize = 100_000;

fn number_of_designs(text: &str) -> std::result::Result<usize, String> {
    match at_least_one(text)? {
        number if number <= MOST_DESIGNS => Ok(number),
        _ => Err(format!(
            "at most {MOST_DESIGNS} designs: give more substitutions or a larger --distance for other ones"
        )),
    }
}

impl TableFormat for FormatChoice {
    fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let is_fasta = [".fasta", ".fa", ".faa", ".fas"];
        if is_fasta.iter().any(|ending| name.ends_with(ending)) {
            return Some(Self::Fasta);
        }
        Style::of_name(path).map(|style| match style {
            Style::Tsv => Self::Tsv,
            Style::Csv => Self::Csv,
            Style::Json => Self::Json,
        })
    }
}

impl FormatChoice {
    /// The usual ending of a file.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Tsv => "tsv",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Fasta => "fasta",
        }
    }
}

impl DesignArgs {
    /// Refuses options that contradict each other.
    ///
    /// # Errors
    /// [`Error::Usage`].
    pub fn check(&self) -> Result<()> {
        if self.score == Some(ScoreChoice::Calibrated) && self.calibration.is_none() {
            return Err(Error::Usage(
                "--score calibrated takes a calibration: --calibration CAL.h5, of potts calibrate"
                    .into(),
            ));
        }
        // clap does not insist on -n beside --singles, with which it must not be.
        for (option, is_given) in [
            ("--max-mutations", self.max_mutations.is_some()),
            ("--min-mutations", self.min_mutations.is_some()),
            ("--distance", self.distance.is_some()),
            ("--prove", self.prove),
            ("--seed", self.seed.is_some()),
        ] {
            if is_given && self.number.is_none() {
                return Err(Error::Usage(format!(
                    "{option} is of designs with several substitutions: it goes with -n"
                )));
            }
        }
        if self.json && self.table.format.is_some() && self.table.file.output.is_none() {
            return Err(Error::Usage(
                "--json prints a summary, and --format is of the table, which goes to --output"
                    .into(),
            ));
        }
        self.ordered().map(drop)
    }

    /// Singles and doubles to order.
    ///
    /// # Errors
    /// [`Error::Usage`] if none of both.
    pub(super) fn ordered(&self) -> Result<(usize, usize)> {
        match (self.singles, self.doubles) {
            (None, None) => Ok((USUAL, USUAL)),
            (Some(0) | None, Some(0)) | (Some(0), None) => Err(Error::Usage(
                "nothing to order: --singles or --doubles must be above 0, or -n".into(),
            )),
            (singles, doubles) => Ok((singles.unwrap_or(0), doubles.unwrap_or(0))),
        }
    }

    /// Which designs.
    pub(super) fn wanted(&self, count: usize) -> Wanted {
        const MUTATIONS: usize = 5;
        Wanted {
            count,
            least: self.min_mutations.unwrap_or(1),
            most: self.max_mutations.unwrap_or(MUTATIONS),
            distance: self.distance.unwrap_or(1),
        }
    }

    /// Seed of the annealing.
    pub(super) fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }

    /// What is written: as asked for, else as the output's name says.
    pub fn written_as(&self) -> FormatChoice {
        self.table.format().unwrap_or(FormatChoice::Tsv)
    }
}
