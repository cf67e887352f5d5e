//! From the states of a file, in its order, to those of a model: residues in the order of the alphabet, the gap last.

use crate::alphabet::{Alphabet, GAP_LETTER, GapTreatment};
use crate::error::{Error, Result};
use crate::model::Couplings;
use crate::model::couplings::pairs;
use ndarray::{Array2, s};

/// Which state of a model each state of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateMap {
    /// `None` for a gap that the model does not have.
    of_file: Vec<Option<usize>>,
    /// States of the model.
    states: usize,
}

/// Letters as an alphabet and whether one of them is the gap.
///
/// # Errors
/// If they are not distinct capitals but for one gap.
pub fn alphabet_of(letters: &[u8]) -> Result<(Alphabet, GapTreatment)> {
    let is_residue = |letter: &&u8| **letter != GAP_LETTER;
    let residues = letters
        .iter()
        .filter(is_residue)
        .map(|&letter| char::from(letter));
    let alphabet = Alphabet::new(&residues.collect::<String>())?;
    match letters.len() - alphabet.residues() {
        0 => Ok((alphabet, GapTreatment::Missing)),
        1 => Ok((alphabet, GapTreatment::State)),
        _ => Err(Error::Usage("an alphabet has one gap".into())),
    }
}

impl StateMap {
    /// The map of a file whose states are called `letters`, all of them the alphabet's or the gap.
    pub fn new(letters: &[u8], alphabet: &Alphabet, gaps: GapTreatment) -> Self {
        let states = alphabet.states(gaps);
        let all = alphabet.model_letters(gaps).into_bytes();
        let place = |letter: &u8| all.iter().position(|known| known == letter);
        Self {
            of_file: letters.iter().map(place).collect(),
            states,
        }
    }

    /// Whether the file has the states of the model in the same order.
    pub fn is_identity(&self) -> bool {
        let same = |(k, state): (usize, &Option<usize>)| *state == Some(k);
        self.states == self.of_file.len() && self.of_file.iter().enumerate().all(same)
    }

    /// One number a state, from the file's order to the model's.
    pub fn row_to_model(&self, file: &[f32], model: &mut [f32]) {
        for (&value, state) in file.iter().zip(&self.of_file) {
            if let Some(state) = *state {
                model[state] = value;
            }
        }
    }

    /// One number a pair of states, from the file's order to the model's.
    pub fn block_to_model(&self, file: &[f32], model: &mut [f32]) {
        for (row, state) in file.chunks_exact(self.of_file.len()).zip(&self.of_file) {
            if let Some(state) = *state {
                self.row_to_model(row, &mut model[state * self.states..][..self.states]);
            }
        }
    }

    /// One number a state, from the model's order to the file's; 0 where the model has none.
    pub fn row_to_file(&self, model: &[f32], file: &mut [f32]) {
        for (value, state) in file.iter_mut().zip(&self.of_file) {
            *value = state.map_or(0.0, |state| model[state]);
        }
    }

    /// One number a pair of states, from the model's order to the file's; 0 where the model has none.
    pub fn block_to_file(&self, model: &[f32], file: &mut [f32]) {
        for (row, state) in file.chunks_exact_mut(self.of_file.len()).zip(&self.of_file) {
            match *state {
                Some(state) => self.row_to_file(&model[state * self.states..][..self.states], row),
                None => row.fill(0.0),
            }
        }
    }
}

/// Parameters without the gap, if it is a state that has neither field nor coupling: a gap then adds nothing to any energy, as missing
/// data do. So comes back what was written, of a model without a gap state, in a format that has one.
pub fn without_idle_gap(
    fields: Array2<f32>,
    couplings: Option<Couplings>,
    gaps: GapTreatment,
) -> (Array2<f32>, Option<Couplings>, GapTreatment) {
    if gaps == GapTreatment::Missing || !gap_is_idle(&fields, couplings.as_ref()) {
        return (fields, couplings, gaps);
    }
    let couplings = couplings.map(couplings_without_gap);
    (
        fields_without_gap(&fields),
        couplings,
        GapTreatment::Missing,
    )
}

/// Whether the last state, the gap, has neither field nor coupling anywhere.
pub fn gap_is_idle(fields: &Array2<f32>, couplings: Option<&Couplings>) -> bool {
    let states = fields.ncols();
    let gap = states - 1;
    let idle_block = |block: &[f32]| {
        block[gap * states..].iter().all(|&v| v == 0.0)
            && block.chunks_exact(states).all(|row| row[gap] == 0.0)
    };
    states > 2
        && fields.column(gap).iter().all(|&v| v == 0.0)
        && couplings.is_none_or(|couplings| couplings.blocks().all(|(_, block)| idle_block(block)))
}

/// The fields of all states but the last.
pub fn fields_without_gap(fields: &Array2<f32>) -> Array2<f32> {
    fields.slice(s![.., ..fields.ncols() - 1]).to_owned()
}

/// The blocks of all states but the last, made in place.
pub fn couplings_without_gap(couplings: Couplings) -> Couplings {
    let (sites, states) = (couplings.sites(), couplings.states());
    let left = states - 1;
    let mut values = couplings.into_packed();
    let mut end = 0;
    for row in 0..pairs(sites) * states {
        if row % states != left {
            values.copy_within(row * states..row * states + left, end);
            end += left;
        }
    }
    values.truncate(end);
    values.shrink_to_fit();
    Couplings::from_packed(sites, left, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_go_to_the_file_and_back() {
        let (alphabet, gaps) = alphabet_of(b"-CA").unwrap();
        assert_eq!(alphabet.letters(), b"CA");
        assert_eq!(gaps, GapTreatment::State);
        let map = StateMap::new(b"-AC", &alphabet, gaps);
        assert!(!map.is_identity());
        let model: Vec<f32> = (0..9).map(|k| k as f32).collect();
        let (mut file, mut back) = ([0.0; 9], [0.0; 9]);
        map.block_to_file(&model, &mut file);
        // Rows and columns gap, A, C of a block whose own are C, A, gap.
        assert_eq!(file, [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0]);
        map.block_to_model(&file, &mut back);
        assert_eq!(back[..], model);
    }

    #[test]
    fn a_gap_that_the_model_has_not_is_zero() {
        let alphabet = Alphabet::new("AC").unwrap();
        let map = StateMap::new(b"-AC", &alphabet, GapTreatment::Missing);
        let mut file = [9.0; 9];
        map.block_to_file(&[1.0, 2.0, 3.0, 4.0], &mut file);
        assert_eq!(file, [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 3.0, 4.0]);
    }

    #[test]
    fn an_idle_gap_can_be_left_out() {
        let fields = ndarray::array![[1.0, 2.0, 0.0], [3.0, 4.0, 0.0]];
        let values = vec![1.0, 2.0, 0.0, 3.0, 4.0, 0.0, 0.0, 0.0, 0.0];
        let couplings = Couplings::from_packed(2, 3, values);
        assert!(gap_is_idle(&fields, Some(&couplings)));
        assert_eq!(
            fields_without_gap(&fields),
            ndarray::array![[1.0, 2.0], [3.0, 4.0]]
        );
        let left = couplings_without_gap(couplings);
        assert_eq!(left.as_slice(), [1.0, 2.0, 3.0, 4.0]);
        let mut busy = Couplings::zeros(2, 3);
        busy.block_mut(0, 1)[5] = 0.1;
        assert!(!gap_is_idle(&fields, Some(&busy)));
    }

    #[test]
    fn letters_must_make_an_alphabet() {
        assert!(alphabet_of(b"ACGU").is_ok());
        for wrong in [&b"--A"[..], b"aC", b"AA", b"A", b"\x00\xff"] {
            assert!(alphabet_of(wrong).is_err());
        }
    }
}
