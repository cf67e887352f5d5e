//! Scores of mutants.
//!
//! The score of a mutant is log P(mutant) - log P(wild type) = E(wild type) - E(mutant): higher is better, the wild type has 0.
//! [`Mutant`] is what a user wrote, [`MutantScorer`] judges it against the target and gives an [`Outcome`]: a [`Score`], or a
//! [`Status`] that says why there is none.
//!
//! ```
//! use potts::alignment::{Column, ColumnMap};
//! use potts::alphabet::Alphabet;
//! use potts::model::PottsModel;
//! use potts::mutants::{Mutant, MutantScorer, Status};
//! use potts::position::Position;
//!
//! // One site, position 42, where the target has A; G is worse by 2.
//! let position = Position::new(42).unwrap();
//! let column = Column { alignment_column: 1, chain: None, position, letter: b'A', modelled: true };
//! let columns = ColumnMap::new(vec![column])?;
//! let alphabet = Alphabet::protein();
//! let mut fields = ndarray::Array2::<f32>::zeros((1, 20));
//! fields[[0, 0]] = 2.0;
//! let model = PottsModel::new(fields.clone(), None)?;
//!
//! let scorer = MutantScorer::new(&model, Some(&fields), &alphabet, &columns)?;
//! let outcome = scorer.evaluate(&Mutant::parse("A42G").unwrap(), 0);
//! assert_eq!(outcome.score().unwrap().potts, -2.0);
//! assert_eq!(scorer.evaluate(&Mutant::parse("L42G").unwrap(), 0).status(), Status::WtMismatch);
//! # Ok::<(), potts::Error>(())
//! ```

mod all;
mod by_energy;
mod notation;
mod offset;
mod outcome;
mod pairwise;
mod placement;
mod scorer;

#[cfg(test)]
pub(crate) mod testing;

pub use notation::{Mutant, NotAMutant};
pub use offset::OffsetHistogram;
pub use outcome::{Outcome, Score, Status};
pub use placement::Change;
pub use scorer::MutantScorer;
