//! Every single or double substitution of the modelled positions, written as it is computed.

use super::Job;
use super::summary::Summary;
use crate::error::Result;
use crate::io::mutant_table::{TableWriter, plain_zero};
use crate::mutants::{Change, Outcome, Status};
use crate::position::Offsets;
use std::io::Write;

/// A table of all single substitutions: positions rise, residues are in the alphabet's order.
pub(super) fn singles(job: &Job, output: &mut dyn Write) -> Result<Summary> {
    let mut summary = job.empty_summary();
    let mut writer = TableWriter::of_list(output).map_err(job.write_error())?;
    let mut name = Vec::new();
    for change in job.all_changes(0) {
        name.clear();
        job.push_name(change, &mut name);
        let outcome = Outcome::Scored(job.scorer.score(&[change]));
        writer.mutant(&name, &outcome).map_err(job.write_error())?;
        summary.count(Status::Scored);
    }
    Ok(summary)
}

/// A table of all pairs of substitutions at two positions, in the order of the singles.
pub(super) fn doubles(job: &Job, output: &mut dyn Write) -> Result<Summary> {
    let mut summary = job.empty_summary();
    let mut writer = TableWriter::of_list(output).map_err(job.write_error())?;
    let mut name = Vec::new();
    let sites = job.scorer.columns().sites();
    for i in 0..sites {
        for j in i + 1..sites {
            for one in job.scorer.changes_of(i) {
                for other in job.scorer.changes_of(j) {
                    name.clear();
                    job.push_name(one, &mut name);
                    name.push(b':');
                    job.push_name(other, &mut name);
                    let outcome = Outcome::Scored(job.scorer.score(&[one, other]));
                    writer.mutant(&name, &outcome).map_err(job.write_error())?;
                    summary.count(Status::Scored);
                }
            }
        }
    }
    Ok(summary)
}

/// A matrix of all single substitutions: position, the target's letter, a potts_score for each residue, 0 for the target's own.
pub(super) fn matrix(job: &Job, output: &mut dyn Write) -> Result<Summary> {
    let mut summary = job.empty_summary();
    let columns = job.scorer.columns();
    let mut line = b"position\tletter".to_vec();
    for &letter in job.letters {
        line.extend_from_slice(&[b'\t', letter]);
    }
    for site in 0..columns.sites() {
        let mut scores = vec![0.0; job.letters.len()];
        let mut any = false;
        for change in job.scorer.changes_of(site) {
            scores[usize::from(change.state)] = job.scorer.score(&[change]).potts;
            summary.count(Status::Scored);
            any = true;
        }
        if any {
            let (residue, letter) = (columns.residue(site), char::from(columns.letter(site)));
            line.extend_from_slice(format!("\n{residue}\t{letter}").as_bytes());
            for score in scores {
                line.extend_from_slice(format!("\t{:.6}", plain_zero(score)).as_bytes());
            }
        }
        output.write_all(&line).map_err(job.write_error())?;
        line.clear();
    }
    output.write_all(b"\n").map_err(job.write_error())?;
    Ok(summary)
}

impl Job<'_> {
    pub(super) fn empty_summary(&self) -> Summary {
        Summary::new(&self.args.model, &self.name, Offsets::default())
    }

    /// All single changes from a site on.
    fn all_changes(&self, from: usize) -> impl Iterator<Item = Change> {
        let sites = from..self.scorer.columns().sites();
        sites.flat_map(|site| self.scorer.changes_of(site))
    }

    /// Appends `A42G`, or `B:A42G` in a chain.
    fn push_name(&self, change: Change, name: &mut Vec<u8>) {
        let column = self.scorer.columns().column(change.site);
        if let Some(chain) = column.chain {
            name.extend_from_slice(&[chain.letter(), b':']);
        }
        name.push(column.letter);
        // Writing to memory cannot fail.
        let _ = write!(name, "{}", column.position);
        name.push(self.letters[usize::from(change.state)]);
    }
}
