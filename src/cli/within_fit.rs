//! What fits within a fit found, for programs.

use crate::model::{Bootstrap, Validation};
use serde_json::{Value, json};

/// Replicates.
pub fn bootstrap_json(bootstrap: &Bootstrap) -> Value {
    json!({
        "replicates": bootstrap.replicates,
        "clusters": bootstrap.clusters,
        "identity": bootstrap.identity,
        "seed": bootstrap.seed,
    })
}

/// What was left out: nats a residue, by fold and in the mean, and the penalties that were tried.
pub fn validation_json(validation: &Validation) -> Value {
    let (potts, independent) = validation.means();
    let folds = validation.folds.iter().map(|fold| {
        json!({
            "neff": fold.neff,
            "residues": fold.residues,
            "potts": fold.potts,
            "independent": fold.independent,
        })
    });
    let tried = validation
        .tried
        .iter()
        .map(|tried| json!({"lambda_j_factor": tried.factor, "potts": tried.potts}));
    json!({
        "potts": potts,
        "independent": independent,
        "perplexity_potts": potts.exp(),
        "perplexity_independent": independent.exp(),
        "gain": independent - potts,
        "gain_se": validation.gain_error(),
        "clusters": validation.clusters,
        "identity": validation.identity,
        "seed": validation.seed,
        "folds": folds.collect::<Vec<_>>(),
        "lambda_j_factor": validation.chosen(),
        "tried": tried.collect::<Vec<_>>(),
    })
}
