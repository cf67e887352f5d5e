//! Reading a Potts model.

use super::super::fetch::{Found, Node, Problem};
use super::super::file_blocks::FileBlocks;
use super::super::{Shape, fields};
use super::Backing;
use crate::io::models::hdf5::checksums::{OfBlocks, PAIRS};
use crate::io::models::plausible;
use crate::model::{Couplings, PairBlocks, Parameters, PottsModel, StoredPotts};
use std::sync::Arc;

const COUPLINGS: &str = "model/couplings";

/// Couplings are read as they are needed where that is asked for. A file of this program has them in one piece, in which a block's
/// place is known.
pub fn read(root: &Node, shape: &Shape, backing: Option<Backing>) -> Found<Parameters> {
    let fields = fields(root, shape)?;
    let checksums = checksums(root, shape)?;
    let odd =
        |number: &&f32| checksums.is_none() && number.is_finite() && !plausible::can_be(**number);
    if let Some(&number) = fields.iter().find(odd) {
        return Err(Problem::damaged(plausible::describe(number)));
    }
    if cfg!(unix)
        && let Some(Backing { path, file, stay }) = backing
        && let Some(start) = root.plain::<f32>(COUPLINGS, &shape.of_pairs()?)?
    {
        let size = (shape.sites, shape.states);
        let blocks = FileBlocks::new(path, file, start, size, checksums)?;
        if stay {
            let stored = StoredPotts::new(fields, Arc::new(blocks));
            return stored.map(Parameters::Stored).map_err(Problem::from_model);
        }
        let blocks: &dyn PairBlocks = &blocks;
        let couplings = blocks.read_all().map_err(Problem::from_reading)?;
        let model = PottsModel::of_finite(fields, couplings);
        return model.map(Parameters::from).map_err(Problem::from_model);
    }
    let values = root.bare::<f32>(COUPLINGS, &shape.of_pairs()?)?;
    if let Some(&number) = values.iter().find(odd) {
        return Err(Problem::damaged(plausible::describe(number)));
    }
    let differing = checksums.and_then(|sums| {
        let block = sums.differing_in(&values, shape.states)?;
        Some(sums.describe(block, shape.sites))
    });
    match differing {
        Some(what) => Err(Problem::differs(&what)),
        None => {
            let couplings = Couplings::from_packed(shape.sites, shape.states, values);
            let model = PottsModel::new(fields, couplings);
            model.map(Parameters::from).map_err(Problem::from_model)
        }
    }
}

/// Those of the couplings; `None` of a file from before there were any.
fn checksums(root: &Node, shape: &Shape) -> Found<Option<OfBlocks>> {
    if !root.has_checksums() {
        return Ok(None);
    }
    let (sums, pairs) = root.checksums_of_couplings("model", PAIRS)?;
    let pairs = usize::try_from(pairs).unwrap_or_default();
    let checksums = OfBlocks { pairs, sums };
    match checksums.fits(shape.sites) {
        true => Ok(Some(checksums)),
        false => Err(Problem::damaged(format!(
            "{} checksums of {pairs} pairs each for the couplings of {} sites",
            checksums.sums.len(),
            shape.sites
        ))),
    }
}
