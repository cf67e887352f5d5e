//! Writing how a model was fitted.

use super::{Described, optional, scalar, text};
use crate::model::record::Setting;
use crate::model::{FitRecord, Iteration};
use hdf5::Group;

pub fn put_record(record: &FitRecord, group: &Group) -> hdf5::Result<()> {
    text(group, "method", record.method().as_str())?;
    text(group, "stop_reason", record.stop_reason.as_str())?;
    optional(record.known_to_converge(), |converged| {
        scalar(group, "converged", converged)
    })?;
    scalar(group, "evaluations", record.evaluations)?;
    scalar(group, "iterations", record.iterations)?;
    optional(record.objective, |objective| {
        scalar(group, "objective", objective)
    })?;
    for (name, value) in record.inference.clone().settings() {
        put_setting(name, value, group)?;
    }
    Ok(())
}

fn put_setting(name: &str, value: Setting, group: &Group) -> hdf5::Result<()> {
    match value {
        Setting::Number(value) => optional(*value, |number| scalar(group, name, number)),
        Setting::Count(value) => optional(*value, |count| scalar(group, name, count)),
        Setting::Text(value) => optional(value.as_deref(), |words| text(group, name, words)),
        Setting::Optimizer(value) => {
            optional(*value, |optimizer| text(group, name, optimizer.as_str()))
        }
        Setting::Penalties(value) => optional(*value, |penalties| {
            scalar(group, "lambda_h", penalties.lambda_h)?;
            scalar(group, "lambda_j", penalties.lambda_j)
        }),
    }
}

pub fn put_history(history: &[Iteration], group: &Group) -> hdf5::Result<()> {
    Described::new(
        "iteration",
        "iteration of the minimiser; 0 is the starting point",
    )
    .put_list(group, history.iter().map(|step| step.iteration))?;
    Described::new("evaluations", "evaluations of value and gradient so far")
        .put_list(group, history.iter().map(|step| step.evaluations))?;
    Described::new("objective", "the objective")
        .units("nats")
        .put_list(group, history.iter().map(|step| step.objective))?;
    Described::new(
        "gradient_norm",
        "norm of the gradient in the minimiser's variables",
    )
    .put_list(group, history.iter().map(|step| step.gradient_norm))?;
    Described::new("seconds", "time since the minimiser started")
        .units("s")
        .put_list(group, history.iter().map(|step| step.seconds))
}
