//! Reading the parameters of a model, by its kind.

use super::fetch::{Found, Node, Problem};
use super::file_blocks::FileBlocks;
use super::{COUPLINGS, Large, Shape, packed, site_matrix};
use crate::model::{Parameters, StoredPotts};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The kinds of parameters that a file may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Potts,
    Independent,
}

impl Kind {
    pub fn of(root: &Node) -> Found<Self> {
        match root.text("model_kind")?.as_str() {
            "potts" => Ok(Self::Potts),
            "independent" => Ok(Self::Independent),
            other => Err(Problem {
                what: format!("a model of the kind '{other}', which this version does not know"),
                advice: "a newer potts may: update it",
            }),
        }
    }
}

pub fn parameters(root: &Node, kind: Kind, shape: &Shape) -> Found<Parameters> {
    let fields = site_matrix(root, "model/fields", shape.sites, shape.states)?;
    let couplings = match kind {
        Kind::Potts => packed(root, COUPLINGS, shape, Large::Read)?,
        Kind::Independent => None,
    };
    Parameters::of(fields, couplings).map_err(Problem::from_model)
}

/// Parameters whose couplings are read as they are needed. A file of this program has them in one piece, in which a block's place is
/// known.
pub fn stored_parameters(
    root: &Node,
    kind: Kind,
    shape: &Shape,
    path: &Path,
    file: File,
) -> Found<Parameters> {
    if kind != Kind::Potts || !cfg!(unix) {
        return parameters(root, kind, shape);
    }
    // First, as [`parameters`] does: the same damage is told in the same words.
    let fields = site_matrix(root, "model/fields", shape.sites, shape.states)?;
    match root.plain::<f32>(COUPLINGS, &shape.of_pairs()?)? {
        Some(start) => {
            let blocks = FileBlocks::new(path, file, start, (shape.sites, shape.states))?;
            let stored = StoredPotts::new(fields, Arc::new(blocks));
            stored.map(Parameters::Stored).map_err(Problem::from_model)
        }
        None => parameters(root, kind, shape),
    }
}
