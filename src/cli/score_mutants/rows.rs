//! Mutants that a user wrote, in a table or on the command line.

use super::Job;
use super::summary::{Correlation, Summary};
use crate::error::{Error, Place, Result};
use crate::io::mutant_table::{MutantTable, Row, TableWriter};
use crate::mutants::{Change, Mutant, NotAMutant, OffsetHistogram, Outcome, Status};
use crate::position::Chain;
use crate::statistics::spearman;
use std::io::{BufRead, Write};

/// Scores the mutants of the command line.
pub(super) fn score_list(job: &Job, mutants: &[String], output: &mut dyn Write) -> Result<Summary> {
    let mut judge = Judge::new(job);
    let mut writer = TableWriter::of_list(output).map_err(job.write_error())?;
    for text in mutants {
        let read = judge.mutant.read(text.as_bytes());
        let outcome = judge.outcome(read);
        writer
            .mutant(text.as_bytes(), &outcome)
            .map_err(job.write_error())?;
    }
    judge.finish()
}

/// Scores a table row by row.
pub(super) fn score_table(
    job: &Job,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> Result<Summary> {
    let mut table = MutantTable::new(input, &job.name, job.args.column.as_deref())?;
    let against = job.args.against.as_deref();
    let mut measured = against
        .map(|name| Ok(Measured::new(name, table.column(name)?)))
        .transpose()?;
    let chain_column = job.args.chain_column.as_deref();
    let chain_column = chain_column.map(|name| table.column(name)).transpose()?;
    let replaced: Vec<String> = table
        .layout()
        .replaced()
        .iter()
        .map(|s| s.to_string())
        .collect();
    describe(&table, &replaced, messages);

    let mut judge = Judge::new(job);
    let mut writer = TableWriter::of_table(output, table.layout()).map_err(job.write_error())?;
    while let Some(row) = table.next_row()? {
        let read = row
            .read_mutant(&mut judge.mutant)
            .and_then(|()| put_in_chain(&mut judge.mutant, &row, chain_column));
        let outcome = judge.outcome(read);
        if let Some(measured) = &mut measured {
            measured.add(&row, &outcome);
        }
        writer.row(&row, &outcome).map_err(job.write_error())?;
    }
    Ok(Summary {
        comment_lines: table.comments(),
        replaced_columns: replaced,
        against: measured.map(|m| m.correlation(judge.summary())),
        ..judge.finish()?
    })
}

/// Puts a mutant into the chain that its row names; an empty cell names none.
fn put_in_chain(
    mutant: &mut Mutant,
    row: &Row,
    column: Option<usize>,
) -> std::result::Result<(), NotAMutant> {
    let cell = column
        .and_then(|column| row.cell(column))
        .unwrap_or_default();
    if !cell.is_empty() {
        mutant.put_in(Chain::named(&cell).ok_or_else(|| NotAMutant::chain(&cell))?);
    }
    Ok(())
}

/// Says what the file was taken for.
fn describe<R: BufRead>(table: &MutantTable<R>, replaced: &[String], messages: &mut dyn Write) {
    let separator = match table.layout().separator() {
        b'\t' => "tabs",
        b',' => "commas",
        _ => "semicolons",
    };
    let _ = match table.layout().mutant_column() {
        Some(name) => writeln!(
            messages,
            "table separated by {separator}, mutants in column '{name}'"
        ),
        None => writeln!(messages, "plain list of mutants"),
    };
    for name in replaced {
        let _ = writeln!(messages, "note: the input's column '{name}' is replaced");
    }
}

/// Judges one mutant after the other and keeps count.
struct Judge<'a> {
    job: &'a Job<'a>,
    mutant: Mutant,
    changes: Vec<Change>,
    summary: Summary,
    offsets: OffsetHistogram,
    first_problem: Option<NotAMutant>,
}

impl<'a> Judge<'a> {
    fn new(job: &'a Job<'a>) -> Self {
        Self {
            job,
            mutant: Mutant::default(),
            changes: Vec::new(),
            summary: Summary::new(&job.args.model, &job.name, job.args.offset.clone()),
            offsets: OffsetHistogram::new(job.args.offset.clone(), job.scorer.offsets().chains()),
            first_problem: None,
        }
    }

    /// What becomes of `self.mutant`, which has been `read`.
    fn outcome(&mut self, read: std::result::Result<(), NotAMutant>) -> Outcome {
        let scorer = self.job.scorer;
        let outcome = match read {
            Ok(()) => {
                if let Some(chain) = self.job.args.chain {
                    self.mutant.put_in(chain);
                }
                self.offsets.add(scorer.offsets(), &self.mutant);
                scorer.evaluate_with(&self.mutant, &self.job.args.offset, &mut self.changes)
            }
            Err(problem) => {
                self.first_problem.get_or_insert(problem.clone());
                Outcome::Unparsable(problem)
            }
        };
        self.summary.count(outcome.status());
        outcome
    }

    /// The counts so far.
    fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The counts and the offset that would fit more.
    ///
    /// # Errors
    /// If there was no mutant at all.
    fn finish(mut self) -> Result<Summary> {
        let rows = self.summary.rows;
        if self.summary.of(Status::Unparsable) == rows {
            let problem = match self.first_problem {
                Some(first) => format!("no row holds a mutant (rows read: {rows}): {first}"),
                None => "there are no rows below the header".into(),
            };
            return Err(Error::input(
                Place::file(&self.job.name),
                problem,
                "mutants look like A42G or A42G:L57V; --column NAME says which column of a table holds them",
            ));
        }
        self.summary.propose(&self.offsets);
        Ok(self.summary)
    }
}

/// A measured column and the scores of the same rows.
struct Measured {
    name: String,
    column: usize,
    values: Vec<f64>,
    potts: Vec<f64>,
    /// All of them, or none where the model has no baseline.
    independent: Option<Vec<f64>>,
    without_number: u64,
}

impl Measured {
    fn new(name: &str, column: usize) -> Self {
        Self {
            name: name.into(),
            column,
            values: Vec::new(),
            potts: Vec::new(),
            independent: Some(Vec::new()),
            without_number: 0,
        }
    }

    /// Takes a row in if it has a score and a number.
    fn add(&mut self, row: &Row, outcome: &Outcome) {
        let Some(score) = outcome.score() else {
            return;
        };
        let cell = row.cell(self.column).unwrap_or_default();
        let value = std::str::from_utf8(&cell).ok().and_then(|s| s.parse().ok());
        match value.filter(|v: &f64| v.is_finite()) {
            Some(value) => {
                self.values.push(value);
                self.potts.push(score.potts);
                self.independent = self.independent.take().and_then(|mut all| {
                    all.push(score.independent?);
                    Some(all)
                });
            }
            None => self.without_number += 1,
        }
    }

    fn correlation(self, counts: &Summary) -> Correlation {
        Correlation {
            used: self.values.len() as u64,
            without_number: self.without_number,
            not_scored: counts.not_scored(),
            potts_score: spearman(&self.values, &self.potts),
            independent_score: self
                .independent
                .and_then(|scores| spearman(&self.values, &scores)),
            column: self.name,
        }
    }
}
