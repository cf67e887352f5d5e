//! Reading a model of independent sites.

use super::super::fetch::{Found, Node, Problem};
use super::super::{Shape, fields};
use crate::model::{IndependentModel, Parameters};

pub fn read(root: &Node, shape: &Shape) -> Found<Parameters> {
    let model = IndependentModel::new(fields(root, shape)?);
    model.map(Parameters::from).map_err(Problem::from_model)
}
