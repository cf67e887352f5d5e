//! A multiple sequence alignment, reduced to the columns that are modelled.

pub mod case;
pub mod chain_groups;
pub mod chains;
pub mod clusters;
pub mod column_rule;
pub mod columns;
pub mod declared;
pub mod diagnosis;
pub mod focus;
pub mod focus_options;
pub mod frequencies;
pub mod identity;
pub mod letters;
pub mod name_ranges;
pub mod notes;
pub mod numbering;
pub mod records;
pub mod rows;
mod selection;
pub mod stray;
mod target;
pub mod weights;

pub use chains::{ChainLengths, ChainUnit};
pub use clusters::Clusters;
pub use column_rule::ColumnRule;
pub use columns::{Column, ColumnMap, Span};
pub use declared::DeclaredChains;
pub use focus_options::{
    ChainRows, Copies, Focus, FocusOptions, GapLimit, NameMatch, UnknownLetters,
};
pub use frequencies::Frequencies;
pub use identity::{IdentityRule, IdentityThreshold};
pub use letters::LowerCase;
pub use records::AlignedRecords;
pub use rows::Rows;
pub use weights::SequenceWeights;

use crate::alphabet::Alphabet;
use crate::error::{Error, Result};
use ndarray::{Array2, ArrayView1};
use std::sync::Arc;

/// Sequences (rows) by modelled sites (columns): rectangular, every state a residue or the gap.
#[derive(Debug, Clone)]
pub struct Alignment {
    alphabet: Alphabet,
    /// Shared with the models that keep them.
    states: Arc<Array2<u8>>,
    columns: ColumnMap,
    target: Option<String>,
    rows: RowReport,
}

/// What became of a row of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowFate {
    /// It is a sequence of the alignment.
    #[serde(rename = "yes")]
    Kept,
    /// Dropped: it has a letter outside the alphabet.
    UnknownLetters,
    /// Dropped: it covers too few of the modelled columns.
    LowCoverage,
    /// Dropped: it equals an earlier one.
    Copy,
}

impl RowFate {
    /// Whether it is a sequence of the alignment.
    pub fn is_kept(self) -> bool {
        self == Self::Kept
    }

    /// The word in tables, under the heading `kept`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "yes",
            Self::UnknownLetters => "unknown_letters",
            Self::LowCoverage => "low_coverage",
            Self::Copy => "copy",
        }
    }
}

/// What became of the rows of the input.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct RowReport {
    /// What became of each row of the input.
    #[serde(skip)]
    pub fates: Vec<RowFate>,
    /// Rows dropped because of a letter outside the alphabet.
    pub dropped_unknown: usize,
    /// Rows dropped because they cover too few of the modelled columns.
    pub dropped_coverage: usize,
    /// Rows dropped because they equal an earlier one.
    pub dropped_copies: usize,
    /// The target's own row of the input; none without a target.
    #[serde(skip)]
    pub target_row: Option<usize>,
    /// How rows that lack a chain are judged.
    #[serde(skip)]
    pub chain_rows: ChainRows,
    /// How often each unknown letter was seen, most frequent first.
    pub unknown_letters: Vec<(char, u64)>,
}

impl RowReport {
    /// Rows read.
    pub fn read(&self) -> usize {
        self.fates.len()
    }

    /// Adds the fate of the next row.
    fn push(&mut self, fate: RowFate) {
        self.dropped_unknown += usize::from(fate == RowFate::UnknownLetters);
        self.dropped_coverage += usize::from(fate == RowFate::LowCoverage);
        self.fates.push(fate);
    }

    /// Says of a row that was kept that it equals an earlier one.
    fn mark_copy(&mut self, row: usize) {
        self.fates[row] = RowFate::Copy;
        self.dropped_copies += 1;
    }

    /// Whether each row of the input was kept.
    pub fn kept(&self) -> Vec<bool> {
        self.fates.iter().map(|fate| fate.is_kept()).collect()
    }

    /// Rows of the input that were kept, in order.
    pub fn kept_rows(&self) -> impl Iterator<Item = usize> {
        (0..self.fates.len()).filter(|&n| self.fates[n].is_kept())
    }

    /// Whether the target's own row was kept; none without a target.
    pub fn target_kept(&self) -> Option<bool> {
        self.target_row.map(|n| self.fates[n].is_kept())
    }
}

impl Alignment {
    /// An alignment of states (N x L) over the sites of `columns`.
    ///
    /// # Errors
    /// If there is no sequence, the widths differ or a state is neither a residue nor the gap.
    pub fn new(
        alphabet: Alphabet,
        states: Array2<u8>,
        columns: ColumnMap,
        target: Option<String>,
        rows: RowReport,
    ) -> Result<Self> {
        if states.ncols() != columns.sites() || states.is_empty() {
            return Err(Error::Usage(format!(
                "an alignment needs sequences over its {} sites, not {} x {}",
                columns.sites(),
                states.nrows(),
                states.ncols()
            )));
        }
        if let Some(&state) = states.iter().find(|&&s| s > alphabet.gap_state()) {
            return Err(Error::Usage(format!(
                "state {state} in an alphabet of {} residues",
                alphabet.residues()
            )));
        }
        Ok(Self {
            alphabet,
            states: Arc::new(match states.is_standard_layout() {
                true => states,
                false => states.as_standard_layout().into_owned(),
            }),
            columns,
            target,
            rows,
        })
    }

    /// An alignment of plain states without a target, columns numbered from 1.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn from_states(alphabet: Alphabet, states: Array2<u8>) -> Result<Self> {
        let columns = ColumnMap::unnumbered(states.ncols());
        let rows = RowReport {
            fates: vec![RowFate::Kept; states.nrows()],
            ..RowReport::default()
        };
        Self::new(alphabet, states, columns, None, rows)
    }

    /// The residues and their states.
    pub fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    /// States, N x L, in row-major order.
    pub fn states(&self) -> &Array2<u8> {
        &self.states
    }

    /// The same, to be kept beyond the alignment without a copy.
    pub fn shared_states(&self) -> Arc<Array2<u8>> {
        Arc::clone(&self.states)
    }

    /// The states as one row-major slice.
    pub fn as_slice(&self) -> &[u8] {
        self.states.as_slice().unwrap_or(&[])
    }

    /// One sequence.
    pub fn sequence(&self, n: usize) -> ArrayView1<'_, u8> {
        self.states.row(n)
    }

    /// Number of sequences N.
    pub fn sequences(&self) -> usize {
        self.states.nrows()
    }

    /// Number of modelled sites L.
    pub fn sites(&self) -> usize {
        self.states.ncols()
    }

    /// Columns, positions and letters of the target.
    pub fn columns(&self) -> &ColumnMap {
        &self.columns
    }

    /// Name of the target sequence.
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// What was read, dropped and kept.
    pub fn rows(&self) -> &RowReport {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn states_outside_the_alphabet_are_refused() {
        let alphabet = Alphabet::new("AB").unwrap();
        assert!(Alignment::from_states(alphabet.clone(), array![[0, 1], [2, 0]]).is_ok());
        assert!(Alignment::from_states(alphabet.clone(), array![[0, 3]]).is_err());
        assert!(Alignment::from_states(alphabet, Array2::zeros((0, 3))).is_err());
    }
}
