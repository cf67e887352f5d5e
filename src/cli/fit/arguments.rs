//! Options of `potts fit`, and what they mean to the library.

use super::model_args::ModelArgs;
use super::prepared::Prepared;
use crate::cli::alignment_args::{IdentityArgs, InputArgs, ReadOptions};
use crate::cli::checkpoints::{CheckpointArgs, Checkpoints};
use crate::cli::created_by::created_by;
use crate::cli::input_name::unpacked;
use crate::cli::like::conventions_help;
use crate::cli::messages::Messages;
use crate::cli::signals::Signals;
use crate::conventions::Tool;
use crate::error::{Error, Result};
use crate::fit::{BootstrapOptions, FitOptions, ValidationOptions, Weighting};
use crate::io::files::{check_apart, check_output};
use crate::io::models::OutputFormat;
use crate::machine::memory::available_memory;
use crate::model::MethodName;
use crate::state::Fingerprint;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const EXAMPLES: &str = "\
Examples:
  potts fit family.a2m
  potts fit family.fasta.gz --focus DYR_ECOLI -o dhfr.h5
  zcat family.a2m.gz | potts fit - -o family.h5 --preset contacts
  potts fit family.sto --columns reference     the match columns of a profile, as Pfam or jackhmmer mark them
  potts fit family.a2m --method mean-field     seconds instead of minutes, less accurate
  potts fit family.a2m --method bm             for samples and likelihoods, by Boltzmann learning
  potts fit pairs.a2m --chains 120,98          two proteins, paired: A:1 to A:120, B:1 to B:98
  potts fit family.a2m --like plmc             what plmc would give
  potts fit family.a2m --identity '>0.8'       a tie at 80 % is no relative
  potts fit family.a2m --weights weights.tsv   from `potts weights`, plmc, EVcouplings, ...
  potts fit --batch list.tsv --out-dir models  every alignment of a list, side by side";

const TARGET: &str = "\
The target (the first sequence unless --focus names another) decides which columns are modelled (those of its upper-case residues) and \
how positions are numbered (NAME/start-end gives the first number). With --columns reference, the match columns of a Stockholm file \
decide instead, and the target still gives the numbers.";

/// Fit a Potts model to an alignment.
#[derive(Debug, Args)]
#[command(before_help = EXAMPLES, after_long_help = format!("{TARGET}\n\n{}", conventions_help()))]
pub struct FitArgs {
    /// Alignment of any common format, plain, gzip or zstd; - for standard input
    ///
    /// FASTA, A2M, A3M, PIR, Stockholm, Clustal, MSF, PHYLIP, NEXUS, or one sequence a line: the content decides.
    pub alignment: PathBuf,
    /// Model file to write [default: the alignment's name with .h5, here]
    #[arg(short, long, value_name = "MODEL.h5")]
    output: Option<PathBuf>,
    /// Overwrite existing files
    #[arg(long)]
    pub force: bool,
    /// Also save what was modelled as A2M, gzip if FILE ends in .gz
    ///
    /// The kept sequences over the modelled columns.
    #[arg(long, value_name = "FILE")]
    pub write_alignment: Option<PathBuf>,
    /// Leave the sequences out of the model file
    ///
    /// They are a few per cent of most models.
    #[arg(long)]
    no_sequences: bool,
    /// Replicates of the fit, for errors of contacts and mutants
    ///
    /// Each is a fit to clusters of similar sequences drawn with replacement; 20 take as long as five further fits or so. `potts contacts` then
    /// has cn_se and support, `potts score-mutants` potts_se.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(2..=1000))]
    bootstrap: Option<u64>,
    /// Say how well the model knows sequences that it has not seen
    ///
    /// Clusters of similar sequences, a fifth of Neff, are left out of a fit before the fit itself: pseudolikelihood and perplexity with couplings
    /// against those of independent sites.
    #[arg(long)]
    validate: bool,
    /// --validate with all sequences left out in turn, in so many folds
    ///
    /// Then there is a standard error.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=20))]
    folds: Option<u64>,
    /// What random draws begin with [default: 0]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Print a summary as one JSON object
    #[arg(long)]
    pub json: bool,
    /// Exit with code 4 if the fit has not converged
    ///
    /// The model is written all the same.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    weights: WeightingArgs,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    pub checkpoints: CheckpointArgs,
}

/// Options that may change between two runs of one fit, and files, which are known by their contents.
const NEUTRAL: [&str; 20] = [
    "bootstrap",
    "checkpoint",
    "checkpoint-every",
    "folds",
    "force",
    "json",
    "max-memory",
    "output",
    "quiet",
    "no-sequences",
    "restart",
    "seed",
    "start",
    "strict",
    "threads",
    "timings",
    "validate",
    "verbose",
    "weights",
    "write-alignment",
];

/// How sequences are weighted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sequence weights")]
pub struct WeightingArgs {
    #[command(flatten)]
    identity: IdentityArgs,
    /// Give every sequence the weight 1
    #[arg(long, conflicts_with = "identity")]
    no_reweighting: bool,
    /// Take the weights from a file
    ///
    /// Of `potts weights`, plmc or EVcouplings, one number a line, or a .npy array.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["identity", "no_reweighting"])]
    weights: Option<PathBuf>,
}

impl WeightingArgs {
    /// The weights, as far as the options alone say.
    pub fn weighting(&self, tool: Option<Tool>) -> Weighting {
        if self.no_reweighting {
            Weighting::None
        } else {
            Weighting::Identity(self.identity.threshold(tool))
        }
    }

    /// The file with the weights, if they are not to be computed.
    pub fn file(&self) -> Option<&Path> {
        self.weights.as_deref()
    }
}

impl FitArgs {
    /// How the alignment is read.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            max_memory: self.model.max_memory,
            ..self.input.read_options()
        }
    }

    /// The file with the weights, if they are not to be computed.
    pub fn weights_file(&self) -> Option<&Path> {
        self.weights.file()
    }

    /// The model to start from, if there is one.
    pub fn start(&self) -> Option<&Path> {
        self.model.start()
    }

    /// What is fitted, and how.
    ///
    /// # Errors
    /// [`Error::Usage`] for conventions of a program that does not have the method.
    pub fn fit_options(&self) -> Result<FitOptions> {
        let model = &self.model;
        let tool = self.input.tool();
        let conventions = model
            .penalties
            .options(model.method(self.seed.unwrap_or(0)), tool)?;
        Ok(FitOptions {
            gaps: model.gaps().unwrap_or(conventions.gaps),
            weighting: self.weights.weighting(tool),
            max_memory: model.max_memory,
            keep_sequences: !self.no_sequences,
            bootstrap: self.bootstrap.map(|replicates| BootstrapOptions {
                replicates,
                seed: self.seed.unwrap_or(0),
            }),
            validation: self.validation(),
            ..conventions
        })
    }

    fn validation(&self) -> Option<ValidationOptions> {
        let chooses_penalty = self.model.penalties.chooses_lambda_j();
        (self.validate || self.folds.is_some() || chooses_penalty).then(|| ValidationOptions {
            folds: self.folds.unwrap_or(1),
            seed: self.seed.unwrap_or(0),
            chooses_penalty,
        })
    }

    /// As [`Self::fit_options`], within the memory that there is now where no option says how much may be used.
    ///
    /// # Errors
    /// As [`Self::fit_options`].
    pub fn bounded_fit_options(&self) -> Result<FitOptions> {
        let mut options = self.fit_options()?;
        options.max_memory = options.max_memory.or_else(available_memory);
        Ok(options)
    }

    /// What another run must share with this one to go on with its state: everything that decides the numbers.
    pub fn fingerprint(&self, prepared: &Prepared) -> Fingerprint {
        let learns = self.model.name() == MethodName::Boltzmann;
        let is_drawn = learns || self.model.penalties.chooses_lambda_j();
        let decides = |name: &str| {
            // The draw decides the penalty where it is chosen by what is left out, and all of learning.
            let of_draw = is_drawn && ["seed", "folds"].contains(&name);
            // A word, where it is no file.
            let of_begin = learns && name == "start" && self.start().is_none();
            of_draw || of_begin || !NEUTRAL.contains(&name)
        };
        let options = self
            .checkpoints
            .given
            .iter()
            .filter(|(name, _)| decides(name));
        let weights = match &prepared.parts().2.weighting {
            Weighting::Given(given) => Some(given.sha256.clone()),
            _ => None,
        };
        Fingerprint {
            program: created_by(),
            alignment: prepared.family.sha256(),
            weights,
            start: prepared.start_sha256(),
            inputs: BTreeMap::new(),
            options: options
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    }

    /// Keeps the state of a fit, if its method has one.
    ///
    /// # Errors
    /// As reading the file of an earlier state, and [`Error::Usage`] if it is of another fit.
    pub fn keeper(
        &self,
        prepared: &Prepared,
        output: &Path,
        signals: &Signals,
        messages: &Messages,
    ) -> Result<Option<Arc<Checkpoints>>> {
        let (_, _, options) = prepared.parts();
        if !options.method.keeps_state() {
            return Ok(None);
        }
        let fingerprint = self.fingerprint(prepared);
        let args = &self.checkpoints;
        let keeps_end = options.bootstrap.is_some();
        Checkpoints::open(
            args,
            args.path(output),
            fingerprint,
            signals.clone(),
            messages,
            keeps_end,
        )
        .map(|keeper| Some(Arc::new(keeper)))
    }

    /// Refuses options that the chosen method would ignore.
    ///
    /// # Errors
    /// [`Error::Usage`], naming the option.
    pub fn check(&self) -> Result<()> {
        let stdin = |path: &Path| path == Path::new("-");
        if stdin(&self.alignment) && self.weights_file().is_some_and(stdin) {
            return Err(Error::Usage(
                "alignment and weights cannot both come from standard input: name a file for one of the two"
                    .into(),
            ));
        }
        let method = self.model.name();
        let draws = self.bootstrap.is_some()
            || self.validation().is_some()
            || method == MethodName::Boltzmann;
        if self.seed.is_some() && !draws {
            return Err(Error::Usage(
                "--seed is of random draws, and nothing is drawn: it goes with --method bm, --bootstrap, --validate and --lambda-j auto".into(),
            ));
        }
        if self.model.sites.is_some() && !method.fits_sites_alone() {
            return Err(Error::Usage(format!(
                "--sites fits some sites by themselves, which --method {} cannot: use --method plm-asymmetric",
                method.as_str()
            )));
        }
        match self.model.ignored() {
            Some(option) => Err(Error::Usage(format!(
                "{option} has no effect with --method {}: leave one of the two out",
                method.as_str()
            ))),
            None => Ok(()),
        }
    }

    /// Checks that the model and the alignment could be written, and that no file has two parts to play.
    ///
    /// # Errors
    /// As [`check_apart`] and [`check_output`].
    pub fn check_files(&self, output: &Path) -> Result<()> {
        let read = std::iter::once(self.alignment.as_path())
            .chain(self.weights_file())
            .chain(self.input.focus_structure())
            .chain(self.start());
        let saved = self.write_alignment.as_deref();
        check_apart(output, read.clone().chain(saved))?;
        check_output(output, self.force)?;
        let checkpoint = self.checkpoints.path(output);
        check_apart(&checkpoint, read.clone().chain(saved).chain([output]))?;
        check_output(&checkpoint, true)?;
        let Some(saved) = saved else {
            return Ok(());
        };
        check_apart(saved, read)?;
        check_output(saved, self.force)
    }

    /// The model file: as given, or the alignment's name without its endings.
    ///
    /// # Errors
    /// [`Error::Usage`] for a name that no model file can have, or if there is none.
    pub fn output(&self) -> Result<PathBuf> {
        if let Some(output) = &self.output {
            OutputFormat::Hdf5.check_name(output)?;
            return Ok(output.clone());
        }
        if self.alignment == Path::new("-") {
            return Err(Error::Usage(
                "an alignment from standard input has no name: name the model with -o MODEL.h5"
                    .into(),
            ));
        }
        let mut name = unpacked(&self.alignment);
        name.set_extension(match &self.model.sites {
            Some(sites) => format!("sites{}-{}.h5", sites.start + 1, sites.end),
            None => "h5".into(),
        });
        Ok(name)
    }
}
