//! Writing a Potts model.

use super::super::{Described, packed_view, scalar};
use crate::io::models::hdf5::checksums::{OF_COUPLINGS, OfBlocks, PAIRS};
use crate::model::Pairwise;
use hdf5::Group;
use ndarray::ArrayView1;

/// The couplings, and before them, where small things lie, their checksums; the fields are there.
pub fn put(pairwise: Option<Pairwise>, group: &Group) -> hdf5::Result<()> {
    let pairwise = pairwise.ok_or("a Potts model without couplings")?;
    let couplings = pairwise.all().map_err(|error| error.to_string())?;
    let checksums = OfBlocks::of(couplings.as_slice(), couplings.states());
    let dataset = Described::new(
        OF_COUPLINGS,
        "CRC-32 of the bytes of so many pairs of the couplings each as the attribute 'pairs' says",
    )
    .put_bare(group, ArrayView1::from(&checksums.sums))?;
    scalar(&dataset, PAIRS, checksums.pairs as u64)?;
    dataset.flush()?;
    Described::new(
        "couplings",
        "J_ij(a, b) of the pairs i < j in the order (0,1), (0,2), ..., (1,2), ...; pair by state of i by state of j",
    )
    .units("nats")
    .put_bare(group, packed_view(&couplings)?)
    .map(drop)
}
