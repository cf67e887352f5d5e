//! Bits that flip on a disk or on the way, as the program sees them: a file is refused, or gives what it gave before.

use crate::support::{Bench, part_of_planted};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::process::Signal;
use std::time::Duration;

/// Flips in each file; those of the library's own tests are many more.
const FLIPS: usize = 6;

/// Flips a bit of a file here and there, and compares what commands give with what they gave before; returns how often one refused it.
fn flipped(bench: &Bench, name: &str, commands: &[&str], seed: u64) -> usize {
    let path = bench.path(name);
    let whole = std::fs::read(&path).unwrap();
    let expected: Vec<String> = commands.iter().map(|c| bench.works(c).stdout).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut refused = 0;
    for _ in 0..FLIPS {
        let (byte, bit) = (
            random.random_range(0..whole.len()),
            random.random_range(0..8),
        );
        let mut damaged = whole.clone();
        damaged[byte] ^= 1 << bit;
        std::fs::write(&path, damaged).unwrap();
        for (command, expected) in commands.iter().zip(&expected) {
            let run = bench.run(command);
            let at = format!("potts {command}, byte {byte}, bit {bit}: {}", run.stderr);
            match run.code {
                0 => assert_eq!(&run.stdout, expected, "{at}"),
                code => {
                    assert_eq!(code, 3, "{at}");
                    assert!(run.stderr.contains(name) && run.stdout.is_empty(), "{at}");
                    refused += 1;
                }
            }
        }
    }
    std::fs::write(&path, whole).unwrap();
    refused
}

#[test]
fn flips_in_a_model_are_refused_or_change_nothing() {
    let bench = Bench::with_model();
    let commands = [
        "info family.h5 --json",
        "contacts family.h5 --top all --min-separation 1 -q",
        "score-mutants family.h5 --all-single -q",
        "objective family.h5 family.fa --json",
    ];
    assert!(flipped(&bench, "family.h5", &commands, 1) > FLIPS);
}

#[test]
fn a_flip_in_couplings_names_the_sites() {
    let bench = Bench::with_model();
    let mut bytes = std::fs::read(bench.path("family.h5")).unwrap();
    let end = bytes.len();
    let start = crate::support::start_of_couplings(&bench.path("family.h5"));
    assert!(start + 28 * 1600 <= end);
    bytes[start + 1601] ^= 1;
    bench.write("family.h5", bytes);
    let words = [
        "family.h5",
        "damaged",
        "couplings of the sites 1 and 2 to 1 and 3",
        "again",
    ];
    for command in [
        "contacts family.h5",
        "info family.h5",
        "score-mutants family.h5 A10T",
        "objective family.h5 family.fa",
        "convert family.h5 family.npz",
        "fit family.fa -o warm.h5 --start family.h5",
    ] {
        bench.fails(command, 3, &words);
    }
}

#[test]
fn flips_in_a_part_are_refused_or_change_nothing() {
    let bench = Bench::new();
    for (sites, name) in [("1-8", "one.h5"), ("9-22", "two.h5")] {
        bench.write("family.a2m", part_of_planted(20, 24));
        bench.works(&format!(
            "fit family.a2m --method plm-asymmetric --sites {sites} -o {name} -q --max-iterations 5"
        ));
    }
    bench.works("merge one.h5 two.h5 -o whole.h5 -q");
    let expected = bench.works("contacts whole.h5 -q").stdout;
    let whole = std::fs::read(bench.path("one.h5")).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut refused = 0;
    for _ in 0..FLIPS {
        let byte = random.random_range(0..whole.len());
        let mut damaged = whole.clone();
        damaged[byte] ^= 1;
        bench.write("one.h5", damaged);
        let run = bench.run("merge one.h5 two.h5 -o again.h5 -q --force");
        if run.code == 0 {
            assert_eq!(bench.works("contacts again.h5 -q").stdout, expected);
        } else {
            assert_eq!(run.code, 3, "{}", run.stderr);
            assert!(run.stderr.contains("one.h5"), "{}", run.stderr);
            refused += 1;
        }
    }
    assert!(refused > 0);
}

#[test]
fn a_flip_in_the_state_of_a_fit_is_refused() {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(5, 42));
    let fit = "fit family.a2m -o m.h5 -q --tolerance 1e-9 --checkpoint-every 0s";
    let mut child = bench.start(fit);
    crate::support::wait_until("a state", || bench.path("m.h5.checkpoint").exists());
    std::thread::sleep(Duration::from_millis(50));
    crate::support::send(Signal::TERM, &child);
    child.wait().unwrap();
    let state = std::fs::read(bench.path("m.h5.checkpoint")).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for _ in 0..FLIPS {
        let mut damaged = state.clone();
        damaged[random.random_range(0..state.len())] ^= 1 << random.random_range(0..8);
        bench.write("m.h5.checkpoint", damaged);
        bench.fails(fit, 3, &["m.h5.checkpoint", "--restart"]);
    }
}
