//! Writing a Potts model.

use super::super::{Described, packed_view};
use crate::model::Pairwise;
use hdf5::Group;

/// The couplings; the fields are there.
pub fn put(pairwise: Option<Pairwise>, group: &Group) -> hdf5::Result<()> {
    let pairwise = pairwise.ok_or("a Potts model without couplings")?;
    let couplings = pairwise.all().map_err(|error| error.to_string())?;
    Described::new(
        "couplings",
        "J_ij(a, b) of the pairs i < j in the order (0,1), (0,2), ..., (1,2), ...; pair by state of i by state of j",
    )
    .units("nats")
    .put(group, packed_view(&couplings)?)
}
