//! Energies, conditionals, gauge, norms and mutants of systems whose sequences can be listed.

use super::{double, json, numbers, states};
use crate::contacts::{ContactScores, Norm};
use crate::model::{Couplings, EnergyModel, PottsModel};
use crate::tests::support::largest_difference;
use ndarray::Array2;
use serde_json::Value;

pub(super) const SYSTEMS: [&str; 7] = [
    "exact_L2q21",
    "exact_L3q21",
    "exact_L4q3",
    "exact_L5q3_ferro",
    "exact_L5q4",
    "exact_L6q3_cold",
    "exact_L6q5",
];

fn single(values: Vec<f64>) -> Vec<f32> {
    values.into_iter().map(|v| v as f32).collect()
}

pub(super) fn model(system: &Value) -> PottsModel {
    let (sites, q) = (
        system["L"].as_u64().unwrap() as usize,
        system["q"].as_u64().unwrap() as usize,
    );
    let fields = Array2::from_shape_vec((sites, q), single(numbers(&system["h"]))).unwrap();
    let couplings = Couplings::from_packed(sites, q, single(numbers(&system["J"])));
    PottsModel::new(fields, couplings).unwrap()
}

/// Parameters are stored in single precision; the references have six decimals and values up to a few tens.
const SINGLE: f64 = 2e-5;

#[test]
fn energies_and_conditionals() {
    for name in SYSTEMS {
        let system = json(name);
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
        let system = json(name);
        let model = model(&system);
        let reference = &system["zero_sum_gauge"];
        let shifted = model.zero_sum().unwrap();
        let fields = shifted.fields().iter().map(|&h| f64::from(h));
        assert!(
            largest_difference(fields, numbers(&reference["h"])) < SINGLE,
            "{name}"
        );
        let couplings = double(shifted.couplings().as_slice());
        assert!(
            largest_difference(couplings, numbers(&reference["J"])) < SINGLE,
            "{name}"
        );
        let norm = Norm::default();
        let scores = ContactScores::of_couplings(model.couplings(), model.states(), norm).unwrap();
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
        let system = json(name);
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
