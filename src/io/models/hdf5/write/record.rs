//! Writing how a model was fitted.

use super::{Described, optional, scalar, text};
use crate::model::{FitRecord, Inference, Iteration, Minimisation};
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
    optional(record.inference.penalties(), |penalties| {
        scalar(group, "lambda_h", penalties.lambda_h)?;
        scalar(group, "lambda_j", penalties.lambda_j)
    })?;
    match &record.inference {
        Inference::Plm(settings) | Inference::PlmAsymmetric(settings) => {
            put_minimisation(settings, group)
        }
        Inference::MeanField(pseudocount) => {
            optional(*pseudocount, |share| scalar(group, "pseudocount", share))
        }
        Inference::Independent(_) => Ok(()),
    }
}

fn put_minimisation(settings: &Minimisation, group: &Group) -> hdf5::Result<()> {
    optional(settings.tolerance, |tolerance| {
        scalar(group, "tolerance", tolerance)
    })?;
    optional(settings.iteration_limit, |limit| {
        scalar(group, "iteration_limit", limit)
    })?;
    optional(settings.optimizer, |optimizer| {
        text(group, "optimizer", optimizer.as_str())
    })?;
    optional(settings.lambda_group, |penalty| {
        scalar(group, "lambda_group", penalty)
    })?;
    optional(settings.start_sha256.as_deref(), |digest| {
        text(group, "start_sha256", digest)
    })
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
