//! Fits that are killed or told to stop.

use super::{ASYMMETRIC, SYMMETRIC, assert_same, bench, fit, stop};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::process::Signal;
use std::time::{Duration, Instant};

/// How often the test kills, unless the variable POTTS_TEST_KILLS says so: `.ci/long/kills.sh` asks for many more.
const KILLS: u32 = 24;

#[test]
fn killed_at_any_moment_nothing_is_lost_or_half_written() {
    let wanted = std::env::var("POTTS_TEST_KILLS").map_or(KILLS, |n| n.parse().unwrap());
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut kills, mut resumed) = (0, 0);
    for options in [SYMMETRIC, ASYMMETRIC] {
        let bench = bench();
        let whole = Instant::now();
        bench.works(&fit("whole.h5", options));
        let whole_time = whole.elapsed().as_secs_f64();
        let expected = bench.model("whole.h5");
        let killed = kills + wanted / 2;
        while kills < killed {
            let often = format!("{options} --checkpoint-every 0s --quiet");
            let before = bench.path("m.h5.checkpoint").exists();
            let mut child = bench.start(&fit("m.h5", &often));
            let time = whole_time * random.random_range(0.0..1.0);
            std::thread::sleep(Duration::from_secs_f64(time));
            child.kill().unwrap();
            let status = child.wait().unwrap();
            if bench.path("m.h5").exists() {
                assert_same(&bench.model("m.h5"), &expected);
                std::fs::remove_file(bench.path("m.h5")).unwrap();
                // Killed between writing the model and removing the checkpoint.
                let _ = std::fs::remove_file(bench.path("m.h5.checkpoint"));
            }
            if !status.success() {
                kills += 1;
                resumed += u32::from(before);
            }
        }
        // What is left of the last one ends where an uninterrupted fit does.
        bench.works(&fit("m.h5", options));
        assert_same(&bench.model("m.h5"), &expected);
        assert!(!bench.path("m.h5.checkpoint").exists());
    }
    assert!(
        resumed > kills / 4,
        "only {resumed} of {kills} had a state to go on from"
    );
}

#[test]
fn a_signal_keeps_the_state_and_the_same_command_goes_on() {
    for (options, at) in [(SYMMETRIC, "iteration "), (ASYMMETRIC, "groups of sites")] {
        let bench = bench();
        bench.works(&fit("whole.h5", options));
        let expected = bench.model("whole.h5");
        for signal in [Signal::TERM, Signal::INT, Signal::USR1] {
            let run = stop(&bench, &format!("{options} --threads 1"), signal);
            let said = run.stderr;
            assert_eq!(run.code, 75, "{said}");
            assert!(said.contains("stopped  at ") && said.contains(at), "{said}");
            assert!(!bench.path("m.h5").exists());
            // Threads and how often states are kept may change.
            let said = bench.works(&fit("m.h5", options)).stderr;
            assert!(said.contains("resumed  at ") && said.contains(at), "{said}");
            assert_same(&bench.model("m.h5"), &expected);
            let files = ["family.a2m", "family.fa", "m.h5", "whole.h5"];
            assert_eq!(bench.files(), files);
            std::fs::remove_file(bench.path("m.h5")).unwrap();
        }
    }
}
