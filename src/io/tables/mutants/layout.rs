//! What a table of mutants looks like.

use super::records::Record;
use super::{column_names, refusals};
use crate::error::Result;
use crate::io::tables::cells;
use crate::io::tables::columns::{self, Column, Results};

/// The separator of plain lists, and of tables with a single column.
pub const TAB: u8 = b'\t';

/// How the rows of a file say what their mutants are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A mutant on each line and nothing else.
    List,
    /// A column of mutants.
    Column,
    /// A column each of positions, wild types and residues.
    ThreeColumns,
    /// A column of whole sequences.
    Sequences,
    /// A column of residues at positions that are given.
    Letters,
    /// Whole sequences in FASTA format.
    Fasta,
}

/// Where a row says what its mutant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    /// In one cell.
    One(usize),
    /// In several.
    Three(Three),
}

/// The columns of mutants whose parts stand in cells of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Three {
    pub position: usize,
    /// Letters behind the positions.
    pub insertion: Option<usize>,
    /// Missing where nobody says what is replaced, or it stands before the position in one cell.
    pub wild_type: Option<usize>,
    pub residue: usize,
}

impl Cells {
    /// The columns, in the order position, wild type, residue.
    pub fn columns(self) -> impl Iterator<Item = usize> {
        let all = match self {
            Self::One(column) => [Some(column), None, None],
            Self::Three(three) => [Some(three.position), three.wild_type, Some(three.residue)],
        };
        all.into_iter().flatten()
    }
}

/// Columns and separator of a table.
#[derive(Debug, Clone)]
pub struct Layout {
    pub(super) kind: Kind,
    pub(super) separator: u8,
    /// The header; `None` for a plain list of mutants.
    pub(super) header: Option<Record>,
    pub(super) names: Vec<String>,
    pub(super) cells: Cells,
    /// A name before every mutant.
    pub(super) prefix: Vec<u8>,
    /// Whether a word for the wild type is one: where no mutants are, it may be four residues.
    pub(super) knows_wild_type_words: bool,
    /// The line of the header.
    pub(super) header_line: usize,
    /// Other columns that hold mutants, too.
    pub(super) others: Vec<usize>,
    /// Columns that hold mutants, or letters in the place of wild types, which do not go with the target.
    pub(super) misfits: Vec<usize>,
    /// Columns in which no other mutant is expected: one there says that the row's is spread over several cells.
    pub(super) watched: Vec<usize>,
    /// The column of the numbers of substitutions: where it has 0, an empty cell is the wild type.
    pub(super) counts: Option<usize>,
    /// The letter of a chain that stands before every number, though the target has no chains.
    pub(super) chain_letter: Option<u8>,
    /// Letters behind the positions of mutants.
    pub(super) insertion: Option<usize>,
    /// Whether several changes in a cell may be one in several isoforms, as in ClinVar's column of this name.
    pub(super) lists_isoforms: bool,
}

impl Layout {
    /// One mutant a line and nothing else.
    pub(super) fn list(prefix: Vec<u8>) -> Self {
        Self {
            kind: Kind::List,
            separator: TAB,
            header: None,
            names: vec!["mutant".into()],
            cells: Cells::One(0),
            prefix,
            knows_wild_type_words: true,
            header_line: 0,
            others: Vec::new(),
            misfits: Vec::new(),
            watched: Vec::new(),
            counts: None,
            chain_letter: None,
            insertion: None,
            lists_isoforms: false,
        }
    }

    /// Names and sequences of a FASTA file.
    pub(super) fn fasta() -> Self {
        let mut header = Record::of(b"name\tsequence");
        header.split(TAB);
        Self {
            names: column_names::of_header(&header),
            cells: Cells::One(1),
            kind: Kind::Fasta,
            header: Some(header),
            ..Self::list(Vec::new())
        }
    }

    /// How rows say what their mutants are.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The separator of the input.
    pub fn separator(&self) -> u8 {
        self.separator
    }

    /// The separator of an output like the input: runs of blanks become tabs.
    pub fn output_separator(&self) -> u8 {
        match self.separator {
            cells::BLANKS => TAB,
            separator => separator,
        }
    }

    /// Columns of the input that give way to those of the same name that are added.
    pub fn replaced(&self, added: &[Column<Results>]) -> Vec<&str> {
        let columns = self.names.iter().zip(self.kept(added));
        let replaced = columns.filter(|(_, keep)| !keep);
        replaced.map(|(name, _)| name.as_str()).collect()
    }

    /// Names of all columns; none in a list.
    pub fn column_names(&self) -> &[String] {
        &self.names
    }

    /// Whether each column is passed on when these are added.
    pub(super) fn kept(&self, added: &[Column<Results>]) -> Vec<bool> {
        let is_added = |name: &String| columns::names(added).any(|other| other == name);
        let names = self.names.iter().enumerate();
        names
            .map(|(k, name)| self.cells.columns().any(|used| used == k) || !is_added(name))
            .collect()
    }

    /// Names of the columns that say what the mutants are: none for a plain list, three for positions, wild types and residues.
    pub fn mutant_columns(&self) -> Vec<&str> {
        let columns = self.cells.columns().map(|k| self.names[k].as_str());
        columns.filter(|_| self.kind != Kind::List).collect()
    }

    /// What was recognised, in a line.
    pub fn in_words(&self) -> String {
        let named: Vec<String> = self
            .mutant_columns()
            .iter()
            .map(|name| quoted(name))
            .collect();
        let what = match (self.kind, &named[..]) {
            (Kind::List, _) => {
                return format!(
                    "plain list of mutants{}{}",
                    self.prefix_in_words(),
                    self.chain_in_words()
                );
            }
            (Kind::Fasta, _) => {
                return "sequences in FASTA format, compared with the target".into();
            }
            (Kind::ThreeColumns, [position, wild_type, residue]) => format!(
                "with positions, wild types and residues in columns {position}, {wild_type} and {residue}"
            ),
            (Kind::ThreeColumns, _) => {
                format!(
                    "with positions and residues in columns {}",
                    named.join(" and ")
                )
            }
            (Kind::Sequences, _) => {
                format!(
                    "whole sequences in column {}, compared with the target",
                    named.join("")
                )
            }
            (Kind::Letters, _) => {
                format!(
                    "residues at the given positions in column {}",
                    named.join("")
                )
            }
            (Kind::Column, _) => format!("mutants in column {}", named.join("")),
        };
        let separator = match self.separator {
            TAB => "tabs",
            b',' => "commas",
            b';' => "semicolons",
            _ => "blanks",
        };
        let header = match self.header_line {
            0 | 1 => String::new(),
            line => format!("; header in line {line}"),
        };
        let others = self.others_in_words();
        format!(
            "table separated by {separator}, {what}{}{}{others}{header}",
            self.prefix_in_words(),
            self.chain_in_words()
        )
    }

    /// The columns beside those of the mutants that hold some, too.
    fn others_in_words(&self) -> String {
        let listed = |columns: &[usize]| -> String {
            let names: Vec<String> = columns.iter().map(|&k| quoted(&self.names[k])).collect();
            names.join(", ")
        };
        let mut others = match &self.others[..] {
            [] => String::new(),
            columns => format!("; also in {}: `column` chooses", listed(columns)),
        };
        if !self.misfits.is_empty() {
            let columns = listed(&self.misfits);
            others.push_str(&format!(
                "; {columns} does not go with the target's residues"
            ));
        }
        others
    }

    /// The name before every mutant, if there is one.
    pub fn prefix(&self) -> Option<String> {
        let prefix = String::from_utf8_lossy(&self.prefix).into_owned();
        (!prefix.is_empty()).then_some(prefix)
    }

    fn prefix_in_words(&self) -> String {
        self.prefix().map_or_else(String::new, |prefix| {
            format!(", behind {}", quoted(&prefix))
        })
    }

    fn chain_in_words(&self) -> String {
        self.chain_letter.map_or_else(String::new, |letter| {
            format!(", with the chain {} before each number", char::from(letter))
        })
    }

    /// The column that by its name has the chain of each mutant, if there is one.
    pub fn chain_column(&self) -> Option<&str> {
        let mut names = self.names.iter().map(String::as_str);
        names.find(|name| column_names::is_chain(name))
    }

    /// The column with this name.
    ///
    /// # Errors
    /// If there is none, or several, in `file` as the user named it.
    pub(super) fn column(&self, name: &str, file: &str) -> Result<usize> {
        match column_names::find(&self.names, name)[..] {
            [] => Err(refusals::no_column(&self.names, file, name)),
            [column] => Ok(column),
            _ => Err(refusals::doubled(&self.names, file, name)),
        }
    }
}

/// A name for messages, without what a terminal might obey.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace(char::is_control, " "))
}
