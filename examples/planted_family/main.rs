//! Makes the demonstration family in `data/`: a protein family with a known answer.
//!
//! A Potts model is *planted* (written down by hand and by dice, not fitted) on a toy
//! fold, and sequences are evolved under it along a random tree. The probability of
//! an aligned sequence `s` is
//!
//! ```text
//! P(s) = exp(H(s)) / Z,    H(s) = Σ_i h_i(s_i) + Σ_{i<j in contact} J_ij(s_i, s_j)
//! ```
//!
//! so both the true contacts and the true mutant effects are known exactly.
//!
//! Run with `cargo run --release --example planted_family -- data`.
//!
//! The output is the same, byte for byte, on every machine: one thread, one fixed
//! seed, and no functions whose last digit depends on the system's mathematics library
//! (only `+ - * /` and `sqrt`; the exponential is written out below).

mod alignment;
mod amino_acids;
mod dice;
mod evolution;
mod fold;
mod model;
mod structure;
pub mod structure_text;
mod tables;

use dice::Dice;
use model::PlantedModel;
use std::path::PathBuf;

/// Modelled sites (upper-case columns), about the size of ubiquitin.
const SITES: usize = 76;
/// Rows of the alignment, the target included.
const ROWS: usize = 3000;
/// Seed of all random choices.
const SEED: [u8; 32] = *b"planted Potts demonstration 2025";
/// Number of the target's first residue in its own protein.
const TARGET_START: usize = 24;

/// The files, as text.
pub struct PlantedFamily {
    /// The alignment, in A2M format; the target is its first row.
    pub alignment: String,
    /// The planted contacts, tab-separated.
    pub contacts: String,
    /// The mutants of the target with their noisy true scores, comma-separated.
    pub mutants: String,
    /// The fold, as a structure.
    pub structure: structure_text::Text,
}

/// Builds the family. Every call returns the same text.
pub fn generate() -> PlantedFamily {
    let mut dice = Dice::new(SEED);
    let model = PlantedModel::new(&mut dice);
    let family = evolution::evolve_family(&model, &mut dice);
    let target = family[0].clone();
    PlantedFamily {
        alignment: alignment::write_alignment(&family, &mut dice),
        contacts: tables::write_contacts(&model, &target.residues),
        mutants: tables::write_mutants(&model, &target.residues, &mut dice),
        structure: structure::structure(&target.residues),
    }
}

/// Writes the files into the folder named by the first argument (default `data`).
#[allow(dead_code)] // unused where a test includes this file as a module
fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "data".into()));
    let family = generate();
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("planted.a2m"), family.alignment)?;
    std::fs::write(folder.join("planted_contacts.tsv"), family.contacts)?;
    std::fs::write(folder.join("planted_mutants.csv"), family.mutants)?;
    std::fs::write(folder.join("planted.pdb"), family.structure.pdb())?;
    std::fs::write(folder.join("planted.cif"), family.structure.mmcif())
}
