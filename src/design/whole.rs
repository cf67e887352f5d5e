//! The target's whole sequence, with the residues that are not modelled, and that of its mutants.

use crate::alignment::ColumnMap;
use crate::alphabet::GAP_LETTER;
use crate::mutants::Change;
use crate::position::Residue;

/// What stands between chains.
const BETWEEN_CHAINS: u8 = b'/';

/// The sequence of a target, and where in it each site of the model is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeSequence {
    letters: Vec<u8>,
    places: Vec<usize>,
}

/// Why a sequence is not that of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTheTarget {
    /// It has another number of chains.
    Chains {
        /// Those of the target.
        expected: usize,
    },
    /// It is too short for a position.
    TooShort {
        /// The position.
        residue: Residue,
        /// The number of residues that there are.
        length: usize,
    },
    /// It has another letter.
    Mismatch {
        /// The first position where it has.
        residue: Residue,
        /// The target's letter.
        expected: u8,
        /// The sequence's.
        found: u8,
    },
}

impl WholeSequence {
    /// As far as the columns of a model tell it: all residues of the target in its alignment, chains with `/` between them.
    pub fn of(columns: &ColumnMap) -> Self {
        let (mut letters, mut places) = (Vec::new(), Vec::new());
        let mut chain = None;
        for (k, column) in columns.columns().iter().enumerate() {
            if k > 0 && chain != column.chain {
                letters.push(BETWEEN_CHAINS);
            }
            chain = column.chain;
            if column.modelled {
                places.push(letters.len());
            }
            letters.push(column.letter);
        }
        Self { letters, places }
    }

    /// Of sequences that were given whole, one a chain: position p of the target is the residue p - first + 1 of its chain, with the number that the
    /// first one has; or where the target's residues, one after the other, stand in one place of the chain alone.
    ///
    /// # Errors
    /// If one of them is not the target's.
    pub fn given(columns: &ColumnMap, chains: &[(Vec<u8>, u64)]) -> Result<Self, NotTheTarget> {
        if chains.len() != columns.spans().len() {
            return Err(NotTheTarget::Chains {
                expected: columns.spans().len(),
            });
        }
        let (mut letters, mut places) = (Vec::new(), Vec::new());
        for ((sequence, first), span) in chains.iter().zip(columns.spans()) {
            if !letters.is_empty() {
                letters.push(BETWEEN_CHAINS);
            }
            let own = columns.columns().iter();
            let own: Vec<_> = own.filter(|column| column.chain == span.chain).collect();
            let numbers = own.iter().map(|c| (c.residue(), c.letter));
            let numbers: Vec<(Residue, u8)> = numbers.collect();
            let shift = shift(&numbers, sequence, *first)?;
            for column in own.iter().filter(|column| column.modelled) {
                let place = column.position.get() as i128 + shift;
                // Places of all letters were checked.
                places.push(letters.len() + usize::try_from(place).unwrap_or(0));
            }
            letters.extend_from_slice(sequence);
        }
        Ok(Self { letters, places })
    }

    /// The sequence with the letters of a background at the sites.
    #[must_use]
    pub fn in_background(mut self, background: &ColumnMap) -> Self {
        for (site, &place) in self.places.iter().enumerate() {
            self.letters[place] = background.letter(site);
        }
        self
    }

    /// The sequence with these changes.
    pub fn with(&self, changes: &[Change], alphabet: &[u8]) -> Vec<u8> {
        let mut letters = self.letters.clone();
        for change in changes {
            letters[self.places[change.site]] = alphabet[usize::from(change.state)];
        }
        letters.retain(|&letter| letter != GAP_LETTER);
        letters
    }
}

/// What is added to a position to get its place.
fn shift(numbers: &[(Residue, u8)], sequence: &[u8], first: u64) -> Result<i128, NotTheTarget> {
    let by_number = -i128::from(first);
    let problem = match check(numbers, sequence, by_number) {
        Ok(()) => return Ok(by_number),
        Err(problem) => problem,
    };
    let Some((start, _)) = numbers.first() else {
        return Err(problem);
    };
    let start = i128::from(start.position.get());
    let shifts = (0..sequence.len()).map(|place| place as i128 - start);
    let mut fitting = shifts.filter(|&shift| check(numbers, sequence, shift).is_ok());
    match (fitting.next(), fitting.next()) {
        (Some(shift), None) => Ok(shift),
        _ => Err(problem),
    }
}

fn check(numbers: &[(Residue, u8)], sequence: &[u8], shift: i128) -> Result<(), NotTheTarget> {
    for &(residue, expected) in numbers.iter().filter(|(_, l)| *l != GAP_LETTER) {
        let place = i128::from(residue.position.get()) + shift;
        let found = usize::try_from(place).ok().and_then(|k| sequence.get(k));
        match found {
            None => {
                return Err(NotTheTarget::TooShort {
                    residue,
                    length: sequence.len(),
                });
            }
            Some(&found) if found != expected => {
                return Err(NotTheTarget::Mismatch {
                    residue,
                    expected,
                    found,
                });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

impl std::fmt::Display for NotTheTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Chains { expected } => write!(
                f,
                "the target has {expected} chains, and each needs its sequence, in their order"
            ),
            Self::TooShort { residue, length } => write!(
                f,
                "it has {length} residues, and position {residue} of the target is not among them"
            ),
            Self::Mismatch {
                residue,
                expected,
                found,
            } => write!(
                f,
                "it has {} at position {residue}, where the target has {}",
                char::from(found),
                char::from(expected)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::testing::{columns, complex};

    const LETTERS: &[u8] = b"ACDEFGHIKLMNPQRSTVWY";

    fn mutant(whole: &WholeSequence, site: usize, state: u8) -> String {
        let changed = whole.with(&[Change { site, state }], LETTERS);
        String::from_utf8(changed).unwrap()
    }

    #[test]
    fn residues_that_are_not_modelled_stay() {
        let whole = WholeSequence::of(&columns(11, "ACdE"));
        assert_eq!(mutant(&whole, 2, 0), "ACDA");
        let whole = WholeSequence::of(&complex(&[(b'A', 1, "AC"), (b'B', 5, "dE")]));
        assert_eq!(mutant(&whole, 2, 18), "AC/DW");
    }

    #[test]
    fn a_whole_sequence_is_found_by_its_numbers_or_its_residues() {
        let map = columns(3, "ACdE");
        let given =
            |text: &str, first| WholeSequence::given(&map, &[(text.as_bytes().to_vec(), first)]);
        assert_eq!(mutant(&given("MMACDEWW", 1).unwrap(), 2, 0), "MMACDAWW");
        assert_eq!(mutant(&given("ACDE", 3).unwrap(), 0, 18), "WCDE");
        assert_eq!(mutant(&given("MMMMACDE", 1).unwrap(), 0, 18), "MMMMWCDE");
        let wrong = given("MMACWE", 1).unwrap_err().to_string();
        assert!(
            wrong.contains("W at position 5") && wrong.contains("D"),
            "{wrong}"
        );
        let short = given("MMAC", 1).unwrap_err().to_string();
        assert!(
            short.contains("4 residues") && short.contains("position 5"),
            "{short}"
        );
        // In two places: neither is the one.
        assert!(given("ACDEACDE", 1).is_err());
        let chains = WholeSequence::given(&map, &[]).unwrap_err().to_string();
        assert!(chains.contains("1 chain"), "{chains}");
    }
}
