//! Every single or double substitution of the modelled positions: lines made by all threads, written in their order.

use super::Job;
use super::args::MatrixScore;
use super::summary::Summary;
use crate::error::{Error, Result};
use crate::io::tables::mutants::{Lines, TableWriter};
use crate::io::tables::{push_measured, push_score};
use crate::model::couplings::pair_sites;
use crate::mutants::{Change, Outcome, Score, Status};
use crate::position::Offsets;
use rayon::prelude::*;
use std::io::Write;

/// Pieces of a table that each thread makes before they are written.
const AHEAD: usize = 16;

/// A table of all single substitutions: positions rise, residues are in the alphabet's order.
pub(super) fn singles(job: &Job, output: &mut dyn Write) -> Result<Summary> {
    let sites = 0..job.scorer.columns().sites();
    table(job, sites, output, |site, writer| {
        let mut written = Written::default();
        for (change, name) in job.scorer.named_changes(site) {
            let score = job.scorer.score(&[change]);
            written.add(job, writer, (&name, &[change]), score);
        }
        written
    })
}

/// A table of all pairs of substitutions at two positions, in the order of the singles.
pub(super) fn doubles(job: &Job, output: &mut dyn Write) -> Result<Summary> {
    let pairs = pair_sites(job.scorer.columns().sites());
    table(job, pairs, output, |(i, j), writer| {
        let mut written = Written::default();
        job.scorer.doubles(i, j, |name, changes, score| {
            written.add(job, writer, (name, &changes), score);
        });
        written
    })
}

/// What was written of a piece of a table.
#[derive(Default)]
struct Written {
    rows: u64,
    unseen: u64,
}

impl Written {
    fn add(
        &mut self,
        job: &Job,
        writer: &mut TableWriter,
        (name, changes): (&[u8], &[Change]),
        score: Score,
    ) {
        let outcome = Outcome::Scored(score);
        writer.predicted(job.prediction(&outcome, changes, None));
        self.rows += 1;
        self.unseen += u64::from(outcome.is_unseen());
        writer.mutant(name, &outcome);
    }
}

/// A table of what `lines` makes of each of `pieces`.
fn table<P: Send>(
    job: &Job,
    mut pieces: impl Iterator<Item = P>,
    output: &mut dyn Write,
    lines: impl Fn(P, &mut TableWriter) -> Written + Sync,
) -> Result<Summary> {
    let mut summary = job.empty_summary();
    let mut written = Lines::new(output, job.args.style(None));
    let writers = AHEAD * rayon::current_num_threads();
    let mut writers: Vec<TableWriter> = (0..writers).map(|_| job.writer(None)).collect();
    writers[0].header(None);
    writers[0].pour(&mut written).map_err(job.write_error())?;
    loop {
        let some: Vec<P> = pieces.by_ref().take(writers.len()).collect();
        if some.is_empty() {
            written.finish().map_err(job.write_error())?;
            return Ok(summary);
        }
        let made = some.into_par_iter().zip(&mut writers);
        let made: Vec<Written> = made.map(|(piece, writer)| lines(piece, writer)).collect();
        for written in made {
            summary.count(Status::Scored, written.rows);
            summary.unseen += written.unseen;
        }
        for writer in &mut writers {
            writer.pour(&mut written).map_err(job.write_error())?;
        }
    }
}

/// A matrix of all single substitutions: position, the target's letter, a score for each residue, the wild type's for the target's own.
pub(super) fn matrix(job: &Job, output: &mut dyn Write) -> Result<Summary> {
    let mut summary = job.empty_summary();
    let columns = job.scorer.columns();
    let separator = job.args.matrix_separator()?;
    let mut line = [b"position", &[separator][..], b"letter"].concat();
    for &letter in job.scorer.letters() {
        line.extend_from_slice(&[separator, letter]);
    }
    for site in 0..columns.sites() {
        let Some(scores) = scores_at(job, site)? else {
            continue;
        };
        summary.count(Status::Scored, scores.len() as u64 - 1);
        let unseen = job
            .scorer
            .singles(site)
            .filter(|(_, score)| score.is_unseen());
        summary.unseen += unseen.count() as u64;
        let (residue, letter) = (columns.residue(site), char::from(columns.letter(site)));
        let between = char::from(separator);
        line.extend_from_slice(format!("\n{residue}{between}{letter}").as_bytes());
        for score in scores {
            line.push(separator);
            match job.args.score {
                Some(MatrixScore::Calibrated) => push_measured(score, &mut line),
                _ => push_score(score, &mut line),
            }
        }
        output.write_all(&line).map_err(job.write_error())?;
        line.clear();
    }
    output.write_all(&line).map_err(job.write_error())?;
    output.write_all(b"\n").map_err(job.write_error())?;
    Ok(summary)
}

/// The score that was asked for, of all residues at a site; `None` where the target has none.
fn scores_at(job: &Job, site: usize) -> Result<Option<Vec<f64>>> {
    let Some(mut scores) = job.scorer.row(site) else {
        return Ok(None);
    };
    let asked = job.args.score.unwrap_or(MatrixScore::Potts);
    if asked == MatrixScore::Potts {
        return Ok(Some(scores));
    }
    let missing = |what: &str| {
        Error::Usage(format!(
            "the model tells no {what}: leave --score out, or choose another"
        ))
    };
    let of = |changes: &[Change]| {
        let score = job.scorer.score(changes);
        let predicted = || {
            let calibration = job.calibration.as_ref();
            calibration.map(|calibration| calibration.predict(changes, &score, &[]).value)
        };
        match asked {
            MatrixScore::Potts => Ok(score.potts),
            MatrixScore::Independent => score
                .independent
                .ok_or_else(|| missing("independent_score")),
            MatrixScore::Effect => score.effect.ok_or_else(|| missing("effect_score")),
            MatrixScore::Calibrated => predicted().ok_or_else(|| missing("predictions")),
        }
    };
    scores.fill(of(&[])?);
    for change in job.scorer.changes_of(site) {
        scores[usize::from(change.state)] = of(&[change])?;
    }
    Ok(Some(scores))
}

impl Job<'_> {
    pub(super) fn empty_summary(&self) -> Summary {
        Summary::new(&self.args.model, &self.name, Offsets::default())
    }
}
