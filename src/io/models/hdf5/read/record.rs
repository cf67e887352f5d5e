//! Reading how a model was fitted.

use super::fetch::{Found, Node, Problem};
use crate::model::record::Setting;
use crate::model::{FitRecord, Inference, Iteration, MethodName, Optimizer, Penalties, StopReason};

pub fn record(root: &Node) -> Found<FitRecord> {
    let fit = root.group("fit")?;
    Ok(FitRecord {
        inference: inference(&fit)?,
        objective: fit.optional_number("objective")?,
        evaluations: fit.count("evaluations")?,
        iterations: fit.count("iterations")?,
        stop_reason: fit.word("stop_reason", &StopReason::ALL, |reason| reason.as_str())?,
        history: history(&fit)?,
    })
}

fn inference(fit: &Node) -> Found<Inference> {
    let penalties = penalties(fit)?;
    let method = fit.word("method", &MethodName::ALL, |method| method.as_str())?;
    let mut inference = Inference::from(method);
    for (name, value) in inference.settings() {
        match value {
            Setting::Number(value) => *value = fit.optional_number(name)?,
            Setting::Count(value) => *value = fit.optional_count(name)?,
            Setting::Text(value) => *value = fit.optional_text(name)?,
            Setting::Optimizer(value) => *value = optimizer(fit, name)?,
            Setting::Penalties(value) => *value = penalties,
        }
    }
    Ok(inference)
}

fn penalties(fit: &Node) -> Found<Option<Penalties>> {
    match (
        fit.optional_number("lambda_h")?,
        fit.optional_number("lambda_j")?,
    ) {
        (Some(lambda_h), Some(lambda_j)) => Ok(Some(Penalties { lambda_h, lambda_j })),
        (None, None) => Ok(None),
        _ => Err(Problem::damaged(
            "one of lambda_h and lambda_j is missing".into(),
        )),
    }
}

fn optimizer(fit: &Node, name: &str) -> Found<Option<Optimizer>> {
    match fit.has(name) {
        true => fit
            .word(name, &Optimizer::ALL, |optimizer| optimizer.as_str())
            .map(Some),
        false => Ok(None),
    }
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
