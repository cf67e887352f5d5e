//! Lists of contacts as files: one format, one file here and one arm where the command picks it.
//!
//! | format | order | filters | positions | of a complex | numbers |
//! |---|---|---|---|---|---|
//! | TSV, CSV, JSON | by rank | all | target's numbering | `A:12` (in JSON text, not a number) | all |
//! | EVcouplings | by (i, j) | all | target's numbering | counted along all chains | cn |
//! | CASP RR | by probability | all, and 6 apart | from 1 along the printed sequence | `A12`, from 1 in each chain | probability |
//! | [`handing`] on | by rank | all | as each program counts | as each program names them | probability |
//! | CCMpred | matrix | none | sites in order | the same | score |

mod casp;
mod ccmpred;
mod evcouplings;
pub mod handing;
mod table;
mod target;

pub use casp::{CASP_MIN_SEPARATION, CaspTarget, write_casp};
pub use ccmpred::write_ccmpred;
pub use evcouplings::write_evcouplings;
pub use table::{write_csv, write_json, write_tsv};
pub use target::TargetChains;

#[cfg(test)]
mod test_support {
    use crate::alphabet::GapTreatment;
    use crate::contacts::{self, Contact, ContactOptions, Selection};
    use crate::io::tables::ContactRow;
    use crate::mutants::testing::{columns, model};
    use crate::position::{Chain, Position, Residue};

    /// A contact between A and C at two positions, with recognisable numbers.
    pub fn contact(rank: usize, i: u64, j: u64) -> Contact {
        contact_of(rank, (b'-', i), (b'-', j))
    }

    /// The same, in the chains of the letters.
    pub fn contact_of(rank: usize, i: (u8, u64), j: (u8, u64)) -> Contact {
        let residue = |(chain, number)| Residue {
            chain: Chain::new(chain),
            position: Position::new(number).unwrap(),
        };
        let mut contact = real_contact();
        contact.rank = rank;
        contact.sites = (i.1 as usize - 1, j.1 as usize - 1);
        contact.residues = (residue(i), residue(j));
        contact.letters = (b'A', b'C');
        contact.frobenius = 0.5;
        contact.corrected = 0.25;
        contact.score = 1.0 / 3.0;
        contact.z = Some(12.345_67);
        contact.probability = Some(1.0 / (rank + 1) as f64);
        contact.pattern = Some(-1.5);
        contact
    }

    /// The only one of a model of two sites.
    fn real_contact() -> Contact {
        let model = model(columns(1, "AC"), GapTreatment::Missing, true, 1);
        let selection = Selection {
            min_separation: 1,
            ..Selection::default()
        };
        let options = ContactOptions {
            selection,
            ..ContactOptions::default()
        };
        contacts::list(&model, &options).unwrap()[0]
    }

    /// Rows of contacts that are ranked by patterns, without anything else.
    pub fn rows(contacts: &[Contact]) -> Vec<ContactRow<'_>> {
        let row = |contact| ContactRow {
            contact,
            ranked_by: "pattern",
            preferences: None,
            seen: None,
        };
        contacts.iter().map(row).collect()
    }

    /// What a writer writes.
    pub fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }
}
