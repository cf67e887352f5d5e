#![warn(missing_docs)]
//! placeholder
pub mod alignment;
pub mod alphabet;
pub mod cli;
pub mod contacts;
pub mod error;
pub mod fit;
pub mod io;
pub mod kernels;
pub mod model;
pub mod mutants;
pub mod position;
pub mod statistics;

pub use error::{Error, Result};
