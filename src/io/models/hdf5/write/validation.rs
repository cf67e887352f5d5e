//! How well fits know sequences that they have not seen.

use super::{Described, group, scalar};
use crate::model::Validation;
use hdf5::Group;

/// Puts what was left out of fits into the group of that name.
pub fn put_validation(validation: &Validation, root: &Group) -> hdf5::Result<()> {
    let own = group(root, "validation")?;
    scalar(&own, "seed", validation.seed)?;
    scalar(&own, "clusters", validation.clusters)?;
    scalar(&own, "identity", validation.identity)?;
    let folds = &validation.folds;
    Described::new("neff", "weights of the sequences left out, a fold")
        .units("sequences")
        .put_list(&own, folds.iter().map(|fold| fold.neff))?;
    Described::new("residues", "weight of their residues")
        .units("residues")
        .put_list(&own, folds.iter().map(|fold| fold.residues))?;
    Described::new("potts", "-log P(x_i | rest) a residue, with couplings")
        .units("nats")
        .put_list(&own, folds.iter().map(|fold| fold.potts))?;
    Described::new("independent", "-log P(x_i) a residue, of independent sites")
        .units("nats")
        .put_list(&own, folds.iter().map(|fold| fold.independent))?;
    let tried = &validation.tried;
    Described::new(
        "tried_factor",
        "penalties on couplings that were tried, by (L-1)(q-1)",
    )
    .put_list(&own, tried.iter().map(|tried| tried.factor))?;
    Described::new(
        "tried_potts",
        "-log P(x_i | rest) a residue of the sequences left out, by penalty",
    )
    .units("nats")
    .put_list(&own, tried.iter().map(|tried| tried.potts))
}
