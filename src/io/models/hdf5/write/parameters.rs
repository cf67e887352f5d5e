//! Writing the parameters of a model, a group a kind.

use super::{Described, group, optional, packed_view};
use crate::error::Result;
use crate::model::Parameters;
use hdf5::Group;
use ndarray::Array2;

/// Refuses a kind that has no place in the file yet.
pub fn check_kind(parameters: &Parameters) -> Result<()> {
    match parameters {
        Parameters::Independent(_) | Parameters::Potts(_) | Parameters::Stored(_) => Ok(()),
        #[cfg(test)]
        _ => Err(crate::Error::Model("a kind of the tests".into())),
    }
}

/// The group of the kind, with the fields of independent sites in it.
pub fn put_parameters(
    parameters: &Parameters,
    independent_fields: Option<&Array2<f32>>,
    root: &Group,
) -> hdf5::Result<()> {
    match parameters {
        Parameters::Independent(model) => {
            put_fields(model.fields(), independent_fields, &group(root, "model")?)
        }
        Parameters::Potts(_) | Parameters::Stored(_) => {
            let Some(pairwise) = parameters.pairwise() else {
                return Ok(());
            };
            let group = group(root, "model")?;
            put_fields(pairwise.fields, independent_fields, &group)?;
            let couplings = pairwise.all().map_err(|error| error.to_string())?;
            Described::new(
                "couplings",
                "J_ij(a, b) of the pairs i < j in the order (0,1), (0,2), ..., (1,2), ...; pair by state of i by state of j",
            )
            .units("nats")
            .put(&group, packed_view(&couplings)?)
        }
        #[cfg(test)]
        _ => Ok(()),
    }
}

fn put_fields(
    fields: &Array2<f32>,
    independent_fields: Option<&Array2<f32>>,
    group: &Group,
) -> hdf5::Result<()> {
    Described::new(
        "fields",
        "h_i(a), site by state; states in the order of the attribute 'alphabet'",
    )
    .units("nats")
    .put(group, fields.view())?;
    optional(independent_fields, |fields| {
        Described::new(
            "independent_fields",
            "fields of the independent-site model of the same data, site by state",
        )
        .units("nats")
        .put(group, fields.view())
    })
}
