//! Fits of the project's own family: the same for any number of threads, by any method.

use super::support::{fewer_planted, planted};
use crate::alignment::Alignment;
use crate::fit::{self, AsymmetricOptions, FitOptions, Method, PlmOptions};
use crate::model::{MethodName, Model, Optimizer};

fn fitted(alignment: &Alignment, options: &FitOptions, threads: usize) -> Model {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| super::support::fitted(alignment, options))
}

/// Options of a symmetric fit.
fn plm(change: impl FnOnce(&mut PlmOptions)) -> FitOptions {
    let mut options = PlmOptions::default();
    change(&mut options);
    FitOptions::with_method(Method::Plm(options))
}

/// Every bit of the numbers that a fit produces, but for its times.
fn bits(fitted: &Model) -> Vec<u64> {
    let couplings = fitted.couplings().map_or(&[][..], |c| c.as_slice());
    let single = fitted
        .fields()
        .unwrap()
        .iter()
        .chain(couplings)
        .chain(fitted.independent_fields.iter().flatten());
    let families = fitted.family.iter();
    let information = fitted.information.iter();
    let record = fitted.record.as_ref().unwrap();
    let history = record.history.iter();
    let double = families
        .flat_map(|family| family.weights.as_slice())
        .chain(information.flat_map(|pairs| pairs.mutual.iter().chain(&pairs.direct)))
        .chain(history.flat_map(|entry| [&entry.objective, &entry.gradient_norm]))
        .chain(&record.objective);
    single
        .map(|v| u64::from(v.to_bits()))
        .chain(double.map(|v| v.to_bits()))
        .chain([record.evaluations, record.iterations])
        .collect()
}

#[test]
fn threads_do_not_change_a_bit() {
    let alignment = fewer_planted();
    let short = PlmOptions {
        max_iterations: 8,
        ..PlmOptions::default()
    };
    let asymmetric = AsymmetricOptions {
        minimisation: short.clone(),
        sites: None,
    };
    for method in [
        Method::Plm(short),
        Method::PlmAsymmetric(asymmetric),
        Method::MeanField(fit::MeanFieldOptions::default()),
        Method::Independent,
    ] {
        let options = FitOptions::with_method(method.clone());
        let one = bits(&fitted(&alignment, &options, 1));
        let more = bits(&fitted(&alignment, &options, 5));
        assert!(one == more, "{method:?}");
    }
}

#[test]
fn both_minimisers_reach_the_same_optimum() {
    let alignment = fewer_planted();
    let run = |optimizer| {
        let options = plm(|options| {
            options.optimizer = optimizer;
            options.tolerance = 1e-6;
        });
        fitted(&alignment, &options, 2).record.unwrap()
    };
    let (own, stock) = (run(Optimizer::Lbfgs), run(Optimizer::ArgminLbfgs));
    assert!(own.converged() && stock.converged());
    let (a, b) = (own.objective.unwrap(), stock.objective.unwrap());
    assert!((a - b).abs() < 1e-4 * a, "{a} {b}");
    assert!(a <= b * (1.0 + 1e-6), "{a} {b}");
}

#[test]
fn a_fit_that_is_cut_short_says_so() {
    let options = plm(|options| options.max_iterations = 2);
    let fitted = fitted(&fewer_planted(), &options, 2);
    assert!(!fitted.record.as_ref().unwrap().converged());
    assert_eq!(fitted.record.as_ref().unwrap().iterations, 2);
    assert_eq!(fitted.record.as_ref().unwrap().history.len(), 3);
}

#[test]
fn a_fit_that_does_not_fit_into_memory_is_refused_with_a_remedy() {
    let alignment = planted();
    let within = |bytes| {
        let options = FitOptions {
            max_memory: Some(bytes),
            ..plm(|options| options.max_iterations = 1)
        };
        let weights = fit::sequence_weights(&alignment, &options);
        fit::fit(&alignment, &weights, &options, &Default::default())
    };
    assert!(within(100_000_000).is_ok());
    let message = within(10_000_000).unwrap_err().to_string();
    assert!(message.contains("10 MB are available"), "{message}");
}

#[test]
fn the_independent_model_ignores_its_neighbours() {
    let options = FitOptions::with_method(MethodName::Independent);
    let fitted = fitted(&fewer_planted(), &options, 2);
    assert!(fitted.couplings().is_none() && fitted.pairwise().is_none());
    let model = fitted.energy_model().unwrap();
    let mut other = vec![0u8; fitted.sites()];
    let before = model.site_log_probabilities(&other, 5);
    other[4] = 7;
    assert_eq!(before, model.site_log_probabilities(&other, 5));
}
