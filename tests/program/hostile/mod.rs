//! Streams that cannot be written, signals at any moment, narrow limits, odd names: an exit code from the list, no hang, no file lost and none left.

mod files;
mod flips;
mod inputs;
mod layouts;
mod limits;
mod matrix;
mod memory;
mod shown;
mod signals;
mod streams;

use crate::support::Bench;
use std::process::ExitStatus;

/// With `family.h5`, a table of its mutants, and two parts of a fit.
fn bench() -> Bench {
    let bench = Bench::with_model();
    bench.write("table.csv", "mutant,y\nA10C,1\nC11E,2\n");
    bench.works("fit family.fa --method plm-asymmetric --sites 1-4 -o one.part -q");
    bench.works("fit family.fa --method plm-asymmetric --sites 5-8 -o two.part -q");
    bench
}

/// One run of every command, of which some write `new*`.
const COMMANDS: [&str; 16] = [
    "fit family.fa -o new.h5 --json -v",
    "fit family.fa --method mean-field -o new.h5",
    "plan family.fa",
    "merge one.part two.part -o new.h5",
    "contacts family.h5",
    "score-mutants family.h5 table.csv",
    "score-mutants family.h5 --all-single --json -o new.csv",
    "epistasis family.h5 --partners 12",
    "weights family.fa",
    "report family.h5 -o new.html",
    "plot contacts family.h5 -o new.png",
    "objective family.h5 family.fa",
    "info family.h5",
    "convert family.h5 new.model",
    "completions bash",
    "man",
];

/// Exit codes that are documented.
const CODES: [i32; 6] = [0, 1, 2, 3, 4, 75];

/// Names of the files that the program makes for a time only.
fn temporary(bench: &Bench) -> Vec<String> {
    let files = bench.files().into_iter();
    files.filter(|name| name.starts_with('.')).collect()
}

/// The code of a process that no signal has ended.
fn code(status: ExitStatus) -> Option<i32> {
    status.code()
}
