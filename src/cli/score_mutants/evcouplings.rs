//! All single substitutions as EVcouplings' table `_single_mutant_matrix.csv`.

use super::Job;
use super::summary::Summary;
use crate::alignment::frequencies::conservation;
use crate::error::{Error, Result};
use crate::io::tables::push_score;
use crate::model::Model;
use crate::mutants::Status;
use std::io::Write;

const HEADER: &str = "segment,mutant,pos,wt,subs,frequency,column_conservation,prediction_epistatic,prediction_independent";

/// The table, sites in order, residues in the alphabet's: the segment is the chain as EVcouplings calls it, A_1, if there are several; a
/// frequency is that of the new residue among the states of the model; conservation is 1 - H / log q of the site's frequencies, 1 where
/// one state is left.
pub(super) fn singles(job: &Job, model: &Model, output: &mut dyn Write) -> Result<Summary> {
    let family = model.family.as_ref().ok_or_else(|| {
        Error::Model(
            "EVcouplings' table has the frequencies of residues, which this model's file did not tell\n  \
             add them with potts convert MODEL OUT.h5 --alignment FILE, or choose another --format"
                .into(),
        )
    })?;
    // Among residues alone where gaps are missing.
    let states = model.states();
    let mut summary = job.empty_summary();
    writeln!(output, "{HEADER}").map_err(job.write_error())?;
    // With the letters of the background, if there is one.
    let columns = job.scorer.columns();
    for site in 0..columns.sites() {
        let shares = family.frequencies.shares(site, states);
        let conservation = conservation(&shares);
        let column = columns.column(site);
        let segment = column
            .chain
            .map_or(String::new(), |chain| format!("{chain}_1"));
        let (wild_type, position) = (char::from(column.letter), column.position);
        for change in job.scorer.changes_of(site) {
            let state = usize::from(change.state);
            let residue = char::from(job.scorer.letters()[state]);
            let score = job.scorer.score(&[change]);
            let mut line = format!(
                "{segment},{wild_type}{position}{residue},{position},{wild_type},{residue},{:.6},{conservation:.6},",
                shares[state]
            )
            .into_bytes();
            push_score(score.potts, &mut line);
            line.push(b',');
            if let Some(independent) = score.independent {
                push_score(independent, &mut line);
            }
            line.push(b'\n');
            output.write_all(&line).map_err(job.write_error())?;
            summary.count(Status::Scored, 1);
        }
    }
    Ok(summary)
}
