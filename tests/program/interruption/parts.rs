//! Fits of some sites: put together they are the model of one machine.

use super::{ASYMMETRIC, assert_same, bench, fit, refused, stopped};
use crate::support::{Bench, look};

fn part(name: &str, sites: &str) -> String {
    fit(name, &format!("{ASYMMETRIC} --sites {sites}"))
}

#[test]
fn parts_put_together_are_the_model_of_one_machine() {
    let bench = bench();
    bench.works(&fit("whole.h5", ASYMMETRIC));
    let expected = bench.model("whole.h5");
    let sites = expected.columns.sites();
    // Neither here nor there do groups of eight end.
    bench.works(&part("p1.h5", "1-11"));
    bench.works(&part("p2.h5", "12-12"));
    bench.works(&part("p3.h5", &format!("13-{sites}")));
    bench.works("merge p3.h5 p1.h5 p2.h5 -o merged.h5");
    assert_same(&bench.model("merged.h5"), &expected);

    let merged = |parts: &str, code| refused(&bench, &format!("merge {parts} -o again.h5"), code);
    let said = merged("p1.h5 p3.h5", 1);
    assert!(
        said.contains("missing: 12-12") && said.contains("--sites 12-12"),
        "{said}"
    );
    let said = merged("p1.h5 p2.h5 p1.h5", 1);
    assert!(said.contains("site 1 is in p1.h5 and in p1.h5"), "{said}");
    let said = merged("p1.h5 whole.h5", 3);
    assert!(said.contains("a whole model"), "{said}");
    let said = refused(&bench, "contacts p1.h5", 3);
    assert!(said.contains("potts merge"), "{said}");
    let said = refused(&bench, "merge p1.h5 -o p1.h5", 2);
    assert!(said.contains("p1.h5"), "{said}");

    bench.works(&format!("{} --lambda-j 0.02x", part("other.h5", "12-12")));
    let said = merged("p1.h5 other.h5 p3.h5", 1);
    assert!(said.contains("--lambda-j: not given and 0.02x"), "{said}");
    assert!(!bench.path("again.h5").exists());
}

/// Every bit of the numbers of a part.
fn numbers(bench: &Bench, name: &str) -> Vec<Vec<u64>> {
    const NAMES: [&str; 6] = [
        "part/halves",
        "part/groups/fields",
        "part/groups/objective",
        "part/groups/evaluations",
        "part/groups/iterations",
        "part/groups/stop_reason",
    ];
    let mut all = Vec::new();
    look(&bench.path(name), |file| {
        for name in NAMES {
            let numbers = file.dataset(name).unwrap().read_raw::<f64>().unwrap();
            all.push(numbers.iter().map(|x| x.to_bits()).collect());
        }
    });
    all
}

#[test]
fn parts_are_stopped_and_go_on_like_models() {
    let options = format!("{ASYMMETRIC} --sites 1-30 --threads 1");
    let bench = stopped(bench(), &options);
    let said = refused(&bench, &part("m.h5", "1-31"), 2);
    assert!(said.contains("--sites: 1-30 then, 1-31 now"), "{said}");
    let said = bench.works(&part("m.h5", "1-30")).stderr;
    assert!(said.contains("resumed"), "{said}");
    bench.works(&part("once.h5", "1-30"));
    assert!(numbers(&bench, "m.h5") == numbers(&bench, "once.h5"));
}
