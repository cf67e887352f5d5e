//! What a fit accepts, every command reads: whatever bytes stand in names, targets and rows. And what the fuzz target `commands` once found
//! stays found.

use crate::support::{PROGRAM, checkout};
use crate::whole;
use proptest::prelude::*;
use std::ffi::OsString;
use std::fs;
use std::process::Command;

fn program(arguments: &[OsString]) -> i32 {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(!words.contains("panicked"), "{arguments:?}\n{words}");
    let code = output.status.code();
    code.unwrap_or_else(|| panic!("{arguments:?}: killed by a signal\n{words}"))
}

#[test]
fn the_corpus_is_read_by_every_command() {
    let mut fits = 0;
    for entry in fs::read_dir(checkout("tests/fuzz/corpus/commands")).unwrap() {
        let path = entry.unwrap().path();
        eprintln!("{}", path.display());
        let code = whole::run(&fs::read(&path).unwrap(), &program);
        fits += usize::from(code == Some(0));
    }
    assert!(fits >= 8, "{fits} fits");
}

/// Letters and gaps for the most part, and now and then any byte but a line end.
fn letters() -> impl Strategy<Value = Vec<u8>> {
    let letter = prop_oneof![
        60 => prop::sample::select(b"ACDEFGHIKLMNPQRSTVWY".to_vec()),
        6 => prop::sample::select(b"acdg-.~XBZ".to_vec()),
        1 => any::<u8>().prop_filter("a line end", |byte| !b"\r\n".contains(byte)),
    ];
    prop::collection::vec(letter, 8)
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    let plain = "[A-Za-z|_]{1,8}(/[0-9]{1,3}-[0-9]{1,3})?".prop_map(String::into_bytes);
    let byte = any::<u8>().prop_filter("a line end", |byte| !b"\r\n".contains(byte));
    prop_oneof![plain, prop::collection::vec(byte, 0..12)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_a_fit_accepts_is_read(
        choices in any::<[u8; 3]>(),
        rows in prop::collection::vec((name(), letters()), 2..6),
    ) {
        // The format is left to the content.
        let mut file = [&[0], &choices[..]].concat();
        for (name, letters) in &rows {
            file.extend([b">", &name[..], b"\n", letters, b"\n"].concat());
        }
        whole::run(&file, &program);
    }
}
