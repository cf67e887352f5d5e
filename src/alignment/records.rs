//! The rows of an alignment file before any choice is made about them.

use super::case::{Case, LowerCaseOf, lower_case_of};
use super::notes::Note;
use super::stray::Stray;
use super::{DeclaredChains, Rows};
use crate::error::{Error, Place, Result, shortened};

/// Named rows of equal length, as they stand in the file.
#[derive(Debug, Clone)]
pub struct AlignedRecords {
    /// The file, for messages.
    pub file: String,
    /// The format, in words.
    pub format: &'static str,
    names: Vec<String>,
    rows: Rows,
    /// The rows with their insertions, where these are no columns (A3M).
    with_insertions: Option<Rows>,
    reference: Option<Vec<u8>>,
    declared: Option<DeclaredChains>,
    lines: Vec<u64>,
    case: Case,
    notes: Vec<Note>,
    stray: Option<Stray>,
}

/// Whether a letter of A3M belongs to an insertion, which has no column.
pub fn is_insertion(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte == b'.'
}

/// What to do about rows of different lengths.
const ALIGN_FIRST: &str = "all rows of an alignment are equally long (in A3M without their lower-case letters): align the sequences first";

/// What to do where the last row alone is shorter.
const CUT_OFF: &str = "it is the last row, and the only one that is shorter: the file was probably cut off while it was copied or downloaded, so fetch it again, or remove this record";

impl AlignedRecords {
    /// The rows of an A3M file: lower-case letters are insertions and leave the columns, which must then agree.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn from_a3m(file: String, names: Vec<String>, rows: Rows, lines: Vec<u64>) -> Result<Self> {
        let matched = |row: &[u8]| -> Vec<u8> {
            let columns = row.iter().filter(|byte| !is_insertion(**byte));
            columns.copied().collect()
        };
        Self {
            file,
            format: "A3M",
            names,
            rows: rows.iter().map(matched).collect(),
            with_insertions: Some(rows),
            reference: None,
            declared: None,
            lines,
            case: Case::Insertions,
            notes: Vec::new(),
            stray: None,
        }
        .checked()
    }

    /// Checks that the rows are an alignment. `lines` holds the 1-based line of each header.
    ///
    /// # Errors
    /// If there are fewer than two rows, a row is empty or their lengths differ.
    pub fn new(
        file: String,
        format: &'static str,
        names: Vec<String>,
        rows: Rows,
        lines: Vec<u64>,
    ) -> Result<Self> {
        Self {
            file,
            format,
            names,
            rows,
            with_insertions: None,
            reference: None,
            declared: None,
            lines,
            case: Case::Told,
            notes: Vec::new(),
            stray: None,
        }
        .checked()
    }

    /// The same, with a reference line (Stockholm's `#=GC RF`), which stands in `line` of the file.
    ///
    /// # Errors
    /// If it is not as long as the rows.
    pub fn with_reference(mut self, reference: Vec<u8>, line: u64) -> Result<Self> {
        if reference.len() != self.width() {
            return Err(Error::input(
                Place::file(&self.file).line(line),
                format!(
                    "the reference line (#=GC RF) has {} columns, but the rows have {}",
                    reference.len(),
                    self.width()
                ),
                "every block has one '#=GC RF' line, as long as its rows: complete it, or remove all of them",
            ));
        }
        self.reference = Some(reference);
        Ok(self)
    }

    /// The same, with what the first line of the file says of its chains.
    pub fn with_declared_chains(mut self, chains: Option<DeclaredChains>) -> Self {
        self.declared = chains;
        self
    }

    /// The same, with what the reader knows of it: what case means, what the user should know, and the first character that no
    /// sequence has.
    pub fn read_with(mut self, case: Case, notes: Vec<Note>, stray: Option<Stray>) -> Self {
        self.case = case;
        self.notes = notes;
        self.stray = stray;
        self
    }

    /// The same, with one more note.
    pub fn with_note(mut self, note: Note) -> Self {
        self.notes.push(note);
        self
    }

    fn checked(self) -> Result<Self> {
        self.check_lengths()?;
        match self.rows.len() {
            0 => Err(Error::input(
                Place::file(&self.file),
                "the file holds no sequence",
                "an alignment is expected, such as FASTA: '>name' lines, each followed by its sequence",
            )),
            1 => Err(Error::input(
                Place::file(&self.file).line(self.lines[0]),
                format!(
                    "there is only one sequence, '{}'",
                    shortened(&self.names[0])
                ),
                "a Potts model is learnt from many aligned homologues: give the whole alignment",
            )),
            _ => Ok(self),
        }
    }

    fn check_lengths(&self) -> Result<()> {
        for (n, row) in self.rows.iter().enumerate() {
            let place = || self.place(n);
            if self.letters(n).is_empty() {
                return Err(Error::input(
                    place(),
                    "the sequence is empty",
                    "every name is followed by its aligned sequence; remove the record or complete it",
                ));
            }
            if row.len() != self.width() {
                return Err(Error::input(
                    place(),
                    format!(
                        "this row has {} columns, but the first ('{}') has {}",
                        row.len(),
                        shortened(&self.names[0]),
                        self.width()
                    ),
                    match n > 1 && n + 1 == self.rows.len() && row.len() < self.width() {
                        true => CUT_OFF,
                        false => ALIGN_FIRST,
                    },
                ));
            }
            if row.is_empty() {
                return Err(Error::input(
                    place(),
                    "this row has no column: all its letters are insertions",
                    "in A3M, lower-case letters and '.' are insertions; upper-case letters and '-' are columns",
                ));
            }
        }
        Ok(())
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row; never true of a checked alignment.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of columns of the file.
    pub fn width(&self) -> usize {
        self.rows.get(0).map_or(0, <[u8]>::len)
    }

    /// The whole header of each row, without its `>`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The letters of each row, column by column.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The letters of one row, with insertions that have no column.
    pub fn letters(&self, n: usize) -> &[u8] {
        &self.with_insertions.as_ref().unwrap_or(&self.rows)[n]
    }

    /// Where a row stands, for messages.
    pub fn place(&self, n: usize) -> Place {
        Place::file(&self.file)
            .line(self.lines[n])
            .record(&self.names[n])
    }

    /// Whether insertions have no columns (A3M).
    pub fn drops_insertions(&self) -> bool {
        self.with_insertions.is_some()
    }

    /// The reference line (Stockholm's `#=GC RF`), which marks the match columns; as long as the rows.
    pub fn reference(&self) -> Option<&[u8]> {
        self.reference.as_deref()
    }

    /// What the lower-case letters of a row are: insertions, or residues like all others.
    pub fn lower_case_of(&self, row: usize) -> LowerCaseOf {
        lower_case_of(self.case, self.letters(row), &self.rows, row)
    }

    /// What was done while the file was read that the user should know of.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The first character of the rows that no sequence has, where it was looked for.
    pub fn stray(&self) -> Option<&Stray> {
        self.stray.as_ref()
    }

    /// What the first line of the file says of its chains (ColabFold's A3M).
    pub fn declared_chains(&self) -> Option<&DeclaredChains> {
        self.declared.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(rows: &[&str]) -> Result<AlignedRecords> {
        let names = (0..rows.len()).map(|n| format!("s{n}")).collect();
        let lines = (0..rows.len() as u64).map(|n| 2 * n + 1).collect();
        let rows: Rows = rows.iter().collect();
        AlignedRecords::new("x.fa".into(), "FASTA", names, rows, lines)
    }

    #[test]
    fn ragged_rows_are_named_with_both_lengths() {
        let message = records(&["ACD", "AC"]).unwrap_err().to_string();
        for part in ["x.fa, line 3, record 's1'", "has 2 columns", "has 3"] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn insertions_of_a3m_leave_the_columns() {
        let rows = ["AC-D", "AgtC.cED"].iter().collect();
        let names = vec!["a".into(), "b".into()];
        let records = AlignedRecords::from_a3m("x.a3m".into(), names, rows, vec![1, 3]).unwrap();
        assert_eq!(*records.rows(), ["AC-D", "ACED"]);
        assert_eq!(records.letters(1), b"AgtC.cED");
        assert!(records.drops_insertions());
    }

    #[test]
    fn rows_of_insertions_alone_are_refused() {
        let names = || vec!["a".into(), "b".into()];
        for (rows, words) in [
            (["acd", "a"], "no column"),
            (["ACD", "ac"], "has 0 columns"),
            (["ACD", ""], "is empty"),
        ] {
            let rows: Rows = rows.into_iter().collect();
            let records = AlignedRecords::from_a3m("x".into(), names(), rows, vec![1, 3]);
            let message = records.unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn a_reference_is_as_long_as_the_rows() {
        let with = |reference: &[u8]| {
            let records = records(&["ACD", "AC-"]).unwrap();
            records.with_reference(reference.to_vec(), 7)
        };
        assert_eq!(with(b"x.x").unwrap().reference(), Some(&b"x.x"[..]));
        let message = with(b"xx").unwrap_err().to_string();
        for part in ["x.fa, line 7", "has 2 columns", "have 3"] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn an_alignment_has_at_least_two_rows() {
        assert!(records(&["AC", "AC"]).is_ok());
        assert!(
            records(&["AC"])
                .unwrap_err()
                .to_string()
                .contains("only one")
        );
        assert!(
            records(&[])
                .unwrap_err()
                .to_string()
                .contains("no sequence")
        );
    }
}
