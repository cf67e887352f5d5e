//! Files: what they hold is decided by their content, plain or gzip, never by their name.

pub mod contact_formats;
pub mod fasta;
pub mod hdf5;
pub mod mutant_table;
pub mod output;
pub mod source;

mod target;

pub use target::check_target;
