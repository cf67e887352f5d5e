//! The number of threads changes nothing.

use crate::support::{Bench, Model, part_of_planted};

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
fn threads_of_the_program_do_not_change_a_bit() {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(10, 100));
    for method in ["plm", "plm-asymmetric"] {
        let run = |threads: usize| {
            let model = format!("{method}{threads}.h5");
            bench.works(&format!(
                "fit -q --method {method} --threads {threads} family.a2m -o {model}"
            ));
            bits(&bench.model(&model))
        };
        let one = run(1);
        assert!(one == run(2) && one == run(3), "{method}");
    }
}
