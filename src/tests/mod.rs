//! Tests that span rooms: what goes in at one end of the library comes out at another as it should. What one room does alone is tested in its
//! own files, and the program in `tests/program`.

mod alignment_inputs;
mod conventions;
mod effects;
mod fits;
mod formats;
mod fuzz_corpus;
mod golden;
mod malformed;
mod model_file;
mod parts;
mod planted;
mod scoring;
mod start;
mod structures;
mod support;
