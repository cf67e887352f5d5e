//! Counts and correlations, in words and as JSON.

use super::correlation::{Correlation, counted};
use crate::io::tables::mutants::{Kind, Layout};
use crate::mutants::{EffectBasis, Judgement, Status, Stretch};
use crate::position::{Chain, ChainPrefix, Offsets};
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
    /// Rows with a score whose residue, or one of several, no sequence of the alignment has at its position.
    pub unseen: u64,
    /// What mutants were made in, where that is not the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<String>,
    /// T of the scores in nats, where it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// What effects rest on besides the model: `alignment`, or `frequencies` where no sequences are known; none of other molecules than proteins.
    pub effect_from: Option<EffectBasis>,
    /// What the table was taken for.
    pub layout: Option<TableSummary>,
    /// Lines left out because they start with `#`.
    pub comment_lines: u64,
    /// Rows left out because all of their cells are empty.
    pub empty_rows: u64,
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
    /// Where no single offset fits: which stretches of numbers fit which.
    pub stretches: Vec<Stretch>,
    /// Where no offset fits more than chance: the most that one fits.
    pub by_chance: Option<ByChance>,
    /// Mutants that say something about their numbering.
    #[serde(skip)]
    pub(super) judged: u64,
    /// Correlation with a measured column.
    pub against: Option<Correlation>,
    /// Why nothing was written, if so; the counts are then those of the rows that were read until then.
    pub refused: Option<String>,
}

/// What a table was taken for.
#[derive(Debug, Clone, serde::Serialize)]
pub struct TableSummary {
    /// How rows say what their mutants are.
    pub kind: Kind,
    /// The columns that do; none in a list.
    pub columns: Vec<String>,
    /// The name before every mutant.
    pub prefix: Option<String>,
}

impl From<&Layout> for TableSummary {
    fn from(layout: &Layout) -> Self {
        let columns = layout.mutant_columns().into_iter();
        Self {
            kind: layout.kind(),
            columns: columns.map(String::from).collect(),
            prefix: layout.prefix(),
        }
    }
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

/// Mutants that match with the offset that fits most, where that is no more than chance gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ByChance {
    /// Mutants that match.
    pub matching: u64,
    /// All of them.
    pub mutants: u64,
}

impl ByChance {
    /// That of a summary as JSON.
    pub fn of_summary(summary: &serde_json::Value) -> Option<Self> {
        let count = |name: &str| summary["by_chance"][name].as_u64();
        Some(Self {
            matching: count("matching")?,
            mutants: count("mutants")?,
        })
    }
}

impl std::fmt::Display for ByChance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { matching, mutants } = self;
        write!(
            f,
            "no offset fits more than chance ({matching} of {mutants} mutants at most): are target and table the same protein?"
        )
    }
}

impl Summary {
    /// No rows yet.
    pub(super) fn new(model: &Path, input: &str, offset: Offsets) -> Self {
        Self {
            model: model.display().to_string(),
            input: input.into(),
            rows: 0,
            statuses: Status::ALL.iter().map(|s| (s.as_str(), 0)).collect(),
            unseen: 0,
            background: None,
            temperature: None,
            effect_from: None,
            layout: None,
            comment_lines: 0,
            empty_rows: 0,
            references: 0,
            without_wild_type: 0,
            replaced_columns: Vec::new(),
            offset,
            fitting_offset: None,
            stretches: Vec::new(),
            by_chance: None,
            judged: 0,
            against: None,
            refused: None,
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

    /// Whether there are mutants, but none that has a score.
    pub(super) fn is_without_scores(&self) -> bool {
        let with_score: u64 = WITH_SCORE.iter().map(|&status| self.of(status)).sum();
        self.of(Status::Scored) == 0 && self.rows > with_score
    }

    /// Takes in what the mutants say about their numbering.
    pub(super) fn take(&mut self, judgement: &Judgement) {
        let better = judgement.better.clone();
        self.fitting_offset = better.map(|(offset, matching)| FittingOffset {
            offset,
            matching,
            matching_now: judgement.matching_now,
            mutants: judgement.mutants,
        });
        self.stretches.clone_from(&judgement.stretches);
        self.by_chance = judgement
            .by_chance
            .map(|(matching, mutants)| ByChance { matching, mutants });
        self.judged = judgement.mutants;
    }

    /// What is to be said about the numbering.
    pub(super) fn hints(&self) -> Vec<String> {
        let fitting = self.fitting_offset.as_ref();
        let mut hints: Vec<String> = Vec::new();
        if let Some(fitting) = fitting {
            hints.push(fitting.in_words(&self.model));
        }
        if !self.stretches.is_empty() {
            hints.push(in_words(&self.stretches, self.judged));
        }
        hints.extend(self.by_chance.map(|chance| format!("note: {chance}")));
        hints
    }

    /// Says it in words. Messages that cannot be shown are no reason to stop.
    pub fn tell(&self, messages: &mut dyn Write) {
        if self.comment_lines > 0 {
            let n = self.comment_lines;
            let _ = writeln!(messages, "note: comment lines (#) left out: {n}");
        }
        if self.empty_rows > 0 {
            let n = self.empty_rows;
            let _ = writeln!(messages, "note: rows of empty cells left out: {n}");
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
        if self.unseen > 0 {
            let _ = writeln!(
                messages,
                "note: {} of {} scored mutants have a residue that no sequence has at its position: there all such residues have one score",
                self.unseen,
                self.of(Status::Scored)
            );
        }
        for hint in self.hints() {
            let _ = writeln!(messages, "{hint}");
        }
        if let Some(correlation) = &self.against {
            let words = correlation.in_words(!self.hints().is_empty());
            let _ = writeln!(messages, "{words}");
        }
    }
}

/// `; without: 3 wt_mismatch, 2 unparsable`; nothing if there is nothing.
fn listed(lead: &str, counts: &BTreeMap<&'static str, u64>) -> String {
    let parts = counted(counts);
    if parts.is_empty() {
        String::new()
    } else {
        format!("{lead}{}", parts.join(", "))
    }
}

impl FittingOffset {
    /// It as a note, with what to do.
    fn in_words(&self, model: &str) -> String {
        let counted = match self.offset.are_several() {
            true => "parts of mutants, one a chain,",
            false => "mutants",
        };
        // With the numbers as they are the model is right.
        let convert = match self.offset == Offsets::default() {
            true => String::new(),
            false => format!(
                "\n      if it is the model that is misnumbered: potts convert {model} OUT.h5 --offset {}",
                self.offset.negated()
            ),
        };
        format!(
            "note: with --offset {}, {} of {} {counted} would match the target's residues ({} do now){convert}",
            self.offset, self.matching, self.mutants, self.matching_now,
        )
    }
}

/// Where no single offset fits: which fits what.
fn in_words(stretches: &[Stretch], mutants: u64) -> String {
    const SHOWN: usize = 8;
    let mut offsets: Vec<(Option<Chain>, i64)> = Vec::new();
    for stretch in stretches {
        if !offsets.contains(&(stretch.chain, stretch.offset)) {
            offsets.push((stretch.chain, stretch.offset));
        }
    }
    let (mut parts, mut explained) = (Vec::new(), 0);
    for &(chain, offset) in offsets.iter().take(SHOWN) {
        let own: Vec<&Stretch> = stretches
            .iter()
            .filter(|stretch| (stretch.chain, stretch.offset) == (chain, offset))
            .collect();
        let numbers: Vec<String> = own.iter().take(SHOWN).map(|s| range(s)).collect();
        let more = if own.len() > SHOWN { ", ..." } else { "" };
        let matching = own.first().map_or(0, |stretch| stretch.matching);
        explained += matching;
        parts.push(format!(
            "{}{offset} fits {matching} ({}{more})",
            ChainPrefix(chain),
            numbers.join(", ")
        ));
    }
    if offsets.len() > SHOWN {
        parts.push(format!("and {} more", offsets.len() - SHOWN));
    } else if explained < mutants {
        let rest = mutants - explained;
        parts.push(format!("none of them alone fits the other {rest}"));
    }
    format!(
        "note: no single offset fits; of {mutants} mutants, by their numbers: {}\n      \
         --numbering TABLE gives each number its position",
        parts.join(", ")
    )
}

fn range(stretch: &Stretch) -> String {
    match stretch.first == stretch.last {
        true => stretch.first.to_string(),
        false => format!("{} to {}", stretch.first, stretch.last),
    }
}
