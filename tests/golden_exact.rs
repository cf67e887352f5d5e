//! Against exact values of small systems: full enumeration and high-precision optima by an independent program.

mod common;

use common::{largest_difference, shared, text};
use ndarray::Array2;
use potts::alignment::{Alignment, IdentityRule, IdentityThreshold, SequenceWeights};
use potts::alphabet::Alphabet;
use potts::contacts::ContactScores;
use potts::fit::{self, FitOptions, Method, PenaltyScale};
use potts::kernels::conditionals::conditional_plain;
use potts::model::Optimizer;
use potts::model::couplings::pair_sites;
use potts::model::{Couplings, EnergyModel, PottsModel, gauge};
use serde_json::Value;

/// Twenty-one letters for the systems whose states are all residues.
const LETTERS: &str = "ACDEFGHIKLMNPQRSTVWYX";

const SYSTEMS: [&str; 7] = [
    "exact_L2q21",
    "exact_L3q21",
    "exact_L4q3",
    "exact_L5q3_ferro",
    "exact_L5q4",
    "exact_L6q3_cold",
    "exact_L6q5",
];

fn json(name: &str) -> Option<Value> {
    let path = shared(&format!("golden/exact/{name}.json"))?;
    Some(serde_json::from_str(&text(&path)).unwrap())
}

/// All numbers of a nested array, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        other => vec![other.as_f64().unwrap()],
    }
}

fn states(value: &Value) -> Vec<Vec<u8>> {
    let row = |row: &Value| numbers(row).into_iter().map(|s| s as u8).collect();
    value.as_array().unwrap().iter().map(row).collect()
}

fn single(values: Vec<f64>) -> Vec<f32> {
    values.into_iter().map(|v| v as f32).collect()
}

fn double(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&v| f64::from(v)).collect()
}

fn model(system: &Value) -> PottsModel {
    let (sites, q) = (
        system["L"].as_u64().unwrap() as usize,
        system["q"].as_u64().unwrap() as usize,
    );
    let fields = Array2::from_shape_vec((sites, q), single(numbers(&system["h"]))).unwrap();
    let couplings = Couplings::from_packed(sites, q, single(numbers(&system["J"])));
    PottsModel::new(fields, Some(couplings)).unwrap()
}

/// Parameters are stored in single precision; the references have six decimals and values up to a few tens.
const SINGLE: f64 = 2e-5;

#[test]
fn energies_and_conditionals() {
    for name in SYSTEMS {
        let Some(system) = json(name) else { return };
        let model = model(&system);
        let sequences = states(&system["test_states"]);
        let energies = sequences.iter().map(|x| model.energy(x));
        assert!(
            largest_difference(energies, numbers(&system["energies"])) < SINGLE,
            "{name}"
        );
        let observed = sequences.iter().flat_map(|x| {
            (0..x.len()).map(|i| model.site_log_probabilities(x, i)[usize::from(x[i])])
        });
        let expected = numbers(&system["conditional_logprobs_of_observed"]);
        assert!(largest_difference(observed, expected) < SINGLE, "{name}");
    }
}

#[test]
fn zero_sum_gauge_norms_and_correction() {
    for name in SYSTEMS {
        let Some(system) = json(name) else { return };
        let model = model(&system);
        let reference = &system["zero_sum_gauge"];
        let shifted = gauge::zero_sum(&model).unwrap();
        let fields = shifted.fields().iter().map(|&h| f64::from(h));
        assert!(
            largest_difference(fields, numbers(&reference["h"])) < SINGLE,
            "{name}"
        );
        let couplings = double(shifted.couplings().unwrap().as_slice());
        assert!(
            largest_difference(couplings, numbers(&reference["J"])) < SINGLE,
            "{name}"
        );
        let scores = ContactScores::of(&model, model.states()).unwrap();
        let norms = scores.frobenius().iter().copied();
        assert!(
            largest_difference(norms, numbers(&reference["frobenius_per_pair"])) < SINGLE,
            "{name}"
        );
        if reference["apc_corrected"].is_array() {
            let expected = numbers(&reference["apc_corrected"]);
            assert!(largest_difference(scores.cn(), expected) < SINGLE, "{name}");
        }
    }
}

#[test]
fn single_mutants() {
    for name in SYSTEMS {
        let Some(system) = json(name) else { return };
        let model = model(&system);
        let wild_type = &states(&Value::Array(vec![system["dms_wildtype"].clone()]))[0];
        let mut changes = Vec::new();
        for site in 0..model.sites() {
            for state in 0..model.states() as u8 {
                let mut mutant = wild_type.clone();
                mutant[site] = state;
                changes.push(model.energy(&mutant) - model.energy(wild_type));
            }
        }
        let expected = numbers(&system["dms_deltaE_mut_minus_wt"]);
        assert!(largest_difference(changes, expected) < SINGLE, "{name}");
    }
}

/// The sequences and weights of the fitted systems.
fn fitted_data() -> Option<(Value, Alignment, SequenceWeights)> {
    let system = json("fit_L5q4")?;
    let rows = states(&system["sequences"]);
    let sequences = Array2::from_shape_vec((rows.len(), 5), rows.concat()).unwrap();
    let alignment = Alignment::from_states(Alphabet::new("ACDE").unwrap(), sequences).unwrap();
    let weights = SequenceWeights::new(numbers(&system["weights"])).unwrap();
    Some((system, alignment, weights))
}

fn options(method: Method, lambda_h: f64, lambda_j: f64) -> FitOptions {
    FitOptions {
        method,
        lambda_h: Some(PenaltyScale::Absolute(lambda_h)),
        lambda_j: Some(PenaltyScale::Absolute(lambda_j)),
        tolerance: 1e-12,
        ..FitOptions::default()
    }
}

/// F of the symmetric fit and its largest derivative, by the plain double precision conditionals.
fn plain_objective(
    alignment: &Alignment,
    weights: &SequenceWeights,
    h: &[f64],
    j: &[f64],
    lambda: (f64, f64),
) -> (f64, f64) {
    let (sites, q) = (alignment.sites(), 4);
    let mut gradient_h: Vec<f64> = h.iter().map(|h| 2.0 * lambda.0 * h).collect();
    let mut gradient_j: Vec<f64> = j.iter().map(|j| 2.0 * lambda.1 * j).collect();
    let squares = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
    let mut value = lambda.0 * squares(h) + lambda.1 * squares(j);
    // Place of J_ij(a, b) for i < j in the packed array, and of the same number in site i's or j's own view.
    let packed: Vec<(usize, usize)> = pair_sites(sites).collect();
    let views = |i: usize| {
        let packed = &packed;
        packed
            .iter()
            .enumerate()
            .filter(move |(_, p)| p.0 == i || p.1 == i)
            .flat_map(move |(k, &(first, second))| {
                (0..q * q).map(move |ab| {
                    let (a, b) = (ab / q, ab % q);
                    let own = if first == i {
                        (second * q + b) * q + a
                    } else {
                        (first * q + a) * q + b
                    };
                    (k * q * q + ab, own)
                })
            })
    };
    for i in 0..sites {
        let mut couplings = vec![0.0; sites * q * q];
        views(i).for_each(|(k, own)| couplings[own] = j[k]);
        let (data, by_field, by_coupling) = conditional_plain(
            alignment.as_slice(),
            (sites, q),
            weights.as_slice(),
            i,
            &h[i * q..(i + 1) * q],
            &couplings,
        );
        value += data;
        gradient_h[i * q..(i + 1) * q]
            .iter_mut()
            .zip(by_field)
            .for_each(|(g, d)| *g += d);
        views(i).for_each(|(k, own)| gradient_j[k] += by_coupling[own]);
    }
    let largest = gradient_h
        .iter()
        .chain(&gradient_j)
        .fold(0.0, |m: f64, g| m.max(g.abs()));
    (value, largest)
}

#[test]
fn the_pseudolikelihood_is_the_references() {
    let Some((system, alignment, weights)) = fitted_data() else {
        return;
    };
    for reference in system["plm_symmetric"].as_array().unwrap() {
        let lambda = (
            reference["lambda_h"].as_f64().unwrap(),
            reference["lambda_J"].as_f64().unwrap(),
        );
        let (h, j) = (numbers(&reference["h"]), numbers(&reference["J"]));
        let (value, gradient) = plain_objective(&alignment, &weights, &h, &j, lambda);
        assert!((value - reference["objective"].as_f64().unwrap()).abs() < 1e-9);
        assert!(gradient < 1e-9, "{gradient}");
    }
}

#[test]
fn the_symmetric_fit_reaches_the_optimum() {
    let Some((system, alignment, weights)) = fitted_data() else {
        return;
    };
    for reference in system["plm_symmetric"].as_array().unwrap() {
        let lambda = (
            reference["lambda_h"].as_f64().unwrap(),
            reference["lambda_J"].as_f64().unwrap(),
        );
        for optimizer in [Optimizer::Lbfgs, Optimizer::ArgminLbfgs] {
            let options = FitOptions {
                optimizer,
                ..options(Method::Plm, lambda.0, lambda.1)
            };
            let fitted = fit::fit(&alignment, &weights, &options, &Default::default()).unwrap();
            let best = reference["objective"].as_f64().unwrap();
            let objective = fitted.record.as_ref().unwrap().objective.unwrap();
            assert!(
                (objective - best).abs() < 1e-6 * best,
                "{optimizer:?} {objective} {best}"
            );
            let fields = fitted.fields().unwrap().iter().map(|&h| f64::from(h));
            let fields = largest_difference(fields, numbers(&reference["h"]));
            let couplings = double(fitted.couplings().unwrap().as_slice());
            let couplings = largest_difference(couplings, numbers(&reference["J"]));
            eprintln!(
                "{optimizer:?} lambda {lambda:?}: objective off by {:.1e}, h {fields:.1e}, J {couplings:.1e}",
                objective - best
            );
            assert!(fields < 2e-4 && couplings < 2e-4);
        }
    }
}

#[test]
fn the_asymmetric_fit_reaches_the_optimum() {
    let Some((_, alignment, weights)) = fitted_data() else {
        return;
    };
    let Some(system) = json("plm_asym_L5q4") else {
        return;
    };
    for reference in system["fits"].as_array().unwrap() {
        // The reference divides the data term by Neff.
        let neff = weights.effective_number();
        let lambda = |name: &str| reference[name].as_f64().unwrap() * neff;
        let options = options(
            Method::PlmAsymmetric,
            lambda("lambda_h"),
            lambda("lambda_J"),
        );
        let fitted = fit::fit(&alignment, &weights, &options, &Default::default()).unwrap();
        let couplings = double(fitted.couplings().unwrap().as_slice());
        let difference = largest_difference(couplings, numbers(&reference["J_averaged_zero_sum"]));
        eprintln!("lambda {}: J off by {difference:.1e}", lambda("lambda_J"));
        assert!(difference < 1e-4);
        let scores = ContactScores::of(&fitted.model, 4).unwrap();
        let norms = scores.frobenius().iter().copied();
        assert!(largest_difference(norms, numbers(&reference["frobenius_zero_sum"])) < 1e-4);
    }
}

#[test]
fn weights_with_ties_at_the_threshold() {
    let Some(system) = json("weights_ties") else {
        return;
    };
    // 21 letters here: the gap of the reference is a letter like any other.
    let alphabet = Alphabet::new(LETTERS).unwrap();
    let rows: Vec<&str> = system["sequences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s.as_str().unwrap())
        .collect();
    let code = |c: u8| LETTERS.bytes().position(|l| l == c).unwrap_or(20) as u8;
    let sequences = Array2::from_shape_fn((rows.len(), 20), |(n, i)| code(rows[n].as_bytes()[i]));
    let alignment = Alignment::from_states(alphabet, sequences).unwrap();
    for (rule, expected, neff) in [
        (IdentityRule::AtLeast, "weights_ge_0p8", "Meff_ge"),
        (IdentityRule::Above, "weights_strict_gt_0p8", "Meff_strict"),
        // 0.8 of 20 columns is a whole number, so rounding it up changes nothing.
        (
            IdentityRule::AboveCeil,
            "weights_strict_gt_0p8",
            "Meff_strict",
        ),
    ] {
        let threshold = IdentityThreshold::DEFAULT.with_rule(rule);
        let weights = SequenceWeights::by_identity(&alignment, threshold);
        assert_eq!(weights.as_slice(), numbers(&system[expected]), "{rule:?}");
        let difference = weights.effective_number() - system[neff].as_f64().unwrap();
        assert!(difference.abs() < 1e-12, "{rule:?}");
    }
}
