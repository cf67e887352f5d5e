//! Options of `potts evaluate`.

use super::Files;
use crate::cli::checkpoints::CheckpointArgs;
use crate::cli::help::columns_help;
use crate::cli::table_args::{FileArgs, PlainFormat, TableArgs};
use crate::cli::temperature::Temperature;
use crate::error::{Error, Result};
use crate::evaluation::EvaluateOptions;
use crate::io::tables::columns::MEASURES;
use crate::machine::memory::available_memory;
use crate::sample::{AT_ONCE, SampleOptions};
use std::path::{Path, PathBuf};

/// Samples where nothing is said: as many as the field draws.
const USUAL: u64 = 10_000;

/// Samples of a drawing, which shows no more.
const DRAWN: u64 = 4096;

/// How well samples of a model are like natural sequences
///
/// Frequencies of one, two and three positions, words, energies, identities, principal components, gaps, likelihood, and the temperature at which samples are
/// like naturals; beside each number that of the naturals, and how high it could be. A verdict in words is told on standard error.
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "\
Examples:
  potts evaluate family.h5                                  against the sequences that it was fitted to
  potts evaluate family.h5 --natural held_out.a2m           against others, aligned alike
  potts evaluate family.h5 --samples designs.fasta --json   sequences that were made elsewhere
  potts evaluate family.h5 --temperature auto -o evaluation.tsv",
    after_long_help = after_help()
)]
pub struct EvaluateArgs {
    /// Model of `potts fit` or another program
    pub model: PathBuf,

    /// Samples that were drawn before, aligned as the model is [default: drawn here]
    #[arg(long, value_name = "FILE")]
    pub samples: Option<PathBuf>,

    /// Natural sequences, aligned as the model is [default: those that it holds]
    ///
    /// Of as many columns as the alignment that it was fitted to, as the target has residues, or as there are modelled positions.
    #[arg(long, value_name = "FILE")]
    pub natural: Option<PathBuf>,

    /// With --natural: every sequence counts 1, and relatives are not weighted down
    #[arg(long, requires = "natural")]
    pub no_reweighting: bool,

    /// How many samples are drawn
    #[arg(short, long, value_name = "N", default_value_t = USUAL, conflicts_with = "samples", value_parser = clap::value_parser!(u64).range(4..))]
    pub number: u64,

    /// T of P(x) ~ exp(-E(x) / T), or auto: that at which they are like naturals
    #[arg(long, value_name = "T", default_value_t, conflicts_with = "samples")]
    pub temperature: Temperature,

    /// Do not look for the temperature at which samples are like naturals
    #[arg(long)]
    pub no_temperature: bool,

    /// Triples of positions whose frequencies are compared
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub triples: u64,

    /// Sets of positions of each size whose words are compared
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub word_sets: u64,

    /// Of all random numbers: the same seed gives the same table
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,

    /// Chains that have not forgotten after so many sweeps do not mix
    #[arg(long, value_name = "N", default_value_t = SampleOptions::MOST_SWEEPS, value_parser = clap::value_parser!(u64).range(2..))]
    pub max_sweeps: u64,

    #[command(flatten)]
    pub table: TableArgs<PlainFormat>,

    /// Print all of it, with the verdict, as one JSON object
    ///
    /// To standard output; the table then goes to --output or nowhere.
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    pub checkpoints: CheckpointArgs,
}

/// The columns, and what their rows are.
fn after_help() -> clap::builder::StyledStr {
    let mut help = columns_help(&MEASURES).to_string();
    help.push_str(QUANTITIES);
    help.into()
}

const QUANTITIES: &str = "

Quantities:
  sequences, effective_sequences  how many; naturals by their weights
  single_, pair_                  shares of residues, of pairs of residues: Pearson's correlation, slope
  connected_pair_                 f_ij(a,b) - f_i(a) f_j(b) of all pairs of positions
  connected_triple_               the same of three, for --triples triples of positions that are drawn
  r20_2 ... r20_10                the 20 commonest words of 2 to 10 positions, mean correlation of their shares
  energy_                         E(x) in nats: mean, deviation, quantiles (05 ... 95), and the largest difference of
                                  both distributions (distance: 0 alike, 1 apart)
  identity_                       of pairs of sequences
  nearest_identity_               with the nearest natural sequence, of naturals with the nearest that is no relative
                                  (clusters at 80 % identity)
  gaps_, gap_stretches_           share of gaps and number of their stretches, where the gap is a state
  component_1_variance ...        share of the variance along the naturals' principal components
  component_overlap               how far both lie at the same places of their plane (1 alike, 0 apart)
  log_likelihood, _error, _profile
                                  mean log P of naturals, nats a position, and that of independent positions: where
                                  log Z is known (potts partition) and sequences are whole
  temperature_by_energy, temperature_by_identity, ..._at_temperature
                                  where samples have the energy of naturals, their identity, and what they are like there";

impl EvaluateArgs {
    /// Without a search for a temperature: for drawings.
    pub(super) fn of_drawing(files: Files<'_>) -> Self {
        Self {
            model: files.model.into(),
            samples: files.samples.map(Path::to_path_buf),
            natural: files.natural.map(Path::to_path_buf),
            no_reweighting: false,
            number: DRAWN,
            temperature: Temperature::default(),
            no_temperature: true,
            triples: 500,
            word_sets: 50,
            seed: 1,
            max_sweeps: SampleOptions::MOST_SWEEPS,
            table: TableArgs {
                format: None,
                file: FileArgs::default(),
            },
            json: false,
            checkpoints: CheckpointArgs::default(),
        }
    }

    /// Refuses options that contradict each other.
    ///
    /// # Errors
    /// [`Error::Usage`].
    pub fn check(&self) -> Result<()> {
        let standard = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        if standard(&self.samples) && standard(&self.natural) {
            return Err(Error::Usage(
                "standard input holds the samples or the natural sequences, not both".into(),
            ));
        }
        if self.json && self.table.format.is_some() && self.table.file.output.is_none() {
            return Err(Error::Usage(
                "--json prints a summary, and --format is of the table, which goes to --output"
                    .into(),
            ));
        }
        if self.no_temperature && self.temperature == Temperature::Auto {
            return Err(Error::Usage(
                "--temperature auto looks for a temperature, and --no-temperature does not".into(),
            ));
        }
        self.sampling()?.check()
    }

    /// How samples are drawn, at first.
    ///
    /// # Errors
    /// If numbers are too large.
    pub fn sampling(&self) -> Result<SampleOptions> {
        let number = usize::try_from(self.number).unwrap_or(usize::MAX);
        let chains = number.clamp(256, SampleOptions::CHAINS);
        Ok(SampleOptions {
            temperature: self.temperature.or_one(),
            chains: chains.next_multiple_of(AT_ONCE),
            most_sweeps: self.max_sweeps,
            seed: self.seed,
            max_memory: available_memory(),
            ..SampleOptions::default()
        })
    }

    /// How they are held against naturals.
    ///
    /// # Errors
    /// If numbers are too large.
    pub fn options(&self) -> Result<EvaluateOptions> {
        let most = |number: u64, most: u64, name: &str| match number {
            n if n <= most => Ok(n as usize),
            _ => Err(Error::Usage(format!("{name} may be {most} at most"))),
        };
        Ok(EvaluateOptions {
            triples: most(self.triples, 1_000_000, "--triples")?,
            subsets: most(self.word_sets, 100_000, "--word-sets")?,
            seed: self.seed,
            max_memory: available_memory(),
            ..EvaluateOptions::default()
        })
    }
}
