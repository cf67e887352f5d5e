//! `potts report`: all that a model says, on one page.

use super::alignment_args::ReadOptions;
use super::choice_args::ChoiceArgs;
use super::created_by::created_by;
use super::evaluate;
use super::fit::fit_in_place;
use super::input_format::InputFormatArg;
use super::messages::Messages;
use super::score_mutants::{self, ScoreMutantsArgs, TableLayout};
use super::structure_args::StructureArgs;
use crate::calibration::beyond_reckoning;
use crate::contacts::Positions;
use crate::error::{Error, Place, Result};
use crate::fit::FitOptions;
use crate::io::files::input::{self, is_standard};
use crate::io::files::output::write_file;
use crate::io::files::source::file_sha256;
use crate::io::files::{check_apart, check_output};
use crate::io::models;
use crate::machine::memory::available_memory;
use crate::model::Model;
use crate::mutants::epistasis::check_couplings;
use crate::report::chapters;
use crate::report::facts::{Assay, Evaluated, Facts, Request, Source};
use crate::report::page::Page;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  potts report family.h5 -o family.html
  potts report family.a2m -o family.html               fits it first
  potts report family.h5 --structure 1abc.cif --mutants assay.csv -o family.html
  potts report family.h5 --keep 70,130-132 -o family.html   orders nothing at the active site
  potts report --batch list.txt --out-dir pages        a page a family, and index.html";

/// One page of all that a model says: contacts, mutants, what to order, how sure
///
/// One HTML file for any browser, that asks no other computer for anything: contact map, ranked pairs, all single mutants, an order list,
/// interactions, logo, coverage, the fit. Its numbers are those of the tables of `potts contacts`, `score-mutants`, `positions` and `design`.
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = EXAMPLES)]
pub struct ReportArgs {
    /// Model of `potts fit` or another program, or an alignment to fit first
    pub input: PathBuf,
    /// Page to write
    #[arg(short, long, value_name = "PAGE.html")]
    pub output: PathBuf,
    /// Overwrite PAGE.html
    #[arg(long)]
    pub force: bool,
    /// Heading of the page [default: the target's name]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Table of measured mutants, to hold against their scores
    ///
    /// Read as `potts score-mutants --file` reads it.
    #[arg(long, value_name = "TABLE")]
    pub mutants: Option<PathBuf>,
    /// Column of the measured values [default: told by its name]
    #[arg(long, value_name = "COLUMN", requires = "mutants")]
    pub against: Option<String>,
    /// Column with the mutants, or what --layout says [default: told by contents]
    #[arg(long, value_name = "NAME", requires = "mutants")]
    pub column: Option<String>,
    /// How rows say what their mutants are [default: told by contents]
    #[arg(long, value_enum, requires = "mutants")]
    pub layout: Option<TableLayout>,
    /// Number added to every position of the table, or auto
    #[arg(
        long,
        value_name = "K",
        default_value_t,
        allow_hyphen_values = true,
        requires = "mutants"
    )]
    pub offset: score_mutants::OffsetChoice,
    /// Pairs of positions whose interactions are drawn [default: the strongest]
    #[arg(long, value_name = "24:57,...", value_delimiter = ',')]
    pub interactions: Vec<PairChoice>,
    /// A chapter on samples: some are drawn and held against natural sequences
    ///
    /// As `potts evaluate` does, with 4096 samples; takes seconds, of large proteins minutes.
    #[arg(long)]
    pub evaluate: bool,
    /// The same with samples that were drawn before, aligned as the model is
    #[arg(long, value_name = "FILE")]
    pub samples: Option<PathBuf>,
    /// The same against natural sequences aligned as the model is [default: its own]
    #[arg(long, value_name = "FILE")]
    pub natural: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Structures")]
    pub structures: StructureArgs,
    #[command(
        flatten,
        next_help_heading = "Positions and residues to order mutants of"
    )]
    pub choices: ChoiceArgs,
    /// Format of the alignment, where its content should not decide
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub input_format: InputFormatArg,
}

/// Two positions: `24:57`, of a complex `A:24:B:57`.
#[derive(Debug, Clone, PartialEq)]
pub struct PairChoice(Positions, Positions);

impl std::str::FromStr for PairChoice {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let parts: Vec<&str> = text.split(':').map(str::trim).collect();
        let (first, second) =
            match parts[..] {
                [i, j] => (i.to_owned(), j.to_owned()),
                [a, i, b, j] => (format!("{a}:{i}"), format!("{b}:{j}")),
                _ => return Err(
                    "two positions with a colon between, as in 24:57, or A:24:B:57 in a complex"
                        .into(),
                ),
            };
        Ok(Self(first.parse()?, second.parse()?))
    }
}

impl PairChoice {
    /// The sites of the pair, the first first.
    fn sites(&self, model: &Model) -> Result<(usize, usize)> {
        let one = |positions: &Positions| {
            positions.check(&model.columns)?;
            let mut sites =
                (0..model.sites()).filter(|&site| positions.hold(model.columns.residue(site)));
            match (sites.next(), sites.next()) {
                (Some(site), None) if model.columns.letter(site) != b'-' => Ok(site),
                _ => Err(Error::Usage(
                    "--interactions takes single positions where the target has a residue, as in 24:57".into(),
                )),
            }
        };
        let (i, j) = (one(&self.0)?, one(&self.1)?);
        match i == j {
            true => Err(Error::Usage(
                "--interactions takes two different positions".into(),
            )),
            false => Ok((i, j)),
        }
    }
}

impl ReportArgs {
    /// The pairs whose interactions are drawn, each once.
    fn pairs(&self, model: &Model) -> Result<Vec<(usize, usize)>> {
        if !self.interactions.is_empty() {
            check_couplings(model)?;
        }
        let pairs = self.interactions.iter().map(|pair| pair.sites(model));
        let mut drawn = BTreeSet::new();
        let mut pairs = pairs.collect::<Result<Vec<(usize, usize)>>>()?;
        pairs.retain(|&(i, j)| drawn.insert((i.min(j), i.max(j))));
        Ok(pairs)
    }

    /// Refuses a name that no browser would open as a page.
    ///
    /// # Errors
    /// [`Error::Usage`], with the name.
    pub(super) fn check(&self) -> Result<()> {
        let name = self.output.to_string_lossy().to_ascii_lowercase();
        // Devices and pipes are called as they are.
        let is_page = name.ends_with(".html")
            || name.ends_with(".htm")
            || self.output.metadata().is_ok_and(|found| !found.is_file());
        match is_page {
            true => Ok(()),
            false => Err(Error::Usage(format!(
                "{}: the name of a page ends in .html",
                self.output.display()
            ))),
        }
    }

    /// Opens what is read after the model, before a fit is made for nothing.
    fn check_readable(&self) -> Result<()> {
        let files = self.structures.inputs().chain(self.mutants.as_deref());
        let files = files.chain(self.samples.as_deref());
        let files = files.chain(self.natural.as_deref());
        for path in files.filter(|path| !is_standard(path)) {
            if path
                .metadata()
                .is_ok_and(|found| !found.is_file() && !found.is_dir())
            {
                // A pipe may be opened once only.
                continue;
            }
            input::open(path)?;
        }
        Ok(())
    }

    /// How an alignment is read.
    pub(super) fn reading(&self) -> ReadOptions {
        ReadOptions {
            format: self.input_format.format(),
            ..ReadOptions::default()
        }
    }
}

/// Runs the command.
///
/// # Errors
/// If an input cannot be read, fitted or scored, or the page cannot be written.
pub fn run(args: &ReportArgs, threads: usize, messages: &Messages) -> Result<()> {
    let inputs = [
        Some(&args.input),
        args.mutants.as_ref(),
        args.samples.as_ref(),
        args.natural.as_ref(),
    ];
    let inputs = inputs.into_iter().flatten().map(PathBuf::as_path);
    check_apart(
        &args.output,
        inputs
            .chain(args.structures.inputs())
            .chain(args.choices.inputs()),
    )?;
    args.check()?;
    check_output(&args.output, args.force)?;
    let choices = args.choices.choices()?;
    args.check_readable()?;
    messages.timings().begin("reading the model");
    let model = model(args, threads, messages)?;
    let structures = args.structures.read(&model, messages)?;
    let assay = args
        .mutants
        .as_ref()
        .map(|table| assay(args, &model, table, messages))
        .transpose()?;
    let evaluation = evaluation(args, &model, messages)?;
    let request = Request {
        evaluation,
        interactions: args.pairs(&model)?,
        choices,
        max_memory: available_memory(),
    };
    messages.timings().begin("working out the page");
    let facts = Facts::of(
        &model,
        source(args, &model, messages)?,
        structures.as_ref(),
        (assay, &request),
    )?;
    messages.timings().begin("drawing and writing");
    let chapters = chapters::of(&facts);
    write_file(&args.output, args.force, |output| {
        Page::of(&facts, &chapters)
            .write(output)
            .map_err(Error::io("write", &args.output))
    })?;
    messages.field("written", args.output.display());
    Ok(())
}

/// Samples held against naturals, where that was asked for.
fn evaluation(args: &ReportArgs, model: &Model, messages: &Messages) -> Result<Option<Evaluated>> {
    if !args.evaluate && args.samples.is_none() && args.natural.is_none() {
        return Ok(None);
    }
    messages
        .timings()
        .begin("comparing samples with natural sequences");
    let files = evaluate::Files {
        model: &args.input,
        samples: args.samples.as_deref(),
        natural: args.natural.as_deref(),
    };
    evaluate::for_drawings(model, files, messages).map(Some)
}

fn model(args: &ReportArgs, threads: usize, messages: &Messages) -> Result<Model> {
    match models::detect(&args.input) {
        Some(_) if args.input_format != InputFormatArg::Auto => Err(Error::Usage(format!(
            "--input-format is for alignments, and {} is a model: leave the option out",
            args.input.display()
        ))),
        Some(_) => models::read(&args.input),
        None => fit_first(args, threads, messages),
    }
}

fn source(args: &ReportArgs, model: &Model, messages: &Messages) -> Result<Source> {
    let file = input::name_of(&args.input);
    let called = [args.title.as_ref(), model.target.as_ref(), Some(&file)];
    // A page has a heading that can be seen.
    let has_letters = |name: &&&String| name.chars().any(char::is_alphanumeric);
    let title = called.iter().flatten().find(has_letters);
    let title = title.map_or("Potts model".to_owned(), |name| (*name).clone());
    let digest = |path: &PathBuf| {
        Ok(match sha256(path)? {
            Some(sha256) => format!("{} (SHA-256 {sha256})", path.display()),
            None => input::name_of(path),
        })
    };
    let structures: Result<Vec<String>> = args.structures.structure.iter().map(digest).collect();
    Ok(Source {
        title,
        sha256: sha256(&args.input)?.unwrap_or_default(),
        file,
        command_line: messages.command_line().into(),
        created_by: created_by(),
        structures: structures?,
        mutants: args.mutants.as_ref().map(digest).transpose()?,
    })
}

/// Of a file; `None` of what can be read once only, standard input and pipes.
fn sha256(path: &Path) -> Result<Option<String>> {
    match is_standard(path) || path.metadata().is_ok_and(|found| !found.is_file()) {
        true => Ok(None),
        false => file_sha256(path).map(Some),
    }
}

fn assay(args: &ReportArgs, model: &Model, table: &Path, messages: &Messages) -> Result<Assay> {
    let reading = ScoreMutantsArgs {
        against: args.against.clone(),
        column: args.column.clone(),
        layout: args.layout,
        offset: args.offset.clone(),
        ..ScoreMutantsArgs::of_table(&args.input, table)
    };
    let read = score_mutants::measured(model, &reading, &[], &mut *messages.writer())?;
    let values = &read.measurements.values;
    if let Some(value) = beyond_reckoning(values) {
        return Err(Error::input(
            Place::file(table.display().to_string()),
            format!(
                "a value in '{}' is {value:e}, too large or too small to be drawn",
                read.column
            ),
            "give the values in another unit",
        ));
    }
    let mut remarks = Vec::new();
    read.summary.tell(&mut remarks);
    let remarks = String::from_utf8_lossy(&remarks);
    messages.say(remarks.trim_end());
    let found = read.summary.against.as_ref();
    let correlations = found.map(|c| [c.effect_score, c.potts_score, c.independent_score]);
    Ok(Assay {
        file: match table == Path::new("-") {
            true => "standard input".into(),
            false => table.display().to_string(),
        },
        column: read.column,
        correlations: correlations.unwrap_or_default(),
        remarks: remarks.lines().map(|line| line.trim().to_owned()).collect(),
        variants: read.measurements.variants,
        values: read.measurements.values,
    })
}

/// As `potts fit` does by default.
fn fit_first(args: &ReportArgs, threads: usize, messages: &Messages) -> Result<Model> {
    let reading = args.reading();
    let options = FitOptions {
        max_memory: available_memory(),
        ..FitOptions::default()
    };
    fit_in_place((&args.input, &reading, options), threads, messages)
}
