//! The residue-residue contact format of CASP.
//!
//! CASP numbers residues from 1 along the sequence in the file. Here that is the sequence of all residues of the target in the column
//! map, unmodelled ones too: whole and without holes, so that the numbers refer to what is printed. Where the target's own numbering
//! starts elsewhere or skips, a METHOD line names the position of the first residue.

use crate::alignment::ColumnMap;
use crate::alphabet::GAP_LETTER;
use crate::contacts::Contact;
use crate::error::{Error, Result};
use crate::position::Position;
use std::io::{self, Write};

/// Nearer pairs do not belong into the file.
pub const CASP_MIN_SEPARATION: u64 = 6;

/// Residues on a line of the sequence.
const LINE: usize = 50;

/// Name, sequence and numbering of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaspTarget {
    name: String,
    sequence: Vec<u8>,
    /// The position of each residue of the sequence, rising.
    positions: Vec<Position>,
}

impl CaspTarget {
    /// The target called `name`, of which the first word is taken, with the letters of `columns`.
    ///
    /// # Errors
    /// If the letters of the target are not known.
    pub fn new(name: Option<&str>, columns: &ColumnMap) -> Result<Self> {
        let residues = columns.columns().iter().filter(|c| c.letter != GAP_LETTER);
        let (sequence, positions): (Vec<u8>, Vec<Position>) =
            residues.map(|c| (c.letter, c.position)).unzip();
        if sequence.is_empty() {
            return Err(Error::Model(
                "a CASP file prints the sequence of the target, and this model was fitted without one\n  \
                 fit the alignment without --no-focus, or choose another --format"
                    .into(),
            ));
        }
        let first_word = name.and_then(|name| name.split_whitespace().next());
        Ok(Self {
            name: first_word.unwrap_or("target").to_owned(),
            sequence,
            positions,
        })
    }

    /// The number of a position in the file.
    fn number(&self, position: Position) -> Option<usize> {
        self.positions.binary_search(&position).ok().map(|k| k + 1)
    }

    /// Whether the file counts as the target does.
    fn keeps_numbering(&self) -> bool {
        let numbered = self.positions.iter().zip(1..);
        numbered
            .into_iter()
            .all(|(position, k)| position.get() == k)
    }
}

/// The contacts by falling probability, equal ones in the order of the list; pairs less than [`CASP_MIN_SEPARATION`] residues of the
/// printed sequence apart are left out.
///
/// # Errors
/// Those of `output`.
pub fn write_casp(
    contacts: &[Contact],
    target: &CaspTarget,
    output: &mut dyn Write,
) -> io::Result<()> {
    write_head(target, output)?;
    for line in target.sequence.chunks(LINE) {
        output.write_all(line)?;
        output.write_all(b"\n")?;
    }
    let mut by_probability: Vec<&Contact> = contacts.iter().collect();
    let probability = |contact: &Contact| contact.probability.unwrap_or(0.0);
    by_probability.sort_by(|a, b| probability(b).total_cmp(&probability(a)));
    for contact in by_probability {
        let (i, j) = contact.positions;
        let (Some(i), Some(j)) = (target.number(i), target.number(j)) else {
            continue;
        };
        if i.abs_diff(j) as u64 >= CASP_MIN_SEPARATION {
            writeln!(output, "{i} {j} 0 8 {:.4}", probability(contact))?;
        }
    }
    writeln!(output, "END")
}

fn write_head(target: &CaspTarget, output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, "PFRMAT RR\nTARGET {}\nAUTHOR potts", target.name)?;
    writeln!(
        output,
        "METHOD Potts model of the family's alignment: coupling norms in the"
    )?;
    writeln!(
        output,
        "METHOD zero-sum gauge, average product correction, calibrated"
    )?;
    writeln!(
        output,
        "METHOD probability that two C-beta atoms are nearer than 8 A."
    )?;
    if !target.keeps_numbering() {
        let first = target.positions[0];
        writeln!(
            output,
            "METHOD Residue 1 of this file is position {first} of the target."
        )?;
    }
    writeln!(output, "MODEL 1")
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{contact, written};
    use super::*;
    use crate::alignment::Column;

    /// `residues` alanines numbered from `first`, with one unmodelled glycine second.
    fn columns(first: u64, residues: u64) -> ColumnMap {
        let column = |k: u64| Column {
            alignment_column: k + 1,
            position: Position::new(first + k).unwrap(),
            letter: if k == 1 { b'G' } else { b'A' },
            modelled: k != 1,
        };
        ColumnMap::new((0..residues).map(column).collect()).unwrap()
    }

    #[test]
    fn numbers_refer_to_the_printed_sequence() {
        let target = CaspTarget::new(Some("P12/10-70 a protein"), &columns(10, 61)).unwrap();
        let contacts = [contact(2, 10, 20), contact(1, 12, 70), contact(3, 30, 35)];
        let text = written(|out| write_casp(&contacts, &target, out));
        let sequence = format!("AG{}\n{}\n", "A".repeat(48), "A".repeat(11));
        assert!(text.starts_with("PFRMAT RR\nTARGET P12/10-70\nAUTHOR potts\nMETHOD "));
        assert!(
            text.contains("METHOD Residue 1 of this file is position 10 of the target.\nMODEL 1\n")
        );
        let tail = format!("MODEL 1\n{sequence}3 61 0 8 0.5000\n1 11 0 8 0.3333\nEND\n");
        assert!(text.ends_with(&tail), "{text}");
        assert!(text.lines().all(|line| line.len() <= 80));
    }

    #[test]
    fn a_target_numbered_from_one_needs_no_remark() {
        let target = CaspTarget::new(None, &columns(1, 9)).unwrap();
        let text = written(|out| write_casp(&[], &target, out));
        assert!(text.contains("TARGET target\n") && !text.contains("Residue 1"));
    }

    #[test]
    fn without_a_sequence_there_is_no_file() {
        let message = CaspTarget::new(None, &ColumnMap::unnumbered(4)).unwrap_err();
        assert!(message.to_string().contains("--no-focus"));
    }
}
