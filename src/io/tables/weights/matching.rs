//! Which weight belongs to which sequence.

use super::{GivenWeight, WeightsFile};
use crate::alignment::{AlignedRecords, RowReport, SequenceWeights};
use crate::error::{Error, Place, Result};

/// What to do about weights that do not go with the alignment.
const OTHER_ALIGNMENT: &str = "weights go with the alignment file and the options for rows (`unknown`, `min_sequence_coverage`) that they were made \
                               for: `potts weights ALIGNMENT` makes them anew";

/// Weights for the kept sequences of an alignment.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// One a kept row, in order.
    pub weights: SequenceWeights,
    /// Rows that have a weight, but were dropped.
    pub unused: usize,
}

impl WeightsFile {
    /// The weights of the rows that were kept of `records`. Weights with row numbers are found by these; others stand in the order of
    /// all rows, or of the kept ones. Names have to agree.
    ///
    /// # Errors
    /// [`Error::Input`] if the numbers of weights and rows differ, a name differs, or a kept row has no weight or the weight 0.
    pub fn match_rows(&self, records: &AlignedRecords, rows: &RowReport) -> Result<Matched> {
        let places = match self.entries.iter().any(|entry| entry.row.is_some()) {
            true => self.by_row(records)?,
            false => self.by_order(records, rows)?,
        };
        self.check_names(records, &places)?;
        let mut weights = Vec::new();
        let mut unused = 0;
        for (n, fate) in rows.fates.iter().enumerate() {
            let weight = places[n].map_or(0.0, |k| self.entries[k].weight);
            if !fate.is_kept() {
                unused += usize::from(weight > 0.0);
            } else if weight > 0.0 {
                weights.push(weight);
            } else {
                return Err(self.no_weight(records, n, places[n]));
            }
        }
        Ok(Matched {
            weights: SequenceWeights::new(weights)?,
            unused,
        })
    }

    /// For each row of the input, the entry with its number.
    fn by_row(&self, records: &AlignedRecords) -> Result<Vec<Option<usize>>> {
        let mut places = vec![None; records.len()];
        for (k, entry) in self.entries.iter().enumerate() {
            let GivenWeight { row: Some(row), .. } = entry else {
                return Err(self.wrong(k, format!("weight {} has no row number", k + 1)));
            };
            let place = usize::try_from(*row)
                .ok()
                .and_then(|row| row.checked_sub(1));
            match place.and_then(|n| places.get_mut(n)) {
                Some(place @ None) => *place = Some(k),
                Some(Some(_)) => {
                    return Err(self.wrong(k, format!("row {row} has a weight already")));
                }
                None => {
                    return Err(self.wrong(
                        k,
                        format!(
                            "a weight for row {row}, but {} has {} rows, numbered from 1",
                            records.file,
                            records.len()
                        ),
                    ));
                }
            }
        }
        Ok(places)
    }

    /// For each row of the input, the entry that stands in its place.
    fn by_order(&self, records: &AlignedRecords, rows: &RowReport) -> Result<Vec<Option<usize>>> {
        let (found, read) = (self.entries.len(), records.len());
        let kept = rows.fates.iter().filter(|fate| fate.is_kept()).count();
        if found == read {
            return Ok((0..read).map(Some).collect());
        }
        if found != kept {
            return Err(Error::input(
                Place::file(&self.file),
                format!(
                    "{found} weights, but {} has {read} rows, of which {kept} are kept",
                    records.file
                ),
                OTHER_ALIGNMENT,
            ));
        }
        let mut next = 0..found;
        let place = |kept: bool| if kept { next.next() } else { None };
        Ok(rows.kept().into_iter().map(place).collect())
    }

    fn check_names(&self, records: &AlignedRecords, places: &[Option<usize>]) -> Result<()> {
        for (n, (name, place)) in records.names().iter().zip(places).enumerate() {
            let Some(k) = *place else { continue };
            let Some(found) = &self.entries[k].name else {
                continue;
            };
            if !same_name(found, name) {
                let problem = format!(
                    "the name differs: row {} of {} is '{name}'",
                    n + 1,
                    records.file
                );
                return Err(self.wrong(k, problem));
            }
        }
        Ok(())
    }

    /// The error for a row that is kept, but not by the weights.
    fn no_weight(&self, records: &AlignedRecords, n: usize, entry: Option<usize>) -> Error {
        let row = format!(
            "row {} of {} ('{}')",
            n + 1,
            records.file,
            records.names()[n]
        );
        let (place, problem) = match entry {
            Some(k) => (
                self.place(k),
                format!(
                    "the weight of {row} is 0, which marks a dropped row, but this fit keeps it"
                ),
            ),
            None => (
                Place::file(&self.file),
                format!(
                    "there is no weight for {row}, which this fit keeps; weights: {}, rows: {}",
                    self.entries.len(),
                    records.len()
                ),
            ),
        };
        let advice = "fit with the options for rows that the weights were made with (`unknown`, `min_sequence_coverage`), give the row a \
                      positive weight, or remove it from the alignment";
        Error::input(place, problem, advice)
    }

    fn wrong(&self, k: usize, problem: String) -> Error {
        Error::input(self.place(k), problem, OTHER_ALIGNMENT)
    }
}

/// Whether two headers name the same sequence: other programs may have cut one at its first blank.
fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    let first = |name: &str| {
        name.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    a == b || a == first(b) || first(a) == b
}
