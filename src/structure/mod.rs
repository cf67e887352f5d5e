//! Structures: where the residues of a protein or nucleic acid are in space, and how far the sites of a model are from each other there.
//!
//! A model knows positions of its target, a structure residues of its chains; [`place`] aligns one to the other, so that the numbers in the
//! file do not matter. [`Distances`] then tells of two sites whether they touch within a chain, or only between chains: in the copies that the
//! file holds, or in those that an assembly makes of them.

mod assembly;
mod chain;
mod copies;
mod distance_kind;
mod distances;
mod entry;
mod monomers;
mod nearest;
pub mod oligomer;
mod placement;
mod residue;
mod sequence_match;

#[cfg(test)]
mod tests;

pub use assembly::{Assembly, AssemblyCopy, Operator};
pub use chain::{Chain, ChainKind};
#[cfg(feature = "internals")]
pub use copies::ChainCopy;
pub use distance_kind::DistanceKind;
pub use distances::{Distances, Measured, Verdict};
#[cfg(test)]
pub use distances::{LEAST_CONFIDENCE, Partner};
pub use entry::{Predicted, Structure};
pub use monomers::{Monomer, UNKNOWN};
pub use nearest::nearest_sequence;
pub use oligomer::TouchCounts;
pub use placement::{Placement, place};
pub use residue::{Atom, Residue, distance};
