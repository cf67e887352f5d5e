//! Neither the number of threads nor the kind of processor changes what is found.

use crate::support::{Bench, Model, PROGRAM, part_of_planted};
use std::process::Command;

/// Every bit of the numbers that a fit produces.
fn bits(fitted: &Model) -> Vec<u64> {
    let couplings = fitted.couplings().map_or(&[][..], |c| c.as_slice());
    let single = fitted
        .fields()
        .unwrap()
        .iter()
        .chain(couplings)
        .chain(fitted.independent_fields.iter().flatten());
    let information = fitted.information.iter();
    let history = fitted.record.iter().flat_map(|record| &record.history);
    let double = information
        .flat_map(|pairs| pairs.mutual.iter().chain(&pairs.direct))
        .chain(history.flat_map(|entry| [&entry.objective, &entry.gradient_norm]));
    single
        .map(|v| u64::from(v.to_bits()))
        .chain(double.map(|v| v.to_bits()))
        .collect()
}

/// What the program finds in some iterations with so many threads, where OpenBLAS takes the processor for another.
fn found(method: &str, threads: usize, processor: Option<&str>) -> Model {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(10, 100));
    let run = Command::new(PROGRAM)
        .current_dir(&bench.folder)
        .args(["fit", "--quiet", "--max-iterations", "4"])
        .args(["--method", method, "--threads", &threads.to_string()])
        .args(["family.a2m", "-o", "model.h5"])
        .envs(processor.map(|name| ("OPENBLAS_CORETYPE", name)))
        .output();
    assert!(run.unwrap().status.success());
    bench.model("model.h5")
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
        let one = bits(&found(method, 1, None));
        for (processor, threads) in processors().into_iter().zip([1, 2, 3, 2]) {
            let other = bits(&found(method, threads, Some(processor)));
            assert!(one == other, "{method}, {processor}, {threads} threads");
        }
    }
}

#[test]
fn mean_field_agrees_on_all_kinds_of_processors() {
    let one = found("mean-field", 1, None);
    let information = one.information.as_ref().unwrap();
    let couplings = |model: &Model| model.couplings().unwrap().as_slice().to_vec();
    for processor in processors() {
        let first = found("mean-field", 1, Some(processor));
        for threads in [2, 3] {
            let more = found("mean-field", threads, Some(processor));
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
