//! `potts design`: what to make of a protein.

mod args;
mod summary;

pub use args::{DesignArgs, FormatChoice, ScoreChoice};

use super::json::print_json;
use super::messages::Messages;
use super::score_mutants::of_model;
use crate::calibration::Calibration;
use crate::choices::Allowed;
use crate::design::{
    Certificate, DesignOptions, DesignRow, NotTheTarget, OrderOptions, Problem, Ranking, Wanted,
    WholeSequence, designs, novelties, order,
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
use crate::mutants::MutantScorer;
use std::cell::Cell;
use std::io::Write;
use std::time::{Duration, Instant};
use summary::Summary;

/// Between two lines that say how far a long search is.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, positions or residues do not fit the model, or no design does.
pub fn run(args: &DesignArgs, messages: &Messages) -> Result<()> {
    let ordered = args.ordered()?;
    args.check()?;
    let inputs = std::iter::once(args.model.as_path());
    let given = [&args.full_length, &args.calibration];
    let given = given.into_iter().filter_map(Option::as_deref);
    let inputs = inputs.chain(args.choices.inputs()).chain(given);
    args.table.file.check(inputs)?;
    let choices = args.choices.choices()?;
    messages.timings().begin("reading the model");
    let model = models::read(&args.model)?;
    let whole = whole_sequence(args, &model)?;
    let allowed = choices.of(&model)?;
    messages.timings().begin("scores of singles");
    let scorer = MutantScorer::new(&model)?;
    let summary = Summary::new(args, &model, &allowed);
    messages.say(summary.announcement());
    allowed.check_any()?;
    messages.timings().begin("designing");
    let (rows, summary) = match args.number {
        None => {
            let (singles, doubles) = ordered;
            let options = OrderOptions {
                singles,
                doubles,
                per_position: args.per_position,
                ranking: ranking(args, &scorer),
            };
            let listed = order(&scorer, &allowed, &options)?;
            let rows = DesignRow::of_order(&scorer, &whole, &listed);
            let summary = summary.ordered(&options, &rows);
            (rows, summary)
        }
        Some(number) => {
            let (rows, certificate, by) =
                designed(args, number, (&model, &scorer, &allowed, &whole), messages)?;
            let summary = summary.designed(args, by, &rows, certificate);
            (rows, summary)
        }
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

/// What an order list is ranked by: effects, where there are any.
fn ranking(args: &DesignArgs, scorer: &MutantScorer) -> Ranking {
    let usual = match scorer.effect_basis() {
        Some(_) => Ranking::Effect,
        None => Ranking::Potts,
    };
    match args.score {
        Some(ScoreChoice::Effect) => Ranking::Effect,
        Some(ScoreChoice::Potts) => Ranking::Potts,
        // Refused before, or none.
        Some(ScoreChoice::Calibrated) | None => usual,
    }
}

type Target<'a, 'm> = (
    &'a Model,
    &'a MutantScorer<'m>,
    &'a Allowed,
    &'a WholeSequence,
);

fn designed(
    args: &DesignArgs,
    number: usize,
    (model, scorer, allowed, whole): Target,
    messages: &Messages,
) -> Result<(Vec<DesignRow>, Certificate, ScoreChoice)> {
    let by = args.score.unwrap_or(ScoreChoice::Potts);
    let options = DesignOptions {
        wanted: Wanted {
            count: number,
            least: args.min_mutations,
            most: args.max_mutations,
            distance: args.distance,
        },
        prove: args.prove,
        seed: args.seed,
    };
    let calibration = calibration(args, by, model)?;
    let value = |changes: &[crate::mutants::Change]| scorer.score(changes).potts;
    let problem = match by {
        ScoreChoice::Calibrated => calibrated(calibration.as_ref(), scorer, allowed)?,
        ScoreChoice::Effect if scorer.effect_basis().is_none() => {
            return Err(Error::Usage(
                "the model tells no effects, which take a protein family with its frequencies\n  choose --score potts".into(),
            ));
        }
        ScoreChoice::Effect => Problem::additive(allowed, |change| {
            scorer.score(&[change]).effect.unwrap_or_default()
        }),
        ScoreChoice::Potts if model.pairwise().is_some() => {
            Problem::pairwise(scorer, allowed, available_memory())?
        }
        ScoreChoice::Potts if model.fields().is_some() => {
            Problem::additive(allowed, |c| value(&[c]))
        }
        ScoreChoice::Potts => Problem::any(allowed, &value),
    };
    let last = Cell::new(Instant::now());
    let watch = |done: u64, all: u64| {
        if last.get().elapsed() >= BETWEEN_LINES {
            last.set(Instant::now());
            let share = (100.0 * done as f64 / all as f64).min(100.0);
            messages.say(format_args!("searched {share:.0} % of the limit"));
        }
    };
    let found = designs(&problem, &options, &watch)?;
    messages.timings().begin("novelty");
    let changes = found.designs.iter().map(|design| &design.changes[..]);
    let novelties = novelties(model, changes);
    let rows = DesignRow::of_designs(
        (scorer, whole),
        &found.designs,
        novelties.as_deref(),
        calibration.as_ref(),
    );
    Ok((rows, found.certificate, by))
}

/// The calibration, where one is given.
fn calibration(args: &DesignArgs, by: ScoreChoice, model: &Model) -> Result<Option<Calibration>> {
    let Some(path) = &args.calibration else {
        return match by {
            ScoreChoice::Calibrated => Err(Error::Usage(
                "--score calibrated takes a calibration: --calibration CAL.h5, of potts calibrate"
                    .into(),
            )),
            ScoreChoice::Effect | ScoreChoice::Potts => Ok(None),
        };
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

/// What is predicted is a sum over substitutions and a multiple of the epistasis; where low values are good, less of it is sought.
fn calibrated<'a>(
    calibration: Option<&Calibration>,
    scorer: &MutantScorer,
    allowed: &Allowed,
) -> Result<Problem<'a>> {
    let calibration = calibration.ok_or_else(|| Error::Numerical("no calibration".into()))?;
    let sign = calibration.sign();
    let none = calibration.predict_changes(scorer, &[]).value;
    let gain = |change| sign * (calibration.predict_changes(scorer, &[change]).value - none);
    let times = sign * calibration.epistasis;
    Problem::with_epistasis(scorer, allowed, (&gain, times), available_memory())
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
        None => &ORDERS,
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

/// Names say what the sequences are: `design_1 A24V:R57I potts_score=1.234567`.
fn write_sequences(rows: &[DesignRow], output: &mut dyn Write) -> std::io::Result<()> {
    for row in rows {
        let kind = match row.kind() {
            "multiple" => "design",
            kind => kind,
        };
        let mutant = String::from_utf8_lossy(&row.mutant);
        let score = row.score.potts;
        let name = format!("{kind}_{} {mutant} potts_score={score:.6}", row.number);
        unaligned::write(&name, &row.sequence, output)?;
    }
    Ok(())
}
