//! Fits of the project's own family: the same for any number of threads, by any method.

mod common;

use common::data;
use potts::alignment::{Alignment, FocusOptions, focus};
use potts::alphabet::Alphabet;
use potts::fit::{self, FitOptions, FittedModel, Method, Optimizer};
use potts::io::{alignment_file, source::Source};
use potts::model::EnergyModel;

const METHODS: [Method; 4] = [
    Method::Plm,
    Method::PlmAsymmetric,
    Method::MeanField,
    Method::Independent,
];

fn family() -> Alignment {
    let records = alignment_file::read(&Source::read(&data("planted.a2m")).unwrap()).unwrap();
    focus::focus(&records, &Alphabet::protein(), &FocusOptions::default()).unwrap()
}

fn fitted(alignment: &Alignment, options: &FitOptions, threads: usize) -> FittedModel {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        let weights = fit::sequence_weights(alignment, options);
        fit::fit(alignment, &weights, options, &Default::default()).unwrap()
    })
}

/// Every bit of the numbers that a fit produces, but for its times.
fn bits(fitted: &FittedModel) -> Vec<u64> {
    let couplings = fitted.model.couplings().map_or(&[][..], |c| c.as_slice());
    let single = fitted
        .model
        .fields()
        .iter()
        .chain(couplings)
        .chain(fitted.independent_fields.iter().flatten());
    let families = fitted.family.iter();
    let information = fitted.information.iter();
    let report = fitted.report.as_ref().unwrap();
    let history = report.history.iter();
    let double = families
        .flat_map(|family| family.weights.as_slice())
        .chain(information.flat_map(|pairs| pairs.mutual.iter().chain(&pairs.direct)))
        .chain(history.flat_map(|entry| [&entry.objective, &entry.gradient_norm]))
        .chain(&report.objective);
    single
        .map(|v| u64::from(v.to_bits()))
        .chain(double.map(|v| v.to_bits()))
        .chain([report.evaluations, report.iterations])
        .collect()
}

#[test]
fn threads_do_not_change_a_bit() {
    let alignment = family();
    for method in METHODS {
        let options = FitOptions {
            method,
            max_iterations: 8,
            ..FitOptions::default()
        };
        let one = bits(&fitted(&alignment, &options, 1));
        let more = bits(&fitted(&alignment, &options, 5));
        assert!(one == more, "{method:?}");
    }
}

/// What the program finds in some iterations with so many threads, where OpenBLAS takes the processor for another.
fn found_by_the_program(method: &str, threads: usize, processor: Option<&str>) -> FittedModel {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.h5");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_potts"))
        .args(["fit", "--quiet", "--max-iterations", "4"])
        .args(["--method", method, "--threads", &threads.to_string()])
        .arg(data("planted.a2m"))
        .arg("-o")
        .arg(&model)
        .envs(processor.map(|name| ("OPENBLAS_CORETYPE", name)))
        .output();
    assert!(run.unwrap().status.success());
    potts::io::hdf5::read(&model).unwrap()
}

/// Kinds of processors whose loops in OpenBLAS round in different ways, and which this one can run.
fn processors() -> Vec<&'static str> {
    let mut names = vec!["Haswell", "Zen", "Sandybridge"];
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512vl") {
        names.push("SkylakeX");
    }
    names
}

#[test]
fn neither_threads_nor_the_kind_of_processor_change_a_bit() {
    for method in ["plm", "plm-asymmetric", "independent"] {
        let one = bits(&found_by_the_program(method, 1, None));
        for (processor, threads) in processors().into_iter().zip([1, 2, 3, 2]) {
            let other = bits(&found_by_the_program(method, threads, Some(processor)));
            assert!(one == other, "{method}, {processor}, {threads} threads");
        }
    }
}

#[test]
fn mean_field_agrees_on_all_kinds_of_processors() {
    let one = found_by_the_program("mean-field", 1, None);
    let information = one.information.as_ref().unwrap();
    let couplings = |f: &FittedModel| f.model.couplings().unwrap().as_slice().to_vec();
    for processor in processors() {
        let first = found_by_the_program("mean-field", 1, Some(processor));
        for threads in [2, 3] {
            let more = found_by_the_program("mean-field", threads, Some(processor));
            assert!(
                bits(&first) == bits(&more),
                "{processor}, {threads} threads"
            );
        }
        let other = first.information.as_ref().unwrap();
        assert_eq!(information.mutual, other.mutual);
        for (a, b) in information.direct.iter().zip(&other.direct) {
            assert!((a - b).abs() <= 1e-6 * a.abs().max(1e-6), "{a} {b}");
        }
        let (one, other) = (couplings(&one), couplings(&first));
        let largest = one.iter().fold(0.0f32, |m, v| m.max(v.abs()));
        for (a, b) in one.into_iter().zip(other) {
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
        fitted(&alignment, &options, 2).report.unwrap()
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
    assert!(!fitted.report.as_ref().unwrap().converged());
    assert_eq!(fitted.report.as_ref().unwrap().iterations, 2);
    assert_eq!(fitted.report.as_ref().unwrap().history.len(), 3);
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
    assert!(fitted.model.couplings().is_none());
    let mut other = vec![0u8; fitted.model.sites()];
    let before = fitted.model.site_log_probabilities(&other, 5);
    other[4] = 7;
    assert_eq!(before, fitted.model.site_log_probabilities(&other, 5));
}
