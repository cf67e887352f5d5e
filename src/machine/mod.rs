//! The machine that the work is done on: its memory, its threads, and the linear algebra library.

pub mod blas;
pub mod huge_pages;
pub mod memory;
pub mod threads;
