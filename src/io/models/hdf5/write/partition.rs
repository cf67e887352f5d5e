//! The partition function.

use super::{group, optional, scalar, text};
use crate::model::Partition;
use hdf5::Group;

/// Puts it into the group of that name.
pub fn put_partition(partition: &Partition, root: &Group) -> hdf5::Result<()> {
    let own = group(root, "partition")?;
    scalar(&own, "log_z", partition.log_z)?;
    scalar(&own, "standard_error", partition.standard_error)?;
    text(&own, "estimator", partition.estimator.as_str())?;
    optional(partition.ess, |ess| scalar(&own, "ess", ess))?;
    optional(partition.entropy, |entropy| {
        scalar(&own, "entropy", entropy)
    })
}
