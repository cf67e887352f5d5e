//! Reading how a model was fitted.

use super::fetch::{Found, Node, Problem};
use crate::io::models::hdf5::{METHODS, OPTIMIZERS, STOP_REASONS};
use crate::model::{FitRecord, Inference, Iteration, MethodName, Minimisation, Penalties};

pub fn record(root: &Node) -> Found<FitRecord> {
    let fit = root.group("fit")?;
    Ok(FitRecord {
        inference: inference(&fit)?,
        objective: fit.optional_number("objective")?,
        evaluations: fit.count("evaluations")?,
        iterations: fit.count("iterations")?,
        stop_reason: fit.word("stop_reason", &STOP_REASONS, |reason| reason.as_str())?,
        history: history(&fit)?,
    })
}

fn inference(fit: &Node) -> Found<Inference> {
    let penalties = match (
        fit.optional_number("lambda_h")?,
        fit.optional_number("lambda_j")?,
    ) {
        (Some(lambda_h), Some(lambda_j)) => Some(Penalties { lambda_h, lambda_j }),
        (None, None) => None,
        _ => {
            return Err(Problem::damaged(
                "one of lambda_h and lambda_j is missing".into(),
            ));
        }
    };
    let method = fit.word("method", &METHODS, |method| method.as_str())?;
    Ok(match method {
        MethodName::Plm => Inference::Plm(minimisation(fit, penalties)?),
        MethodName::PlmAsymmetric => Inference::PlmAsymmetric(minimisation(fit, penalties)?),
        MethodName::MeanField => Inference::MeanField(fit.optional_number("pseudocount")?),
        MethodName::Independent => Inference::Independent(penalties),
    })
}

fn minimisation(fit: &Node, penalties: Option<Penalties>) -> Found<Minimisation> {
    let optimizer = match fit.has("optimizer") {
        true => Some(fit.word("optimizer", &OPTIMIZERS, |optimizer| optimizer.as_str())?),
        false => None,
    };
    Ok(Minimisation {
        optimizer,
        penalties,
        lambda_group: fit.optional_number("lambda_group")?,
        tolerance: fit.optional_number("tolerance")?,
        iteration_limit: fit.optional_count("iteration_limit")?,
        start_sha256: fit.optional_text("start_sha256")?,
    })
}

fn history(fit: &Node) -> Found<Vec<Iteration>> {
    let steps = fit.length("history/iteration")?;
    let iteration = fit.array::<u64>("history/iteration", &[steps])?;
    let evaluations = fit.array::<u64>("history/evaluations", &[steps])?;
    let objective = fit.finite::<f64>("history/objective", &[steps])?;
    let gradient_norm = fit.finite::<f64>("history/gradient_norm", &[steps])?;
    let seconds = fit.finite::<f64>("history/seconds", &[steps])?;
    let step = |k: usize| Iteration {
        iteration: iteration[k],
        evaluations: evaluations[k],
        objective: objective[k],
        gradient_norm: gradient_norm[k],
        seconds: seconds[k],
    };
    Ok((0..steps).map(step).collect())
}
