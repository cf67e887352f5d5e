//! The first lines of a file of mutants, and what is known of it before it is read.

use super::cell_contents::Target;
use crate::io::tables::mutants::layout::Kind;

/// What is known of a table before it is read.
#[derive(Debug, Clone, Default)]
pub struct Wish<'a> {
    /// The column that says what the mutants are; of three columns their names with commas between.
    pub column: Option<&'a str>,
    /// How rows say it.
    pub kind: Option<Kind>,
    /// The number of positions at which residues are given; 0 if there are none.
    pub positions: usize,
    /// The target.
    pub target: Target,
}

/// Lines with something in them, and where they stand in the file, from 0.
pub(super) type Line<'l> = (usize, &'l [u8]);

/// The first lines of a file.
pub(super) struct Sample<'l> {
    /// Neither comments nor empty.
    pub lines: Vec<Line<'l>>,
    /// The last comment before these.
    pub comment: Option<Line<'l>>,
    /// The separator that the file itself names.
    pub separator: Option<u8>,
}

impl<'l> Sample<'l> {
    /// Of the lines as they are.
    pub fn of(all: &[&'l [u8]]) -> Self {
        let filled = |line: &[u8]| line.iter().any(|byte| !byte.is_ascii_whitespace());
        let numbered = all
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, line)| filled(line));
        let is_comment = |(_, line): &Line| line.starts_with(b"#");
        let comments = numbered.clone().take_while(is_comment);
        let mut lines: Vec<Line> = numbered.clone().filter(|line| !is_comment(line)).collect();
        let separator = lines.first().and_then(|(_, line)| named_separator(line));
        if separator.is_some() {
            lines.remove(0);
        }
        Self {
            lines,
            comment: comments.last(),
            separator,
        }
    }
}

/// The separator that a line such as `sep=;` names to a spreadsheet.
fn named_separator(line: &[u8]) -> Option<u8> {
    match line.trim_ascii().to_ascii_lowercase()[..] {
        [b's', b'e', b'p', b'=', separator] => Some(separator),
        [b's', b'e', b'p', b'=', ..] | [..] => None,
    }
}
