//! The couplings file of plmc (`-c`), which EVcouplings calls `_ECs.txt`.

use crate::contacts::Contact;
use std::io::{self, Write};

/// `i A_i j A_j 0 cn`, separated by blanks, without a header, pairs in the order of (i, j): plmc does not sort by score, and its readers
/// do. The fifth column is a constant 0. plmc lists every pair: so does an unfiltered list.
///
/// # Errors
/// Those of `output`.
pub fn write_evcouplings(contacts: &[Contact], output: &mut dyn Write) -> io::Result<()> {
    let mut in_order: Vec<&Contact> = contacts.iter().collect();
    in_order.sort_unstable_by_key(|contact| contact.sites);
    for contact in in_order {
        let ((i, j), (a, b)) = (contact.positions, contact.letters);
        let (a, b) = (char::from(a), char::from(b));
        writeln!(output, "{i} {a} {j} {b} 0 {:.6}", contact.corrected)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{contact, written};
    use super::*;

    #[test]
    fn pairs_stand_in_their_order_with_the_constant_column() {
        let contacts = [contact(1, 3, 12), contact(2, 2, 10), contact(3, 2, 9)];
        let text = written(|out| write_evcouplings(&contacts, out));
        let expected = "2 A 9 C 0 0.250000\n2 A 10 C 0 0.250000\n3 A 12 C 0 0.250000\n";
        assert_eq!(text, expected);
    }
}
