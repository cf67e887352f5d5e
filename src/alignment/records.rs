//! The rows of an alignment file before any choice is made about them.

use crate::error::{Error, Place, Result};

/// Named rows of equal length, as they stand in the file.
#[derive(Debug, Clone)]
pub struct AlignedRecords {
    /// The file, for messages.
    pub file: String,
    /// The format that was recognised, in words.
    pub format: &'static str,
    /// SHA-256 of the input as read (before decompression), in hexadecimal; empty if it was not a file.
    pub sha256: String,
    names: Vec<String>,
    rows: Vec<Vec<u8>>,
    /// The rows with their insertions, where these are no columns (A3M); empty otherwise.
    with_insertions: Vec<Vec<u8>>,
    lines: Vec<u64>,
}

/// Whether a letter of A3M belongs to an insertion, which has no column.
pub fn is_insertion(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte == b'.'
}

impl AlignedRecords {
    /// The rows of an A3M file: lower-case letters are insertions and leave the columns, which must then agree.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn from_a3m(
        file: String,
        names: Vec<String>,
        rows: Vec<Vec<u8>>,
        lines: Vec<u64>,
    ) -> Result<Self> {
        let matched = |row: &Vec<u8>| row.iter().copied().filter(|&b| !is_insertion(b)).collect();
        let columns = rows.iter().map(matched).collect();
        let mut records = Self::new(file, "A3M", names, columns, lines)?;
        records.with_insertions = rows;
        Ok(records)
    }

    /// Checks that the rows are an alignment. `lines` holds the 1-based line of each header.
    ///
    /// # Errors
    /// If there are fewer than two rows, a row is empty or their lengths differ.
    pub fn new(
        file: String,
        format: &'static str,
        names: Vec<String>,
        rows: Vec<Vec<u8>>,
        lines: Vec<u64>,
    ) -> Result<Self> {
        let records = Self {
            file,
            format,
            sha256: String::new(),
            names,
            rows,
            with_insertions: Vec::new(),
            lines,
        };
        records.check_lengths()?;
        match records.rows.len() {
            0 => Err(Error::input(
                Place::file(&records.file),
                "the file holds no sequence",
                "an alignment is expected, such as FASTA: '>name' lines, each followed by its sequence",
            )),
            1 => Err(Error::input(
                Place::file(&records.file).line(records.lines[0]),
                format!("there is only one sequence, '{}'", records.names[0]),
                "a Potts model is learnt from many aligned homologues: give the whole alignment",
            )),
            _ => Ok(records),
        }
    }

    fn check_lengths(&self) -> Result<()> {
        let Some(first) = self.rows.first() else {
            return Ok(());
        };
        for (n, row) in self.rows.iter().enumerate() {
            let place = || {
                Place::file(&self.file)
                    .line(self.lines[n])
                    .record(&self.names[n])
            };
            if row.is_empty() {
                return Err(Error::input(
                    place(),
                    "the sequence is empty",
                    "every '>name' line is followed by its aligned sequence; remove the record or complete it",
                ));
            }
            if row.len() != first.len() {
                return Err(Error::input(
                    place(),
                    format!(
                        "this row has {} columns, but the first ('{}') has {}",
                        row.len(),
                        self.names[0],
                        first.len()
                    ),
                    "all rows of an alignment are equally long (in A3M without their lower-case letters): align the sequences first",
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
        self.rows.first().map_or(0, Vec::len)
    }

    /// The whole header of each row, without its `>`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The letters of each row, column by column.
    pub fn rows(&self) -> &[Vec<u8>] {
        &self.rows
    }

    /// The letters of one row, with insertions that have no column.
    pub fn letters(&self, n: usize) -> &[u8] {
        self.with_insertions.get(n).unwrap_or(&self.rows[n])
    }

    /// Whether insertions have no columns (A3M).
    pub fn drops_insertions(&self) -> bool {
        !self.with_insertions.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(rows: &[&str]) -> Result<AlignedRecords> {
        let names = (0..rows.len()).map(|n| format!("s{n}")).collect();
        let lines = (0..rows.len() as u64).map(|n| 2 * n + 1).collect();
        let rows = rows.iter().map(|r| r.as_bytes().to_vec()).collect();
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
        let rows = vec![b"AC-D".to_vec(), b"AgtC.cED".to_vec()];
        let names = vec!["a".into(), "b".into()];
        let records = AlignedRecords::from_a3m("x.a3m".into(), names, rows, vec![1, 3]).unwrap();
        assert_eq!(records.rows(), [b"AC-D", b"ACED"]);
        assert_eq!(records.letters(1), b"AgtC.cED");
        assert!(records.drops_insertions());
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
