//! Scores of a model's pairs as tables that other programs read: no model comes back from them.

use super::notes::Note;
use crate::contacts::{Contact, ContactOptions, RankingScore, Selection, list, scores};
use crate::conventions::Tool;
use crate::error::{Error, Result};
use crate::io::tables::contacts::write_ccmpred;
use crate::model::Model;
use crate::position::Residue;
use std::io::{self, Write};
use std::path::Path;

/// Columns of the table, those of EVcouplings that do not come from its own models of scores.
const COLUMNS: &str = "i,A_i,j,A_j,fn,cn,segment_i,segment_j,probability,score";

/// What both lose.
pub fn notes() -> Vec<Note> {
    let what =
        "fields and couplings: the file holds scores only, and cannot be turned back into a model";
    vec![Note::NotKept(what.into())]
}

/// The table of coupling scores of EVcouplings (`_CouplingScores.csv`): all pairs, the highest score first, which is cn, the norm
/// with the average product correction; the probability is that of this program. Chains are segments, A_1, B_1, ...
///
/// # Errors
/// [`Error::Model`] if the model has no couplings; [`Error::Io`] if `output` fails.
pub fn write_table(fitted: &Model, output: &mut dyn Write) -> Result<()> {
    let options = ContactOptions {
        score: Some(RankingScore::Apc(1.0)),
        // Probabilities were calibrated on fits that are not made like another program's.
        probabilities: Tool::of(fitted).is_none(),
        selection: Selection::ALL,
        ..ContactOptions::default()
    };
    let contacts = list(fitted, &options)?;
    put_table(&contacts, output).map_err(Error::io("write", Path::new("the scores")))
}

fn put_table(contacts: &[Contact], output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, "{COLUMNS}")?;
    for contact in contacts {
        let ((i, j), (a, b)) = (contact.residues, contact.letters);
        let (a, b) = (char::from(a), char::from(b));
        let segment = |residue: Residue| residue.chain.map_or('A', |chain| chain.letter().into());
        let probability = contact.probability.map_or(String::new(), |p| p.to_string());
        writeln!(
            output,
            "{},{a},{},{b},{},{},{}_1,{}_1,{probability},{}",
            i.position,
            j.position,
            contact.frobenius,
            contact.corrected,
            segment(i),
            segment(j),
            contact.score
        )?;
    }
    Ok(())
}

/// The matrix of CCMpred: cn of all pairs of sites.
///
/// # Errors
/// As [`write_table`].
pub fn write_matrix(fitted: &Model, output: &mut dyn Write) -> Result<()> {
    let without_patterns = ContactOptions {
        probabilities: false,
        ..ContactOptions::default()
    };
    let scores = scores(fitted, &without_patterns)?;
    write_ccmpred(&scores.cn(), scores.sites(), output)
        .map_err(Error::io("write", Path::new("the scores")))
}
