//! Reading a Potts model.

use super::super::fetch::{Found, Node, Problem};
use super::super::file_blocks::FileBlocks;
use super::super::{Shape, fields, packed};
use super::Backing;
use crate::model::{Parameters, PottsModel, StoredPotts};
use std::sync::Arc;

const COUPLINGS: &str = "model/couplings";

/// Couplings are read as they are needed where that is asked for. A file of this program has them in one piece, in which a block's
/// place is known.
pub fn read(root: &Node, shape: &Shape, backing: Option<Backing>) -> Found<Parameters> {
    let fields = fields(root, shape)?;
    if cfg!(unix)
        && let Some(Backing { path, file }) = backing
        && let Some(start) = root.plain::<f32>(COUPLINGS, &shape.of_pairs()?)?
    {
        let blocks = FileBlocks::new(path, file, start, (shape.sites, shape.states))?;
        let stored = StoredPotts::new(fields, Arc::new(blocks));
        return stored.map(Parameters::Stored).map_err(Problem::from_model);
    }
    let model = PottsModel::new(fields, packed(root, COUPLINGS, shape)?);
    model.map(Parameters::from).map_err(Problem::from_model)
}
