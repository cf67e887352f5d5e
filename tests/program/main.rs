//! The program as its users meet it: what it prints where, its exit codes, the files that it leaves, and every error.

mod alphabets;
#[cfg(unix)]
mod batch;
mod chains;
mod conventions;
mod convert;
mod files;
mod first;
mod inputs;
#[cfg(unix)]
mod interruption;
mod malformed;
mod objective;
mod plan;
mod refused;
mod shell;
mod support;
mod threads;
mod weights;
mod what_was_modelled;
