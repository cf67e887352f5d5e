//! How well fits know sequences that they have not seen.

use super::fetch::{Found, Node};
use crate::model::{Fold, TriedPenalty, Validation};

const GROUP: &str = "validation";

/// What was left out of fits; none in a file without.
pub fn validation(root: &Node) -> Found<Option<Validation>> {
    if !root.has_member(GROUP) {
        return Ok(None);
    }
    let node = root.group(GROUP)?;
    let list = |name: &str| node.finite::<f64>(name, &[node.length(name)?]);
    let folds = [node.length("neff")?];
    let [neff, residues, potts, independent] =
        ["neff", "residues", "potts", "independent"].map(|name| node.finite::<f64>(name, &folds));
    let (neff, residues, potts, independent) = (neff?, residues?, potts?, independent?);
    let fold = |k: usize| Fold {
        neff: neff[k],
        residues: residues[k],
        potts: potts[k],
        independent: independent[k],
    };
    let factors = list("tried_factor")?;
    let values = node.finite::<f64>("tried_potts", &[factors.len()])?;
    let tried = factors.into_iter().zip(values);
    Ok(Some(Validation {
        seed: node.count("seed")?,
        clusters: node.count("clusters")?,
        identity: node.number("identity")?,
        folds: (0..folds[0]).map(fold).collect(),
        tried: tried
            .map(|(factor, potts)| TriedPenalty { factor, potts })
            .collect(),
    }))
}
