//! Files that are not what they should be, given to the program.

#[path = "../common/malformed/mod.rs"]
mod files;

use crate::support::{Bench, FAMILY};
use files::{OfKind, malformed};

/// A model of eight sites in every format that can be read.
fn models() -> Vec<OfKind> {
    let bench = Bench::new();
    bench.works("fit family.fa --method mean-field -o h5 -q");
    let kinds = [
        ("plmc", "plmc"),
        ("raw", "ccmpred-raw"),
        ("mrf", "gremlin"),
        ("dat", "adabmdca"),
        ("integers", "adabmdca-integers"),
        ("npz", "npz"),
    ];
    for (name, format) in kinds {
        bench.works(&format!("convert h5 {name} --to {format} -q"));
    }
    let names = std::iter::once("h5").chain(kinds.map(|(name, _)| name));
    names
        .map(|name| (name, std::fs::read(bench.path(name)).unwrap()))
        .collect()
}

/// An exit code that means something, and not a word of panic.
#[test]
fn the_program_survives_every_file() {
    let bench = Bench::new();
    let all = malformed(models());
    let every = all.len() / 60;
    for file in all.into_iter().step_by(every) {
        bench.write("file", &file.bytes);
        for arguments in [
            "info file",
            "fit file --method independent -q -o made.h5 --force",
        ] {
            let run = bench.run(arguments);
            let file = format!("{} ({} bytes inside)", file.name, file.unpacked);
            let what = format!("{file} x {arguments}: {} {}", run.code, run.stderr);
            assert!([0, 1, 2, 3].contains(&run.code), "{what}");
            assert!(!run.stderr.contains("panicked"), "{what}");
            assert_eq!(
                run.code == 0,
                run.stderr.is_empty() || !run.stderr.contains("error"),
                "{what}"
            );
        }
        if bench.path("made.h5").exists() {
            assert_eq!(bench.run("info made.h5").code, 0, "{}", file.name);
            std::fs::remove_file(bench.path("made.h5")).unwrap();
        }
    }
}
