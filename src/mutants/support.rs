//! How well the alignment knows a mutant: what a score rests on.
//!
//! A residue that no sequence has at a position gets there the score that the penalty leaves it, the same for all such residues; and
//! where few sequences have a residue at all, every score is little more than that.

use super::change::Change;
use crate::model::{Model, StopReason};
use ndarray::Array2;

/// Of a mutant with several substitutions the smallest of theirs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Support {
    /// Weighted share of the sequences that have the residue at its position.
    pub seen: f64,
    /// Weighted share of the sequences that have any residue at the position; `None` where gaps were not told.
    pub coverage: Option<f64>,
}

impl Support {
    /// Whether no sequence has the residue, or one of several.
    pub fn is_unseen(&self) -> bool {
        self.seen == 0.0
    }
}

/// What the alignment of a model has at its sites.
#[derive(Debug)]
pub struct SeenResidues<'m> {
    /// Weighted shares, L x residues and gap.
    frequencies: &'m Array2<f64>,
    knows_gaps: bool,
}

impl<'m> SeenResidues<'m> {
    /// Of a model's family; `None` where it is not known.
    pub fn of(model: &'m Model) -> Option<Self> {
        let frequencies = model.family.as_ref()?.frequencies.sites();
        let gap = frequencies.ncols().checked_sub(1)?;
        let own = model
            .record
            .as_ref()
            .is_some_and(|r| r.stop_reason != StopReason::NotRecorded);
        Some(Self {
            // The files of some programs have shares among residues, and leave the gaps out.
            knows_gaps: own || frequencies.column(gap).iter().any(|&share| share > 0.0),
            frequencies,
        })
    }

    /// What the alignment has of these changes.
    #[inline]
    pub fn of_changes(&self, changes: &[Change]) -> Support {
        let gap = self.frequencies.ncols() - 1;
        let (mut seen, mut coverage) = (1.0f64, 1.0f64);
        for change in changes {
            seen = seen.min(self.frequencies[[change.site, usize::from(change.state)]]);
            coverage = coverage.min(1.0 - self.frequencies[[change.site, gap]]);
        }
        Support {
            seen: seen.max(0.0),
            // What is left of rounding.
            coverage: self.knows_gaps.then_some(coverage.clamp(0.0, 1.0)),
        }
    }
}
