//! Mutants given as the residues at some positions: `VDGV` at 39, 40, 41 and 54.

use super::notation::{Mutant, NotAMutant};
use crate::alignment::ColumnMap;
use crate::alignment::columns::Occupant;
use crate::error::{Error, Result};
use crate::position::Residue;

/// Positions of a target, and the letters there.
#[derive(Debug, Clone)]
pub struct GivenPositions {
    places: Vec<(Residue, u8)>,
}

impl GivenPositions {
    /// These positions of the target of `columns`.
    ///
    /// # Errors
    /// [`Error::Usage`] if one is outside the target, or there twice.
    pub fn new(columns: &ColumnMap, residues: &[Residue]) -> Result<Self> {
        let mut places: Vec<(Residue, u8)> = Vec::with_capacity(residues.len());
        for &residue in residues {
            let letter = match columns.at(residue) {
                Occupant::Site(_, letter) | Occupant::NotModelled(letter) => letter,
                Occupant::OutOfRange => {
                    return Err(Error::Usage(format!(
                        "`positions` has {residue}, but the target has {}",
                        columns.numbering()
                    )));
                }
            };
            if places.iter().any(|(known, _)| *known == residue) {
                return Err(Error::Usage(format!("`positions` has {residue} twice")));
            }
            places.push((residue, letter));
        }
        Ok(Self { places })
    }

    /// The target's residues there.
    pub fn wild_type(&self) -> String {
        let letters = self.places.iter().map(|&(_, letter)| char::from(letter));
        letters.collect()
    }

    /// Reads the residues at the positions as a mutant: those that differ from the target. A word for the wild type of another length will do.
    ///
    /// # Errors
    /// If there are more or fewer, or something else.
    pub fn read(&self, text: &[u8], mutant: &mut Mutant) -> std::result::Result<(), NotAMutant> {
        let text = text.trim_ascii();
        let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || b"*-".contains(byte);
        if text.is_empty() {
            return Err(NotAMutant::Empty);
        }
        if text.len() != self.places.len() || !text.iter().all(is_letter) {
            let problem = NotAMutant::letters(text, self.places.len());
            mutant.read(text).map_err(|_| problem.clone())?;
            return match mutant.is_wild_type() {
                true => Ok(()),
                false => Err(problem),
            };
        }
        mutant.begin_derived();
        for (&letter, &(residue, wild_type)) in text.iter().zip(&self.places) {
            let letter = letter.to_ascii_uppercase();
            if letter != wild_type {
                mutant.push_derived(residue, wild_type, letter);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::testing::{columns, complex};
    use crate::position::{Chain, Position};

    fn residue(chain: u8, number: u64) -> Residue {
        Residue {
            chain: Chain::new(chain),
            position: Position::new(number).unwrap(),
        }
    }

    #[test]
    fn residues_are_those_at_the_positions_in_their_order() {
        let columns = complex(&[(b'A', 1, "MKT"), (b'B', 1, "AyIA")]);
        let given = [residue(b'B', 2), residue(b'A', 1)];
        let given = GivenPositions::new(&columns, &given).unwrap();
        assert_eq!(given.wild_type(), "YM");
        let read = |text: &str| {
            let mut mutant = Mutant::default();
            given.read(text.as_bytes(), &mut mutant).map(|()| {
                let words = mutant.substitutions().iter().map(ToString::to_string);
                words.collect::<Vec<String>>().join(":")
            })
        };
        assert_eq!(read("YM").as_deref(), Ok(""));
        assert_eq!(read("wM").as_deref(), Ok("B:Y2W"));
        // Two residues, not a word.
        assert_eq!(read("wt").as_deref(), Ok("B:Y2W:A:M1T"));
        assert_eq!(read("WILD").as_deref(), Ok(""));
        assert_eq!(read(""), Err(NotAMutant::Empty));
        for text in ["YMW", "Y", "Y1", "B:Y2W", "foo"] {
            assert!(
                matches!(read(text), Err(NotAMutant::Letters { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn positions_are_those_of_the_target() {
        let columns = columns(5, "MKT");
        let with = |numbers: &[u64]| {
            let residues: Vec<Residue> = numbers.iter().map(|&n| residue(b'?', n)).collect();
            GivenPositions::new(&columns, &residues).map(drop)
        };
        assert!(with(&[5, 7]).is_ok());
        for (numbers, word) in [(&[5, 9][..], "5 to 7"), (&[5, 5], "twice")] {
            let error = with(numbers).unwrap_err();
            assert!(matches!(error, Error::Usage(_)) && error.to_string().contains(word));
        }
    }
}
