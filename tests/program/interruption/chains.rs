//! Sequences, log Z, verdicts and evaluations that are stopped and go on: the same bytes.

use super::refused;
use crate::support::{Bench, part_of_planted, send, wait_until};
use rustix::process::Signal;
use std::time::Duration;

/// No run is stopped more often.
const STOPS: u64 = 5;

/// A folder with `m.h5`, of 600 sequences of 40 sites.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(5, 42));
    bench.works("fit family.a2m -o m.h5 --gaps state -q");
    bench
}

/// What a command writes to `output` when it is stopped some times, each after it has got further than before, and how often it was.
fn with_stops(bench: &Bench, command: &str, output: &str) -> (Vec<u8>, usize) {
    let state = bench.path(&format!("{output}.checkpoint"));
    let mut stops = 0;
    for run in 1..=STOPS {
        let mut child = bench.start(&format!("{command} --checkpoint-every 0s"));
        let seen = || state.metadata().ok().and_then(|file| file.modified().ok());
        let before = seen();
        wait_until("it is kept or done", || {
            seen() > before || child.try_wait().unwrap().is_some()
        });
        std::thread::sleep(Duration::from_millis(10 * run));
        send(Signal::TERM, &child);
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(run == 1 || said.contains("resumed"), "{said}");
        if ended.status.success() {
            break;
        }
        assert_eq!(ended.status.code(), Some(75), "{said}");
        assert!(said.contains("the same command goes on from"), "{said}");
        assert!(!bench.path(output).exists());
        stops += 1;
    }
    if stops == STOPS as usize {
        let said = bench.works(command).stderr;
        assert!(said.contains("resumed"), "{said}");
    }
    assert!(!state.exists());
    (std::fs::read(bench.path(output)).unwrap(), stops)
}

/// A command's output without a stop, at a different number of threads, and with some.
fn the_same(bench: &Bench, command: &str, output: &str) {
    let to = |name: &str| format!("{command} -o {name}");
    bench.works(&format!(
        "{} --threads 1 -q",
        to(&format!("whole.{output}"))
    ));
    let whole = std::fs::read(bench.path(&format!("whole.{output}"))).unwrap();
    let (found, stops) = with_stops(bench, &to(output), output);
    assert!(stops > 0, "{command} was never stopped");
    assert!(found == whole, "{command}: other bytes after {stops} stops");
}

#[test]
fn sequences_go_on() {
    let bench = bench();
    the_same(&bench, "sample m.h5 -n 30000", "s.fasta");
    the_same(
        &bench,
        "sample m.h5 -n 3000 --tempering 4 --temperature 0.8",
        "t.tsv.gz",
    );
    the_same(&bench, "sample m.h5 -n 2000 --anneal 1:0.3", "a.tsv");
    the_same(&bench, "sample m.h5 -n 20000 --max-mutations 6", "v.tsv");
}

#[test]
fn a_search_for_a_temperature_goes_on() {
    the_same(&bench(), "sample m.h5 -n 20000 --temperature auto", "s.tsv");
}

#[test]
fn log_z_goes_on() {
    let bench = bench();
    the_same(&bench, "partition m.h5 --steps 3000", "z.tsv");
    the_same(
        &bench,
        "partition m.h5 --estimator annealing,integration",
        "two.tsv",
    );
    the_same(
        &bench,
        "partition m.h5 --temperature-curve 0.8:1.5:4",
        "curve.tsv",
    );
}

#[test]
fn an_evaluation_goes_on() {
    the_same(&bench(), "evaluate m.h5 -n 20000", "e.tsv");
}

#[test]
fn a_verdict_goes_on() {
    let bench = bench();
    // An energy is of a sequence with a residue.
    let family = bench.read("family.a2m");
    let records = family.split('>').skip(1).filter(|record| {
        let rows = record.split_once('\n').map_or("", |(_, rows)| rows);
        rows.contains(|letter: char| letter.is_alphabetic())
    });
    let records: Vec<String> = records.map(|record| format!(">{record}")).collect();
    bench.write("some.a2m", records.concat());
    let command = "energy m.h5 some.a2m --verdict --false-alarm 0.1";
    the_same(&bench, command, "e.tsv");
}

#[test]
fn states_of_other_work_are_refused_and_restarted() {
    let bench = bench();
    let command = "sample m.h5 -n 300000 -o s.fasta";
    let state = bench.path("s.fasta.checkpoint");
    let child = bench.start(&format!("{command} --checkpoint-every 0s"));
    wait_until("it is kept", || state.exists());
    send(Signal::TERM, &child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(75));
    let said = refused(&bench, "sample m.h5 -n 300 -o s.fasta", 2);
    assert!(
        said.contains("-n: 300000 then, 300 now")
            || said.contains("--number: 300000 then, 300 now"),
        "{said}"
    );
    bench.works("fit family.a2m -o m.h5 --gaps state -q --force --lambda-j 0.02x");
    let said = refused(&bench, command, 2);
    assert!(said.contains("model: "), "{said}");
    bench.works("sample m.h5 -n 300 -o s.fasta --restart -q");
    assert!(!state.exists());
}

/// Without a file there is nothing to keep a state in, unless one is named.
#[test]
fn standard_output_has_a_state_where_one_is_named() {
    let bench = bench();
    let command = "sample m.h5 -n 20000 --checkpoint state --checkpoint-every 0s";
    let child = bench.start(command);
    let state = bench.path("state");
    wait_until("it is kept", || state.exists());
    send(Signal::TERM, &child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(75));
    let rest = bench.works(command);
    assert_eq!(rest.stdout, bench.works("sample m.h5 -n 20000").stdout);
    assert!(!state.exists());
}
