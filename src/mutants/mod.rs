//! Scores of mutants.
//!
//! The score of a mutant is log P(mutant) - log P(wild type) = E(wild type) - E(mutant): higher is better, the wild type has 0.
//! [`Mutant`] is what a user wrote, [`MutantScorer`] holds it against the target and gives an [`Outcome`]: a [`Score`], or a
//! [`Status`] that says why there is none.

mod all;
mod background;
mod by_energy;
mod change;
mod confidence;
mod effect;
pub mod epistasis;
mod given_positions;
mod notation;
mod numbering;
mod offsets;
mod outcome;
mod pairwise;
mod placement;
mod replicates;
mod scorer;
mod settling;
mod support;
mod whole_sequences;

#[cfg(test)]
pub(crate) mod testing;

pub use background::Background;
pub use change::Change;
#[cfg(test)]
pub use effect::Effects;
pub use effect::{EffectBasis, EffectTerms, relative_entropy, site_features};
pub use given_positions::GivenPositions;
pub(crate) use notation::Form;
pub use notation::{Mutant, NotAMutant, may_be_of_mutant};
pub use numbering::{Number, Numbering};
pub use offsets::{Judgement, OffsetHistogram, Refusal, Stretch};
pub use outcome::{Outcome, Score, Status};
pub use scorer::{MutantScorer, add_single_scores, single_scores};
pub use whole_sequences::WholeSequences;
