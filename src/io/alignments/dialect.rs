//! Which of the formats that have `>name` lines.

/// What lower-case letters and `.` mean in a file of `>name` lines and sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// They have columns like all letters.
    Fasta,
    /// They have columns like all letters; lower case marks insertions.
    A2m,
    /// They are insertions and have no column.
    A3m,
}
