//! Signals at any moment of any command.

use super::{CODES, COMMANDS, bench, code, temporary};
use crate::support::{Bench, part_of_planted, send};
use rustix::process::Signal;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

/// How often mean field is told to stop, unless the variable POTTS_TEST_KILLS says so: `.ci/long/kills.sh` asks for many more.
const STOPS: u32 = 24;

const SIGNALS: [Signal; 6] = [
    Signal::TERM,
    Signal::INT,
    Signal::USR1,
    Signal::USR2,
    Signal::HUP,
    Signal::XCPU,
];

/// Starts a command, sends the signal after some time, and waits for the end, which must come within ten seconds.
fn stopped(bench: &Bench, command: &str, signal: Signal, after: Duration) -> ExitStatus {
    let mut child = bench.start(command);
    std::thread::sleep(after);
    send(signal, &child);
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if begun.elapsed() > Duration::from_secs(10) {
            child.kill().unwrap();
            panic!("{command} hangs {after:?} after its start, at {signal:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A code that is documented, or the end by this signal.
fn is_right(status: ExitStatus, signal: Signal) -> bool {
    let number = signal.as_raw();
    let by_code = code(status).is_some_and(|c| CODES.contains(&c) || c == 128 + number);
    by_code || status.signal() == Some(number)
}

#[test]
fn every_command_ends_at_once_and_leaves_nothing() {
    let bench = bench();
    bench.write("family.a2m", part_of_planted(5, 42));
    let before: Vec<String> = bench.files();
    for (k, command) in COMMANDS.iter().enumerate() {
        let command = command.replace("family.fa", "family.a2m");
        for moment in 0..8u32 {
            let signal = SIGNALS[(k + moment as usize) % SIGNALS.len()];
            let after = Duration::from_millis(u64::from(3 * moment * moment));
            let status = stopped(&bench, &command, signal, after);
            assert!(is_right(status, signal), "{command}, {signal:?}: {status}");
            assert!(
                temporary(&bench).is_empty(),
                "{command}: {:?}",
                temporary(&bench)
            );
            for name in bench.files() {
                if !before.contains(&name) {
                    std::fs::remove_file(bench.path(&name)).unwrap();
                }
            }
        }
    }
}

#[test]
fn mean_field_is_told_to_stop_and_does() {
    let wanted = std::env::var("POTTS_TEST_KILLS").map_or(STOPS, |n| n.parse().unwrap());
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(5, 76));
    let command = "fit family.a2m --method mean-field -o m.h5 -q --threads 2";
    let begun = Instant::now();
    bench.works(command);
    let mut whole = begun.elapsed();
    std::fs::remove_file(bench.path("m.h5")).unwrap();
    let mut ended_early = 0;
    for k in 0..wanted {
        let signal = SIGNALS[k as usize % SIGNALS.len()];
        let after = whole * (k % 20) / 20;
        let begun = Instant::now();
        let status = stopped(&bench, command, signal, after);
        if status.success() {
            // The machine had more to do when it was measured.
            whole = whole.min(begun.elapsed());
        }
        assert!(
            is_right(status, signal),
            "{signal:?} after {after:?}: {status}"
        );
        assert!(temporary(&bench).is_empty());
        ended_early += u32::from(!status.success());
        let _ = std::fs::remove_file(bench.path("m.h5"));
    }
    assert!(
        ended_early > wanted / 2,
        "only {ended_early} of {wanted} were stopped"
    );
}

#[test]
fn a_command_whose_output_is_there_is_done() {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(20, 60));
    bench.works("fit family.a2m -o m.h5 -q");
    for (command, output) in [
        ("contacts m.h5 -q --top all", "o.tsv"),
        ("convert m.h5 o.npz -q", "o.npz"),
    ] {
        let option = if command.contains(output) {
            ""
        } else {
            "-o o.tsv"
        };
        // What it takes without a signal, in milliseconds.
        let script = format!(
            "potts {command} {option}; rm {output}; begun=$(date +%s%N); potts {command} {option}; \
             whole=$(( ($(date +%s%N) - begun) / 1000 )); rm {output}; \
             for k in $(seq 40); do \
             potts {command} {option} & p=$!; sleep $(printf '0.%06d' $((whole * (20 + 2 * k) / 100))); \
             kill -TERM $p 2>/dev/null; wait $p; echo $? $(ls {output} 2>/dev/null); rm -f {output}; done"
        );
        let said = bench.script(&script);
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 40, "{said}");
        let done = format!("0 {output}");
        assert!(
            lines.iter().all(|line| *line == done || *line == "143"),
            "{said}"
        );
    }
}
