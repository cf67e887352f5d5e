//! Rows of an alignment put on the sites of a model.

use crate::alignment::letters::{LowerCase, symbols};
use crate::alignment::{AlignedRecords, Alignment, RowFate, RowReport};
use crate::alphabet::Symbol;
use crate::error::{Error, Place, Result};
use crate::model::Model;
use ndarray::Array2;

/// Rows on a model's sites.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Those without unknown letters.
    pub alignment: Alignment,
    /// How many had some.
    pub dropped: usize,
}

/// Puts rows on the sites: of so many columns as there are sites, each is one; of as many as the target has, or the alignment that the model was
/// fitted to, those that are modelled are.
///
/// # Errors
/// [`Error::Input`] if the columns are of no such number, or every row has letters outside the model's alphabet.
pub fn placed(model: &Model, records: &AlignedRecords) -> Result<Placed> {
    let columns = columns(model, records)?;
    let symbols = symbols(&model.alphabet, LowerCase::Residue);
    let gap = model.alphabet.gap_state();
    let state = |&byte: &u8| match symbols[usize::from(byte)] {
        Symbol::Residue(state) => Some(state),
        Symbol::Gap => Some(gap),
        Symbol::Unknown => None,
    };
    let (mut states, mut fates) = (Vec::new(), Vec::new());
    for row in records.rows().iter() {
        let own: Option<Vec<u8>> = columns.iter().map(|&column| state(&row[column])).collect();
        fates.push(match &own {
            Some(_) => RowFate::Kept,
            None => RowFate::UnknownLetters,
        });
        states.extend(own.unwrap_or_default());
    }
    let kept = states.len() / columns.len();
    if kept == 0 {
        return Err(Error::input(
            Place::file(&records.file),
            format!(
                "every sequence has letters that the model does not know, whose alphabet is {}",
                String::from_utf8_lossy(model.alphabet.letters())
            ),
            "give sequences of the model's family",
        ));
    }
    let dropped = fates.len() - kept;
    let states = Array2::from_shape_vec((kept, columns.len()), states)
        .map_err(|error| Error::Numerical(error.to_string()))?;
    let rows = RowReport {
        fates,
        dropped_unknown: dropped,
        ..RowReport::default()
    };
    let alphabet = model.alphabet.clone();
    Ok(Placed {
        alignment: Alignment::new(alphabet, states, model.columns.clone(), None, rows)?,
        dropped,
    })
}

/// The column of each site.
fn columns(model: &Model, records: &AlignedRecords) -> Result<Vec<usize>> {
    let map = &model.columns;
    let (width, sites, all) = (records.width(), map.sites(), map.columns().len());
    if width == sites {
        return Ok((0..sites).collect());
    }
    if width == all {
        let columns = map.columns().iter().enumerate();
        let modelled = columns.filter(|(_, column)| column.modelled);
        return Ok(modelled.map(|(place, _)| place).collect());
    }
    let place = |site: usize| (map.column(site).alignment_column as usize).checked_sub(1);
    let places: Option<Vec<usize>> = (0..sites).map(place).collect();
    let last = |places: &Vec<usize>| places.iter().copied().max().unwrap_or(0);
    match places.filter(|places| last(places) < width) {
        Some(places) => Ok(places),
        None => Err(Error::input(
            Place::file(&records.file),
            format!(
                "the sequences have {width} columns, but the model has {sites} sites, of a target of {all} residues"
            ),
            "give sequences aligned as the model's alignment was: its modelled positions alone (as potts sample writes them), all positions of the target, or all columns",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::{Column, ColumnMap, Rows};
    use crate::alphabet::{Alphabet, GapTreatment};
    use crate::model::IndependentModel;
    use crate::position::Position;

    /// A target of three residues in columns 2, 4 and 5, the second of which is not modelled.
    fn model() -> Model {
        let column = |number: u64, at: u64| Column {
            alignment_column: at,
            chain: None,
            position: Position::new(number).unwrap(),
            letter: b'A',
            modelled: number != 2,
        };
        let map = ColumnMap::new(vec![column(1, 2), column(2, 4), column(3, 5)]).unwrap();
        let fields = Array2::zeros((2, 2));
        Model::of_parameters(
            IndependentModel::new(fields).unwrap(),
            Alphabet::new("AB").unwrap(),
            GapTreatment::Missing,
            map,
        )
    }

    fn found(rows: &[&str]) -> Result<Placed> {
        let rows: Rows = rows.iter().collect();
        let names = (0..rows.len()).map(|n| format!("s{n}")).collect();
        let lines = (0..rows.len() as u64).map(|n| 2 * n + 1).collect();
        let records = AlignedRecords::new("x.fa".into(), "FASTA", names, rows, lines)?;
        placed(&model(), &records)
    }

    #[test]
    fn sites_are_found_by_the_number_of_columns() {
        for rows in [
            ["AB", "-A"],
            ["AbB", "-AA"],
            ["BA.BB", "---BA"],
            ["BA.BBBB", "---BAAA"],
        ] {
            let placed = found(&rows).unwrap();
            assert_eq!(placed.alignment.as_slice(), [0, 1, 2, 0], "{rows:?}");
        }
        let message = found(&["A", "B"]).unwrap_err().to_string();
        assert!(
            message.contains("x.fa") && message.contains("1 columns"),
            "{message}"
        );
    }

    #[test]
    fn rows_with_unknown_letters_are_left_out() {
        let placed = found(&["AB", "XA"]).unwrap();
        assert_eq!((placed.dropped, placed.alignment.sequences()), (1, 1));
        assert!(found(&["XX", "XA"]).unwrap_err().to_string().contains("AB"));
    }
}
