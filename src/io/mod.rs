//! Files: what they hold is decided by their content, plain or compressed, never by their name.
//!
//! | wing | what |
//! |---|---|
//! | [`files`] | bytes: where they come from, how they are packed, and how they are written whole or not at all |
//! | [`alignments`] | one format, one file |
//! | [`models`] | the model file, and those of other programs |
//! | [`structures`] | PDB and mmCIF |
//! | [`tables`] | contacts, mutants, sequence weights |

pub mod alignments;
pub mod files;
pub mod models;
pub mod structures;
pub mod tables;
