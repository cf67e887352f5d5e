//! Whole commands, within this process.
#![no_main]

#[path = "../../common/whole_commands.rs"]
mod whole_commands;

use libfuzzer_sys::fuzz_target;
use std::ffi::OsString;

fuzz_target!(|bytes: &[u8]| {
    whole_commands::run(bytes, &|arguments| {
        let name = OsString::from("potts");
        let arguments = std::iter::once(name).chain(arguments.iter().cloned());
        potts::cli::command(arguments).into()
    });
});
