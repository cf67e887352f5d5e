//! Fits that are stopped or killed and go on, and fits of some sites that are put together: the same model, to the last bit.

mod chains;
mod kills;
mod parts;
mod states;

use crate::support::{Bench, Model, Run, part_of_planted, send};
use rustix::process::Signal;
use std::process::Child;
use std::time::{Duration, Instant};

pub const SYMMETRIC: &str = "--tolerance 1e-7";
const ASYMMETRIC: &str = "--method plm-asymmetric --tolerance 1e-6";

/// A folder with `family.a2m`: 600 sequences, and sites for five groups of eight.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(5, 42));
    bench
}

fn fit(output: &str, options: &str) -> String {
    format!("fit family.a2m -o {output} {options}")
}

/// A command that fails with this exit code; returns what it says.
pub fn refused(bench: &Bench, arguments: &str, code: i32) -> String {
    let run = bench.run(arguments);
    assert_eq!(run.code, code, "potts {arguments}\n{}", run.stderr);
    run.stderr
}

/// All that a fit finds, without what depends on the clock and the command line.
fn assert_same(model: &Model, expected: &Model) {
    let bits = |model: &Model| -> Vec<u32> {
        let couplings = model.couplings().map_or(&[][..], |c| c.as_slice());
        let fields = model.fields().unwrap().iter().chain(couplings);
        fields.map(|v| v.to_bits()).collect()
    };
    assert!(bits(model) == bits(expected), "other parameters");
    assert!(model.family == expected.family);
    assert!(model.independent_fields == expected.independent_fields);
    assert_eq!(model.columns, expected.columns);
    assert_eq!(model.gauge, expected.gauge);
    let record = |model: &Model| {
        let mut record = model.record.clone().unwrap();
        record.history.iter_mut().for_each(|k| k.seconds = 0.0);
        record
    };
    assert_eq!(record(model), record(expected));
}

/// Starts a fit to `m.h5` that keeps its state all the time, and stops it with a signal once it has one. One that has ended before the signal
/// came is begun anew.
fn stop(bench: &Bench, options: &str, signal: Signal) -> Run {
    for _ in 0..10 {
        let run = signalled(bench, options, signal);
        if run.code != 0 {
            return run;
        }
        std::fs::remove_file(bench.path("m.h5")).unwrap();
    }
    panic!("the fit is always done before it can be stopped");
}

fn signalled(bench: &Bench, options: &str, signal: Signal) -> Run {
    let often = format!("{options} --checkpoint-every 0s");
    let mut child = bench.start(&fit("m.h5", &often));
    wait_for_state(bench, &mut child);
    send(signal, &child);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().expect("not killed by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Waits until the state of `m.h5` is there, or the process has ended.
fn wait_for_state(bench: &Bench, child: &mut Child) {
    let started = Instant::now();
    let state = bench.path("m.h5.checkpoint");
    while !state.exists() && child.try_wait().unwrap().is_none() {
        assert!(started.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Leaves the state of a stopped fit in the folder.
pub fn stopped(bench: Bench, options: &str) -> Bench {
    let run = stop(&bench, options, Signal::TERM);
    assert_eq!(run.code, 75, "{}", run.stderr);
    bench
}
