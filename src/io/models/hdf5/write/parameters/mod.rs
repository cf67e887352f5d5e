//! Writing the parameters of a model: what any kind may have into `/model`, the rest of a kind where its own file says.

mod potts;

use super::{Described, group, optional};
use crate::model::{Model, Parameters};
use hdf5::Group;

/// Fields first, and what is large last, which keeps small things together at the front of the file.
pub fn put_parameters(fitted: &Model, root: &Group) -> hdf5::Result<()> {
    let model = group(root, "model")?;
    optional(fitted.fields(), |fields| {
        Described::new(
            "fields",
            "h_i(a), site by state; states in the order of the attribute 'alphabet'",
        )
        .units("nats")
        .put(&model, fields.view())
    })?;
    optional(fitted.independent_fields.as_ref(), |fields| {
        Described::new(
            "independent_fields",
            "fields of the independent-site model of the same data, site by state",
        )
        .units("nats")
        .put(&model, fields.view())
    })?;
    match &fitted.parameters {
        Parameters::Independent(_) => Ok(()),
        Parameters::Potts(_) | Parameters::Stored(_) => potts::put(fitted.pairwise(), &model),
        #[cfg(test)]
        Parameters::Dense(_) => Err("a kind of the tests has no place in a file".into()),
    }
}
