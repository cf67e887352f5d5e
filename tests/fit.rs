//! Fits of the project's own family: the same for any number of threads, by any method.

mod common;

use common::data;
use potts::alignment::{Alignment, FocusOptions, focus};
use potts::alphabet::Alphabet;
use potts::fit::{self, FitOptions, Method};
use potts::io::alignments;
use potts::io::files::source::Source;
use potts::model::EnergyModel;
use potts::model::{Model, Optimizer};

fn family() -> Alignment {
    let records = alignments::read(&Source::read(&data("planted.a2m")).unwrap()).unwrap();
    focus::focus(&records, &Alphabet::protein(), &FocusOptions::default()).unwrap()
}

fn fitted(alignment: &Alignment, options: &FitOptions, threads: usize) -> Model {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let weights = fit::sequence_weights(alignment, options);
        fit::fit(alignment, &weights, options, &Default::default()).unwrap()
    })
}

/// Every bit of the numbers that a fit produces.
fn bits(fitted: &Model) -> Vec<u32> {
    let couplings = fitted.couplings().map_or(&[][..], |c| c.as_slice());
    let numbers = fitted
        .fields()
        .unwrap()
        .iter()
        .chain(couplings)
        .chain(fitted.independent_fields.iter().flatten());
    numbers.map(|v| v.to_bits()).collect()
}

#[test]
fn threads_do_not_change_a_bit() {
    let alignment = family();
    for method in [Method::Plm, Method::PlmAsymmetric, Method::Independent] {
        let options = FitOptions {
            method,
            max_iterations: 8,
            ..FitOptions::default()
        };
        let one = fitted(&alignment, &options, 1);
        for threads in [2, 5] {
            let more = fitted(&alignment, &options, threads);
            assert_eq!(
                one.record.as_ref().unwrap().objective,
                more.record.as_ref().unwrap().objective,
                "{method:?}"
            );
            assert!(
                bits(&one) == bits(&more),
                "{method:?} with {threads} threads"
            );
        }
    }
}

#[test]
fn threads_of_the_program_do_not_change_a_bit() {
    let folder = tempfile::tempdir().unwrap();
    for method in ["plm", "plm-asymmetric"] {
        let run = |threads: &str| {
            let model = folder.path().join(format!("{method}{threads}.h5"));
            let status = std::process::Command::new(env!("CARGO_BIN_EXE_potts"))
                .args(["fit", "--quiet", "--method", method, "--threads", threads])
                .arg(data("planted.a2m"))
                .arg("-o")
                .arg(&model)
                .status();
            assert!(status.unwrap().success());
            bits(&potts::io::models::hdf5::read(&model).unwrap())
        };
        let one = run("1");
        assert!(one == run("2") && one == run("3"), "{method}");
    }
}

#[test]
fn mean_field_agrees_whatever_the_threads_of_the_library() {
    let alignment = family();
    let options = FitOptions {
        method: Method::MeanField,
        ..FitOptions::default()
    };
    let run = |threads: usize| {
        potts::machine::blas::set_blas_threads(threads);
        fitted(&alignment, &options, threads)
    };
    let one = run(1);
    let information = one.information.as_ref().unwrap();
    for threads in [2, 5] {
        let more = run(threads);
        let other = more.information.as_ref().unwrap();
        assert_eq!(information.mutual, other.mutual);
        for (a, b) in information.direct.iter().zip(&other.direct) {
            assert!((a - b).abs() <= 1e-6 * a.abs().max(1e-6), "{a} {b}");
        }
        let couplings = |f: &Model| f.couplings().unwrap().as_slice().to_vec();
        let (one, more) = (couplings(&one), couplings(&more));
        let largest = one.iter().fold(0.0f32, |m, v| m.max(v.abs()));
        for (a, b) in one.into_iter().zip(more) {
            // 1e-10 of the matrix in double precision, then rounded to single.
            assert!(
                (a - b).abs() <= 1e-10 * largest + f32::EPSILON * a.abs(),
                "{a} {b}"
            );
        }
    }
}

#[test]
fn both_minimisers_reach_the_same_optimum() {
    let alignment = family();
    let run = |optimizer| {
        let options = FitOptions {
            optimizer,
            tolerance: 1e-6,
            ..FitOptions::default()
        };
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
    let options = FitOptions {
        max_iterations: 2,
        ..FitOptions::default()
    };
    let fitted = fitted(&family(), &options, 2);
    assert!(!fitted.record.as_ref().unwrap().converged());
    assert_eq!(fitted.record.as_ref().unwrap().iterations, 2);
    assert_eq!(fitted.record.as_ref().unwrap().history.len(), 3);
}

#[test]
fn a_fit_that_does_not_fit_into_memory_is_refused_with_a_remedy() {
    let alignment = family();
    let options = FitOptions {
        max_memory: Some(100_000_000),
        ..FitOptions::default()
    };
    let weights = fit::sequence_weights(&alignment, &options);
    let tight = FitOptions {
        max_memory: Some(10_000_000),
        ..options.clone()
    };
    assert!(
        fit::fit(
            &alignment,
            &weights,
            &FitOptions {
                max_iterations: 1,
                ..options
            },
            &fit::Watch::default()
        )
        .is_ok()
    );
    let message = fit::fit(&alignment, &weights, &tight, &Default::default())
        .unwrap_err()
        .to_string();
    assert!(message.contains("10 MB are available"), "{message}");
}

#[test]
fn the_independent_model_ignores_its_neighbours() {
    let options = FitOptions {
        method: Method::Independent,
        ..FitOptions::default()
    };
    let fitted = fitted(&family(), &options, 2);
    assert!(fitted.couplings().is_none());
    let mut other = vec![0u8; fitted.model.sites()];
    let before = fitted.model.site_log_probabilities(&other, 5);
    other[4] = 7;
    assert_eq!(before, fitted.model.site_log_probabilities(&other, 5));
}
