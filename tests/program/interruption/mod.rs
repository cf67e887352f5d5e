//! Fits that are stopped or killed and go on, and fits of some sites that are put together: the same model, to the last bit.
#![cfg(unix)]

mod common;

use common::data;
use potts::io::models::hdf5;
use potts::model::Model;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const SYMMETRIC: &[&str] = &["--tolerance", "1e-7"];
const ASYMMETRIC: &[&str] = &["--method", "plm-asymmetric", "--tolerance", "1e-6"];

/// A folder with a copy of the planted family, in which fits are run.
struct Workplace(tempfile::TempDir);

impl Workplace {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(data("planted.a2m"), folder.path().join("family.a2m")).unwrap();
        Self(folder)
    }

    /// With a fifth of the sequences.
    fn small() -> Self {
        let place = Self::new();
        let whole = std::fs::read_to_string(place.path("family.a2m")).unwrap();
        let records = whole.split_inclusive("\n>").step_by(5);
        std::fs::write(
            place.path("family.a2m"),
            records.collect::<String>().trim_end_matches('>'),
        )
        .unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_potts"));
        command.current_dir(self.0.path()).args(arguments);
        command.stdin(Stdio::null());
        command
    }

    /// `potts fit family.a2m -o OUTPUT OPTIONS`.
    fn fit(&self, output: &str, options: &[&str]) -> Command {
        let mut command = self.command(&["fit", "family.a2m", "-o", output]);
        command.args(options);
        command
    }

    fn model(&self, name: &str) -> Model {
        hdf5::read(&self.path(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn done(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    output
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A command that fails with this exit code; returns what it says.
fn refused(command: &mut Command, code: i32) -> String {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{}", errors(&output));
    errors(&output)
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
    let report = |model: &Model| {
        let mut report = model.record.clone().unwrap();
        report.history.iter_mut().for_each(|k| k.seconds = 0.0);
        report
    };
    assert_eq!(report(model), report(expected));
}

fn signal(process: u32, name: &str) {
    let status = Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .status();
    assert!(status.unwrap().success());
}

/// Waits until a file is there, or the process has ended.
fn wait_for(path: &Path, child: &mut std::process::Child) {
    let started = Instant::now();
    while !path.exists() && child.try_wait().unwrap().is_none() {
        assert!(started.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn killed_at_any_moment_nothing_is_lost_or_half_written() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut kills, mut resumed) = (0, 0);
    for options in [SYMMETRIC, ASYMMETRIC] {
        let place = Workplace::small();
        let whole = Instant::now();
        done(&mut place.fit("whole.h5", options));
        let whole_time = whole.elapsed().as_secs_f64();
        let expected = place.model("whole.h5");
        let killed = kills + 100;
        while kills < killed {
            let mut often = options.to_vec();
            often.extend(["--checkpoint-every", "0s", "--quiet"]);
            let mut child = place.fit("m.h5", &often).spawn().unwrap();
            let before = place.path("m.h5.checkpoint").exists();
            let time = whole_time * random.random_range(0.0..1.0);
            std::thread::sleep(Duration::from_secs_f64(time));
            child.kill().unwrap();
            let status = child.wait().unwrap();
            if place.path("m.h5").exists() {
                assert_same(&place.model("m.h5"), &expected);
                std::fs::remove_file(place.path("m.h5")).unwrap();
                // Killed between writing the model and removing the checkpoint.
                let _ = std::fs::remove_file(place.path("m.h5.checkpoint"));
            }
            if !status.success() {
                kills += 1;
                resumed += u32::from(before);
            }
        }
        // What is left of the last one ends where an uninterrupted fit does.
        done(&mut place.fit("m.h5", options));
        assert_same(&place.model("m.h5"), &expected);
        assert!(!place.path("m.h5.checkpoint").exists());
    }
    assert!(
        resumed > 50,
        "only {resumed} of {kills} had a state to go on from"
    );
}

#[test]
fn a_signal_keeps_the_state_and_the_same_command_goes_on() {
    for (options, at) in [(SYMMETRIC, "iteration "), (ASYMMETRIC, "groups of sites")] {
        let place = Workplace::new();
        done(&mut place.fit("whole.h5", options));
        let expected = place.model("whole.h5");
        for name in ["TERM", "INT", "USR1"] {
            let mut often = options.to_vec();
            often.extend(["--checkpoint-every", "0s", "--threads", "1"]);
            let mut command = place.fit("m.h5", &often);
            let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
            wait_for(&place.path("m.h5.checkpoint"), &mut child);
            signal(child.id(), name);
            let output = child.wait_with_output().unwrap();
            let said = errors(&output);
            assert_eq!(output.status.code(), Some(75), "{said}");
            assert!(said.contains("stopped  at ") && said.contains(at), "{said}");
            assert!(!place.path("m.h5").exists());
            // Threads and how often states are kept may change.
            let said = errors(&done(&mut place.fit("m.h5", options)));
            assert!(said.contains("resumed  at ") && said.contains(at), "{said}");
            assert_same(&place.model("m.h5"), &expected);
            assert_eq!(place.names(), ["family.a2m", "m.h5", "whole.h5"]);
            std::fs::remove_file(place.path("m.h5")).unwrap();
        }
    }
}

/// A workplace with the state of a stopped fit.
fn stopped(options: &[&str]) -> Workplace {
    let place = Workplace::new();
    let mut often = options.to_vec();
    often.extend(["--checkpoint-every", "0s"]);
    let mut child = place
        .fit("m.h5", &often)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(&place.path("m.h5.checkpoint"), &mut child);
    signal(child.id(), "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(75));
    place
}

#[test]
fn the_state_of_another_fit_is_refused_by_name() {
    let place = stopped(SYMMETRIC);
    let fit = |options: &[&str]| place.fit("m.h5", options);
    let said = refused(&mut fit(&["--tolerance", "1e-6"]), 2);
    assert!(said.contains("--tolerance: 1e-7 then, 1e-6 now"), "{said}");
    assert!(said.contains("--restart"), "{said}");
    let mut more = SYMMETRIC.to_vec();
    more.extend(["--lambda-j", "0.02x", "--force"]);
    let said = refused(&mut fit(&more), 2);
    assert!(
        said.contains("--lambda-j: not given then, 0.02x now"),
        "{said}"
    );

    let alignment = std::fs::read_to_string(place.path("family.a2m")).unwrap();
    let cut = alignment.rfind('>').unwrap();
    std::fs::write(place.path("family.a2m"), &alignment[..cut]).unwrap();
    let said = refused(&mut fit(SYMMETRIC), 2);
    assert!(
        said.contains("alignment: ") && said.contains(" then, "),
        "{said}"
    );
    // Nothing of that has touched the state.
    std::fs::write(place.path("family.a2m"), &alignment).unwrap();
    let said = errors(&done(&mut fit(SYMMETRIC)));
    assert!(said.contains("resumed"), "{said}");
}

#[test]
fn restart_discards_the_state_and_force_does_not() {
    let place = stopped(SYMMETRIC);
    std::fs::write(place.path("m.h5"), "something else").unwrap();
    let said = refused(&mut place.fit("m.h5", SYMMETRIC), 1);
    assert!(said.contains("exists already"), "{said}");
    let with = |option: &'static str| [SYMMETRIC, &[option]].concat();
    let said = errors(&done(&mut place.fit("m.h5", &with("--force"))));
    assert!(said.contains("resumed"), "{said}");

    let place = stopped(SYMMETRIC);
    let said = errors(&done(&mut place.fit("m.h5", &with("--restart"))));
    assert!(!said.contains("resumed"), "{said}");
    assert!(!place.path("m.h5.checkpoint").exists());
}

#[test]
fn a_damaged_state_is_refused() {
    let place = stopped(SYMMETRIC);
    let path = place.path("m.h5.checkpoint");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let said = refused(&mut place.fit("m.h5", SYMMETRIC), 3);
    assert!(
        said.contains("damaged") && said.contains("--restart"),
        "{said}"
    );
}

#[test]
fn parts_put_together_are_the_model_of_one_machine() {
    let place = Workplace::new();
    done(&mut place.fit("whole.h5", ASYMMETRIC));
    let expected = place.model("whole.h5");
    let sites = expected.columns.sites();
    let part = |name: &str, first: usize, last: usize| {
        let range = format!("{first}-{last}");
        done(&mut place.fit(name, &[ASYMMETRIC, &["--sites", &range]].concat()));
    };
    // Neither here nor there do groups of eight end.
    part("p1.h5", 1, 11);
    part("p2.h5", 12, 12);
    part("p3.h5", 13, sites);
    done(&mut place.command(&["merge", "p3.h5", "p1.h5", "p2.h5", "-o", "merged.h5"]));
    assert_same(&place.model("merged.h5"), &expected);

    let merge =
        |arguments: &[&str]| place.command(&[&["merge"], arguments, &["-o", "again.h5"]].concat());
    let said = refused(&mut merge(&["p1.h5", "p3.h5"]), 1);
    assert!(
        said.contains("missing: 12-12") && said.contains("--sites 12-12"),
        "{said}"
    );
    let said = refused(&mut merge(&["p1.h5", "p2.h5", "p1.h5"]), 1);
    assert!(said.contains("site 1 is in p1.h5 and in p1.h5"), "{said}");
    let said = refused(&mut merge(&["p1.h5", "whole.h5"]), 3);
    assert!(said.contains("a whole model"), "{said}");
    let said = refused(&mut place.command(&["contacts", "p1.h5"]), 3);
    assert!(said.contains("potts merge"), "{said}");
    let said = refused(&mut place.command(&["merge", "p1.h5", "-o", "p1.h5"]), 2);
    assert!(said.contains("p1.h5"), "{said}");

    let mut other = place.fit("other.h5", ASYMMETRIC);
    done(other.args(["--sites", "12-12", "--lambda-j", "0.02x"]));
    let said = refused(&mut merge(&["p1.h5", "other.h5", "p3.h5"]), 1);
    assert!(said.contains("--lambda-j: not given and 0.02x"), "{said}");
    assert!(!place.path("again.h5").exists());
}

#[test]
fn a_damaged_part_is_an_error_and_no_panic() {
    let place = Workplace::small();
    done(&mut place.fit("p.h5", &[ASYMMETRIC, &["--sites", "3-4"]].concat()));
    let whole = std::fs::read(place.path("p.h5")).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut refused = 0;
    for round in 0..400 {
        let mut bytes = whole.clone();
        match round % 4 {
            0 => bytes.truncate(random.random_range(0..whole.len())),
            // Most of the file are numbers; what they lie in stands in front.
            1 => bytes[random.random_range(0..8192)] = random.random(),
            _ => bytes[random.random_range(0..whole.len())] ^= 1 << random.random_range(0..8),
        }
        std::fs::write(place.path("q.h5"), bytes).unwrap();
        match hdf5::read_part(&place.path("q.h5")) {
            Err(potts::Error::Input { .. }) => refused += 1,
            Err(other) => panic!("{other}"),
            Ok(part) => assert!(part.sites.end <= 76 && !part.sites.is_empty()),
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn parts_are_stopped_and_go_on_like_models() {
    let place = stopped(&[ASYMMETRIC, &["--sites", "1-30", "--threads", "1"]].concat());
    let part = |last: &str| {
        let sites = format!("1-{last}");
        place.fit("m.h5", &[ASYMMETRIC, &["--sites", &sites]].concat())
    };
    let said = refused(&mut part("31"), 2);
    assert!(said.contains("--sites: 1-30 then, 1-31 now"), "{said}");
    let said = errors(&done(&mut part("30")));
    assert!(said.contains("resumed"), "{said}");
    done(&mut place.fit("once.h5", &[ASYMMETRIC, &["--sites", "1-30"]].concat()));
    let read = |name: &str| hdf5::read_part(&place.path(name)).unwrap();
    assert!(read("m.h5").halves == read("once.h5").halves);
    assert_eq!(read("m.h5").ends, read("once.h5").ends);
}

#[test]
fn wrong_sites_are_refused() {
    let place = Workplace::new();
    let fit = |options: &[&str]| place.fit("p.h5", options);
    for wrong in ["0-3", "5-4", "7", "a-b", "-1-3"] {
        let sites = format!("--sites={wrong}");
        refused(&mut fit(&["--method", "plm-asymmetric", &sites]), 2);
    }
    let said = refused(&mut fit(&["--sites", "1-8"]), 2);
    assert!(said.contains("--method plm-asymmetric"), "{said}");
    let said = refused(
        &mut fit(&["--method", "plm-asymmetric", "--sites", "1-10000"]),
        2,
    );
    assert!(said.contains("the sites of this family are 1-"), "{said}");
}
