//! All single substitutions as EVcouplings' table `_single_mutant_matrix.csv`.

use super::Job;
use super::summary::Summary;
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use crate::io::tables::mutants::push_score;
use crate::model::Model;
use crate::mutants::Status;
use std::io::Write;

const HEADER: &str = "segment,mutant,pos,wt,subs,frequency,column_conservation,prediction_epistatic,prediction_independent";

/// The table, sites in order, residues in the alphabet's: the segment is the chain as EVcouplings calls it, A_1, if there are several; a
/// frequency is that of the new residue among the states of the model; conservation is 1 - H / log q of the site's frequencies, 1 where
/// one state is left.
pub(super) fn singles(job: &Job, model: &Model, output: &mut dyn Write) -> Result<Summary> {
    let mut summary = job.empty_summary();
    writeln!(output, "{HEADER}").map_err(job.write_error())?;
    for site in 0..model.columns.sites() {
        let shares = shares(model, site)?;
        let conservation = conservation(&shares);
        let column = model.columns.column(site);
        let segment = column
            .chain
            .map_or(String::new(), |chain| format!("{chain}_1"));
        let (wild_type, position) = (char::from(column.letter), column.position);
        for change in job.scorer.changes_of(site) {
            let state = usize::from(change.state);
            let residue = char::from(job.letters[state]);
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

/// Frequencies of the states of the model at a site: among residues alone where gaps are missing.
fn shares(model: &Model, site: usize) -> Result<Vec<f64>> {
    let family = model.family.as_ref().ok_or_else(|| {
        Error::Model(
            "EVcouplings' table has the frequencies of residues, which this model's file did not tell\n  \
             add them with potts convert MODEL OUT.h5 --alignment FILE, or choose another --format"
                .into(),
        )
    })?;
    let row = family.frequencies.sites().row(site);
    let states = match model.gaps {
        GapTreatment::Missing => model.alphabet.residues(),
        GapTreatment::State => row.len(),
    };
    let total: f64 = row.iter().take(states).sum();
    let share = |f: &f64| match total > 0.0 {
        true => f / total,
        false => 1.0 / states as f64,
    };
    Ok(row.iter().take(states).map(share).collect())
}

fn conservation(shares: &[f64]) -> f64 {
    let terms = shares.iter().filter(|f| **f > 0.0).map(|f| f * f.ln());
    1.0 + terms.sum::<f64>() / (shares.len() as f64).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conservation_goes_from_none_to_all() {
        assert!((conservation(&[1.0, 0.0, 0.0, 0.0]) - 1.0).abs() < 1e-12);
        assert!(conservation(&[0.25; 4]).abs() < 1e-12);
        assert!((conservation(&[0.5, 0.5, 0.0, 0.0]) - 0.5).abs() < 1e-12);
    }
}
