//! Fits to the optima that an independent program found.

use super::{double, json, numbers, states};
use crate::alignment::{Alignment, SequenceWeights};
use crate::alphabet::Alphabet;
use crate::contacts::{ContactScores, Norm};
use crate::fit::options::FieldOrigin;
use crate::fit::{
    self, AsymmetricOptions, FitOptions, Method, PenaltyOptions, PenaltyScale, PlmOptions,
};
use crate::kernels::conditionals::conditional_plain;
use crate::model::Optimizer;
use crate::model::couplings::pair_sites;
use crate::tests::support::largest_difference;
use ndarray::Array2;
use serde_json::Value;

/// The sequences and weights of the fitted systems.
pub(super) fn fitted_data() -> (Value, Alignment, SequenceWeights) {
    let system = json("fit_L5q4");
    let rows = states(&system["sequences"]);
    let sequences = Array2::from_shape_vec((rows.len(), 5), rows.concat()).unwrap();
    let alignment = Alignment::from_states(Alphabet::new("ACDE").unwrap(), sequences).unwrap();
    let weights = SequenceWeights::new(numbers(&system["weights"])).unwrap();
    (system, alignment, weights)
}

fn options(method: impl Into<Method>, lambda_h: f64, lambda_j: f64) -> FitOptions {
    FitOptions {
        penalties: PenaltyOptions {
            lambda_h: PenaltyScale::Absolute(lambda_h),
            lambda_j: PenaltyScale::Absolute(lambda_j),
            origin: FieldOrigin::Zero,
        },
        ..FitOptions::with_method(method)
    }
}

fn to_the_end(optimizer: Optimizer) -> PlmOptions {
    PlmOptions {
        optimizer,
        tolerance: 1e-12,
        ..PlmOptions::default()
    }
}

/// Place of J_ij(a, b) for i < j in the packed array, and of the same number in the view of site i, [j][b][a]: all that concern the site.
fn views(i: usize, (sites, q): (usize, usize)) -> Vec<(usize, usize)> {
    let pairs = pair_sites(sites).enumerate();
    let own = pairs.filter(|(_, pair)| pair.0 == i || pair.1 == i);
    own.flat_map(|(k, (first, second))| {
        (0..q * q).map(move |ab| {
            let (a, b) = (ab / q, ab % q);
            let own = match first == i {
                true => (second * q + b) * q + a,
                false => (first * q + a) * q + b,
            };
            (k * q * q + ab, own)
        })
    })
    .collect()
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
    for i in 0..sites {
        let mut couplings = vec![0.0; sites * q * q];
        let views = views(i, (sites, q));
        views.iter().for_each(|&(k, own)| couplings[own] = j[k]);
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
        views
            .iter()
            .for_each(|&(k, own)| gradient_j[k] += by_coupling[own]);
    }
    let largest = gradient_h
        .iter()
        .chain(&gradient_j)
        .fold(0.0, |m: f64, g| m.max(g.abs()));
    (value, largest)
}

#[test]
fn the_pseudolikelihood_is_the_references() {
    let (system, alignment, weights) = fitted_data();
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
    let (system, alignment, weights) = fitted_data();
    for reference in system["plm_symmetric"].as_array().unwrap() {
        let lambda = (
            reference["lambda_h"].as_f64().unwrap(),
            reference["lambda_J"].as_f64().unwrap(),
        );
        for optimizer in [Optimizer::Lbfgs, Optimizer::ArgminLbfgs] {
            let options = options(Method::Plm(to_the_end(optimizer)), lambda.0, lambda.1);
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
    let (_, alignment, weights) = fitted_data();
    let system = json("plm_asym_L5q4");
    for reference in system["fits"].as_array().unwrap() {
        // The reference divides the data term by Neff.
        let neff = weights.effective_number();
        let lambda = |name: &str| reference[name].as_f64().unwrap() * neff;
        let method = Method::PlmAsymmetric(AsymmetricOptions {
            minimisation: to_the_end(Optimizer::Lbfgs),
            sites: None,
        });
        let options = options(method, lambda("lambda_h"), lambda("lambda_J"));
        let fitted = fit::fit(&alignment, &weights, &options, &Default::default()).unwrap();
        let couplings = double(fitted.couplings().unwrap().as_slice());
        let difference = largest_difference(couplings, numbers(&reference["J_averaged_zero_sum"]));
        eprintln!("lambda {}: J off by {difference:.1e}", lambda("lambda_J"));
        assert!(difference < 1e-4);
        let scores = ContactScores::of(&fitted, Norm::default()).unwrap();
        let norms = scores.frobenius().iter().copied();
        assert!(largest_difference(norms, numbers(&reference["frobenius_zero_sum"])) < 1e-4);
    }
}
