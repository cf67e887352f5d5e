//! The residue-residue contact format of CASP.
//!
//! CASP numbers residues from 1 along the sequence in the file. Here that is the sequence of all residues of the target in the column
//! map, unmodelled ones too: whole and without holes, so that the numbers refer to what is printed. Where the target's own numbering
//! starts elsewhere or skips, a METHOD line names the position of the first residue.
//!
//! The residues of a complex are written `A12`, counted from 1 in each chain. Between chains no probability has been calibrated: it
//! stands as 0, and a METHOD line says so.

use super::target::{TargetChain, TargetChains};
use crate::alignment::ColumnMap;
use crate::contacts::Contact;
use crate::error::{Error, Result};
use crate::position::{Chain, Residue};
use std::io::{self, Write};

/// Nearer pairs do not belong into the file.
pub const CASP_MIN_SEPARATION: u64 = 6;

/// Residues on a line of the sequence.
const LINE: usize = 50;

/// Name, sequence and numbering of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaspTarget {
    name: String,
    residues: TargetChains,
}

/// A residue as the file counts: from 1 in its chain.
#[derive(Debug, Clone, Copy)]
struct CaspNumber {
    chain: Option<Chain>,
    number: usize,
}

impl CaspTarget {
    /// The target called `name`, of which the first word is taken, with the letters of `columns`.
    ///
    /// # Errors
    /// If the letters of the target are not known.
    pub fn new(name: Option<&str>, columns: &ColumnMap) -> Result<Self> {
        let Some(residues) = TargetChains::new(columns) else {
            return Err(Error::Model(
                "a CASP file prints the sequence of the target, and this model was fitted without one\n  \
                 fit the alignment without `no_focus`, or choose another `format`"
                    .into(),
            ));
        };
        let first_word = name.and_then(|name| name.split_whitespace().next());
        Ok(Self {
            name: first_word.unwrap_or("target").to_owned(),
            residues,
        })
    }

    /// The number of a residue in the file.
    fn number(&self, residue: Residue) -> Option<CaspNumber> {
        let place = self.residues.place(residue)?;
        Some(CaspNumber {
            chain: residue.chain,
            number: place.number,
        })
    }
}

impl CaspNumber {
    /// Whether a pair belongs into the file.
    fn is_far_from(self, other: Self) -> bool {
        let separation = self.number.abs_diff(other.number) as u64;
        self.chain != other.chain || separation >= CASP_MIN_SEPARATION
    }
}

impl std::fmt::Display for CaspNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(chain) = self.chain {
            write!(f, "{chain}")?;
        }
        write!(f, "{}", self.number)
    }
}

/// The contacts by falling probability, that of the score they are `ranked_by`, equal ones in the order of the list; pairs less than [`CASP_MIN_SEPARATION`] residues of the
/// printed sequence of a chain apart are left out.
///
/// # Errors
/// Those of `output`.
pub fn write_casp(
    contacts: &[Contact],
    target: &CaspTarget,
    ranked_by: &str,
    output: &mut dyn Write,
) -> io::Result<()> {
    let between = |c: &Contact| c.residues.0.separation(c.residues.1).is_none();
    write_head(target, ranked_by, contacts.iter().any(between), output)?;
    for line in target
        .residues
        .chains()
        .iter()
        .flat_map(|c| c.sequence.chunks(LINE))
    {
        output.write_all(line)?;
        output.write_all(b"\n")?;
    }
    let mut by_probability: Vec<&Contact> = contacts.iter().collect();
    let probability = |contact: &Contact| contact.probability.unwrap_or(0.0);
    by_probability.sort_by(|a, b| probability(b).total_cmp(&probability(a)));
    for contact in by_probability {
        let (i, j) = contact.residues;
        let (Some(i), Some(j)) = (target.number(i), target.number(j)) else {
            continue;
        };
        if i.is_far_from(j) {
            writeln!(output, "{i} {j} 0 8 {:.4}", probability(contact))?;
        }
    }
    writeln!(output, "END")
}

fn write_head(
    target: &CaspTarget,
    ranked_by: &str,
    between: bool,
    output: &mut dyn Write,
) -> io::Result<()> {
    writeln!(output, "PFRMAT RR\nTARGET {}\nAUTHOR potts", target.name)?;
    writeln!(
        output,
        "METHOD Potts model of the family's alignment: coupling norms in the"
    )?;
    writeln!(
        output,
        "METHOD zero-sum gauge, average product correction; ranked by {ranked_by}, calibrated"
    )?;
    writeln!(
        output,
        "METHOD probability that two C-beta atoms are nearer than 8 A."
    )?;
    if between {
        writeln!(
            output,
            "METHOD Between chains that probability is not calibrated and written as 0."
        )?;
    }
    for chain in target.residues.chains() {
        write_numbering(chain, output)?;
    }
    writeln!(output, "MODEL 1")
}

fn write_numbering(chain: &TargetChain, output: &mut dyn Write) -> io::Result<()> {
    let Some(first) = chain.positions.first() else {
        return Ok(());
    };
    match chain.chain {
        Some(letter) => writeln!(
            output,
            "METHOD Chain {letter}: {} residues, {letter}1 is position {first} of its target.",
            chain.sequence.len()
        ),
        None if chain.keeps_numbering() => Ok(()),
        None => writeln!(
            output,
            "METHOD Residue 1 of this file is position {first} of the target."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{contact, contact_of, written};
    use super::*;
    use crate::alignment::Column;
    use crate::position::Position;

    /// `residues` alanines numbered from `first`, with one unmodelled glycine second.
    fn columns(first: u64, residues: u64) -> ColumnMap {
        let column = |k: u64| Column {
            alignment_column: k + 1,
            chain: None,
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
        let text = written(|out| write_casp(&contacts, &target, "pattern", out));
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
    fn chains_are_counted_each_on_its_own() {
        let chain = |letter, first: u64, residues: u64| {
            let columns = columns(first, residues).columns().to_vec();
            columns.into_iter().map(move |column| Column {
                chain: Chain::new(letter),
                ..column
            })
        };
        let complex = chain(b'H', 5, 52).chain(chain(b'A', 1, 9)).collect();
        let complex = ColumnMap::new(complex).unwrap();
        let target = CaspTarget::new(Some("HA"), &complex).unwrap();
        let between = Contact {
            probability: None,
            ..contact_of(1, (b'H', 7), (b'A', 4))
        };
        let contacts = [
            between,
            contact_of(2, (b'A', 1), (b'A', 9)),
            contact_of(3, (b'H', 5), (b'H', 9)),
        ];
        let text = written(|out| write_casp(&contacts, &target, "pattern", out));
        let tail = format!(
            "METHOD Between chains that probability is not calibrated and written as 0.\n\
             METHOD Chain H: 52 residues, H1 is position 5 of its target.\n\
             METHOD Chain A: 9 residues, A1 is position 1 of its target.\n\
             MODEL 1\nAG{}\nAA\nAGAAAAAAA\nA1 A9 0 8 0.3333\nH3 A4 0 8 0.0000\nEND\n",
            "A".repeat(48)
        );
        assert!(text.ends_with(&tail), "{text}");
        assert!(text.lines().all(|line| line.len() <= 80));
    }

    #[test]
    fn a_target_numbered_from_one_needs_no_remark() {
        let target = CaspTarget::new(None, &columns(1, 9)).unwrap();
        let text = written(|out| write_casp(&[], &target, "pattern", out));
        assert!(text.contains("TARGET target\n") && !text.contains("Residue 1"));
    }

    #[test]
    fn without_a_sequence_there_is_no_file() {
        let message = CaspTarget::new(None, &ColumnMap::unnumbered(4)).unwrap_err();
        assert!(message.to_string().contains("`no_focus`"));
    }
}
