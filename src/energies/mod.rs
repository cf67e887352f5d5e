//! Energies of any sequences: what a model says of each, and where it stands among those of its family.
//!
//! `place.rs` brings a sequence to the model's sites, by [`profile`] where it is not aligned; `row.rs` says what is known of it, by `naturals.rs`
//! where that takes the family.

pub mod fakes;
pub mod membership;
mod naturals;
mod place;
pub mod profile;
mod row;
mod terms;
#[cfg(test)]
mod tests;
mod traits;

pub use membership::Membership;
pub use place::{Alignedness, Fitted, Sequence};
pub use row::{Energies, EnergyOptions, EnergyRow};
