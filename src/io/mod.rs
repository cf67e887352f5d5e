//! placeholder
pub mod hdf5;
