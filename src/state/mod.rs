//! State that is saved, and restored bit for bit, so that long work that is interrupted goes on another time.
//!
//! What has a state says once, in [`Persistent::serialise`], what it consists of; the same lines save and restore it. Whoever runs the work decides
//! where states go and when ([`Keeper`]). Work of several parts keeps a [`Journal`] of those that are done.

mod fingerprint;
mod journal;
mod keeper;
mod transfer;

pub use fingerprint::Fingerprint;
pub use journal::Journal;
pub use keeper::{Keeper, Unkept};
pub use transfer::{LittleEndian, Persistent, Transfer};
