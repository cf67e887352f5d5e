//! Mutants that a user wrote, in a table or on the command line.

use super::Job;
use super::names::{Word, without_names};
use super::offset_choice::HELD;
use super::reading::Reading;
use super::refused::Refused;
use super::share::{Share, Totals};
use super::summary::Summary;
use crate::cli::settings::in_flags;
use crate::error::Result;
use crate::io::tables::mutants::{Chunk, Layout, Lines, MutantTable};
use crate::mutants::Mutant;
use rayon::prelude::*;
use std::io::{BufRead, Write};
use std::ops::Range;

/// Rows in a share: enough to make up for handing them out, few enough to stay in a processor's cache.
const ROWS: usize = 1024;

/// Shares a thread: handing a chunk over takes the time of some ten rows, waiting for the last share that of half of one.
const SHARES: usize = 4;

/// Scores the mutants of the command line.
pub(super) fn score_list(
    job: &mut Job,
    mutants: &[String],
    reading: &Reading,
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> std::result::Result<Summary, Refused> {
    let words = match job.args.positions {
        Some(_) => mutants.iter().map(|word| Word::whole(word)).collect(),
        None => without_names(mutants),
    };
    let tell = |visit: &mut dyn FnMut(&mut Mutant)| {
        let mutants = words.iter().map(|word| Mutant::parse(word.mutant));
        mutants.flatten().for_each(|mut mutant| visit(&mut mutant));
    };
    job.choose_offset(tell, messages)?;
    let mut share = Share::new(job, job.writer(None));
    for word in &words {
        share.take_row(job, |mutant| {
            reading.read_word(word.mutant.as_bytes(), mutant)
        });
        share.note_name(word.name.is_some());
    }
    job.scorer.fetch(share.mutants())?;
    share.writer().header(None);
    share.score(&job.scorer);
    share.finish(words.iter(), |writer, _, word, outcome, changes| {
        writer.predicted(job.prediction(outcome, changes, None));
        writer.mutant(word.written.as_bytes(), outcome);
    });
    let mut totals = Totals::default();
    totals.end_batch(&mut share);
    totals.judge(job, std::slice::from_ref(&share))?;
    let mut lines = Lines::new(output, job.args.style(None));
    share.writer().pour(&mut lines).map_err(job.write_error())?;
    lines.finish().map_err(job.write_error())?;
    totals.summary(job, &[share])
}

/// Scores a table in chunks of rows: each is read, scored in shares by all threads of the current pool, and written in its order.
pub(super) fn score_table(
    job: &mut Job,
    input: &mut dyn BufRead,
    mut reading: Reading,
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> std::result::Result<Summary, Refused> {
    let mut table = MutantTable::new(input, &job.name, &reading.wish(job))?;
    let column = |name: &Option<String>| name.as_deref().map(|name| table.column(name)).transpose();
    let against = match &mut job.collected {
        Some(collected) if collected.has_values => Some(collected.measured_column(&table)?),
        Some(_) => None,
        None => column(&job.args.against)?,
    };
    job.find_extras(&table)?;
    reading.chain = column(&job.args.chain_column)?;
    let replaced: Vec<String> = table
        .layout()
        .replaced(&job.columns())
        .iter()
        .map(|s| s.to_string())
        .collect();
    describe(&table, &replaced, messages);
    job.chain_column = table.layout().chain_column().map(String::from);

    let summary = score_rows(job, &mut table, &mut reading, against, output, messages)?;
    Ok(Summary {
        layout: Some(table.layout().into()),
        comment_lines: table.comments(),
        empty_rows: table.empty_rows(),
        replaced_columns: replaced,
        ..summary
    })
}

/// Scores the rows of a table, chunk by chunk. The first are held back until they have told whether the offset is right.
fn score_rows<R: BufRead>(
    job: &mut Job,
    table: &mut MutantTable<R>,
    reading: &mut Reading,
    against: Option<usize>,
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> std::result::Result<Summary, Refused> {
    let mut lines = Lines::new(output, job.args.style(Some(table.layout().separator())));
    let shares = (SHARES * rayon::current_num_threads()).max(HELD / ROWS);
    let (mut chunk, mut totals) = (Chunk::default(), Totals::default());
    let (mut held, mut read) = (Some(Vec::new()), table.read(HELD, &mut chunk));
    if let Some(words) = reading.learn(job, table.layout(), &chunk)? {
        let _ = writeln!(messages, "note: {words}");
    }
    let reading = &*reading;
    job.choose_offset(
        |visit| reading.each_mutant(&chunk, table.layout(), visit),
        messages,
    )?;
    let new_share = || Share::new(job, job.writer(Some(table.layout())));
    let mut shares: Vec<Share> = std::iter::repeat_with(new_share).take(shares).collect();
    shares[0].writer().header(Some(table.layout()));
    if chunk.has_decimal_commas(table.layout()) {
        shares.iter_mut().for_each(Share::set_decimal_comma);
    }
    loop {
        score_chunk(job, (&chunk, table.layout()), reading, against, &mut shares)?;
        for share in &mut shares {
            let output: &mut dyn Write = match &mut held {
                Some(held) => held,
                None => &mut lines,
            };
            share.writer().pour(output).map_err(job.write_error())?;
            totals.end_batch(share);
        }
        if held.is_some() {
            totals.judge(job, &shares)?;
        }
        read?;
        if chunk.is_empty() {
            break;
        }
        read = table.read(ROWS * shares.len(), &mut chunk);
        // A table that ends with the first rows may yet be refused: nothing of it is written before.
        if !chunk.is_empty()
            && let Some(held) = held.take()
        {
            lines.write_all(&held).map_err(job.write_error())?;
        }
    }
    let summary = job.total(totals, &shares, table.layout().separator())?;
    lines
        .write_all(&held.unwrap_or_default())
        .and_then(|()| lines.finish())
        .map_err(job.write_error())?;
    Ok(summary)
}

impl Job<'_> {
    /// What all rows come to, with the correlation that is asked for.
    fn total(
        &mut self,
        mut totals: Totals,
        shares: &[Share],
        separator: u8,
    ) -> std::result::Result<Summary, Refused> {
        let measured = std::mem::take(&mut totals.measured);
        let mut summary = totals.summary(self, shares)?;
        let measured_column = match &mut self.collected {
            Some(collected) => {
                collected.take(&measured, separator);
                collected.has_values.then_some(&collected.column)
            }
            None => self.args.against.as_ref(),
        };
        if let Some(column) = measured_column {
            let mut correlation = measured.correlation(column, &summary, separator, &self.scorer);
            if summary.by_chance.is_some() {
                correlation.withhold();
            }
            let checked = correlation.check(&self.name);
            summary.against = Some(correlation);
            if let Err(error) = checked {
                return Err(Refused::new(error, summary));
            }
        }
        Ok(summary)
    }
}

/// Scores a chunk; its lines are left with the shares.
fn score_chunk(
    job: &mut Job,
    (chunk, layout): (&Chunk, &Layout),
    reading: &Reading,
    against: Option<usize>,
    shares: &mut [Share],
) -> Result<()> {
    let range = |k: usize| -> Range<usize> {
        (ROWS * k).min(chunk.len())..(ROWS * (k + 1)).min(chunk.len())
    };
    let shared: &Job = job;
    shares.par_iter_mut().enumerate().for_each(|(k, share)| {
        for row in chunk.rows(layout, range(k)) {
            share.take_row(shared, |mutant| reading.read(&row, mutant));
        }
    });
    job.scorer
        .fetch(shares.iter().flat_map(|share| share.mutants()))?;
    let (shared, scorer): (&Job, _) = (job, &job.scorer);
    shares.par_iter_mut().enumerate().for_each(|(k, share)| {
        share.score(scorer);
        share.finish(
            chunk.rows(layout, range(k)),
            |writer, measured, row, outcome, changes| {
                let predicted = shared.prediction(outcome, changes, Some(&row));
                if let Some(against) = against {
                    let cell = row.whole_cell(against).unwrap_or_default();
                    measured.add(&cell, row.surplus(), outcome, changes);
                    if shared.collected.is_some() {
                        measured.push_extras(shared.extras(&row));
                    }
                    measured.push_predicted(predicted.map(|p| p.value));
                }
                if shared.takes_mutants_alone() {
                    measured.add(b"0", false, outcome, changes);
                }
                writer.predicted(predicted);
                writer.row(&row, outcome);
            },
        );
    });
    Ok(())
}

/// Says what the file was taken for.
fn describe<R: BufRead>(table: &MutantTable<R>, replaced: &[String], messages: &mut dyn Write) {
    let _ = writeln!(messages, "{}", in_flags(&table.layout().in_words()));
    for name in replaced {
        let _ = writeln!(messages, "note: the input's column '{name}' is replaced");
    }
}
