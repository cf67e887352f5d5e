//! What fits to resampled sequences say of the errors of a model.

use super::{Described, group, optional, scalar};
use crate::model::Bootstrap;
use hdf5::Group;
use ndarray::ArrayView1;

/// Puts the replicates of a fit into the group of that name.
pub fn put_bootstrap(bootstrap: &Bootstrap, root: &Group) -> hdf5::Result<()> {
    let own = group(root, "bootstrap")?;
    scalar(&own, "replicates", bootstrap.replicates)?;
    scalar(&own, "seed", bootstrap.seed)?;
    scalar(&own, "clusters", bootstrap.clusters)?;
    scalar(&own, "identity", bootstrap.identity)?;
    let of_pairs = [
        (
            "cn_mean",
            "mean of CN over the replicates, of each pair i < j in the order of the couplings",
            &bootstrap.cn_mean,
        ),
        ("cn_sd", "its standard deviation", &bootstrap.cn_sd),
        (
            "support",
            "share of the replicates in which the pair is one of the first L",
            &bootstrap.support,
        ),
    ];
    for (name, description, numbers) in of_pairs {
        Described::new(name, description).put(&own, ArrayView1::from(numbers))?;
    }
    optional(bootstrap.of_target.as_ref(), |of_target| {
        Described::new(
            "single_scores",
            "replicate by site by residue: E(wild type) - E(mutant) of each single substitution, in half precision",
        )
        .units("nats")
        .put(&own, of_target.single_scores.view())?;
        Described::new(
            "interaction_sd",
            "root mean square of what the interaction of two substitutions at the pair differs by in the replicates",
        )
        .units("nats")
        .put(&own, ArrayView1::from(&of_target.interaction_sd))
    })
}
