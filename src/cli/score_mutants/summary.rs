//! Counts and correlations, in words and as JSON.

use crate::mutants::{OffsetHistogram, Status};
use crate::position::Offsets;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Statuses of rows that have a score.
const WITH_SCORE: [Status; 3] = [Status::Scored, Status::WildType, Status::Synonymous];

/// What became of all rows.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Summary {
    /// The model file.
    pub model: String,
    /// The table, or what else was scored.
    pub input: String,
    /// Number of rows.
    pub rows: u64,
    /// Number of rows of each status.
    pub statuses: BTreeMap<&'static str, u64>,
    /// Lines left out because they start with `#`.
    pub comment_lines: u64,
    /// Mutants with a name before them, as before `:p.`, which was not looked at.
    pub references: u64,
    /// Mutants written without their wild type, for which the target's was taken.
    pub without_wild_type: u64,
    /// Columns of the input that gave way to new ones.
    pub replaced_columns: Vec<String>,
    /// What was added to the positions.
    pub offset: Offsets,
    /// An offset with which more rows would match the target.
    pub fitting_offset: Option<FittingOffset>,
    /// Correlation with a measured column.
    pub against: Option<Correlation>,
}

/// An offset with which more rows would match the target.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FittingOffset {
    /// The offset.
    pub offset: Offsets,
    /// Mutants whose residues would all be those of the target. In a complex it is parts of mutants that count, here and below: a
    /// mutant of two chains has two.
    pub matching: u64,
    /// Those for which this is so now.
    pub matching_now: u64,
    /// All of them.
    pub mutants: u64,
}

/// Spearman's correlation with a measured column. `used`, `without_number` and `not_scored` add up to all rows.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Correlation {
    /// The column.
    pub column: String,
    /// Correlation of the Potts scores; none if it is not defined.
    pub potts_score: Option<f64>,
    /// Correlation of the independent-site scores on the same rows.
    pub independent_score: Option<f64>,
    /// Rows with a score and a number.
    pub used: u64,
    /// Rows with a score but no number in the column.
    pub without_number: u64,
    /// Rows without a score, by status.
    pub not_scored: BTreeMap<&'static str, u64>,
}

impl Summary {
    /// No rows yet.
    pub(super) fn new(model: &Path, input: &str, offset: Offsets) -> Self {
        Self {
            model: model.display().to_string(),
            input: input.into(),
            rows: 0,
            statuses: Status::ALL.iter().map(|s| (s.as_str(), 0)).collect(),
            comment_lines: 0,
            references: 0,
            without_wild_type: 0,
            replaced_columns: Vec::new(),
            offset,
            fitting_offset: None,
            against: None,
        }
    }

    /// Counts rows.
    pub(super) fn count(&mut self, status: Status, rows: u64) {
        self.rows += rows;
        *self.statuses.entry(status.as_str()).or_default() += rows;
    }

    /// Number of rows of a status.
    pub fn of(&self, status: Status) -> u64 {
        self.statuses.get(status.as_str()).copied().unwrap_or(0)
    }

    /// Statuses without a score that occur.
    pub(super) fn not_scored(&self) -> BTreeMap<&'static str, u64> {
        let scored = WITH_SCORE.map(Status::as_str);
        let all = self.statuses.iter().map(|(&word, &n)| (word, n));
        all.filter(|(word, n)| *n > 0 && !scored.contains(word))
            .collect()
    }

    /// Proposes the offset that fits more rows than the one applied, if there is one.
    pub(super) fn propose(&mut self, offsets: &OffsetHistogram) {
        self.fitting_offset = offsets.better().map(|(offset, matching)| FittingOffset {
            offset,
            matching,
            matching_now: offsets.fitting_now(),
            mutants: offsets.mutants(),
        });
    }

    /// Says it in words. Messages that cannot be shown are no reason to stop.
    pub(super) fn tell(&self, messages: &mut dyn Write) {
        if self.comment_lines > 0 {
            let n = self.comment_lines;
            let _ = writeln!(messages, "note: comment lines (#) left out: {n}");
        }
        if self.references > 0 {
            let n = self.references;
            let _ = writeln!(
                messages,
                "note: mutants with a name before them, which was not looked at: {n}"
            );
        }
        if self.without_wild_type > 0 {
            let n = self.without_wild_type;
            let _ = writeln!(
                messages,
                "note: mutants without a wild type: {n}; the target's was taken, so nothing tells whether their numbering is the target's"
            );
        }
        let with_score: u64 = WITH_SCORE.iter().map(|&status| self.of(status)).sum();
        let _ = writeln!(
            messages,
            "{with_score} of {} mutants have a score{}",
            self.rows,
            listed("; without: ", &self.not_scored())
        );
        if let Some(fitting) = &self.fitting_offset {
            let _ = writeln!(messages, "{fitting}");
        }
        if let Some(correlation) = &self.against {
            let _ = writeln!(messages, "{correlation}");
        }
    }
}

/// `; without: 3 wt_mismatch, 2 unparsable`; nothing if there is nothing.
fn listed(lead: &str, counts: &BTreeMap<&'static str, u64>) -> String {
    let parts: Vec<String> = counts
        .iter()
        .map(|(word, n)| format!("{n} {word}"))
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("{lead}{}", parts.join(", "))
    }
}

impl std::fmt::Display for FittingOffset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counted = match self.offset.are_several() {
            true => "parts of mutants, one a chain,",
            false => "mutants",
        };
        write!(
            f,
            "note: with --offset {}, {} of {} {counted} would match the target's residues ({} do now)",
            self.offset, self.matching, self.mutants, self.matching_now
        )
    }
}

impl std::fmt::Display for Correlation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = |r: Option<f64>| {
            r.map_or(
                "not defined (too few rows, or all alike)".to_string(),
                |r| format!("{r:.4}"),
            )
        };
        write!(
            f,
            "Spearman with {} over {} rows: potts_score {}, independent_score {}",
            self.column,
            self.used,
            number(self.potts_score),
            number(self.independent_score)
        )?;
        let mut unused = self.not_scored.clone();
        if self.without_number > 0 {
            unused.insert("without a number", self.without_number);
        }
        write!(f, "{}", listed("; not used: ", &unused))
    }
}
