//! Options of `potts partition`.

use crate::cli::alignment_args::choice;
use crate::cli::checkpoints::CheckpointArgs;
use crate::cli::help::columns_help;
use crate::cli::table_args::{PlainFormat, TableArgs};
use crate::error::{Error, Result};
use crate::io::tables::columns::PARTITIONS;
use crate::machine::memory::available_memory;
use crate::model::Estimator;
use crate::partition::{AnnealingOptions, IntegrationOptions, PartitionOptions};
use clap::ValueEnum;
use std::path::PathBuf;
use std::str::FromStr;

/// log Z of a model, the entropy, and how many sequences it permits
///
/// P(x) = exp(-E(x)) / Z needs Z, a sum over all sequences. It is exact of models of few positions, of independent positions, and of those whose
/// couplings form chains, trees or rings; of all others chains of sequences are led from independent positions to the model, which gives an estimate and
/// its error.
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "\
Examples:
  potts partition family.h5                                 the best way there is
  potts partition family.h5 --store                         and kept, for potts energy
  potts partition family.h5 --estimator all                 every way, bounds too
  potts partition family.h5 --temperature-curve 0.5:2:16 -o curve.tsv",
    after_long_help = columns_help(&PARTITIONS)
)]
pub struct PartitionArgs {
    /// Model of `potts fit` or another program
    pub model: PathBuf,

    /// How log Z is found [default: exact where it can be, else annealing]
    #[arg(
        long,
        value_enum,
        value_name = "WAY",
        value_delimiter = ',',
        hide_possible_values = true
    )]
    estimator: Vec<EstimatorChoice>,

    /// T of P(x) ~ exp(-E(x) / T)
    #[arg(
        long,
        value_name = "T",
        default_value_t = 1.0,
        conflicts_with = "temperature_curve"
    )]
    pub temperature: f64,

    /// So many temperatures between two, both included, in equal ratios
    #[arg(long, value_name = "FROM:TO:N")]
    pub temperature_curve: Option<Curve>,

    /// Keep log Z at temperature 1 in the model, for potts energy
    ///
    /// The model file is written anew, with all that it holds and log Z; calibrations that were made for the old file then belong to another one.
    #[arg(long)]
    pub store: bool,

    /// Print a summary as one JSON object
    ///
    /// To standard output; the table then goes to --output or nowhere.
    #[arg(long)]
    pub json: bool,

    /// Steps of annealing from independent positions to the model [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub steps: Option<u64>,

    /// Chains of annealing; twice as many halve the error's square [default: 1024]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(8..=16_777_216))]
    pub chains: Option<u64>,

    /// Of all random numbers
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,

    #[command(flatten)]
    pub table: TableArgs<PlainFormat>,

    #[command(flatten)]
    pub checkpoints: CheckpointArgs,
}

choice!(EstimatorChoice => Option<Estimator> {
    /// All sequences, one by one: q^L up to 2e8
    Enumeration => Some(Estimator::Enumeration),
    /// Positions summed out: chains, trees and rings, of any length
    Elimination => Some(Estimator::Elimination),
    /// Annealed importance sampling
    Annealing => Some(Estimator::Annealing),
    /// Thermodynamic integration
    Integration => Some(Estimator::Integration),
    /// Mean field and its fluctuations: rough
    Laplace => Some(Estimator::Laplace),
    /// A lower bound
    MeanField => Some(Estimator::MeanField),
    /// An upper bound
    Trees => Some(Estimator::Trees),
    /// All that the model is not too large for
    All => None,
});

/// `--temperature-curve`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    from: f64,
    to: f64,
    count: usize,
}

impl FromStr for Curve {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let parts: Vec<&str> = text.split(':').collect();
        let numbers = match parts[..] {
            [from, to, count] => from
                .parse()
                .ok()
                .zip(to.parse().ok())
                .zip(count.parse().ok()),
            _ => None,
        };
        match numbers {
            Some(((from, to), count)) if (2..=10_000).contains(&count) => {
                Ok(Self { from, to, count })
            }
            _ => Err("two temperatures and how many, from 2 to 10000, with colons between, as in 0.5:2:16".into()),
        }
    }
}

impl Curve {
    fn temperatures(self) -> Vec<f64> {
        let ratio = (self.to / self.from).ln() / (self.count - 1) as f64;
        let at = |k: usize| match k {
            _ if k + 1 == self.count => self.to,
            k => twelve_digits(self.from * (k as f64 * ratio).exp()),
        };
        (0..self.count).map(at).collect()
    }
}

/// What is meant by 1.0000000000000002.
fn twelve_digits(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

impl PartitionArgs {
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
        let temperatures = self.temperatures();
        let is_temperature = |t: &f64| t.is_finite() && (1e-3..=1e3).contains(t);
        if !temperatures.iter().all(is_temperature) {
            return Err(Error::Usage(
                "a temperature is a number from 0.001 to 1000".into(),
            ));
        }
        if self.store && !temperatures.contains(&1.0) {
            return Err(Error::Usage(
                "--store keeps log Z at temperature 1: leave the other temperature out".into(),
            ));
        }
        Ok(())
    }

    fn temperatures(&self) -> Vec<f64> {
        match self.temperature_curve {
            Some(curve) => curve.temperatures(),
            None => vec![self.temperature],
        }
    }

    /// Whether ways that a model is too large for are left out.
    pub fn asks_for_all(&self) -> bool {
        self.estimator.contains(&EstimatorChoice::All)
    }

    /// The typed settings.
    pub fn options(&self) -> PartitionOptions {
        let usual = AnnealingOptions::default();
        let size = |number: Option<u64>, usual: usize| {
            number.map_or(usual, |number| {
                usize::try_from(number).unwrap_or(usize::MAX)
            })
        };
        let integration = IntegrationOptions::default();
        PartitionOptions {
            estimators: self.estimators(),
            temperatures: self.temperatures(),
            annealing: AnnealingOptions {
                steps: size(self.steps, usual.steps),
                chains: size(self.chains, usual.chains),
                seed: self.seed,
                ..usual
            },
            integration: IntegrationOptions {
                chains: size(self.chains, integration.chains),
                seed: self.seed,
                ..integration
            },
            max_memory: available_memory(),
        }
    }

    fn estimators(&self) -> Vec<Estimator> {
        if self.asks_for_all() {
            return Estimator::ALL.to_vec();
        }
        self.estimator
            .iter()
            .filter_map(|&choice| choice.into())
            .collect()
    }
}
