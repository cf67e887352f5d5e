//! Bytes: where they come from, how they are packed, and how they are written whole or not at all.

pub mod checkpoint;
pub mod compression;
pub mod harmless;
pub mod input;
pub mod output;
pub mod source;
pub mod spool;
pub mod stream;
pub mod unfinished;

pub(crate) mod archive;
pub(crate) mod decimals;
pub(crate) mod npy;
pub(crate) mod numbers;
pub(crate) mod whole_file;

pub use whole_file::{check_apart, check_output, check_picture};
