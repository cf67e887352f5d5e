//! The partition function.

use super::fetch::{Found, Node};
use crate::model::Partition;
use crate::model::partition::Estimator;

const GROUP: &str = "partition";

/// The partition function; none in a file without.
pub fn partition(root: &Node) -> Found<Option<Partition>> {
    if !root.has_member(GROUP) {
        return Ok(None);
    }
    let node = root.group(GROUP)?;
    Ok(Some(Partition {
        log_z: node.number("log_z")?,
        standard_error: node.number("standard_error")?,
        estimator: node.word("estimator", &Estimator::ALL, |estimator| estimator.as_str())?,
        ess: node.optional_number("ess")?,
        entropy: node.optional_number("entropy")?,
    }))
}
