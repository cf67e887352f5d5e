//! Which rows and columns of an alignment are modelled, as the user says.

use super::AlignedRecords;
use super::chains::ChainLengths;
use super::column_rule::ColumnRule;
use super::letters::LowerCase;
use crate::position::Offsets;

/// Which sequence defines the modelled columns and the numbering.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Focus {
    /// The first sequence.
    #[default]
    First,
    /// A sequence by its whole name, or the part before its first blank or `/`.
    Named(String),
    /// The sequence of this row, counted from 0.
    Row(usize),
    /// The first sequence, but every column is modelled: where it has no residue in one of them, columns are numbered from 1.
    EveryColumn,
    /// None: every column is modelled and numbered from 1; the letters of a sequence may still be recorded, to score its mutants.
    None {
        /// The sequence whose letters are recorded.
        target: Option<String>,
    },
}

/// What happens to letters outside the alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownLetters {
    /// A sequence with one, in any column, is dropped (plmc's rule).
    #[default]
    Drop,
    /// They count as gaps (CCMpred's rule).
    Gap,
}

/// What a name asked for is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NameMatch {
    /// Whole names, or the part before the first blank or `/`.
    #[default]
    Exact,
    /// Beginnings of names (plmc's rule).
    Prefix,
}

/// What happens to sequences equal to an earlier one at every modelled column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Copies {
    /// They stay; weights see to it that a crowd has one vote.
    #[default]
    Keep,
    /// They are dropped (adabmDCA's and pydca's rule).
    Drop,
}

/// How the gaps of a column are held against the share of `max_column_gap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GapLimit {
    /// A modelled column has at most this share.
    #[default]
    AtMost,
    /// A modelled column has fewer gaps than this share of the sequences, rounded down (GREMLIN's rule).
    Below,
}

/// How rows that lack a chain of a complex are judged: by what coverage they are kept, and whose neighbours they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChainRows {
    /// By the chains that they have: their columns are what is to be covered, and rows of the same chains are compared over them.
    #[default]
    ByTheirChains,
    /// By all columns, as other programs do.
    ByAllColumns,
}

/// How rows of a file become an [`Alignment`](super::Alignment).
#[derive(Debug, Clone, PartialEq)]
pub struct FocusOptions {
    /// The target.
    pub focus: Focus,
    /// Which columns are modelled.
    pub columns: ColumnRule,
    /// The chains of a concatenated alignment: lengths in residues of the target, or in columns (without a target always).
    pub chains: Option<ChainLengths>,
    /// Whether chains that the file itself declares (ColabFold's A3M) are taken where none are given.
    pub declared_chains: bool,
    /// Added to the target's residue count to give its positions, in each chain; `None` takes it from `NAME/start-end`.
    pub offsets: Option<Offsets>,
    /// Smallest share of modelled columns in which a sequence has a residue.
    pub min_sequence_coverage: f64,
    /// Largest share of gaps in a modelled column.
    pub max_column_gap: f64,
    /// On which side of that share a tie falls.
    pub gap_limit: GapLimit,
    /// Letters outside the alphabet.
    pub unknown: UnknownLetters,
    /// Lower-case letters in modelled columns.
    pub lower_case: LowerCase,
    /// Equal sequences.
    pub copies: Copies,
    /// How the target is looked up.
    pub name_match: NameMatch,
    /// Rows that lack a chain.
    pub chain_rows: ChainRows,
}

impl FocusOptions {
    /// The same, with the chains that the file declares, if they are to be taken and go with its columns.
    #[must_use]
    pub fn with_declared(self, records: &AlignedRecords) -> Self {
        if self.chains.is_some() || !self.declared_chains {
            return self;
        }
        let declared = records.declared_chains();
        let fits = declared.filter(|declared| declared.total() == Some(records.width() as u64));
        Self {
            chains: fits.and_then(|declared| ChainLengths::of(&declared.lengths)),
            ..self
        }
    }
}

impl Default for FocusOptions {
    fn default() -> Self {
        Self {
            focus: Focus::First,
            columns: ColumnRule::Target,
            chains: None,
            declared_chains: true,
            offsets: None,
            min_sequence_coverage: 0.5,
            max_column_gap: 1.0,
            gap_limit: GapLimit::AtMost,
            unknown: UnknownLetters::Drop,
            lower_case: LowerCase::Residue,
            copies: Copies::Keep,
            name_match: NameMatch::Exact,
            chain_rows: ChainRows::ByTheirChains,
        }
    }
}
