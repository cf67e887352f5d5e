//! HDF5 files that other programs have laid out: read, and where they are damaged refused, in a process of its own that may crash.

use crate::support::{Bench, edit, part_of_planted, relaid, same_numbers};
use std::time::{Duration, Instant};

#[test]
fn a_model_that_another_program_has_packed_is_the_same() {
    let bench = Bench::with_model();
    for packed in [false, true] {
        relaid(&bench.path("family.h5"), &bench.path("other.h5"), packed);
        assert!(same_numbers(
            &bench.model("other.h5"),
            &bench.model("family.h5")
        ));
        for command in [
            "contacts FILE --top all --min-separation 1 -q",
            "score-mutants FILE --all-single -q",
            "objective FILE family.fa --json",
            "info FILE --map",
        ] {
            let of = |name: &str| bench.works(&command.replace("FILE", name)).stdout;
            assert_eq!(of("other.h5"), of("family.h5"), "{command}");
        }
        bench.works("convert other.h5 back.h5 -q --force");
        let bytes = |name: &str| std::fs::read(bench.path(name)).unwrap();
        assert!(bytes("back.h5") == bytes("family.h5"));
    }
}

#[test]
fn what_is_wrong_with_it_is_said_as_of_an_own_file() {
    let bench = Bench::with_model();
    relaid(&bench.path("family.h5"), &bench.path("other.h5"), true);
    edit(&bench.path("other.h5"), |file| {
        file.attr("neff").unwrap().write_scalar(&77.0f64).unwrap();
    });
    let words = ["other.h5", "damaged", "Neff is 77", "again"];
    bench.fails("info other.h5", 3, &words);
    bench.fails("score-mutants other.h5 A10T", 3, &words);
    bench.fails("merge other.h5 -o x.h5", 3, &["other.h5", "a whole model"]);
}

/// Each bit of some bytes of what other programs write is damage that the library may crash of; nothing of that reaches the user.
#[test]
fn damage_ends_in_a_word_about_the_file() {
    let bench = Bench::with_model();
    relaid(&bench.path("family.h5"), &bench.path("other.h5"), true);
    let whole = std::fs::read(bench.path("other.h5")).unwrap();
    let expected = bench.works("contacts other.h5 -q").stdout;
    let mut refused = 0;
    for byte in (0..whole.len().min(1 << 14)).step_by(331) {
        let mut damaged = whole.clone();
        damaged[byte] ^= 1 << (byte % 8);
        bench.write("bad.h5", damaged);
        let begun = Instant::now();
        let run = bench.run("contacts bad.h5 -q");
        assert!(begun.elapsed() < Duration::from_secs(30), "byte {byte}");
        if run.code == 0 {
            assert_eq!(run.stdout, expected, "byte {byte}");
        } else {
            assert_eq!(run.code, 3, "byte {byte}: {}", run.stderr);
            assert!(run.stderr.contains("bad.h5"), "byte {byte}: {}", run.stderr);
            refused += 1;
        }
    }
    assert!(refused > 3, "{refused}");
}

#[test]
fn a_signal_leaves_no_folder_for_what_is_read_aside() {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(20, 60));
    bench.works("fit family.a2m -o own.h5 -q");
    relaid(&bench.path("own.h5"), &bench.path("other.h5"), true);
    let mut seen = 0;
    for tries in 0..20 {
        let script = format!(
            "mkdir -p t{tries}; export TMPDIR=$PWD/t{tries}; potts convert other.h5 {tries}.npz -q & p=$!; \
             for k in $(seq 400); do ls -A t{tries} | grep -q . && break; sleep 0.002; done; \
             kill -TERM $p; wait $p; echo $?; ls -A t{tries}"
        );
        let output = bench.script(&script);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        seen += usize::from(said == "143\n");
        assert!(["143\n", "0\n"].contains(&&*said), "{said}");
    }
    assert!(seen > 0);
}
