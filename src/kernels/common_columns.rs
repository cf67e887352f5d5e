//! Columns in which two rows both have a residue, and those in which it is the same.

/// Columns that are counted in bytes before they are added up: the most that a byte can count.
const RUN: usize = 255;

/// The numbers of columns in which both rows have a state below `residues`, and in which it is the same. Panics if one is shorter.
#[inline]
pub fn common_columns(a: &[u8], b: &[u8], residues: u8) -> (usize, usize) {
    assert_eq!(a.len(), b.len(), "rows of one alignment");
    let (mut both, mut same) = (0, 0);
    for (a, b) in a.chunks(RUN).zip(b.chunks(RUN)) {
        // Counted in bytes, the compiler takes 16 or 32 columns at a time.
        let (mut run_both, mut run_same) = (0u8, 0u8);
        for (&a, &b) in a.iter().zip(b) {
            let known = u8::from(a < residues) & u8::from(b < residues);
            run_both += known;
            run_same += known & u8::from(a == b);
        }
        both += usize::from(run_both);
        same += usize::from(run_same);
    }
    (both, same)
}

/// The same, a column at a time.
#[cfg(any(test, feature = "internals"))]
pub fn common_columns_plain(a: &[u8], b: &[u8], residues: u8) -> (usize, usize) {
    let columns = a.iter().zip(b);
    let both = columns.filter(|(a, b)| **a < residues && **b < residues);
    let same = both.clone().filter(|(a, b)| a == b).count();
    (both.count(), same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_are_those_of_a_filter(rows in prop::collection::vec((0u8..22, 0u8..22), 0..700)) {
            let (a, b): (Vec<u8>, Vec<u8>) = rows.iter().copied().unzip();
            prop_assert_eq!(common_columns(&a, &b, 20), common_columns_plain(&a, &b, 20));
        }
    }
}
