//! Options of `potts sample`.

use crate::cli::checkpoints::CheckpointArgs;
use crate::cli::choice_args::ChoiceArgs;
use crate::cli::help::columns_help;
use crate::cli::table_args::FileArgs;
use crate::cli::temperature::Temperature;
use crate::error::{Error, Result};
use crate::io::tables::Style;
use crate::io::tables::columns::SAMPLES;
use crate::machine::memory::available_memory;
use crate::sample::{AT_ONCE, Rule, SampleOptions, Scheme, Start};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Sequences where nothing is said.
const USUAL: u64 = 1000;

/// Chains whose overlaps tell whether they mix, at least.
const FEWEST_CHAINS: usize = 256;

/// Ladders of temperatures, at least: as many chains are at the wanted one.
const FEWEST_LADDERS: usize = 64;

/// Sweeps of annealing where nothing is said.
const COOLING: u64 = 1000;

/// How much hotter than the wanted temperature the hottest is where nothing is said.
const HOTTER: f64 = 2.0;

/// New sequences, drawn from the model: as probable as it says
///
/// Many chains run side by side until each has forgotten where it began, which is measured; then each gives a sequence whenever it has forgotten the
/// last one. All positions that are modelled get a residue; with --keep, --mutate, --allow, --only-seen or --max-mutations sequences are
/// made of the target, and what is not named stays.
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "\
Examples:
  potts sample family.h5 -n 10000 -o samples.fasta
  potts sample family.h5 --temperature 0.7 -o cold.fasta      nearer to what the family is like most
  potts sample family.h5 --temperature auto -o s.fasta        with the energies of natural sequences
  potts sample family.h5 --anneal 1:0.3 -n 100 -o coldest.fasta
  potts sample family.h5 --tempering 8 --temperature 0.5 -o cold.fasta
  potts sample family.h5 --max-mutations 8 --keep 70,130-132 -o variants.tsv",
    after_long_help = columns_help(&SAMPLES)
)]
pub struct SampleArgs {
    /// Model of `potts fit` or another program
    pub model: PathBuf,

    /// How many sequences
    #[arg(short, long, value_name = "N", default_value_t = USUAL, value_parser = clap::value_parser!(u64).range(1..))]
    pub number: u64,

    /// What to write [default: by the output's name, else fasta]
    #[arg(long, value_enum)]
    pub format: Option<SampleFormat>,

    #[command(flatten)]
    pub file: FileArgs,

    /// Print a summary as one JSON object
    ///
    /// To standard output; the sequences then go to --output or nowhere.
    #[arg(long)]
    pub json: bool,

    /// T of P(x) ~ exp(-E(x) / T), or auto; the lower, the more alike [default: 1]
    ///
    /// With auto that at which sequences have the mean energy of those that the model was fitted to; where they are unlike these otherwise,
    /// it is said.
    #[arg(long, value_name = "T", conflicts_with = "anneal")]
    pub temperature: Option<Temperature>,

    /// Cool chains of their own for each sequence, from a temperature to another
    #[arg(long, value_name = "FROM:TO", conflicts_with_all = ["tempering", "burn_in", "thin"])]
    pub anneal: Option<Cooling>,

    /// With --anneal: sweeps on the way [default: 1000]
    #[arg(long, value_name = "N", requires = "anneal", value_parser = clap::value_parser!(u64).range(1..))]
    pub sweeps: Option<u64>,

    /// Chains at so many temperatures, which they exchange: where chains do not mix
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(2..=64))]
    pub tempering: Option<u64>,

    /// With --tempering: the hottest [default: twice --temperature]
    #[arg(long, value_name = "T", requires = "tempering")]
    pub hottest: Option<f64>,

    /// How a position gets a new residue
    #[arg(long, value_enum, default_value_t)]
    pub sampler: SamplerChoice,

    /// Where chains begin [default: in two ways, to see whether they meet]
    ///
    /// Profile and natural in turn; of sequences that are made of the target, there and far from it.
    #[arg(long, value_enum)]
    pub start: Option<StartChoice>,

    /// Sweeps before the first sequences [default: twice what chains take to forget]
    #[arg(long, value_name = "N")]
    pub burn_in: Option<u64>,

    /// Sweeps between two sequences of a chain [default: until it has forgotten]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub thin: Option<u64>,

    /// Chains that have not forgotten after so many sweeps do not mix
    #[arg(long, value_name = "N", default_value_t = SampleOptions::MOST_SWEEPS, value_parser = clap::value_parser!(u64).range(2..))]
    pub max_sweeps: u64,

    /// Chains side by side [default: 256 to 1024, by -n]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub chains: Option<u64>,

    /// Of all random numbers: the same seed gives the same sequences
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,

    /// At most so many substitutions in the target
    #[arg(long, value_name = "N", help_heading = "Sequences made of the target", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_mutations: Option<u64>,

    #[command(flatten, next_help_heading = "Sequences made of the target")]
    pub choices: ChoiceArgs,

    #[command(flatten)]
    pub checkpoints: CheckpointArgs,
}

/// `--anneal`: two temperatures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cooling {
    /// Where chains begin.
    pub from: f64,
    /// Where they end.
    pub to: f64,
}

impl FromStr for Cooling {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let parts = text.split_once(':');
        let numbers = parts.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        match numbers {
            Some((from, to)) => Ok(Self { from, to }),
            None => Err("two temperatures with a colon between, as in 1:0.3".into()),
        }
    }
}

/// `--sampler`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum SamplerChoice {
    /// By its probabilities given all others (heat bath)
    #[default]
    Gibbs,
    /// Any other, taken if it is more probable, else with the ratio of probabilities
    Metropolis,
}

/// `--start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum StartChoice {
    /// Residues by their frequencies
    Profile,
    /// Sequences of the family, by their weights
    Natural,
    /// The target
    Target,
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SampleFormat {
    /// The modelled positions, aligned (.fasta, .fa)
    Fasta,
    /// The same, with the target's residues at positions that are not modelled in small letters (.a2m)
    A2m,
    /// Table with tabs (.tsv)
    Tsv,
    /// Table with commas (.csv)
    Csv,
    /// Array of objects (.json)
    Json,
}

impl SampleFormat {
    /// What the ending of a name asks for, before any `.gz`.
    fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        if name.ends_with(".a2m") {
            return Some(Self::A2m);
        }
        Style::of_name(path).map(|style| match style {
            Style::Tsv => Self::Tsv,
            Style::Csv => Self::Csv,
            Style::Json => Self::Json,
        })
    }

    /// The style of a table; `None` of sequences.
    pub fn style(self) -> Option<Style> {
        match self {
            Self::Fasta | Self::A2m => None,
            Self::Tsv => Some(Style::Tsv),
            Self::Csv => Some(Style::Csv),
            Self::Json => Some(Style::Json),
        }
    }

    /// The usual ending of a file.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Fasta => "fasta",
            Self::A2m => "a2m",
            Self::Tsv => "tsv",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

impl SampleArgs {
    /// Refuses options that contradict each other.
    ///
    /// # Errors
    /// [`Error::Usage`].
    pub fn check(&self) -> Result<()> {
        if self.json && self.format.is_some() && self.file.output.is_none() {
            return Err(Error::Usage(
                "--json prints a summary, and --format is of the sequences, which go to --output"
                    .into(),
            ));
        }
        let options = self.options()?;
        let is_of_target = options.choices.is_some() || options.max_mutations.is_some();
        if self.temperature == Some(Temperature::Auto) && is_of_target {
            return Err(Error::Usage(
                "--temperature auto makes sequences like natural ones, and what is made of the target is not: give a number".into(),
            ));
        }
        options.check()
    }

    /// What is written.
    pub fn written_as(&self) -> SampleFormat {
        let named = self.file.output.as_deref().and_then(SampleFormat::of_name);
        self.format.or(named).unwrap_or(SampleFormat::Fasta)
    }

    /// The typed settings.
    ///
    /// # Errors
    /// If a table cannot be read, or numbers are too large.
    pub fn options(&self) -> Result<SampleOptions> {
        let given = self.temperature.map(Temperature::or_one);
        let temperature = given.or(self.anneal.map(|cooling| cooling.to));
        let temperature = temperature.unwrap_or(1.0);
        let choices = match self.choices.is_default() {
            true => None,
            false => Some(self.choices.choices()?),
        };
        Ok(SampleOptions {
            temperature,
            scheme: self.scheme(temperature)?,
            rule: match self.sampler {
                SamplerChoice::Gibbs => Rule::Gibbs,
                SamplerChoice::Metropolis => Rule::Metropolis,
            },
            start: self.start.map(|start| match start {
                StartChoice::Profile => Start::Profile,
                StartChoice::Natural => Start::Natural,
                StartChoice::Target => Start::Target,
            }),
            chains: self.chains()?,
            burn_in: self.burn_in,
            thin: self.thin,
            most_sweeps: self.max_sweeps,
            choices,
            max_mutations: self.max_mutations.map(size).transpose()?,
            seed: self.seed,
            max_memory: available_memory(),
        })
    }

    fn scheme(&self, temperature: f64) -> Result<Scheme> {
        Ok(match (self.anneal, self.tempering) {
            (Some(cooling), _) => Scheme::Anneal {
                from: cooling.from,
                sweeps: self.sweeps.unwrap_or(COOLING),
            },
            (None, Some(rungs)) => Scheme::Tempering {
                rungs: size(rungs)?,
                hottest: self.hottest.unwrap_or(HOTTER * temperature),
            },
            (None, None) => Scheme::Plain,
        })
    }

    /// Chains, filled up to eight at a time and to whole ladders of temperatures.
    fn chains(&self) -> Result<usize> {
        let wanted = usize::try_from(self.number).unwrap_or(usize::MAX);
        let rungs = self.tempering.map_or(Ok(1), size)?;
        let is_measured = self.anneal.is_none() && (self.burn_in.is_none() || self.thin.is_none());
        let (fewest, most) = match rungs {
            1 => (FEWEST_CHAINS, SampleOptions::CHAINS),
            _ => (FEWEST_LADDERS, FEWEST_CHAINS),
        };
        let fewest = if is_measured { fewest } else { AT_ONCE };
        let usual = wanted.clamp(fewest, most) * rungs;
        let chains = self.chains.map_or(Ok(usual), size)?;
        let whole = AT_ONCE * rungs;
        chains
            .checked_next_multiple_of(whole)
            .ok_or_else(|| too_large(chains as u64))
    }
}

fn size(number: u64) -> Result<usize> {
    usize::try_from(number).map_err(|_| too_large(number))
}

fn too_large(number: u64) -> Error {
    Error::Usage(format!("{number} is more than this machine can count"))
}
