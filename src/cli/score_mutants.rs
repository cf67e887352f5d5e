//! `potts score-mutants`: how much worse, or better, mutants are than the wild type.

mod all;
mod rows;
mod summary;
#[cfg(test)]
mod tests;

pub use summary::{Correlation, FittingOffset, Summary};

use super::messages::Messages;
use crate::error::{Error, Result};
use crate::fit::FittedModel;
use crate::io::output::OutputFile;
use crate::io::{hdf5, mutant_table};
use crate::mutants::{Mutant, MutantScorer};
use flate2::write::GzEncoder;
use std::io::{BufRead, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Score mutants of the target: log P(mutant) - log P(wild type), so higher is better and the wild type has 0
///
/// After the columns of the input come potts_score, independent_score (the same model without couplings), additive_score (sum of
/// the single substitutions), epistasis (potts_score - additive_score), status and note. Rows keep their order and none is
/// lost: where there is no score, status says why. It is one of scored, wild_type, duplicate_position, unknown_residue,
/// wt_mismatch, out_of_range, position_not_modelled, unparsable.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  potts score-mutants model.h5 A42G A42G:L57V
  potts score-mutants model.h5 --file assay.csv --against DMS_score -o scored.csv
  potts score-mutants model.h5 --all-single --format matrix > matrix.tsv")]
pub struct ScoreMutantsArgs {
    /// A model made by `potts fit`
    pub model: PathBuf,

    /// Mutants such as A42G or A42G:L57V (also , ; / + or blanks between), or the name of a table
    #[arg(value_name = "MUTANT", conflicts_with_all = ["file", "all_single", "all_double"])]
    pub mutants: Vec<String>,

    /// A table (tab, comma or semicolon) or a list of mutants, plain or gzip; - is standard input
    #[arg(short, long, value_name = "TABLE", conflicts_with_all = ["all_single", "all_double"])]
    pub file: Option<PathBuf>,

    /// The column with the mutants [default: found by its name: mutant, mutation, variant, hgvs_pro, ...]
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,

    /// All single substitutions of modelled positions
    #[arg(long, conflicts_with = "all_double")]
    pub all_single: bool,

    /// All pairs of substitutions of modelled positions: 361 rows for each pair of positions
    #[arg(long)]
    pub all_double: bool,

    /// How --all-single is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,

    /// Number added to every position of the input
    #[arg(
        long,
        value_name = "K",
        default_value_t = 0,
        allow_negative_numbers = true,
        conflicts_with_all = ["all_single", "all_double"]
    )]
    pub offset: i64,

    /// Report Spearman's correlation of the scores with this column of the table (its numbers are held in memory)
    #[arg(long, value_name = "COLUMN")]
    pub against: Option<String>,

    /// Where the table goes [default: standard output]; compressed if the name ends in .gz
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Overwrite FILE
    #[arg(long)]
    pub force: bool,

    /// Print a summary as one JSON object to standard output; the table then goes to --output or nowhere
    #[arg(long)]
    pub json: bool,
}

/// How all single substitutions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A row a substitution, with all columns
    Table,
    /// A row a position, a column a residue, potts_score only
    Matrix,
}

/// What is to be scored.
#[derive(Debug, Clone, Copy)]
enum Request<'a> {
    Mutants(&'a [String]),
    Table(&'a Path),
    AllSingle(Format),
    AllDouble,
}

impl<'a> Request<'a> {
    fn of(args: &'a ScoreMutantsArgs) -> Result<Self> {
        let request = match (&args.file, args.all_single, args.all_double) {
            (Some(table), ..) => Self::Table(table),
            (None, true, _) => Self::AllSingle(args.format),
            (None, false, true) => Self::AllDouble,
            _ => Self::given(&args.mutants)?,
        };
        request.check(args)?;
        Ok(request)
    }

    /// A single word that is no mutant but a file is the file: `potts score-mutants model.h5 assay.csv`.
    fn given(mutants: &'a [String]) -> Result<Self> {
        match mutants {
            [] => Err(Error::Usage(
                "no mutants to score\n  name some (A42G), a table with --file TABLE, or use --all-single or --all-double"
                    .into(),
            )),
            [only] if Mutant::parse(only).is_err() && (only == "-" || Path::new(only).is_file()) => {
                Ok(Self::Table(Path::new(only)))
            }
            _ => Ok(Self::Mutants(mutants)),
        }
    }

    /// Refuses options that would have no effect.
    fn check(&self, args: &ScoreMutantsArgs) -> Result<()> {
        let is_table = matches!(self, Self::Table(_));
        for (option, given) in [("--column", &args.column), ("--against", &args.against)] {
            if given.is_some() && !is_table {
                return Err(Error::Usage(format!(
                    "{option} names a column of a table\n  give the table with --file TABLE"
                )));
            }
        }
        if args.format == Format::Matrix && !matches!(self, Self::AllSingle(_)) {
            return Err(Error::Usage(
                "--format matrix goes with --all-single".into(),
            ));
        }
        Ok(())
    }

    /// What the input is called in messages.
    fn name(&self) -> String {
        match self {
            Self::Mutants(_) => "command line".into(),
            Self::Table(path) if *path == Path::new("-") => "standard input".into(),
            Self::Table(path) => path.display().to_string(),
            Self::AllSingle(_) => "all single substitutions".into(),
            Self::AllDouble => "all double substitutions".into(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// As [`run_with`], or if the model cannot be read.
pub fn run(args: &ScoreMutantsArgs, messages: &Messages) -> Result<()> {
    Request::of(args)?;
    let fitted = hdf5::read(&args.model)?;
    run_with(&fitted, args, &mut *messages.writer())
}

/// Scores what `args` ask for with a model that has been read, and writes it where they say.
///
/// # Errors
/// If the options contradict each other, a file cannot be read or written, or no row holds a mutant.
fn run_with(fitted: &FittedModel, args: &ScoreMutantsArgs, messages: &mut dyn Write) -> Result<()> {
    let mut input: Box<dyn BufRead> = match Request::of(args)? {
        Request::Table(path) => mutant_table::open(path)?,
        _ => Box::new(std::io::empty()),
    };
    let mut scored =
        |output: &mut dyn Write| score(fitted, args, &mut *input, output, &mut *messages);
    let summary = match (&args.output, args.json) {
        (Some(path), _) => into_file(path, args.force, &mut scored)?,
        (None, true) => scored(&mut std::io::sink())?,
        (None, false) => {
            let mut stdout = BufWriter::new(std::io::stdout().lock());
            return unless_closed(scored(&mut stdout).map(drop));
        }
    };
    if args.json {
        unless_closed(print_json(&summary))?;
    }
    Ok(())
}

/// Scores what `args` ask for: the table to `output`, notes and the summary in words to `messages`.
///
/// `input` is the table, if they ask for one.
///
/// # Errors
/// If the options contradict each other, the model has no target, reading or writing fails, or no row holds a mutant.
pub fn score(
    fitted: &FittedModel,
    args: &ScoreMutantsArgs,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> Result<Summary> {
    let request = Request::of(args)?;
    let scorer = MutantScorer::new(
        &fitted.model,
        &fitted.independent_fields,
        &fitted.alphabet,
        &fitted.columns,
    )?;
    let job = Job {
        scorer: &scorer,
        letters: fitted.alphabet.letters(),
        args,
        name: request.name(),
    };
    job.announce(fitted.target.as_deref(), messages);
    let summary = match request {
        Request::Mutants(mutants) => rows::score_list(&job, mutants, output)?,
        Request::Table(_) => rows::score_table(&job, input, output, messages)?,
        Request::AllSingle(Format::Table) => all::singles(&job, output)?,
        Request::AllSingle(Format::Matrix) => all::matrix(&job, output)?,
        Request::AllDouble => all::doubles(&job, output)?,
    };
    output.flush().map_err(job.write_error())?;
    summary.tell(messages);
    Ok(summary)
}

/// What every way of scoring needs.
struct Job<'a> {
    scorer: &'a MutantScorer<'a>,
    /// Residues in the order of their states.
    letters: &'a [u8],
    args: &'a ScoreMutantsArgs,
    /// The input, in messages.
    name: String,
}

impl Job<'_> {
    /// Says which positions can be scored, before anybody wonders.
    fn announce(&self, target: Option<&str>, messages: &mut dyn Write) {
        let columns = self.scorer.columns();
        let (first, last) = columns.range();
        let sites = (0..columns.sites()).filter(|&s| self.scorer.changes_of(s).next().is_some());
        // Messages that cannot be shown are no reason to stop.
        let _ = writeln!(
            messages,
            "target {}: positions {first} to {last}, {} of {} residues modelled",
            target.unwrap_or("without a name"),
            sites.count(),
            columns.columns().len()
        );
    }

    fn write_error(&self) -> impl FnOnce(std::io::Error) -> Error + use<> {
        let path = self.args.output.clone();
        move |error| {
            let path = path.unwrap_or_else(|| PathBuf::from("standard output"));
            Error::io("write", &path)(error)
        }
    }
}

/// A file that gets its name only if all went well.
fn into_file(
    path: &Path,
    force: bool,
    scored: &mut dyn FnMut(&mut dyn Write) -> Result<Summary>,
) -> Result<Summary> {
    let mut file = BufWriter::new(OutputFile::create(path, force)?);
    let (summary, written) = if path.extension().is_some_and(|e| e == "gz") {
        let mut encoder = GzEncoder::new(file, flate2::Compression::default());
        let summary = scored(&mut encoder)?;
        (summary, encoder.finish())
    } else {
        let summary = scored(&mut file)?;
        (summary, Ok(file))
    };
    let file = written.and_then(|file| file.into_inner().map_err(|e| e.into_error()));
    file.map_err(Error::io("write", path))?.commit()?;
    Ok(summary)
}

fn print_json(summary: &Summary) -> Result<()> {
    let mut text = serde_json::to_string_pretty(summary)
        .map_err(|e| Error::Numerical(format!("the summary cannot be written: {e}")))?;
    text.push('\n');
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    written.map_err(Error::io("write", Path::new("standard output")))
}

/// A reader that has seen enough, such as `head`, is no failure.
fn unless_closed(result: Result<()>) -> Result<()> {
    match result {
        Err(Error::Io {
            action: "write",
            source,
            ..
        }) if source.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
