//! Every command with streams, limits and arguments that nobody wants, and signals at some moments: each ends soon, with a code that is documented,
//! loses no file of the user's and leaves none that the next command does not sweep.

use super::{CODES, COMMANDS, bench, temporary};
use crate::support::Bench;
use std::collections::BTreeMap;
use std::fs::File;
use std::time::{Duration, Instant, SystemTime};

/// What is done to standard output and error.
const STREAMS: [&str; 5] = [
    ">&-",
    "2>&-",
    ">/dev/full",
    "2>/dev/full >/dev/full",
    "| true",
];

/// Limits of bash's `ulimit`: addresses and files in kilobytes, open files, seconds of a processor.
const LIMITS: [&str; 5] = ["-v 600000", "-f 1", "-n 12", "-n 5", "-t 1"];

/// Signals, by their names in bash.
const SIGNALS: [&str; 6] = ["TERM", "INT", "HUP", "USR1", "XCPU", "KILL"];

/// Moments at which they are sent, in milliseconds, unless the variable POTTS_TEST_MOMENTS says how many: `.ci/long/hostile.sh` asks for many more.
const MOMENTS: u32 = 1;

/// Longest time that a command may take, whatever is done to it.
const LONGEST: Duration = Duration::from_secs(10);

/// The folder, what the user has in it, and how much has been tried.
struct Matrix {
    bench: Bench,
    mine: BTreeMap<String, Vec<u8>>,
    runs: u32,
}

impl Matrix {
    fn new() -> Self {
        let bench = bench();
        let mine = contents(&bench);
        Self {
            bench,
            mine,
            runs: 0,
        }
    }

    /// Runs a line of bash, whose exit code is that of the program.
    fn run(&mut self, line: &str, signal: Option<&str>) {
        self.runs += 1;
        let begun = Instant::now();
        let output = self
            .bench
            .script(&format!("export OPENBLAS_NUM_THREADS=1; {line}"));
        assert!(begun.elapsed() < LONGEST, "{line}: {:?}", begun.elapsed());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("panicked"), "{line}: {said}");
        let code = output.status.code().unwrap_or(-1);
        let by_signal = |name: &&str| number(name) == Some(code - 128);
        let ended = signal.iter().any(by_signal);
        assert!(CODES.contains(&code) || ended, "{line}: {code} {said}");
        self.check(line);
    }

    /// The files of the user are as they were; and what is left goes with the next command.
    fn check(&self, line: &str) {
        let left = temporary(&self.bench);
        if !left.is_empty() {
            self.age(&left);
            self.bench.works("weights family.fa -q -o swept.tsv");
            assert_eq!(temporary(&self.bench), Vec::<String>::new(), "{line}");
        }
        self.bench.script("rm -rf new* swept.tsv out out2");
        assert!(
            contents(&self.bench) == self.mine,
            "{line}: {:?}",
            self.bench.files()
        );
    }

    /// What has just been written may be in use: it is swept once it is older.
    fn age(&self, names: &[String]) {
        for name in names {
            let file = File::options().append(true).open(self.bench.path(name));
            let long_ago = SystemTime::now() - Duration::from_secs(60);
            file.and_then(|file| file.set_modified(long_ago)).unwrap();
        }
    }
}

/// The files of a folder and what is in them.
fn contents(bench: &Bench) -> BTreeMap<String, Vec<u8>> {
    let files = bench.files().into_iter();
    let files = files.filter(|name| bench.path(name).is_file());
    files
        .map(|name| (name.clone(), std::fs::read(bench.path(&name)).unwrap()))
        .collect()
}

/// The number of a signal.
fn number(name: &str) -> Option<i32> {
    let numbers = [
        ("HUP", 1),
        ("INT", 2),
        ("KILL", 9),
        ("USR1", 10),
        ("PIPE", 13),
        ("TERM", 15),
        ("XCPU", 24),
        ("XFSZ", 25),
    ];
    numbers
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, number)| *number)
}

/// The commands of the other tests, and those over lists.
fn commands() -> Vec<String> {
    let more = [
        "fit --batch list --out-dir out -q",
        "contacts --batch models --out-dir out2 -q",
    ];
    COMMANDS
        .iter()
        .chain(&more)
        .map(|command| (*command).to_owned())
        .collect()
}

fn matrix() -> Matrix {
    let mut matrix = Matrix::new();
    matrix.bench.write("list", "family.fa\n");
    matrix.bench.write("models", "family.h5\n");
    matrix.mine = contents(&matrix.bench);
    matrix
}

#[test]
fn streams_that_fail_and_limits_that_bind_end_in_a_code() {
    let mut matrix = matrix();
    for command in commands() {
        for stream in STREAMS {
            matrix.run(
                &format!("potts {command} {stream}; exit ${{PIPESTATUS[0]}}"),
                None,
            );
        }
        for limit in LIMITS {
            let line = format!("(ulimit -S {limit}; exec potts {command}) > /dev/null");
            // The second of the processor is up: the system ends the process unless it stops by itself.
            let signal = if limit.starts_with("-t") {
                Some("XCPU")
            } else {
                None
            };
            matrix.run(&line, signal);
        }
    }
    assert_eq!(matrix.runs, 10 * 18);
}

#[test]
fn arguments_that_are_no_text_end_in_a_code() {
    let mut matrix = matrix();
    for command in commands() {
        let wild = r"$'\xff\xfe\e[31m'";
        for line in [
            format!("potts {command} {wild}"),
            format!("potts {command} --threads {wild}"),
            format!(
                "potts {} {wild}",
                command.split(' ').next().unwrap_or_default()
            ),
        ] {
            matrix.run(&format!("{line} > /dev/null"), None);
        }
    }
    assert_eq!(matrix.runs, 3 * 18);
}

#[test]
fn signals_at_some_moments_end_in_a_code() {
    let moments = std::env::var("POTTS_TEST_MOMENTS").map_or(MOMENTS, |n| n.parse().unwrap());
    let mut matrix = matrix();
    for (k, command) in commands().iter().enumerate() {
        for signal in SIGNALS {
            for moment in 0..moments {
                // Spread over the time that the shortest take, and some.
                let after = 2 + (17 * k as u32 + 41 * moment) % 60;
                let line = format!(
                    "potts {command} > /dev/null 2>&1 & sleep 0.{after:03}; kill -{signal} $! 2> /dev/null; wait $!"
                );
                matrix.run(&line, Some(signal));
                // Children of a batch that was killed end by themselves, and then let go of what they hold.
                if signal == "KILL" && command.contains("--batch") {
                    std::thread::sleep(Duration::from_millis(300));
                    matrix.bench.script("rm -rf out out2");
                }
            }
        }
    }
    assert_eq!(matrix.runs, moments * 6 * 18);
}
