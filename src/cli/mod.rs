//! The command line (temporary, to compile `info`).

pub mod info;
