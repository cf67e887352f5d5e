//! Narrow limits, file locks of HDF5, and names that are no text.

use super::temporary;
use crate::support::{Bench, part_of_planted};

#[test]
fn an_address_space_that_is_too_small_is_told() {
    let bench = Bench::with_model();
    bench.write("family.a2m", part_of_planted(5, 42));
    for kilobytes in [131_072, 262_144, 524_288, 800_000] {
        for command in [
            "--version",
            "info family.h5",
            "fit family.a2m -q -o new.h5 --force",
            "fit family.a2m -q -o new.h5 --force --method mean-field --threads 2",
        ] {
            let run = format!("ulimit -v {kilobytes}; timeout -s KILL 20 potts {command}");
            let output = bench.script(&run);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                Some(0) => {}
                Some(1) => assert!(
                    said.contains("address space") || said.contains("of memory"),
                    "{said}"
                ),
                other => panic!("{command} with {kilobytes} kB: {other:?} {said}"),
            }
        }
    }
}

#[test]
fn files_that_may_not_grow_are_told() {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(5, 42));
    let output = bench.script("ulimit -f 4; potts fit family.a2m -q -o new.h5");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("new.h5") && said.contains("File too large"),
        "{said}"
    );
    assert!(temporary(&bench).is_empty());
    assert!(!bench.path("new.h5").exists());
}

#[test]
fn locks_of_hdf5_do_not_meet_ours() {
    let bench = Bench::new();
    for value in ["TRUE", "1", "BEST_EFFORT", "FALSE"] {
        let run = format!(
            "export HDF5_USE_FILE_LOCKING={value}; potts fit family.fa -q -o {value}.h5 && potts convert {value}.h5 {value}2.h5"
        );
        let output = bench.script(&run);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{value}: {said}");
        bench.works(&format!("info {value}2.h5"));
    }
}

#[test]
fn names_that_are_no_text_are_names() {
    let bench = Bench::new();
    let run = "cp family.fa $'caf\\xe9.fa'; potts fit $'caf\\xe9.fa' -o m.h5 && potts convert m.h5 $'x\\xe9.h5' && potts info $'x\\xe9.h5'";
    let output = bench.script(run);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let json = bench.json("info m.h5").to_string();
    assert!(json.contains("caf\u{fffd}.fa"), "{json}");
}

#[test]
fn too_few_files_that_may_be_open_damage_no_model() {
    let bench = Bench::with_model();
    for most in 5..14 {
        for command in [
            "info family.h5",
            "contacts family.h5 -q",
            "convert family.h5 x.h5 --force",
        ] {
            let run = format!("ulimit -n {most}; potts {command}");
            let output = bench.script(&run);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let is_told = output.status.code() == Some(1) && said.contains("open files");
            assert!(
                is_told || output.status.success(),
                "{most} {command}: {said}"
            );
        }
    }
}
