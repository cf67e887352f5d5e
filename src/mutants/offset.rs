//! Which shift of the numbering makes a mutant's wild-type letters those of the target.
//!
//! Tables number from a construct's start, a precursor's, or from 0. A single substitution fits somewhere nearly always; that
//! thousands fit with one and the same offset is no accident.

use super::notation::Mutant;
use crate::alignment::ColumnMap;
use crate::alphabet::GAP_LETTER;

/// Offsets further than this from the one applied are not proposed: it is longer than nearly every protein and keeps the
/// histogram small.
pub const MAX_OFFSET: i64 = 10_000;

/// Fewer mutants than this agree on some offset by chance.
const LEAST_AGREEMENT: u64 = 3;

/// The target's residues, by position and by letter.
#[derive(Debug, Clone)]
pub struct OffsetSearch {
    residues: Vec<(i64, u8)>,
    /// Rising positions of each letter.
    positions: Vec<Vec<i64>>,
}

impl OffsetSearch {
    /// A search in the target of `columns`.
    pub fn new(columns: &ColumnMap) -> Self {
        let mut search = Self {
            residues: Vec::new(),
            positions: vec![Vec::new(); 256],
        };
        let known = columns.columns().iter().filter(|c| c.letter != GAP_LETTER);
        for column in known {
            if let Ok(position) = i64::try_from(column.position.get()) {
                search.residues.push((position, column.letter));
                search.positions[usize::from(column.letter)].push(position);
            }
        }
        search
    }

    /// All offsets within [`MAX_OFFSET`] of `applied` with which every wild-type letter of `mutant` matches, rising.
    pub fn fitting<'a>(
        &'a self,
        mutant: &'a Mutant,
        applied: i64,
    ) -> impl Iterator<Item = i64> + 'a {
        let first = mutant.substitutions().first();
        let candidates = first.into_iter().flat_map(|first| {
            let positions = self.positions[usize::from(first.wild_type)].iter();
            positions.filter_map(|position| position.checked_sub(first.number))
        });
        candidates
            .filter(move |offset| offset.abs_diff(applied) <= MAX_OFFSET.unsigned_abs())
            .filter(|&offset| self.fits(mutant, offset))
    }

    /// The fitting offset nearest to `applied`, which itself does not count.
    pub fn nearest(&self, mutant: &Mutant, applied: i64) -> Option<i64> {
        self.fitting(mutant, applied)
            .filter(|&offset| offset != applied)
            .min_by_key(|offset| offset.abs_diff(applied))
    }

    /// Whether all substitutions but the first match.
    fn fits(&self, mutant: &Mutant, offset: i64) -> bool {
        mutant.substitutions()[1..].iter().all(|s| {
            let position = s.number.saturating_add(offset);
            let found = self.residues.binary_search_by_key(&position, |r| r.0);
            found.is_ok_and(|k| self.residues[k].1 == s.wild_type)
        })
    }
}

/// How many mutants each offset fits: constant memory, whatever the length of the table.
#[derive(Debug, Clone)]
pub struct OffsetHistogram {
    applied: i64,
    /// Counts of the offsets from `applied - MAX_OFFSET` on.
    counts: Vec<u64>,
    mutants: u64,
}

impl OffsetHistogram {
    /// No mutants yet; `applied` is the offset they are scored with.
    pub fn new(applied: i64) -> Self {
        Self {
            applied,
            counts: vec![0; 2 * MAX_OFFSET as usize + 1],
            mutants: 0,
        }
    }

    /// Counts one mutant; the wild type has nothing to match.
    pub fn add(&mut self, search: &OffsetSearch, mutant: &Mutant) {
        if mutant.substitutions().is_empty() {
            return;
        }
        self.mutants += 1;
        for offset in search.fitting(mutant, self.applied) {
            self.counts[(offset - self.applied + MAX_OFFSET) as usize] += 1;
        }
    }

    /// Mutants counted.
    pub fn mutants(&self) -> u64 {
        self.mutants
    }

    /// Mutants that fit with the offset applied.
    pub fn fitting_now(&self) -> u64 {
        self.counts[MAX_OFFSET as usize]
    }

    /// The offset that fits most mutants, the one nearest to that applied among equals, and how many it fits. `None` if no
    /// other fits more than the one applied, or too few agree to mean anything.
    pub fn better(&self) -> Option<(i64, u64)> {
        let counts = self.counts.iter().zip(-MAX_OFFSET..);
        let (&count, shift) = counts.max_by_key(|&(&n, shift)| (n, -shift.abs(), shift))?;
        let telling = count >= LEAST_AGREEMENT && count > self.fitting_now();
        telling.then_some((self.applied.saturating_add(shift), count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::testing::columns;

    #[test]
    fn the_nearest_offset_fits_all_letters() {
        let search = OffsetSearch::new(&columns(11, "ACDAc-CD"));
        let nearest = |text: &str, applied| search.nearest(&Mutant::parse(text).unwrap(), applied);
        assert_eq!(nearest("A1G", 0), Some(10));
        assert_eq!(nearest("A12G", 0), Some(-1));
        assert_eq!(nearest("C1G:D2G", 0), Some(11));
        assert_eq!(nearest("C2G:D3G", 0), Some(10));
        assert_eq!(nearest("A1G:C2G", 12), Some(13));
        assert_eq!(nearest("W1G", 0), None);
        assert_eq!(nearest("A999999999G", 0), None);
    }

    #[test]
    fn the_best_offset_is_the_one_that_most_agree_on() {
        let search = OffsetSearch::new(&columns(11, "ACDAWY"));
        let histogram = |applied| {
            let mut histogram = OffsetHistogram::new(applied);
            for text in ["A1G", "C2G", "D3G", "W5A", "wt", "A11C"] {
                histogram.add(&search, &Mutant::parse(text).unwrap());
            }
            assert_eq!(histogram.mutants(), 5);
            (histogram.better(), histogram.fitting_now())
        };
        assert_eq!(histogram(0), (Some((10, 4)), 1));
        assert_eq!(histogram(10), (None, 4));
        assert_eq!(histogram(-11_000), (None, 0));
        assert_eq!(histogram(i64::MAX), (None, 0));
        assert_eq!(histogram(i64::MIN), (None, 0));
    }
}
