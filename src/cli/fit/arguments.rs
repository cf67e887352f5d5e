//! Options of `potts fit`, and what they mean to the library.

use crate::alignment::{ColumnRule, Focus, FocusOptions, IdentityThreshold, UnknownLetters};
use crate::alphabet::GapTreatment;
use crate::cli::input_format::InputFormatArg;
use crate::cli::machine::{available_memory, parse_bytes};
use crate::error::{Error, Result};
use crate::fit::{FitOptions, Method, Optimizer, PenaltyScale, Preset, Weighting};
use crate::io::alignment_file::InputFormat;
use clap::{Args, ValueEnum};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Fit a Potts model to an alignment.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potts fit family.a2m
  potts fit family.fasta.gz --focus DYR_ECOLI -o dhfr.h5
  zcat family.a2m.gz | potts fit - -o family.h5 --preset contacts
  potts fit family.sto --columns reference     the match columns of a profile, as Pfam or jackhmmer mark them
  potts fit family.a2m --method mean-field     seconds instead of minutes, less accurate

The target (the first sequence unless --focus names another) decides which columns are modelled (those of its upper-case residues) and \
how positions are numbered (NAME/start-end gives the first number). With --columns reference, the match columns of a Stockholm file \
decide instead, and the target still gives the numbers.")]
pub struct FitArgs {
    /// Alignment in FASTA, A2M, A3M, Stockholm or Clustal format or with one sequence a line; plain, gzip or zstd; - for standard input
    pub alignment: PathBuf,
    /// Format of the alignment, where its content should not decide
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    input_format: InputFormatArg,
    /// Model file to write [default: the alignment's name with .h5, in the current folder]
    #[arg(short, long, value_name = "MODEL.h5")]
    output: Option<PathBuf>,
    /// Overwrite an existing model file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    model: ModelArgs,
    /// Print a summary as one JSON object on standard output
    #[arg(long)]
    pub json: bool,
    /// Exit with code 4 if the fit has not converged (the model is written all the same)
    #[arg(long)]
    pub strict: bool,
}

/// Endings of compressed files.
const PACKED: [&str; 4] = ["gz", "bgz", "zst", "zstd"];

/// The field's habit.
const DEFAULT_PSEUDOCOUNT: f64 = 0.5;

/// Which rows and columns are modelled.
#[derive(Debug, Args)]
#[command(next_help_heading = "Target, columns and rows")]
struct InputArgs {
    /// Target sequence: its whole name, or the part before '/' [default: the first sequence]
    #[arg(long, value_name = "NAME", conflicts_with = "no_focus")]
    focus: Option<String>,
    /// No target: model every column and number columns from 1
    #[arg(long)]
    no_focus: bool,
    /// What decides which columns are modelled
    #[arg(long, value_enum, default_value_t = ColumnsArg::Target)]
    columns: ColumnsArg,
    /// With --no-focus: the sequence whose mutants are to be scored later
    #[arg(long, value_name = "NAME", requires = "no_focus")]
    target: Option<String>,
    /// Position of the target's k-th residue is k + OFFSET [default: from NAME/start-end, else 0]
    #[arg(long, allow_negative_numbers = true, conflicts_with = "no_focus")]
    offset: Option<i64>,
    /// Drop sequences with residues in a smaller share of the modelled columns
    #[arg(long, value_name = "SHARE", default_value = "0.5", value_parser = share)]
    min_sequence_coverage: f64,
    /// Do not model columns with a larger share of gaps
    #[arg(long, value_name = "SHARE", default_value = "1", value_parser = share)]
    max_column_gap: f64,
    /// Letters that are no residue (B, X, Z, ...): drop the sequence, or count them as gaps
    #[arg(long, value_enum, default_value_t = Unknown::Drop)]
    unknown: Unknown,
    /// Sequences at least this identical share their weight
    #[arg(long, value_name = "SHARE", default_value = "0.8")]
    identity: IdentityThreshold,
    /// Give every sequence the weight 1
    #[arg(long, conflicts_with = "identity")]
    no_reweighting: bool,
}

/// What is fitted, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Model")]
struct ModelArgs {
    /// Kind of inference
    #[arg(long, value_enum, default_value_t = MethodArg::Plm)]
    method: MethodArg,
    /// Penalties for a purpose: lambda_h 1 and lambda_J 0.015 (balanced), 0.01 (contacts) or 0.03 (mutants) times (L-1)(q-1)
    #[arg(long, value_enum, default_value_t = PresetArg::Balanced)]
    preset: PresetArg,
    /// Gaps are missing data (q = 20), or a state like a residue (q = 21)
    #[arg(long, value_enum, default_value_t = GapsArg::Missing)]
    gaps: GapsArg,
    /// Penalty lambda_h on fields: lambda_h sum h^2 [default: from the preset]
    #[arg(long, value_name = "X", value_parser = penalty, allow_negative_numbers = true)]
    lambda_h: Option<f64>,
    /// Penalty lambda_J on couplings; '0.01x' is 0.01 (L-1)(q-1), a bare number is absolute [default: from the preset]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    lambda_j: Option<PenaltyScale>,
    /// Weight of the uniform pseudocount of mean field [default: 0.5]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pseudocount: Option<f64>,
    /// Minimiser of the pseudolikelihood
    #[arg(long, value_enum, default_value_t = OptimizerArg::Lbfgs)]
    optimizer: OptimizerArg,
    /// Most iterations of the minimiser
    #[arg(long, value_name = "N", default_value = "500", value_parser = clap::value_parser!(u64).range(1..))]
    max_iterations: u64,
    /// Converged when five iterations lower the objective by less than this share
    #[arg(long, value_name = "X", default_value = "1e-5", value_parser = tolerance)]
    tolerance: f64,
    /// Refuse a fit that needs more memory than this [default: what the machine has free]
    #[arg(long, value_name = "8GB", value_parser = parse_bytes)]
    max_memory: Option<u64>,
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

choice!(MethodArg => Method {
    /// Symmetric pseudolikelihood, the most accurate
    Plm => Method::Plm,
    /// One problem a site, little memory: for long proteins
    PlmAsymmetric => Method::PlmAsymmetric,
    /// Mean field ("DCA"), the fastest; fair contacts, poor mutant scores; also gives mutual and direct information
    MeanField => Method::MeanField,
    /// Sites on their own, no couplings
    Independent => Method::Independent,
});

choice!(PresetArg => Preset {
    /// One fit for contacts and mutants
    Balanced => Preset::Balanced,
    /// Best contacts
    Contacts => Preset::Contacts,
    /// Best mutant scores
    Mutants => Preset::Mutants,
});

choice!(GapsArg => GapTreatment {
    /// Missing data
    Missing => GapTreatment::Missing,
    /// A state
    State => GapTreatment::State,
});

choice!(OptimizerArg => Optimizer {
    /// Limited-memory BFGS made for this problem
    Lbfgs => Optimizer::Lbfgs,
    /// argmin's own L-BFGS, for comparison
    ArgminLbfgs => Optimizer::ArgminLbfgs,
});

fn number(text: &str, what: &str, fits: impl Fn(f64) -> bool) -> std::result::Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && fits(value) => Ok(value),
        _ => Err(format!("'{text}' is not {what}")),
    }
}

fn share(text: &str) -> std::result::Result<f64, String> {
    number(text, "a share between 0 and 1", |v| {
        (0.0..=1.0).contains(&v)
    })
}

fn penalty(text: &str) -> std::result::Result<f64, String> {
    number(text, "a penalty, a number >= 0", |v| v >= 0.0)
}

fn tolerance(text: &str) -> std::result::Result<f64, String> {
    number(text, "a tolerance, a number > 0", |v| v > 0.0)
}

impl FitArgs {
    /// Which rows and columns are modelled.
    pub fn focus_options(&self) -> FocusOptions {
        let input = &self.input;
        FocusOptions {
            focus: match &input.focus {
                _ if input.no_focus => Focus::None {
                    target: input.target.clone(),
                },
                Some(name) => Focus::Named(name.clone()),
                None => Focus::First,
            },
            columns: input.columns.into(),
            offset: input.offset,
            min_sequence_coverage: input.min_sequence_coverage,
            max_column_gap: input.max_column_gap,
            unknown: input.unknown.into(),
        }
    }

    /// The format of the alignment; `None` where its content decides.
    pub fn input_format(&self) -> Option<InputFormat> {
        self.input_format.format()
    }

    /// What is fitted, and how.
    pub fn fit_options(&self) -> FitOptions {
        let model = &self.model;
        FitOptions {
            method: model.method.into(),
            gaps: model.gaps.into(),
            weighting: if self.input.no_reweighting {
                Weighting::None
            } else {
                Weighting::Identity(self.input.identity)
            },
            preset: model.preset.into(),
            lambda_h: model.lambda_h,
            lambda_j: model.lambda_j,
            pseudocount: model.pseudocount.unwrap_or(DEFAULT_PSEUDOCOUNT),
            optimizer: model.optimizer.into(),
            max_iterations: model.max_iterations,
            tolerance: model.tolerance,
            max_memory: model.max_memory.or_else(available_memory),
        }
    }

    /// Refuses options that the chosen method would ignore.
    ///
    /// # Errors
    /// [`Error::Usage`], naming the option.
    pub fn check(&self) -> Result<()> {
        let method: Method = self.model.method.into();
        let coupled = matches!(method, Method::Plm | Method::PlmAsymmetric);
        let ignored = if self.model.pseudocount.is_some() && method != Method::MeanField {
            "--pseudocount"
        } else if self.model.lambda_j.is_some() && !coupled {
            "--lambda-j"
        } else {
            return Ok(());
        };
        Err(Error::Usage(format!(
            "{ignored} has no effect with --method {}: leave one of the two out",
            method.as_str()
        )))
    }

    /// The model file: as given, or the alignment's name without its endings.
    pub fn output(&self) -> Result<PathBuf> {
        if let Some(output) = &self.output {
            return Ok(output.clone());
        }
        if self.alignment == Path::new("-") {
            return Err(Error::Usage(
                "an alignment from standard input has no name: name the model with -o MODEL.h5"
                    .into(),
            ));
        }
        let mut name = PathBuf::from(self.alignment.file_name().unwrap_or_default());
        let is_packed = |ending: &OsStr| PACKED.iter().any(|p| ending.eq_ignore_ascii_case(p));
        if name.extension().is_some_and(is_packed) {
            name.set_extension("");
        }
        name.set_extension("h5");
        Ok(name)
    }
}
