//! Mutants that a user wrote, in a table or on the command line.

use super::Job;
use super::names::without_names;
use super::offset_choice::HELD;
use super::refused::Refused;
use super::share::{Share, Totals};
use super::summary::Summary;
use crate::error::Result;
use crate::io::tables::mutants::{Chunk, Layout, Lines, MutantTable, Row};
use crate::mutants::{Mutant, NotAMutant};
use crate::position::Chain;
use rayon::prelude::*;
use std::io::{BufRead, Write};
use std::ops::Range;

/// Rows in a share: enough to make up for handing them out, few enough to stay in a processor's cache.
const ROWS: usize = 1024;

/// Shares a thread: handing a chunk over takes the time of some ten rows, waiting for the last share that of half of one.
const SHARES: usize = 4;

/// Places of columns among the cells of a row.
struct Columns {
    against: Option<usize>,
    chain: Option<usize>,
}

/// Scores the mutants of the command line.
pub(super) fn score_list(
    job: &mut Job,
    mutants: &[String],
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> std::result::Result<Summary, Refused> {
    let words = without_names(mutants);
    let tell = |visit: &mut dyn FnMut(&mut Mutant)| {
        let mutants = words.iter().map(|word| Mutant::parse(word.mutant));
        mutants.flatten().for_each(|mut mutant| visit(&mut mutant));
    };
    job.choose_offset(tell, messages)?;
    let mut share = Share::new(job, job.writer(None));
    for word in &words {
        share.take_row(job, |mutant| mutant.read(word.mutant.as_bytes()));
        share.note_name(word.name.is_some());
    }
    job.scorer.fetch(share.mutants())?;
    share.writer().header(None);
    share.score(&job.scorer);
    share.finish(words.iter(), |writer, _, word, outcome, _| {
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
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> std::result::Result<Summary, Refused> {
    let mut table = MutantTable::new(input, &job.name, job.args.column.as_deref())?;
    let column = |name: &Option<String>| name.as_deref().map(|name| table.column(name)).transpose();
    let columns = Columns {
        against: column(&job.args.against)?,
        chain: column(&job.args.chain_column)?,
    };
    let replaced: Vec<String> = table
        .layout()
        .replaced(&job.columns())
        .iter()
        .map(|s| s.to_string())
        .collect();
    describe(&table, &replaced, messages);

    let summary = score_rows(job, &mut table, &columns, output, messages)?;
    Ok(Summary {
        comment_lines: table.comments(),
        replaced_columns: replaced,
        ..summary
    })
}

/// Scores the rows of a table, chunk by chunk. The first are held back until they have told whether the offset is right.
fn score_rows<R: BufRead>(
    job: &mut Job,
    table: &mut MutantTable<R>,
    columns: &Columns,
    output: &mut dyn Write,
    messages: &mut dyn Write,
) -> std::result::Result<Summary, Refused> {
    let mut lines = Lines::new(output, job.args.style(Some(table.layout().separator())));
    let shares = (SHARES * rayon::current_num_threads()).max(HELD / ROWS);
    let (mut chunk, mut totals) = (Chunk::default(), Totals::default());
    let (mut held, mut read) = (Some(Vec::new()), table.read(HELD, &mut chunk));
    job.choose_offset(
        |visit| columns.each_mutant(&chunk, table.layout(), visit),
        messages,
    )?;
    let new_share = || Share::new(job, job.writer(Some(table.layout())));
    let mut shares: Vec<Share> = std::iter::repeat_with(new_share).take(shares).collect();
    shares[0].writer().header(Some(table.layout()));
    if chunk.has_decimal_commas(table.layout()) {
        shares.iter_mut().for_each(Share::set_decimal_comma);
    }
    loop {
        score_chunk(job, &chunk, table.layout(), columns, &mut shares)?;
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
        &self,
        mut totals: Totals,
        shares: &[Share],
        separator: u8,
    ) -> std::result::Result<Summary, Refused> {
        let measured = std::mem::take(&mut totals.measured);
        let mut summary = totals.summary(self, shares)?;
        if let Some(column) = &self.args.against {
            let correlation = measured.correlation(column, &summary, separator, &self.scorer);
            let checked = correlation.check(&self.name);
            summary.against = Some(correlation);
            if let Err(error) = checked {
                return Err(Refused::new(error, summary));
            }
        }
        Ok(summary)
    }
}

impl Columns {
    /// Shows every mutant of some rows.
    fn each_mutant(&self, chunk: &Chunk, layout: &Layout, visit: &mut dyn FnMut(&mut Mutant)) {
        let mut mutant = Mutant::default();
        for row in chunk.rows(layout, 0..chunk.len()) {
            let read = row.read_mutant(&mut mutant);
            let read = read.and_then(|()| put_in_chain(&mut mutant, &row, self.chain));
            if read.is_ok() {
                visit(&mut mutant);
            }
        }
    }
}

/// Scores a chunk; its lines are left with the shares.
fn score_chunk(
    job: &mut Job,
    chunk: &Chunk,
    layout: &Layout,
    columns: &Columns,
    shares: &mut [Share],
) -> Result<()> {
    let range = |k: usize| -> Range<usize> {
        (ROWS * k).min(chunk.len())..(ROWS * (k + 1)).min(chunk.len())
    };
    let shared: &Job = job;
    shares.par_iter_mut().enumerate().for_each(|(k, share)| {
        for row in chunk.rows(layout, range(k)) {
            share.take_row(shared, |mutant| {
                row.read_mutant(mutant)
                    .and_then(|()| put_in_chain(mutant, &row, columns.chain))
            });
        }
    });
    job.scorer
        .fetch(shares.iter().flat_map(|share| share.mutants()))?;
    let scorer = &job.scorer;
    shares.par_iter_mut().enumerate().for_each(|(k, share)| {
        share.score(scorer);
        share.finish(
            chunk.rows(layout, range(k)),
            |writer, measured, row, outcome, changes| {
                if let Some(against) = columns.against {
                    measured.add(&row.cell(against).unwrap_or_default(), outcome, changes);
                }
                writer.row(&row, outcome);
            },
        );
    });
    Ok(())
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
