//! Every fuzz target: which reader it calls is the name that it was built by.
#![no_main]

extern crate potts;

#[path = "../../../src/tests/malformed/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = readers::read(env!("CARGO_BIN_NAME"), bytes) {
        readers::check_error(&error);
    }
});
