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
    lines: Vec<u64>,
}

impl AlignedRecords {
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
            lines,
        };
        records.check_lengths()?;
        match records.rows.len() {
            0 => Err(Error::input(
                Place::file(&records.file),
                "the file holds no sequence",
                "an alignment in FASTA or A2M format is expected: '>name' lines, each followed by its sequence",
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
                    "all rows of an alignment are equally long: align the sequences first, or convert A3M to A2M or FASTA",
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

    /// The letters of each row.
    pub fn rows(&self) -> &[Vec<u8>] {
        &self.rows
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
