//! Options of `potts energy`.

use crate::cli::alignment_args::number;
use crate::cli::checkpoints::CheckpointArgs;
use crate::cli::help::columns_help;
use crate::cli::input_format::InputFormatArg;
use crate::cli::table_args::{PlainFormat, TableArgs};
use crate::energies::{Alignedness, EnergyOptions};
use crate::error::{Error, Result};
use crate::io::alignments::Reading;
use crate::io::tables::columns::ENERGIES;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// What a model says of any sequences: energy, probability, and where they stand among those of the family
///
/// Records that are as wide as the model's sites, the target or the alignment (as far as the target goes) are taken as aligned, in A3M without
/// their small letters. All others are aligned to the profile of the family: residues between modelled positions are left out and counted,
/// positions that it lacks are gaps, and what hangs over at either end costs nothing.
///
/// Where gaps are missing data, energies are those of the positions that a sequence has, and it is compared with each sequence of the alignment
/// over the positions that both have.
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "\
Examples:
  potts energy family.h5 sequences.fasta
  potts energy family.h5 proteome.fasta.gz --unaligned -o energies.tsv
  potts energy family.h5 sequences.fasta --verdict --false-alarm 0.01
  potts energy family.h5 variants.a2m --temperature 0.7 --format csv
  potts sample family.h5 -n 100 -q | potts energy family.h5 -
  potts energy --batch models.txt --file sequences.fasta --out-dir energies",
    after_long_help = columns_help(&ENERGIES)
)]
pub struct EnergyArgs {
    /// Model of `potts fit` or another program
    pub model: PathBuf,

    /// Sequences: FASTA of any lengths, or an alignment; - is standard input
    #[arg(conflicts_with = "file")]
    pub sequences: Option<PathBuf>,

    /// The same as an option, for lists of models
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// All records are aligned: another width is an error
    #[arg(long, conflicts_with = "unaligned")]
    pub aligned: bool,

    /// No record is aligned: all are aligned to the profile, whatever their width
    #[arg(long)]
    pub unaligned: bool,

    /// Whether each belongs to the family, at a stated share of false alarms
    ///
    /// By energy, energy minus independent energy, coverage, stretches of gaps, and whether what stands before and behind a position goes together;
    /// against sequences of the family that fits were made without, and the same made into fakes. That takes up to five fits like that
    /// of the model, which must hold its sequences.
    #[arg(long)]
    pub verdict: bool,

    /// With --verdict: share of the family that may be taken as outside
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, requires = "verdict", value_parser = false_alarm)]
    pub false_alarm: f64,

    /// T of P(x) ~ exp(-E(x) / T), by which energies are divided
    ///
    /// log P at another temperature than 1 is known of independent sites only.
    #[arg(long, value_name = "T", default_value_t = 1.0)]
    pub temperature: f64,

    /// Format of the sequences, where their content should not decide
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub input_format: InputFormatArg,

    /// Which alignment of a file that holds several
    #[arg(long, value_name = "N")]
    pub query: Option<NonZeroUsize>,

    #[command(flatten)]
    pub table: TableArgs<PlainFormat>,

    /// Print a summary as one JSON object
    ///
    /// To standard output; the table then goes to --output or nowhere.
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    pub checkpoints: CheckpointArgs,
}

impl EnergyArgs {
    /// Refuses options that contradict each other.
    ///
    /// # Errors
    /// [`Error::Usage`].
    pub fn check(&self) -> Result<()> {
        if self.json && self.table.format.is_some() && self.table.file.output.is_none() {
            return Err(Error::Usage(
                "--json prints a summary, and --format is of the table, which goes to --output"
                    .into(),
            ));
        }
        self.input()?;
        self.options().check()
    }

    /// The file of sequences.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is none.
    pub fn input(&self) -> Result<&Path> {
        let given = self.sequences.as_deref().or(self.file.as_deref());
        given.ok_or_else(|| {
            Error::Usage(
                "which sequences? Give a file behind the model, or - for standard input".into(),
            )
        })
    }

    /// How they are read.
    pub fn reading(&self) -> Reading {
        Reading {
            format: self.input_format.format(),
            query: self.query,
        }
    }

    /// The typed settings.
    pub fn options(&self) -> EnergyOptions {
        EnergyOptions {
            temperature: self.temperature,
            alignedness: match (self.aligned, self.unaligned) {
                (true, _) => Alignedness::All,
                (_, true) => Alignedness::None,
                _ => Alignedness::ByWidth,
            },
            with_traits: self.verdict,
        }
    }
}

fn false_alarm(text: &str) -> std::result::Result<f64, String> {
    number(text, "a share above 0 and below 1", |share| {
        share > 0.0 && share < 1.0
    })
}
