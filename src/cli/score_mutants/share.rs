//! What one thread does with its share of the rows, and what becomes of all shares.

use super::Job;
use super::measured::Measured;
use super::refused::Refused;
use super::summary::Summary;
use crate::cli::settings::in_flags;
use crate::error::{Error, Place};
use crate::io::tables::mutants::TableWriter;
use crate::mutants::{
    Change, Judgement, Mutant, MutantScorer, NotAMutant, OffsetHistogram, Outcome, Status,
};
use std::ops::Range;

/// Mutants whose couplings are asked for together; all of them find room in the first cache.
const TOGETHER: usize = 64;

/// Some rows on their way from text to a line with a score, and counts of all rows that have gone through.
///
/// They are translated, then scored, then written, all rows by one step before the next: between the first two the scorer fetches what it
/// needs, and in the second mutants wait together for the memory, not each on its own.
pub(super) struct Share {
    mutant: Mutant,
    changes: Vec<Change>,
    rows: Vec<Translated>,
    /// How mutants were read that were not written in full, by their places among the rows.
    readings: Vec<(usize, Box<str>)>,
    statuses: [u64; Status::ALL.len()],
    unseen: u64,
    /// Mutants with a name before `:p.`.
    references: u64,
    /// Mutants of which a wild type was left out.
    without_wild_type: u64,
    offsets: OffsetHistogram,
    first_problem: Option<NotAMutant>,
    /// Why the first mutant without a score has none.
    first_reason: Option<String>,
    measured: Measured,
    writer: TableWriter,
}

/// What is known of a row.
enum Translated {
    /// All, and its changes if they have a score.
    Settled(Outcome, Range<usize>),
    /// That these changes have a score.
    Changes(Range<usize>),
}

impl Share {
    /// No rows yet.
    pub fn new(job: &Job, writer: TableWriter) -> Self {
        Self {
            mutant: match job.numbering {
                Some(_) => Mutant::with_insertion_codes(),
                None => Mutant::default(),
            },
            changes: Vec::new(),
            rows: Vec::new(),
            readings: Vec::new(),
            statuses: [0; Status::ALL.len()],
            unseen: 0,
            references: 0,
            without_wild_type: 0,
            offsets: OffsetHistogram::new(job.offset.clone(), job.scorer.offsets().chains()),
            first_problem: None,
            first_reason: None,
            measured: Measured::default(),
            writer,
        }
    }

    /// Takes in a row, whose mutant is what `read` reads.
    pub fn take_row(
        &mut self,
        job: &Job,
        read: impl FnOnce(&mut Mutant) -> std::result::Result<(), NotAMutant>,
    ) {
        let before = self.changes.len();
        let settled = match read(&mut self.mutant) {
            Ok(()) => self.place(job),
            Err(problem) => Some(Outcome::Unparsable(problem)),
        };
        if let Some(Outcome::Unparsable(problem)) = &settled {
            self.first_problem.get_or_insert_with(|| problem.clone());
        }
        let changes = before..self.changes.len();
        self.rows.push(match settled {
            Some(outcome) => Translated::Settled(outcome, 0..0),
            None => Translated::Changes(changes),
        });
    }

    /// Counts a name that was taken off the mutant before it was read.
    pub fn note_name(&mut self, was_there: bool) {
        self.references += u64::from(was_there);
    }

    /// What becomes of the mutant that was read, or its changes.
    fn place(&mut self, job: &Job) -> Option<Outcome> {
        let (mutant, offset) = (&mut self.mutant, &job.offset);
        if let Some(chain) = job.args.chain {
            mutant.put_in(chain);
        }
        self.references += u64::from(mutant.has_reference());
        if let Err(problem) = job.scorer.settle(mutant, offset, job.numbering.as_ref()) {
            return Some(problem);
        }
        self.offsets.add(job.scorer.offsets(), mutant);
        let settled = job.scorer.translate(mutant, offset, &mut self.changes);
        let reading = job.scorer.reading(mutant, offset);
        if let Some(reading) = &reading {
            self.without_wild_type += u64::from(mutant.lacks_wild_type());
            if settled.is_none() {
                self.readings.push((self.rows.len(), reading.clone()));
            }
        }
        settled.map(|outcome| outcome.read_as(reading))
    }

    /// The mutants that are to be scored.
    pub fn mutants(&self) -> impl Iterator<Item = &[Change]> {
        self.rows.iter().filter_map(|translated| match translated {
            Translated::Changes(range) => Some(&self.changes[range.clone()]),
            Translated::Settled(..) => None,
        })
    }

    /// Scores them.
    pub fn score(&mut self, scorer: &MutantScorer) {
        for together in self.rows.chunks_mut(TOGETHER) {
            for translated in &*together {
                if let Translated::Changes(range) = translated {
                    scorer.touch(&self.changes[range.clone()]);
                }
            }
            for translated in together {
                if let Translated::Changes(range) = translated {
                    let range = range.clone();
                    let score = scorer.score(&self.changes[range.clone()]);
                    *translated = Translated::Settled(Outcome::Scored(score), range);
                }
            }
        }
        for (row, reading) in self.readings.drain(..) {
            let Translated::Settled(outcome, _) = &mut self.rows[row] else {
                continue;
            };
            *outcome = std::mem::replace(outcome, Outcome::WildType).read_as(Some(reading));
        }
    }

    /// Makes a line of each of the rows, which are then done with.
    pub fn finish<R>(
        &mut self,
        rows: impl Iterator<Item = R>,
        line: impl Fn(&mut TableWriter, &mut Measured, R, &Outcome, &[Change]),
    ) {
        for (row, translated) in rows.zip(self.rows.drain(..)) {
            if let Translated::Settled(outcome, range) = translated {
                self.statuses[outcome.status() as usize] += 1;
                self.unseen += u64::from(outcome.is_unseen());
                if self.first_reason.is_none() && outcome.score().is_none() {
                    self.first_reason = Some(outcome.to_string());
                }
                let changes = &self.changes[range];
                line(&mut self.writer, &mut self.measured, row, &outcome, changes);
            }
        }
        self.changes.clear();
    }

    /// Numbers are written with decimal commas from now on.
    pub fn set_decimal_comma(&mut self) {
        self.writer.set_decimal_comma();
    }

    /// The lines made so far.
    pub fn writer(&mut self) -> &mut TableWriter {
        &mut self.writer
    }
}

/// What the rows of all shares come to.
#[derive(Default)]
pub(super) struct Totals {
    first_problem: Option<NotAMutant>,
    first_reason: Option<String>,
    pub measured: Measured,
}

impl Totals {
    /// Takes from a share what depends on the order of the rows: call it after each chunk, for one share after the other.
    pub fn end_batch(&mut self, share: &mut Share) {
        let problem = share.first_problem.take();
        self.first_problem = self.first_problem.take().or(problem);
        let reason = share.first_reason.as_ref();
        self.first_reason = self.first_reason.take().or_else(|| reason.cloned());
        self.measured.append(&mut share.measured);
    }

    /// What the mutants of all shares say about the numbering; nothing where a table of numbers explains it.
    ///
    /// # Errors
    /// If they leave no doubt that another offset is right.
    pub fn judge(
        &self,
        job: &Job,
        shares: &[Share],
    ) -> std::result::Result<Option<Judgement>, Refused> {
        let [first, others @ ..] = shares else {
            return Ok(None);
        };
        if job.numbering.is_some() {
            return Ok(None);
        }
        let mut offsets = first.offsets.clone();
        others
            .iter()
            .for_each(|share| offsets.merge(&share.offsets));
        let judgement = offsets.judge(job.scorer.offsets());
        match job.check_offset(&judgement) {
            Ok(()) => Ok(Some(judgement)),
            Err(error) => {
                let mut summary = counts(job, shares);
                summary.take(&judgement);
                Err(Refused::new(error, summary))
            }
        }
    }

    /// The counts of all shares, and what their mutants say about the numbering.
    ///
    /// # Errors
    /// If there was no mutant at all, none has a score, or another offset is the right one.
    pub fn summary(self, job: &Job, shares: &[Share]) -> std::result::Result<Summary, Refused> {
        let mut summary = counts(job, shares);
        let rows = summary.rows;
        if summary.of(Status::Unparsable) == rows {
            let problem = match self.first_problem {
                Some(first) => format!("no row holds a mutant (rows read: {rows}): {first}"),
                None => "there are no rows below the header".into(),
            };
            let error = Error::input(
                Place::file(&job.name),
                problem,
                "mutants look like A42G or A42G:L57V; --column NAME says which column of a table holds them",
            );
            return Err(Refused::new(error, summary));
        }
        if let Some(judgement) = self.judge(job, shares)? {
            summary.take(&judgement);
        }
        match summary.is_without_scores() {
            true => {
                let error = no_score(job, &summary, self.first_reason.as_deref());
                Err(Refused::new(error, summary))
            }
            false => Ok(summary),
        }
    }
}

/// The counts of all shares.
fn counts(job: &Job, shares: &[Share]) -> Summary {
    let mut summary = Summary::new(&job.args.model, &job.name, job.offset.clone());
    for share in shares {
        summary.unseen += share.unseen;
        for (status, rows) in Status::ALL.into_iter().zip(share.statuses) {
            summary.count(status, rows);
        }
        summary.references += share.references;
        summary.without_wild_type += share.without_wild_type;
    }
    summary
}

/// The error for a table in which no mutant has a score: what it is for is not there.
fn no_score(job: &Job, summary: &Summary, reason: Option<&str>) -> Error {
    let counts = summary.statuses.iter().filter(|(_, count)| **count > 0);
    let counts: Vec<String> = counts.map(|(word, n)| format!("{n} {word}")).collect();
    let problem = format!(
        "no mutant has a score: {}; the first: {}",
        counts.join(", "),
        in_flags(reason.unwrap_or_default())
    );
    let hints = summary.hints().join("\n  ");
    let advice = match hints.is_empty() {
        true if summary.of(Status::UnknownChain) == summary.rows => {
            match (job.scorer.columns().has_chains(), &job.chain_column) {
                (true, Some(name)) => format!("the column '{}' may name it: --chain-column", name.replace(char::is_control, " ")),
                (true, None) => "write the chain before the mutant, A:A42G; or --chain names it for all, and --chain-column row by row".into(),
                (false, _) => "leave out the chain, A42G for A:A42G, if the target is the chain that is meant; a model of several chains is made by `potts fit --chains`".into(),
            }
        }
        true => "--offset K and --numbering TABLE mend numbers; `potts info MODEL --map` shows the target's residues and their positions".into(),
        false => hints,
    };
    Error::input(Place::file(&summary.input), problem, advice)
}
