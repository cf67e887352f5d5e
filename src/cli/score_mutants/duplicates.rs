//! Mutants that stand in several rows of a table, whatever notation each of them has.

use crate::mutants::Change;

/// The mutants of some rows by their changes, which are kept in the order of the sites: the same changes are the same mutant.
#[derive(Debug, Default)]
pub(super) struct RowMutants {
    changes: Vec<(u32, u8)>,
    ends: Vec<usize>,
}

/// Mutants that stand in more than one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repeated {
    /// Number of such mutants.
    pub mutants: u64,
    /// Rows that they stand in.
    pub rows: u64,
    /// The first two rows of the one that comes first.
    pub first: [usize; 2],
}

impl RowMutants {
    /// Adds a row; the wild type has no changes.
    pub fn push(&mut self, changes: &[Change]) {
        let start = self.changes.len();
        // No target has so many residues that a site is cut off.
        let packed = changes
            .iter()
            .map(|change| (u32::try_from(change.site).unwrap_or(u32::MAX), change.state));
        self.changes.extend(packed);
        self.changes[start..].sort_unstable();
        self.ends.push(self.changes.len());
    }

    /// Adds the rows of another after its own.
    pub fn append(&mut self, later: &Self) {
        let before = self.changes.len();
        self.changes.extend_from_slice(&later.changes);
        self.ends.extend(later.ends.iter().map(|end| before + end));
    }

    /// Whether the mutant of a row is the wild type.
    pub fn is_wild_type(&self, row: usize) -> bool {
        self.packed(row).is_empty()
    }

    /// The changes of a row's mutant, in the order of the sites.
    pub fn changes(&self, row: usize) -> impl Iterator<Item = Change> {
        let packed = self.packed(row).iter();
        packed.map(|&(site, state)| Change {
            site: site as usize,
            state,
        })
    }

    fn packed(&self, row: usize) -> &[(u32, u8)] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.changes[start..self.ends[row]]
    }

    /// What stands in more than one of these rows, which rise.
    pub fn repeated(&self, rows: &[usize]) -> Option<Repeated> {
        let mut order = rows.to_vec();
        order.sort_unstable_by(|&a, &b| self.packed(a).cmp(self.packed(b)).then(a.cmp(&b)));
        let mut found: Option<Repeated> = None;
        for same in order.chunk_by(|&a, &b| self.packed(a) == self.packed(b)) {
            let [first, second, ..] = *same else {
                continue;
            };
            let so_far = found.get_or_insert(Repeated {
                mutants: 0,
                rows: 0,
                first: [first, second],
            });
            so_far.mutants += 1;
            so_far.rows += same.len() as u64;
            so_far.first = so_far.first.min([first, second]);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutants(rows: &[&[(usize, u8)]]) -> RowMutants {
        let mut mutants = RowMutants::default();
        for row in rows {
            let changes = row.iter().map(|&(site, state)| Change { site, state });
            mutants.push(&changes.collect::<Vec<_>>());
        }
        mutants
    }

    #[test]
    fn the_same_changes_in_any_order_are_the_same_mutant() {
        let rows: [&[(usize, u8)]; 7] = [
            &[(3, 1)],
            &[(5, 2), (1, 0)],
            &[(5, 2)],
            &[(1, 0), (5, 2)],
            &[(3, 1)],
            &[(3, 1), (5, 2)],
            &[(3, 1)],
        ];
        let all: Vec<usize> = (0..rows.len()).collect();
        let found = mutants(&rows).repeated(&all);
        let expected = Repeated {
            mutants: 2,
            rows: 5,
            first: [0, 4],
        };
        assert_eq!(found, Some(expected));
        assert_eq!(mutants(&rows).repeated(&[0, 1, 2]), None);
        assert_eq!(
            mutants(&rows).repeated(&[1, 2, 3, 4]).unwrap().first,
            [1, 3]
        );
    }

    #[test]
    fn rows_that_are_added_together_are_those_that_were_added_one_by_one() {
        let mut first = mutants(&[&[(3, 1)], &[]]);
        let second = mutants(&[&[(9, 4), (2, 2)]]);
        first.append(&second);
        assert!(first.is_wild_type(1) && !first.is_wild_type(2));
        let sites: Vec<usize> = first.changes(2).map(|change| change.site).collect();
        assert_eq!(sites, [2, 9]);
    }
}
