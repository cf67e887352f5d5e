//! `potts fit`.

use super::machine::{available_memory, parse_bytes};
use super::messages::Messages;
use super::progress::ProgressDisplay;
use crate::alignment::{
    AlignedRecords, Alignment, Focus, FocusOptions, IdentityThreshold, SequenceWeights,
    UnknownLetters, focus,
};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::error::{Error, Result, human_bytes};
use crate::fit::{
    self, FitOptions, FittedModel, Method, Optimizer, PenaltyScale, Preset, Weighting, memory,
};
use crate::io::source::Source;
use crate::io::{fasta, hdf5};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Fit a Potts model to an alignment.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potts fit family.a2m
  potts fit family.fasta.gz --focus DYR_ECOLI -o dhfr.h5
  zcat family.a2m.gz | potts fit - -o family.h5 --preset contacts
  potts fit family.a2m --method mean-field     seconds instead of minutes, less accurate

The target (the first sequence unless --focus names another) decides which columns are modelled (those of its upper-case residues) and \
how positions are numbered (NAME/start-end gives the first number).")]
pub struct FitArgs {
    /// Alignment in FASTA or A2M format, plain or gzip; - for standard input
    pub alignment: PathBuf,
    /// Model file to write [default: the alignment's name with .h5, in the current folder]
    #[arg(short, long, value_name = "MODEL.h5")]
    output: Option<PathBuf>,
    /// Overwrite an existing model file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    model: ModelArgs,
    /// Print a summary as one JSON object on standard output
    #[arg(long)]
    json: bool,
    /// Exit with code 4 if the fit has not converged (the model is written all the same)
    #[arg(long)]
    pub strict: bool,
}

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
    /// Weight of the uniform pseudocount (mean field only)
    #[arg(long, value_name = "SHARE", default_value = "0.5", value_parser = share)]
    pseudocount: f64,
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
    #[arg(long, value_name = "BYTES", value_parser = parse_bytes)]
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

choice!(MethodArg => Method {
    /// Symmetric pseudolikelihood, the most accurate
    Plm => Method::Plm,
    /// One problem a site, little memory: for long proteins
    PlmAsymmetric => Method::PlmAsymmetric,
    /// Mean field ("DCA"), the fastest; also gives mutual and direct information
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
    fn focus_options(&self) -> FocusOptions {
        let input = &self.input;
        FocusOptions {
            focus: match &input.focus {
                _ if input.no_focus => Focus::None {
                    target: input.target.clone(),
                },
                Some(name) => Focus::Named(name.clone()),
                None => Focus::First,
            },
            offset: input.offset,
            min_sequence_coverage: input.min_sequence_coverage,
            max_column_gap: input.max_column_gap,
            unknown: input.unknown.into(),
        }
    }

    fn fit_options(&self) -> FitOptions {
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
            pseudocount: model.pseudocount,
            optimizer: model.optimizer.into(),
            max_iterations: model.max_iterations,
            tolerance: model.tolerance,
            max_memory: model.max_memory.or_else(available_memory),
        }
    }

    /// The model file: as given, or the alignment's name without its endings.
    fn output(&self) -> Result<PathBuf> {
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
        if name
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("gz"))
        {
            name.set_extension("");
        }
        name.set_extension("h5");
        Ok(name)
    }
}

/// Runs the command; returns whether the fit converged.
///
/// # Errors
/// Whatever goes wrong on the way.
pub fn run(args: &FitArgs, threads: usize, messages: &Messages) -> Result<bool> {
    let started = Instant::now();
    let options = args.fit_options();
    options.check()?;
    let output = args.output()?;
    if output.exists() && !args.force {
        return Err(Error::Exists(output));
    }
    let prepared = Prepared::read(&args.alignment, &args.focus_options(), &options)?;
    prepared.announce(&options, threads, messages);
    let mut fitted = prepared.fit(&options, messages)?;
    fitted.provenance.wall_seconds = started.elapsed().as_secs_f64();
    hdf5::write(&fitted, &output, args.force)?;
    announce_end(&fitted, &output, messages);
    if args.json {
        println!("{}", summary(&prepared, &fitted, &output));
    }
    Ok(fitted.report.converged())
}

/// An alignment read, focused and weighted.
pub struct Prepared {
    records: AlignedRecords,
    alignment: Alignment,
    weights: SequenceWeights,
}

impl Prepared {
    /// Reads `path` and reduces it to what is modelled.
    ///
    /// # Errors
    /// If it is no alignment or nothing is left of it.
    pub fn read(path: &Path, focus_options: &FocusOptions, options: &FitOptions) -> Result<Self> {
        let records = fasta::read(&Source::read(path)?)?;
        let alignment = focus::focus(&records, &Alphabet::protein(), focus_options)?;
        let weights = fit::sequence_weights(&alignment, options);
        Ok(Self {
            records,
            alignment,
            weights,
        })
    }

    /// Fits, showing progress, and records where the model comes from.
    ///
    /// # Errors
    /// As [`fit::fit`].
    pub fn fit(&self, options: &FitOptions, messages: &Messages) -> Result<FittedModel> {
        let (display, observer) = ProgressDisplay::start(*messages, options.tolerance);
        let fitted = fit::fit(&self.alignment, &self.weights, options, Some(observer));
        drop(display);
        let mut fitted = fitted?;
        fitted.provenance.created_by = created_by();
        fitted.provenance.command_line = std::env::args().collect::<Vec<_>>().join(" ");
        fitted.provenance.input = self.records.file.clone();
        fitted.provenance.input_sha256 = self.records.sha256.clone();
        Ok(fitted)
    }

    /// Says what is assumed, before the work starts.
    pub fn announce(&self, options: &FitOptions, threads: usize, messages: &Messages) {
        let alignment = &self.alignment;
        messages.field(
            "alignment",
            format_args!(
                "{} ({}, {} sequences x {} columns)",
                self.records.file,
                self.records.format,
                self.records.len(),
                self.records.width()
            ),
        );
        messages.field("target", self.describe_target());
        messages.field("sequences", self.describe_rows());
        let states = alignment.alphabet().states(options.gaps);
        messages.field(
            "model",
            format_args!(
                "L = {} sites, q = {states} states (gaps {})",
                alignment.sites(),
                match options.gaps {
                    GapTreatment::Missing => "are missing data",
                    GapTreatment::State => "are a state",
                }
            ),
        );
        messages.field("depth", self.describe_depth(options));
        messages.field(
            "method",
            describe_method(options, alignment.sites(), states),
        );
        messages.field(
            "machine",
            format_args!(
                "{threads} threads, about {} of memory",
                human_bytes(memory::estimate(alignment, options, threads))
            ),
        );
        self.warn_about_rows(messages);
    }

    fn describe_target(&self) -> String {
        let map = self.alignment.columns();
        let (first, last) = map.range();
        match self.alignment.target() {
            Some(name) if map.columns().iter().all(|c| c.letter != b'-') => format!(
                "{name}, positions {first} to {last}, {} of its {} residues modelled",
                map.sites(),
                map.columns().len()
            ),
            Some(name) => format!("every column, numbered {first} to {last}; mutants of {name}"),
            None => format!("none; every column is modelled, numbered {first} to {last}"),
        }
    }

    fn describe_rows(&self) -> String {
        let rows = self.alignment.rows();
        format!(
            "{} read; dropped {} with unknown letters, {} with too little coverage; {} kept",
            rows.read(),
            rows.dropped_unknown,
            rows.dropped_coverage,
            self.alignment.sequences()
        )
    }

    fn describe_depth(&self, options: &FitOptions) -> String {
        let neff = self.weights.effective_number();
        let per_site = neff / self.alignment.sites() as f64;
        let how = match options.weighting {
            Weighting::Identity(threshold) => format!("at identity {}", threshold.as_f64()),
            Weighting::None => "unweighted".into(),
        };
        format!(
            "Neff = {neff:.1} effective sequences ({how}), Neff/L = {per_site:.2}: {}",
            crate::alignment::weights::depth_in_words(per_site)
        )
    }

    fn warn_about_rows(&self, messages: &Messages) {
        let rows = self.alignment.rows();
        if rows.dropped_unknown * 10 > rows.read() {
            let letters: Vec<String> = rows
                .unknown_letters
                .iter()
                .take(6)
                .map(|(l, n)| format!("{l} ({n})"))
                .collect();
            messages.warn(format_args!(
                "{} of {} sequences were dropped for letters outside the alphabet: {}; --unknown gap keeps them",
                rows.dropped_unknown,
                rows.read(),
                letters.join(", ")
            ));
        }
    }
}

fn describe_method(options: &FitOptions, sites: usize, states: usize) -> String {
    let penalties = options.penalties(sites, states);
    match options.method {
        Method::MeanField => format!("mean-field, pseudocount {}", options.pseudocount),
        Method::Independent => format!("independent, lambda_h {}", penalties.lambda_h),
        method => format!(
            "{} ({}), lambda_h {}, lambda_J {:.4} = {:.4} (L-1)(q-1)",
            method.as_str(),
            options.optimizer.as_str(),
            penalties.lambda_h,
            penalties.lambda_j,
            penalties.lambda_j / ((sites.max(2) - 1) * (states - 1)) as f64
        ),
    }
}

fn announce_end(fitted: &FittedModel, output: &Path, messages: &Messages) {
    let report = &fitted.report;
    let state = if report.converged() {
        "converged"
    } else {
        "NOT converged"
    };
    messages.field(
        "result",
        format_args!(
            "{state} ({}) after {} iterations, {} evaluations{}",
            report.stop_reason.explain(),
            report.iterations,
            report.evaluations,
            report
                .objective
                .map_or(String::new(), |f| format!(", objective {f:.4}"))
        ),
    );
    if !report.converged() {
        messages.warn(
            "the fit has not converged: raise --max-iterations, or take the numbers with care",
        );
    }
    messages.field(
        "written",
        format_args!(
            "{} in {:.1} s",
            output.display(),
            fitted.provenance.wall_seconds
        ),
    );
    let next = match report.method {
        Method::Independent => "score-mutants",
        _ => "contacts",
    };
    messages.field("next", format_args!("potts {next} {}", output.display()));
}

/// Program, version and commit.
fn created_by() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match option_env!("POTTS_COMMIT") {
        Some(commit) => format!("potts {version} ({commit})"),
        None => format!("potts {version}"),
    }
}

fn summary(prepared: &Prepared, fitted: &FittedModel, output: &Path) -> serde_json::Value {
    let rows = prepared.alignment.rows();
    serde_json::json!({
        "model": output.display().to_string(),
        "alignment": prepared.records.file,
        "format": prepared.records.format,
        "target": fitted.target,
        "sequences_read": rows.read(),
        "sequences_dropped_unknown": rows.dropped_unknown,
        "sequences_dropped_coverage": rows.dropped_coverage,
        "sequences_kept": prepared.alignment.sequences(),
        "sites": prepared.alignment.sites(),
        "states": prepared.alignment.alphabet().states(fitted.gaps),
        "neff": fitted.neff(),
        "neff_per_site": fitted.neff() / prepared.alignment.sites() as f64,
        "fit": fitted.report,
        "converged": fitted.report.converged(),
        "wall_seconds": fitted.provenance.wall_seconds,
    })
}
