//! The couplings file of plmc (`-c`), which EVcouplings calls `_ECs.txt`.

use crate::alignment::ColumnMap;
use crate::contacts::Contact;
use std::io::{self, Write};

/// `i A_i j A_j 0 cn`, separated by blanks, without a header, pairs in the order of (i, j): plmc does not sort by score, and its readers
/// do. The fifth column is a constant 0. plmc lists every pair: so does an unfiltered list. The format knows no chains: the residues of a
/// complex are counted from 1 through all of them.
///
/// # Errors
/// Those of `output`.
pub fn write_evcouplings(
    contacts: &[Contact],
    columns: &ColumnMap,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut in_order: Vec<&Contact> = contacts.iter().collect();
    in_order.sort_unstable_by_key(|contact| contact.sites);
    for contact in in_order {
        let ((i, j), (a, b)) = (contact.sites, contact.letters);
        let (i, j) = (columns.running_number(i), columns.running_number(j));
        let (a, b) = (char::from(a), char::from(b));
        writeln!(output, "{i} {a} {j} {b} 0 {:.6}", contact.corrected)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{contact, written};
    use super::*;
    use crate::alignment::Column;
    use crate::position::{Chain, Position};

    #[test]
    fn pairs_stand_in_their_order_with_the_constant_column() {
        let contacts = [contact(1, 3, 12), contact(2, 2, 10), contact(3, 2, 9)];
        let columns = ColumnMap::unnumbered(12);
        let text = written(|out| write_evcouplings(&contacts, &columns, out));
        let expected = "2 A 9 C 0 0.250000\n2 A 10 C 0 0.250000\n3 A 12 C 0 0.250000\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_complex_is_counted_through() {
        let column = |k: u64| Column {
            alignment_column: k,
            chain: Chain::new(if k <= 4 { b'A' } else { b'B' }),
            position: Position::new(if k <= 4 { k } else { k - 4 }).unwrap(),
            letter: b'A',
            modelled: k != 2,
        };
        let columns = ColumnMap::new((1..=9).map(column).collect()).unwrap();
        let between = Contact {
            sites: (1, 3),
            residues: (columns.residue(1), columns.residue(3)),
            ..contact(1, 1, 2)
        };
        assert_eq!(between.residues.1.to_string(), "B:1");
        let text = written(|out| write_evcouplings(&[between], &columns, out));
        assert_eq!(text, "3 A 5 C 0 0.250000\n");
    }
}
