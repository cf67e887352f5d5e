//! Lists of contacts as files: one format, one file here and one arm where the command picks it.
//!
//! | format | order | filters | positions | numbers |
//! |---|---|---|---|---|
//! | TSV, CSV, JSON | by rank | both | target's numbering | all |
//! | EVcouplings | by (i, j) | both | target's numbering | cn |
//! | CASP RR | by probability | both, and 6 apart | from 1 along the printed sequence | probability |
//! | CCMpred | matrix | neither | sites in order | score |

mod casp;
mod ccmpred;
mod evcouplings;
mod table;

pub use casp::{CASP_MIN_SEPARATION, CaspTarget, write_casp};
pub use ccmpred::write_ccmpred;
pub use evcouplings::write_evcouplings;
pub use table::{write_csv, write_json, write_tsv};

#[cfg(test)]
mod test_support {
    use crate::contacts::Contact;
    use crate::position::Position;

    /// A contact between A and C at two positions, with recognisable numbers.
    pub fn contact(rank: usize, i: u64, j: u64) -> Contact {
        Contact {
            rank,
            sites: (i as usize - 1, j as usize - 1),
            positions: (Position::new(i).unwrap(), Position::new(j).unwrap()),
            letters: (b'A', b'C'),
            frobenius: 0.5,
            corrected: 0.25,
            score: 1.0 / 3.0,
            z: 12.345_67,
            probability: Some(1.0 / (rank + 1) as f64),
        }
    }

    /// What a writer writes.
    pub fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }
}
