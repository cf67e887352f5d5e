//! States that fit and states that do not.

use super::{SYMMETRIC, bench, fit, refused, stopped};
use crate::support::send;
use rustix::process::Signal;

/// Where replicates are fitted, the fit itself is kept: it does not begin again.
#[test]
fn a_fit_that_is_stopped_among_its_replicates_is_not_lost() {
    let bench = bench();
    let options = "--bootstrap 400 --threads 1";
    let child = bench.start(&fit("m.h5", options));
    let state = bench.path("m.h5.checkpoint");
    crate::support::wait_until("the fit is kept", || state.exists());
    send(Signal::TERM, &child);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(75), "{said}");
    assert!(said.contains("begins its replicates again"), "{said}");
    assert!(state.exists());
    let few = "--bootstrap 3 --threads 1";
    let said = bench.works(&fit("m.h5", few)).stderr;
    assert!(said.contains("resumed"), "{said}");
    assert!(!state.exists());
    bench.works(&fit("whole.h5", few));
    let numbers = |model: &str| {
        let contacts = bench.works(&format!("contacts {model} --top all"));
        let mutants = bench.works(&format!("score-mutants {model} --all-single"));
        contacts.stdout + &mutants.stdout
    };
    assert_eq!(numbers("m.h5"), numbers("whole.h5"));
}

#[test]
fn a_penalty_that_was_drawn_is_not_that_of_another_draw() {
    let options = "--lambda-j auto --seed 7 --tolerance 1e-7";
    let bench = stopped(bench(), options);
    let said = refused(
        &bench,
        &fit("m.h5", "--lambda-j auto --seed 8 --tolerance 1e-7"),
        2,
    );
    assert!(said.contains("--seed: 7 then, 8 now"), "{said}");
    bench.works(&fit("m.h5", options));
}

#[test]
fn the_state_of_another_fit_is_refused_by_name() {
    let bench = stopped(bench(), SYMMETRIC);
    let refused = |options: &str| refused(&bench, &fit("m.h5", options), 2);
    let said = refused("--tolerance 1e-6");
    assert!(said.contains("--tolerance: 1e-7 then, 1e-6 now"), "{said}");
    assert!(said.contains("--restart"), "{said}");
    let said = refused(&format!("{SYMMETRIC} --lambda-j 0.02x --force"));
    assert!(
        said.contains("--lambda-j: not given then, 0.02x now"),
        "{said}"
    );

    let alignment = bench.read("family.a2m");
    let cut = alignment.rfind('>').unwrap();
    bench.write("family.a2m", &alignment[..cut]);
    let said = refused(SYMMETRIC);
    assert!(
        said.contains("alignment: ") && said.contains(" then, "),
        "{said}"
    );
    // Nothing of that has touched the state.
    bench.write("family.a2m", &alignment);
    let said = bench.works(&fit("m.h5", SYMMETRIC)).stderr;
    assert!(said.contains("resumed"), "{said}");
}

#[test]
fn restart_discards_the_state_and_force_does_not() {
    let bench = stopped(bench(), SYMMETRIC);
    bench.write("m.h5", "something else");
    let said = refused(&bench, &fit("m.h5", SYMMETRIC), 1);
    assert!(said.contains("exists already"), "{said}");
    let with = |option: &str| fit("m.h5", &format!("{SYMMETRIC} {option}"));
    let said = bench.works(&with("--force")).stderr;
    assert!(said.contains("resumed"), "{said}");

    let bench = stopped(super::bench(), SYMMETRIC);
    let said = bench.works(&with("--restart")).stderr;
    assert!(!said.contains("resumed"), "{said}");
    assert!(!bench.path("m.h5.checkpoint").exists());
}

#[test]
fn a_damaged_state_is_refused() {
    let bench = stopped(bench(), SYMMETRIC);
    let path = bench.path("m.h5.checkpoint");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let said = refused(&bench, &fit("m.h5", SYMMETRIC), 3);
    assert!(
        said.contains("damaged") && said.contains("--restart"),
        "{said}"
    );
}

#[test]
fn wrong_sites_are_refused() {
    let bench = bench();
    let refused = |options: &str| refused(&bench, &fit("p.h5", options), 2);
    for wrong in ["0-3", "5-4", "7", "a-b", "-1-3"] {
        refused(&format!("--method plm-asymmetric --sites={wrong}"));
    }
    let said = refused("--sites 1-8");
    assert!(said.contains("--method plm-asymmetric"), "{said}");
    let said = refused("--method plm-asymmetric --sites 1-10000");
    assert!(said.contains("the sites of this family are 1-"), "{said}");
}
