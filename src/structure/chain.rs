//! Chains of a structure.

use super::residue::{Residue, distance};

/// What a chain is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainKind {
    /// Amino acids.
    Protein,
    /// Nucleotides of RNA or DNA.
    Nucleic,
}

impl ChainKind {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Protein => "protein",
            Self::Nucleic => "nucleic acid",
        }
    }
}

/// A polymer: the residues that have coordinates, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// Its name as authors give it: of any length, and of none in some PDB files.
    pub name: String,
    /// Protein or nucleic acid.
    pub kind: ChainKind,
    /// One at least.
    pub residues: Vec<Residue>,
}

impl Chain {
    /// The letters of its residues.
    pub fn letters(&self) -> Vec<u8> {
        self.residues.iter().map(|residue| residue.letter).collect()
    }

    /// The chain within a sentence: `chain A`, `the chain without a name`.
    pub fn in_words(&self) -> String {
        match self.name.is_empty() {
            true => "the chain without a name".into(),
            false => format!("chain {}", self.name),
        }
    }

    /// Whether the chain is interrupted behind a residue: the next one is not bonded to it.
    pub fn is_broken_behind(&self, index: usize) -> bool {
        let [before, after, ..] = &self.residues[index..] else {
            return true;
        };
        let (ends, most_bond, most_step) = match self.kind {
            ChainKind::Protein => (("C", "N"), 2.5, 4.6),
            ChainKind::Nucleic => (("O3'", "P"), 2.5, 9.0),
        };
        let apart = |a: Option<[f64; 3]>, b: Option<[f64; 3]>| Some(distance(a?, b?));
        match apart(before.place(ends.0), after.place(ends.1)) {
            Some(bond) => bond > most_bond,
            None => apart(before.backbone(), after.backbone()).is_none_or(|step| step > most_step),
        }
    }
}
