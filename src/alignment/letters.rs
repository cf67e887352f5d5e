//! Which alphabet an alignment is written in, and what its letters count as.

use super::AlignedRecords;
use crate::alphabet::{Alphabet, Symbol};

/// What lower-case letters in modelled columns count as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LowerCase {
    /// The same residue as in upper case.
    #[default]
    Residue,
    /// A gap (GREMLIN's rule).
    Gap,
    /// A letter outside the alphabet (adabmDCA's rule).
    Unknown,
}

/// What every byte of a row stands for.
pub fn symbols(alphabet: &Alphabet, lower_case: LowerCase) -> [Symbol; 256] {
    let mut symbols = alphabet.symbols();
    for byte in b'a'..=b'z' {
        match lower_case {
            LowerCase::Residue => {}
            LowerCase::Gap => symbols[usize::from(byte)] = Symbol::Gap,
            LowerCase::Unknown => symbols[usize::from(byte)] = Symbol::Unknown,
        }
    }
    symbols
}

/// Share of nucleotides among the letters from which an alignment is not of proteins. In proteins A, C, G, N and T together make up
/// a quarter of the residues, in no family nearly all.
const NUCLEIC_SHARE: f64 = 0.95;

/// Rows that are looked at.
const ROWS: usize = 1000;

/// Protein, RNA or DNA, by the letters of the first rows.
pub fn guess_alphabet(records: &AlignedRecords) -> Alphabet {
    let mut counts = [0u64; 256];
    for n in 0..records.len().min(ROWS) {
        for byte in records.letters(n) {
            counts[usize::from(byte.to_ascii_uppercase())] += 1;
        }
    }
    let count = |letters: &[u8]| -> u64 { letters.iter().map(|&b| counts[usize::from(b)]).sum() };
    let all: u64 = (b'A'..=b'Z').map(|b| counts[usize::from(b)]).sum();
    if all == 0 || (count(b"ACGTUN") as f64) < NUCLEIC_SHARE * all as f64 {
        Alphabet::protein()
    } else if count(b"U") > count(b"T") {
        Alphabet::rna()
    } else {
        Alphabet::dna()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(row: &str) -> String {
        let rows = vec![row.as_bytes().to_vec(); 2];
        let names = vec!["a".to_string(), "b".to_string()];
        let records =
            AlignedRecords::new("x".into(), "FASTA", names, rows.into(), vec![1, 3]).unwrap();
        guess_alphabet(&records).describe()
    }

    #[test]
    fn letters_tell_nucleic_acids_from_proteins() {
        assert_eq!(guess("ACDEFGHIKL-ACGT"), "protein");
        assert_eq!(guess("ACGU-acguN.ACGUA"), "RNA");
        assert_eq!(guess("ACGTTGCANRACGTACGTACGTACGT"), "DNA");
        assert_eq!(guess("----"), "protein");
    }
}
