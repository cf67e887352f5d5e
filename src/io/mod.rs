//! Files: what they hold is decided by their content, plain or compressed, never by their name.

pub mod a2m;
pub mod alignment_file;
pub mod checkpoint;
pub mod clustal;
pub mod compression;
pub mod contact_formats;
pub mod fasta;
pub mod hdf5;
pub mod lock;
pub mod manifest;
pub mod memory;
pub mod model_file;
pub mod model_formats;
pub mod mutant_table;
mod npy;
mod numbers;
pub mod one_a_line;
pub mod output;
pub mod source;
pub mod stockholm;
pub mod stream;
pub mod text;
pub mod weights_file;

mod blocks;
mod cells;
mod decimals;
mod foreign;
mod target;
mod utc;
mod zip;

pub use target::{check_apart, check_target, remove_abandoned};
