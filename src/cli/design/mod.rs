//! `potts design`: what to make of a protein.

mod args;
mod summary;

pub use args::{DesignArgs, FormatChoice, ScoreChoice};

use super::background;
use super::json::print_json;
use super::messages::Messages;
use super::score_mutants::{mutants_of_table, of_model};
use crate::alignment::ColumnMap;
use crate::calibration::Calibration;
use crate::choices::Allowed;
use crate::design::{
    self, DesignOptions, DesignRow, NotTheTarget, OrderOptions, Problem, Ranking, WholeSequence,
    designs, novelties, order,
};
use crate::error::{Error, Place, Result};
use crate::io::alignments::unaligned;
use crate::io::models;
use crate::io::tables::Style;
use crate::io::tables::columns::{
    CALIBRATED, Column, DESIGNS, DesignTable, ORDERS, chosen, write_table,
};
use crate::machine::memory::available_memory;
use crate::model::Model;
use crate::mutants::{Change, MutantScorer};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use summary::Summary;

/// Between two lines that say how far a long search is.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// So many times as many mutants at a position are looked at for an advice.
const MORE: usize = 3;

/// A protein, and what may be made of it.
struct Job<'a, 'm> {
    args: &'a DesignArgs,
    model: &'a Model,
    /// The target, or the background, in the model's columns.
    protein: &'a ColumnMap,
    scorer: &'a MutantScorer<'m>,
    whole: WholeSequence,
    allowed: Allowed,
    calibration: Option<Calibration>,
    /// Mutants that are left out.
    without: BTreeSet<Vec<Change>>,
    messages: &'a Messages,
}

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, positions or residues do not fit the model, or no design does.
pub fn run(args: &DesignArgs, messages: &Messages) -> Result<()> {
    args.check()?;
    let inputs = std::iter::once(args.model.as_path());
    let given = [&args.full_length, &args.calibration, &args.exclude];
    let given = given.into_iter().filter_map(Option::as_deref);
    let inputs = inputs.chain(args.choices.inputs()).chain(given);
    let inputs = inputs.chain(args.background.as_deref().map(Path::new));
    args.table.file.check(inputs)?;
    let choices = args.choices.choices()?;
    messages.timings().begin("reading the model");
    let model = models::read(&args.model)?;
    let background = background::read(args.background.as_deref(), &model, None)?;
    let protein = background.as_ref().map_or(&model.columns, |b| b.columns());
    let whole = whole_sequence(args, &model)?.in_background(protein);
    let allowed = choices.in_protein(&model, protein)?;
    let calibration = calibration(args, &model)?;
    let of_table = |table: &PathBuf| {
        let scorer = background::scorer(&model, background.as_ref())?;
        mutants_of_table((&model, scorer), table, &mut *messages.writer())
    };
    let without = args.exclude.as_ref().map(of_table).transpose()?;
    messages.timings().begin("scores of singles");
    let mut scorer = background::scorer(&model, background.as_ref())?;
    scorer.fetch_all()?;
    if let Some(background) = &background {
        messages.say(background::in_words(background));
    }
    let summary = Summary::new(args, &model, background.as_ref(), &allowed);
    messages.say(summary.announcement());
    allowed.check_any()?;
    messages.timings().begin("designing");
    let job = Job {
        args,
        model: &model,
        protein,
        scorer: &scorer,
        whole,
        allowed,
        calibration,
        without: without.unwrap_or_default(),
        messages,
    };
    let (rows, summary) = match args.number {
        None => job.ordered(summary)?,
        Some(number) => job.designed(number, summary)?,
    };
    write(args, &rows)?;
    for line in summary.lines() {
        messages.say(line);
    }
    match args.json {
        true => print_json(&summary),
        false => Ok(()),
    }
}

impl Job<'_, '_> {
    /// A list to order.
    fn ordered(&self, summary: Summary) -> Result<(Vec<DesignRow>, Summary)> {
        let (singles, doubles) = self.args.ordered()?;
        let calibrated = self.calibration.as_ref().map(Ranking::Calibrated);
        let effects = self.scorer.effect_basis().map(|_| Ranking::Effect);
        let options = OrderOptions {
            singles,
            doubles,
            per_position: self.args.per_position,
            ranking: match self.args.score {
                Some(ScoreChoice::Effect) => Ranking::Effect,
                Some(ScoreChoice::Potts) => Ranking::Potts,
                Some(ScoreChoice::Calibrated) | None => {
                    calibrated.or(effects).unwrap_or(Ranking::Potts)
                }
            },
            without: &self.without,
        };
        let listed = order(self.scorer, &self.allowed, &options)?;
        let calibration = self.calibration.as_ref();
        let rows = DesignRow::of_order((self.scorer, &self.whole), &listed, calibration);
        let freer = OrderOptions {
            per_position: MORE * options.per_position,
            doubles: 0,
            ..options
        };
        let hits = order(self.scorer, &self.allowed, &freer)?;
        let hits = hits.iter().map(|mutant| mutant.hit).sum();
        let summary = summary.ordered(&options, &rows);
        let summary = summary.advised(freer.per_position, hits);
        Ok((rows, summary))
    }

    /// What designs are searched by.
    fn score(&self) -> ScoreChoice {
        let usual = match self.calibration {
            Some(_) => ScoreChoice::Calibrated,
            None => ScoreChoice::Potts,
        };
        self.args.score.unwrap_or(usual)
    }

    fn designed(&self, number: usize, summary: Summary) -> Result<(Vec<DesignRow>, Summary)> {
        let (args, scorer) = (self.args, self.scorer);
        let options = DesignOptions {
            wanted: args.wanted(number),
            prove: args.prove,
            seed: args.seed(),
        };
        let value = |changes: &[Change]| scorer.score(changes).potts;
        let (problem, (origin, unit)) = self.problem(&value)?;
        let problem = problem.without(&self.without);
        let last = Cell::new(Instant::now());
        let watch = |what: &str, done: u64, all: u64| {
            if last.get().elapsed() >= BETWEEN_LINES {
                last.set(Instant::now());
                let share = (100.0 * done as f64 / all as f64).min(100.0);
                let of = if what == "searched" {
                    " of the limit"
                } else {
                    ""
                };
                self.messages.say(format_args!("{what} {share:.0} %{of}"));
            }
        };
        let found = designs(&problem, &options, &watch)?;
        self.messages.timings().begin("novelty");
        let changes = found.designs.iter().map(|design| &design.changes[..]);
        let novelties = novelties((self.model, self.protein), changes);
        let rows = DesignRow::of_designs(
            (scorer, &self.whole),
            &found.designs,
            novelties.as_deref(),
            self.calibration.as_ref(),
        );
        let certificate = found.certificate.in_units(origin, unit);
        let summary = summary.designed(args, self.score(), &rows, (certificate, unit < 0.0));
        Ok((rows, summary))
    }

    /// What is searched, by `value`, where nothing is known of the model but its scores; and the score of the wild type and of one unit of it.
    fn problem<'v>(&self, value: &'v design::Function<'v>) -> Result<(Problem<'v>, (f64, f64))> {
        let (scorer, allowed) = (self.scorer, &self.allowed);
        let problem = match self.score() {
            ScoreChoice::Calibrated => {
                return calibrated(self.calibration.as_ref(), scorer, allowed);
            }
            ScoreChoice::Effect if scorer.effect_basis().is_none() => {
                return Err(Error::Usage(
                    "the model tells no effects, which take a protein family with its frequencies\n  choose --score potts".into(),
                ));
            }
            ScoreChoice::Effect => Problem::additive(allowed, |change| {
                scorer.score(&[change]).effect.unwrap_or_default()
            }),
            ScoreChoice::Potts if self.model.pairwise().is_some() => {
                Problem::pairwise(scorer, allowed, available_memory())?
            }
            ScoreChoice::Potts if self.model.fields().is_some() => {
                Problem::additive(allowed, |c| value(&[c]))
            }
            ScoreChoice::Potts => Problem::any(allowed, value),
        };
        Ok((problem, (0.0, 1.0)))
    }
}

/// The calibration, where one is given.
fn calibration(args: &DesignArgs, model: &Model) -> Result<Option<Calibration>> {
    let Some(path) = &args.calibration else {
        return Ok(None);
    };
    let calibration = of_model(path, model, &args.model)?;
    match calibration.columns.first() {
        Some(column) => Err(Error::Usage(format!(
            "the calibration takes the column {} of a table, which designs do not have\n  calibrate without --with",
            column.name
        ))),
        None => Ok(Some(calibration)),
    }
}

/// What is predicted is a sum over substitutions and a multiple of the epistasis; where low values are good, less of it is sought. The unit of the
/// problem is the standard deviation of the singles that are allowed, since assays may have any; the wild type's prediction and that unit come with
/// it, negative where less is sought.
fn calibrated<'a>(
    calibration: Option<&Calibration>,
    scorer: &MutantScorer,
    allowed: &Allowed,
) -> Result<(Problem<'a>, (f64, f64))> {
    let calibration = calibration.ok_or_else(|| Error::Numerical("no calibration".into()))?;
    let none = calibration.predict_changes(scorer, &[]).value;
    let gain = |change| calibration.predict_changes(scorer, &[change]).value - none;
    let spread = Problem::additive(allowed, gain).spread();
    let unit = calibration.direction * spread;
    let scaled = |change| gain(change) / unit;
    let times = calibration.epistasis / unit;
    let problem = Problem::with_epistasis(scorer, allowed, (&scaled, times), available_memory())?;
    Ok((problem, (none, unit)))
}

/// The target's sequence as it is written.
fn whole_sequence(args: &DesignArgs, model: &Model) -> Result<WholeSequence> {
    let Some(path) = &args.full_length else {
        return Ok(WholeSequence::of(&model.columns));
    };
    let chains = unaligned::read(path)?;
    WholeSequence::given(&model.columns, &chains).map_err(|problem: NotTheTarget| {
        Error::input(
            Place::file(path.display().to_string()),
            problem.to_string(),
            "give the whole sequence of the model's target, position 1 first or named NAME/first-last; potts info MODEL --map lists the target's letters",
        )
    })
}

fn write(args: &DesignArgs, rows: &[DesignRow]) -> Result<()> {
    if args.json && args.table.file.output.is_none() {
        return Ok(());
    }
    let asked: &[&str] = match args.calibration {
        Some(_) => &CALIBRATED,
        None => &[],
    };
    let columns: &[Column<DesignTable>] = match args.number {
        Some(_) => &chosen(DESIGNS, asked),
        None => &chosen(ORDERS, asked),
    };
    let listed: Vec<&DesignRow> = rows.iter().collect();
    let file = &args.table.file;
    file.write(|output| {
        match args.written_as() {
            FormatChoice::Tsv => write_table(columns, &listed, Style::Tsv, output),
            FormatChoice::Csv => write_table(columns, &listed, Style::Csv, output),
            FormatChoice::Json => write_table(columns, &listed, Style::Json, output),
            FormatChoice::Fasta => write_sequences(rows, output),
        }
        .map_err(file.error())
    })
}

/// Names say what the sequences are: `design_1 A24V:R57I effect_score=-0.012345 potts_score=1.234567`.
fn write_sequences(rows: &[DesignRow], output: &mut dyn Write) -> std::io::Result<()> {
    for row in rows {
        let kind = match row.kind() {
            "multiple" => "design",
            kind => kind,
        };
        let mutant = String::from_utf8_lossy(&row.mutant);
        let mut name = format!("{kind}_{} {mutant}", row.number);
        let scores = [
            ("calibrated", row.prediction.map(|found| found.value)),
            ("effect_score", row.score.effect),
            ("potts_score", Some(row.score.potts)),
        ];
        for (what, score) in scores {
            if let Some(score) = score {
                name += &format!(" {what}={score:.6}");
            }
        }
        unaligned::write(&name, &row.sequence, output)?;
    }
    Ok(())
}
